package ui

import (
	"testing"
	"time"

	"exotel-monitor/exotel"
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
	r.until("the banner", func() bool { return r.says(banner) })
	if h := r.watched.Health; h.Level != heartbeat.Unknown || h.Up() != 0 || r.tray.level != heartbeat.Unknown {
		t.Errorf("health is %s with %d numbers up, the tray's %s", h.Level, h.Up(), r.tray.level)
	}
	if !r.says("Can't check line status: Exotel refused the API key or token") || !r.says("Alerts · 1 open") || !r.says("Fix keys") {
		t.Error("the dashboard does not say why, that an alert is open, or what to do")
	}
	for _, choice := range []metrics.Range{metrics.Yesterday, metrics.Last7Days, metrics.ThisMonth, metrics.AllStored, metrics.Today} {
		r.dashboard.filters.chooseRange(choice)
		r.until("the figures", func() bool { return r.dashboard.shown.Choice.Range == choice && !r.dashboard.shown.Loading })
		if !r.says(banner) || !r.says(strip) {
			t.Errorf("%s does not say so", rangeName(choice))
		}
	}
	r.showAlerts()
	r.until("the alert", func() bool {
		return r.says("Exotel refused the API key or token. ") || r.says("Opened") || r.says("Can't see your lines")
	})
	if !r.says(banner) {
		t.Error("the alerts do not say so")
	}
	r.showPhone(r.watched.Health.Phones[0].Key)
	if !r.says(banner) {
		t.Error("a number's page does not say so")
	}
	r.showDashboard()
	r.account.SetFaults(exoteltest.Faults{})
	r.session.worker.Refresh()
	r.until("the end", func() bool { return r.watched.Health.Level == heartbeat.OK && r.watched.Alert == nil })
	if r.says(banner) || r.says("Not connected") {
		t.Error("the banner stays")
	}
}

func TestBlindNotice(t *testing.T) {
	unreachable := &exotel.Error{Op: "list ExoPhones", Kind: exotel.KindNetwork}
	forbidden := &exotel.Error{Op: "list calls", Kind: exotel.KindForbidden, Status: 403}
	blind := func(err error) heartbeat.Health {
		return heartbeat.Health{At: testNow, Trouble: err, Blind: err, BlindSince: testNow.Add(-20 * time.Minute)}
	}
	well := testHealth(heartbeat.OK, testPhones(up, up)...)
	fresh := well
	fresh.Trouble = refused
	offline := well
	offline.Trouble = unreachable
	for _, test := range []struct {
		name    string
		health  heartbeat.Health
		refused error
		want    string // the word, what it is about, and what is offered
	}{
		{"all is well", well, nil, ""},
		{"not reached for a moment", offline, nil, ""},
		{"refused keys", blind(refused), refused, `Can't see your lines: Exotel refused the API key or token (HTTP 401): "Authentication failed". Check the API key and token; a regenerated token replaces the old one. Check the account SID and the API address, and whether the account is on the Singapore or the Mumbai region. Since 14:02. [Fix keys]`},
		{"not reached", blind(unreachable), nil, "Can't see your lines: Exotel could not be reached. Check the internet connection, the proxy and the region's address, then try again. Since 14:02. [Try again]"},
		{"no heartbeats", blind(heartbeat.ErrSilent), nil, "Can't see your lines: No heartbeats arrive from Exotel. Check the webhook and the way to it in Settings. Since 14:02. [Try again]"},
		{"refused while heartbeats come", fresh, nil, `Not connected: Exotel refused the API key or token (HTTP 401): "Authentication failed". Check the API key and token; a regenerated token replaces the old one. Check the account SID and the API address, and whether the account is on the Singapore or the Mumbai region. [Fix keys]`},
		{"refused for the calls alone", well, forbidden, "Not connected: These keys aren't allowed from here (HTTP 403). The keys are right but this computer may not use them: ask your Exotel administrator about the allowed IP addresses and the account's state. [Try again]"},
	} {
		n := blindNotice(test.health, test.refused, exotel.India, blindActions{})
		got := ""
		if n.word != "" {
			got = n.word + ": " + n.about + " [" + n.action + "]"
		}
		if got != test.want {
			t.Errorf("%s: %s\nwant %s", test.name, got, test.want)
		}
	}
}
