package exotel_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"strings"
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
			for _, err := range client.Calls(lastDays(90)).All(t.Context()) {
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
		for range client.Calls(lastDays(90)).All(t.Context()) {
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

// Pages that had arrived but that the loop never saw are missing, too.
func TestPagesThatNobodyTookAreMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(1247)
		client := newClient(t, account, nil)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		fetch, n := client.Calls(lastDays(30)), 0
		for _, err := range fetch.All(ctx) {
			if err != nil {
				if failure := incomplete(t, err); failure.Received != n {
					t.Errorf("the loop saw %d calls, the tally %d", n, failure.Received)
				}
				continue
			}
			if n++; n == 500 {
				synctest.Wait() // all pieces hold a page now
				cancel()
			}
		}
	})
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
	account := newAccount(600)
	client := newClient(t, account, nil)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			query := lastDays(10 + 7*i)
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

// endlessDay serves n calls over the last thirty days and keeps none of them.
func endlessDay(n int) http.Handler {
	begin := midnight(noon).AddDate(0, 0, -30)
	step := 30 * 24 * time.Hour / time.Duration(n)
	created := func(i int) time.Time { return begin.Add(time.Duration(i) * step).Truncate(time.Second) }
	position := func(text string) int { // of the first call at or after a bound
		at, err := time.ParseInLocation(time.DateTime, text[len("gte:"):], exotel.India)
		if err != nil {
			panic(err)
		}
		i := max(0, min(n, int(at.Sub(begin)/step)-1))
		for i < n && created(i).Before(at) {
			i++
		}
		return i
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		from, to, _ := strings.Cut(query.Get("DateCreated"), ";")
		first, last := position(from), position(to)
		for last < n && created(last).Format(time.DateTime) == to[len("lte:"):] {
			last++
		}
		total := last - first
		if after, err := strconv.Atoi(query.Get("After")); err == nil {
			first = after
		}
		end := min(first+100, last)
		next := ""
		if end < last {
			query.Set("After", strconv.Itoa(end))
			next = r.URL.Path + "?" + query.Encode()
		}
		fmt.Fprintf(w, `{"Metadata":{"Total":%d,"NextPageUri":%q},"Calls":[`, total, next)
		for i := first; i < end; i++ {
			comma := ","
			if i == first {
				comma = ""
			}
			fmt.Fprintf(w, `%s{"Sid":"%032d","DateCreated":%q,"Details":{"ConversationDuration":9,"Legs":[{"Leg":{"Id":1,"OnCallDuration":9}}]}}`,
				comma, i, created(i).Format(time.DateTime))
		}
		fmt.Fprint(w, "]}")
	})
}

func TestMemoryDoesNotGrowWithTheRange(t *testing.T) {
	peak := func(n int) (peak uint64) {
		client := newClient(t, endlessDay(n), nil)
		read := 0
		for _, err := range client.Calls(lastDays(30)).All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if read++; read%(n/8) == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}
		if read != n {
			t.Fatalf("read %d of %d calls", read, n)
		}
		return peak
	}
	small, large := peak(10_000), peak(200_000)
	t.Logf("live heap %d KB with 10,000 calls, %d KB with 200,000", small>>10, large>>10)
	if large > small+4<<20 {
		t.Errorf("live heap grew from %d KB to %d KB", small>>10, large>>10)
	}
}
