package calls_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/metrics/calls/storetest"
)

var errFull = errors.New("disk full")

// full is a store that saves nothing while full says so of a day.
type full struct {
	calls.Store
	full func(metrics.Date) bool
}

func (f *full) Put(ctx context.Context, b calls.Batch) error {
	if f.full(b.Date) {
		return errFull
	}
	return f.Store.Put(ctx, b)
}

func newStore(t testing.TB) *sqlite.Store {
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
	return store
}

var (
	october = metrics.Period{From: metrics.Date{Year: 2026, Month: 10, Day: 1}, To: metrics.Date{Year: 2026, Month: 10, Day: 9}}
	now     = october.To.In(exotel.India).Add(14 * time.Hour)
)

// madeUp returns the calls of a day of a made-up account.
func madeUp(day metrics.Date) (of []exotel.Call) {
	for _, call := range storetest.Account(3, october, exotel.India, 40) {
		if metrics.DateOf(call.Created) == day {
			of = append(of, call)
		}
	}
	return of
}

// put puts a part of a day's calls; replace means that they are all.
func put(t *testing.T, store calls.Store, day metrics.Date, of []exotel.Call, replace bool) error {
	t.Helper()
	return store.Put(t.Context(), calls.Batch{Date: day, Calls: of, Replace: replace, Day: func(_ *calls.Day, stored, _ int) *calls.Day {
		return &calls.Day{Date: day, Announced: stored, Received: stored, ReadAt: now, Complete: true}
	}})
}

// answers returns all that a store says of October.
func answers(t *testing.T, store calls.Store) (all []any) {
	t.Helper()
	for _, by := range [][]calls.Dimension{
		nil, {calls.ByDay, calls.ByHour, calls.ByStatus, calls.ByOutcome}, {calls.ByWeek}, {calls.ByMonth, calls.ByDirection},
		{calls.ByLine}, {calls.ByAgent}, {calls.ByCaller, calls.ByWeekday},
	} {
		buckets, err := store.Group(t.Context(), calls.Query{Period: october, Now: now}, by...)
		if err != nil {
			t.Fatal(err)
		}
		groups := map[calls.Key]calls.Bucket{}
		for _, b := range buckets {
			for _, address := range []*string{&b.Line, &b.Agent, &b.Caller} {
				*address = strings.ToLower(exotel.NumberKey(*address))
			}
			if _, again := groups[b.Key]; again {
				t.Errorf("two buckets for %+v", b.Key)
			}
			groups[b.Key] = b
		}
		all = append(all, groups)
	}
	for _, order := range []calls.Order{{}, {Ascending: true}} {
		for _, limit := range []int{0, 1, 7} {
			var sids []string
			q := calls.Query{Period: october, Now: now, Order: order, Limit: limit, Statuses: []metrics.Status{metrics.Busy, metrics.Live}}
			for {
				n := 0
				for call, err := range store.Calls(t.Context(), q) {
					if err != nil {
						t.Fatal(err)
					}
					sids = append(sids, call.Created.Format(time.DateTime))
					q.After = call.Place
					n++
				}
				if limit == 0 || n < limit {
					break
				}
			}
			all = append(all, sids)
		}
	}
	open, err := store.Open(t.Context(), now.AddDate(0, 0, -1), now.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(open, func(a, b calls.Open) int { return strings.Compare(a.Sid, b.Sid) })
	days, err := store.Days(t.Context(), october)
	if err != nil {
		t.Fatal(err)
	}
	for i := range days {
		days[i].Unsaved = false
	}
	return append(all, open, days)
}

// TestAnswersAreThoseOfOneStoreWhileDaysAreNotSaved: before, while and after the disk
// is full.
func TestAnswersAreThoseOfOneStoreWhileDaysAreNotSaved(t *testing.T) {
	plain := newStore(t)
	disk := &full{Store: newStore(t), full: func(metrics.Date) bool { return false }}
	overlay := calls.NewOverlay(disk, newStore(t), exotel.India)
	for day := october.From; !october.To.Before(day); day = day.Add(1) {
		of := madeUp(day)
		for _, store := range []calls.Store{plain, overlay} {
			if err := put(t, store, day, of[:len(of)/2], true); err != nil {
				t.Fatal(err)
			}
		}
	}
	same := func(when string) {
		t.Helper()
		want, got := answers(t, plain), answers(t, overlay)
		for i := range want {
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Errorf("%s, answer %d:\ngot  %+v\nwant %+v", when, i, got[i], want[i])
			}
		}
	}
	same("before")

	disk.full = func(metrics.Date) bool { return true }
	unsaved := map[metrics.Date]bool{}
	for day := october.From; !october.To.Before(day); day = day.Add(3) {
		of := madeUp(day)
		if err := put(t, overlay, day, of[len(of)-2:], false); err == nil {
			t.Error("nobody is told that a part of a day is lost")
		} else if _, inMemory := errors.AsType[*calls.UnsavedError](err); inMemory {
			t.Errorf("a part of %v hides the rest of it", day)
		}
		same("a part of a day was lost")
		for _, store := range []calls.Store{plain, overlay} {
			err := put(t, store, day, of[:len(of)-3], true)
			if _, inMemory := errors.AsType[*calls.UnsavedError](err); inMemory != (store == calls.Store(overlay)) {
				t.Errorf("%v: %v", day, err)
			}
			_ = put(t, store, day, of[len(of)-4:], false)
		}
		unsaved[day] = true
	}
	same("while the disk is full")
	days, _ := overlay.Days(t.Context(), metrics.Period{})
	for _, d := range days {
		if d.Unsaved != unsaved[d.Date] {
			t.Errorf("%v is unsaved: %v", d.Date, d.Unsaved)
		}
	}
	if err := overlay.Flush(t.Context()); !errors.Is(err, errFull) {
		t.Errorf("flushed to a full disk: %v", err)
	}

	disk.full = func(day metrics.Date) bool { return day == october.From }
	_ = overlay.Flush(t.Context())
	same("when some is saved")
	disk.full = func(metrics.Date) bool { return false }
	if err := overlay.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	same("when all is saved")
	overlay = calls.NewOverlay(disk, newStore(t), exotel.India)
	same("by another process")
}

func TestAStoreThatNeverSavesAnswersAllTheSame(t *testing.T) {
	disk := &full{Store: newStore(t), full: func(metrics.Date) bool { return true }}
	overlay, plain := calls.NewOverlay(disk, newStore(t), exotel.India), newStore(t)
	for day := october.From; !october.To.Before(day); day = day.Add(1) {
		_ = put(t, overlay, day, madeUp(day), true)
		_ = put(t, plain, day, madeUp(day), true)
	}
	if got, want := answers(t, overlay), answers(t, plain); !reflect.DeepEqual(got, want) {
		t.Error("the answers are others")
	}
}
