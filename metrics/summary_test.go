package metrics

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
)

func TestWithoutCallsNothingIsClaimed(t *testing.T) {
	live := summarize(1, noon)
	live.Add(Group{Day: today, Hour: 12, Status: Live, Outcome: NotOver, Calls: 1})
	for name, s := range map[string]*Summary{"no calls": summarize(1, noon), "live only": live} {
		if _, ok := s.AnswerRate(); ok {
			t.Errorf("%s: an answer rate", name)
		}
		if _, ok := s.TalkRate(); ok {
			t.Errorf("%s: a talk rate", name)
		}
		if _, ok := s.DetailsRate(); ok {
			t.Errorf("%s: a share of details", name)
		}
		if _, ok := s.Duration.Round(); ok {
			t.Errorf("%s: an average duration", name)
		}
	}
	if _, ok := summarize(1, noon).PeakHour(); ok {
		t.Error("no calls: a peak hour")
	}
}

func TestRatesAreRoundedHalfUpToATenth(t *testing.T) {
	for _, test := range []struct {
		part, whole int
		want        string
	}{
		{976, 1247, "78.3%"}, {1, 3, "33.3%"}, {2, 3, "66.7%"}, {1, 2000, "0.1%"}, {1, 2001, "0.0%"},
		{1, 1, "100.0%"}, {0, 1, "0.0%"}, {1, 16, "6.3%"}, {897, 1247, "71.9%"},
	} {
		got, ok := Share(test.part, test.whole)
		if !ok || Percent(got) != test.want {
			t.Errorf("%d of %d: %s, %v", test.part, test.whole, Percent(got), ok)
		}
	}
}

func TestMeanIsRoundedHalfUp(t *testing.T) {
	for _, test := range []struct{ sum, n, want int }{{3, 2, 2}, {5, 2, 3}, {4, 3, 1}, {5, 3, 2}, {0, 4, 0}} {
		if got, ok := (Mean{test.sum, test.n}).Round(); !ok || got != test.want {
			t.Errorf("%d by %d: %d", test.sum, test.n, got)
		}
	}
}

func at(day Date, hour, minute int) time.Time {
	return time.Date(day.Year, day.Month, day.Day, hour, minute, 0, 0, exotel.India)
}

func TestPeakHour(t *testing.T) {
	times := func(n int, at time.Time) []time.Time { return slices.Repeat([]time.Time{at}, n) }
	for _, test := range []struct {
		name  string
		days  int
		calls [][]time.Time
		want  Peak
	}{
		{"the hour with most calls", 1, [][]time.Time{times(2, at(today, 9, 0)), times(3, at(today, 10, 59))}, Peak{[]int{10}, 3, 1}},
		{"hours that tie are all named", 1, [][]time.Time{times(2, at(today, 9, 0)), times(2, at(today, 0, 0)), times(1, at(today, 4, 0))}, Peak{[]int{0, 9}, 2, 1}},
		{"over days it is the mean a day that counts", 2, [][]time.Time{
			times(3, at(yesterday, 15, 0)), // 15:00 has begun on one day only
			times(2, at(yesterday, 10, 0)), times(2, at(today, 10, 0)),
		}, Peak{[]int{15}, 3, 1}},
		{"over days an even mean ties", 2, [][]time.Time{
			times(2, at(yesterday, 15, 0)),
			times(1, at(yesterday, 10, 0)), times(3, at(today, 10, 0)),
		}, Peak{[]int{10, 15}, 4, 2}},
		{"the hour that has just begun counts", 2, [][]time.Time{
			times(3, at(yesterday, 12, 0)), times(3, at(yesterday, 11, 0)), times(3, at(today, 11, 0)),
		}, Peak{[]int{11}, 6, 2}},
		{"a call from an hour that has not begun", 1, [][]time.Time{times(1, at(today, 13, 0))}, Peak{[]int{13}, 1, 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := summarize(test.days, noon, slices.Concat(test.calls...)...).PeakHour()
			if !ok || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// In New York 02:00 does not exist on 8 March 2026.
func TestPeakHourOverDaysCountsOnlyDaysThatHaveTheHour(t *testing.T) {
	zone := newYork(t)
	now := time.Date(2026, 3, 9, 12, 0, 0, 0, zone)
	s := summarize(2, now, now.AddDate(0, 0, -1), now)
	equal(t, "days with 02:00", s.hourDays[2], 1)
	equal(t, "days with 03:00", s.hourDays[3], 2)
	equal(t, "days with 13:00", s.hourDays[13], 1)
}

func TestPeakHourOverDaysCountsOnlyDaysWithCalls(t *testing.T) {
	peak, _ := summarize(5, noon, at(today.Add(-3), 11, 0), at(today, 11, 0), at(today, 11, 30)).PeakHour()
	if want := (Peak{[]int{11}, 3, 2}); !reflect.DeepEqual(peak, want) {
		t.Errorf("got %+v, want %+v", peak, want)
	}
}

func TestCheckFindsEachTotalThatIsNotTheSumOfItsBuckets(t *testing.T) {
	for name, spoil := range map[string]func(*Summary){
		"total":                                 func(s *Summary) { s.Counts[Busy]++ },
		"hour":                                  func(s *Summary) { s.Hours[3][Busy]++ },
		"day":                                   func(s *Summary) { s.Days[0].Counts[Answered]-- },
		"outcome":                               func(s *Summary) { s.Outcomes[Talked]++ },
		"a call in the wrong bucket of an hour": func(s *Summary) { s.Hours[12][Answered]--; s.Hours[12][Busy]++ },
	} {
		s := summarize(1, noon, noon)
		spoil(s)
		if s.Check() == nil {
			t.Errorf("%s: not found", name)
		}
	}
}
