package refresh

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

// This file is what hostile readers found: each test is a way in which the stored
// calls were wrong, lost, or asked for too often.

// shortDay answers as the account does, but for one day of which it lists less
// than it announces.
func shortDay(account *exoteltest.Account, day metrics.Date, now func() time.Time) http.Handler {
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
	fetcher := storing(t, client)
	for range 5 {
		if _, err := fetcher.Load(t.Context(), metrics.Last7Days.Period(noon), 0, nil); err == nil {
			t.Error("nobody is told that a day is short")
		}
		view := fetcher.LoadStored(t.Context(), oneDay(today))
		equal(t, "calls of today", summary(t, view, all).Calls(), listed(account, clock.now))
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
	fetcher := storing(t, client)
	load := func(maxAge time.Duration) int64 {
		before := asked.Load()
		_, _ = fetcher.Load(t.Context(), metrics.Period{From: yesterday.Add(-2), To: yesterday}, maxAge, nil)
		clock.now = clock.now.Add(time.Minute)
		return asked.Load() - before
	}
	load(0)
	for range 5 {
		equal(t, "requests of a refresh", load(0), int64(0))
	}
	equal(t, "requests when the user asks", load(reloadIncomplete), int64(1))
	clock.now = clock.now.Add(askShortAgain)
	equal(t, "requests hours later", load(0), int64(1))
}

// TestACatchUpThatIsBrokenOffLeavesNoHiddenGap: where Exotel's total does not help.
func TestACatchUpThatIsBrokenOffLeavesNoHiddenGap(t *testing.T) {
	for name, total := range map[string]exoteltest.Total{"right": exoteltest.TotalRight, "absent": exoteltest.TotalAbsent, "too low": exoteltest.TotalBelow} {
		t.Run(name, func(t *testing.T) {
			account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 2000})
			account.SetFaults(exoteltest.Faults{Total: total})
			path := filepath.Join(t.TempDir(), "calls.db")
			fetcher, end := kept(t, client, path)
			mustLoad(t, fetcher, oneDay(today), 0)
			clock.now = clock.now.Add(2 * time.Hour)
			account.SetFaults(exoteltest.Faults{Total: total, FailStatus: 403, FailFrom: 2, FailCount: 1})
			if _, err := fetcher.Load(t.Context(), oneDay(today), 0, nil); err == nil {
				t.Fatal("it was not broken off")
			}
			account.SetFaults(exoteltest.Faults{Total: total})
			check := func(l *Fetcher) {
				view := l.LoadStored(t.Context(), oneDay(today))
				if got, want := summary(t, view, all).Calls(), listed(account, clock.now); view.Complete() && got != want {
					t.Errorf("complete with %d calls of %d", got, want)
				}
			}
			check(fetcher)
			for range 3 {
				clock.now = clock.now.Add(time.Minute)
				_, _ = fetcher.Load(t.Context(), oneDay(today), 0, nil)
				check(fetcher)
			}
			end()
			fetcher, _ = kept(t, client, path)
			check(fetcher)
			mustLoad(t, fetcher, oneDay(today), reloadIncomplete)
			equal(t, "calls in the end", summary(t, fetcher.LoadStored(t.Context(), oneDay(today)), all).Calls(), listed(account, clock.now))
		})
	}
}

func TestCallsThatEndedAreNotLiveWhileADayIsBehind(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 3000})
	clock.now = busyMorning
	fetcher := storing(t, client)
	mustLoad(t, fetcher, oneDay(today), 0)
	account.SetFaults(exoteltest.Faults{Total: exoteltest.TotalAbove})
	for range 50 {
		clock.now = clock.now.Add(time.Minute)
		_, _ = fetcher.Load(t.Context(), oneDay(today), 0, nil)
	}
	got := summary(t, fetcher.LoadStored(t.Context(), oneDay(today)), all)
	account.SetFaults(exoteltest.Faults{})
	if want := readWhole(t, client, oneDay(today)); got.Counts[metrics.Live] > want.Counts[metrics.Live]+5 {
		t.Errorf("%d live calls, the account has %d", got.Counts[metrics.Live], want.Counts[metrics.Live])
	}
}

// A computer's clock may be months ahead; then no stored call is old.
func TestAWrongClockRemovesNothingAndReadsNothing(t *testing.T) {
	account, client, now := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	mustLoad(t, fetcher, sixMonths(), 0)
	end()
	for name, ahead := range map[string]int{"three days ahead": 3, "thirteen months ahead": 395, "ten years ahead": 3650} {
		t.Run(name, func(t *testing.T) {
			wrong := &clock{now.now.AddDate(0, 0, ahead)}
			fetcher, end := kept(t, clientOf(t, wrong, account), path)
			var refused *exotel.Error
			if _, err := fetcher.Load(t.Context(), metrics.Today.Period(wrong.now), 0, nil); !errors.As(err, &refused) || refused.Kind != exotel.KindClock {
				t.Errorf("today: %v", err)
			}
			if _, err := fetcher.Load(t.Context(), oneDay(today), 0, nil); !errors.As(err, &refused) || refused.Kind != exotel.KindClock {
				t.Errorf("Exotel's today: %v", err)
			}
			end()
		})
	}
	fetcher, _ = kept(t, client, path)
	mustHold(t, fetcher, account, sixMonths())
}

func TestAPollWithinTheAgeCostsNothingWhileADayIsBehind(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 1000})
	fetcher := storing(t, client)
	mustLoad(t, fetcher, oneDay(today), 0)
	account.SetFaults(exoteltest.Faults{Total: exoteltest.TotalAbove})
	clock.now = clock.now.Add(time.Minute)
	_, _ = fetcher.Load(t.Context(), oneDay(today), 0, nil)
	n := requests(account, func() {
		for range 12 {
			clock.now = clock.now.Add(5 * time.Second)
			_, _ = fetcher.Load(t.Context(), oneDay(today), 90*time.Second, nil)
		}
	})
	equal(t, "requests in a minute of polls", n, 0)
}

func TestADayThatWasReadBeforeItEndedIsNotWholeTheDayAfter(t *testing.T) {
	_, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 100})
	fetcher := storing(t, client)
	mustLoad(t, fetcher, oneDay(today), 0)
	equal(t, "complete while it runs", fetcher.LoadStored(t.Context(), oneDay(today)).Complete(), true)
	clock.now = clock.now.AddDate(0, 0, 1)
	view := fetcher.LoadStored(t.Context(), oneDay(today))
	equal(t, "complete the day after", view.Complete(), false)
	equal(t, "days cut short", view.Tally().DaysCut, 1)
	equal(t, "partial", view.PartialDays()[today], true)
	mustLoad(t, fetcher, oneDay(today), 0)
	equal(t, "complete when it was read again", fetcher.LoadStored(t.Context(), oneDay(today)).Complete(), true)
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
	fetcher, end := kept(t, client, path)
	mustLoad(t, fetcher, oneDay(today), 0)
	equal(t, "live while it lasts", summary(t, fetcher.LoadStored(t.Context(), oneDay(today)), all).Counts[metrics.Live], 1)
	end()
	clock.now = clock.now.AddDate(0, 0, 3)
	fetcher, _ = kept(t, client, path)
	view := mustLoad(t, fetcher, oneDay(today), 0)
	equal(t, "live three days later", summary(t, view, all).Counts[metrics.Live], 0)
	equal(t, "settled", view.Settled(), true)
}

func TestOpenCallsOfYesterdayAreAskedForOnADayWithoutCalls(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{})
	account.Add(longCall())
	fetcher := storing(t, client)
	clock.now = today.Add(1).In(exotel.India).Add(2 * time.Minute)
	mustLoad(t, fetcher, metrics.Period{From: today, To: today.Add(1)}, 0)
	for range 30 {
		clock.now = clock.now.Add(5 * time.Minute)
		mustLoad(t, fetcher, oneDay(today.Add(1)), 0) // yesterday is not looked at
	}
	equal(t, "live two hours later", summary(t, fetcher.LoadStored(t.Context(), oneDay(today)), all).Counts[metrics.Live], 0)
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
	fetcher := storing(t, client)
	equal(t, "live at first", summary(t, mustLoad(t, fetcher, oneDay(today), 0), all).Counts[metrics.Live], 1)
	state = `"Status":"completed","EndTime":"2026-11-20 12:03:00","Duration":300`
	var view *View
	for range 10 {
		clock.now = clock.now.Add(time.Minute)
		view, _ = fetcher.Load(t.Context(), oneDay(today), 0, nil)
	}
	equal(t, "live ten minutes later", summary(t, view, all).Counts[metrics.Live], 0)
}
