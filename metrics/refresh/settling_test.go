package refresh

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

// unfinishedCall is an inbound record as Exotel shows it in the minutes after the
// call: over by its status, without an end, a length or legs.
func unfinishedCall(created time.Time) exotel.Call {
	return exotel.Call{
		Sid: "unfinished", Created: created, Started: created, Direction: in, Status: "completed",
		Duration: exotel.Unknown, Details: details(0, "completed", ""),
	}
}

func TestAnUnfinishedRecordIsInNoRateUntilADayHasPassed(t *testing.T) {
	for _, test := range []struct {
		age     time.Duration
		unknown int
		talked  string
	}{
		{time.Minute, 1, "100.0%"},
		{15 * time.Minute, 1, "100.0%"},
		{24*time.Hour - time.Second, 1, "100.0%"},
		{24 * time.Hour, 0, "50.0%"},
	} {
		t.Run(test.age.String(), func(t *testing.T) {
			s := summary(t, viewOf(t, 3, noon, answered(noon), unfinishedCall(noon.Add(-test.age))), all)
			talked, _ := s.TalkRate()
			equal(t, "talked", metrics.Percent(talked), test.talked)
			equal(t, "not known yet", s.Outcomes[metrics.OutcomeUnknown], test.unknown)
			equal(t, "hung up in the menu", s.Outcomes[metrics.MenuOnly], 1-test.unknown)
			equal(t, "completed", s.Counts[metrics.Answered], 2)
			if err := s.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOnlyUnfinishedRecordsGiveNoTalkRate(t *testing.T) {
	if rate, ok := summary(t, viewOf(t, 1, noon, unfinishedCall(noon)), all).TalkRate(); ok {
		t.Errorf("talked: %s", metrics.Percent(rate))
	}
}

// TestFiguresThatAreKeptChangeWithTime: those of a window that is left open, and
// those of a day that is taken from the disk.
func TestFiguresThatAreKeptChangeWithTime(t *testing.T) {
	view := viewOf(t, 1, noon, unfinishedCall(noon))
	equal(t, "at once", summary(t, view, all).Outcomes[metrics.OutcomeUnknown], 1)
	later := summary(t, view.at(noon.Add(25*time.Hour)), all)
	equal(t, "not known a day later", later.Outcomes[metrics.OutcomeUnknown], 0)
	equal(t, "hung up in the menu a day later", later.Outcomes[metrics.MenuOnly], 1)
}

// stuckCall is a call that Exotel still shows as running.
func stuckCall(status string, created time.Time) exotel.Call {
	return exotel.Call{Sid: "stuck" + status, Created: created, Started: created, Direction: in, Status: status, Duration: exotel.Unknown}
}

func TestNoCallIsLiveForLongerThanExotelLetsItLast(t *testing.T) {
	for _, status := range []string{exotel.StatusQueued, exotel.StatusRinging, exotel.StatusInProgress} {
		for _, test := range []struct {
			age  time.Duration
			live int
		}{
			{-time.Minute, 1}, {0, 1}, {4*time.Hour - time.Second, 1}, {4 * time.Hour, 0}, {23 * time.Hour, 0}, {5 * 24 * time.Hour, 0},
		} {
			t.Run(status+" "+test.age.String(), func(t *testing.T) {
				view := viewOf(t, 7, noon, answered(noon), stuckCall(status, noon.Add(-test.age)))
				s := summary(t, view, all)
				equal(t, "live", s.Counts[metrics.Live], test.live)
				equal(t, "other", s.Counts[metrics.Other], 1-test.live)
				equal(t, "not over", s.Outcomes[metrics.NotOver], test.live)
				equal(t, "end not known", s.Outcomes[metrics.EndUnknown], 1-test.live)
				answer, _ := s.AnswerRate()
				talk, _ := s.TalkRate()
				with, _ := s.DetailsRate()
				equal(t, "answer rate", metrics.Percent(answer), "100.0%")
				equal(t, "talk rate", metrics.Percent(talk), "100.0%")
				equal(t, "with details", metrics.Percent(with), "100.0%")
				live, other := metrics.Live, metrics.Other
				equal(t, "chosen as live", summary(t, view, metrics.Filter{Status: &live}).Calls(), test.live)
				equal(t, "chosen as other", summary(t, view, metrics.Filter{Status: &other}).Calls(), 1-test.live)
				if err := s.Check(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestAStuckCallIsNotLiveAfterARestart(t *testing.T) {
	clock := &clock{noon}
	fields := `"Status":"in-progress","EndTime":null,"Duration":null`
	client := clientOf(t, clock, oneCall(clock, &fields))
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	equal(t, "live", summary(t, mustLoad(t, fetcher, oneDay(today), 0), all).Counts[metrics.Live], 1)
	end()
	clock.now = noon.AddDate(0, 0, 5)
	fetcher, _ = kept(t, client, path)
	s := summary(t, fetcher.LoadStored(t.Context(), oneDay(today)), all)
	equal(t, "live after a restart", s.Counts[metrics.Live], 0)
	equal(t, "end not known after a restart", s.Outcomes[metrics.EndUnknown], 1)
}

// oneCall serves an account with one call, whose fields may change.
func oneCall(clock *clock, fields *string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", clock.now.UTC().Format(http.TimeFormat))
		fmt.Fprintf(w, `{"Metadata":{"Total":1,"NextPageUri":null},"Calls":[{"Sid":"ffffffffffffffffffffffffffffffff",
			"DateCreated":"2026-11-20 11:59:00","StartTime":"2026-11-20 11:59:00","Direction":"inbound",%s}]}`, *fields)
	})
}

const (
	asCaptured = `"Status":"completed","EndTime":"","Duration":null,
		"Details":{"ConversationDuration":0,"Leg1Status":"completed","Leg2Status":null,"Legs":[]}`
	asSettled = `"Status":"completed","EndTime":"2026-11-20 12:01:00","Duration":120,"RecordingUrl":"https://x/a.mp3",
		"Details":{"ConversationDuration":90,"Leg1Status":"completed","Leg2Status":"completed",
			"Legs":[{"Leg":{"Id":1,"OnCallDuration":118}},{"Leg":{"Id":2,"OnCallDuration":90}}]}`
)

func TestAnUnfinishedRecordIsReadAgainUntilItIsFinished(t *testing.T) {
	clock := &clock{noon}
	fields := asCaptured
	fetcher := storing(t, clientOf(t, clock, oneCall(clock, &fields)))
	for range 5 {
		s := summary(t, mustLoad(t, fetcher, oneDay(today), 0), all)
		equal(t, "not known yet", s.Outcomes[metrics.OutcomeUnknown], 1)
		clock.now = clock.now.Add(time.Minute)
	}
	fields = asSettled
	for range 5 {
		mustLoad(t, fetcher, oneDay(today), 0)
		clock.now = clock.now.Add(time.Minute)
	}
	s := summary(t, mustLoad(t, fetcher, oneDay(today), 0), all)
	equal(t, "talked", s.Outcomes[metrics.Talked], 1)
	equal(t, "talk time", s.Talk, metrics.Mean{Sum: 90, N: 1})
}

// TestAnUnfinishedRecordOfADayThatIsOver costs few requests, also of a day that
// nobody reads otherwise.
func TestAnUnfinishedRecordOfADayThatIsOver(t *testing.T) {
	clock := &clock{noon}
	fields := asCaptured
	asked := 0
	account := oneCall(clock, &fields)
	client := clientOf(t, clock, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		account.ServeHTTP(w, r)
	}))
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	clock.now = today.Add(1).In(exotel.India).Add(2 * time.Hour)
	view := mustLoad(t, fetcher, oneDay(today), 0)
	equal(t, "not known yet", summary(t, view, all).Outcomes[metrics.OutcomeUnknown], 1)
	equal(t, "final", view.Settled(), false)
	end()

	fetcher, _ = kept(t, client, path) // after a restart
	asked = 0
	for range 120 {
		clock.now = clock.now.Add(time.Minute)
		view = mustLoad(t, fetcher, oneDay(today), 0)
	}
	equal(t, "not known after a restart", summary(t, view, all).Outcomes[metrics.OutcomeUnknown], 1)
	if asked > 10 {
		t.Errorf("%d requests in two hours", asked)
	}

	fields = asSettled
	for range 30 {
		clock.now = clock.now.Add(time.Minute)
		view = mustLoad(t, fetcher, oneDay(today), 0)
	}
	equal(t, "talked", summary(t, view, all).Outcomes[metrics.Talked], 1)
	equal(t, "final when it is finished", view.Settled(), true)
}

func TestARecordThatIsNeverFinishedIsJudgedAfterADay(t *testing.T) {
	clock := &clock{noon}
	fields := asCaptured
	fetcher := storing(t, clientOf(t, clock, oneCall(clock, &fields)))
	mustLoad(t, fetcher, oneDay(today), 0)
	clock.now = noon.AddDate(0, 0, 2)
	view := mustLoad(t, fetcher, oneDay(today), 0)
	equal(t, "hung up in the menu", summary(t, view, all).Outcomes[metrics.MenuOnly], 1)
	equal(t, "final", view.Settled(), true)
}

// TestAnUnfinishedRecordMakesNoFiguresOld: the day of it is over and was read whole
// once it had settled. Figures of a running day grow old all the same.
func TestAnUnfinishedRecordMakesNoFiguresOld(t *testing.T) {
	for _, test := range []struct {
		name   string
		period metrics.Period
		read   time.Time     // at first
		again  time.Duration // later, zero for not
		pause  time.Duration
		stale  bool
		asOf   time.Duration // before the last snapshot
	}{
		{"yesterday", oneDay(yesterday), at(today, 1, 30), 10 * time.Hour, 0, false, 10 * time.Hour},
		{"until today", metrics.Period{From: today.Add(-7), To: today}, at(today, 1, 30), 10 * time.Hour, 0, false, 0},
		{"until today, in a pause", metrics.Period{From: today.Add(-7), To: today}, at(today, 1, 30), 10 * time.Hour, 5 * time.Minute, true, 5 * time.Minute},
		{"yesterday, a day later", oneDay(yesterday), at(today, 1, 30), 10 * time.Hour, 30 * time.Hour, false, 40 * time.Hour},
		{"yesterday, read before it settled", oneDay(yesterday), at(today, 0, 59), 10 * time.Hour, 0, false, 0},
		{"yesterday, not read since it settled", oneDay(yesterday), at(today, 0, 50), 0, 5 * time.Minute, true, 5 * time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 100})
			account.Add(stuckCall(exotel.StatusInProgress, at(yesterday, 15, 0)))
			f := storing(t, client)
			clock.now = test.read
			v := mustLoad(t, f, test.period, 0)
			if test.again > 0 {
				clock.now = test.read.Add(test.again)
				v = mustLoad(t, f, test.period, 0)
			}
			clock.now = clock.now.Add(test.pause)
			v = v.at(clock.now)
			s := Snapshot{
				Now: clock.now, Summary: summary(t, v, all), Interval: time.Minute,
				AsOf: v.AsOf(), Over: v.Over(), Settled: v.Settled(),
			}
			equal(t, "stale", s.Stale(), test.stale)
			equal(t, "settled", s.Settled, false)
			if age := s.Now.Sub(s.AsOf); age.Round(time.Minute) != test.asOf {
				t.Errorf("age: got %v, want %v", age, test.asOf)
			}
		})
	}
}
