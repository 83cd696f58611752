package metrics

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// readWhole is the summary that a ledger without a memory has of a period.
func readWhole(t *testing.T, client *exotel.Client, p Period) *Summary {
	t.Helper()
	return mustLoad(t, NewLedger(client), p, 0).Summary(Filter{})
}

// listed is how many calls of today the account has by now.
func listed(account *exoteltest.Account, now time.Time) int {
	return len(account.Calls(today.In(exotel.India), now.Add(time.Second)))
}

// storing is a ledger with a new store.
func storing(t *testing.T, client *exotel.Client) *Ledger {
	t.Helper()
	ledger, _ := kept(t, client, filepath.Join(t.TempDir(), "calls.db"))
	return ledger
}

func TestARefreshOfTodayCostsTwoRequestsAtAnySizeOfDay(t *testing.T) {
	for _, perDay := range []int{300, 5_000, 40_000} {
		t.Run(fmt.Sprint(perDay), func(t *testing.T) {
			account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: perDay})
			ledger := storing(t, client)
			mustLoad(t, ledger, oneDay(today), 0)
			for range 10 {
				clock.now = clock.now.Add(time.Minute)
				var view *View
				if n := requests(account, func() { view = mustLoad(t, ledger, oneDay(today), 0) }); n > 2 {
					t.Errorf("%s: %d requests", clock.now.Format("15:04"), n)
				}
				if got, want := view.Summary(Filter{}).Calls(), listed(account, clock.now); got != want || !view.Complete() {
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
		ledger := storing(t, clientOf(t, computers, account))
		for n := range 5 {
			account.Add(exotel.Call{Sid: fmt.Sprint(n), Status: "in-progress", Created: exotels.now})
			view, err := ledger.Load(t.Context(), oneDay(today), 0, nil)
			if err != nil {
				t.Fatalf("%v off, call %d: %v", off, n, err)
			}
			equal(t, fmt.Sprintf("%v off: live calls", off), view.Summary(Filter{}).Counts[Live], n+1)
			equal(t, fmt.Sprintf("%v off: calls that can change", off), view.Data().Provisional, n+1)
			if age := exotels.now.Sub(view.AsOf()); age < 0 || age > time.Minute {
				t.Errorf("%v off: the figures are %v old", off, age)
			}
			if !view.now.Equal(exotels.now) || !ledger.Now().Equal(exotels.now) {
				t.Errorf("%v off: it is %v, at Exotel %v", off, view.now, exotels.now)
			}
			exotels.now, computers.now = exotels.now.Add(15*time.Second), computers.now.Add(15*time.Second)
		}
	}
}

// TestWhatSettlesAfterACallReachesTheFigures: an hour of refreshes gives what one
// reading of the whole day gives, but for calls that are not settled yet.
func TestWhatSettlesAfterACallReachesTheFigures(t *testing.T) {
	_, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 1500})
	ledger := storing(t, client)
	mustLoad(t, ledger, oneDay(today), 0)
	for range 60 {
		clock.now = clock.now.Add(time.Minute)
		mustLoad(t, ledger, oneDay(today), 0)
	}
	got, want := mustLoad(t, ledger, oneDay(today), time.Hour).Summary(Filter{}), readWhole(t, client, oneDay(today))
	if late := want.Duration.N - got.Duration.N; got.Counts.Total() != want.Counts.Total() || late < 0 || late > 15 {
		t.Errorf("%d calls of %d; %d lengths of %d", got.Calls(), want.Calls(), got.Duration.N, want.Duration.N)
	}
	// After the last call of the day has settled there is no difference left.
	clock.now = today.Add(1).In(exotel.India).Add(-time.Minute)
	for range 55 {
		clock.now = clock.now.Add(time.Minute)
		mustLoad(t, ledger, Period{today, today.Add(1)}, 0)
	}
	if got, want := ledger.Known(t.Context(), oneDay(today)).Summary(Filter{}), readWhole(t, client, oneDay(today)); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestCallsThatExotelListsWhenTheyEndAreFound(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 15_000})
	account.SetFaults(exoteltest.Faults{HideLive: true})
	ledger := storing(t, client)
	mustLoad(t, ledger, oneDay(today), 0)
	for range 12 {
		clock.now = clock.now.Add(time.Minute)
		var view *View
		if n := requests(account, func() { view = mustLoad(t, ledger, oneDay(today), 0) }); n > 2 {
			t.Errorf("%s: %d requests", clock.now.Format("15:04"), n)
		}
		want := readWhole(t, client, oneDay(today)).Calls()
		tally := view.Tally()
		if view.Complete() {
			equal(t, "calls of a day that counts as complete", view.Summary(Filter{}).Calls(), want)
			continue
		}
		equal(t, "calls there and calls missing", view.Summary(Filter{}).Calls()+tally.Missing, want)
	}
}

func TestAfterSleepOnlyNewPagesAreRead(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 5_000})
	ledger := storing(t, client)
	mustLoad(t, ledger, oneDay(today), 0)
	before := listed(account, clock.now)
	clock.now = clock.now.Add(3 * time.Hour)
	fresh := listed(account, clock.now) - before
	var view *View
	if n := requests(account, func() { view = mustLoad(t, ledger, oneDay(today), 0) }); n > fresh/100+2 {
		t.Errorf("%d requests for %d new calls", n, fresh)
	}
	equal(t, "calls", view.Summary(Filter{}).Calls(), before+fresh)
	equal(t, "complete", view.Complete(), true)
}

func TestARestartCatchesUp(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 5_000})
	path := filepath.Join(t.TempDir(), "calls.db")
	ledger, end := kept(t, client, path)
	mustLoad(t, ledger, oneDay(today), 0)
	end()
	clock.now = clock.now.Add(5 * time.Minute)
	ledger, _ = kept(t, client, path)
	var view *View
	if n := requests(account, func() { view = mustLoad(t, ledger, oneDay(today), 0) }); n > 2 {
		t.Errorf("%d requests", n)
	}
	equal(t, "calls", view.Summary(Filter{}).Calls(), listed(account, clock.now))
}

// TestAnnouncedCallsThatNeverComeCostNoWholeReadings: Exotel's total may be wrong
// for as long as it likes.
func TestAnnouncedCallsThatNeverComeCostNoWholeReadings(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 5_000})
	ledger := storing(t, client)
	mustLoad(t, ledger, oneDay(today), 0)
	account.SetFaults(exoteltest.Faults{Total: exoteltest.TotalAbove})
	spent := 0
	for range 50 {
		clock.now = clock.now.Add(time.Minute)
		spent += requests(account, func() {
			view, _ := ledger.Load(t.Context(), oneDay(today), 0, nil)
			equal(t, "complete", view.Complete(), false)
		})
	}
	// The search ends in one reading of the whole day, about 25 pages so far.
	if spent > 50*2+40 {
		t.Errorf("%d requests in 50 refreshes", spent)
	}
}

func TestTheUserMayHaveAnIncompleteDayReadAnew(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 2_000})
	ledger := storing(t, client)
	account.SetFaults(exoteltest.Faults{StopAfterRows: 350})
	view, err := ledger.Load(t.Context(), oneDay(today), 0, nil)
	if err == nil || view.Complete() {
		t.Fatalf("%v, complete: %v", err, view.Complete())
	}
	account.SetFaults(exoteltest.Faults{})
	clock.now = clock.now.Add(time.Minute)
	view = mustLoad(t, ledger, oneDay(today), anew)
	equal(t, "complete", view.Complete(), true)
	equal(t, "calls", view.Summary(Filter{}).Calls(), listed(account, clock.now))
}

func TestAFullDiskDoesNotStopTheRefresh(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 2_000})
	ledger := storing(t, client)
	mustLoad(t, ledger, oneDay(today), 0)
	whole := ledger.store
	ledger.store = &brokenStore{}
	for range 3 {
		clock.now = clock.now.Add(time.Minute)
		view := mustLoad(t, ledger, oneDay(today), 0)
		equal(t, "calls", view.Summary(Filter{}).Calls(), listed(account, clock.now))
		equal(t, "complete", view.Complete(), true)
		equal(t, "calls that are kept", view.Data().Kept, 0)
		if ledger.Unkept() == nil {
			t.Error("nobody is told that the calls are not kept")
		}
	}
	ledger.store = whole
	clock.now = clock.now.Add(time.Minute)
	mustLoad(t, ledger, oneDay(today), 0)
	equal(t, "told when the disk has space", ledger.Unkept(), nil)
}

func TestRowsThatAreNoCallsAreNotSearchedFor(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 1_000})
	account.SetFaults(exoteltest.Faults{BadRows: 0.1})
	ledger := storing(t, client)
	mustLoad(t, ledger, oneDay(today), 0)
	for range 10 {
		clock.now = clock.now.Add(time.Minute)
		view := mustLoad(t, ledger, oneDay(today), 0)
		equal(t, "complete", view.Complete(), true)
		equal(t, "calls", view.Summary(Filter{}).Calls(), listed(account, clock.now))
	}
}

func TestOpenCallsAreAskedForWhenTheyAreDue(t *testing.T) {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(-minutes) * time.Minute) }
	tests := []struct {
		name    string
		call    openCall
		checked int // minutes ago, 0 for when the day was read: 10 minutes ago
		due     bool
	}{
		{"a live call that was asked for a minute ago", openCall{"a", at(300), running}, 1, true},
		{"a call of twelve minutes, read at the age of two", openCall{"a", at(12), finished}, 0, true},
		{"a call of an hour, asked for at half an hour", openCall{"a", at(60), finished}, 30, true},
		{"a call of an hour, asked for two minutes ago", openCall{"a", at(60), finished}, 2, false},
		{"a call of ten hours, asked for at nine", openCall{"a", at(600), finished}, 60, false},
		{"a call of a day", openCall{"a", at(24 * 60), running}, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ledger := NewLedger(nil)
			entry := &dayEntry{calls: &dayCalls{kept: true, readAt: at(10), open: []openCall{test.call}}}
			if test.checked > 0 {
				ledger.checked["a"] = at(test.checked)
			}
			equal(t, "due", len(ledger.due(noon, entry)) == 1, test.due)
		})
	}
}

func TestOneRequestTakesTheMostOverdueCalls(t *testing.T) {
	ledger := NewLedger(nil)
	entry := &dayEntry{calls: &dayCalls{kept: true, readAt: noon.Add(-3 * time.Minute)}}
	for i := range 250 {
		sid := fmt.Sprint("thin", i)
		entry.calls.open = append(entry.calls.open, openCall{sid, noon.Add(-10 * time.Minute), finished})
		ledger.checked[sid] = noon.Add(-4*time.Minute - time.Duration(i)*100*time.Millisecond)
	}
	entry.calls.open = append(entry.calls.open, openCall{"live", noon.Add(-5 * time.Minute), running})
	due := ledger.due(noon, entry, nil)
	equal(t, "calls", len(due), exotel.MostSids)
	equal(t, "the live one is first", due[0], "live")
	equal(t, "then the longest waiting", due[1], "thin249")
	equal(t, "others wait", slices.Contains(due, "thin0"), false)
	equal(t, "calls half a minute later", len(ledger.due(noon.Add(30*time.Second), entry, nil)), 0)
}
