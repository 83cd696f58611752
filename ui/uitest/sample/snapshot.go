package sample

import (
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
)

// Tally makes counts in the order of metrics.AllStatuses.
func Tally(n ...int) metrics.Counts {
	var c metrics.Counts
	copy(c[:], n)
	return c
}

// DaysUntilToday returns a snapshot of the days from one on to the tests' day, with a call on each.
func DaysUntilToday(from metrics.Date) *refresh.Snapshot {
	p := metrics.Period{From: from, To: Today()}
	sum := &metrics.Summary{Period: p, Counts: Tally(p.Days())}
	for i := range p.Days() {
		sum.Days = append(sum.Days, metrics.DayCounts{Date: from.Add(i), Counts: Tally(1)})
	}
	return &refresh.Snapshot{Choice: refresh.Choice{Range: metrics.Custom, Custom: p}, Period: p, Summary: sum, Now: Now, AsOf: Now, Interval: time.Minute}
}

// DateOf returns a day.
func DateOf(year int, month time.Month, day int) metrics.Date {
	return metrics.Date{Year: year, Month: month, Day: day}
}
