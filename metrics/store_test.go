package metrics

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics/archive"
	"exotel-monitor/metrics/archive/file"
)

// kept is a ledger of the client with a store at path, as a run of the program
// has it. end ends the run.
func kept(t *testing.T, client *exotel.Client, path string) (l *Ledger, end func()) {
	t.Helper()
	disk, err := file.Open(t.Context(), path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return keptIn(t, client, disk)
}

// keptIn is kept with a file that is open.
func keptIn(t *testing.T, client *exotel.Client, disk *file.File) (l *Ledger, end func()) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	t.Cleanup(func() { _ = disk.Close() })
	store, err := archive.New(t.Context(), disk, client.Zone())
	if err != nil {
		t.Fatal(err)
	}
	l = NewLedger(client)
	if err := l.UseStore(t.Context(), store, log); err != nil {
		t.Fatal(err)
	}
	return l, func() {
		if err := disk.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestADayIsAskedForOnceOverRestarts(t *testing.T) {
	account, client, clock := sampleAccount(t)
	path := filepath.Join(t.TempDir(), "calls.db")
	ledger, end := kept(t, client, path)
	first := mustLoad(t, ledger, oneDay(yesterday), 0)
	end()

	clock.now = clock.now.Add(time.Hour)
	ledger, _ = kept(t, client, path)
	var again *View
	equal(t, "requests", requests(account, func() { again = mustLoad(t, ledger, oneDay(yesterday), 0) }), 0)
	equal(t, "calls", again.Summary(Filter{}).Calls(), 1247)
	equal(t, "hours", totals(again.Summary(Filter{}).Hours), sampleHours)
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
	week := Period{From: today.Add(-7), To: today.Add(-1)}
	ledger, end := kept(t, client, path)
	read := mustLoad(t, ledger, week, 0)
	end()
	ledger, _ = kept(t, client, path)
	recalled := mustLoad(t, ledger, week, 0)
	filters := []Filter{{}, {Direction: in}, {Direction: dial}, {Direction: api}, {ExoPhone: "08040000001"}}
	for _, status := range AllStatuses() {
		filters = append(filters, Filter{Status: &status})
	}
	for _, f := range filters {
		if want, got := read.Summary(f), recalled.Summary(f); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v: got %+v, want %+v", f, got, want)
		}
	}
}

func TestARunningDayFromTheDiskIsShownAndAskedForAgain(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 50})
	path := filepath.Join(t.TempDir(), "calls.db")
	ledger, end := kept(t, client, path)
	before := mustLoad(t, ledger, oneDay(today), 0).Summary(Filter{}).Calls()
	end()
	account.SetFaults(exoteltest.Faults{FailStatus: 401})
	ledger, _ = kept(t, client, path)
	view, err := ledger.Load(t.Context(), oneDay(today), 0, nil)
	if err == nil || view.Summary(Filter{}).Calls() != before || before == 0 {
		t.Errorf("without Exotel: %v, %d calls of %d", err, view.Summary(Filter{}).Calls(), before)
	}
}

// brokenStore is a store whose disk gave up.
type brokenStore struct{ days []archive.Day }

var errDisk = errors.New("disk full")

func (b *brokenStore) Days(context.Context) ([]archive.Day, error) { return b.days, nil }

func (*brokenStore) Forget(context.Context, time.Time) error { return nil }

func (*brokenStore) Lasting() bool { return true }

func (*brokenStore) Begin(from, to time.Time) (*archive.Reading, error) { return nil, errDisk }

func (*brokenStore) Calls(context.Context, time.Time, time.Time) iter.Seq2[exotel.Call, error] {
	return func(yield func(exotel.Call, error) bool) { yield(exotel.Call{}, errDisk) }
}

func TestABrokenDiskCostsRequestsAndNoFigures(t *testing.T) {
	account, client, _ := sampleAccount(t)
	ledger := NewLedger(client)
	day := archive.Day{From: yesterday.In(exotel.India), To: yesterday.Add(1).In(exotel.India), Received: 5, ReadAt: noon, Complete: true}
	if err := ledger.UseStore(t.Context(), &brokenStore{[]archive.Day{day}}, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	var view *View
	equal(t, "requests", requests(account, func() { view = mustLoad(t, ledger, oneDay(yesterday), 0) }), 13)
	equal(t, "calls", view.Summary(Filter{}).Calls(), 1247)
}

func TestADayOfAnotherZoneIsNotThisDay(t *testing.T) {
	account, client, _ := sampleAccount(t)
	ledger := NewLedger(client)
	day := archive.Day{From: yesterday.In(time.UTC), To: yesterday.Add(1).In(time.UTC), Received: 5, ReadAt: noon, Complete: true}
	if err := ledger.UseStore(t.Context(), &brokenStore{[]archive.Day{day}}, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	equal(t, "requests", requests(account, func() { mustLoad(t, ledger, oneDay(yesterday), 0) }), 13)
}

func TestForgottenDaysAreGoneHereAndOnTheDisk(t *testing.T) {
	account, client, _ := sampleAccount(t)
	path := filepath.Join(t.TempDir(), "calls.db")
	ledger, end := kept(t, client, path)
	mustLoad(t, ledger, Period{yesterday, today}, 0)
	if err := ledger.Forget(t.Context(), today); err != nil {
		t.Fatal(err)
	}
	equal(t, "known of yesterday", ledger.Known(t.Context(), oneDay(yesterday)).Empty(), true)
	equal(t, "known of today", ledger.Known(t.Context(), oneDay(today)).Empty(), false)
	end()
	ledger, _ = kept(t, client, path)
	equal(t, "days on the disk", len(ledger.stored), 1)
	equal(t, "requests", requests(account, func() { mustLoad(t, ledger, oneDay(yesterday), 0) }), 13)
}

// TestOneFailingDayHidesNoOther: days on the disk are shown when Exotel refuses.
func TestOneFailingDayHidesNoOther(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 50})
	path := filepath.Join(t.TempDir(), "calls.db")
	week := Last7Days.Period(noon)
	ledger, end := kept(t, client, path)
	want := mustLoad(t, ledger, week, 0).Summary(Filter{}).Calls()
	end()
	account.SetFaults(exoteltest.Faults{FailStatus: 401})
	ledger, _ = kept(t, client, path)
	view, err := ledger.Load(t.Context(), week, 0, nil)
	if got := view.Summary(Filter{}).Calls(); err == nil || got != want || want == 0 {
		t.Errorf("%v, %d calls of %d", err, got, want)
	}
}

func TestARecallThatIsBrokenOffLosesNothing(t *testing.T) {
	account, client, _ := sampleAccount(t)
	path := filepath.Join(t.TempDir(), "calls.db")
	ledger, end := kept(t, client, path)
	mustLoad(t, ledger, oneDay(yesterday), 0)
	end()
	ledger, _ = kept(t, client, path)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _ = ledger.Load(ctx, oneDay(yesterday), 0, nil)
	equal(t, "requests", requests(account, func() { mustLoad(t, ledger, oneDay(yesterday), 0) }), 0)
}

func TestARestartChangesNoFigureOfADayThatWasReadAgain(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 300})
	path := filepath.Join(t.TempDir(), "calls.db")
	ledger, end := kept(t, client, path)
	mustLoad(t, ledger, oneDay(today), 0)
	account.SetFaults(exoteltest.Faults{OddValues: 0.2, OddForms: 0.2})
	before := mustLoad(t, ledger, oneDay(today), 0).Summary(Filter{})
	account.SetFaults(exoteltest.Faults{FailStatus: 401})
	_, _ = ledger.Load(t.Context(), oneDay(today), 0, nil)
	end()
	ledger, _ = kept(t, client, path)
	view, _ := ledger.Load(t.Context(), oneDay(today), 0, nil)
	if after := view.Summary(Filter{}); !reflect.DeepEqual(after, before) {
		t.Errorf("before %+v\nafter  %+v", before, after)
	}
}
