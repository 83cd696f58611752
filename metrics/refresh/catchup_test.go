package refresh

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// busyMorning is when accounts have few calls behind them, and three quarters as many a
// minute as they ever have.
var busyMorning = at(today, 8, 15)

// lateMorning is when the largest have more live calls than one request takes.
var lateMorning = at(today, 9, 30)

func TestARefreshOfTodayCostsTwoRequestsAtAnySizeOfDay(t *testing.T) {
	// 40,000 calls a day have more live calls than one request takes.
	for perDay, most := range map[int]int{300: 2, 5_000: 2, 40_000: 3} {
		t.Run(fmt.Sprint(perDay), func(t *testing.T) {
			account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: perDay})
			clock.now = lateMorning
			fetcher := storing(t, client)
			mustLoad(t, fetcher, oneDay(today), 0)
			for range 10 {
				clock.now = clock.now.Add(time.Minute)
				var view *View
				if n := requests(account, func() { view = mustLoad(t, fetcher, oneDay(today), 0) }); n > most {
					t.Errorf("%s: %d requests", clock.now.Format("15:04"), n)
				}
				if got, want := summary(t, view, all).Calls(), listed(account, clock.now); got != want || !view.Complete() {
					t.Errorf("%s: %d calls of %d, complete: %v", clock.now.Format("15:04"), got, want, view.Complete())
				}
			}
		})
	}
}

// TestTodayHasItsNewestCallsWhereTheClocksDiffer: what is read, what is added to it, and
// how old it is go by Exotel's clock.
func TestTodayHasItsNewestCallsWhereTheClocksDiffer(t *testing.T) {
	for _, off := range []time.Duration{-100 * time.Second, -3 * time.Second, 0, 3 * time.Second, 100 * time.Second} {
		account, _, exotels := newAccount(t, exoteltest.Options{})
		account.SetFaults(exoteltest.Faults{RefuseFuture: true})
		computers := &clock{exotels.now.Add(off)}
		fetcher := storing(t, clientOf(t, computers, account))
		for n := range 5 {
			account.Add(exotel.Call{Sid: fmt.Sprint(n), Status: "in-progress", Created: exotels.now})
			view, err := fetcher.Load(t.Context(), oneDay(today), 0, nil)
			if err != nil {
				t.Fatalf("%v off, call %d: %v", off, n, err)
			}
			equal(t, fmt.Sprintf("%v off: live calls", off), summary(t, view, all).Counts[metrics.Live], n+1)
			equal(t, fmt.Sprintf("%v off: calls that can change", off), view.Data().Provisional, n+1)
			if age := exotels.now.Sub(view.AsOf()); age < 0 || age > time.Minute {
				t.Errorf("%v off: the figures are %v old", off, age)
			}
			if !view.now.Equal(exotels.now) || !fetcher.Now().Equal(exotels.now) {
				t.Errorf("%v off: it is %v, at Exotel %v", off, view.now, exotels.now)
			}
			exotels.now, computers.now = exotels.now.Add(15*time.Second), computers.now.Add(15*time.Second)
		}
	}
}

// TestWhatSettlesAfterACallReachesTheFigures: an hour of refreshes gives what one
// reading of the whole day gives, but for calls that are not settled yet.
func TestWhatSettlesAfterACallReachesTheFigures(t *testing.T) {
	_, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 600})
	fetcher := storing(t, client)
	mustLoad(t, fetcher, oneDay(today), 0)
	for range 60 {
		clock.now = clock.now.Add(time.Minute)
		mustLoad(t, fetcher, oneDay(today), 0)
	}
	got, want := summary(t, mustLoad(t, fetcher, oneDay(today), time.Hour), all), readWhole(t, client, oneDay(today))
	if late := want.Duration.N - got.Duration.N; got.Counts.Total() != want.Counts.Total() || late < 0 || late > 6 {
		t.Errorf("%d calls of %d; %d lengths of %d", got.Calls(), want.Calls(), got.Duration.N, want.Duration.N)
	}
	// After the last call of the day has settled there is no difference left.
	clock.now = today.Add(1).In(exotel.India).Add(-time.Minute)
	for range 55 {
		clock.now = clock.now.Add(time.Minute)
		mustLoad(t, fetcher, metrics.Period{From: today, To: today.Add(1)}, 0)
	}
	if got, want := summary(t, fetcher.LoadStored(t.Context(), oneDay(today)), all), readWhole(t, client, oneDay(today)); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// TestCallsThatExotelListsWhenTheyEndAreFound: with the requests that a refresh may
// cost, and mostly at once.
func TestCallsThatExotelListsWhenTheyEndAreFound(t *testing.T) {
	const refreshes = 20
	for _, perDay := range []int{1_000, 15_000, 50_000} {
		t.Run(fmt.Sprint(perDay), func(t *testing.T) {
			account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: perDay})
			clock.now = busyMorning
			account.SetFaults(exoteltest.Faults{HideLive: true})
			fetcher := storing(t, client)
			mustLoad(t, fetcher, oneDay(today), 0)
			most, incomplete, inARow := 8, 0, 0
			if perDay == 1_000 {
				most = 2
			}
			for range refreshes {
				clock.now = clock.now.Add(time.Minute)
				var view *View
				if n := requests(account, func() { view = mustLoad(t, fetcher, oneDay(today), 0) }); n > most {
					t.Errorf("%s: %d requests", clock.now.Format("15:04"), n)
				}
				want := listed(account, clock.now)
				equal(t, "calls there and calls missing", summary(t, view, all).Calls()+view.Tally().Missing, want)
				if inARow++; view.Complete() {
					inARow = 0
					continue
				}
				if incomplete++; inARow > 3 {
					t.Errorf("%s: incomplete for %d refreshes, %d of %d calls", clock.now.Format("15:04"), inARow, summary(t, view, all).Calls(), want)
				}
			}
			t.Logf("%d refreshes of %d incomplete", incomplete, refreshes)
		})
	}
}

func TestAfterSleepOnlyNewPagesAreRead(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 5_000})
	fetcher := storing(t, client)
	mustLoad(t, fetcher, oneDay(today), 0)
	before := listed(account, clock.now)
	clock.now = clock.now.Add(3 * time.Hour)
	fresh := listed(account, clock.now) - before
	var view *View
	if n := requests(account, func() { view = mustLoad(t, fetcher, oneDay(today), 0) }); n > fresh/100+2 {
		t.Errorf("%d requests for %d new calls", n, fresh)
	}
	equal(t, "calls", summary(t, view, all).Calls(), before+fresh)
	equal(t, "complete", view.Complete(), true)
}

func TestARestartCatchesUp(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 5_000})
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	mustLoad(t, fetcher, oneDay(today), 0)
	end()
	clock.now = clock.now.Add(5 * time.Minute)
	fetcher, _ = kept(t, client, path)
	var view *View
	if n := requests(account, func() { view = mustLoad(t, fetcher, oneDay(today), 0) }); n > 2 {
		t.Errorf("%d requests", n)
	}
	equal(t, "calls", summary(t, view, all).Calls(), listed(account, clock.now))
}

// TestAnnouncedCallsThatNeverComeCostNoWholeReadings: Exotel's total may be wrong
// for as long as it likes.
func TestAnnouncedCallsThatNeverComeCostNoWholeReadings(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 5_000})
	clock.now = busyMorning
	fetcher := storing(t, client)
	mustLoad(t, fetcher, oneDay(today), 0)
	account.SetFaults(exoteltest.Faults{Total: exoteltest.TotalAbove})
	spent := 0
	for range 50 {
		clock.now = clock.now.Add(time.Minute)
		spent += requests(account, func() {
			view, _ := fetcher.Load(t.Context(), oneDay(today), 0, nil)
			equal(t, "complete", view.Complete(), false)
		})
	}
	// The search ends in one reading of the whole day, about 25 pages so far.
	if spent > 50*6 {
		t.Errorf("%d requests in 50 refreshes", spent)
	}
}

func TestTheUserMayHaveAnIncompleteDayReadAnew(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 2_000})
	fetcher := storing(t, client)
	account.SetFaults(exoteltest.Faults{StopAfterRows: 350})
	view, err := fetcher.Load(t.Context(), oneDay(today), 0, nil)
	if err == nil || view.Complete() {
		t.Fatalf("%v, complete: %v", err, view.Complete())
	}
	account.SetFaults(exoteltest.Faults{})
	clock.now = clock.now.Add(time.Minute)
	view = mustLoad(t, fetcher, oneDay(today), reloadIncomplete)
	equal(t, "complete", view.Complete(), true)
	equal(t, "calls", summary(t, view, all).Calls(), listed(account, clock.now))
}

// TestAFullDiskDoesNotStopTheRefresh: what cannot be saved is shown all the same, beside
// the days that are saved, and is saved later.
func TestAFullDiskDoesNotStopTheRefresh(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 2_000})
	fetcher, disk := breaking(t, client)
	week := metrics.Last7Days.Period(noon)
	saved := mustLoad(t, fetcher, week, 0).Data().Saved - mustLoad(t, fetcher, oneDay(today), time.Hour).Data().Saved
	disk.broken = true
	for refresh := range 5 {
		clock.now = clock.now.Add(time.Minute)
		var view *View
		n := requests(account, func() { view = mustLoad(t, fetcher, week, 0) })
		if refresh > 0 && n > 2 { // the first one reads the whole day
			t.Errorf("refresh %d: %d requests", refresh, n)
		}
		equal(t, "calls of today", summary(t, mustLoad(t, fetcher, oneDay(today), time.Hour), all).Calls(), listed(account, clock.now))
		equal(t, "calls", summary(t, view, all).Calls(), saved+listed(account, clock.now))
		equal(t, "complete", view.Complete(), true)
		equal(t, "calls that are saved", view.Data().Saved, saved)
		if err := fetcher.SaveErr(); !errors.Is(err, errDisk) {
			t.Errorf("nobody is told that the calls are not saved: %v", err)
		}
	}
	disk.broken = false
	clock.now = clock.now.Add(time.Minute)
	view := mustLoad(t, fetcher, week, 0)
	equal(t, "told when the disk has space", fetcher.SaveErr(), nil)
	equal(t, "calls that are saved in the end", view.Data().Saved, saved+listed(account, clock.now))
	only := NewFetcher(client, disk, Options{}) // as after a restart
	equal(t, "calls on the disk", summary(t, only.LoadStored(t.Context(), week), all).Calls(), saved+listed(account, clock.now))
}

// TestAStoreThatTakesNothingAndHasNothingOnTopKeepsWhatItHas: as one that is read only.
func TestAStoreThatTakesNothingAndHasNothingOnTopKeepsWhatItHas(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 2_000})
	store, _ := openStore(t, filepath.Join(t.TempDir(), "calls.db"), client.Zone())
	disk := &brokenStore{Store: store}
	fetcher := NewFetcher(client, disk, Options{})
	before := summary(t, mustLoad(t, fetcher, oneDay(today), 0), all).Calls()
	disk.broken = true
	spent := 0
	for range 20 {
		clock.now = clock.now.Add(time.Minute)
		spent += requests(account, func() {
			view, err := fetcher.Load(t.Context(), oneDay(today), 0, nil)
			if !errors.Is(err, errDisk) {
				t.Errorf("the load says %v", err)
			}
			equal(t, "calls", summary(t, view, all).Calls(), before)
		})
	}
	if spent > 20*2+20 { // the day is read once more
		t.Errorf("%d requests", spent)
	}
}

func TestRowsThatAreNoCallsAreNotSearchedFor(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 1_000})
	account.SetFaults(exoteltest.Faults{BadRows: 0.1})
	fetcher := storing(t, client)
	mustLoad(t, fetcher, oneDay(today), 0)
	for range 10 {
		clock.now = clock.now.Add(time.Minute)
		view := mustLoad(t, fetcher, oneDay(today), 0)
		equal(t, "complete", view.Complete(), true)
		equal(t, "calls", summary(t, view, all).Calls(), listed(account, clock.now))
	}
}

func TestOpenCallsAreAskedForWhenTheyAreDue(t *testing.T) {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(-minutes) * time.Minute) }
	tests := []struct {
		name string
		call calls.OpenCall
		last int // when Exotel was asked or heard of it, minutes ago
		due  bool
	}{
		{"a live call that was asked for a minute ago", calls.OpenCall{Sid: "a", Created: at(200), Phase: metrics.Running}, 1, true},
		{"a call of twelve minutes, read at the age of two", calls.OpenCall{Sid: "a", Created: at(12), Phase: metrics.Finished}, 10, true},
		{"a call of an hour, asked for at half an hour", calls.OpenCall{Sid: "a", Created: at(60), Phase: metrics.Finished}, 30, true},
		{"a call of an hour, asked for two minutes ago", calls.OpenCall{Sid: "a", Created: at(60), Phase: metrics.Finished}, 2, false},
		{"a call of ten hours, asked for at nine", calls.OpenCall{Sid: "a", Created: at(600), Phase: metrics.Finished}, 60, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fetcher := NewFetcher(nil, nil, Options{})
			fetcher.lastAsked["a"], test.call.AsOf = at(test.last), test.call.Created
			equal(t, "due", len(fetcher.takeDue(noon, []calls.OpenCall{test.call}, 1)) == 1, test.due)
			fetcher = NewFetcher(nil, nil, Options{})
			test.call.AsOf = at(test.last)
			equal(t, "due, as it was heard of", len(fetcher.takeDue(noon, []calls.OpenCall{test.call}, 1)) == 1, test.due)
		})
	}
}

func TestACallThatExotelDoesNotGiveIsAskedForEverMoreRarely(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{})
	fetcher := storing(t, client)
	mustPut(t, fetcher.store, today, noon, unfinishedCall(noon.Add(-2*time.Hour)))
	const minutes = 60
	n := requests(account, func() {
		for range minutes {
			clock.now = clock.now.Add(time.Minute)
			mustLoad(t, fetcher, oneDay(today), 0)
		}
	})
	if n -= minutes; n < 1 || n > 5 {
		t.Errorf("asked for %d times in an hour", n)
	}
}

func TestOneRequestTakesTheMostOverdueCalls(t *testing.T) {
	fetcher := NewFetcher(nil, nil, Options{})
	var open []calls.OpenCall
	for i := range 250 {
		sid := fmt.Sprint("thin", i)
		open = append(open, calls.OpenCall{Sid: sid, Created: noon.Add(-10 * time.Minute), Phase: metrics.Finished})
		fetcher.lastAsked[sid] = noon.Add(-4*time.Minute - time.Duration(i)*100*time.Millisecond)
	}
	open = append(open, calls.OpenCall{Sid: "live", Created: noon.Add(-5 * time.Minute), AsOf: noon.Add(-5 * time.Minute), Phase: metrics.Running})
	due := fetcher.takeDue(noon, open, 1)
	equal(t, "calls", len(due), exotel.MaxSids)
	equal(t, "the live one is first", due[0], "live")
	equal(t, "then the longest waiting", due[1], "thin249")
	equal(t, "others wait", slices.Contains(due, "thin0"), false)
	equal(t, "calls half a minute later", len(fetcher.takeDue(noon.Add(30*time.Second), open, 1)), 0)
}
