package ui

import (
	"testing"

	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
)

// TestAChangedTokenIsSaidOnEveryRangeAndScreen that shows health, as soon as the calls
// are refused, and until it is accepted again.
func TestAChangedTokenIsSaidOnEveryRangeAndScreen(t *testing.T) {
	const banner, strip = "Can't see your lines", "UNKNOWN"
	r := heard(t, nil)
	r.account.SetFaults(exoteltest.Faults{RotatedToken: "another-token"})
	r.session.worker.Refresh()
	r.until("the banner", func() bool { return r.Shows(banner) })
	if h := r.watched.Health; h.Level != heartbeat.Unknown || h.UpCount() != 0 || r.tray.level != heartbeat.Unknown {
		t.Errorf("health is %s with %d numbers up, the tray's %s", h.Level, h.UpCount(), r.tray.level)
	}
	if !r.Shows("Can't check line status: Exotel refused the API key or token") || !r.Shows("Alerts · 1 open") || !r.Shows("Fix keys") {
		t.Error("the dashboard does not say why, that an alert is open, or what to do")
	}
	for _, choice := range []metrics.Range{metrics.Yesterday, metrics.Last7Days, metrics.ThisMonth, metrics.AllStored, metrics.Today} {
		r.Tap(rangeNames[choice])
		r.until("the figures", func() bool { return r.dashboard.Shown.Choice.Range == choice && !r.dashboard.Shown.Loading })
		if !r.Shows(banner) || !r.Shows(strip) {
			t.Errorf("%s does not say so", rangeNames[choice])
		}
	}
	r.showAlerts()
	r.until("the alert", func() bool {
		return r.Shows("Exotel refused the API key or token. ") || r.Shows("opened") || r.Shows("Can't see your lines")
	})
	if !r.Shows(banner) {
		t.Error("the alerts do not say so")
	}
	r.showPhone(r.watched.Health.Phones[0].Key)
	if !r.Shows(banner) {
		t.Error("a number's page does not say so")
	}
	r.showDashboard()
	r.account.SetFaults(exoteltest.Faults{})
	r.session.worker.Refresh()
	r.until("the end", func() bool { return r.watched.Health.Level == heartbeat.OK && r.watched.Alert == nil })
	if r.Shows(banner) || r.Shows("Not connected") {
		t.Error("the banner stays")
	}
}
