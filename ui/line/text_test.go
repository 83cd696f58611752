package line

import (
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest/sample"
)

// TestPhoneStripParts: a day is divided without a gap, and what was not seen is
// neither up nor down.
func TestPhoneStripParts(t *testing.T) {
	from, to := sample.Clock("19 14:00"), sample.Clock("14:00")
	for _, tt := range []struct {
		name  string
		spans []journal.Span
		parts string
		text  string
	}{
		{"nothing seen", nil, "14:00–now not observed (24 h)", "No data for the last 24 h"},
		{"up all day", []journal.Span{span("18 10:00", "14:00", true)}, "14:00–now up (24 h)", "Up for all of the last 24 h"},
		{"longer than the day", []journal.Span{span("18 10:00", "15:00", true)}, "14:00–now up (24 h)", "Up for all of the last 24 h"},
		{"down for a while", []journal.Span{span("19 13:00", "10:42", true), span("10:42", "11:30", false), span("11:30", "14:00", true)},
			"14:00–10:42 up (20 h 42 min), 10:42–11:30 down (48 min), 11:30–now up (2 h 30 min)", "Down 48 min in 24 h"},
		{"gaps", []journal.Span{span("19 14:00", "02:00", true), span("04:10", "14:00", true)},
			"14:00–02:00 up (12 h), 02:00–04:10 not observed (2 h 10 min), 04:10–now up (9 h 50 min)", "No outage seen in 24 h (not observed 2 h 10 min)"},
		{"down and gaps", []journal.Span{span("19 14:00", "10:00", true), span("10:30", "11:18", false)},
			"14:00–10:00 up (20 h), 10:00–10:30 not observed (30 min), 10:30–11:18 down (48 min), 11:18–now not observed (2 h 42 min)", "Down 48 min in 24 h (not observed 3 h 12 min)"},
		{"spans of one word", []journal.Span{span("09:00", "09:00", true), span("09:30", "09:30", false)}, "14:00–now not observed (24 h)", "No data for the last 24 h"},
		{"two spans of one state", []journal.Span{span("19 14:00", "02:00", true), span("02:00", "14:00", true)}, "14:00–now up (24 h)", "Up for all of the last 24 h"},
		{"all before", []journal.Span{span("18 10:00", "18 11:00", false)}, "14:00–now not observed (24 h)", "No data for the last 24 h"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parts := stripParts(tt.spans, from, to)
			var got []string
			at := from
			for _, p := range parts {
				got = append(got, partText(p, to, text.Format{Zone: exotel.India}))
				if !p.Began.Equal(at) {
					t.Errorf("a part begins at %v, the last ended at %v", p.Began, at)
				}
				at = p.Ended
			}
			if text := strings.Join(got, ", "); text != tt.parts || !at.Equal(to) {
				t.Errorf("%s, want %s", text, tt.parts)
			}
			if text := stripText(parts); text != tt.text {
				t.Errorf("%q, want %q", text, tt.text)
			}
		})
	}
}

// TestPhoneSpansUntilNow: what was said last holds until the next word is due,
// and no longer.
func TestPhoneSpansUntilNow(t *testing.T) {
	heard, now := sample.Clock("14:18").Add(1234567*time.Nanosecond), sample.Clock("14:22")
	seen := []journal.Span{{Start: sample.Clock("10:00"), End: heard.Truncate(time.Millisecond), Up: true}}
	for _, tt := range []struct {
		name string
		line heartbeat.LineHealth
		want time.Time
	}{
		{"up", heartbeat.LineHealth{State: sample.Up, ReportedAt: heard}, now},
		{"no longer known", heartbeat.LineHealth{State: sample.NotKnown, ReportedAt: heard}, seen[0].End},
		{"down since", heartbeat.LineHealth{State: sample.Down, ReportedAt: heard}, seen[0].End},
		{"a word that is not recorded yet", heartbeat.LineHealth{State: sample.Up, ReportedAt: now}, seen[0].End},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := seen[0]
			if got := uptoNow(seen, tt.line, now); !got[0].End.Equal(tt.want) {
				t.Errorf("until %v, want %v", got[0].End, tt.want)
			}
			if seen[0] != before {
				t.Error("the record was changed")
			}
		})
	}
	if uptoNow(nil, heartbeat.LineHealth{State: sample.Up}, now) != nil {
		t.Error("something came of nothing")
	}
}

func TestPhoneLineText(t *testing.T) {
	since, checked := sample.Clock("10:42"), sample.Clock("14:20")
	for _, tt := range []struct {
		line heartbeat.LineHealth
		want string
	}{
		{heartbeat.LineHealth{State: sample.Up, Since: since, Checked: checked, Status: "active"}, "up since 10:42 · last check 14:20"},
		{heartbeat.LineHealth{State: sample.Up, Status: "major_outage", Since: since}, "up since 10:42 · last report: major outage"},
		{heartbeat.LineHealth{State: sample.Up}, "up"},
		{heartbeat.LineHealth{State: sample.Down, Since: since, Checked: checked, Status: "major_outage"}, "down since 10:42 (3 h 40 min) · major outage · last check 14:20"},
		{heartbeat.LineHealth{State: sample.Up, Since: since, Checked: checked, Status: "active", Suspect: true}, "up since 10:42 · the check of 14:20 failed, confirming…"},
		{heartbeat.LineHealth{State: sample.Down}, "down"},
		{heartbeat.LineHealth{}, "unknown"},
		{heartbeat.LineHealth{Checked: sample.Clock("18 09:00")}, "unknown · last check Wed 18 Nov 09:00"},
	} {
		if got := lineText(tt.line, sample.Now, text.Format{Zone: exotel.India}); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// TestPhoneAvailabilityIsNotRoundedUp: nothing that was down reads 100%, and
// nothing that was observed for less than a day has a figure.
func TestPhoneAvailabilityIsNotRoundedUp(t *testing.T) {
	const month = 30 * 24 * time.Hour
	for _, tt := range []struct {
		good, observed, window time.Duration
		share, seen            string
	}{
		{0, 0, 24 * time.Hour, "—", "not observed"},
		{24 * time.Hour, 24 * time.Hour, 24 * time.Hour, "100%", "observed 100%"},
		{month - time.Second, month, month, "99.9%", "observed 100%"},
		{99960 * time.Second, 100000 * time.Second, 100000 * time.Second, "99.9%", "observed 100%"},
		{99200 * time.Second, 100000 * time.Second, 120000 * time.Second, "99.2%", "observed 83%"},
		{0, 25 * time.Hour, month, "0.0%", "observed 3%"},
		{0, time.Hour, 24 * time.Hour, "—", "observed 4%"},
		{time.Hour, time.Hour, month, "—", "observed <1%"},
		{20 * time.Hour, 23 * time.Hour, month, "—", "observed 3%"},
		{20 * time.Hour, 23 * time.Hour, 24 * time.Hour, "—", "observed 95%"},
		{23 * time.Hour, 24*time.Hour - time.Minute, 24 * time.Hour, "95.8%", "observed 99%"},
		{month - 2*time.Second, month - time.Second, month, "99.9%", "observed 99%"},
	} {
		a := journal.Availability{Up: tt.good, Observed: tt.observed, Window: tt.window}
		if share, seen := shareText(a), seenText(a); share != tt.share || seen != tt.seen {
			t.Errorf("%v of %v of %v: %s, %s; want %s, %s", tt.good, tt.observed, tt.window, share, seen, tt.share, tt.seen)
		}
	}
}

// TestPhoneIncidentsAreItsOwn and come newest first.
func TestPhoneIncidentsAreItsOwn(t *testing.T) {
	var got []string
	for _, in := range phoneIncidents(sample.Entries(), "2248900102") {
		if in.Name != "Sales west" {
			t.Errorf("%s's", in.Name)
		}
		got = append(got, in.Opened.Format("2 15:04 ")+string(in.Direction))
	}
	if want := []string{"20 10:44 incoming", "15 10:45 outgoing", "15 10:42 incoming"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if list := phoneIncidents([]journal.Entry{{Alert: alert.Alert{Incidents: []alert.Incident{{}}}}}, "2248900102"); list != nil {
		t.Errorf("a fault of the account is the number's: %v", list)
	}
}

func span(from, to string, isUp bool) journal.Span {
	return journal.Span{Start: sample.Clock(from), End: sample.Clock(to), Up: isUp}
}
