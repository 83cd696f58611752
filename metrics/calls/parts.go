package calls

import (
	"cmp"
	"context"
	"slices"

	"exotel-monitor/metrics"
)

// Part is the figures of the calls of one line or agent.
type Part struct {
	Address  string // of the line or agent; "" for calls that name none
	Counts   metrics.Counts
	Outcomes metrics.Outcomes
	Talk     metrics.Mean
	Days     []int // calls of each day of the trace, UnknownDay where they are not stored whole
}

// UnknownDay stands for the calls of a day that is not stored whole.
const UnknownDay = -1

// Parts divides the calls of a query by line or by agent, those with most calls first.
// trace is the days of which each part tells its calls by day, whatever the query's own
// days are.
func Parts(ctx context.Context, store Store, q Query, by Dimension, trace metrics.Period) ([]Part, error) {
	buckets, err := store.Group(ctx, q, by, ByStatus, ByOutcome)
	if err != nil {
		return nil, err
	}
	days, err := knownDays(ctx, store, trace)
	if err != nil {
		return nil, err
	}
	parts := map[string]*Part{}
	for _, b := range buckets {
		p := parts[b.address(by)]
		if p == nil {
			p = &Part{Address: b.address(by), Days: slices.Clone(days)}
			parts[p.Address] = p
		}
		p.Counts[b.Status] += b.Calls
		p.Outcomes[b.Outcome] += b.Calls
		p.Talk = metrics.Mean{Sum: p.Talk.Sum + b.Talk.Sum, N: p.Talk.N + b.Talk.N}
	}
	q.Period = trace
	if buckets, err = store.Group(ctx, q, by, ByDay); err != nil {
		return nil, err
	}
	for _, b := range buckets {
		if p := parts[b.address(by)]; p != nil && p.Days[trace.Index(b.Day)] != UnknownDay {
			p.Days[trace.Index(b.Day)] += b.Calls
		}
	}
	list := make([]Part, 0, len(parts))
	for _, p := range parts {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Counts.Total(), a.Counts.Total()), cmp.Compare(a.Address, b.Address))
	})
	return list, nil
}

// knownDays returns 0 for each day of a period that is stored whole, and UnknownDay for
// the others.
func knownDays(ctx context.Context, store Store, p metrics.Period) ([]int, error) {
	days := slices.Repeat([]int{UnknownDay}, p.Days())
	stored, err := store.Days(ctx, p)
	for _, d := range stored {
		if d.Complete && !d.Damaged {
			days[p.Index(d.Date)] = 0
		}
	}
	return days, err
}

// address returns the line or the agent of a bucket.
func (b *Bucket) address(by Dimension) string {
	if by == ByAgent {
		return b.Agent
	}
	return b.Line
}
