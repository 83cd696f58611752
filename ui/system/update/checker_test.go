package update

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// rig is a Checker that runs in fake time.
type rig struct {
	*Checker
	answer transport
	jump   atomic.Int64 // by which the clock on the wall is off
	end    context.CancelFunc
	ended  chan struct{}

	mu sync.Mutex
	so seen
}

// seen is what came of a Checker so far.
type seen struct {
	asked []string // the feeds' hosts
	at    []time.Duration
	told  []*Release
	errs  []error
}

// start runs a Checker in a bubble. It ends with the test.
func start(t *testing.T) *rig {
	r := &rig{ended: make(chan struct{}), answer: func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(feed)), Request: r}, nil
	}}
	began := time.Now()
	client := &http.Client{Transport: transport(func(request *http.Request) (*http.Response, error) {
		r.mu.Lock()
		r.so.asked = append(r.so.asked, request.URL.Host)
		r.so.at = append(r.so.at, time.Since(began))
		r.mu.Unlock()
		return r.answer(request)
	})}
	r.Checker = NewChecker(current, client, func(release *Release, err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.so.told = append(r.so.told, release)
		r.so.errs = append(r.so.errs, err)
	})
	r.wall = func() time.Time { return time.Now().Add(time.Duration(r.jump.Load())) }
	ctx, cancel := context.WithCancel(t.Context())
	r.end = cancel
	go func() {
		defer close(r.ended)
		r.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-r.ended
	})
	return r
}

var allowed = Choice{Allowed: true, Feed: "https://one.example/"}

// pass lets time pass, and what happens in it.
func (r *rig) pass(d time.Duration) seen {
	time.Sleep(d) // in the bubble's fake time
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return seen{slices.Clone(r.so.asked), slices.Clone(r.so.at), slices.Clone(r.so.told), slices.Clone(r.so.errs)}
}

func TestNothingIsAskedUntilItIsAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.Set(Choice{Feed: "https://one.example/"})
		got := r.pass(100 * 24 * time.Hour)
		if len(got.asked) != 0 {
			t.Fatalf("asked %v", got.asked)
		}
		r.Set(allowed)
		got = r.pass(0)
		if len(got.asked) != 1 || len(got.told) != 1 || got.told[0] == nil || got.told[0].Version != "1.2.0" {
			t.Errorf("asked %v, told %v", got.asked, got.told)
		}
	})
}

func TestItIsAskedEveryDayAtNoCertainTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.Set(allowed)
		got := r.pass(40 * 24 * time.Hour)
		if len(got.at) < 30 || got.at[0] != 0 {
			t.Fatalf("asked %d times, first after %v", len(got.at), got.at)
		}
		lengths := map[time.Duration]bool{}
		for i := range len(got.at) - 1 {
			wait := got.at[i+1] - got.at[i]
			lengths[wait] = true
			if wait < 24*time.Hour || wait > 26*time.Hour+look {
				t.Errorf("a wait of %v", wait)
			}
		}
		if len(lengths) < 2 {
			t.Errorf("all waits are %v", lengths)
		}
		if len(got.told) != len(got.asked) {
			t.Errorf("asked %d times, told %d", len(got.asked), len(got.told))
		}
	})
}

func TestAfterAFailureItIsAskedAgainInAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.answer = func(*http.Request) (*http.Response, error) { return nil, errors.New("no network yet") }
		r.Set(allowed)
		got := r.pass(50 * time.Minute)
		if len(got.asked) != 1 || got.told[0] != nil || got.errs[0] == nil {
			t.Fatalf("asked %v, told %v, %v", got.asked, got.told, got.errs)
		}
		got = r.pass(time.Hour)
		if len(got.asked) != 2 {
			t.Errorf("asked %d times", len(got.asked))
		}
	})
}

func TestWhenItIsNoLongerAllowedNothingIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.Set(allowed)
		r.pass(0)
		r.Set(Choice{})
		got := r.pass(100 * 24 * time.Hour)
		if len(got.asked) != 1 {
			t.Errorf("asked %d times", len(got.asked))
		}
	})
}

func TestACheckUnderWayEndsUntoldWhenItIsNoLongerAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.answer = func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		r.Set(allowed)
		got := r.pass(0)
		if len(got.asked) != 1 {
			t.Fatal("no check is under way, so nothing is shown here")
		}
		r.Set(Choice{})
		got = r.pass(time.Minute)
		if len(got.told) != 0 {
			t.Errorf("told %v, %v", got.told, got.errs)
		}
	})
}

func TestAnotherFeedIsAskedAtOnceAndTheSameIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		for _, feed := range []string{"https://one.example/", "https://one.example/", "https://two.example/"} {
			r.Set(Choice{Allowed: true, Feed: feed})
			r.pass(0)
		}
		if got := strings.Join(r.pass(0).asked, " "); got != "one.example two.example" {
			t.Errorf("asked %s", got)
		}
	})
}

func TestADaysSleepIsADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.Set(allowed)
		r.pass(time.Hour)
		r.jump.Store(int64(26 * time.Hour)) // the timer stood still meanwhile
		got := r.pass(look)
		if len(got.asked) != 2 {
			t.Errorf("asked %d times", len(got.asked))
		}
	})
}

func TestAClockThatIsSetBackKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		r.Set(allowed)
		r.pass(time.Hour)
		r.jump.Store(int64(-10 * 365 * 24 * time.Hour))
		got := r.pass(26 * time.Hour)
		if len(got.asked) != 2 {
			t.Errorf("asked %d times", len(got.asked))
		}
	})
}

func TestRunEndsWithItsContext(t *testing.T) {
	for name, choice := range map[string]Choice{"waiting for leave": {}, "waiting for tomorrow": allowed} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t)
				r.Set(choice)
				r.pass(0)
				r.end()
				r.pass(0)
				select {
				case <-r.ended:
				default:
					t.Error("it still runs")
				}
			})
		})
	}
}
