//go:build !race

// The race detector has memory of its own, and makes two hours of refreshes slow. Each
// part of what they do is in a test that runs with it.

package refresh

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

// TestMemoryLevelsOff: of a program that runs for hours, refreshes the running day,
// stores those before it and is asked for figures. What is stored grows, what is in
// memory does not.
func TestMemoryLevelsOff(t *testing.T) {
	const (
		perDay    = 2_000
		hours     = 2
		perMinute = 2.0 // pages of the days before
		least     = perMinute * 100 * hours * 60 * 8 / 10
		slack     = 1 << 18 // bytes, twenty for each call that is stored in the last hour
	)
	onShift(t, busyMorning, exoteltest.Options{CallsPerDay: perDay}, func(t *testing.T, s *shift) {
		store, _ := openStore(t, s.path, exotel.India)
		// The account makes its calls anew when it is asked for them, so that it can be
		// replaced by one that has none in memory.
		var account atomic.Pointer[exoteltest.Account]
		renew := func() { account.Store(exoteltest.New(exoteltest.Options{CallsPerDay: perDay})) }
		renew()
		s.Account = nil
		f := NewFetcher(s.clientOf(t, exotel.DefaultRate, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			account.Load().ServeHTTP(w, r)
		})), store, Options{})
		var stored atomic.Int64
		worker := NewWorker(f, func(Snapshot) {}, WorkerOptions{Interval: time.Minute})
		filler := NewFiller(f, func(f FillState) { stored.Store(int64(f.AllCalls)) }, FillerOptions{Share: perMinute / exotel.DefaultRate})
		ctx, cancel := context.WithCancel(t.Context())
		var work sync.WaitGroup
		work.Go(func() { worker.Run(ctx) })
		work.Go(func() { filler.Run(ctx) })
		defer work.Wait()
		defer cancel()

		var inUse [hours]uint64 // bytes by hour, the least: without those of a day that is being read
		for minute := range hours * 60 {
			time.Sleep(time.Minute)
			for _, choice := range []metrics.Range{metrics.Today, metrics.Yesterday} {
				summary(t, f.LoadStored(ctx, choice.Period(f.Now())), all)
			}
			if minute%4 != 3 {
				continue
			}
			renew()
			synctest.Wait()
			runtime.GC() // twice, for what is pooled
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if hour := &inUse[minute/60]; *hour == 0 || m.HeapAlloc < *hour {
				*hour = m.HeapAlloc
			}
		}
		t.Logf("%d calls are stored; bytes in use by hour: %d", stored.Load(), inUse)
		if first, last := inUse[0], inUse[hours-1]; last > first+slack {
			t.Errorf("%d bytes are in use after %d hours, %d in the first one", last, hours, first)
		}
		if n := stored.Load(); n < least {
			t.Errorf("only %d calls are stored", n)
		}
	})
}
