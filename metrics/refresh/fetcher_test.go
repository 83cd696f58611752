package refresh

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

func TestSampleDayCostsThirteenRequestsOnce(t *testing.T) {
	account, client, clock := sampleAccount(t)
	fetcher := storing(t, client)
	var view *View
	equal(t, "requests", requests(account, func() { view = mustLoad(t, fetcher, oneDay(yesterday), 0) }), 13)
	equal(t, "calls", summary(t, view, all).Calls(), 1247)
	equal(t, "hours", totals(summary(t, view, all).Hours), sampleHours)
	equal(t, "complete", view.Complete(), true)
	equal(t, "settled", view.Settled(), true)
	clock.now = clock.now.Add(time.Hour)
	equal(t, "requests of a settled day", requests(account, func() { mustLoad(t, fetcher, oneDay(yesterday), 0) }), 0)
}

func TestFilterChangeCostsNoRequest(t *testing.T) {
	account, client, _ := sampleAccount(t)
	view := mustLoad(t, storing(t, client), oneDay(yesterday), 0)
	busy := metrics.Busy
	equal(t, "requests", requests(account, func() {
		equal(t, "busy", summary(t, view, metrics.Filter{Status: &busy}).Calls(), 52)
		equal(t, "directions", summary(t, view, metrics.Filter{Direction: in}).Calls()+summary(t, view, metrics.Filter{Direction: dial}).Calls()+
			summary(t, view, metrics.Filter{Direction: api}).Calls(), 1247)
	}), 0)
}

func TestDayOfNCallsCostsAsManyRequestsAsPages(t *testing.T) {
	for n, want := range map[int]int{0: 1, 1: 1, 100: 1, 101: 2, 250: 3} {
		account, client, _ := newAccount(t, exoteltest.Options{})
		for i := range n {
			account.Add(answered(at(yesterday, 10, 0).Add(time.Duration(i) * time.Second)))
		}
		equal(t, fmt.Sprint(n, " calls"), requests(account, func() { mustLoad(t, storing(t, client), oneDay(yesterday), 0) }), want)
	}
}

func TestDaysThatWereReadAreReused(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 50})
	fetcher := storing(t, client)
	week := metrics.Last7Days.Period(noon)
	equal(t, "today", requests(account, func() { mustLoad(t, fetcher, oneDay(today), 0) }), 1)
	equal(t, "the week, today a moment old", requests(account, func() { mustLoad(t, fetcher, week, time.Minute) }), 6)
	equal(t, "the week again", requests(account, func() { mustLoad(t, fetcher, week, 0) }), 1)
	equal(t, "a day of the week", requests(account, func() { mustLoad(t, fetcher, oneDay(today.Add(-3)), 0) }), 0)
}

func TestDayIsReadAgainUntilAnHourAfterItsEnd(t *testing.T) {
	for _, test := range []struct {
		name string
		now  time.Time
		want int
	}{
		{"running", at(today, 12, 0), 1},
		{"just over", at(today.Add(1), 0, 1), 1},
		{"an hour less a minute over", at(today.Add(1), 0, 59), 1},
		{"more than an hour over", at(today.Add(1), 1, 1), 0},
	} {
		account, client, clock := newAccount(t, exoteltest.Options{})
		fetcher := storing(t, client)
		clock.now = test.now
		first := mustLoad(t, fetcher, oneDay(today), 0)
		equal(t, test.name+": settled", first.Settled(), test.want == 0)
		equal(t, test.name, requests(account, func() { mustLoad(t, fetcher, oneDay(today), 0) }), test.want)
	}
}

// In a bubble, because a reading is as old as its begin: how long it takes counts.
func TestReadingOfAnAgeThatIsAllowedIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		account, client, clock := newAccount(t, exoteltest.Options{})
		fetcher := storing(t, client)
		mustLoad(t, fetcher, oneDay(today), 0)
		clock.now = clock.now.Add(59 * time.Second)
		equal(t, "younger", requests(account, func() { mustLoad(t, fetcher, oneDay(today), time.Minute) }), 0)
		clock.now = clock.now.Add(2 * time.Second)
		equal(t, "older", requests(account, func() { mustLoad(t, fetcher, oneDay(today), time.Minute) }), 1)
	})
}

// TestADayThatHasEndedSinceItWasReadIsReadAgain: whoever asks for yesterday right after
// midnight would else be told that its end is missing, whatever age is allowed.
func TestADayThatHasEndedSinceItWasReadIsReadAgain(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 100})
	midnight := today.Add(1).In(exotel.India)
	late := answered(midnight.Add(-5 * time.Second))
	account.Add(late)
	clock.now = midnight.Add(-20 * time.Second)
	fetcher := storing(t, client)
	before := summary(t, mustLoad(t, fetcher, oneDay(today), time.Hour), all).Calls()
	clock.now = midnight.Add(10 * time.Second)
	view := mustLoad(t, fetcher, oneDay(today), time.Hour)
	equal(t, "complete", view.Complete(), true)
	equal(t, "calls", summary(t, view, all).Calls(), before+1)
}

func TestBrokenReadingIsKnownAsIncomplete(t *testing.T) {
	account, client, _ := sampleAccount(t)
	account.SetFaults(exoteltest.Faults{FailStatus: 403, FailFrom: 4})
	fetcher := storing(t, client)
	view, err := fetcher.Load(t.Context(), oneDay(yesterday), 0, nil)
	var incomplete *exotel.IncompleteError
	if !errors.As(err, &incomplete) {
		t.Errorf("error: %v", err)
	}
	equal(t, "complete", view.Complete(), false)
	equal(t, "settled", view.Settled(), false)
	equal(t, "received", view.Tally().Received, 300)
	equal(t, "missing", view.Tally().Missing, 947)
	account.SetFaults(exoteltest.Faults{})
	equal(t, "complete in the end", mustLoad(t, fetcher, oneDay(yesterday), time.Hour).Complete(), true)
}

func TestListThatEndsBeforeItsTotalIsIncomplete(t *testing.T) {
	account, client, _ := sampleAccount(t)
	account.SetFaults(exoteltest.Faults{StopAfterRows: 500})
	view, err := storing(t, client).Load(t.Context(), oneDay(yesterday), 0, nil)
	if err == nil || view.Complete() {
		t.Errorf("complete with %d calls, %v", view.Tally().Received, err)
	}
}

func TestFailedRefreshKeepsTheCompleteDay(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{})
	account.Add(exoteltest.SampleDay(noon, exotel.India)...)
	clock.now = at(today, 23, 59)
	fetcher := storing(t, client)
	before := mustLoad(t, fetcher, oneDay(today), 0)
	clock.now = clock.now.Add(30 * time.Second)
	account.SetFaults(exoteltest.Faults{FailStatus: 401})
	view, err := fetcher.Load(t.Context(), oneDay(today), 0, nil)
	if err == nil {
		t.Error("no error")
	}
	equal(t, "complete", view.Complete(), true)
	equal(t, "calls", summary(t, view, all).Calls(), 1247)
	equal(t, "age", view.AsOf(), before.AsOf())
}

// TestBrokenReadingOfADayThatIsOverLosesNothing: the day was read while it ran.
func TestBrokenReadingOfADayThatIsOverLosesNothing(t *testing.T) {
	const untilNoon = 725
	for name, test := range map[string]struct {
		fault exoteltest.Faults
		calls int
	}{
		"refused at once": {exoteltest.Faults{FailStatus: 401}, untilNoon},
		"broken midway":   {exoteltest.Faults{FailStatus: 403, FailFrom: 4}, untilNoon},
		"list cut short":  {exoteltest.Faults{StopAfterRows: 100}, untilNoon},
		"broken later":    {exoteltest.Faults{FailStatus: 403, FailFrom: 10}, 900},
	} {
		account, client, clock := newAccount(t, exoteltest.Options{})
		account.Add(exoteltest.SampleDay(noon, exotel.India)...)
		fetcher := storing(t, client)
		before := mustLoad(t, fetcher, oneDay(today), 0)
		equal(t, name+": calls until noon", summary(t, before, all).Calls(), untilNoon)
		clock.now = at(today.Add(1), 2, 0)
		account.SetFaults(test.fault)
		view, err := fetcher.Load(t.Context(), oneDay(today), 0, nil)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		equal(t, name+": calls", summary(t, view, all).Calls(), test.calls)
		equal(t, name+": received", view.Tally().Received, test.calls)
		equal(t, name+": complete", view.Complete(), false)
		equal(t, name+": days cut", view.Tally().DaysCut, 1)
		equal(t, name+": age", view.AsOf(), before.AsOf())
	}
}

func TestBrokenReadingDoesNotReplaceOneThatKnowsMore(t *testing.T) {
	account, client, _ := sampleAccount(t)
	fetcher := storing(t, client)
	account.SetFaults(exoteltest.Faults{FailStatus: 403, FailFrom: 6})
	_, _ = fetcher.Load(t.Context(), oneDay(yesterday), 0, nil)
	account.SetFaults(exoteltest.Faults{FailStatus: 403, FailFrom: 2})
	view, _ := fetcher.Load(t.Context(), oneDay(yesterday), 0, nil)
	equal(t, "received", view.Tally().Received, 500)
}

func TestDayThatFailedIsFlaggedAndTheOthersAreKept(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 50})
	fetcher := storing(t, client)
	mustLoad(t, fetcher, oneDay(yesterday), 0)
	account.SetFaults(exoteltest.Faults{FailStatus: 401})
	view, err := fetcher.Load(t.Context(), metrics.Last7Days.Period(noon), 0, nil)
	if err == nil || view.Complete() {
		t.Errorf("complete %v, error %v", view.Complete(), err)
	}
	if summary(t, view, all).Days[5].Counts.Total() == 0 {
		t.Error("the day that was known is gone")
	}
	equal(t, "empty", view.IsEmpty(), false)
}

// TestDaysAskedForInVainAreMissing: a load that was broken off leaves a trace of days
// of which not a call came.
func TestDaysAskedForInVainAreMissing(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 50})
	fetcher := storing(t, client)
	mustLoad(t, fetcher, oneDay(yesterday), 0)
	account.SetFaults(exoteltest.Faults{FailStatus: 401})
	week := metrics.Last7Days.Period(noon)
	for day := week.From; !week.To.Before(day); day = day.Add(1) {
		_, _ = fetcher.Load(t.Context(), oneDay(day), time.Hour, nil)
	}
	view := fetcher.LoadStored(t.Context(), week)
	tally, partial := view.Tally(), view.PartialDays()
	equal(t, "days missing", tally.DaysMissing, 6)
	equal(t, "days not whole", len(partial), 6)
	equal(t, "calls missing", tally.Missing, 0)
	here, of := tally.Loaded()
	if here == 0 || here != of {
		t.Errorf("%d of %d calls are here", here, of)
	}
}

// TestAllStoredBeginsWithTheFirstCall: Exotel is asked for six months, whatever the
// account's age.
func TestAllStoredBeginsWithTheFirstCall(t *testing.T) {
	first := today.Add(-10)
	account, client, _ := newAccount(t, exoteltest.Options{})
	for day := first; day.Before(today); day = day.Add(1) {
		account.Add(slices.Repeat([]exotel.Call{{Status: "completed", Created: at(day, 11, 0), Ended: at(day, 11, 1), Duration: 60}}, 96)...)
	}
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	mustLoad(t, fetcher, metrics.Period{From: today.Add(-29), To: today}, 0)
	check := func(when string, fetcher *Fetcher) {
		period := fetcher.Period(t.Context(), Choice{Range: metrics.AllStored})
		equal(t, when+": period", period, metrics.Period{From: first, To: today})
		peak, _ := summary(t, fetcher.LoadStored(t.Context(), period), all).PeakHour()
		equal(t, when+": calls a day", peak.Calls/peak.Days, 96)
		month, _ := summary(t, fetcher.LoadStored(t.Context(), metrics.Last30Days.Period(noon)), all).PeakHour()
		if !reflect.DeepEqual(month, peak) {
			t.Errorf("%s: the peak of 30 days is %+v, of all %+v", when, month, peak)
		}
	}
	check("read", fetcher)
	end()
	fetcher, _ = kept(t, client, path)
	check("after a restart", fetcher)
	_, empty, _ := newAccount(t, exoteltest.Options{})
	fetcher = storing(t, empty)
	mustLoad(t, fetcher, metrics.Last7Days.Period(noon), 0)
	equal(t, "without calls", fetcher.Period(t.Context(), Choice{Range: metrics.AllStored}), oneDay(today))
}

// Loads of one day at the same time, in fake time so that they overlap for sure.
func TestConcurrentLoadsOfADayMakeOneReading(t *testing.T) {
	for _, test := range []struct {
		name   string
		faults exoteltest.Faults
		want   int
	}{
		{"that succeeds", exoteltest.Faults{Delay: time.Second}, 8}, // the calls until noon
		{"that fails", exoteltest.Faults{Delay: time.Second, FailStatus: 401}, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			account, client, _ := newAccount(t, exoteltest.Options{})
			account.Add(exoteltest.SampleDay(noon, exotel.India)...)
			account.SetFaults(test.faults)
			fetcher := storing(t, client)
			got := requests(account, func() {
				var all sync.WaitGroup
				for range 10 {
					all.Go(func() {
						if _, err := fetcher.Load(t.Context(), oneDay(today), 0, nil); (err == nil) != (test.faults.FailStatus == 0) {
							t.Errorf("%s: %v", test.name, err)
						}
					})
				}
				all.Wait()
			})
			equal(t, test.name, got, test.want)
		})
	}
}

func TestLoadThatIsBrokenOffIsNotTheAnswerOfOneThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		account, client, _ := sampleAccount(t)
		account.SetFaults(exoteltest.Faults{Delay: time.Second})
		fetcher := storing(t, client)
		reason := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		broken := make(chan error, 1)
		go func() {
			_, err := fetcher.Load(ctx, oneDay(yesterday), 0, nil)
			broken <- err
		}()
		time.Sleep(1500 * time.Millisecond)
		go func() {
			time.Sleep(time.Second)
			cancel(reason)
		}()
		equal(t, "calls", summary(t, mustLoad(t, fetcher, oneDay(yesterday), 0), all).Calls(), 1247)
		if err := <-broken; !errors.Is(err, reason) {
			t.Errorf("the broken load: %v", err)
		}
	})
}

func TestProgressGrowsToTheWhole(t *testing.T) {
	_, client, _ := sampleAccount(t)
	var heard []Progress
	_, err := storing(t, client).Load(t.Context(), metrics.Period{From: yesterday, To: today}, 0, func(p Progress) { heard = append(heard, p) })
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(heard, func(a, b Progress) int { return a.Received - b.Received }) {
		t.Errorf("it went back: %v", heard)
	}
	equal(t, "at the end", heard[len(heard)-1], Progress{1247, 1247})
}

func TestUnreadableRowsAreCountedAndInNoFigure(t *testing.T) {
	account, client, _ := sampleAccount(t)
	account.SetFaults(exoteltest.Faults{BadRows: 0.02, Total: exoteltest.TotalAbsent})
	view := mustLoad(t, storing(t, client), oneDay(yesterday), 0)
	equal(t, "calls", summary(t, view, all).Calls(), 1247)
	if n := view.Tally().Unreadable; n == 0 || n != view.Tally().Received-1247 {
		t.Errorf("%d unreadable of %d", n, view.Tally().Received)
	}
}

func TestCallAcrossMidnightBelongsToTheDayOfItsCreation(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{})
	late := answered(at(yesterday, 23, 59))
	late.Ended = at(today, 0, 9)
	account.Add(late)
	s := summary(t, mustLoad(t, storing(t, client), metrics.Period{From: yesterday, To: today}, 0), all)
	equal(t, "yesterday", s.Days[0].Counts.Total(), 1)
	equal(t, "today", s.Days[1].Counts.Total(), 0)
	equal(t, "hour 23", s.Hours[23].Total(), 1)
}

func TestDayOf23Or25HoursIsWhole(t *testing.T) {
	ny := newYork(t)
	for _, test := range []struct {
		day   metrics.Date
		hours int
	}{{metrics.Date{Year: 2026, Month: 3, Day: 8}, 23}, {metrics.Date{Year: 2026, Month: 11, Day: 1}, 25}, {metrics.Date{Year: 2026, Month: 11, Day: 2}, 24}} {
		account, client, clock := newAccount(t, exoteltest.Options{Zone: ny})
		clock.now = test.day.Add(2).In(ny)
		from, to := test.day.In(ny), test.day.Add(1).In(ny)
		for at := from.Add(-time.Hour); at.Before(to.Add(time.Hour)); at = at.Add(30 * time.Minute) {
			account.Add(answered(at))
		}
		view := mustLoad(t, storing(t, client), oneDay(test.day), 0)
		s := summary(t, view, all)
		equal(t, test.day.String(), s.Calls(), 2*test.hours)
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestRangeThatExotelDoesNotKeepIsRefusedBeforeItIsAskedFor(t *testing.T) {
	for name, p := range map[string]metrics.Period{
		"seven months":       {From: today.Add(-210), To: today},
		"in the future":      {From: today.Add(1), To: today.Add(2)},
		"the wrong way":      {From: today, To: yesterday},
		"a mistyped year":    {From: yesterday, To: metrics.Date{Year: 9999, Month: 12, Day: 31}},
		"all time":           {From: metrics.Date{Year: 1, Month: 1, Day: 1}, To: metrics.Date{Year: 9999, Month: 12, Day: 31}},
		"nothing was chosen": {},
	} {
		account, client, _ := newAccount(t, exoteltest.Options{})
		view, err := storing(t, client).Load(t.Context(), p, 0, nil)
		var refused *exotel.Error
		if !errors.As(err, &refused) || refused.Kind != exotel.KindRequest {
			t.Errorf("%s: %v", name, err)
		}
		equal(t, name+": complete", view.Complete(), false)
		equal(t, name+": empty", view.IsEmpty(), true)
		equal(t, name+": lists asked for", account.Stats().ByPath["/v1/Accounts/acme1/Calls.json"], 0)
	}
}

// TestTheFirstDayIsTheSameForEverybody: the range that is asked for, the sentence of a
// refusal and Exotel itself.
func TestTheFirstDayIsTheSameForEverybody(t *testing.T) {
	zone := newYork(t)
	for _, test := range []struct {
		now  time.Time
		want metrics.Date
	}{
		{noon, metrics.Date{Year: 2026, Month: time.May, Day: 21}},
		{today.In(exotel.India), metrics.Date{Year: 2026, Month: time.May, Day: 20}}, // on the stroke of midnight
		{today.In(exotel.India).Add(time.Second), metrics.Date{Year: 2026, Month: time.May, Day: 21}},
		{time.Date(2026, time.August, 31, 12, 0, 0, 0, exotel.India), metrics.Date{Year: 2026, Month: time.March, Day: 4}}, // there is no 31 February
		{time.Date(2026, time.September, 8, 0, 0, 0, 0, zone), metrics.Date{Year: 2026, Month: time.March, Day: 8}},        // a day of 23 hours
		{time.Date(2026, time.September, 8, 2, 30, 0, 0, zone), metrics.Date{Year: 2026, Month: time.March, Day: 9}},
	} {
		first := FirstAvailableDay(test.now)
		equal(t, "first day at "+test.now.String(), first, test.want)
		account, client, clock := newAccount(t, exoteltest.Options{Zone: test.now.Location()})
		clock.now = test.now
		fetcher := storing(t, client)
		if _, err := fetcher.Load(t.Context(), oneDay(first), 0, nil); err != nil {
			t.Errorf("%v: the first day: %v", test.now, err)
		}
		account.ResetStats()
		_, err := fetcher.Load(t.Context(), oneDay(first.Add(-1)), 0, nil)
		if says := "choose a range from " + first.In(time.UTC).Format("2 January 2006") + " on"; err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: the day before: %v, want it to say %q", test.now, err, says)
		}
		equal(t, "requests for the day before", account.Stats().Requests, 0)
	}
}

func TestSixMonthsAreReadDayByDayOnce(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 20})
	fetcher := storing(t, client)
	p := metrics.Period{From: FirstAvailableDay(noon), To: today}
	var view *View
	equal(t, "requests", requests(account, func() { view = mustLoad(t, fetcher, p, 0) }), p.Days())
	want := len(account.Calls(p.Start(exotel.India), p.End(exotel.India)))
	equal(t, "calls", summary(t, view, all).Calls(), want)
	equal(t, "requests again", requests(account, func() { mustLoad(t, fetcher, p, 0) }), 1)
}

func TestDaysToComeAreNeitherAskedForNorMissing(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{})
	var view *View
	equal(t, "requests", requests(account, func() { view = mustLoad(t, storing(t, client), metrics.Period{From: yesterday, To: today.Add(5)}, 0) }), 2)
	equal(t, "complete", view.Complete(), true)
	equal(t, "settled", view.Settled(), false)
	equal(t, "missing", view.Tally().DaysMissing, 0)
}

func TestAgeIsThatOfTheOldestReadingThatCanChange(t *testing.T) {
	_, client, clock := newAccount(t, exoteltest.Options{})
	fetcher := storing(t, client)
	mustLoad(t, fetcher, oneDay(yesterday), 0)
	clock.now = clock.now.Add(time.Hour)
	view := mustLoad(t, fetcher, metrics.Period{From: yesterday, To: today}, 0)
	if age := clock.now.Sub(view.AsOf()); age < 0 || age > time.Minute {
		t.Errorf("age %v", age)
	}
	equal(t, "nothing read", (&View{}).AsOf(), time.Time{})
}

// The host's zone is set the way a user's is, for a process of its own.
func TestCountsAreTheSameWhateverTheHostsZone(t *testing.T) {
	if os.Getenv("METRICS_TEST_PRINT") != "" {
		_, client, _ := sampleAccount(t)
		s := summary(t, mustLoad(t, storing(t, client), metrics.Period{From: yesterday, To: today}, 0), all)
		fmt.Println(s.Counts, totals(s.Hours), s.Days, metrics.Today.Period(client.Now()))
		os.Exit(0)
	}
	outputs := map[string]string{}
	for _, zone := range []string{"UTC", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati"} {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), "METRICS_TEST_PRINT=1", "TZ="+zone)
		output, err := child.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", zone, err, output)
		}
		outputs[zone] = string(output)
		if outputs[zone] != outputs["UTC"] {
			t.Errorf("%s: %s\nUTC: %s", zone, output, outputs["UTC"])
		}
	}
	t.Log(outputs["UTC"])
}
