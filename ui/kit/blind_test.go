package kit

import (
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest/sample"
)

func TestBlindNotice(t *testing.T) {
	unreachable := &exotel.Error{Op: "list ExoPhones", Kind: exotel.KindNetwork}
	forbidden := &exotel.Error{Op: "list calls", Kind: exotel.KindForbidden, Status: 403}
	blind := func(err error) heartbeat.Health {
		return heartbeat.Health{At: sample.Now, PollErr: err, BlindErr: err, BlindSince: sample.Now.Add(-20 * time.Minute)}
	}
	well := sample.Health(heartbeat.OK, sample.Phones(sample.Up, sample.Up)...)
	fresh := well
	fresh.PollErr = sample.Refused
	offline := well
	offline.PollErr = unreachable
	for _, test := range []struct {
		name    string
		health  heartbeat.Health
		refused error
		want    string // the word, what it is about, and what is offered
	}{
		{"all is well", well, nil, ""},
		{"not reached for a moment", offline, nil, ""},
		{"refused keys", blind(sample.Refused), sample.Refused, `Can't see your lines: Exotel refused the API key or token (HTTP 401): "Authentication failed". Check the API key and token; a regenerated token replaces the old one. Check the account SID and the API address, and whether the account is on the Singapore or the Mumbai region. Since 14:02. [Fix keys]`},
		{"not reached", blind(unreachable), nil, "Can't see your lines: Exotel could not be reached. Check the internet connection, the proxy and the region's address, then try again. Since 14:02. [Try again]"},
		{"no heartbeats", blind(heartbeat.ErrSilent), nil, "Can't see your lines: No heartbeats arrive from Exotel. Check the webhook and the way to it in Settings. Since 14:02. [Try again]"},
		{"refused while heartbeats come", fresh, nil, `Not connected: Exotel refused the API key or token (HTTP 401): "Authentication failed". Check the API key and token; a regenerated token replaces the old one. Check the account SID and the API address, and whether the account is on the Singapore or the Mumbai region. [Fix keys]`},
		{"refused for the calls alone", well, forbidden, "Not connected: These keys aren't allowed from here (HTTP 403). The keys are right but this computer may not use them: ask your Exotel administrator about the allowed IP addresses and the account's state. [Try again]"},
	} {
		n := BlindNotice(test.health, test.refused, text.Format{Zone: exotel.India}, BlindActions{})
		got := ""
		if n.Title != "" {
			got = n.Title + ": " + n.Body + " [" + n.Action + "]"
		}
		if got != test.want {
			t.Errorf("%s: %s\nwant %s", test.name, got, test.want)
		}
	}
}
