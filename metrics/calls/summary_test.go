package calls_test

import (
	"fmt"
	"math"
	"math/rand"
	"reflect"
	"slices"
	"testing"
	"testing/quick"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
)

const in = exotel.DirectionInbound

// noon is the moment of these tests.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, exotel.India)

// summarize stores calls and adds them up over days that end today.
func summarize(t *testing.T, days int, now time.Time, of ...exotel.Call) *metrics.Summary {
	t.Helper()
	store, err := sqlite.OpenMemory(t.Context(), now.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	made := map[metrics.Date][]exotel.Call{}
	for i, call := range of {
		call.Sid = fmt.Sprint("call", i)
		day := metrics.DateOf(metrics.CreatedAt(&call).In(now.Location()))
		made[day] = append(made[day], call)
	}
	for day, list := range made {
		if err := store.Put(t.Context(), calls.Batch{Date: day, Calls: list}); err != nil {
			t.Fatal(err)
		}
	}
	today := metrics.DateOf(now)
	s, err := calls.Summarize(t.Context(), store, calls.Query{Period: metrics.Period{From: today.Add(1 - days), To: today}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func details(conversation int, leg1, leg2 string, onCall ...int) *exotel.Details {
	d := &exotel.Details{Conversation: conversation, Leg1Status: leg1, Leg2Status: leg2}
	for i, seconds := range onCall {
		d.Legs = append(d.Legs, exotel.Leg{ID: i + 1, OnCall: seconds})
	}
	return d
}

func answered(created time.Time) exotel.Call {
	return exotel.Call{Status: "completed", Direction: in, Created: created, Ended: created.Add(time.Minute), Duration: 60,
		Details: details(30, "completed", "completed")}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

var sampleHours = [24]int{12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0}

func totals(hours [24]metrics.Counts) (list [24]int) {
	for i, c := range hours {
		list[i] = c.Total()
	}
	return list
}

func TestGuidesSampleDayComesOutToTheDigit(t *testing.T) {
	s := summarize(t, 1, noon, exoteltest.SampleDay(noon, exotel.India)...)
	equal(t, "calls", s.Calls(), 1247)
	equal(t, "statuses", s.Counts, metrics.Counts{metrics.Answered: 976, metrics.NoAnswer: 189, metrics.Busy: 52, metrics.Failed: 30})
	equal(t, "missed", s.Counts.Unanswered(), 271)
	equal(t, "hours", totals(s.Hours), sampleHours)
	rate, _ := s.AnswerRate()
	equal(t, "answer rate", metrics.Percent(rate), "78.3%")
	seconds, _ := s.Duration.Round()
	equal(t, "average", metrics.Duration(seconds), "2m 14s")
	equal(t, "durations", s.Duration.N, 976)
	peak, _ := s.PeakHour()
	equal(t, "peak", metrics.Hour(peak.Hours[0]), "11:00")
	equal(t, "calls in the peak hour", peak.Calls, 152)
	talk, _ := s.TalkRate()
	equal(t, "talked", metrics.Percent(talk), "71.9%")
	with, _ := s.DetailsRate()
	equal(t, "with details", metrics.Percent(with), "100.0%")
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

func TestLegsAreNotCalls(t *testing.T) {
	leg := answered(noon)
	leg.ParentSid = "parent"
	s := summarize(t, 1, noon, answered(noon), leg)
	equal(t, "calls", s.Calls(), 1)
	equal(t, "legs", s.Legs, 1)
	equal(t, "durations", s.Duration.N, 1)
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

func TestCallWithoutCreationTimeIsPutWhereItStarted(t *testing.T) {
	call := answered(time.Time{})
	call.Started = noon.Add(-150 * time.Minute)
	equal(t, "calls at nine", summarize(t, 1, noon, call).Hours[9].Total(), 1)
}

func TestAverageDurationIsOverAnsweredCallsThatHaveOne(t *testing.T) {
	unsettled, missed := answered(noon), answered(noon)
	unsettled.Duration = exotel.Unknown
	missed.Status, missed.Duration = "no-answer", 500
	s := summarize(t, 1, noon, answered(noon), unsettled, missed)
	equal(t, "average", s.Duration, metrics.Mean{Sum: 60, N: 1})
}

func TestImpossibleLengthsAreNotKnown(t *testing.T) {
	const day = 24 * 60 * 60 // no call lasts longer
	for n, want := range map[int]metrics.Mean{
		-1: {}, -5: {}, 0: {N: 1}, day: {Sum: day, N: 1}, day + 1: {}, math.MaxInt32 + 1: {}, 1<<32 + 60: {}, math.MaxInt64: {},
	} {
		call := answered(noon)
		call.Duration = n
		equal(t, fmt.Sprint("average of ", n), summarize(t, 1, noon, call).Duration, want)
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
		rate, ok := summarize(t, 1, noon, calls...).TalkRate()
		if ok != (test.want != "") || ok && metrics.Percent(rate) != test.want {
			t.Errorf("%s: got %s, %v", test.name, metrics.Percent(rate), ok)
		}
	}
}

func TestUndocumentedStatusesStayOutOfEveryRate(t *testing.T) {
	odd := exotel.Call{Status: "sms-delivered", Direction: in, Created: noon, Ended: noon, Details: details(0, "", "")}
	s := summarize(t, 1, noon, answered(noon), odd)
	answer, _ := s.AnswerRate()
	talk, _ := s.TalkRate()
	equal(t, "answer rate", metrics.Percent(answer), "100.0%")
	equal(t, "talk rate", metrics.Percent(talk), "100.0%")
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
		Direction: []string{"", in, exotel.DirectionOutboundDial, exotel.DirectionOutboundAPI, "odd"}[r.Intn(5)], ExoPhone: phones[r.Intn(5)], To: phones[r.Intn(5)],
		AnsweredBy: []string{"", "human", "machine"}[r.Intn(3)], Duration: r.Intn(200) - 2, ParentSid: []string{"", "", "", "p"}[r.Intn(4)], RecordingURL: []string{"", "https://recordings.exotel.com/a.mp3"}[r.Intn(2)],
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
			if !metrics.CreatedAt(&list[i].Call).IsZero() {
				calls = append(calls, list[i].Call)
			}
		}
		all := summarize(t, 4, noon, calls...)
		return all.Check() == nil &&
			all.Calls()+all.Legs == len(calls) && all.Counts.Ended()+all.Counts[metrics.Live]+all.Counts[metrics.Other] == all.Calls() &&
			all.Outcomes[metrics.NotOver] == all.Counts[metrics.Live] && all.WithDetails <= all.Outcomes.Ended() &&
			all.Outcomes[metrics.Talked]+all.Outcomes[metrics.RangOut]+all.Outcomes[metrics.LineBusy]+all.Outcomes[metrics.NotConnected]+all.Outcomes[metrics.GaveUp]+all.Outcomes[metrics.MenuOnly]+all.Outcomes[metrics.FirstPartyNotReached]+all.Outcomes[metrics.Machine]+
				all.Outcomes[metrics.OutcomeUnknown]+all.Outcomes[metrics.OutcomeOther] == all.Outcomes.Ended() &&
			all.Duration.N <= all.Counts[metrics.Answered] && all.Talk.N <= all.Outcomes[metrics.Talked]
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 100}); err != nil {
		t.Error(err)
	}
}
