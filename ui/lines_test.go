package ui

import (
	"testing"

	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/settings"
)

// TestExoPhonesGetTheirNamesAfterAFailedStart, without a restart: what health asks for
// serves the menu, too.
func TestExoPhonesGetTheirNamesAfterAFailedStart(t *testing.T) {
	r := opened(t, rigOptions{
		calls:    exoteltest.SampleDay(sampleDat.In(testNow.Location()), nil),
		faults:   exoteltest.Faults{FailStatus: 403, Only: "IncomingPhoneNumbers"},
		settings: func(s *settings.Settings) { s.Health.PullMinutes = 5 },
	}, metrics.Yesterday)
	menu := r.dashboard.filters.phones
	if got := menu.options[1].text; got != "01140000003" {
		t.Fatalf("offered without a list: %q", got)
	}
	r.until("health to fail", func() bool { return r.watched.Health.Trouble != nil })
	r.account.SetFaults(exoteltest.Faults{})
	r.refreshAll()
	r.until("the names", func() bool { return menu.options[1].text == "Support main · +918040000001" })
	if got := len(menu.options); got != 7 {
		t.Errorf("%d lines in the menu: %+v", got, menu.options)
	}
}
