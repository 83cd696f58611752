package metrics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics/archive/file"
)

// This file is what hostile readers found: each test is a way in which the stored
// calls were wrong, lost, or asked for too often.

// clientOf is a client of any handler, with a clock of its own.
func clientOf(t testing.TB, clock *clock, h http.Handler) *exotel.Client {
	t.Helper()
	client, err := exotel.New(exotel.Options{
		BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token", RatePerMinute: -1, Transport: wire{h}, Now: clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// shortDay answers as the account does, but for one day of which it lists less
// than it announces.
func shortDay(account *exoteltest.Account, day Date, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Query().Get("DateCreated"), "gte:"+day.String()) {
			w.Header().Set("Date", now().UTC().Format(http.TimeFormat))
			fmt.Fprint(w, `{"Metadata":{"Total":3,"NextPageUri":null},"Calls":[]}`)
			return
		}
		account.ServeHTTP(w, r)
	})
}

func TestADayThatIsListedShortHidesNoOther(t *testing.T) {
	clock := &clock{noon}
	account := exoteltest.New(exoteltest.Options{CallsPerDay: 1000, Now: clock.Now})
	client := clientOf(t, clock, shortDay(account, yesterday.Add(-1), clock.Now))
	ledger := storing(t, client)
	for range 5 {
		if _, err := ledger.Load(t.Context(), Last7Days.Period(noon), 0, nil); err == nil {
			t.Error("nobody is told that a day is short")
		}
		view := ledger.Known(t.Context(), oneDay(today))
		equal(t, "calls of today", view.Summary(Filter{}).Calls(), listed(account, clock.now))
		equal(t, "today is complete", view.Complete(), true)
		clock.now = clock.now.Add(time.Minute)
	}
}

func TestADayThatIsListedShortIsNotReadEachMinute(t *testing.T) {
	clock := &clock{noon}
	account := exoteltest.New(exoteltest.Options{CallsPerDay: 300, Now: clock.Now})
	var asked atomic.Int64
	client := clientOf(t, clock, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		shortDay(account, yesterday.Add(-1), clock.Now).ServeHTTP(w, r)
	}))
	ledger := storing(t, client)
	load := func(maxAge time.Duration) int64 {
		before := asked.Load()
		_, _ = ledger.Load(t.Context(), Period{yesterday.Add(-2), yesterday}, maxAge, nil)
		clock.now = clock.now.Add(time.Minute)
		return asked.Load() - before
	}
	load(0)
	for range 5 {
		equal(t, "requests of a refresh", load(0), int64(0))
	}
	equal(t, "requests when the user asks", load(anew), int64(1))
	clock.now = clock.now.Add(askShortAgain)
	equal(t, "requests hours later", load(0), int64(1))
}

// TestACatchUpThatIsBrokenOffLeavesNoHiddenGap: where Exotel's total does not help.
func TestACatchUpThatIsBrokenOffLeavesNoHiddenGap(t *testing.T) {
	for name, total := range map[string]exoteltest.Total{"right": exoteltest.TotalRight, "absent": exoteltest.TotalAbsent, "too low": exoteltest.TotalBelow} {
		t.Run(name, func(t *testing.T) {
			account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 5000})
			account.SetFaults(exoteltest.Faults{Total: total})
			path := filepath.Join(t.TempDir(), "calls.db")
			ledger, end := kept(t, client, path)
			mustLoad(t, ledger, oneDay(today), 0)
			clock.now = clock.now.Add(2 * time.Hour)
			account.SetFaults(exoteltest.Faults{Total: total, FailStatus: 403, FailFrom: 2, FailCount: 1})
			if _, err := ledger.Load(t.Context(), oneDay(today), 0, nil); err == nil {
				t.Fatal("it was not broken off")
			}
			account.SetFaults(exoteltest.Faults{Total: total})
			check := func(l *Ledger) {
				view := l.Known(t.Context(), oneDay(today))
				if got, want := view.Summary(Filter{}).Calls(), listed(account, clock.now); view.Complete() && got != want {
					t.Errorf("complete with %d calls of %d", got, want)
				}
			}
			check(ledger)
			for range 3 {
				clock.now = clock.now.Add(time.Minute)
				_, _ = ledger.Load(t.Context(), oneDay(today), 0, nil)
				check(ledger)
			}
			end()
			ledger, _ = kept(t, client, path)
			check(ledger)
			mustLoad(t, ledger, oneDay(today), anew)
			equal(t, "calls in the end", ledger.Known(t.Context(), oneDay(today)).Summary(Filter{}).Calls(), listed(account, clock.now))
		})
	}
}

func TestTheFillerLeavesAYesterdayThatIsBehindInPeaceUntilItIsSettled(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 500})
	clock.now = today.Add(1).In(exotel.India).Add(-10 * time.Minute)
	ledger := storing(t, client)
	mustLoad(t, ledger, oneDay(today), 0)
	account.SetFaults(exoteltest.Faults{Total: exoteltest.TotalAbove})
	clock.now = clock.now.Add(time.Minute)
	_, _ = ledger.Load(t.Context(), oneDay(today), 0, nil)
	clock.now = clock.now.Add(19 * time.Minute) // 00:10
	s := &fill{Filler: NewFiller(ledger, nil, FillerOptions{}), ctx: t.Context()}
	if day, ok := s.next(ledger.Now()); !ok || day != yesterday {
		t.Errorf("next is %v", day)
	}
	if day, ok := s.next(ledger.Now().Add(time.Hour)); !ok || day != today {
		t.Errorf("when it is settled next is %v", day)
	}
}

func TestCallsThatEndedAreNotLiveWhileADayIsBehind(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 3000})
	ledger := storing(t, client)
	mustLoad(t, ledger, oneDay(today), 0)
	account.SetFaults(exoteltest.Faults{Total: exoteltest.TotalAbove})
	for range 50 {
		clock.now = clock.now.Add(time.Minute)
		_, _ = ledger.Load(t.Context(), oneDay(today), 0, nil)
	}
	got := ledger.Known(t.Context(), oneDay(today)).Summary(Filter{})
	account.SetFaults(exoteltest.Faults{})
	if want := readWhole(t, client, oneDay(today)); got.Counts[Live] > want.Counts[Live]+5 {
		t.Errorf("%d live calls, the account has %d", got.Counts[Live], want.Counts[Live])
	}
}

// A computer's clock may be months ahead; then nothing of the archive is old.
func TestAWrongClockRemovesNothingAndReadsNothing(t *testing.T) {
	for name, ahead := range map[string]int{"three days ahead": 3, "thirteen months ahead": 395, "ten years ahead": 3650} {
		t.Run(name, func(t *testing.T) {
			account, client, now := newAccount(t, exoteltest.Options{CallsPerDay: 40})
			path := filepath.Join(t.TempDir(), "calls.db")
			ledger, end := kept(t, client, path)
			fillUntil(t, ledger, FillerOptions{KeepMonths: 12}, whole)
			end()
			wrong := &clock{now.now.AddDate(0, 0, ahead)}
			ledger, end = kept(t, clientOf(t, wrong, account), path)
			fillUntil(t, ledger, FillerOptions{KeepMonths: 12}, func(_ *Filler, f Filling) bool { return f.Err != nil })
			var refused *exotel.Error
			if _, err := ledger.Load(t.Context(), Today.Period(wrong.now), 0, nil); !errors.As(err, &refused) || refused.Kind != exotel.KindClock {
				t.Errorf("today: %v", err)
			}
			if _, err := ledger.Load(t.Context(), oneDay(today), 0, nil); !errors.As(err, &refused) || refused.Kind != exotel.KindClock {
				t.Errorf("Exotel's today: %v", err)
			}
			if _, _, err := Stream(t.Context(), clientOf(t, wrong, account), oneDay(today), Filter{}, nil); !errors.As(err, &refused) || ahead > 200 && refused.Kind != exotel.KindClock {
				t.Errorf("Exotel's today, streamed: %v", err)
			}
			end()
			ledger, _ = kept(t, client, path)
			mustHold(t, ledger, account, sixMonths())
			equal(t, "days", len(ledger.stored), sixMonths().Days())
		})
	}
}

func TestAPollWithinTheAgeCostsNothingWhileADayIsBehind(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 1000})
	ledger := storing(t, client)
	mustLoad(t, ledger, oneDay(today), 0)
	account.SetFaults(exoteltest.Faults{Total: exoteltest.TotalAbove})
	clock.now = clock.now.Add(time.Minute)
	_, _ = ledger.Load(t.Context(), oneDay(today), 0, nil)
	n := requests(account, func() {
		for range 12 {
			clock.now = clock.now.Add(5 * time.Second)
			_, _ = ledger.Load(t.Context(), oneDay(today), 90*time.Second, nil)
		}
	})
	equal(t, "requests in a minute of polls", n, 0)
}

func TestDaysThatTheDiskDidNotTakeAreStoredLater(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	ledger := storing(t, client)
	good, failures := ledger.store, 0
	ledger.store = &brokenStore{}
	fillUntil(t, ledger, FillerOptions{}, func(filler *Filler, f Filling) bool {
		if f.Err != nil {
			equal(t, "days that count as stored", f.Days, 0)
			if failures++; failures == 3 {
				ledger.store = good
			}
			filler.Wake()
		}
		return f.Done()
	})
	mustHold(t, ledger, account, sixMonths())
}

// TestADayThatIsBrokenOffWhenAllWasReadIsStoredLater: by a pause, or by somebody
// who wants the day at once.
func TestADayThatIsBrokenOffWhenAllWasReadIsStoredLater(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	ledger := storing(t, client)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	read := newDayCalls()
	read.complete, read.readAt = true, noon
	ledger.entry(yesterday).calls = ledger.keep(yesterday).end(ctx, read)
	fillUntil(t, ledger, FillerOptions{}, whole)
	mustHold(t, ledger, account, sixMonths())
}

func TestADayThatWasReadBeforeItEndedIsNotWholeTheDayAfter(t *testing.T) {
	_, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 100})
	ledger := storing(t, client)
	mustLoad(t, ledger, oneDay(today), 0)
	equal(t, "complete while it runs", ledger.Known(t.Context(), oneDay(today)).Complete(), true)
	clock.now = clock.now.AddDate(0, 0, 1)
	view := ledger.Known(t.Context(), oneDay(today))
	equal(t, "complete the day after", view.Complete(), false)
	equal(t, "days cut short", view.Tally().DaysCut, 1)
	equal(t, "partial", view.Partial()[today], true)
	f := fillUntil(t, ledger, FillerOptions{Paused: true}, func(*Filler, Filling) bool { return true })
	equal(t, "days that count as stored", f.Days, 0)
	mustLoad(t, ledger, oneDay(today), 0)
	equal(t, "complete when it was read again", ledger.Known(t.Context(), oneDay(today)).Complete(), true)
}

// longCall begins before the end of today and ends well after it.
func longCall() exotel.Call {
	begin := today.Add(1).In(exotel.India).Add(-5 * time.Minute)
	return exotel.Call{
		Sid: strings.Repeat("a", 32), Created: begin, Started: begin, Ended: begin.Add(80 * time.Minute), Updated: begin.Add(85 * time.Minute),
		From: "09800000001", To: "09700000002", ExoPhone: "08040000001", Direction: in, Status: "completed", Duration: 4800,
	}
}

func TestACallThatWasLiveWhenItsDayWasReadLastIsReadAgain(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{})
	account.Add(longCall())
	clock.now = today.Add(1).In(exotel.India).Add(65 * time.Minute)
	path := filepath.Join(t.TempDir(), "calls.db")
	ledger, end := kept(t, client, path)
	mustLoad(t, ledger, oneDay(today), 0)
	equal(t, "live while it lasts", ledger.Known(t.Context(), oneDay(today)).Summary(Filter{}).Counts[Live], 1)
	end()
	clock.now = clock.now.AddDate(0, 0, 3)
	ledger, _ = kept(t, client, path)
	view := mustLoad(t, ledger, oneDay(today), 0)
	equal(t, "live three days later", view.Summary(Filter{}).Counts[Live], 0)
	equal(t, "settled", view.Settled(), true)
}

func TestOpenCallsOfYesterdayAreAskedForOnADayWithoutCalls(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{})
	account.Add(longCall())
	ledger := storing(t, client)
	clock.now = today.Add(1).In(exotel.India).Add(2 * time.Minute)
	mustLoad(t, ledger, Period{today, today.Add(1)}, 0)
	for range 30 {
		clock.now = clock.now.Add(5 * time.Minute)
		mustLoad(t, ledger, oneDay(today.Add(1)), 0) // yesterday is not looked at
	}
	equal(t, "live two hours later", ledger.Known(t.Context(), oneDay(today)).Summary(Filter{}).Counts[Live], 0)
}

func TestALiveCallWithoutATimeIsSettledToo(t *testing.T) {
	clock := &clock{noon}
	odd := `{"Sid":"ffffffffffffffffffffffffffffffff","DateCreated":null,"StartTime":"2026-11-20 11:58:00",%s}`
	state := `"Status":"in-progress"`
	client := clientOf(t, clock, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		w.Header().Set("Date", clock.now.UTC().Format(http.TimeFormat))
		switch {
		case q.Get("Sid") != "":
			fmt.Fprintf(w, `{"Metadata":{"Total":1,"NextPageUri":null},"Calls":[`+odd+`]}`, state)
		case strings.Contains(q.Get("SortBy"), "desc"): // it is not on the newest page
			fmt.Fprint(w, `{"Metadata":{"Total":1,"NextPageUri":"/v1/Accounts/acme1/Calls.json?After=x"},"Calls":[]}`)
		default:
			fmt.Fprintf(w, `{"Metadata":{"Total":1,"NextPageUri":null},"Calls":[`+odd+`]}`, state)
		}
	}))
	ledger := storing(t, client)
	equal(t, "live at first", mustLoad(t, ledger, oneDay(today), 0).Summary(Filter{}).Counts[Live], 1)
	state = `"Status":"completed","EndTime":"2026-11-20 12:03:00","Duration":300`
	var view *View
	for range 10 {
		clock.now = clock.now.Add(time.Minute)
		view, _ = ledger.Load(t.Context(), oneDay(today), 0, nil)
	}
	equal(t, "live ten minutes later", view.Summary(Filter{}).Counts[Live], 0)
}

func TestDaysThatAreStoredDuringALoadStayOnTheScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		loader := &fakeLoader{t: t}
		now := loader.Now()
		all := Period{DateOf(now).Add(-1), DateOf(now)}
		loader.oldest = all.From
		loader.keep(loader.view(all, 7))
		loader.set(func(context.Context, Period, time.Duration, func(Progress)) (*View, error) {
			time.Sleep(time.Minute)
			return loader.view(oneDay(DateOf(now)), 1), nil
		})
		d := &desk{loader: loader}
		var last atomic.Pointer[Snapshot]
		d.Worker = NewWorker(loader, func(s Snapshot) { last.Store(&s) }, WorkerOptions{Choice: Choice{Range: AllStored}})
		ctx, cancel := context.WithCancel(t.Context())
		go d.Run(ctx)
		synctest.Wait()
		loader.mu.Lock()
		loader.oldest = all.From.Add(-10)
		loader.mu.Unlock()
		grown := Period{all.From.Add(-10), all.To}
		loader.keep(loader.view(grown, 90))
		d.Renew()
		time.Sleep(30 * time.Second)
		loader.keep(loader.view(grown, 91))
		time.Sleep(40 * time.Second)
		s := last.Load()
		equal(t, "the period", s.Period, grown)
		equal(t, "the period of the figures", s.Summary.Period, grown)
		equal(t, "calls", s.Summary.Calls(), 91)
		cancel()
		synctest.Wait()
	})
}

// TestWhoLooksAtADayDoesNotWaitForTheFiller: neither for its pace, nor for the end
// of a long pause that Exotel asked for.
func TestWhoLooksAtADayDoesNotWaitForTheFiller(t *testing.T) {
	for name, pause := range map[string]bool{"its pace": false, "a long pause": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				account := exoteltest.New(exoteltest.Options{CallsPerDay: 12_000})
				var asked atomic.Int64
				client, err := exotel.New(exotel.Options{BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token",
					Transport: wire{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if asked.Add(1) == 4 && pause {
							w.Header().Set("Retry-After", "1800")
							w.WriteHeader(http.StatusTooManyRequests)
							return
						}
						account.ServeHTTP(w, r)
					})}})
				if err != nil {
					t.Fatal(err)
				}
				ledger, end := kept(t, client, filepath.Join(t.TempDir(), "calls.db"))
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					NewFiller(ledger, func(Filling) {}, FillerOptions{Share: 0.05}).Run(ctx)
				}()
				time.Sleep(30 * time.Second)
				began := time.Now()
				_, err = ledger.Load(ctx, oneDay(DateOf(ledger.Now()).Add(-1)), 0, nil)
				if took := time.Since(began); took > 2*time.Minute || pause == (err == nil) {
					t.Errorf("yesterday took %v: %v", took, err)
				}
				cancel()
				<-ended
				end()
			})
		})
	}
}

func TestDaysAreKeptToTheDayOfTheMonth(t *testing.T) {
	for _, test := range []struct {
		day    Date
		months int
		want   Date
	}{
		{Date{2026, 8, 31}, 6, Date{2026, 2, 28}}, {Date{2026, 9, 1}, 6, Date{2026, 3, 1}}, {Date{2028, 8, 30}, 6, Date{2028, 2, 29}},
		{Date{2026, 11, 22}, 12, Date{2025, 11, 22}}, {Date{2026, 1, 31}, 3, Date{2025, 10, 31}}, {Date{2026, 12, 31}, 24, Date{2024, 12, 31}},
	} {
		equal(t, test.day.String(), MonthsBefore(test.day, test.months), test.want)
	}
}

func TestCallsInMemoryCostNoMoreRequestsAndAreNotOnTheDisk(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 2000})
	ledger, _ := kept(t, client, file.InMemory)
	mustLoad(t, ledger, oneDay(today), 0)
	clock.now = clock.now.Add(time.Minute)
	var view *View
	if n := requests(account, func() { view = mustLoad(t, ledger, oneDay(today), 0) }); n > 2 {
		t.Errorf("%d requests", n)
	}
	equal(t, "calls", view.Summary(Filter{}).Calls(), listed(account, clock.now))
	equal(t, "on the disk", view.Data().Kept, 0)
}

func TestOfAStoreInMemoryOnlyWhatWasInItBeforeIsOnTheDisk(t *testing.T) {
	_, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 50})
	path := filepath.Join(t.TempDir(), "calls.db")
	first, end := kept(t, client, path)
	stored := mustLoad(t, first, Period{today.Add(-1), today}, 0).Data().Kept
	end()
	memory, err := file.Copy(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ledger, _ := keptIn(t, client, memory)
	p := Period{today.Add(-2), today}
	known := ledger.Known(t.Context(), p).Data()
	equal(t, "stored before Exotel is asked", known.Stored, stored)
	equal(t, "on the disk before Exotel is asked", known.Kept, stored)

	clock.now = clock.now.Add(time.Hour)
	view := mustLoad(t, ledger, p, 0)
	equal(t, "all", view.Data().Stored, view.Summary(Filter{}).Calls())
	equal(t, "on the disk", view.Data().Kept, stored)
}
