package calls_test

import (
	"fmt"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// TestPartsAddUpToTheWhole: by line and by agent, of all calls and under a filter.
func TestPartsAddUpToTheWhole(t *testing.T) {
	store, day := newStore(t), metrics.Date{Year: 2026, Month: time.November, Day: 19}
	complete := func(before *calls.Day, _, _ int) *calls.Day {
		d := *before
		d.Complete = true
		return &d
	}
	list := exoteltest.SampleDay(day.In(exotel.India), nil)
	if err := store.Put(t.Context(), calls.Batch{Date: day, Calls: list, Replace: true, UpdateDay: complete}); err != nil {
		t.Fatal(err)
	}
	if err := store.Put(t.Context(), calls.Batch{Date: day.Add(-2), Replace: true, UpdateDay: complete}); err != nil {
		t.Fatal(err)
	}
	trace := metrics.Period{From: day.Add(-2), To: day}
	for name, q := range map[string]calls.Query{"all": {}, "busy": {Statuses: []metrics.Status{metrics.Busy}}} {
		q.Period, q.Now = metrics.Period{From: day, To: day}, day.Add(2).In(exotel.India)
		whole, err := calls.Summarize(t.Context(), store, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, by := range []calls.Dimension{calls.ByLine, calls.ByAgent} {
			parts, err := calls.Parts(t.Context(), store, q, by, trace)
			if err != nil {
				t.Fatal(err)
			}
			var counts metrics.Counts
			talk, traced, before := 0, 0, parts[0].Counts.Total()
			for _, p := range parts {
				for i, n := range p.Counts {
					counts[i] += n
				}
				talk += p.Talk.Sum
				traced += p.Days[2]
				if p.Days[0] != 0 || p.Days[1] != calls.UnknownDay || p.Counts.Total() > before {
					t.Errorf("%s by %d: %+v after %d calls", name, by, p, before)
				}
				before = p.Counts.Total()
			}
			if counts != whole.Counts || talk != whole.Talk.Sum || traced != whole.Calls() || len(parts) < 2 {
				t.Errorf("%s by %d: %d parts with %v, want %v", name, by, len(parts), counts, fmt.Sprint(whole.Counts))
			}
		}
	}
}
