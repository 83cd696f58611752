package metrics

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"exotel-monitor/exotel"
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
			s := viewOf(3, noon, answered(noon), unfinishedCall(noon.Add(-test.age))).Summary(Filter{})
			talked, _ := s.TalkRate()
			equal(t, "talked", Percent(talked), test.talked)
			equal(t, "not known yet", s.Outcomes[OutcomeUnknown], test.unknown)
			equal(t, "hung up in the menu", s.Outcomes[MenuOnly], 1-test.unknown)
			equal(t, "completed", s.Counts[Answered], 2)
			if err := s.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestACallOfAClockThatIsAheadIsJudgedAtOnce(t *testing.T) {
	call := answered(noon.Add(time.Minute))
	equal(t, "outcome", outcomeNames[outcomeAfter(&call, -time.Minute)], outcomeNames[Talked])
}

func TestOnlyUnfinishedRecordsGiveNoTalkRate(t *testing.T) {
	if rate, ok := viewOf(1, noon, unfinishedCall(noon)).Summary(Filter{}).TalkRate(); ok {
		t.Errorf("talked: %s", Percent(rate))
	}
}

// TestFiguresThatAreKeptChangeWithTime: those of a window that is left open, and
// those of a day that is taken from the disk.
func TestFiguresThatAreKeptChangeWithTime(t *testing.T) {
	view := viewOf(1, noon, unfinishedCall(noon))
	equal(t, "at once", view.Summary(Filter{}).Outcomes[OutcomeUnknown], 1)
	later := view.at(noon.Add(25 * time.Hour)).Summary(Filter{})
	equal(t, "not known a day later", later.Outcomes[OutcomeUnknown], 0)
	equal(t, "hung up in the menu a day later", later.Outcomes[MenuOnly], 1)
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
				view := viewOf(7, noon, answered(noon), stuckCall(status, noon.Add(-test.age)))
				s := view.Summary(Filter{})
				equal(t, "live", s.Counts[Live], test.live)
				equal(t, "other", s.Counts[Other], 1-test.live)
				equal(t, "not over", s.Outcomes[NotOver], test.live)
				equal(t, "end not known", s.Outcomes[EndUnknown], 1-test.live)
				answer, _ := s.AnswerRate()
				talk, _ := s.TalkRate()
				with, _ := s.DetailsRate()
				equal(t, "answer rate", Percent(answer), "100.0%")
				equal(t, "talk rate", Percent(talk), "100.0%")
				equal(t, "with details", Percent(with), "100.0%")
				live, other := Live, Other
				equal(t, "chosen as live", view.Summary(Filter{Status: &live}).Calls(), test.live)
				equal(t, "chosen as other", view.Summary(Filter{Status: &other}).Calls(), 1-test.live)
				if err := s.Check(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestALiveCallOfAWindowThatIsLeftOpenEnds(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(func(context.Context, Period, time.Duration, func(Progress)) (*View, error) {
			now := d.loader.Now()
			return viewOf(1, now, stuckCall(exotel.StatusInProgress, now)), nil
		})
		d.wait(time.Minute)
		d.TogglePause()
		equal(t, "live", d.last().Summary.Counts[Live], 1)
		later := d.wait(4*time.Hour + 2*wakeCheck)
		equal(t, "live four hours later", later.Summary.Counts[Live], 0)
		equal(t, "end not known four hours later", later.Summary.Outcomes[EndUnknown], 1)
	})
}

func TestAStuckCallIsNotLiveInAReportNorAfterARestart(t *testing.T) {
	clock := &clock{noon}
	fields := `"Status":"in-progress","EndTime":null,"Duration":null`
	client := clientOf(t, clock, oneCall(clock, &fields))
	path := filepath.Join(t.TempDir(), "calls.db")
	ledger, end := kept(t, client, path)
	equal(t, "live", mustLoad(t, ledger, oneDay(today), 0).Summary(Filter{}).Counts[Live], 1)
	end()
	clock.now = noon.AddDate(0, 0, 5)
	ledger, _ = kept(t, client, path)
	s := ledger.Known(t.Context(), oneDay(today)).Summary(Filter{})
	equal(t, "live after a restart", s.Counts[Live], 0)
	equal(t, "end not known after a restart", s.Outcomes[EndUnknown], 1)
	for status, want := range map[Status]int{Live: 0, Other: 1} {
		s, _, err := Stream(t.Context(), client, oneDay(today), Filter{Status: &status}, nil)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "in a report as "+status.String(), s.Calls(), want)
	}
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
	ledger := storing(t, clientOf(t, clock, oneCall(clock, &fields)))
	for range 5 {
		s := mustLoad(t, ledger, oneDay(today), 0).Summary(Filter{})
		equal(t, "not known yet", s.Outcomes[OutcomeUnknown], 1)
		clock.now = clock.now.Add(time.Minute)
	}
	fields = asSettled
	for range 5 {
		mustLoad(t, ledger, oneDay(today), 0)
		clock.now = clock.now.Add(time.Minute)
	}
	s := mustLoad(t, ledger, oneDay(today), 0).Summary(Filter{})
	equal(t, "talked", s.Outcomes[Talked], 1)
	equal(t, "talk time", s.Talk, Mean{90, 1})
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
	ledger, end := kept(t, client, path)
	clock.now = today.Add(1).In(exotel.India).Add(2 * time.Hour)
	view := mustLoad(t, ledger, oneDay(today), 0)
	equal(t, "not known yet", view.Summary(Filter{}).Outcomes[OutcomeUnknown], 1)
	equal(t, "final", view.Settled(), false)
	end()

	ledger, _ = kept(t, client, path) // after a restart
	asked = 0
	for range 120 {
		clock.now = clock.now.Add(time.Minute)
		view = mustLoad(t, ledger, oneDay(today), 0)
	}
	equal(t, "not known after a restart", view.Summary(Filter{}).Outcomes[OutcomeUnknown], 1)
	if asked > 10 {
		t.Errorf("%d requests in two hours", asked)
	}
	s := &fill{Filler: NewFiller(ledger, func(Filling) {}, FillerOptions{})}
	if day, ok := s.next(clock.now); ok && day == today {
		t.Error("the filler reads the day over and over")
	}

	fields = asSettled
	for range 30 {
		clock.now = clock.now.Add(time.Minute)
		view = mustLoad(t, ledger, oneDay(today), 0)
	}
	equal(t, "talked", view.Summary(Filter{}).Outcomes[Talked], 1)
	equal(t, "final when it is finished", view.Settled(), true)
}

func TestARecordThatIsNeverFinishedIsJudgedAfterADay(t *testing.T) {
	clock := &clock{noon}
	fields := asCaptured
	ledger := storing(t, clientOf(t, clock, oneCall(clock, &fields)))
	mustLoad(t, ledger, oneDay(today), 0)
	clock.now = noon.AddDate(0, 0, 2)
	view := mustLoad(t, ledger, oneDay(today), 0)
	equal(t, "hung up in the menu", view.Summary(Filter{}).Outcomes[MenuOnly], 1)
	equal(t, "final", view.Settled(), true)
}

// TestFiguresOfAWindowThatIsLeftOpenChangeWithTime: without a refresh, too.
func TestFiguresOfAWindowThatIsLeftOpenChangeWithTime(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(func(context.Context, Period, time.Duration, func(Progress)) (*View, error) {
			now := d.loader.Now()
			return viewOf(1, now, unfinishedCall(now)), nil
		})
		d.wait(time.Minute)
		d.TogglePause()
		equal(t, "not known yet", d.last().Summary.Outcomes[OutcomeUnknown], 1)
		later := d.wait(24*time.Hour + 2*wakeCheck)
		equal(t, "hung up in the menu a day later", later.Summary.Outcomes[MenuOnly], 1)
	})
}
