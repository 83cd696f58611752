package refresh

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

// copyOf is a copy of the program: a client, a store opened by itself and a running
// worker.
type copyOf struct {
	*Worker
	fetcher *Fetcher
	shown   atomic.Pointer[Snapshot]
	stop    func()
}

func startCopy(t *testing.T, account http.Handler, path string, follow time.Duration) *copyOf {
	t.Helper()
	client, err := exotel.New(exotel.Options{
		BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token", Transport: wire{account},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := &copyOf{}
	fetcher, end := kept(t, client, path)
	fetcher.SetFollowAge(follow)
	c.fetcher = fetcher
	c.Worker = NewWorker(fetcher, func(s Snapshot) { c.shown.Store(&s) }, WorkerOptions{})
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() { c.Run(ctx) })
	c.stop = func() {
		cancel()
		work.Wait()
		end()
	}
	return c
}

func TestOneCopyFetchesAndAllShow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		account := exoteltest.New(exoteltest.Options{CallsPerDay: 3000})
		path := filepath.Join(t.TempDir(), "calls.db")
		first := startCopy(t, account, path, 0)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		account.ResetStats()
		second := startCopy(t, account, path, DefaultInterval*3/2)
		for range 20 {
			time.Sleep(DefaultInterval)
			synctest.Wait()
			a, b := first.shown.Load(), second.shown.Load()
			if !b.Complete || b.Err != nil || b.Stale() {
				t.Fatalf("the second: complete %v, stale %v, %v", b.Complete, b.Stale(), b.Err)
			}
			if n := b.Now.Sub(b.AsOf); n > DefaultInterval+wakeCheck || b.AsOf.After(a.AsOf) || a.AsOf.Sub(b.AsOf) > DefaultInterval {
				t.Errorf("as of %v, the first as of %v", b.AsOf, a.AsOf)
			}
		}
		equal(t, "calls shown by both, once both have seen the same", second.fetcher.LoadStored(t.Context(), second.shown.Load().Period).Tally(), first.fetcher.LoadStored(t.Context(), first.shown.Load().Period).Tally())
		both := account.Stats().Requests
		if perMinute := float64(both) / 20; perMinute > 2.2 {
			t.Errorf("both cost %.1f requests a minute", perMinute)
		}

		first.stop()
		time.Sleep(3 * DefaultInterval)
		synctest.Wait()
		if s := second.shown.Load(); !s.Complete || s.Stale() || s.Now.Sub(s.AsOf) > 2*DefaultInterval {
			t.Errorf("after the first has ended: as of %v at %v, complete %v", s.AsOf, s.Now, s.Complete)
		}
		second.stop()
	})
}

// TestAllCopiesSayWhetherLiveCallsMayBeOver: those that follow, too.
func TestAllCopiesSayWhetherLiveCallsMayBeOver(t *testing.T) {
	// What becomes of a copy's requests; false is for an answer.
	type fate func(w http.ResponseWriter, r *http.Request) bool
	answer := func(http.ResponseWriter, *http.Request) bool { return false }
	hang := func(_ http.ResponseWriter, r *http.Request) bool {
		<-r.Context().Done()
		return true
	}
	refuse := func(w http.ResponseWriter, r *http.Request) bool {
		bySid := r.URL.Query().Has("Sid")
		if bySid {
			http.Error(w, "refused", http.StatusForbidden)
		}
		return bySid
	}
	for _, test := range []struct {
		name          string
		first, second fate
		marked        bool
	}{
		{"the first asks for calls in vain", refuse, answer, true},
		{"both hang", hang, hang, true},
		{"the second goes on where the first hangs", hang, answer, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			onShift(t, noon, exoteltest.Options{}, func(t *testing.T, s *shift) {
				const live = 250 // more than the newest page has
				for i := range live {
					created := noon.Add(time.Duration(i-live) * time.Second)
					s.Add(exotel.Call{Sid: fmt.Sprint("call", i), Created: created, Started: created, Ended: created.Add(time.Hour), Status: "completed", Direction: in, Duration: 3600})
				}
				var broken atomic.Bool
				account := func(meets fate) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if !broken.Load() || !meets(w, r) {
							s.ServeHTTP(w, r)
						}
					})
				}
				first := startCopy(t, account(test.first), s.path, 0)
				defer first.stop()
				time.Sleep(time.Minute)
				second := startCopy(t, account(test.second), s.path, DefaultInterval*3/2)
				defer second.stop()
				look := func(when string, minutes int, marked bool) {
					t.Helper()
					for range minutes {
						time.Sleep(DefaultInterval)
						synctest.Wait()
						equal(t, "the second, "+when, second.shown.Load().LiveOutdated, marked)
						equal(t, "live, "+when, second.shown.Load().Summary.Counts[metrics.Live], live)
					}
					equal(t, "the first, "+when, first.shown.Load().LiveOutdated, marked)
				}
				look("before", 8, false)
				broken.Store(true)
				time.Sleep(5 * DefaultInterval)
				look("meanwhile", 5, test.marked)
				broken.Store(false)
				time.Sleep(3 * DefaultInterval)
				look("after", 3, false)
			})
		})
	}
}

// A day that somebody else is still reading must not be read twice.
func TestAFollowerLeavesAnIncompleteDayToWhoReadsIt(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 500})
	fetcher := storing(t, client)
	p := metrics.Period{From: today, To: today}
	account.SetFaults(exoteltest.Faults{FailStatus: 403, FailFrom: 2})
	if _, err := fetcher.Load(t.Context(), p, 0, nil); err == nil {
		t.Fatal("the day was read whole")
	}
	account.SetFaults(exoteltest.Faults{})
	follower := NewFetcher(client, fetcher.store, Options{})
	follower.SetFollowAge(90 * time.Second)
	account.ResetStats()
	view, err := follower.Load(t.Context(), p, 0, nil)
	if err != nil || view.Complete() {
		t.Errorf("complete %v, %v", view.Complete(), err)
	}
	equal(t, "requests while another reads the day", account.Stats().Requests, 0)
	clock.now = clock.now.Add(2 * time.Minute)
	view, err = follower.Load(t.Context(), p, 0, nil)
	if err != nil || !view.Complete() {
		t.Errorf("once nobody reads it any more: complete %v, %v", view.Complete(), err)
	}
}
