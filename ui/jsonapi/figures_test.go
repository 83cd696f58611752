package jsonapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	zombie "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/metrics/refresh"
)

// morning is when most offices open, a Friday, and midnight when the day began.
var (
	midnight = time.Date(2026, 11, 20, 0, 0, 0, 0, exotel.India)
	morning  = midnight.Add(9*time.Hour + 30*time.Minute)
)

const today, yesterday = "/api/dashboard/range?start=2026-11-20&end=2026-11-20", "/api/dashboard/range?start=2026-11-19&end=2026-11-19"

// office is a busy account and the handler over it, in a bubble of fake time.
type office struct {
	*exoteltest.Account
	fetcher *refresh.Fetcher
	handler http.Handler
}

// inOffice runs f at a time of an account whose running day is refreshed every minute,
// from ten seconds before on. before stands between the account and its client, nil for
// nothing.
func inOffice(t *testing.T, opens time.Time, perDay int, before func(account http.Handler) http.Handler, f func(*testing.T, *office)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(opens.Add(-10 * time.Second)))
		o := &office{Account: exoteltest.New(exoteltest.Options{CallsPerDay: perDay})}
		var answers http.Handler = o.Account
		if before != nil {
			answers = before(o.Account)
		}
		o.fetcher = newFetcher(t, newClient(t, answers, time.Now))
		o.handler = New(Options{Fetcher: o.fetcher, Health: func() monitor.Snapshot { return monitor.Snapshot{} }, Interval: time.Minute})
		worker := refresh.NewWorker(o.fetcher, func(refresh.Snapshot) {}, refresh.WorkerOptions{Interval: time.Minute})
		ctx, cancel := context.WithCancel(t.Context())
		var work sync.WaitGroup
		work.Go(func() { worker.Run(ctx) })
		defer work.Wait()
		defer cancel()
		time.Sleep(time.Until(opens))
		f(t, o)
	})
}

// mustAsk returns what must be an answer, with figures or without.
func (o *office) mustAsk(t *testing.T, path string) map[string]any {
	t.Helper()
	w := ask(o.handler, "GET", path)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d: %s", path, w.Code, w.Body)
	}
	return object(t, w.Body.Bytes())
}

// expect compares an answer with what it must have.
func (o *office) expect(t *testing.T, path, want string) (got map[string]any) {
	t.Helper()
	got = o.mustAsk(t, path)
	includes(t, path, got, object(t, []byte(want)))
	return got
}

// TestAnIncompleteDayIsAnsweredWithTheLastCompleteFigures: for three intervals, and
// then with those of the calls that are there.
func TestAnIncompleteDayIsAnsweredWithTheLastCompleteFigures(t *testing.T) {
	for _, path := range []string{"/api/dashboard", today + "&direction=inbound"} {
		t.Run(path, func(t *testing.T) {
			inOffice(t, morning, 2_000, nil, func(t *testing.T, o *office) {
				const wrong, right = 2, 10 // minutes
				var last map[string]any
				for minute := range 12 {
					got := o.mustAsk(t, path)
					refreshed := stamp(time.Now().Add(-10 * time.Second))
					want := map[string]any{"generatedAt": stamp(time.Now()), "daysMissing": 0.0}
					switch {
					case minute <= wrong || minute > right:
						n := float64(len(o.Calls(midnight, time.Now().Add(-9*time.Second))))
						want["complete"], want["asOf"], want["announced"], want["received"] = true, refreshed, n, n
						last = got
					case minute < wrong+3: // after that the last complete ones are more than three minutes old
						want["complete"], want["asOf"] = true, last["asOf"]
						want["metrics"], want["announced"], want["received"] = last["metrics"], last["announced"], last["received"]
					default:
						want["complete"], want["asOf"] = false, refreshed
						if announced, received := got["announced"].(float64), got["received"].(float64); announced < received+10 || received < last["received"].(float64) {
							t.Errorf("minute %d: %v announced, %v received", minute, announced, received)
						}
						if total, before := callsOf(got), callsOf(last); total <= before {
							t.Errorf("minute %d: %v calls as before", minute, total)
						}
					}
					includes(t, fmt.Sprintf("minute %d", minute), got, want)
					switch minute {
					case wrong:
						o.SetFaults(exoteltest.Faults{Total: exoteltest.TotalAbove})
					case right:
						o.SetFaults(exoteltest.Faults{})
					}
					time.Sleep(time.Minute)
				}
			})
		})
	}
}

func callsOf(answer map[string]any) float64 {
	m, _ := answer["metrics"].(map[string]any)
	n, _ := m["totalCalls"].(float64)
	return n
}

// TestCompleteFiguresAreRememberedForTheirQuestionOnly: for the days and the filter.
func TestCompleteFiguresAreRememberedForTheirQuestionOnly(t *testing.T) {
	inOffice(t, morning, 2_000, nil, func(t *testing.T, o *office) {
		o.expect(t, "/api/dashboard", `{"complete": true}`)
		o.SetFaults(exoteltest.Faults{Total: exoteltest.TotalAbove})
		time.Sleep(time.Minute)
		o.expect(t, "/api/dashboard", `{"complete": true}`)
		o.expect(t, today, `{"complete": true}`)
		o.expect(t, today+"&status=busy", `{"complete": false}`)
		o.expect(t, "/api/dashboard/range?start=2026-11-14&end=2026-11-20", `{"complete": false}`)
	})
}

// TestOfManyQuestionsTheFiguresOfTodayAreRemembered: they are asked for all the time.
func TestOfManyQuestionsTheFiguresOfTodayAreRemembered(t *testing.T) {
	inOffice(t, morning, 300, nil, func(t *testing.T, o *office) {
		for i := range 3 * maxWhole {
			o.mustAsk(t, fmt.Sprintf("%s&text=%d", today, 100+i))
			if i%(maxWhole-2) == 0 {
				o.mustAsk(t, "/api/dashboard")
			}
		}
		o.SetFaults(exoteltest.Faults{Total: exoteltest.TotalAbove})
		time.Sleep(time.Minute)
		o.expect(t, "/api/dashboard", `{"complete": true}`)
		o.expect(t, today+"&text=100", `{"complete": false}`)
	})
}

// TestAPollAMinuteOfABusyAccountIsAlwaysAnswered: while calls are looked for that
// Exotel lists only when they have ended, or never.
func TestAPollAMinuteOfABusyAccountIsAlwaysAnswered(t *testing.T) {
	for _, test := range []struct {
		name   string
		faults exoteltest.Faults
		perDay int
		polls  int
		most   int // incomplete answers
	}{
		{"calls are listed late", exoteltest.Faults{HideLive: true}, 15_000, 38, 10},
		// Some polls come after the reading of the whole day that ends the search.
		{"calls are never listed", exoteltest.Faults{Total: exoteltest.TotalAbove}, 1_000, 70, 70},
	} {
		t.Run(test.name, func(t *testing.T) {
			inOffice(t, morning, test.perDay, nil, func(t *testing.T, o *office) {
				incomplete := 0
				for poll := range test.polls {
					got := o.mustAsk(t, "/api/dashboard")
					asOf, _ := time.Parse(time.RFC3339, fmt.Sprint(got["asOf"]))
					switch age := time.Since(asOf); {
					case got["complete"] == true && age <= 3*time.Minute:
					case got["complete"] == false && age <= time.Minute && got["announced"].(float64) > got["received"].(float64):
						incomplete++
					default:
						t.Errorf("poll %d: complete: %v, %v of %v calls %v ago", poll, got["complete"], got["received"], got["announced"], age)
					}
					if poll == 0 {
						o.SetFaults(test.faults)
					}
					time.Sleep(time.Minute)
				}
				if incomplete > test.most {
					t.Errorf("%d answers of %d are incomplete", incomplete, test.polls)
				}
			})
		})
	}
}

// TestCallsThatExotelDoesNotListAreNoFailureOfItsAnswer: the others are the figures.
func TestCallsThatExotelDoesNotListAreNoFailureOfItsAnswer(t *testing.T) {
	inOffice(t, morning, 2_000, nil, func(t *testing.T, o *office) {
		o.SetFaults(exoteltest.Faults{StopAfterRows: 250})
		all := len(o.Calls(midnight.AddDate(0, 0, -1), midnight))
		want := fmt.Sprintf(`{"complete": false, "announced": %d, "received": 250, "daysMissing": 0, "metrics": {"totalCalls": 250}}`, all)
		o.expect(t, yesterday, want)
		o.expect(t, yesterday+"&text=0", `{"complete": false, "received": 250}`)
	})
}

// TestLiveCallsThatMayBeOverAreMarked: while Exotel refuses to be asked about them.
func TestLiveCallsThatMayBeOverAreMarked(t *testing.T) {
	var refused atomic.Bool
	inOffice(t, morning, 20_000, func(account http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if refused.Load() && r.URL.Query().Has("Sid") {
				http.Error(w, "refused", http.StatusForbidden)
				return
			}
			account.ServeHTTP(w, r)
		})
	}, func(t *testing.T, o *office) {
		for minute := range 20 {
			got := o.expect(t, "/api/dashboard", fmt.Sprintf(`{"complete": true, "liveUpTo": %v}`, minute >= 8 && minute <= 15))
			o.expect(t, today+"&status=busy", `{"liveUpTo": false, "metrics": {"live": 0}}`)
			if live := got["metrics"].(map[string]any)["live"].(float64); live == 0 {
				t.Errorf("minute %d: no call is live", minute)
			}
			refused.Store(minute >= 4 && minute < 15)
			time.Sleep(time.Minute)
		}
	})
}

// TestFarFewerCallsThanAreStoredMakeADayIncomplete: until Exotel says so again, the
// stored ones are the figures.
func TestFarFewerCallsThanAreStoredMakeADayIncomplete(t *testing.T) {
	var empty atomic.Bool
	inOffice(t, midnight.Add(30*time.Minute), 300, func(account http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if empty.Load() && strings.Contains(r.URL.Query().Get("DateCreated"), "2026-11-19 00:00:00") {
				fmt.Fprint(w, `{"Metadata":{"Total":0,"NextPageUri":null},"Calls":{}}`)
				return
			}
			account.ServeHTTP(w, r)
		})
	}, func(t *testing.T, o *office) {
		first := o.expect(t, yesterday, `{"complete": true}`)
		time.Sleep(time.Hour)
		empty.Store(true)
		includes(t, "in doubt", o.expect(t, yesterday, `{"complete": false}`), map[string]any{
			"metrics": first["metrics"], "asOf": first["asOf"], "received": first["received"],
		})
		time.Sleep(6 * time.Minute)
		o.expect(t, yesterday, `{"complete": true, "received": 0, "metrics": {"totalCalls": 0}}`)
	})
}

func TestAFailureOfExotelsIsNotAnsweredWithFigures(t *testing.T) {
	inOffice(t, morning, 300, nil, func(t *testing.T, o *office) {
		o.expect(t, "/api/dashboard", `{"complete": true}`)
		for _, faults := range []exoteltest.Faults{{FailStatus: 500}, {FailStatus: 401}} {
			o.SetFaults(faults)
			time.Sleep(2 * time.Minute)
			if status, sentence := refusal(t, ask(o.handler, "GET", "/api/dashboard")); status != http.StatusBadGateway {
				t.Errorf("%d: %s", status, sentence)
			}
		}
	})
}

// stored returns the handler over a store that has calls of one day long ago, which
// Exotel no longer has.
func stored(t *testing.T, day metrics.Date, n int, damage string) http.Handler {
	t.Helper()
	_, client := newAccount(t, exoteltest.Options{})
	path := filepath.Join(t.TempDir(), "calls.db")
	open := func() *sqlite.Store {
		store, err := sqlite.Open(t.Context(), path, client.Zone(), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	store := open()
	var list []exotel.Call
	for i := range n {
		created := day.In(exotel.India).Add(time.Duration(i) * time.Minute)
		list = append(list, exotel.Call{Sid: fmt.Sprint("call", i), Created: created, Started: created, Ended: created.Add(30 * time.Second), Status: "busy", Direction: "inbound"})
	}
	err := store.Put(t.Context(), calls.Batch{Date: day, Calls: list, Replace: true, UpdateDay: func(*calls.Day, int, int) *calls.Day {
		return &calls.Day{Announced: n, Received: n, ReadAt: day.Add(2).In(exotel.India), Complete: true}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	conn, err := zombie.OpenConn(path, zombie.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteScript(conn, damage, nil); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	store = open()
	t.Cleanup(func() { _ = store.Close() })
	fetcher := refresh.NewFetcher(client, store, refresh.Options{})
	return New(Options{Fetcher: fetcher, Health: func() monitor.Snapshot { return monitor.Snapshot{} }, Interval: time.Minute})
}

// TestDaysThatExotelNoLongerHasAreAsTheyAreStored: whole, damaged or not at all.
func TestDaysThatExotelNoLongerHasAreAsTheyAreStored(t *testing.T) {
	day := metrics.Date{Year: 2024, Month: 3, Day: 5}
	const whole, lost = "SELECT 1;", "DELETE FROM figures; DELETE FROM call WHERE id = 3;"
	for _, test := range []struct{ name, damage, start, end, want string }{
		{"whole", whole, "2024-03-05", "2024-03-05",
			`{"complete": true, "announced": 10, "received": 10, "daysMissing": 0, "metrics": {"totalCalls": 10}, "asOf": "2024-03-06T18:30:00.000Z"}`},
		{"damaged", lost, "2024-03-05", "2024-03-05",
			`{"complete": false, "announced": 11, "received": 10, "daysMissing": 0, "metrics": {"totalCalls": 9}}`},
		{"some not stored", whole, "2024-03-05", "2024-03-08",
			`{"complete": false, "announced": 10, "received": 10, "daysMissing": 3, "metrics": {"totalCalls": 10}}`},
		{"none stored", whole, "2024-03-06", "2024-03-08",
			`{"complete": false, "announced": 0, "received": 0, "daysMissing": 3, "metrics": null, "asOf": null}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := ask(stored(t, day, 10, test.damage), "GET", "/api/dashboard/range?start="+test.start+"&end="+test.end)
			if w.Code != http.StatusOK {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
			includes(t, "answer", object(t, w.Body.Bytes()), object(t, []byte(test.want)))
		})
	}
}
