package metrics

import (
	"math"
	"math/rand"
	"reflect"
	"slices"
	"testing"
	"testing/quick"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

var sampleHours = [24]int{12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0}

func totals(hours [24]Counts) (list [24]int) {
	for i, c := range hours {
		list[i] = c.Total()
	}
	return list
}

func TestGuidesSampleDayComesOutToTheDigit(t *testing.T) {
	s := summarize(1, noon, exoteltest.SampleDay(noon, exotel.India)...)
	equal(t, "calls", s.Calls(), 1247)
	equal(t, "statuses", s.Counts, Counts{Answered: 976, NoAnswer: 189, Busy: 52, Failed: 30})
	equal(t, "missed", s.Counts.Unanswered(), 271)
	equal(t, "hours", totals(s.Hours), sampleHours)
	rate, _ := s.AnswerRate()
	equal(t, "answer rate", Percent(rate), "78.3%")
	seconds, _ := s.Duration.Rounded()
	equal(t, "average", Duration(seconds), "2m 14s")
	equal(t, "durations", s.Duration.N, 976)
	peak, _ := s.PeakHour()
	equal(t, "peak", Hour(peak.Hours[0]), "11:00")
	equal(t, "calls in the peak hour", peak.Calls, 152)
	talk, _ := s.TalkRate()
	equal(t, "talked", Percent(talk), "71.9%")
	with, _ := s.DetailsRate()
	equal(t, "with details", Percent(with), "100.0%")
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

func TestWithoutCallsNothingIsClaimed(t *testing.T) {
	live := exotel.Call{Status: "ringing", Direction: in, Created: noon}
	for name, s := range map[string]*Summary{
		"no calls":  summarize(1, noon),
		"live only": summarize(1, noon, live),
	} {
		if _, ok := s.AnswerRate(); ok {
			t.Errorf("%s: an answer rate", name)
		}
		if _, ok := s.TalkRate(); ok {
			t.Errorf("%s: a talk rate", name)
		}
		if _, ok := s.DetailsRate(); ok {
			t.Errorf("%s: a share of details", name)
		}
		if _, ok := s.Duration.Rounded(); ok {
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
		if got, ok := (Mean{test.sum, test.n}).Rounded(); !ok || got != test.want {
			t.Errorf("%d by %d: %d", test.sum, test.n, got)
		}
	}
}

func at(day Date, hour, minute int) time.Time {
	return time.Date(day.Year, day.Month, day.Day, hour, minute, 0, 0, exotel.India)
}

func answered(created time.Time) exotel.Call {
	return exotel.Call{Status: "completed", Direction: in, Created: created, Ended: created.Add(time.Minute), Duration: 60,
		Details: details(30, "completed", "completed")}
}

func TestPeakHour(t *testing.T) {
	times := func(n int, at time.Time) []exotel.Call { return slices.Repeat([]exotel.Call{answered(at)}, n) }
	for _, test := range []struct {
		name  string
		days  int
		calls [][]exotel.Call
		want  Peak
	}{
		{"the hour with most calls", 1, [][]exotel.Call{times(2, at(today, 9, 0)), times(3, at(today, 10, 59))}, Peak{[]int{10}, 3, 1}},
		{"hours that tie are all named", 1, [][]exotel.Call{times(2, at(today, 9, 0)), times(2, at(today, 0, 0)), times(1, at(today, 4, 0))}, Peak{[]int{0, 9}, 2, 1}},
		{"over days it is the mean a day that counts", 2, [][]exotel.Call{
			times(3, at(yesterday, 15, 0)), // 15:00 has begun on one day only
			times(2, at(yesterday, 10, 0)), times(2, at(today, 10, 0)),
		}, Peak{[]int{15}, 3, 1}},
		{"over days an even mean ties", 2, [][]exotel.Call{
			times(2, at(yesterday, 15, 0)),
			times(1, at(yesterday, 10, 0)), times(3, at(today, 10, 0)),
		}, Peak{[]int{10, 15}, 4, 2}},
		{"the hour that has just begun counts", 2, [][]exotel.Call{
			times(3, at(yesterday, 12, 0)), times(3, at(yesterday, 11, 0)), times(3, at(today, 11, 0)),
		}, Peak{[]int{11}, 6, 2}},
		{"a call from an hour that has not begun", 1, [][]exotel.Call{times(1, at(today, 13, 0))}, Peak{[]int{13}, 1, 1}},
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
	s := summarize(2, now, answered(now.AddDate(0, 0, -1)), answered(now))
	equal(t, "days with 02:00", s.hourDays[2], 1)
	equal(t, "days with 03:00", s.hourDays[3], 2)
	equal(t, "days with 13:00", s.hourDays[13], 1)
}

func TestPeakHourOverDaysCountsOnlyDaysWithCalls(t *testing.T) {
	peak, _ := summarize(5, noon, answered(at(today.Add(-3), 11, 0)), answered(at(today, 11, 0)), answered(at(today, 11, 30))).PeakHour()
	if want := (Peak{[]int{11}, 3, 2}); !reflect.DeepEqual(peak, want) {
		t.Errorf("got %+v, want %+v", peak, want)
	}
}

func TestLegsAreNotCalls(t *testing.T) {
	leg := answered(noon)
	leg.ParentSid = "parent"
	s := summarize(1, noon, answered(noon), leg)
	equal(t, "calls", s.Calls(), 1)
	equal(t, "legs", s.Legs, 1)
	equal(t, "durations", s.Duration.N, 1)
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

func TestCallWithoutCreationTimeIsPutWhereItStarted(t *testing.T) {
	call := answered(time.Time{})
	call.Started = at(today, 9, 30)
	equal(t, "calls at nine", summarize(1, noon, call).Hours[9].Total(), 1)
}

func TestAverageDurationIsOverAnsweredCallsThatHaveOne(t *testing.T) {
	unsettled, missed := answered(noon), answered(noon)
	unsettled.Duration = exotel.Unknown
	missed.Status, missed.Duration = "no-answer", 500
	s := summarize(1, noon, answered(noon), unsettled, missed)
	equal(t, "average", s.Duration, Mean{60, 1})
}

func TestImpossibleLengthsAreNotKnown(t *testing.T) {
	for _, n := range []int{-1, -5, math.MaxInt32 + 1, 1<<32 + 60, math.MaxInt64} {
		call := answered(noon)
		call.Duration = n
		equal(t, "average", summarize(1, noon, call).Duration, Mean{})
	}
}

func TestTalkRateNeedsDetailsOfNearlyAllCalls(t *testing.T) {
	bare, live := answered(noon), exotel.Call{Status: "ringing", Direction: in, Created: noon}
	bare.Details = nil
	for _, test := range []struct {
		name             string
		with, bare, live int
		want             string
	}{
		{"all", 20, 0, 0, "100.0%"},
		{"19 of 20", 19, 1, 0, "100.0%"},
		{"18 of 19", 18, 1, 0, ""},
		{"live calls do not matter", 2, 0, 5, "100.0%"},
	} {
		calls := slices.Concat(slices.Repeat([]exotel.Call{answered(noon)}, test.with),
			slices.Repeat([]exotel.Call{bare}, test.bare), slices.Repeat([]exotel.Call{live}, test.live))
		rate, ok := summarize(1, noon, calls...).TalkRate()
		if ok != (test.want != "") || ok && Percent(rate) != test.want {
			t.Errorf("%s: got %s, %v", test.name, Percent(rate), ok)
		}
	}
}

func TestUndocumentedStatusesStayOutOfEveryRate(t *testing.T) {
	odd := exotel.Call{Status: "sms-delivered", Direction: in, Created: noon, Ended: noon, Details: details(0, "", "")}
	s := summarize(1, noon, answered(noon), odd)
	answer, _ := s.AnswerRate()
	talk, _ := s.TalkRate()
	equal(t, "answer rate", Percent(answer), "100.0%")
	equal(t, "talk rate", Percent(talk), "100.0%")
}

// anyCall draws a call with whatever Exotel may send.
type anyCall struct{ exotel.Call }

func (anyCall) Generate(r *rand.Rand, _ int) reflect.Value {
	words := []string{"", "queued", "ringing", "in-progress", "completed", "no-answer", "busy", "failed", "canceled", "odd"}
	word := func() string { return words[r.Intn(len(words))] }
	phones := []string{"", "08040000001", "+918040000001", "sip:a", "02240000002"}
	moment := func() time.Time {
		if r.Intn(5) == 0 {
			return time.Time{}
		}
		return noon.Add(-time.Duration(r.Intn(3*24*3600)) * time.Second)
	}
	c := exotel.Call{
		Created: moment(), Started: moment(), Ended: moment(), Status: word(),
		Direction: append(directions, "odd")[r.Intn(5)], ExoPhone: phones[r.Intn(5)], To: phones[r.Intn(5)],
		AnsweredBy: []string{"", "human", "machine"}[r.Intn(3)], Duration: r.Intn(200) - 2, ParentSid: []string{"", "", "", "p"}[r.Intn(4)], RecordingURL: []string{"", record}[r.Intn(2)],
	}
	if r.Intn(4) > 0 {
		c.Details = details(r.Intn(60)-20, word(), word(), make([]int, r.Intn(4))...)
	}
	return reflect.ValueOf(anyCall{c})
}

func TestTotalsAreTheSumsOfTheirBuckets(t *testing.T) {
	check := func(list []anyCall) bool {
		var calls []exotel.Call
		for i := range list {
			if !CreatedAt(&list[i].Call).IsZero() {
				calls = append(calls, list[i].Call)
			}
		}
		all := summarize(4, noon, calls...)
		return all.Check() == nil &&
			all.Calls()+all.Legs == len(calls) && all.Counts.Ended()+all.Counts[Live]+all.Counts[Other] == all.Calls() &&
			all.Outcomes[NotOver] == all.Counts[Live] && all.WithDetails <= all.Outcomes.Over() &&
			all.Outcomes[Talked]+all.Outcomes[RangOut]+all.Outcomes[LineBusy]+all.Outcomes[NotConnected]+all.Outcomes[GaveUp]+all.Outcomes[MenuOnly]+all.Outcomes[FirstParty]+all.Outcomes[Machine]+
				all.Outcomes[OutcomeUnknown]+all.Outcomes[OutcomeOther] == all.Outcomes.Over() &&
			all.Duration.N <= all.Counts[Answered] && all.Talk.N <= all.Outcomes[Talked]
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 500}); err != nil {
		t.Error(err)
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
		s := summarize(1, noon, answered(noon))
		spoil(s)
		if s.Check() == nil {
			t.Errorf("%s: not found", name)
		}
	}
}
