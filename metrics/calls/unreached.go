package calls

import (
	"context"
	"slices"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// Unreached is the callers who reached nobody: they have a missed inbound call, and
// nobody spoke to them in any other.
type Unreached struct {
	Callers []string // as Exotel first wrote them
	Again   int      // of these, callers who missed more than once
	Calls   int      // their missed calls
}

// minDigits is the number of digits below which an address is no number to call back.
const minDigits = 7

// ReadUnreached returns the callers of a query's calls who reached nobody. Whether
// somebody spoke to them is asked of all calls of its days. Calls of which it is not
// known yet what happened are no misses. Withheld and short numbers are left out.
func ReadUnreached(ctx context.Context, store Store, q Query) (u Unreached, err error) {
	talks, err := store.Group(ctx, Query{Period: q.Period, Now: q.Now, Outcomes: []metrics.Outcome{metrics.Talked}}, ByCaller)
	if err != nil {
		return u, err
	}
	spoke := map[string]bool{}
	for _, b := range talks {
		spoke[b.Caller] = true
	}
	q.Directions, q.Outcomes = []Direction{Inbound}, Misses()
	misses, err := store.Group(ctx, q, ByCaller)
	for _, b := range misses {
		if spoke[b.Caller] || !metrics.IsPhone(b.Caller) || len(exotel.NumberKey(b.Caller)) < minDigits {
			continue
		}
		u.Callers = append(u.Callers, b.Caller)
		u.Calls += b.Calls
		if b.Calls > 1 {
			u.Again++
		}
	}
	slices.Sort(u.Callers)
	return u, err
}

// Misses are the outcomes of an inbound call in which nobody spoke to the caller.
func Misses() []metrics.Outcome {
	return []metrics.Outcome{metrics.RangOut, metrics.LineBusy, metrics.NotConnected, metrics.GaveUp, metrics.MenuOnly}
}
