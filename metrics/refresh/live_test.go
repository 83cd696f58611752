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
	"exotel-monitor/metrics/calls"
)

// sidRefuser refuses requests that name calls by their Sids, while it is true.
type sidRefuser struct{ atomic.Bool }

func (s *sidRefuser) before(account http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Load() && r.URL.Query().Has("Sid") {
			http.Error(w, "refused", http.StatusForbidden)
			return
		}
		account.ServeHTTP(w, r)
	})
}

// shift is a worker over an account in a bubble of fake time.
type shift struct {
	*exoteltest.Account
	client *exotel.Client
	path   string // of the store
	refuse *sidRefuser

	mu   sync.Mutex
	seen []Snapshot
}

// onShift runs f in a bubble at the time of an account, with no worker yet.
func onShift(t *testing.T, begins time.Time, o exoteltest.Options, f func(t *testing.T, s *shift)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(begins))
		s := &shift{Account: exoteltest.New(o), path: filepath.Join(t.TempDir(), "calls.db"), refuse: &sidRefuser{}}
		s.client = s.clientOf(t, -1, s.refuse.before(s.Account))
		f(t, s)
	})
}

// clientOf returns a client of an account at the bubble's time.
func (s *shift) clientOf(t *testing.T, perMinute int, account http.Handler) *exotel.Client {
	t.Helper()
	client, err := exotel.New(exotel.Options{
		BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token",
		Zone: exotel.India, RatePerMinute: perMinute, Transport: wire{account},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// work runs a worker of today for a time, with a fetcher and a store of its own, and
// calls look, if not nil, once a minute before a refresh.
func (s *shift) work(t *testing.T, minutes int, look func(f *Fetcher, minute int, shown Snapshot)) {
	t.Helper()
	store, end := openStore(t, s.path, exotel.India)
	defer end()
	f := NewFetcher(s.client, store, Options{})
	w := NewWorker(f, func(shown Snapshot) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen = append(s.seen, shown)
	}, WorkerOptions{Interval: time.Minute})
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() { w.Run(ctx) })
	defer work.Wait()
	defer cancel()
	for minute := range minutes {
		time.Sleep(time.Minute - time.Second)
		synctest.Wait()
		s.mu.Lock()
		shown := s.seen[len(s.seen)-1]
		s.mu.Unlock()
		if look != nil {
			look(f, minute, shown)
		}
		time.Sleep(time.Second)
	}
}

// marked counts the snapshots with live calls of which some may be over.
func (s *shift) marked() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, shown := range s.seen {
		if shown.LiveOutdated {
			n++
		}
	}
	return n
}

// over counts the live calls of a store that were over at a time.
func (s *shift) over(t *testing.T, f *Fetcher, at time.Time) (n int) {
	t.Helper()
	ended := map[string]time.Time{}
	for _, call := range s.Calls(today.In(exotel.India), today.Add(1).In(exotel.India)) {
		ended[call.Sid] = call.Ended
		if call.Status != exotel.StatusInProgress && call.Status != exotel.StatusRinging && call.Ended.IsZero() {
			ended[call.Sid] = call.Updated
		}
	}
	for call, err := range f.store.Calls(t.Context(), calls.Query{Period: oneDay(today), Now: f.Now(), Statuses: []metrics.Status{metrics.Live}}) {
		if err != nil {
			t.Fatal(err)
		}
		if end := ended[call.Sid]; !end.IsZero() && end.Before(at) {
			n++
		}
	}
	return n
}

// TestLiveCallsThatAreAskedForAreNotMarked: at any size of account that the requests
// are enough for.
func TestLiveCallsThatAreAskedForAreNotMarked(t *testing.T) {
	for perDay, minutes := range map[int]int{40: 60, 300: 30, 5_000: 20, 50_000: 6} {
		t.Run(fmt.Sprint(perDay), func(t *testing.T) {
			onShift(t, busyMorning, exoteltest.Options{CallsPerDay: perDay}, func(t *testing.T, s *shift) {
				s.work(t, minutes, nil)
				if n := s.marked(); n > 0 {
					t.Errorf("%d snapshots of %d are marked", n, len(s.seen))
				}
			})
		})
	}
}

// TestLiveCallsThatCannotBeAskedForAreMarked: for as long as they cannot, and never is a
// call without the mark that has been over for longer than that.
func TestLiveCallsThatCannotBeAskedForAreMarked(t *testing.T) {
	onShift(t, busyMorning, exoteltest.Options{CallsPerDay: 50_000}, func(t *testing.T, s *shift) {
		const refused, accepted = 4, 14
		s.work(t, 18, func(f *Fetcher, minute int, shown Snapshot) {
			want := minute > refused+2 && minute <= accepted
			equal(t, fmt.Sprintf("minute %d: marked", minute), shown.LiveOutdated, want)
			if n := s.over(t, f, f.Now().Add(-maxLiveAge(time.Minute))); !shown.LiveOutdated && n > 0 {
				t.Errorf("minute %d: %d calls of %d were over and are live", minute, n, shown.Summary.Counts[metrics.Live])
			}
			s.refuse.Store(minute >= refused && minute < accepted)
		})
	})
}

// TestMoreLiveCallsThanCanBeAskedForAreMarked: in time.
func TestMoreLiveCallsThanCanBeAskedForAreMarked(t *testing.T) {
	for live, marked := range map[int]bool{1_000: false, 2_500: true} {
		t.Run(fmt.Sprint(live), func(t *testing.T) {
			onShift(t, noon, exoteltest.Options{}, func(t *testing.T, s *shift) {
				for i := range live {
					created := noon.Add(time.Duration(i-live) * time.Second)
					s.Add(exotel.Call{Sid: fmt.Sprintf("%032d", i), Created: created, Started: created, Ended: created.Add(3 * time.Hour), Status: "completed", Direction: in, Duration: 3 * 3600})
				}
				s.work(t, 8, nil)
				equal(t, "live calls", s.seen[len(s.seen)-1].Summary.Counts[metrics.Live], live)
				equal(t, "marked", s.marked() > 0, marked)
			})
		})
	}
}

// TestAfterARestartLiveCallsAreMarkedUntilTheyAreAskedFor: if nobody knows any more what
// became of them meanwhile.
func TestAfterARestartLiveCallsAreMarkedUntilTheyAreAskedFor(t *testing.T) {
	for pause, marked := range map[time.Duration]bool{time.Minute: false, 10 * time.Minute: true} {
		t.Run(pause.String(), func(t *testing.T) {
			onShift(t, noon, exoteltest.Options{}, func(t *testing.T, s *shift) {
				s.Add(exotel.Call{Sid: "call", Created: noon, Started: noon, Ended: noon.Add(5*time.Minute + pause), Status: "completed", Direction: in, Duration: 420})
				time.Sleep(time.Second)
				s.work(t, 5, nil)
				equal(t, "marked before", s.marked(), 0)
				time.Sleep(pause)
				s.SetFaults(exoteltest.Faults{Delay: time.Second})
				s.seen = nil
				s.work(t, 1, nil)
				first, last := s.seen[1], s.seen[len(s.seen)-1] // the first of all has no figures
				equal(t, "live at first", first.Summary.Counts[metrics.Live], 1)
				equal(t, "marked at first", first.LiveOutdated, marked)
				equal(t, "live then", last.Summary.Counts[metrics.Live], 0)
				equal(t, "marked then", last.LiveOutdated, false)
			})
		})
	}
}

// TestAPausedWindowMarksLiveCallsInTime: though nothing else changes.
func TestAPausedWindowMarksLiveCallsInTime(t *testing.T) {
	onShift(t, noon, exoteltest.Options{}, func(t *testing.T, s *shift) {
		s.Add(exotel.Call{Sid: "call", Created: noon, Started: noon, Ended: noon.Add(time.Hour), Status: "completed", Direction: in, Duration: 3600})
		time.Sleep(time.Second)
		s.work(t, 1, nil)
		store, end := openStore(t, s.path, exotel.India)
		defer end()
		f := NewFetcher(s.client, store, Options{})
		var shown atomic.Pointer[Snapshot]
		w := NewWorker(f, func(s Snapshot) { shown.Store(&s) }, WorkerOptions{Interval: time.Minute})
		ctx, cancel := context.WithCancel(t.Context())
		var work sync.WaitGroup
		work.Go(func() { w.Run(ctx) })
		defer work.Wait()
		defer cancel()
		time.Sleep(time.Second)
		w.TogglePause()
		time.Sleep(maxLiveAge(time.Minute) - 10*time.Second)
		equal(t, "marked", shown.Load().LiveOutdated, false)
		time.Sleep(20 * time.Second)
		equal(t, "marked later", shown.Load().LiveOutdated, true)
	})
}

// TestACallThatExotelDoesNotGiveWasNotHeardOf: to ask for it is not enough.
func TestACallThatExotelDoesNotGiveWasNotHeardOf(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{})
	f := storing(t, client)
	for i := range 200 { // more than are on the newest page
		created := noon.Add(time.Duration(i) * time.Second)
		account.Add(exotel.Call{Sid: fmt.Sprint("call", i), Created: created, Started: created, Ended: created.Add(time.Hour), Status: "completed", Direction: in, Duration: 3600})
	}
	clock.now = noon.Add(4 * time.Minute)
	equal(t, "marked", mustLoad(t, f, oneDay(today), 0).LiveOutdated(time.Minute), false)
	account.SetFaults(exoteltest.Faults{HideLive: true, Total: exoteltest.TotalAbsent})
	for range 5 {
		clock.now = clock.now.Add(time.Minute)
		mustLoad(t, f, oneDay(today), 0)
	}
	view := f.LoadStored(t.Context(), oneDay(today))
	equal(t, "live", summary(t, view, all).Counts[metrics.Live], 200)
	equal(t, "marked when they are hidden", view.LiveOutdated(time.Minute), true)
	account.SetFaults(exoteltest.Faults{})
	clock.now = clock.now.Add(time.Minute)
	equal(t, "marked when they are there", mustLoad(t, f, oneDay(today), 0).LiveOutdated(time.Minute), false)
}

// TestALiveCallIsMarkedByWhenItWasHeardOf: a clock that was wrong then says nothing.
func TestALiveCallIsMarkedByWhenItWasHeardOf(t *testing.T) {
	_, client, clock := newAccount(t, exoteltest.Options{})
	f := storing(t, client)
	for _, test := range []struct {
		what       string
		heard, age int // minutes since its creation
		marked     bool
	}{
		{"a moment ago", 5, 6, false},
		{"too long ago", 2, 6, true},
		{"by a clock that was ahead", 60, 6, true},
		{"by a clock that was behind", -60, 3, false},
	} {
		batch := calls.Batch{
			Date: today, Calls: []exotel.Call{stuckCall(exotel.StatusInProgress, noon)}, AsOf: at(today, 12, test.heard),
		}
		if err := f.store.Put(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		clock.now = at(today, 12, test.age)
		equal(t, "marked, heard of "+test.what, f.LoadStored(t.Context(), oneDay(today)).LiveOutdated(time.Minute), test.marked)
	}
}
