package calls

import (
	"context"

	"exotel-monitor/metrics"
)

// Summarize returns the figures of the calls of a query, which must have a Period.
func Summarize(ctx context.Context, store Store, q Query) (*metrics.Summary, error) {
	buckets, err := store.Group(ctx, q, ByDay, ByHour, ByStatus, ByOutcome)
	if err != nil {
		return nil, err
	}
	s := metrics.NewSummary(q.Period)
	for _, b := range buckets {
		s.Add(metrics.Group{
			Day: b.Day, Hour: b.Hour, Status: b.Status, Outcome: b.Outcome,
			Calls: b.Calls, WithDetails: b.WithDetails, Legs: b.Legs, Duration: b.Duration, Talk: b.Talk,
		})
	}
	s.SetNow(q.Now)
	return s, nil
}
