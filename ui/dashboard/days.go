package dashboard

import (
	"slices"
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/text"
)

// This file says which days each bar of the chart is of. So many days that a bar
// of each could not be told from the next are summed by week, then by month.

const (
	weeksFrom  = 200
	monthsFrom = 3 * 365
)

// barStep is how a period of several days is cut into bars.
type barStep int

const (
	byDay barStep = iota
	byWeek
	byMonth
)

func stepOf(p metrics.Period) barStep {
	switch days := p.Days(); {
	case days >= monthsFrom:
		return byMonth
	case days >= weeksFrom:
		return byWeek
	default:
		return byDay
	}
}

// chartName is the title of the chart of several days.
func chartName(p metrics.Period) string {
	switch stepOf(p) {
	case byMonth:
		return text.Tr("Calls by month")
	case byWeek:
		return text.Tr("Calls by week")
	default:
		return text.Tr("Calls by day")
	}
}

// labelEvery is the least distance of two labels, in bars. Weeks are labelled with
// their month, which no two labels are to share.
func labelEvery(p metrics.Period) int {
	switch {
	case p.Days() == 1:
		return 2
	case stepOf(p) == byWeek:
		return 5
	default:
		return 0
	}
}

// barDays are the days of each bar of a period of several days. Those at its ends
// may be less than a week or a month.
func barDays(p metrics.Period) []metrics.Period {
	step := stepOf(p)
	var list []metrics.Period
	for from := p.From; !p.To.Before(from); {
		to := wholeStep(from, step).To
		if p.To.Before(to) {
			to = p.To
		}
		list = append(list, metrics.Period{From: from, To: to})
		from = to.Add(1)
	}
	return list
}

// wholeStep is the week, from Monday on, or the month that a day is in, or the day.
func wholeStep(d metrics.Date, step barStep) metrics.Period {
	switch step {
	case byMonth:
		first := metrics.Date{Year: d.Year, Month: d.Month, Day: 1}
		return metrics.Period{From: first, To: metrics.Date{Year: d.Year, Month: d.Month + 1, Day: 1}.Add(-1)}
	case byWeek:
		monday := d.Add(-(int(d.In(time.UTC).Weekday()) + 6) % 7)
		return metrics.Period{From: monday, To: monday.Add(6)}
	default:
		return metrics.Period{From: d, To: d}
	}
}

// countsOf are the calls of some of a summary's days.
func countsOf(sum *metrics.Summary, days metrics.Period) metrics.Counts {
	var counts metrics.Counts
	begin, _ := slices.BinarySearchFunc(sum.Days, days.From, func(day metrics.DayCounts, from metrics.Date) int {
		return metrics.Period{From: from, To: day.Date}.Days() - 1
	})
	for _, day := range sum.Days[begin:] {
		if days.To.Before(day.Date) {
			break
		}
		for status, n := range day.Counts {
			counts[status] += n
		}
	}
	return counts
}

// open reports whether a bar can still grow: one of its days is running or not
// known whole.
func open(days metrics.Period, s *refresh.Snapshot) bool {
	for day := days.From; !days.To.Before(day); day = day.Add(1) {
		if s.PartialDays[day] || day == metrics.DateOf(s.Now) {
			return true
		}
	}
	return false
}

func barLabel(days metrics.Period, s *refresh.Snapshot) string {
	at := days.From.In(s.Now.Location())
	if stepOf(s.Period) == byDay {
		return at.Format("2 Jan")
	}
	return at.Format("Jan 2006")
}

// barName names a whole week or month, or else the days.
func barName(days metrics.Period, s *refresh.Snapshot) string {
	const long = "Mon 2 Jan 2006"
	from, to := days.From.In(s.Now.Location()), days.To.In(s.Now.Location())
	step := stepOf(s.Period)
	switch whole := days == wholeStep(days.From, step); {
	case days.Days() == 1:
		return from.Format(long)
	case whole && step == byMonth:
		return from.Format("January 2006")
	case whole:
		return text.Tr("Week of %s", from.Format(long))
	case from.Year() != to.Year():
		return from.Format(long) + " – " + to.Format(long)
	default:
		return from.Format("Mon 2 Jan") + " – " + to.Format(long)
	}
}
