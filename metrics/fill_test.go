package metrics

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// fillUntil runs a filler until a state is as wanted, and returns that. A state that
// passes may be seen by nobody: two days may be stored between two looks.
func fillUntil(t *testing.T, l *Ledger, o FillerOptions, reached func(*Filler, Filling) bool) Filling {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var filler *Filler
	var last Filling
	done := false
	filler = NewFiller(l, func(f Filling) {
		if !done && reached(filler, f) {
			last, done = f, true
			cancel()
		}
	}, o)
	filler.Run(ctx)
	if !done {
		t.Fatal("the filler did not get there")
	}
	return last
}

func whole(_ *Filler, f Filling) bool { return f.Done() }

// mustHold compares the archive with the account, call by call.
func mustHold(t *testing.T, l *Ledger, account *exoteltest.Account, p Period) {
	t.Helper()
	from, to := p.Start(l.client.Zone()), p.End(l.client.Zone())
	want := account.Calls(from, to)
	got := make(map[string]exotel.Call, len(want))
	for call, err := range l.store.Calls(t.Context(), from, to) {
		if err != nil {
			t.Fatal(err)
		}
		if _, again := got[call.Sid]; again {
			t.Errorf("%s is stored twice", call.Sid)
		}
		got[call.Sid] = call
	}
	equal(t, "calls in the archive", len(got), len(want))
	different := 0
	for _, w := range want {
		if g, ok := got[w.Sid]; !ok || plainCall(g) != plainCall(w) {
			if different++; different < 4 {
				t.Errorf("got  %s\nwant %s", plainCall(g), plainCall(w))
			}
		}
	}
	equal(t, "calls that differ", different, 0)
}

// plainCall writes a call so that equal ones are equal, whatever their zones.
func plainCall(c exotel.Call) string {
	c.Extra = ""
	details := "none"
	if d := c.Details; d != nil {
		details = fmt.Sprintf("%d %q %q %v", d.Conversation, d.Leg1Status, d.Leg2Status, d.Legs)
	}
	times := fmt.Sprint(c.Created.Unix(), c.Updated.Unix(), c.Started.Unix(), c.Ended.Unix())
	c.Details, c.Created, c.Updated, c.Started, c.Ended = nil, time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return fmt.Sprintf("%+v %s %s", c, times, details)
}

func sixMonths() Period { return Period{FirstAskable(noon), yesterday} }

func TestEverythingThatExotelHasIsStoredNewestFirst(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	account.Record(true)
	ledger := storing(t, client)
	f := fillUntil(t, ledger, FillerOptions{}, whole)
	equal(t, "days", f.Of, sixMonths().Days())
	equal(t, "oldest", f.Oldest, sixMonths().From)
	equal(t, "calls", f.Calls, len(account.Calls(sixMonths().Start(exotel.India), sixMonths().End(exotel.India))))
	mustHold(t, ledger, account, sixMonths())
	var asked []string
	for _, q := range account.Stats().Queries {
		asked = append(asked, q[strings.Index(q, "gte"):][:18])
	}
	if !slices.IsSortedFunc(asked, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Error("days are not asked for newest first")
	}
}

func TestADayThatIsStoredIsNotReadAgainAfterARestart(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	path := filepath.Join(t.TempDir(), "calls.db")
	ledger, end := kept(t, client, path)
	var first, second Filling
	before := requests(account, func() {
		first = fillUntil(t, ledger, FillerOptions{}, func(_ *Filler, f Filling) bool { return f.Days >= 50 })
	})
	end()
	ledger, _ = kept(t, client, path)
	after := requests(account, func() { second = fillUntil(t, ledger, FillerOptions{}, whole) })
	equal(t, "days", second.Days, sixMonths().Days())
	// A day has one page here; the one under way when the first run ended is read again.
	if extra := before + after - second.Days; first.Done() || extra < 0 || extra > 1 {
		t.Errorf("%d and %d requests for %d days", before, after, second.Days)
	}
	mustHold(t, ledger, account, sixMonths())
}

func TestYesterdayIsReadOnceMoreWhenItIsSettled(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	clock.now = today.Add(1).In(exotel.India).Add(20 * time.Minute)
	path := filepath.Join(t.TempDir(), "calls.db")
	ledger, end := kept(t, client, path)
	fillUntil(t, ledger, FillerOptions{}, whole)
	end()
	for _, test := range []struct {
		clock    string
		minutes  int
		requests int
	}{{"00:40", 40, 0}, {"01:01", 61, 1}, {"09:00", 9 * 60, 0}} {
		clock.now = today.Add(1).In(exotel.India).Add(time.Duration(test.minutes) * time.Minute)
		ledger, end = kept(t, client, path)
		n := requests(account, func() {
			fillUntil(t, ledger, FillerOptions{}, func(_ *Filler, f Filling) bool {
				return f.Done() && f.Reading == (Date{}) && ledger.days[today].calls.freshEnough(today.Add(1).In(exotel.India), clock.now, 0) == (test.minutes > 60)
			})
		})
		equal(t, "requests at "+test.clock, n, test.requests)
		end()
	}
}

func TestAPauseBreaksOffAndTheRestGoesOn(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	ledger := storing(t, client)
	paused := false
	f := fillUntil(t, ledger, FillerOptions{}, func(filler *Filler, f Filling) bool {
		switch {
		case !paused && f.Days >= 5:
			paused = true
			filler.SetPaused(true)
			filler.SetPaused(true) // twice, so that what comes next is behind the first
		case f.Paused && f.Reading == (Date{}):
			return true
		}
		return false
	})
	equal(t, "error", f.Err, nil)
	if f.Done() || f.Left != 0 {
		t.Errorf("%d days while it pauses, %v left", f.Days, f.Left)
	}
	fillUntil(t, ledger, FillerOptions{}, whole)
	mustHold(t, ledger, account, sixMonths())
}

func TestWhatIsPausedAtTheStartAsksForNothing(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	ledger := storing(t, client)
	n := requests(account, func() {
		fillUntil(t, ledger, FillerOptions{Paused: true}, func(_ *Filler, f Filling) bool { return f.Paused })
	})
	equal(t, "requests", n, 0)
}

func TestAFailureIsToldAndTriedAgain(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	ledger := storing(t, client)
	account.SetFaults(exoteltest.Faults{Forbidden: true})
	failed := false
	f := fillUntil(t, ledger, FillerOptions{}, func(filler *Filler, f Filling) bool {
		if !failed && f.Err != nil {
			failed = true
			equal(t, "next try", f.Retry, noon.Add(firstRetry))
			account.SetFaults(exoteltest.Faults{})
			filler.Wake()
		}
		return f.Days >= 3
	})
	equal(t, "failed", failed, true)
	equal(t, "error after a success", f.Err, nil)
}

func TestADayOfWhichExotelListsTooLittleKeepsNobodyWaiting(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 130})
	ledger := storing(t, client)
	account.SetFaults(exoteltest.Faults{StopAfterRows: 90}) // a weekday's calls do not all come
	f := fillUntil(t, ledger, FillerOptions{}, func(_ *Filler, f Filling) bool { return f.Days+f.Short == f.Of })
	if f.Short < 100 || f.Err != nil {
		t.Errorf("%d days are short, %v", f.Short, f.Err)
	}
	view := ledger.Known(t.Context(), oneDay(yesterday))
	if view.Complete() || view.Tally().Missing == 0 {
		t.Error("a day that lacks calls counts as whole")
	}
}

func TestOnlyDaysToBeKeptAreRead(t *testing.T) {
	_, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	path := filepath.Join(t.TempDir(), "calls.db")
	ledger, end := kept(t, client, path)
	fillUntil(t, ledger, FillerOptions{}, whole)
	end()
	// Nothing is removed for good before Exotel's clock has been heard.
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	ledger, _ = kept(t, client, path)
	fillUntil(t, ledger, FillerOptions{KeepMonths: 3}, whole)
	equal(t, "days in the store before", ledger.Known(t.Context(), sixMonths()).Tally().DaysMissing, 0)
	mustLoad(t, ledger, oneDay(today), 0)
	n := requests(account, func() {
		f := fillUntil(t, ledger, FillerOptions{KeepMonths: 3}, func(filler *Filler, f Filling) bool {
			filler.Wake()
			return f.Done() && !f.Oldest.Before(f.From)
		})
		equal(t, "oldest", f.Oldest, DateOf(noon.AddDate(0, -3, 0)))
		equal(t, "days", f.Of, (Period{f.Oldest, yesterday}).Days())
	})
	equal(t, "requests", n, 0)
	equal(t, "days in the store", len(ledger.Known(t.Context(), sixMonths()).days)-ledger.Known(t.Context(), sixMonths()).Tally().DaysMissing,
		(Period{DateOf(noon.AddDate(0, -3, 0)), yesterday}).Days())
}

func TestAFullDiskStopsTheFilling(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	ledger := storing(t, client)
	ledger.store = &brokenStore{}
	n := requests(account, func() {
		f := fillUntil(t, ledger, FillerOptions{}, func(_ *Filler, f Filling) bool { return f.Err != nil })
		equal(t, "the disk's error", errors.Is(f.Err, errDisk), true)
	})
	equal(t, "requests", n, 1)
}

// TestFillingLeavesTwoThirdsOfTheRequests: in a bubble of fake time.
func TestFillingLeavesTwoThirdsOfTheRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		account := exoteltest.New(exoteltest.Options{CallsPerDay: 2000})
		client, err := exotel.New(exotel.Options{
			BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token", Transport: wire{account},
		})
		if err != nil {
			t.Fatal(err)
		}
		ledger, end := kept(t, client, filepath.Join(t.TempDir(), "calls.db"))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		var last Filling
		filler := NewFiller(ledger, func(f Filling) { last = f }, FillerOptions{})
		go func() {
			defer close(ended)
			filler.Run(ctx)
		}()
		for range 5 {
			before := account.Stats().Requests
			time.Sleep(time.Minute)
			if n := account.Stats().Requests - before; n < 50 || n > 61 {
				t.Errorf("%d requests in a minute", n)
			}
		}
		cancel()
		<-ended
		if last.Left < 10*time.Minute || last.Left > 2*time.Hour {
			t.Errorf("%v left after 5 minutes with %d of %d days", last.Left, last.Days, last.Of)
		}
		end()
	})
}

// year is how far a clock is ahead in some tests.
const year = 365 * 24 * time.Hour

// clocksApart is a client of an account whose clock stands at noon, on a computer
// whose clock is that far ahead.
func clocksApart(t *testing.T, ahead *atomic.Int64) *exotel.Client {
	t.Helper()
	account, _, _ := newAccount(t, exoteltest.Options{CallsPerDay: 20})
	client, err := exotel.New(exotel.Options{
		BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token",
		RatePerMinute: -1, Transport: wire{account}, Now: func() time.Time { return noon.Add(time.Duration(ahead.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestAClockThatIsSetRightEndsTheWaiting: when to try again was said by a clock that
// was a year ahead.
func TestAClockThatIsSetRightEndsTheWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		ahead.Store(int64(year))
		ledger := storing(t, clocksApart(t, &ahead))
		fillUntil(t, ledger, FillerOptions{}, func(_ *Filler, f Filling) bool {
			if f.Err != nil {
				ahead.Store(0)
			}
			return f.Done()
		})
	})
}

// TestNothingIsRemovedByAClockThatWasSet: Exotel, which would say what day it is, is
// not asked meanwhile, because all is stored.
func TestNothingIsRemovedByAClockThatWasSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		ledger := storing(t, clocksApart(t, &ahead))
		var set time.Time
		fillUntil(t, ledger, FillerOptions{KeepMonths: 3}, func(_ *Filler, f Filling) bool {
			if f.Done() && set.IsZero() {
				set = time.Now()
				ahead.Store(int64(year))
			}
			return !set.IsZero() && time.Since(set) >= fillCheck
		})
		ahead.Store(0)
		months := Period{DateOf(noon.AddDate(0, -3, 0)), yesterday}
		equal(t, "days that are missing", ledger.Known(t.Context(), months).Tally().DaysMissing, 0)
	})
}
