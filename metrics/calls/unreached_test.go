package calls_test

import (
	"fmt"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// TestCallersWhoReachedNobody lists histories of one caller, and whether a call is owed.
func TestCallersWhoReachedNobody(t *testing.T) {
	const in, out = exotel.DirectionInbound, exotel.DirectionOutboundDial
	spoke := &exotel.Details{Conversation: 30, Leg1Status: "completed", Leg2Status: "completed"}
	menu := &exotel.Details{Leg1Status: "completed"}
	type row struct {
		direction, status string
		details           *exotel.Details
	}
	for name, tt := range map[string]struct {
		caller string
		rows   []row
		again  int
		owed   bool
	}{
		"nobody picked up":       {"09800000001", []row{{in, "no-answer", nil}}, 0, true},
		"hung up in the menu":    {"09800000001", []row{{in, "completed", menu}}, 0, true},
		"tried again":            {"09800000001", []row{{in, "no-answer", nil}, {in, "busy", nil}}, 1, true},
		"got through":            {"09800000001", []row{{in, "no-answer", nil}, {in, "completed", spoke}}, 0, false},
		"was called back":        {"09800000001", []row{{in, "no-answer", nil}, {out, "completed", spoke}}, 0, false},
		"was not reached either": {"09800000001", []row{{in, "no-answer", nil}, {out, "no-answer", nil}}, 0, true},
		"we did not reach":       {"09800000001", []row{{out, "no-answer", nil}}, 0, false},
		"still talks":            {"09800000001", []row{{in, "in-progress", nil}}, 0, false},
		"withheld":               {"anonymous", []row{{in, "no-answer", nil}}, 0, false},
		"a short number":         {"121", []row{{in, "no-answer", nil}}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			store, day := newStore(t), metrics.Date{Year: 2026, Month: time.November, Day: 19}
			at := day.In(exotel.India).Add(10 * time.Hour)
			var list []exotel.Call
			for i, r := range tt.rows {
				call := exotel.Call{
					Sid: fmt.Sprint("call", i), Created: at.Add(time.Duration(i) * time.Minute), From: tt.caller, To: "09700000001", ExoPhone: "08047112201",
					Direction: r.direction, Status: r.status, Details: r.details, Duration: 20,
				}
				if r.direction == out {
					call.From, call.To = call.To, call.From
				}
				if r.status != exotel.StatusInProgress {
					call.Ended = call.Created.Add(time.Minute)
				}
				list = append(list, call)
			}
			if err := store.Put(t.Context(), calls.Batch{Date: day, Calls: list}); err != nil {
				t.Fatal(err)
			}
			q := calls.Query{Period: metrics.Period{From: day, To: day}, Now: at.Add(time.Hour)}
			u, err := calls.ReadUnreached(t.Context(), store, q)
			if err != nil {
				t.Fatal(err)
			}
			if owed := len(u.Callers) == 1; owed != tt.owed || u.Again != tt.again {
				t.Errorf("%+v", u)
			}
			filtered := q
			filtered.Statuses = []metrics.Status{metrics.NoAnswer, metrics.Busy, metrics.Answered}
			if less, err := calls.ReadUnreached(t.Context(), store, filtered); err != nil || len(less.Callers) != len(u.Callers) {
				t.Errorf("under a filter that leaves the misses: %+v, %v", less, err)
			}
			filtered.Statuses = []metrics.Status{metrics.NoAnswer}
			if less, err := calls.ReadUnreached(t.Context(), store, filtered); err != nil || len(less.Callers) > len(u.Callers) {
				t.Errorf("under a filter that hides the talks: %+v, %v", less, err)
			}
			// The calls behind the figure.
			q.Callers, q.Directions, q.Outcomes = u.Callers, []calls.Direction{calls.Inbound}, calls.Misses()
			n := 0
			for range store.Calls(t.Context(), q) {
				n++
			}
			if len(u.Callers) > 0 && n != u.Calls {
				t.Errorf("%d calls are listed of %d", n, u.Calls)
			}
		})
	}
}
