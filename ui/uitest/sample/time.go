package sample

import (
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// The tests' clock stands still: it is early afternoon on the day after the
// guide's sample day.
var (
	Now = time.Date(2026, 11, 20, 14, 22, 33, 0, exotel.India)
	Day = metrics.Date{Year: 2026, Month: time.November, Day: 19}
)

// Today returns the day of Now.
func Today() metrics.Date { return metrics.DateOf(Now) }
