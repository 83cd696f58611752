package metrics

import (
	"testing"
	"time"

	"exotel-monitor/exotel"
)

// noon is the moment at which most tests take place, a Friday. The day before it
// is settled.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, exotel.India)

var (
	today     = DateOf(noon)
	yesterday = today.Add(-1)
)

// summarize adds up answered calls, created at given times, over days that end today.
func summarize(days int, now time.Time, created ...time.Time) *Summary {
	s := NewSummary(Period{DateOf(now).Add(1 - days), DateOf(now)})
	for _, t := range created {
		s.Add(Group{Day: DateOf(t), Hour: t.Hour(), Status: Answered, Outcome: Talked, Calls: 1, WithDetails: 1})
	}
	s.SetNow(now)
	return s
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
