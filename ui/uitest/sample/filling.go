package sample

import (
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
)

// Date returns a day of the year of the tests.
func Date(month time.Month, day int) metrics.Date {
	return metrics.Date{Year: 2026, Month: month, Day: day}
}

// Filling returns a filling under way on the tests' day.
func Filling() refresh.FillState {
	month := func(m time.Month, days, of, calls int) refresh.Month {
		return refresh.Month{First: Date(m, 1), Days: days, Total: of, Calls: calls}
	}
	return refresh.FillState{
		From: Date(time.May, 21), To: Date(time.November, 19), Days: 112, Total: 183, Calls: 612300, Oldest: Date(time.July, 30),
		Months: []refresh.Month{
			month(time.May, 0, 11, 0), month(time.June, 0, 30, 0), month(time.July, 1, 31, 5340), month(time.August, 31, 31, 168450),
			month(time.September, 30, 30, 162010), month(time.October, 31, 31, 171300), month(time.November, 19, 19, 105200),
		},
		Reading: Date(time.July, 29), Progress: refresh.Progress{Received: 1200, Announced: 5400}, Remaining: 83 * time.Minute,
	}
}

// DoneFilling returns a filling that has come to its end.
func DoneFilling() refresh.FillState {
	f := Filling()
	f.Days, f.Calls, f.Oldest, f.Reading, f.Progress, f.Remaining = f.Total, 998400, Date(time.March, 2), metrics.Date{}, refresh.Progress{}, 0
	for i := range f.Months {
		f.Months[i].Days = f.Months[i].Total
	}
	f.Months[0].Calls, f.Months[1].Calls, f.Months[2].Calls = 58800, 163300, 169340
	return f
}
