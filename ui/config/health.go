package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"exotel-monitor/heartbeat/alert"
)

// Health is how the ExoPhones' health is come by.
type Health struct {
	// PullMinutes is how often every ExoPhone is asked for; 0 for never.
	PullMinutes int `json:"pullMinutes"`
	// PushMinutes is how often Exotel sends heartbeats; 0 means that they tell.
	PushMinutes int `json:"pushMinutes"`
	// Webhook turns the listener for heartbeats on.
	Webhook bool `json:"webhook"`
	// Address is where it listens, as host:port.
	Address string `json:"address"`
	// PublicURL is where Exotel reaches it, without the secret; "" for nowhere.
	PublicURL string `json:"publicURL"`
	// SSH is the reverse tunnel that the program opens itself.
	SSH SSH `json:"ssh"`
}

// SSH is a reverse tunnel from a server of the user's to the listener.
type SSH struct {
	On     bool   `json:"on"`
	Server string `json:"server"` // host or host:port
	User   string `json:"user"`
	// KeyFile is the path of the private key; "" for those of the SSH agent.
	KeyFile string `json:"keyFile"`
	// Bind is where the server listens, as host:port.
	Bind string `json:"bind"`
}

// Limits of what can be chosen.
const (
	mostPullMinutes = 60
	mostPushMinutes = 24 * 60
)

// DefaultAddress is where the webhook listens until another place is chosen.
const DefaultAddress = "127.0.0.1:3000"

func defaultHealth() Health {
	return Health{PullMinutes: 5, Address: DefaultAddress, SSH: SSH{Bind: "127.0.0.1:3000"}}
}

func (h Health) check() error {
	switch {
	case h.PullMinutes < 0 || h.PullMinutes > mostPullMinutes:
		return fmt.Errorf("ExoPhones can be asked for every 1 to %d minutes, or never (0)", mostPullMinutes)
	case h.PushMinutes < 0 || h.PushMinutes > mostPushMinutes:
		return fmt.Errorf("heartbeats can be expected every 1 to %d minutes, or as they come (0)", mostPushMinutes)
	case !isAddress(h.Address):
		return fmt.Errorf("%q is not an address for the webhook; write it like %s", h.Address, DefaultAddress)
	}
	if u, err := url.Parse(h.PublicURL); err != nil || h.PublicURL != "" && u.Host == "" {
		return errors.New("the public URL is not one; write it like https://name.example.com")
	}
	return h.SSH.check()
}

func (s SSH) check() error {
	switch {
	case !s.On:
		return nil
	case s.Server == "" || s.User == "":
		return errors.New("the SSH tunnel needs a server and a user")
	case s.KeyFile != "" && !filepath.IsAbs(s.KeyFile):
		return errors.New("the SSH key needs the whole path of its file")
	case !isAddress(s.Bind):
		return fmt.Errorf("%q is not an address on the SSH server; write it like 127.0.0.1:3000", s.Bind)
	}
	return nil
}

func isAddress(address string) bool {
	_, port, err := net.SplitHostPort(address)
	n, errPort := strconv.ParseUint(port, 10, 16)
	return err == nil && errPort == nil && n > 0
}

// PullEvery is the time between two questions for all ExoPhones, 0 for never.
func (h Health) PullEvery() time.Duration { return time.Duration(h.PullMinutes) * time.Minute }

// PushEvery is the time between two heartbeats, 0 if they tell.
func (h Health) PushEvery() time.Duration { return time.Duration(h.PushMinutes) * time.Minute }

// Exposed reports whether others than this computer may reach the webhook, so
// that it needs its secret.
func (h Health) Exposed() bool {
	host, _, _ := net.SplitHostPort(h.Address)
	ip := net.ParseIP(host)
	return h.PublicURL != "" || h.SSH.On || host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// Alerts is what the user is told, and when.
type Alerts struct {
	Critical bool `json:"critical"`
	Warning  bool `json:"warning"`
	Sound    bool `json:"sound"`
	// Quiet are the hours of each weekday, Sunday first, in which nobody is told.
	Quiet [7]Quiet `json:"quiet"`
	// CriticalAnyway tells of CRITICAL in quiet hours, too.
	CriticalAnyway bool `json:"criticalAnyway"`
}

// Quiet are the quiet hours of one weekday, in the account's zone.
type Quiet struct {
	On   bool   `json:"on"`
	From string `json:"from"` // as 22:00
	To   string `json:"to"`   // as 08:00; before From it is the next day's
}

func defaultAlerts() Alerts {
	a := Alerts{Critical: true, Warning: true}
	for day := range a.Quiet {
		a.Quiet[day] = Quiet{From: "22:00", To: "08:00"}
	}
	return a
}

func (a Alerts) check() error {
	for _, q := range a.Quiet {
		if _, err := q.span(); err != nil {
			return err
		}
	}
	return nil
}

func (q Quiet) span() (alert.Span, error) {
	from, errFrom := time.Parse("15:04", q.From)
	to, errTo := time.Parse("15:04", q.To)
	if errFrom != nil || errTo != nil || from.Equal(to) {
		return alert.Span{}, fmt.Errorf("quiet hours %s to %s are none; write them like 22:00 and 08:00", q.From, q.To)
	}
	return alert.Span{From: from.Hour()*60 + from.Minute(), To: to.Hour()*60 + to.Minute()}, nil
}

// Rules are the settings as an alert.Policy wants them.
func (s Settings) Rules() alert.Rules {
	rules := alert.Rules{Critical: s.Alerts.Critical, Warning: s.Alerts.Warning, Sound: s.Alerts.Sound, CriticalAnyway: s.Alerts.CriticalAnyway}
	rules.Zone, _ = s.Location() // settings that cannot be used are not used
	for day, q := range s.Alerts.Quiet {
		if span, err := q.span(); q.On && err == nil {
			rules.Quiet[day] = &span
		}
	}
	return rules
}
