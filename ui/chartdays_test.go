package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

// daysUntilToday is a snapshot of the days from one on to the tests' day, with a call on each.
func daysUntilToday(from metrics.Date) *refresh.Snapshot {
	p := metrics.Period{From: from, To: today()}
	sum := &metrics.Summary{Period: p, Counts: tally(p.Days())}
	for i := range p.Days() {
		sum.Days = append(sum.Days, metrics.DayCounts{Date: from.Add(i), Counts: tally(1)})
	}
	return &refresh.Snapshot{Choice: refresh.Choice{Range: metrics.Custom, Custom: p}, Period: p, Summary: sum, Now: testNow, AsOf: testNow, Interval: time.Minute}
}

func in(year int, month time.Month, day int) metrics.Date {
	return metrics.Date{Year: year, Month: month, Day: day}
}

func TestManyDaysAreSummedByWeekAndThenByMonth(t *testing.T) {
	for _, tt := range []struct {
		from        metrics.Date
		bars        int
		title       string
		first, next string // bar's name
		label       string // of the first
	}{
		{today().Add(-198), 199, "Calls by day", "Wed 6 May 2026 · 1 call", "Thu 7 May 2026 · 1 call", "6 May"},
		{today().Add(-199), 29, "Calls by week", "Tue 5 May – Sun 10 May 2026 · 6 calls", "Week of Mon 11 May 2026 · 7 calls", "May 2026"},
		{in(2025, time.November, 3), 55, "Calls by week", "Week of Mon 3 Nov 2025 · 7 calls", "Week of Mon 10 Nov 2025 · 7 calls", "Nov 2025"},
		{in(2024, time.December, 31), 99, "Calls by week", "Tue 31 Dec 2024 – Sun 5 Jan 2025 · 6 calls", "Week of Mon 6 Jan 2025 · 7 calls", "Dec 2024"},
		{today().Add(-1094), 37, "Calls by month", "Wed 22 Nov – Thu 30 Nov 2023 · 9 calls", "December 2023 · 31 calls", "Nov 2023"},
		{in(2023, time.October, 31), 38, "Calls by month", "Tue 31 Oct 2023 · 1 call", "November 2023 · 30 calls", "Oct 2023"},
	} {
		s := daysUntilToday(tt.from)
		list := bars(s, metrics.Thousands)
		if len(list) != tt.bars || list[0].Name != tt.first || list[1].Name != tt.next || list[0].Label != tt.label || chartName(s.Period) != tt.title {
			t.Errorf("from %v on: %d bars, %q, %q, labelled %q, under %q", tt.from, len(list), list[0].Name, list[1].Name, list[0].Label, chartName(s.Period))
		}
		calls, at := 0, tt.from
		for i, days := range barDays(s.Period) {
			if days.From != at {
				t.Fatalf("from %v on: bar %d begins on %v, not on %v", tt.from, i, days.From, at)
			}
			at = days.To.Add(1)
			calls += list[i].total()
		}
		if at != today().Add(1) || calls != s.Period.Days() {
			t.Errorf("from %v on: the bars end on %v with %d calls", tt.from, at, calls)
		}
	}
}

func TestOnlyABarThatIsNotWholeIsHatched(t *testing.T) {
	for from, partial := range map[metrics.Date]metrics.Date{
		today().Add(-29): on(time.November, 2), today().Add(-199): on(time.May, 17), in(2023, time.January, 1): in(2023, time.February, 28),
	} {
		s := daysUntilToday(from)
		s.Partial = map[metrics.Date]bool{partial: true, today(): true}
		for i, days := range barDays(s.Period) {
			whole := !(days.To == today() || !partial.Before(days.From) && !days.To.Before(partial))
			if b := bars(s, metrics.Thousands)[i]; b.Open == whole {
				t.Errorf("from %v on: %s: hatched %v", from, b.Name, b.Open)
			}
		}
	}
}

func TestABarOfAWeekShowsItsDays(t *testing.T) {
	r := sampleRig(t)
	s := daysUntilToday(in(2025, time.November, 3))
	s.Complete, s.Tally = true, refresh.Tally{Received: s.Period.Days(), Announced: s.Period.Days()}
	r.dashboard.filters.Mark(s.Choice)
	r.dashboard.Apply(*s, 0, time.Time{})
	if !r.says("Calls by week") || !strings.HasPrefix(r.dashboard.readOut(1)[0], "7 answered") {
		t.Errorf("read out: %q", r.dashboard.readOut(1))
	}
	r.picture("weeks_light", fyne.NewSize(1280, 800))
	r.dashboard.drillDown(1)
	if got := r.dashboard.filters.choice.Custom; got != (metrics.Period{From: in(2025, time.November, 10), To: in(2025, time.November, 16)}) {
		t.Errorf("chosen: %v", got)
	}
}
