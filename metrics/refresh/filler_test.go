package refresh

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	zombie "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// fillUntil runs a filler until a state is as wanted, and returns that. A state that
// passes may be seen by nobody: two days may be stored between two looks.
func fillUntil(t *testing.T, fetcher *Fetcher, o FillerOptions, reached func(*Filler, FillState) bool) FillState {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var filler *Filler
	var last FillState
	done := false
	filler = NewFiller(fetcher, func(f FillState) {
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

func filled(_ *Filler, f FillState) bool { return f.Done() }

func TestEverythingThatExotelHasIsStoredNewestFirst(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	account.Record(true)
	fetcher := storing(t, client)
	f := fillUntil(t, fetcher, FillerOptions{}, filled)
	equal(t, "days", f.Total, sixMonths().Days())
	equal(t, "oldest", f.Oldest, sixMonths().From)
	equal(t, "calls", f.Calls, len(account.Calls(sixMonths().Start(exotel.India), sixMonths().End(exotel.India))))
	mustHold(t, fetcher, account, sixMonths())
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
	fetcher, end := kept(t, client, path)
	var first, second FillState
	before := requests(account, func() {
		first = fillUntil(t, fetcher, FillerOptions{}, func(_ *Filler, f FillState) bool { return f.Days >= 50 })
	})
	end()
	fetcher, _ = kept(t, client, path)
	after := requests(account, func() { second = fillUntil(t, fetcher, FillerOptions{}, filled) })
	equal(t, "days", second.Days, sixMonths().Days())
	// A day has one page here; the one under way when the first run ended is read again.
	if extra := before + after - second.Days; first.Done() || extra < 0 || extra > 1 {
		t.Errorf("%d and %d requests for %d days", before, after, second.Days)
	}
	mustHold(t, fetcher, account, sixMonths())
}

func TestYesterdayIsReadOnceMoreWhenItIsSettled(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	clock.now = today.Add(1).In(exotel.India).Add(20 * time.Minute)
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	fillUntil(t, fetcher, FillerOptions{}, filled)
	end()
	for _, test := range []struct {
		clock    string
		minutes  int
		requests int
	}{{"00:40", 40, 0}, {"01:01", 61, 1}, {"09:00", 9 * 60, 0}} {
		clock.now = today.Add(1).In(exotel.India).Add(time.Duration(test.minutes) * time.Minute)
		fetcher, end = kept(t, client, path)
		n := requests(account, func() {
			fillUntil(t, fetcher, FillerOptions{}, func(_ *Filler, f FillState) bool {
				return f.Done() && f.Reading == (metrics.Date{}) && fetcher.LoadStored(t.Context(), oneDay(today)).Settled() == (test.minutes > 60)
			})
		})
		equal(t, "requests at "+test.clock, n, test.requests)
		end()
	}
}

func TestAPauseBreaksOffAndTheRestGoesOn(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	fetcher := storing(t, client)
	paused := false
	f := fillUntil(t, fetcher, FillerOptions{}, func(filler *Filler, f FillState) bool {
		switch {
		case !paused && f.Days >= 5:
			paused = true
			filler.SetPaused(true)
			filler.SetPaused(true) // twice, so that what comes next is behind the first
		case f.Paused && f.Reading == (metrics.Date{}):
			return true
		}
		return false
	})
	equal(t, "error", f.Err, nil)
	if f.Done() || f.Remaining != 0 {
		t.Errorf("%d days while it pauses, %v left", f.Days, f.Remaining)
	}
	fillUntil(t, fetcher, FillerOptions{}, filled)
	mustHold(t, fetcher, account, sixMonths())
}

func TestWhatIsPausedAtTheStartAsksForNothing(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	fetcher := storing(t, client)
	n := requests(account, func() {
		fillUntil(t, fetcher, FillerOptions{Paused: true}, func(_ *Filler, f FillState) bool { return f.Paused })
	})
	equal(t, "requests", n, 0)
}

func TestAFailureIsPublishedAndTriedAgain(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	fetcher := storing(t, client)
	account.SetFaults(exoteltest.Faults{Forbidden: true})
	failed := false
	f := fillUntil(t, fetcher, FillerOptions{}, func(filler *Filler, f FillState) bool {
		if !failed && f.Err != nil {
			failed = true
			equal(t, "next try", f.RetryAt, noon.Add(firstRetry))
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
	fetcher := storing(t, client)
	account.SetFaults(exoteltest.Faults{StopAfterRows: 90}) // a weekday's calls do not all come
	f := fillUntil(t, fetcher, FillerOptions{KeepMonths: 2}, func(_ *Filler, f FillState) bool { return f.Days+f.ShortDays == f.Total })
	if f.ShortDays < 30 || f.Err != nil {
		t.Errorf("%d days are short, %v", f.ShortDays, f.Err)
	}
	view := fetcher.LoadStored(t.Context(), oneDay(yesterday))
	if view.Complete() || view.Tally().Missing == 0 {
		t.Error("a day that lacks calls counts as whole")
	}
}

func TestOnlyDaysToBeKeptAreRead(t *testing.T) {
	_, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	fillUntil(t, fetcher, FillerOptions{}, filled)
	end()
	// Nothing is removed for good before Exotel's clock has been heard.
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	fetcher, _ = kept(t, client, path)
	fillUntil(t, fetcher, FillerOptions{KeepMonths: 3}, filled)
	equal(t, "days in the store before", fetcher.LoadStored(t.Context(), sixMonths()).Tally().DaysMissing, 0)
	mustLoad(t, fetcher, oneDay(today), 0)
	n := requests(account, func() {
		f := fillUntil(t, fetcher, FillerOptions{KeepMonths: 3}, func(filler *Filler, f FillState) bool {
			filler.Wake()
			return f.Done() && !f.Oldest.Before(f.From)
		})
		equal(t, "oldest", f.Oldest, metrics.DateOf(noon.AddDate(0, -3, 0)))
		equal(t, "days", f.Total, (metrics.Period{From: f.Oldest, To: yesterday}).Days())
	})
	equal(t, "requests", n, 0)
	equal(t, "days in the store", len(fetcher.LoadStored(t.Context(), sixMonths()).days)-fetcher.LoadStored(t.Context(), sixMonths()).Tally().DaysMissing,
		(metrics.Period{From: metrics.DateOf(noon.AddDate(0, -3, 0)), To: yesterday}).Days())
}

func TestAFullDiskStopsTheFilling(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	fetcher, store := breaking(t, client)
	store.broken = true
	n := requests(account, func() {
		f := fillUntil(t, fetcher, FillerOptions{}, func(_ *Filler, f FillState) bool { return f.Err != nil })
		equal(t, "the disk's error", errors.Is(f.Err, errDisk), true)
	})
	equal(t, "requests", n, 1)
}

// TestFillingLeavesTwoThirdsOfTheRequests: in a bubble of fake time.
func TestFillingLeavesTwoThirdsOfTheRequests(t *testing.T) {
	const minutes = 2
	synctest.Test(t, func(t *testing.T) {
		account := exoteltest.New(exoteltest.Options{CallsPerDay: 2000})
		client, err := exotel.New(exotel.Options{
			BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token", Transport: wire{account},
		})
		if err != nil {
			t.Fatal(err)
		}
		fetcher, end := kept(t, client, filepath.Join(t.TempDir(), "calls.db"))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		var last FillState
		filler := NewFiller(fetcher, func(f FillState) { last = f }, FillerOptions{})
		go func() {
			defer close(ended)
			filler.Run(ctx)
		}()
		for range minutes {
			before := account.Stats().Requests
			time.Sleep(time.Minute)
			if n := account.Stats().Requests - before; n < 50 || n > 61 {
				t.Errorf("%d requests in a minute", n)
			}
		}
		cancel()
		<-ended
		if last.Remaining < 10*time.Minute || last.Remaining > 2*time.Hour {
			t.Errorf("%v left after %d minutes with %d of %d days", last.Remaining, minutes, last.Days, last.Total)
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
		fetcher := storing(t, clocksApart(t, &ahead))
		fillUntil(t, fetcher, FillerOptions{}, func(_ *Filler, f FillState) bool {
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
		fetcher := storing(t, clocksApart(t, &ahead))
		var set time.Time
		fillUntil(t, fetcher, FillerOptions{KeepMonths: 3}, func(_ *Filler, f FillState) bool {
			if f.Done() && set.IsZero() {
				set = time.Now()
				ahead.Store(int64(year))
			}
			return !set.IsZero() && time.Since(set) >= fillCheck
		})
		ahead.Store(0)
		months := metrics.Period{From: metrics.DateOf(noon.AddDate(0, -3, 0)), To: yesterday}
		equal(t, "days that are missing", fetcher.LoadStored(t.Context(), months).Tally().DaysMissing, 0)
	})
}
func TestMonthsAddUpToWhatIsStored(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 7})
	fetcher := storing(t, client)
	f := fillUntil(t, fetcher, FillerOptions{}, func(_ *Filler, f FillState) bool { return f.Days >= 100 })
	var sum Month
	for i, m := range f.Months {
		if i > 0 {
			equal(t, "the month after", m.First, f.Months[i-1].First.Add(31).FirstOfMonth())
		}
		sum.Days, sum.Total, sum.Calls = sum.Days+m.Days, sum.Total+m.Total, sum.Calls+m.Calls
	}
	equal(t, "days stored", sum.Days, f.Days)
	equal(t, "days to have", sum.Total, f.Total)
	equal(t, "calls", sum.Calls, f.Calls)
	equal(t, "first month", f.Months[0].First, sixMonths().From.FirstOfMonth())
	newest := f.Months[len(f.Months)-1]
	equal(t, "the running month's days", newest.Total, yesterday.Day)
	equal(t, "its calls", newest.Calls, len(account.Calls(newest.First.In(exotel.India), yesterday.Add(1).In(exotel.India))))
}

func TestMonthsBeginWithTheOldestDayThatIsStored(t *testing.T) {
	_, client, _ := newAccount(t, exoteltest.Options{})
	fetcher := storing(t, client)
	old := sixMonths().From.Add(-45)
	mustPut(t, fetcher.store, old, noon)
	f := fillUntil(t, fetcher, FillerOptions{}, filled)
	equal(t, "first month", f.Months[0].First, old.FirstOfMonth())
	equal(t, "its days", f.Months[0].Days, 1)
	equal(t, "oldest", f.Oldest, old)
}

func TestADayThatIsNotSavedCountsInNoMonthUntilItIs(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	fetcher, store := breaking(t, client)
	mustLoad(t, fetcher, oneDay(yesterday.Add(-1)), 0)
	store.broken = true
	mustLoad(t, fetcher, oneDay(yesterday), 0)
	f := fillUntil(t, fetcher, FillerOptions{}, func(_ *Filler, f FillState) bool { return f.Err != nil })
	equal(t, "the disk's error", errors.Is(f.Err, errDisk), true)
	days := 0
	for _, m := range f.Months {
		days += m.Days
	}
	equal(t, "days", f.Days, 1)
	equal(t, "days of months", days, 1)
	equal(t, "calls", f.Calls, len(account.Calls(yesterday.Add(-1).In(exotel.India), yesterday.In(exotel.India))))
	store.broken = false
	n := requests(account, func() { fillUntil(t, fetcher, FillerOptions{}, filled) })
	equal(t, "requests for the other days", n, sixMonths().Days()-2)
	mustHold(t, fetcher, account, sixMonths())
}

func TestDaysThatCannotBeReadDoNotCountAsNotStored(t *testing.T) {
	_, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 7})
	fetcher := storing(t, client)
	store := &unreadableStore{Store: fetcher.store}
	fetcher.store = store
	f := fillUntil(t, fetcher, FillerOptions{}, func(filler *Filler, f FillState) bool {
		if f.Done() && !store.broken.Swap(true) {
			filler.Wake()
		}
		return f.Err != nil
	})
	equal(t, "the disk's error", errors.Is(f.Err, errDisk), true)
	equal(t, "next try", f.RetryAt, noon.Add(firstRetry))
	equal(t, "days", f.Days, f.Total)
}

// unreadableStore cannot be read while broken.
type unreadableStore struct {
	calls.Store
	broken atomic.Bool
}

func (s *unreadableStore) Days(ctx context.Context, p metrics.Period) ([]calls.Day, error) {
	if s.broken.Load() {
		return nil, errDisk
	}
	return s.Store.Days(ctx, p)
}

func TestADayThatLostCallsIsReadAgain(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	fillUntil(t, fetcher, FillerOptions{}, filled)
	end()
	spoil(t, path, "DELETE FROM figures; DELETE FROM call WHERE id IN (SELECT id FROM call WHERE created > unixepoch('2026-10-01') LIMIT 3)")
	fetcher, _ = kept(t, client, path)
	fetcher.LoadStored(t.Context(), sixMonths()) // somebody looks at all days
	n := requests(account, func() { fillUntil(t, fetcher, FillerOptions{}, filled) })
	equal(t, "requests", n, 1)
	mustHold(t, fetcher, account, sixMonths())
}

// spoil changes a store's file behind its back.
func spoil(t *testing.T, path, script string) {
	t.Helper()
	conn, err := zombie.OpenConn(path, zombie.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := sqlitex.ExecuteScript(conn, script, nil); err != nil {
		t.Fatal(err)
	}
}

// TestASlowReceiverKeepsNoDayWaiting: it gets the newest state when it is ready.
func TestASlowReceiverKeepsNoDayWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 7})
		fetcher := storing(t, client)
		ready := make(chan struct{})
		var states []FillState
		filler := NewFiller(fetcher, func(f FillState) {
			<-ready
			states = append(states, f)
		}, FillerOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		var work sync.WaitGroup
		work.Go(func() { filler.Run(ctx) })
		for !fetcher.LoadStored(t.Context(), sixMonths()).Complete() {
			time.Sleep(time.Second)
		}
		synctest.Wait()
		close(ready)
		synctest.Wait()
		if n := len(states); n != 2 || !states[1].Done() {
			t.Errorf("%d states were published, the last done: %v", n, n > 0 && states[n-1].Done())
		}
		cancel()
		work.Wait()
	})
}
