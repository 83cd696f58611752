package refresh

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

func TestADayIsAskedForOnceOverRestarts(t *testing.T) {
	account, client, clock := sampleAccount(t)
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	first := mustLoad(t, fetcher, oneDay(yesterday), 0)
	end()

	clock.now = clock.now.Add(time.Hour)
	fetcher, _ = kept(t, client, path)
	var again *View
	equal(t, "requests", requests(account, func() { again = mustLoad(t, fetcher, oneDay(yesterday), 0) }), 0)
	equal(t, "calls", summary(t, again, all).Calls(), 1247)
	equal(t, "hours", totals(summary(t, again, all).Hours), sampleHours)
	equal(t, "complete", again.Complete(), true)
	equal(t, "settled", again.Settled(), true)
	equal(t, "tally", again.Tally(), first.Tally())
}

// TestFiguresFromTheDiskAreThoseOfTheReading: every figure of every filter, over
// days with all that is odd in an account.
func TestFiguresFromTheDiskAreThoseOfTheReading(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 300})
	account.Add(exoteltest.EdgeRows(noon, exotel.India)...)
	account.SetFaults(exoteltest.Faults{OddValues: 0.2, OddForms: 0.2})
	path := filepath.Join(t.TempDir(), "calls.db")
	week := metrics.Period{From: today.Add(-7), To: today.Add(-1)}
	filters := []metrics.Filter{{}, {Direction: in}, {Direction: dial}, {Direction: api}, {ExoPhone: "08040000001"}, {Text: "98"}}
	for _, status := range metrics.AllStatuses() {
		filters = append(filters, metrics.Filter{Status: &status})
	}
	fetcher, end := kept(t, client, path)
	read := mustLoad(t, fetcher, week, 0)
	var want []*metrics.Summary
	for _, f := range filters {
		want = append(want, summary(t, read, f))
	}
	end()
	fetcher, _ = kept(t, client, path)
	stored := mustLoad(t, fetcher, week, 0)
	for i, f := range filters {
		if got := summary(t, stored, f); !reflect.DeepEqual(got, want[i]) {
			t.Errorf("%+v: got %+v, want %+v", f, got, want[i])
		}
	}
}

func TestARunningDayFromTheDiskIsShownAndAskedForAgain(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 50})
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	before := summary(t, mustLoad(t, fetcher, oneDay(today), 0), all).Calls()
	end()
	account.SetFaults(exoteltest.Faults{FailStatus: 401})
	fetcher, _ = kept(t, client, path)
	view, err := fetcher.Load(t.Context(), oneDay(today), 0, nil)
	if err == nil || summary(t, view, all).Calls() != before || before == 0 {
		t.Errorf("without Exotel: %v, %d calls of %d", err, summary(t, view, all).Calls(), before)
	}
}

func TestABrokenDiskCostsNoFigures(t *testing.T) {
	account, client, _ := sampleAccount(t)
	fetcher, disk := breaking(t, client)
	disk.broken = true
	var view *View
	equal(t, "requests", requests(account, func() { view = mustLoad(t, fetcher, oneDay(yesterday), 0) }), 13)
	equal(t, "calls", summary(t, view, all).Calls(), 1247)
	equal(t, "requests again", requests(account, func() { mustLoad(t, fetcher, oneDay(yesterday), 0) }), 0)
}

func TestForgottenDaysAreGoneHereAndOnTheDisk(t *testing.T) {
	account, client, _ := sampleAccount(t)
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	mustLoad(t, fetcher, metrics.Period{From: yesterday, To: today}, 0)
	if err := fetcher.Forget(t.Context(), today); err != nil {
		t.Fatal(err)
	}
	equal(t, "known of yesterday", fetcher.LoadStored(t.Context(), oneDay(yesterday)).IsEmpty(), true)
	equal(t, "known of today", fetcher.LoadStored(t.Context(), oneDay(today)).IsEmpty(), false)
	end()
	fetcher, _ = kept(t, client, path)
	equal(t, "requests", requests(account, func() { mustLoad(t, fetcher, oneDay(yesterday), 0) }), 13)
}

// TestOneFailingDayHidesNoOther: days on the disk are shown when Exotel refuses.
func TestOneFailingDayHidesNoOther(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 50})
	path := filepath.Join(t.TempDir(), "calls.db")
	week := metrics.Last7Days.Period(noon)
	fetcher, end := kept(t, client, path)
	want := summary(t, mustLoad(t, fetcher, week, 0), all).Calls()
	end()
	account.SetFaults(exoteltest.Faults{FailStatus: 401})
	fetcher, _ = kept(t, client, path)
	view, err := fetcher.Load(t.Context(), week, 0, nil)
	if got := summary(t, view, all).Calls(); err == nil || got != want || want == 0 {
		t.Errorf("%v, %d calls of %d", err, got, want)
	}
}

func TestARecallThatIsBrokenOffLosesNothing(t *testing.T) {
	account, client, _ := sampleAccount(t)
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	mustLoad(t, fetcher, oneDay(yesterday), 0)
	end()
	fetcher, _ = kept(t, client, path)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _ = fetcher.Load(ctx, oneDay(yesterday), 0, nil)
	equal(t, "requests", requests(account, func() { mustLoad(t, fetcher, oneDay(yesterday), 0) }), 0)
}

func TestARestartChangesNoFigureOfADayThatWasReadAgain(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 300})
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	mustLoad(t, fetcher, oneDay(today), 0)
	account.SetFaults(exoteltest.Faults{OddValues: 0.2, OddForms: 0.2})
	before := summary(t, mustLoad(t, fetcher, oneDay(today), 0), all)
	account.SetFaults(exoteltest.Faults{FailStatus: 401})
	_, _ = fetcher.Load(t.Context(), oneDay(today), 0, nil)
	end()
	fetcher, _ = kept(t, client, path)
	view, _ := fetcher.Load(t.Context(), oneDay(today), 0, nil)
	if after := summary(t, view, all); !reflect.DeepEqual(after, before) {
		t.Errorf("before %+v\nafter  %+v", before, after)
	}
}
