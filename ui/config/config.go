// Package settings keeps what the user chose: the account's credentials in the
// system's keyring and everything that is no secret in one file. It knows
// nothing of windows, so that commands without one use the same choices.
package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/smallfile"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/system/update"
)

// Settings are the choices that are no secret. The zero value is not usable;
// start from Default.
type Settings struct {
	// Zone is the IANA name of the account's time zone.
	Zone string `json:"zone"`
	// RefreshSeconds is the time between two refreshes.
	RefreshSeconds int `json:"refreshSeconds"`
	// IndianGrouping writes 1,24,700 instead of 124,700.
	IndianGrouping bool `json:"indianGrouping"`
	// Clock is how the window writes times of day: Clock24 or Clock12.
	Clock string `json:"clock"`
	// Theme is the look of the window: ThemeSystem, ThemeLight or ThemeDark.
	Theme string `json:"theme"`
	// RatePerMinute is how many requests a minute Exotel is asked for at most;
	// 0 means no limit of our own.
	RatePerMinute int `json:"ratePerMinute"`
	// Health and Alerts are about the ExoPhones.
	Health Health `json:"health"`
	Alerts Alerts `json:"alerts"`
	// KeepMonths is for how many months calls are kept on this computer, one of
	// KeepChoices; 0 is for ever.
	KeepMonths int `json:"keepMonths"`
	// FillShare is how many per cent of RatePerMinute are for storing days that
	// nobody looks at.
	FillShare int `json:"fillShare"`
	// FillPaused says that no such days are stored for now.
	FillPaused bool `json:"fillPaused"`
	// MaskNumbers hides most of each phone number that is shown.
	MaskNumbers bool `json:"maskNumbers"`
	// TrayExplained says that the user knows that closing the window leaves the
	// program in the tray.
	TrayExplained bool `json:"trayExplained"`
	// UpdateCheck lets the program look for newer versions.
	UpdateCheck bool `json:"updateCheck"`
	// UpdateFeed is the address of the feed it looks into; "" for the project's.
	UpdateFeed string `json:"updateFeed"`
	// UpdateSkip is the version that the user does not want to hear of.
	UpdateSkip string `json:"updateSkip"`
}

// The values of Settings.Clock: 14:05 and 2:05 pm.
const (
	Clock24 = "24"
	Clock12 = "12"
)

// The values of Settings.Theme. ThemeSystem is what the system has.
const (
	ThemeSystem = "system"
	ThemeLight  = "light"
	ThemeDark   = "dark"
)

// KeepChoices are the months that calls can be kept for, the longest first; 0 is
// for ever.
var KeepChoices = []int{0, 24, 12, 6, 3}

// DefaultZone is the zone of Indian accounts.
const DefaultZone = "Asia/Kolkata"

// Default is what holds before anything was chosen.
func Default() Settings {
	return Settings{
		Zone:           DefaultZone,
		RefreshSeconds: int(refresh.DefaultInterval / time.Second),
		IndianGrouping: true,
		Clock:          Clock24,
		Theme:          ThemeSystem,
		RatePerMinute:  exotel.DefaultRate,
		Health:         defaultHealth(),
		Alerts:         defaultAlerts(),
		FillShare:      int(math.Round(100 * refresh.DefaultShare)),
	}
}

// Check reports a choice that cannot be used.
func (s Settings) Check() error {
	if _, err := s.Location(); err != nil {
		return err
	}
	const least, most = int(refresh.MinInterval / time.Second), 24 * 60 * 60
	if s.RefreshSeconds < least || s.RefreshSeconds > most {
		return fmt.Errorf("the refresh interval must be %d to %d seconds", least, most)
	}
	if s.RatePerMinute < 0 {
		return errors.New("the rate limit must be 0 (none) or a number of requests a minute")
	}
	if s.Clock != Clock24 && s.Clock != Clock12 {
		return fmt.Errorf("the clock must be %s or %s hours", Clock24, Clock12)
	}
	if s.Theme != ThemeSystem && s.Theme != ThemeLight && s.Theme != ThemeDark {
		return fmt.Errorf("the theme must be %s, %s or %s", ThemeSystem, ThemeLight, ThemeDark)
	}
	if !slices.Contains(KeepChoices, s.KeepMonths) {
		return errors.New("calls are kept for 3, 6, 12 or 24 months, or forever, which is 0")
	}
	const leastShare, whole = 5, 100
	if s.FillShare < leastShare || s.FillShare > whole {
		return fmt.Errorf("downloads may use %d to %d%% of the request limit", leastShare, whole)
	}
	return errors.Join(s.Health.check(), s.Alerts.check(), update.CheckFeed(s.UpdateFeed))
}

// Location is the account's time zone.
func (s Settings) Location() (*time.Location, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil || s.Zone == "" || s.Zone == "Local" {
		return nil, fmt.Errorf("%q is not a time zone; write it like %s or Asia/Singapore", s.Zone, DefaultZone)
	}
	return zone, nil
}

// Interval is the time between two refreshes.
func (s Settings) Interval() time.Duration { return time.Duration(s.RefreshSeconds) * time.Second }

// FollowAge is the age up to which figures of another process are fresh: those of one
// that missed no refresh.
func (s Settings) FollowAge() time.Duration { return s.Interval() * 3 / 2 }

// Grouping is how large numbers are written.
func (s Settings) Grouping() metrics.Grouping {
	if s.IndianGrouping {
		return metrics.Indian
	}
	return metrics.Thousands
}

// Filler is how days that nobody looks at are stored.
func (s Settings) Filler(log *slog.Logger) refresh.FillerOptions {
	return refresh.FillerOptions{Share: float64(s.FillShare) / 100, KeepMonths: s.KeepMonths, Paused: s.FillPaused, Log: log}
}

// ClientRate is RatePerMinute as exotel.Options wants it.
func (s Settings) ClientRate() int {
	if s.RatePerMinute == 0 {
		return -1
	}
	return s.RatePerMinute
}

const (
	fileName = "settings.json"
	maxFile  = 1 << 20 // bytes of a file of settings
)

// Load reads the settings in the data folder dir. Where there are none yet it
// returns the defaults. What cannot be used is a default too, and an error says
// so; the rest stays as it was saved. Where nothing can be read, phone numbers are
// hidden: that they are was perhaps what was chosen.
func Load(dir string) (Settings, error) {
	s := Default()
	path := filepath.Join(dir, fileName)
	data, err := smallfile.Read(path, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	if err != nil {
		s = Default()
		s.MaskNumbers = true // whoever hid them does not want them on the screen by an accident
		return s, fmt.Errorf("the settings in %s cannot be used: %w", path, err)
	}
	if s, err = s.usable(); err != nil {
		return s, fmt.Errorf("in %s: %w", path, err)
	}
	return s, nil
}

// usable is s with a default in place of each field that cannot be used, and
// what is wrong with the last of them.
func (s Settings) usable() (Settings, error) {
	var trouble error
	for _, field := range []func(to, from *Settings){
		func(to, from *Settings) { to.Zone = from.Zone },
		func(to, from *Settings) { to.RefreshSeconds = from.RefreshSeconds },
		func(to, from *Settings) { to.RatePerMinute = from.RatePerMinute },
		func(to, from *Settings) { to.Clock = from.Clock },
		func(to, from *Settings) { to.Theme = from.Theme },
		func(to, from *Settings) { to.Health = from.Health },
		func(to, from *Settings) { to.Alerts = from.Alerts },
		func(to, from *Settings) { to.KeepMonths = from.KeepMonths },
		func(to, from *Settings) { to.FillShare = from.FillShare },
		func(to, from *Settings) { to.UpdateFeed = from.UpdateFeed },
	} {
		alone, fallback := Default(), Default()
		field(&alone, &s)
		if err := alone.Check(); err != nil {
			trouble = err
			field(&s, &fallback)
		}
	}
	return s, trouble
}

// Save writes the settings into the data folder dir, whole or not at all.
func (s Settings) Save(dir string) error {
	if err := s.Check(); err != nil {
		return err
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the settings were not saved: %w; choose another folder with --data", err)
	}
	if err := replaceFile(dir, fileName, append(data, '\n')); err != nil {
		return fmt.Errorf("the settings were not saved: %w; free some space or choose another folder with --data", err)
	}
	return nil
}

// Change changes the saved settings and nothing else in them: what the command
// line said stays out, and a file that could not be read stays as it is.
func Change(dir string, change func(*Settings)) error {
	s, err := Load(dir)
	if err != nil {
		return err
	}
	change(&s)
	return s.Save(dir)
}

// replaceFile writes a file that only the user can read. Whatever happens on the
// way, the old file or the new one is there whole.
func replaceFile(dir, name string, data []byte) error {
	next, err := os.CreateTemp(dir, name+".*")
	if err != nil {
		return err
	}
	_, err = next.Write(data)
	if err == nil {
		err = next.Sync()
	}
	err = errors.Join(err, next.Close())
	if err == nil {
		err = os.Rename(next.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		err = errors.Join(err, os.Remove(next.Name()))
	}
	return err
}

// DataVariable is the environment variable that names the data folder.
const DataVariable = "EXOTEL_MONITOR_DATA"

// DataDir is the folder for the program's own data, by the system's custom.
func DataDir(getenv func(string) string) (string, error) {
	if dir := getenv(DataVariable); dir != "" {
		return dir, nil
	}
	const name = "exotel-monitor"
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		dir, err := os.UserConfigDir()
		return filepath.Join(dir, name), err
	}
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, name), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no home folder: %w; name a folder with --data", err)
	}
	return filepath.Join(home, ".local", "share", name), nil
}
