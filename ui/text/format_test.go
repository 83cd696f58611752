package text

import (
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/uitest/sample"
)

// india is the format of an Indian account.
var india = Format{Zone: exotel.India}

func TestFormatIsWhatTheUserChose(t *testing.T) {
	s := config.Default()
	if f := FormatOf(s); f.Zone.String() != config.DefaultZone || f.Grouping != metrics.Indian || f.Clock12 || f.HideNumbers {
		t.Errorf("by default %+v", f)
	}
	s.Zone, s.IndianGrouping, s.Clock, s.MaskNumbers = "Asia/Dubai", false, config.Clock12, true
	if f := FormatOf(s); f.Zone.String() != s.Zone || f.Grouping != metrics.Thousands || !f.Clock12 || !f.HideNumbers {
		t.Errorf("chosen otherwise %+v", f)
	}
}

func TestSince(t *testing.T) {
	for _, tt := range []struct {
		name  string
		since time.Time
		want  string
	}{
		{"never", time.Time{}, ""},
		{"just now", sample.Now.Add(-30 * time.Second), "since 14:22"},
		{"a clock that is ahead", sample.Now.Add(time.Minute), "since 14:23"},
		{"minutes", sample.Now.Add(-59 * time.Minute), "since 13:23 (59 min)"},
		{"hours", sample.Now.Add(-2 * time.Hour), "since 12:22 (2 h)"},
		{"yesterday", sample.Now.Add(-20*time.Hour - time.Minute), "since Thu 19 Nov 18:21 (20 h 1 min)"},
		{"days", sample.Now.Add(-50 * time.Hour), "since Wed 18 Nov 12:22 (2 days)"},
		{"last year", sample.Now.AddDate(-1, 0, 0), "since 20 Nov 2025 14:22 (365 days)"},
		{"by another zone's clock", sample.Now.Add(-time.Hour).UTC(), "since 13:22 (1 h)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := india.Since(tt.since, sample.Now); got != tt.want {
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
		if got := (Format{}).Phone(number); got != want {
			t.Errorf("%q: %q, want %q", number, got, want)
		}
	}
}

func TestClocks(t *testing.T) {
	at := time.Date(2026, 11, 20, 14, 5, 9, 0, exotel.India)
	now := sample.Now
	for _, tt := range []struct {
		name  string
		write func(Format) string
		at24  string
		at12  string
	}{
		{"clock", func(f Format) string { return f.Clock(at) }, "14:05", "2:05 pm"},
		{"midnight", func(f Format) string { return f.Clock(at.Add(-14 * time.Hour)) }, "00:05", "12:05 am"},
		{"noon", func(f Format) string { return f.Clock(at.Add(-2 * time.Hour)) }, "12:05", "12:05 pm"},
		{"another zone's time", func(f Format) string { return f.Clock(at.UTC()) }, "14:05", "2:05 pm"},
		{"layout", func(f Format) string { return f.Time(at, "Mon 2 Jan 15:04:05") }, "Fri 20 Nov 14:05:09", "Fri 20 Nov 2:05:09 pm"},
		{"layout of a day", func(f Format) string { return f.Time(at, "2 Jan 2006") }, "20 Nov 2026", "20 Nov 2026"},
		{"today", func(f Format) string { return f.DayClock(at, now) }, "14:05", "2:05 pm"},
		{"yesterday", func(f Format) string { return f.DayClock(at.AddDate(0, 0, -1), now) }, "Thu 19 Nov 14:05", "Thu 19 Nov 2:05 pm"},
		{"last year", func(f Format) string { return f.DayClock(at.AddDate(-1, 0, 0), now) }, "20 Nov 2025 14:05", "20 Nov 2025 2:05 pm"},
		{"seconds", func(f Format) string { return f.ClockSeconds(at, now) }, "14:05:09", "2:05:09 pm"},
		{"seconds of yesterday", func(f Format) string { return f.ClockSeconds(at.AddDate(0, 0, -1), now) }, "19 Nov 14:05:09", "19 Nov 2:05:09 pm"},
		{"seconds of last year", func(f Format) string { return f.ClockSeconds(at.AddDate(-1, 0, 0), now) }, "20 Nov 2025 14:05:09", "20 Nov 2025 2:05:09 pm"},
		{"since", func(f Format) string { return f.Since(at, now) }, "since 14:05 (17 min)", "since 2:05 pm (17 min)"},
		{"lasted", func(f Format) string { return f.Lasted(at.Add(-3*time.Hour), at, now) }, "Fri 20 Nov 11:05 – 14:05 · 3 h", "Fri 20 Nov 11:05 am – 2:05 pm · 3 h"},
		{"lasts", func(f Format) string { return f.Lasted(at, time.Time{}, now) }, "Fri 20 Nov 14:05 · ongoing, 17 min", "Fri 20 Nov 2:05 pm · ongoing, 17 min"},
		{"health", func(f Format) string {
			return f.Health(sample.Health(heartbeat.OK, sample.Phones(sample.Up, sample.Up)...), now)
		},
			"The number is up, both directions · checked 14:19", "The number is up, both directions · checked 2:19 pm"},
		{"so far", func(f Format) string {
			return f.Span(&refresh.Snapshot{Period: metrics.Period{From: sample.Today(), To: sample.Today()}, Now: now, AsOf: at})
		}, "so far, until 14:05", "so far, until 2:05 pm"},
		{"hour", func(f Format) string { return f.Hour(9) }, "09:00", "9:00 am"},
		{"hours", func(f Format) string { return f.HourRange(11) }, "11:00–12:00", "11:00 am–12:00 pm"},
		{"last hour", func(f Format) string { return f.HourRange(23) }, "23:00–24:00", "11:00 pm–12:00 am"},
		{"first hour on an axis", func(f Format) string { return f.ShortHour(0) }, "00", "12 am"},
		{"hour on an axis", func(f Format) string { return f.ShortHour(14) }, "14", "2 pm"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.write(india); got != tt.at24 {
				t.Errorf("%q, want %q", got, tt.at24)
			}
			if got := tt.write(Format{Zone: exotel.India, Clock12: true}); got != tt.at12 {
				t.Errorf("%q, want %q", got, tt.at12)
			}
		})
	}
}

func TestHiddenNumbers(t *testing.T) {
	hidden := Format{HideNumbers: true}
	for _, tt := range []struct{ name, got, want string }{
		{"an Indian number", hidden.Phone("+918047112201"), "080•••••201"},
		{"another number", hidden.Phone("+6562345678"), "+656••••678"},
		{"no number", hidden.Phone("exo-17ab"), "exo-17ab"},
		{"a name with a number", hidden.OneLine("Sales +91 98450 12345", 60), "Sales 098•••••345"},
		{"a long name", hidden.OneLine("Sales +91 98450 12345", 12), "Sales 098••…"},
		{"text of several lines", hidden.Mask("from 08047112201\nto 2026-11-20"), "from 080•••••201\nto 2026-11-20"},
		{"Exotel's word", hidden.Plain("down_at_08047112201"), "down at 080•••••201"},
		{"Exotel's status", hidden.Health(heartbeat.Health{Origin: heartbeat.Pushed, LevelText: "CALL 08047112201", ReportedAt: sample.Now}, sample.Now), "Exotel sent an unrecognised status: “CALL 080•••••201”"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("%q, want %q", tt.got, tt.want)
			}
		})
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
			if got := (Format{}).OneLine(tt.text, 10); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
