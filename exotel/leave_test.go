package exotel_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// A bubble ends only when all goroutines in it have: whatever a loop that is
// left early leaves behind fails this test.
func TestNothingRunsOnWhenTheLoopIsLeft(t *testing.T) {
	for _, after := range []int{0, 1, 150, 5000} {
		synctest.Test(t, func(t *testing.T) {
			account := newAccount(1247)
			account.SetFaults(exoteltest.Faults{Delay: 300 * time.Millisecond})
			var underWay atomic.Int64
			client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				underWay.Add(1)
				defer underWay.Add(-1)
				account.ServeHTTP(w, r)
			}), nil)
			n := 0
			for _, err := range client.Calls(lastDays(30)).All(t.Context()) {
				if n++; err != nil || n > after {
					break
				}
			}
			if now := underWay.Load(); now != 0 {
				t.Errorf("left after %d calls: %d requests are still under way", after, now)
			}
			asked := account.Stats().Requests
			time.Sleep(time.Hour)
			if later := account.Stats().Requests; later != asked {
				t.Errorf("left after %d calls: %d more requests", after, later-asked)
			}
		})
	}
}

func TestAPanicInTheLoopLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, newAccount(1247), nil)
		defer func() { recover() }()
		for range client.Calls(lastDays(30)).All(t.Context()) {
			panic("in the loop")
		}
	})
}

func TestACancelledContextEndsTheReading(t *testing.T) {
	for name, wait := range map[string]time.Duration{
		"in a request": 3500 * time.Millisecond, "in a pause": 2500 * time.Millisecond, "at the end": 0,
	} {
		synctest.Test(t, func(t *testing.T) {
			account := newAccount(1247)
			account.SetFaults(exoteltest.Faults{Delay: time.Second})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if wait > 0 {
				time.AfterFunc(wait, cancel)
			} else {
				cancel()
			}
			began := time.Now()
			client := newClient(t, account, func(o *exotel.Options) { o.RatePerMinute = 12 })
			r := readWith(ctx, client, lastDays(1))
			if !errors.Is(r.err, context.Canceled) {
				t.Errorf("%s: got %v", name, r.err)
			}
			if passed := time.Since(began); passed != wait {
				t.Errorf("%s: ended after %v, cancelled after %v", name, passed, wait)
			}
			if len(r.calls) > 0 {
				if failure := incomplete(t, r.err); failure.Missing() != failure.Announced-len(r.calls) {
					t.Errorf("%s: %d of %d read, %d missing", name, len(r.calls), failure.Announced, failure.Missing())
				}
			}
		})
	}
}

func TestADeadlineThatThePaceWouldMissIsADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		client := newClient(t, newAccount(1247), func(o *exotel.Options) { o.RatePerMinute = 6 })
		if r := readWith(ctx, client, lastDays(1)); !errors.Is(r.err, context.DeadlineExceeded) {
			t.Errorf("got %v", r.err)
		}
	})
}

// One client serves several readers at once, as a dashboard's screens are.
func TestConcurrentReaders(t *testing.T) {
	account := newAccount(200)
	client := newClient(t, account, nil)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			query := lastDays(10 + 2*i)
			fetch := client.Calls(query)
			n := 0
			for _, err := range fetch.All(context.Background()) {
				if err != nil {
					t.Errorf("reader %d: %v", i, err)
				}
				fetch.Tally()
				n++
			}
			if want := len(account.Calls(query.From, query.To)); n != want {
				t.Errorf("reader %d read %d calls, want %d", i, n, want)
			}
			client.Now()
			client.PausedUntil()
		})
		all.Go(func() {
			if _, err := client.ExoPhones(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
