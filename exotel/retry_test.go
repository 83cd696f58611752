package exotel_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

var discard = log.New(io.Discard, "", 0)

// failures are the ways for an answer to go wrong that may pass.
var failures = map[string]exoteltest.Faults{
	"500":                         {FailStatus: 500},
	"503":                         {FailStatus: 503},
	"a gateway's web page":        {Fail: exoteltest.HTMLGateway},
	"a web page with 200":         {Fail: exoteltest.HTMLPage},
	"a body cut in the JSON":      {Fail: exoteltest.TruncatedBody},
	"a body cut by the network":   {Fail: exoteltest.CutBody},
	"an empty body":               {Fail: exoteltest.EmptyBody},
	"a reset connection":          {Fail: exoteltest.Reset},
	"429 without Retry-After":     {FailStatus: 429},
	"an answer that takes minute": {Delay: time.Minute},
}

func TestFailuresThatPassAreRetried(t *testing.T) {
	for name, faults := range failures {
		if faults.Delay > 0 {
			continue // a delay has no end
		}
		faults.FailFrom, faults.FailCount = 3, 3
		passed := bubble(t, func(t *testing.T) {
			account := newAccount(1247)
			account.SetFaults(faults)
			r := read(newClient(t, account, nil), lastDays(1))
			mustSucceed(t, r)
			mustMatch(t, r.calls, account.Calls(lastDays(1).From, lastDays(1).To))
		})
		if passed < time.Second || passed > time.Minute {
			t.Errorf("%s: read in %v", name, passed)
		}
	}
}

// A failure that stays is reported, with how much of the range is missing; it is
// never a quiet day.
func TestFailuresThatStayMakeTheRangeIncomplete(t *testing.T) {
	kinds := map[string]exotel.Kind{
		"500": exotel.KindServer, "503": exotel.KindServer, "a gateway's web page": exotel.KindServer,
		"a web page with 200": exotel.KindBody, "a body cut in the JSON": exotel.KindBody, "an empty body": exotel.KindBody,
		"a body cut by the network": exotel.KindNetwork, "a reset connection": exotel.KindNetwork,
		"429 without Retry-After": exotel.KindRateLimited,
	}
	for name, faults := range failures {
		if faults.Delay > 0 {
			continue // TestAnAnswerThatNeverComes
		}
		t.Run(name, func(t *testing.T) {
			faults.FailFrom = 3
			passed := bubble(t, func(t *testing.T) {
				account := newAccount(1247)
				account.SetFaults(faults)
				r := read(newClient(t, account, nil), lastDays(1))
				failure := incomplete(t, r.err)
				total := len(account.Calls(lastDays(1).From, lastDays(1).To))
				if failure.Announced != total || failure.Missing() != total-200 || len(r.calls) != 200 {
					t.Errorf("read %d of %d, %d missing", len(r.calls), total, failure.Missing())
				}
				if kind := failureOf(t, r.err).Kind; kind != kinds[name] {
					t.Errorf("kind %q, want %q: %v", kind, kinds[name], r.err)
				}
				if n := account.Stats().Requests; n != 2+5 {
					t.Errorf("%d requests, want 2 that succeed and 5 tries", n)
				}
			})
			if passed > 3*time.Minute {
				t.Errorf("gave up after %v", passed)
			}
		})
	}
}

func TestAFirstPageThatNeverComesIsAPlainError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(1247)
		account.SetFaults(exoteltest.Faults{Fail: exoteltest.HTMLPage})
		r := read(newClient(t, account, nil), lastDays(1))
		if failure := failureOf(t, r.err); r.err != error(failure) || !strings.Contains(failure.Error(), "web page") {
			t.Errorf("got %T: %v", r.err, r.err)
		}
	})
}

func TestAnAnswerThatNeverComes(t *testing.T) {
	passed := bubble(t, func(t *testing.T) {
		account := newAccount(100)
		account.SetFaults(exoteltest.Faults{Delay: time.Hour})
		_, err := newClient(t, account, nil).Probe(t.Context())
		if failure := failureOf(t, err); failure.Kind != exotel.KindNetwork || !strings.Contains(err.Error(), "no whole answer within 30s") {
			t.Errorf("got %v", err)
		}
	})
	if passed < 5*30*time.Second || passed > 3*time.Minute {
		t.Errorf("gave up after %v", passed)
	}
}

// The pauses between tries grow, differ from client to client, and are bounded.
func TestTriesBackOff(t *testing.T) {
	var pauses [][]time.Duration
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			var at []time.Time
			failing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				at = append(at, time.Now())
				w.WriteHeader(http.StatusBadGateway)
			})
			newClient(t, failing, nil).Probe(t.Context())
			var between []time.Duration
			for i := range len(at) - 1 {
				pause, base := at[i+1].Sub(at[i]), 500*time.Millisecond<<i
				between = append(between, pause)
				if pause < base/2 || pause > base*3/2 {
					t.Errorf("pause %d lasts %v, want %v give or take a half", i+1, pause, base)
				}
			}
			pauses = append(pauses, between)
		})
	}
	if len(pauses[0]) != 4 || pauses[0][0] == pauses[1][0] && pauses[0][1] == pauses[1][1] {
		t.Errorf("pauses %v: want four, with jitter", pauses)
	}
}

// The header's wait holds for every request of the account, whichever refusal it
// comes with.
func TestRetryAfterHoldsAllRequests(t *testing.T) {
	forms := map[string]func(now time.Time) string{
		"seconds": func(time.Time) string { return "42" },
		"a date":  func(now time.Time) string { return now.Add(42 * time.Second).UTC().Format(http.TimeFormat) },
	}
	for _, status := range []int{429, 500, 502, 503, 504} {
		for form, header := range forms {
			name := fmt.Sprintf("%d with %s", status, form)
			synctest.Test(t, func(t *testing.T) {
				began, wrongClock := time.Now(), 6*time.Hour
				var mu sync.Mutex
				var at []time.Duration
				server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					mu.Lock()
					defer mu.Unlock()
					at = append(at, time.Since(began))
					w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
					if len(at) == 1 {
						w.Header().Set("Retry-After", header(time.Now()))
						w.WriteHeader(status)
						return
					}
					w.Write([]byte(`{"Account":{"Sid":"acme1"}}`))
				})
				client := newClient(t, server, func(o *exotel.Options) {
					o.Now = func() time.Time { return time.Now().Add(-wrongClock) }
				})
				var all sync.WaitGroup
				all.Go(func() { client.Probe(t.Context()) })
				synctest.Wait()
				if until := client.PausedUntil().Sub(began); until != 42*time.Second {
					t.Errorf("%s: paused until %v from the start, want 42s", name, until)
				}
				for range 5 {
					all.Go(func() { client.Probe(t.Context()) })
				}
				all.Wait()
				if len(at) != 7 || at[1] != 42*time.Second || at[6] != 42*time.Second {
					t.Errorf("%s: requests at %v, want one, and the rest after 42s", name, at)
				}
			})
		}
	}
}

// However Retry-After is written, the pause is an hour at most, and none where the
// header is no time to come.
func TestRetryAfterIsBounded(t *testing.T) {
	const date = "Thu, 19 Nov 2026 06:30:00 GMT" // the fake account's clock, at noon in India
	for header, want := range map[string]time.Duration{
		"90":                                 90 * time.Second,
		"3600":                               time.Hour,
		"86400":                              time.Hour,
		"99999999999999999999999":            time.Hour,
		"0":                                  0,
		"-5":                                 0,
		"":                                   0,
		"soon":                               0,
		"Thu, 19 Nov 2026 06:31:30 GMT":      90 * time.Second,
		"Thursday, 19-Nov-26 06:31:30 GMT":   90 * time.Second,
		"Thu Nov 19 06:31:30 2026":           90 * time.Second,
		"Thu, 19 Nov 2026 06:30:00 GMT":      0,
		"Thu, 19 Nov 2020 06:30:00 GMT":      0,
		"Fri, 31 Dec 9999 23:59:59 GMT":      time.Hour,
		"Thu, 19 Nov 2026 06:31:30 GMT junk": 0,
	} {
		for _, status := range []int{429, 503} {
			synctest.Test(t, func(t *testing.T) {
				account := newAccount(100)
				account.SetFaults(exoteltest.Faults{FailStatus: status, FailRetryAfter: header})
				client := newClient(t, account, nil)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				began := time.Now()
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					client.Probe(ctx)
				}()
				synctest.Wait()
				want := want
				if want == 0 && status == 429 {
					want = 5 * time.Second // as for a 429 that does not say how long
				}
				if got := max(client.PausedUntil().Sub(began), 0); got != want {
					t.Errorf("%d with %q: paused for %v, want %v", status, header, got, want)
				}
				cancel()
				<-ended
			})
		}
	}
	if at, _ := http.ParseTime(date); !at.Equal(noon) {
		t.Errorf("the account's clock is %v", noon)
	}
}

// Maintenance that is announced is waited for, and reported at once where it is
// longer than a request can wait.
func TestMaintenanceWithRetryAfter(t *testing.T) {
	passed := bubble(t, func(t *testing.T) {
		account := newAccount(1247)
		account.SetFaults(exoteltest.Faults{FailStatus: 503, FailRetryAfter: "100", FailFrom: 3, FailCount: 1})
		r := read(newClient(t, account, nil), lastDays(1))
		mustSucceed(t, r)
		mustMatch(t, r.calls, account.Calls(lastDays(1).From, lastDays(1).To))
	})
	if passed < 100*time.Second || passed > 2*time.Minute {
		t.Errorf("a pause of 100s: read in %v", passed)
	}
	passed = bubble(t, func(t *testing.T) {
		account := newAccount(1247)
		account.SetFaults(exoteltest.Faults{FailStatus: 503, FailRetryAfter: "1800"})
		client := newClient(t, account, nil)
		_, err := client.Probe(t.Context())
		if failureOf(t, err).Kind != exotel.KindRateLimited || account.Stats().Requests != 1 {
			t.Errorf("%d requests, then %v", account.Stats().Requests, err)
		}
		if _, err := client.ExoPhones(t.Context()); failureOf(t, err).Kind != exotel.KindRateLimited || account.Stats().Requests != 1 {
			t.Errorf("%d requests, then %v", account.Stats().Requests, err)
		}
	})
	if passed > 5*time.Second {
		t.Errorf("a pause of half an hour: gave up after %v", passed)
	}
	passed = bubble(t, func(t *testing.T) {
		account := newAccount(1247)
		account.SetFaults(exoteltest.Faults{FailStatus: 503, FailRetryAfter: "30"})
		r := read(newClient(t, account, nil), lastDays(10))
		if kind := failureOf(t, r.err).Kind; kind != exotel.KindServer {
			t.Errorf("kind %q: %v", kind, r.err)
		}
		if n := account.Stats().Requests; n != 5 {
			t.Errorf("%d requests", n)
		}
	})
	if passed < 2*time.Minute || passed > 3*time.Minute {
		t.Errorf("pauses without an end: gave up after %v", passed)
	}
}

// With eight requests waiting, a limit that still holds refuses one a pause.
func TestA429StormCostsOneRequestAPause(t *testing.T) {
	for name, header := range map[string]string{"with Retry-After": "30", "without": ""} {
		var refused int
		passed := bubble(t, func(t *testing.T) {
			account := newAccount(3000)
			storm := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if account.Stats().Requests < 5 {
					account.ServeHTTP(w, r)
					return
				}
				refused++
				w.Header().Set("Retry-After", header)
				w.WriteHeader(http.StatusTooManyRequests)
			})
			var mu sync.Mutex
			one := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { mu.Lock(); defer mu.Unlock(); storm(w, r) })
			r := read(newClient(t, one, nil), lastDays(30))
			if failure := failureOf(t, incomplete(t, r.err)); failure.Kind != exotel.KindRateLimited {
				t.Errorf("%s: got %v", name, r.err)
			}
		})
		if most := 8 + 4; refused > most {
			t.Errorf("%s: %d requests were refused, want at most %d", name, refused, most)
		}
		if passed < time.Minute || passed > 4*time.Minute {
			t.Errorf("%s: gave up after %v", name, passed)
		}
	}
}

// An account that another system exhausts now and then is read whole.
func TestA429StormThatEnds(t *testing.T) {
	for _, header := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			account := newAccount(1247)
			account.SetFaults(exoteltest.Faults{RatePerMinute: 60, RetryAfter: header})
			r := read(newClient(t, account, nil), lastDays(10))
			mustSucceed(t, r)
			mustMatch(t, r.calls, account.Calls(lastDays(10).From, lastDays(10).To))
		})
	}
}
