package text

import (
	"errors"
	"testing"
	"time"

	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/uitest/sample"
)

func TestHealthInWords(t *testing.T) {
	const ok, warning, critical, unknown = heartbeat.OK, heartbeat.Warning, heartbeat.Critical, heartbeat.Unknown
	const since = " · since 10:42 (3 h 40 min)"
	six := sample.Phones(sample.Down, sample.Up, sample.Down, sample.Up, sample.Up, sample.Up, sample.Up, sample.Up, sample.Up, sample.Up, sample.Up, sample.Up)
	for _, tt := range []struct {
		name   string
		level  heartbeat.Level
		phones []heartbeat.PhoneHealth
		change func(*heartbeat.Health)
		want   string
	}{
		{"all well", ok, sample.Phones(sample.Up, sample.Up, sample.Up, sample.Up), nil, "OK · All 2 numbers up, both directions · checked 14:19"},
		{"the only number is well", ok, sample.Phones(sample.Up, sample.Up), nil, "OK · The number is up, both directions · checked 14:19"},
		{"well before the list came", ok, nil, func(h *heartbeat.Health) { h.Listed = false }, "OK · Exotel reports all numbers up, both directions · checked 14:19"},
		{"well with trouble of ours", ok, sample.Phones(sample.Up, sample.Up), func(h *heartbeat.Health) { h.PollErr = sample.Refused }, "OK · The number is up, both directions · checked 14:19"},

		{"one failed once", ok, sample.Phones(sample.Up, sample.Up, sample.Up, sample.Up), func(h *heartbeat.Health) { h.Phones[1].Incoming.Suspect = true }, "OK · 1 line failed, confirming… · checked 14:19"},
		{"two failed once", ok, sample.Phones(sample.Up, sample.Up, sample.Up, sample.Up), func(h *heartbeat.Health) { h.Phones[0].Outgoing.Suspect, h.Phones[1].Incoming.Suspect = true, true }, "OK · 2 lines failed, confirming… · checked 14:19"},
		{"one more failed once", warning, sample.Phones(sample.Down, sample.Up, sample.Up, sample.Up), func(h *heartbeat.Health) { h.Phones[1].Incoming.Suspect = true }, "WARNING · 1 of 2 numbers down, incoming · 1 line failed, confirming…" + since},
		{"one failed while another is not known", unknown, sample.Phones(sample.NotKnown, sample.Up, sample.Up, sample.Up), func(h *heartbeat.Health) { h.Phones[1].Incoming.Suspect = true }, "UNKNOWN · 1 of 2 numbers is up · 1 unknown · 1 line failed, confirming…"},

		{"incoming down", warning, six, nil, "WARNING · 2 of 6 numbers down, incoming" + since},
		{"outgoing down", warning, sample.Phones(sample.Up, sample.Down, sample.Up, sample.Up), nil, "WARNING · 1 of 2 numbers down, outgoing" + since},
		{"both down", warning, sample.Phones(sample.Down, sample.Down, sample.Up, sample.Up), nil, "WARNING · 1 of 2 numbers down, incoming and outgoing" + since},
		{"each in another direction", warning, sample.Phones(sample.Down, sample.Up, sample.Up, sample.Down, sample.Up, sample.Up), nil, "WARNING · 2 of 3 numbers down (incoming on 1, outgoing on 1)" + since},
		{"not known which", warning, sample.Phones(sample.Up, sample.Up, sample.Up, sample.Up), nil, "WARNING · Exotel doesn't say which numbers" + since},
		{"before the list came", warning, sample.Phones(sample.Down, sample.NotKnown), func(h *heartbeat.Health) { h.Listed = false }, "WARNING · 1 number down, incoming" + since},

		{"every number incoming", critical, sample.Phones(sample.Down, sample.Up, sample.Down, sample.Up, sample.Down, sample.Down), nil, "CRITICAL · 3 of 3 numbers down (incoming on 3, outgoing on 1)" + since},
		{"the only number outgoing", critical, sample.Phones(sample.Up, sample.Down), nil, "CRITICAL · 1 of 1 number down, outgoing" + since},
		{"everything", critical, sample.Phones(sample.Down, sample.Down, sample.Down, sample.Down), nil, "CRITICAL · 2 of 2 numbers down, incoming and outgoing" + since},
		{"for the account alone", critical, sample.Phones(sample.Up, sample.Up), nil, "CRITICAL · All numbers are affected; Exotel doesn't say in which direction" + since},
		{"for the account and a number", critical, sample.Phones(sample.Down, sample.Up, sample.Up, sample.Up), nil, "CRITICAL · 1 of 2 numbers down, incoming · Exotel reports it for all numbers" + since},

		{"too large", heartbeat.TooLarge, sample.Phones(sample.Up, sample.Up), nil, "PAYLOAD_TOO_LARGE · Too many numbers affected for one heartbeat. Checking them one by one."},

		{"before the first word", unknown, nil, func(h *heartbeat.Health) { *h = heartbeat.Health{} }, "UNKNOWN · Checking your ExoPhones…"},
		{"while the first are asked for", unknown, sample.Phones(sample.Up, sample.Up, sample.NotKnown, sample.NotKnown, sample.Up, sample.NotKnown), nil, "UNKNOWN · 1 of 3 numbers is up · 2 unknown"},
		{"listed and not asked for", unknown, sample.Phones(sample.NotKnown, sample.NotKnown), func(h *heartbeat.Health) { h.ReportedAt = time.Time{} }, "UNKNOWN · Checking your ExoPhones…"},
		{"no numbers", unknown, nil, nil, "UNKNOWN · This account has no ExoPhones"},
		{"one not known", unknown, sample.Phones(sample.Up, sample.Up, sample.Up, sample.Up, sample.Up, sample.Up, sample.Up, sample.Up, sample.Up, sample.Up, sample.NotKnown, sample.Up), nil, "UNKNOWN · 5 of 6 numbers are up · 1 unknown"},
		{"none known", unknown, sample.Phones(sample.NotKnown, sample.Up, sample.NotKnown, sample.NotKnown), nil, "UNKNOWN · Line status unknown"},
		{"heartbeats ceased", unknown, sample.Phones(sample.NotKnown, sample.NotKnown), func(h *heartbeat.Health) { h.ReportedAt, h.Origin = sample.Now.Add(-22*time.Minute), heartbeat.Pushed },
			"UNKNOWN · No heartbeat for 22 min (expected every 5 min)"},
		{"checks ceased", unknown, sample.Phones(sample.NotKnown, sample.NotKnown), func(h *heartbeat.Health) { h.ReportedAt, h.Interval = sample.Now.Add(-26*time.Hour), 90*time.Second },
			"UNKNOWN · Last checked 26 h ago (expected every 1 min)"},
		{"keys refused", unknown, sample.Phones(sample.NotKnown, sample.NotKnown), func(h *heartbeat.Health) { h.PollErr = sample.Refused },
			`UNKNOWN · Can't check line status: Exotel refused the API key or token (HTTP 401): "Authentication failed". Line status is unknown`},
		{"another error", unknown, nil, func(h *heartbeat.Health) { h.ReportedAt, h.PollErr = time.Time{}, errors.New("the disk is full.") },
			"UNKNOWN · Can't check line status: the disk is full. Line status is unknown"},
		{"undocumented word", unknown, sample.Phones(sample.Up, sample.Up), func(h *heartbeat.Health) { h.Origin, h.LevelText = heartbeat.Pushed, "DEGRADED" },
			"UNKNOWN · Exotel sent an unrecognised status: “DEGRADED”"},
		{"undocumented word and trouble", unknown, sample.Phones(sample.Up, sample.Up), func(h *heartbeat.Health) {
			h.Origin, h.LevelText, h.PollErr = heartbeat.Pushed, "DEGRADED", sample.Refused
		},
			"UNKNOWN · Exotel sent an unrecognised status: “DEGRADED”"},
		{"no word at all", unknown, sample.Phones(sample.Up, sample.Up), func(h *heartbeat.Health) { h.Origin = heartbeat.Pushed }, "UNKNOWN · Line status unknown"},
		{"undocumented word long ago", unknown, sample.Phones(sample.Up, sample.Up, sample.NotKnown, sample.NotKnown), func(h *heartbeat.Health) { h.LevelText = "DEGRADED" }, "UNKNOWN · 1 of 2 numbers is up · 1 unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := sample.Health(tt.level, tt.phones...)
			if tt.change != nil {
				tt.change(&h)
			}
			if got := india.LevelSentence(h, sample.Now); got != tt.want {
				t.Errorf("%q,\nwant %q", got, tt.want)
			}
		})
	}
}

// TestOwnTroubleIsSaidOnce: a fault of our connection is told from the
// ExoPhones', beside a level that is known without it.
func TestOwnTroubleIsSaidOnce(t *testing.T) {
	const said = `Can't check line status: Exotel refused the API key or token (HTTP 401): "Authentication failed"`
	for _, tt := range []struct {
		name    string
		health  heartbeat.Health
		trouble error
		want    string
	}{
		{"none", sample.Health(heartbeat.OK, sample.Phones(sample.Up, sample.Up)...), nil, ""},
		{"while all is well", sample.Health(heartbeat.OK, sample.Phones(sample.Up, sample.Up)...), sample.Refused, said},
		{"while numbers are down", sample.Health(heartbeat.Critical, sample.Phones(sample.Down, sample.Up)...), sample.Refused, said},
		{"while some are known", sample.Health(heartbeat.Unknown, sample.Phones(sample.Up, sample.Up, sample.NotKnown, sample.NotKnown)...), sample.Refused, said},
		{"in the line itself", sample.Health(heartbeat.Unknown, sample.Phones(sample.NotKnown, sample.NotKnown)...), sample.Refused, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.health.PollErr = tt.trouble
			if got := Trouble(tt.health); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
