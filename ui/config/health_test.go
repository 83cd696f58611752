package config

import (
	"testing"
	"time"
)

func TestTheWebhookIsExposedWhenOthersMayReachIt(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Health)
		want   bool
	}{
		"by default":         {func(*Health) {}, false},
		"by name":            {func(h *Health) { h.Address = "localhost:3000" }, false},
		"by IPv6":            {func(h *Health) { h.Address = "[::1]:3000" }, false},
		"at all addresses":   {func(h *Health) { h.Address = ":3000" }, true},
		"in the network":     {func(h *Health) { h.Address = "192.168.1.7:3000" }, true},
		"by a public URL":    {func(h *Health) { h.PublicURL = "https://x.example" }, true},
		"by our own tunnel":  {func(h *Health) { h.SSH.On = true }, true},
		"by any other name":  {func(h *Health) { h.Address = "laptop:3000" }, true},
		"at any IPv6 at all": {func(h *Health) { h.Address = "[::]:3000" }, true},
	} {
		h := defaultHealth()
		test.change(&h)
		if h.Exposed() != test.want {
			t.Errorf("%s: %v", name, h.Exposed())
		}
	}
}

func TestRulesFollowTheSettings(t *testing.T) {
	s := Default()
	s.Alerts.Quiet[time.Saturday] = Quiet{On: true, From: "22:30", To: "08:15"}
	rules := s.Rules()
	if q := rules.Quiet[time.Saturday]; q == nil || q.From != 22*60+30 || q.To != 8*60+15 {
		t.Errorf("Saturday: %v", q)
	}
	if rules.Quiet[time.Sunday] != nil || !rules.Critical || !rules.Warning || rules.CriticalAnyway || rules.Zone.String() != DefaultZone {
		t.Errorf("got %+v", rules)
	}
}
