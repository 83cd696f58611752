package pattern_test

import (
	"fmt"
	"log/slog"
	"math"
	"path/filepath"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/metrics/pattern"
)

// monday is the day whose usual is asked for.
var monday = metrics.Date{Year: 2026, Month: time.November, Day: 30}

// account is a store with days of calls.
type account struct {
	t     *testing.T
	store *sqlite.Store
	calls int
}

func newAccount(t *testing.T) *account {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "calls.db"), exotel.India, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return &account{t: t, store: store}
}

// add stores a day: at each time some calls, of which the first are answered.
func (a *account) add(date metrics.Date, complete bool, at map[string][2]int) {
	a.t.Helper()
	b := calls.Batch{Date: date, Replace: true, UpdateDay: func(before *calls.Day, stored, _ int) *calls.Day {
		d := *before
		d.Announced, d.Received, d.Complete = stored, stored, complete
		return &d
	}}
	for clock, n := range at {
		created, err := time.ParseInLocation("2006-01-02 15:04", date.String()+" "+clock, exotel.India)
		if err != nil {
			a.t.Fatal(err)
		}
		for i := range n[0] {
			a.calls++
			call := exotel.Call{
				Sid: fmt.Sprint("call", a.calls), Created: created, Ended: created.Add(time.Minute), From: "09800000001", To: "09700000001", ExoPhone: "08047112201",
				Direction: exotel.DirectionInbound, Status: exotel.StatusNoAnswer, Duration: 0,
			}
			if i < n[1] {
				call.Status, call.Duration, call.Details = exotel.StatusCompleted, 100, &exotel.Details{Conversation: 80, Leg1Status: "completed", Leg2Status: "completed"}
			}
			b.Calls = append(b.Calls, call)
		}
	}
	if err := a.store.Put(a.t.Context(), b); err != nil {
		a.t.Fatal(err)
	}
}

func (a *account) usual(until string) pattern.Usual {
	a.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", until, exotel.India)
	if err != nil {
		a.t.Fatal(err)
	}
	u, err := pattern.ReadUsual(a.t.Context(), a.store, calls.Query{Now: at}, monday, at)
	if err != nil {
		a.t.Fatal(err)
	}
	return u
}

func near(t *testing.T, what string, got pattern.Band, middle float64) {
	t.Helper()
	if !got.Known || math.Abs(got.Middle-middle) > 0.001 || got.Low > middle || got.High < middle {
		t.Errorf("%s: %+v, want about %v", what, got, middle)
	}
}

// TestUsualIsCutAtTheSameClockTime: a call that came later on the days before is not
// missing now.
func TestUsualIsCutAtTheSameClockTime(t *testing.T) {
	a := newAccount(t)
	for week := 1; week <= 8; week++ {
		a.add(monday.Add(-7*week), true, map[string][2]int{"09:10": {40, 30}, "10:20": {30, 30}, "10:40": {10, 0}, "18:00": {100, 50}})
		a.add(monday.Add(-7*week-1), true, map[string][2]int{"09:10": {500, 0}}) // a Sunday
	}
	for _, tt := range []struct {
		until            string
		calls, missed    float64
		answered, length float64
	}{
		{"2026-11-30 10:00", 40, 10, 0.75, 100},
		{"2026-11-30 10:30", 70, 10, 60.0 / 70, 100},
		{"2026-11-30 10:41", 80, 20, 0.75, 100},
		{"2026-12-01 00:10", 180, 70, 110.0 / 180, 100}, // the day is over
	} {
		u := a.usual(tt.until)
		near(t, tt.until+": calls", u.Calls, tt.calls)
		near(t, tt.until+": missed", u.Missed, tt.missed)
		near(t, tt.until+": answered", u.Answered, tt.answered)
		near(t, tt.until+": spoke", u.Spoke, tt.answered)
		near(t, tt.until+": duration", u.Duration, tt.length)
		near(t, tt.until+": the hour from 10:00", u.Hours[10], 40)
		if u.Weeks != 8 || u.Weekday != time.Monday {
			t.Errorf("%s: made of %d %ss", tt.until, u.Weeks, u.Weekday)
		}
	}
}

func TestNothingIsUsualBelowFourWeeks(t *testing.T) {
	a := newAccount(t)
	day := map[string][2]int{"09:10": {40, 30}}
	for week := 1; week <= 3; week++ {
		a.add(monday.Add(-7*week), true, day)
	}
	a.add(monday.Add(-28), false, day) // not whole
	a.add(monday.Add(-7*9), true, day) // too long ago
	a.add(monday.Add(-1), true, day)   // another weekday
	if u := a.usual("2026-11-30 12:00"); u.Weeks != 3 || u.Calls.Known || u.Hours[9].Known || u.Calls.Outside(1e6) {
		t.Errorf("%d weeks make %+v", u.Weeks, u.Calls)
	}
	a.add(monday.Add(-28), true, day)
	if u := a.usual("2026-11-30 12:00"); u.Weeks != 4 || !u.Calls.Known {
		t.Errorf("%d weeks make %+v", u.Weeks, u.Calls)
	}
}

func TestAFewCallsMakeNoShare(t *testing.T) {
	a := newAccount(t)
	for week := 1; week <= 8; week++ {
		a.add(monday.Add(-7*week), true, map[string][2]int{"09:10": {19, 10}})
	}
	if u := a.usual("2026-11-30 12:00"); u.Answered.Known || u.Duration.Known || !u.Calls.Known {
		t.Errorf("answered %+v, duration %+v, calls %+v", u.Answered, u.Duration, u.Calls)
	}
}

// TestOneStrangeDayMovesNothing: the least and the greatest value do not count in the
// middle of a band.
func TestOneStrangeDayMovesNothing(t *testing.T) {
	a := newAccount(t)
	for week := 1; week <= 8; week++ {
		n := [2]int{100, 80}
		if week == 3 {
			n = [2]int{2, 0} // a holiday
		}
		a.add(monday.Add(-7*week), true, map[string][2]int{"11:00": n})
	}
	u := a.usual("2026-12-01 00:00")
	near(t, "calls", u.Calls, 100)
	near(t, "missed", u.Missed, 20)
	for calls, outside := range map[float64]bool{100: false, 20: true} {
		if u.Calls.Outside(calls) != outside {
			t.Errorf("%v calls are outside of %+v: %v", calls, u.Calls, !outside)
		}
	}
}

func TestUsualFollowsTheFilters(t *testing.T) {
	a := newAccount(t)
	for week := 1; week <= 8; week++ {
		a.add(monday.Add(-7*week), true, map[string][2]int{"09:10": {40, 30}, "10:20": {30, 30}})
	}
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, exotel.India)
	for name, tt := range map[string]struct {
		q    calls.Query
		want float64
	}{
		"hours":    {calls.Query{Hours: []int{9}}, 40},
		"statuses": {calls.Query{Statuses: []metrics.Status{metrics.NoAnswer}}, 10},
		"none":     {calls.Query{Lines: []string{"08099999999"}}, 0},
	} {
		tt.q.Now = now
		u, err := pattern.ReadUsual(t.Context(), a.store, tt.q, monday, now)
		if err != nil {
			t.Fatal(err)
		}
		near(t, name, u.Calls, tt.want)
	}
}
