package dashboard

import (
	"testing"
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest/sample"
)

func TestManyDaysAreSummedByWeekAndThenByMonth(t *testing.T) {
	for _, tt := range []struct {
		from        metrics.Date
		bars        int
		title       string
		first, next string // bar's name
		label       string // of the first
	}{
		{sample.Today().Add(-198), 199, "Calls by day", "Wed 6 May 2026 · 1 call", "Thu 7 May 2026 · 1 call", "6 May"},
		{sample.Today().Add(-199), 29, "Calls by week", "Tue 5 May – Sun 10 May 2026 · 6 calls", "Week of Mon 11 May 2026 · 7 calls", "May 2026"},
		{sample.DateOf(2025, time.November, 3), 55, "Calls by week", "Week of Mon 3 Nov 2025 · 7 calls", "Week of Mon 10 Nov 2025 · 7 calls", "Nov 2025"},
		{sample.DateOf(2024, time.December, 31), 99, "Calls by week", "Tue 31 Dec 2024 – Sun 5 Jan 2025 · 6 calls", "Week of Mon 6 Jan 2025 · 7 calls", "Dec 2024"},
		{sample.Today().Add(-1094), 37, "Calls by month", "Wed 22 Nov – Thu 30 Nov 2023 · 9 calls", "December 2023 · 31 calls", "Nov 2023"},
		{sample.DateOf(2023, time.October, 31), 38, "Calls by month", "Tue 31 Oct 2023 · 1 call", "November 2023 · 30 calls", "Oct 2023"},
	} {
		s := sample.DaysUntilToday(tt.from)
		list := barsOf(s, text.Format{})
		if len(list) != tt.bars || list[0].Name != tt.first || list[1].Name != tt.next || list[0].Label != tt.label || chartName(s.Period) != tt.title {
			t.Errorf("from %v on: %d bars, %q, %q, labelled %q, under %q", tt.from, len(list), list[0].Name, list[1].Name, list[0].Label, chartName(s.Period))
		}
		calls, at := 0, tt.from
		for i, days := range barDays(s.Period) {
			if days.From != at {
				t.Fatalf("from %v on: bar %d begins on %v, not on %v", tt.from, i, days.From, at)
			}
			at = days.To.Add(1)
			calls += callsOf(list[i])
		}
		if at != sample.Today().Add(1) || calls != s.Period.Days() {
			t.Errorf("from %v on: the bars end on %v with %d calls", tt.from, at, calls)
		}
	}
}

func TestOnlyABarThatIsNotWholeIsHatched(t *testing.T) {
	for from, partial := range map[metrics.Date]metrics.Date{
		sample.Today().Add(-29): sample.Date(time.November, 2), sample.Today().Add(-199): sample.Date(time.May, 17), sample.DateOf(2023, time.January, 1): sample.DateOf(2023, time.February, 28),
	} {
		s := sample.DaysUntilToday(from)
		s.PartialDays = map[metrics.Date]bool{partial: true, sample.Today(): true}
		for i, days := range barDays(s.Period) {
			whole := !(days.To == sample.Today() || !partial.Before(days.From) && !days.To.Before(partial))
			if b := barsOf(s, text.Format{})[i]; b.Open == whole {
				t.Errorf("from %v on: %s: hatched %v", from, b.Name, b.Open)
			}
		}
	}
}

// callsOf returns the calls of a bar.
func callsOf(b chart.Bar) (n int) {
	for _, part := range b.Parts {
		n += part
	}
	return n
}
