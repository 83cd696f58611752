package text

import (
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/uitest/sample"
)

// india is the format of an Indian account.
var india = Format{Zone: exotel.India}

func TestFormatIsWhatTheUserChose(t *testing.T) {
	s := config.Default()
	if f := FormatOf(s); f.Zone.String() != config.DefaultZone || f.Grouping != metrics.Indian || f.HideNumbers {
		t.Errorf("by default %+v", f)
	}
	s.Zone, s.IndianGrouping, s.MaskNumbers = "Asia/Dubai", false, true
	if f := FormatOf(s); f.Zone.String() != s.Zone || f.Grouping != metrics.Thousands || !f.HideNumbers {
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
		{"Exotel's status", hidden.Health(heartbeat.Health{Source: heartbeat.Pushed, Word: "CALL 08047112201", Heard: sample.Now}, sample.Now), "Exotel sent an unrecognised status: “CALL 080•••••201”"},
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
