package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
)

const (
	up    = heartbeat.Up
	down  = heartbeat.Down
	dunno = heartbeat.NotKnown
)

// testPhone is an ExoPhone in these states.
func testPhone(number, name string, incoming, outgoing heartbeat.State) heartbeat.PhoneHealth {
	return heartbeat.PhoneHealth{
		Key: exotel.NumberKey(number), Number: number, Name: name,
		Incoming: heartbeat.LineHealth{State: incoming}, Outgoing: heartbeat.LineHealth{State: outgoing},
	}
}

// testPhones are ExoPhones in these states, incoming and outgoing by turns.
func testPhones(states ...heartbeat.State) []heartbeat.PhoneHealth {
	var phones []heartbeat.PhoneHealth
	for i := 0; i < len(states); i += 2 {
		phones = append(phones, testPhone("0804711220"+string(rune('0'+i/2)), "", states[i], states[i+1]))
	}
	return phones
}

// testHealth is the health of a listed account, pulled three minutes ago; the
// level is since 10:42.
func testHealth(level heartbeat.Level, phones ...heartbeat.PhoneHealth) heartbeat.Health {
	return heartbeat.Health{
		Level: level, At: testNow, Since: testNow.Add(-3*time.Hour - 40*time.Minute - 33*time.Second),
		Heard: testNow.Add(-3 * time.Minute), Source: heartbeat.Pulled, Every: 5 * time.Minute, Listed: true, Phones: phones,
	}
}

func TestHealthInWords(t *testing.T) {
	const ok, warning, critical, unknown = heartbeat.OK, heartbeat.Warning, heartbeat.Critical, heartbeat.Unknown
	const since = " · since 10:42 (3 h 40 min)"
	six := testPhones(down, up, down, up, up, up, up, up, up, up, up, up)
	for _, tt := range []struct {
		name   string
		level  heartbeat.Level
		phones []heartbeat.PhoneHealth
		change func(*heartbeat.Health)
		want   string
	}{
		{"all well", ok, testPhones(up, up, up, up), nil, "OK · All 2 numbers up, both directions · checked 14:19"},
		{"the only number is well", ok, testPhones(up, up), nil, "OK · The number is up, both directions · checked 14:19"},
		{"well before the list came", ok, nil, func(h *heartbeat.Health) { h.Listed = false }, "OK · Exotel reports all numbers up, both directions · checked 14:19"},
		{"well with trouble of ours", ok, testPhones(up, up), func(h *heartbeat.Health) { h.Trouble = refused }, "OK · The number is up, both directions · checked 14:19"},

		{"one failed once", ok, testPhones(up, up, up, up), func(h *heartbeat.Health) { h.Phones[1].Incoming.Failed = true }, "OK · 1 line failed, confirming… · checked 14:19"},
		{"two failed once", ok, testPhones(up, up, up, up), func(h *heartbeat.Health) { h.Phones[0].Outgoing.Failed, h.Phones[1].Incoming.Failed = true, true }, "OK · 2 lines failed, confirming… · checked 14:19"},
		{"one more failed once", warning, testPhones(down, up, up, up), func(h *heartbeat.Health) { h.Phones[1].Incoming.Failed = true }, "WARNING · 1 of 2 numbers down, incoming · 1 line failed, confirming…" + since},
		{"one failed while another is not known", unknown, testPhones(dunno, up, up, up), func(h *heartbeat.Health) { h.Phones[1].Incoming.Failed = true }, "UNKNOWN · 1 of 2 numbers is up · 1 unknown · 1 line failed, confirming…"},

		{"incoming down", warning, six, nil, "WARNING · 2 of 6 numbers down, incoming" + since},
		{"outgoing down", warning, testPhones(up, down, up, up), nil, "WARNING · 1 of 2 numbers down, outgoing" + since},
		{"both down", warning, testPhones(down, down, up, up), nil, "WARNING · 1 of 2 numbers down, incoming and outgoing" + since},
		{"each in another direction", warning, testPhones(down, up, up, down, up, up), nil, "WARNING · 2 of 3 numbers down (incoming on 1, outgoing on 1)" + since},
		{"not known which", warning, testPhones(up, up, up, up), nil, "WARNING · Exotel doesn't say which numbers" + since},
		{"before the list came", warning, testPhones(down, dunno), func(h *heartbeat.Health) { h.Listed = false }, "WARNING · 1 number down, incoming" + since},

		{"every number incoming", critical, testPhones(down, up, down, up, down, down), nil, "CRITICAL · 3 of 3 numbers down (incoming on 3, outgoing on 1)" + since},
		{"the only number outgoing", critical, testPhones(up, down), nil, "CRITICAL · 1 of 1 number down, outgoing" + since},
		{"everything", critical, testPhones(down, down, down, down), nil, "CRITICAL · 2 of 2 numbers down, incoming and outgoing" + since},
		{"for the account alone", critical, testPhones(up, up), nil, "CRITICAL · All numbers are affected; Exotel doesn't say in which direction" + since},
		{"for the account and a number", critical, testPhones(down, up, up, up), nil, "CRITICAL · 1 of 2 numbers down, incoming · Exotel reports it for all numbers" + since},

		{"too large", heartbeat.TooLarge, testPhones(up, up), nil, "PAYLOAD_TOO_LARGE · Too many numbers affected for one heartbeat. Checking them one by one."},

		{"before the first word", unknown, nil, func(h *heartbeat.Health) { *h = heartbeat.Health{} }, "UNKNOWN · Checking your ExoPhones…"},
		{"while the first are asked for", unknown, testPhones(up, up, dunno, dunno, up, dunno), nil, "UNKNOWN · 1 of 3 numbers is up · 2 unknown"},
		{"listed and not asked for", unknown, testPhones(dunno, dunno), func(h *heartbeat.Health) { h.Heard = time.Time{} }, "UNKNOWN · Checking your ExoPhones…"},
		{"no numbers", unknown, nil, nil, "UNKNOWN · This account has no ExoPhones"},
		{"one not known", unknown, testPhones(up, up, up, up, up, up, up, up, up, up, dunno, up), nil, "UNKNOWN · 5 of 6 numbers are up · 1 unknown"},
		{"none known", unknown, testPhones(dunno, up, dunno, dunno), nil, "UNKNOWN · Line status unknown"},
		{"heartbeats ceased", unknown, testPhones(dunno, dunno), func(h *heartbeat.Health) { h.Heard, h.Source = testNow.Add(-22*time.Minute), heartbeat.Pushed },
			"UNKNOWN · No heartbeat for 22 min (expected every 5 min)"},
		{"checks ceased", unknown, testPhones(dunno, dunno), func(h *heartbeat.Health) { h.Heard, h.Every = testNow.Add(-26*time.Hour), 90*time.Second },
			"UNKNOWN · Last checked 26 h ago (expected every 1 min)"},
		{"keys refused", unknown, testPhones(dunno, dunno), func(h *heartbeat.Health) { h.Trouble = refused },
			`UNKNOWN · Can't check line status: Exotel refused the API key or token (HTTP 401): "Authentication failed". Line status is unknown`},
		{"another error", unknown, nil, func(h *heartbeat.Health) { h.Heard, h.Trouble = time.Time{}, errors.New("the disk is full.") },
			"UNKNOWN · Can't check line status: the disk is full. Line status is unknown"},
		{"undocumented word", unknown, testPhones(up, up), func(h *heartbeat.Health) { h.Source, h.Word = heartbeat.Pushed, "DEGRADED" },
			"UNKNOWN · Exotel sent an unrecognised status: “DEGRADED”"},
		{"undocumented word and trouble", unknown, testPhones(up, up), func(h *heartbeat.Health) { h.Source, h.Word, h.Trouble = heartbeat.Pushed, "DEGRADED", refused },
			"UNKNOWN · Exotel sent an unrecognised status: “DEGRADED”"},
		{"no word at all", unknown, testPhones(up, up), func(h *heartbeat.Health) { h.Source = heartbeat.Pushed }, "UNKNOWN · Line status unknown"},
		{"undocumented word long ago", unknown, testPhones(up, up, dunno, dunno), func(h *heartbeat.Health) { h.Word = "DEGRADED" }, "UNKNOWN · 1 of 2 numbers is up · 1 unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := testHealth(tt.level, tt.phones...)
			if tt.change != nil {
				tt.change(&h)
			}
			if got := levelSentence(h, testNow, exotel.India); got != tt.want {
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
		{"none", testHealth(heartbeat.OK, testPhones(up, up)...), nil, ""},
		{"while all is well", testHealth(heartbeat.OK, testPhones(up, up)...), refused, said},
		{"while numbers are down", testHealth(heartbeat.Critical, testPhones(down, up)...), refused, said},
		{"while some are known", testHealth(heartbeat.Unknown, testPhones(up, up, dunno, dunno)...), refused, said},
		{"in the line itself", testHealth(heartbeat.Unknown, testPhones(dunno, dunno)...), refused, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.health.Trouble = tt.trouble
			if got := troubleText(tt.health); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestSince(t *testing.T) {
	for _, tt := range []struct {
		name  string
		since time.Time
		want  string
	}{
		{"never", time.Time{}, ""},
		{"just now", testNow.Add(-30 * time.Second), "since 14:22"},
		{"a clock that is ahead", testNow.Add(time.Minute), "since 14:23"},
		{"minutes", testNow.Add(-59 * time.Minute), "since 13:23 (59 min)"},
		{"hours", testNow.Add(-2 * time.Hour), "since 12:22 (2 h)"},
		{"yesterday", testNow.Add(-20*time.Hour - time.Minute), "since Thu 19 Nov 18:21 (20 h 1 min)"},
		{"days", testNow.Add(-50 * time.Hour), "since Wed 18 Nov 12:22 (2 days)"},
		{"last year", testNow.AddDate(-1, 0, 0), "since 20 Nov 2025 14:22 (365 days)"},
		{"by another zone's clock", testNow.Add(-time.Hour).UTC(), "since 13:22 (1 h)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := sinceText(tt.since, testNow, exotel.India); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestPhoneText(t *testing.T) {
	for number, want := range map[string]string{
		"+918047112201": "080 4711 2201", "08047112201": "080 4711 2201", "918047112201": "080 4711 2201", "8047112201": "080 4711 2201",
		"+911204567890": "0120 456 7890", "+919876543210": "098765 43210",
		"+6531234567": "+6531234567", "+6562345678": "+6562345678", "+14155550123": "+14155550123",
		"1800123": "1800123", "exo-17ab": "exo-17ab", "": "", "a\nb": "a b",
	} {
		if got := phoneText(number); got != want {
			t.Errorf("%q: %q, want %q", number, got, want)
		}
	}
}

// TestOneLine: what came from outside cannot break the line, hide a part of it
// or turn it round.
func TestOneLine(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain", "Sales west", "Sales west"},
		{"spaces and line ends", "  Sales\r\n\twest ", "Sales west"},
		{"right to left override", "abc\u202edef", "abc def"},
		{"broken bytes", "a\xffb", "a\ufffdb"},
		{"joiner", "क्\u200dष", "क्\u200dष"},
		{"long", strings.Repeat("é", 20), "ééééééééé…"},
		{"megabytes", strings.Repeat("a ", 1<<20), "a a a a a…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := oneLine(tt.text, 10); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// TestAlternate: only what Exotel suggests for the first affected line, and
// nothing that is down itself.
func TestAlternate(t *testing.T) {
	suggest := func(incoming, outgoing []string) []heartbeat.PhoneHealth {
		phones := []heartbeat.PhoneHealth{
			testPhone("08047112201", "Support", down, down), testPhone("08047112202", "Sales", up, down), testPhone("08047112203", "Field", up, up),
		}
		phones[0].Incoming.Alternates, phones[0].Outgoing.Alternates = incoming, outgoing
		return phones
	}
	for _, tt := range []struct {
		name         string
		phones       []heartbeat.PhoneHealth
		number, show string
	}{
		{"nothing is down", testPhones(up, up), "", ""},
		{"no suggestion", suggest(nil, nil), "", ""},
		{"for the second line only", suggest(nil, []string{"08047112233"}), "", ""},
		{"a stranger", suggest([]string{"08047112233", "08047112244"}, nil), "08047112233", ""},
		{"one of ours", suggest([]string{"+918047112203"}, nil), "+918047112203", "Field"},
		{"the first is down too", suggest([]string{"08047112202", "08047112233"}, nil), "08047112233", ""},
		{"all are down", suggest([]string{"08047112202"}, nil), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			number, name := alternate(heartbeat.Health{Phones: tt.phones})
			if number != tt.number || name != tt.show {
				t.Errorf("%q %q, want %q %q", number, name, tt.number, tt.show)
			}
		})
	}
}
