package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exotel-monitor/metrics"
)

func TestSettingsComeBackAsTheyWereSaved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "yet", "there")
	want := Settings{Zone: "Asia/Singapore", RefreshSeconds: 300, IndianGrouping: false, Clock: Clock12, Theme: ThemeDark, RatePerMinute: 0, Health: defaultHealth(), Alerts: defaultAlerts(),
		KeepMonths: 12, FillShare: 100, FillPaused: true, MaskNumbers: true,
		UpdateCheck: true, UpdateFeed: "https://example.com/feed.json", UpdateSkip: "1.2.0"}
	want.Health.Webhook, want.Health.PublicURL, want.Alerts.Quiet[3].On = true, "https://name.example.com", true
	if err := want.Save(dir); err != nil {
		t.Fatal(err)
	}
	if got, err := Load(dir); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestWithoutAFileTheDefaultsHold(t *testing.T) {
	got, err := Load(t.TempDir())
	want := Settings{Zone: "Asia/Kolkata", RefreshSeconds: 60, IndianGrouping: true, Clock: Clock24, Theme: ThemeSystem, RatePerMinute: 180, Health: defaultHealth(), Alerts: defaultAlerts(), FillShare: 33}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := want.Check(); err != nil {
		t.Error(err)
	}
}

func TestFileThatCannotBeUsedLeavesTheDefaultsAndSaysSo(t *testing.T) {
	for name, text := range map[string]string{
		"empty":                "",
		"cut off":              `{"zone": "Asia/Ko`,
		"no object":            `[]`,
		"two objects":          `{}{}`,
		"wrong type":           `{"refreshSeconds": "60"}`,
		"unknown zone":         `{"zone": "Asia/Atlantis"}`,
		"the computer's zone":  `{"zone": "Local"}`,
		"no zone":              `{"zone": ""}`,
		"a path as zone":       `{"zone": "../../etc/passwd"}`,
		"too often":            `{"refreshSeconds": 14}`,
		"never":                `{"refreshSeconds": 0}`,
		"too seldom":           `{"refreshSeconds": 86401}`,
		"an overflow":          `{"refreshSeconds": 9223372036854775807}`,
		"negative rate":        `{"ratePerMinute": -1}`,
		"a clock of 13":        `{"clock": "13"}`,
		"no clock":             `{"clock": ""}`,
		"clock as a number":    `{"clock": 12}`,
		"a theme of no choice": `{"theme": "blue"}`,
		"no theme":             `{"theme": ""}`,
		"months of no choice":  `{"keepMonths": 9}`,
		"negative months":      `{"keepMonths": -3}`,
		"share too small":      `{"fillShare": 4}`,
		"feed without https":   `{"updateFeed": "http://example.com/feed.json"}`,
		"share too large":      `{"fillShare": 101}`,
		"pulls too seldom":     `{"health": {"pullMinutes": 61}}`,
		"no webhook address":   `{"health": {"address": "3000"}}`,
		"no public URL":        `{"health": {"publicURL": "name"}}`,
		"SSH without server":   `{"health": {"ssh": {"on": true}}}`,
		"quiet without hours":  `{"alerts": {"quiet": [{"from": "22:00", "to": "22:00"}]}}`,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, fileName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Load(dir)
		got.MaskNumbers = false // see TestNumbersAreHiddenWhileTheSettingsCannotBeRead
		if err == nil || got != Default() || !strings.Contains(err.Error(), fileName) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestNumbersAreHiddenWhileTheSettingsCannotBeRead(t *testing.T) {
	for text, hidden := range map[string]bool{
		`{"maskNumbers": true`:                         true,
		`{"maskNumbers": false, "zone": 1}`:            true, // that much may be a mishap, too
		`{"maskNumbers": true, "refreshSeconds": 1}`:   true,
		`{"maskNumbers": false, "refreshSeconds": 1}`:  false,
		`{"maskNumbers": false, "refreshSeconds": 60}`: false,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, fileName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Load(dir)
		if s.MaskNumbers != hidden {
			t.Errorf("%s: hidden %v, %v", text, s.MaskNumbers, err)
		}
	}
}

func TestAFieldThatCannotBeUsedLeavesTheOthers(t *testing.T) {
	dir := t.TempDir()
	text := `{"zone": "Asia/Singapore", "refreshSeconds": 5, "ratePerMinute": 90}`
	if err := os.WriteFile(filepath.Join(dir, fileName), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Zone, want.RatePerMinute = "Asia/Singapore", 90
	if got, err := Load(dir); err == nil || got != want {
		t.Errorf("got %+v, %v; want %+v and an error", got, err, want)
	}
}

func TestFileMaySayLessOrMore(t *testing.T) {
	dir := t.TempDir()
	text := `{"refreshSeconds": 30, "ofALaterVersion": true}`
	if err := os.WriteFile(filepath.Join(dir, fileName), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.RefreshSeconds = 30
	if got, err := Load(dir); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestSettingsThatCannotBeUsedAreNotSaved(t *testing.T) {
	dir := t.TempDir()
	if err := (Settings{}).Save(dir); err == nil {
		t.Error("saved")
	}
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("left behind: %v", files)
	}
}

func TestSaveThatFailsLeavesTheOldFileAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	// A folder in the file's place cannot be replaced by a file.
	if err := os.MkdirAll(filepath.Join(dir, fileName, "old"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Default().Save(dir); err == nil || !strings.Contains(err.Error(), "not saved") {
		t.Errorf("got %v", err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || !files[0].IsDir() {
		t.Errorf("left: %v, %v", files, err)
	}
}

func TestSaveIntoAFileFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Default().Save(file); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("got %v", err)
	}
}

func TestSettingsInOtherUnits(t *testing.T) {
	s := Default()
	if s.Interval() != time.Minute || s.Grouping() != metrics.Indian || s.ClientRate() != 180 {
		t.Errorf("defaults: %v, %v, %v", s.Interval(), s.Grouping(), s.ClientRate())
	}
	if o := s.Filler(nil); o.Share != 0.33 || o.KeepMonths != 0 || o.Paused {
		t.Errorf("defaults of filling: %+v", o)
	}
	s = Settings{RatePerMinute: 0, IndianGrouping: false, FillShare: 50, KeepMonths: 6, FillPaused: true}
	if o := s.Filler(nil); o.Share != 0.5 || o.KeepMonths != 6 || !o.Paused {
		t.Errorf("filling: %+v", o)
	}
	if s.Grouping() != metrics.Thousands || s.ClientRate() >= 0 {
		t.Errorf("without: %v, %v", s.Grouping(), s.ClientRate())
	}
}

func TestAChangeLeavesTheRestOfTheFileAsItIs(t *testing.T) {
	dir := t.TempDir()
	saved := Default()
	saved.RefreshSeconds = 300
	if err := saved.Save(dir); err != nil {
		t.Fatal(err)
	}
	skip := func(s *Settings) { s.UpdateSkip = "1.3.0" }
	if err := Change(dir, skip); err != nil {
		t.Fatal(err)
	}
	skip(&saved)
	if got, err := Load(dir); err != nil || got != saved {
		t.Errorf("got %+v, %v", got, err)
	}
	path := filepath.Join(dir, fileName)
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if Change(dir, skip) == nil {
		t.Error("a file that cannot be read was changed")
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "{" {
		t.Errorf("it holds %q, %v", data, err)
	}
}
