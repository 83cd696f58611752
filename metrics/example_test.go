package metrics_test

import (
	"fmt"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// To sum up calls, here of one day, classify each and add it. Package calls does so for
// the calls of a store.
func ExampleSummary() {
	day := metrics.Date{Year: 2026, Month: time.November, Day: 20}
	s := metrics.NewSummary(metrics.Period{From: day, To: day})
	for hour, status := range map[int]string{
		9: exotel.StatusCompleted, 10: exotel.StatusNoAnswer, 11: exotel.StatusCompleted, 12: exotel.StatusBusy,
	} {
		created := time.Date(2026, time.November, 20, hour, 0, 0, 0, exotel.India)
		call := exotel.Call{Created: created, Ended: created.Add(time.Minute), Direction: exotel.DirectionInbound, Status: status}
		c := metrics.Classify(&call)
		s.Add(metrics.Group{Day: day, Hour: hour, Status: c.Status, Outcome: c.Outcome, Calls: 1})
	}
	rate, _ := s.AnswerRate()
	fmt.Println(s.Calls(), "calls,", s.Counts.Unanswered(), "missed,", metrics.Percent(rate), "answered")
	fmt.Println(s.Hours[10][metrics.NoAnswer], "not answered from", metrics.HourRange(10))
	// Output:
	// 4 calls, 2 missed, 50.0% answered
	// 1 not answered from 10:00–11:00
}

func ExampleRange_Period() {
	now := time.Date(2026, time.November, 20, 12, 0, 0, 0, exotel.India)
	p := metrics.Last7Days.Period(now)
	fmt.Println(p.From, "to", p.To)
	// Output: 2026-11-14 to 2026-11-20
}
