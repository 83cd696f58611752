package calls_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
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
	return store.Put(t.Context(), calls.Batch{Date: day, Calls: of, AsOf: now, Replace: replace, UpdateDay: func(_ *calls.Day, stored, _ int) *calls.Day {
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
					q.After = call.Cursor
					n++
				}
				if limit == 0 || n < limit {
					break
				}
			}
			all = append(all, sids)
		}
	}
	open, err := store.OpenCalls(t.Context(), now.AddDate(0, 0, -1), now.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(open, func(a, b calls.OpenCall) int { return strings.Compare(a.Sid, b.Sid) })
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
	for day := october.From.Add(2); !october.To.Before(day); day = day.Add(3) {
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

	disk.full = func(day metrics.Date) bool { return day == october.To }
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

// slow is a store that is busy for a minute before it saves.
type slow struct{ calls.Store }

func (s slow) Put(context.Context, calls.Batch) error {
	time.Sleep(time.Minute)
	return nil
}

func TestWhoWaitsForABusyStoreCanGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		overlay := calls.NewOverlay(slow{}, slow{}, exotel.India)
		var work sync.WaitGroup
		work.Go(func() { _ = overlay.Put(t.Context(), calls.Batch{}) })
		defer work.Wait()
		synctest.Wait()
		for name, wait := range map[string]func(context.Context) error{
			"Put":    func(ctx context.Context) error { return overlay.Put(ctx, calls.Batch{}) },
			"Flush":  overlay.Flush,
			"Forget": func(ctx context.Context) error { return overlay.Forget(ctx, october.To) },
		} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if err := wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// rows returns all that a store has of calls of October, and counts its legs.
func rows(t *testing.T, store calls.Store) (list []string, legs int) {
	t.Helper()
	for call, err := range store.Calls(t.Context(), calls.Query{Period: october, Now: now}) {
		if err != nil {
			t.Fatal(err)
		}
		details := call.Details
		call.Details = nil
		list = append(list, fmt.Sprintf("%+v %+v", call.Call, details))
	}
	slices.Sort(list)
	buckets, err := store.Group(t.Context(), calls.Query{Period: october, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range buckets {
		legs += b.Legs
	}
	return list, legs
}

// TestWhatIsSavedLaterIsWhatWasPut: each row with all its fields, also a leg, and a
// call that came with the list of another day.
func TestWhatIsSavedLaterIsWhatWasPut(t *testing.T) {
	broken := false
	disk := &full{Store: newStore(t), full: func(metrics.Date) bool { return broken }}
	overlay, plain := calls.NewOverlay(disk, newStore(t), exotel.India), newStore(t)
	both := func(day metrics.Date, of []exotel.Call, replace bool) {
		t.Helper()
		for _, store := range []calls.Store{plain, overlay} {
			err := put(t, store, day, of, replace)
			if _, inMemory := errors.AsType[*calls.UnsavedError](err); err != nil && !inMemory {
				t.Fatal(err)
			}
		}
	}
	first, second := october.From, october.From.Add(1)
	for range 2 { // the second time the top has them already
		broken = true
		both(first, madeUp(first), true)
		both(first, append(madeUp(first)[1:4], madeUp(october.To)[0]), false)
		both(second, madeUp(second), false)
		broken = false
		if err := overlay.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, gotLegs := rows(t, disk)
		want, wantLegs := rows(t, plain)
		if !slices.Equal(got, want) || gotLegs != wantLegs {
			t.Errorf("got  %d and %d legs: %q\nwant %d and %d legs: %q", len(got), gotLegs, got, len(want), wantLegs, want)
		}
	}
	// Some calls are no more, and the disk breaks again.
	both(second, madeUp(second)[:5], true)
	broken = true
	both(second, madeUp(second)[:6], false)
	broken = false
	if err := overlay.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, _ := rows(t, disk)
	if want, _ := rows(t, plain); !slices.Equal(got, want) {
		t.Errorf("got  %d: %q\nwant %d: %q", len(got), got, len(want), want)
	}
}

// TestUnsavedCallsAreInMemoryOnce: in the store on top, which is on the disk here.
func TestUnsavedCallsAreInMemoryOnce(t *testing.T) {
	disk := &full{Store: newStore(t), full: func(metrics.Date) bool { return true }}
	overlay := calls.NewOverlay(disk, newStore(t), exotel.India)
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const size = 32 << 20
	before := inUse()
	for day := october.From; day.Before(october.From.Add(8)); day = day.Add(1) {
		var list []exotel.Call
		for i := range 64 {
			at := day.In(exotel.India).Add(time.Duration(i) * time.Minute)
			list = append(list, exotel.Call{
				Sid: fmt.Sprint(day, i), Created: at, Started: at, Status: "busy", Direction: "inbound", Duration: exotel.Unknown,
				Extra: fmt.Sprintf(`{"CustomField":%q}`, strings.Repeat("x", size/8/64)),
			})
		}
		_ = put(t, overlay, day, list, true)
	}
	if after := inUse(); after > before+size/2 {
		t.Errorf("%d MB more for %d MB of calls that are on a disk", (after-before)>>20, size>>20)
	}
	runtime.KeepAlive(overlay)
}
