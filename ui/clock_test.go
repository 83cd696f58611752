package ui

import (
	"regexp"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
)

// TestEveryScreenFollowsTheClock visits the screens that write times of day.
func TestEveryScreenFollowsTheClock(t *testing.T) {
	r := opened(t, rigOptions{
		account:  exoteltest.Options{CallsPerDay: 50, ExoPhones: []exoteltest.ExoPhone{{Number: "08047112201", Name: "Support"}}},
		settings: func(s *config.Settings) { s.Clock, s.Health.PullMinutes = config.Clock12, 5 },
	}, metrics.Today)
	r.until("the health", func() bool { return r.watched.Health.Level == heartbeat.OK })
	r.beat("CRITICAL", `["08047112201"]`)
	r.until("the alert", func() bool { return r.watched.Alert != nil })
	clock := regexp.MustCompile(`\b\d{1,2}:\d{2}(:\d{2})?\b( [ap]m)?`)
	look := func(where string) {
		t.Helper()
		r.Settle()
		text := r.readable()
		times := clock.FindAllString(strings.ReplaceAll(text, "UTC+5:30", ""), -1)
		if len(times) == 0 {
			t.Errorf("%s has no time in it, so it proves nothing:\n%s", where, text)
		}
		for _, at := range times {
			if !strings.HasSuffix(at, "m") {
				t.Errorf("%s says %s in\n%s", where, at, text)
			}
		}
	}
	look("the dashboard")
	r.showPhone("8047112201")
	r.until("the history", func() bool { return r.phone != nil && r.Shows("Incidents, last 30 days") })
	look("the history")
	r.Control(fyne.Key3)
	r.until("the alerts", func() bool { return r.Shows("1 alert") })
	r.tapAlerts()
	look("the alerts")
	r.Control(fyne.Key4)
	look("the data")
}
