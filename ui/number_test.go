package ui

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/dashboard"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

// readable collects every text of a screen: of widgets, of what they draw, and
// what a screen reader is told.
func (r *rig) readable() string {
	var list []string
	uitest.Walk(r.Top(), func(o fyne.CanvasObject) {
		if text, ok := o.(*canvas.Text); ok {
			list = append(list, text.Text)
		}
		if words, ok := o.(*kit.Text); ok {
			list = append(list, words.Text)
		}
		if c, ok := o.(fyne.Accessible); ok {
			list = append(list, c.AccessibilityLabel())
		}
	})
	return strings.Join(list, "\n")
}

// TestNoScreenShowsANumberThatIsHidden visits every screen.
func TestNoScreenShowsANumberThatIsHidden(t *testing.T) {
	r := opened(t, rigOptions{
		account: exoteltest.Options{CallsPerDay: 50, ExoPhones: []exoteltest.ExoPhone{
			{Number: "08047112201", Name: "Support"}, {Number: "02248900102", Name: "02248900102"}, {Number: "01141190203"}, {Number: "09845012345", Name: "Sales +91 98450 12345"},
		}},
		settings: func(s *config.Settings) { s.MaskNumbers, s.Health.PullMinutes = true, 5 },
	}, metrics.Today)
	r.until("the names", func() bool { return len(r.directory.ExoPhones()) >= 2 })
	r.until("the health", func() bool { return r.watched.Health.Level == heartbeat.OK })
	r.beat("CRITICAL", `["08047112201", "02248900102", "01141190203", "09845012345"]`)
	r.until("the alert", func() bool { return r.watched.Alert != nil && len(r.told.all()) > 0 })
	numbers := []string{"8047112201", "2248900102", "1141190203", "9845012345"}
	other := regexp.MustCompile(`[^0-9]`)
	check := func(where, text string) {
		t.Helper()
		digits := ""
		for _, line := range strings.Split(text, "\n") {
			digits += other.ReplaceAllString(line, "") + "\n"
		}
		for _, number := range numbers {
			if strings.Contains(digits, number) {
				t.Errorf("%s shows %s:\n%s", where, number, text)
			}
		}
	}
	look := func(where, wants string) {
		t.Helper()
		r.Settle()
		text := r.readable()
		if !strings.Contains(text, wants) {
			t.Errorf("%s does not say %q, so it proves nothing", where, wants)
		}
		check(where, text)
	}
	look("the dashboard", "080•••••201")
	const support = "Support · 080•••••201"
	r.Enter("n")
	look("the menu of ExoPhones", support)
	r.Tap(support)
	r.idle()
	look("the filter", "080•••••201")
	r.ChooseFrom(support, "All ExoPhones")
	for _, key := range []string{"8047112201", "9845012345"} {
		r.showPhone(key)
		r.until("the history", func() bool { return r.phone != nil && r.Shows("Incidents, last 30 days") })
		look("the history", "•••••")
	}
	r.Control(fyne.Key3)
	r.until("the alerts", func() bool { return r.Shows("1 alert") })
	r.tapAlerts()
	look("the alerts", "•••••")
	r.Control(fyne.Key4)
	look("the data", "Stored calls")
	r.Control(fyne.Key5)
	look("the settings", "Hide phone numbers on screen")
	for _, m := range r.told.all() {
		check("a notification", m.Title+"\n"+m.Body)
	}
	if told := r.told.all()[0]; !strings.Contains(told.Body, "•••••") {
		t.Errorf("the notification proves nothing: %+v", told)
	}
	check("the tray", r.tray.text)
	r.showDashboard()
	r.dashboard.ApplyAsides(dashboard.Asides{Deaf: errors.New("no word from +918047112201")})
	r.dashboard.Tick(sample.Now.Add(time.Second), time.Time{})
	look("the strip's aside", "no word from 080•••••201")
}
