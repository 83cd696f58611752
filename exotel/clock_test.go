package exotel_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// dated answers as next does, with the Date that at gives to the n-th answer.
func dated(next http.Handler, at func(n int64) time.Time) http.Handler {
	var n atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(lateDate{w, at(n.Add(1)).UTC().Format(http.TimeFormat)}, r)
	})
}

type lateDate struct {
	http.ResponseWriter
	date string
}

func (l lateDate) WriteHeader(status int) {
	l.Header().Set("Date", l.date)
	l.ResponseWriter.WriteHeader(status)
}

func (l lateDate) Write(data []byte) (int, error) {
	l.Header().Set("Date", l.date)
	return l.ResponseWriter.Write(data)
}

func TestOneWrongDateMovesNoClock(t *testing.T) {
	for name, wrong := range map[string]time.Time{
		"six hours ahead": noon.Add(6 * time.Hour), "two days ahead": noon.AddDate(0, 0, 2),
		"100 seconds ahead": noon.Add(100 * time.Second), "100 seconds behind": noon.Add(-100 * time.Second),
		"long ago": time.Date(1994, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		for odd := range int64(4) {
			account := newAccount(1247)
			client := newClient(t, dated(account, func(n int64) time.Time {
				if n == odd+1 {
					return wrong
				}
				return noon
			}), nil)
			r := read(client, today())
			mustSucceed(t, r)
			mustMatch(t, r.calls, account.Calls(today().From, today().To))
			if skew := client.ClockSkew(); skew != 0 || !client.Now().Equal(noon) {
				t.Errorf("%s at answer %d: skew %v, now %v", name, odd+1, skew, client.Now())
			}
		}
	}
}

// TestAClockThatIsDaysOffReadsNothing: what it takes for today is another day at
// Exotel, and would be read as a day without calls.
func TestAClockThatIsDaysOffReadsNothing(t *testing.T) {
	for name, off := range map[string]time.Duration{"three days ahead": 72 * time.Hour, "a year ahead": 365 * 24 * time.Hour, "a week slow": -7 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			account := newAccount(100)
			now := noon.Add(off)
			client := newClient(t, dated(account, func(int64) time.Time { return noon }), func(o *exotel.Options) { o.Now = func() time.Time { return now } })
			day := exotel.Query{From: midnight(now), To: midnight(now).AddDate(0, 0, 1)}
			failure := failureOf(t, read(client, day).err)
			if failure.Kind != exotel.KindClock || !strings.Contains(failure.Error(), "19 November 2026") {
				t.Errorf("got %v", failure)
			}
			if client.ClockProven() {
				t.Error("the clock counts as proven")
			}
			now = noon // the user sets it
			mustSucceed(t, read(client, today()))
			if !client.ClockProven() {
				t.Error("a clock that was set right does not count as proven")
			}
		})
	}
}

// TestAClockThatIsYearsOffIsToldAsSuch: Exotel refuses what such a computer takes for
// today, and the computer refuses what is today.
func TestAClockThatIsYearsOffIsToldAsSuch(t *testing.T) {
	for _, years := range []int{-10, 10} {
		for _, refuse := range []bool{false, true} {
			account := newAccount(100)
			account.SetFaults(exoteltest.Faults{RefuseFuture: refuse})
			now := noon.AddDate(years, 0, 0)
			for name, day := range map[string]time.Time{"the computer's today": midnight(now), "Exotel's today": midnight(noon)} {
				client := newClient(t, account, func(o *exotel.Options) { o.Now = frozen(now) })
				failure := failureOf(t, read(client, exotel.Query{From: day, To: day.AddDate(0, 0, 1)}).err)
				if failure.Kind != exotel.KindClock || !strings.Contains(failure.Error(), "19 November 2026") {
					t.Errorf("%d years off, future refused %v, %s: %v", years, refuse, name, failure)
				}
				if err := client.ClockError(); err == nil || err.Error() != failure.Error() {
					t.Errorf("%d years off: the clock's error is %v, that of reading %v", years, err, failure)
				}
			}
		}
	}
}

// TestTheRunningDayEndsAtExotelsNow: also where the clocks differ by less than is told,
// and never later: Exotel may refuse a bound in the future.
func TestTheRunningDayEndsAtExotelsNow(t *testing.T) {
	exotels := noon.Add(700 * time.Millisecond)
	for _, off := range []time.Duration{-110 * time.Second, -100 * time.Second, -5 * time.Second, -2500 * time.Millisecond, -900 * time.Millisecond, 0, 500 * time.Millisecond, 900 * time.Millisecond, 2 * time.Second, 3 * time.Second, 5 * time.Second, 100 * time.Second, 110 * time.Second} {
		account := exoteltest.New(exoteltest.Options{SID: testSID, Key: testKey, Token: testToken, Zone: exotel.India, Now: frozen(exotels)})
		for i, age := range []time.Duration{0, time.Second, 50 * time.Second, 99 * time.Second} {
			account.Add(exotel.Call{Sid: string(rune('a' + i)), Status: "in-progress", Created: noon.Add(-age)})
		}
		account.SetFaults(exoteltest.Faults{RefuseFuture: true})
		account.Record(true)
		client := newClient(t, account, func(o *exotel.Options) { o.Now = frozen(exotels.Add(off)) })
		r := read(client, today())
		mustSucceed(t, r)
		if n := len(r.calls); n < 2 {
			t.Errorf("%v off: %d of the 2 that are older than clocks differ at first", off, n)
		}
		account.ResetStats()
		r = read(client, today())
		mustSucceed(t, r)
		if n := len(r.calls); n != 4 {
			t.Errorf("%v off: %d of 4 calls", off, n)
		}
		bounds := askedBounds(t, account)
		if n := account.Stats().Requests; n != 1 || !bounds[0][1].Equal(noon) {
			t.Errorf("%v off: %d requests, bounds %v, want one that ends at %v", off, n, bounds, noon)
		}
		if skew := client.ClockSkew(); skew != 0 {
			t.Errorf("%v off: told as %v", off, skew)
		}
		if now := client.Now(); now.After(exotels) || now.Before(noon) {
			t.Errorf("%v off: now is %v, at Exotel %v", off, now, exotels)
		}
	}
}

// TestASlowAnswerMovesNoClock: its Date is as old as the answer took.
func TestASlowAnswerMovesNoClock(t *testing.T) {
	now := noon
	account := exoteltest.New(exoteltest.Options{SID: testSID, Key: testKey, Token: testToken, Zone: exotel.India, Now: func() time.Time { return now }})
	wait := time.Duration(0)
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now = now.Add(wait)
		account.ServeHTTP(w, r)
		now = now.Add(wait)
	})
	client := newClient(t, slow, func(o *exotel.Options) { o.Now = func() time.Time { return now } })
	for _, wait = range []time.Duration{20 * time.Second, 0, 20 * time.Second, 300 * time.Millisecond} {
		mustSucceed(t, read(client, today()))
		if behind := now.Sub(client.Now()); behind < 0 || behind > 2*time.Second {
			t.Errorf("after an answer that took %v now is %v behind", 2*wait, behind)
		}
	}
}

func TestAnErrorPageMovesNoClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(100)
		var asked int
		proxy := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked++; asked <= 2 {
				w.Header().Set("Date", noon.AddDate(0, 0, -1).UTC().Format(http.TimeFormat))
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			account.ServeHTTP(w, r)
		})
		client := newClient(t, proxy, nil)
		mustSucceed(t, read(client, today()))
		if skew := client.ClockSkew(); skew != 0 {
			t.Errorf("skew %v", skew)
		}
	})
}

func TestALongPauseIsSaidAtOnce(t *testing.T) {
	passed := bubble(t, func(t *testing.T) {
		client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "999999999")
			w.WriteHeader(http.StatusTooManyRequests)
		}), nil)
		failure := failureOf(t, read(client, today()).err)
		const want = "list calls: Exotel asked us to wait: until 06:30. Nothing is sent to Exotel until then. Try again after that."
		if failure.Kind != exotel.KindRateLimited || failure.Error() != want {
			t.Errorf("got %v, want %s", failure, want)
		}
	})
	if passed > time.Minute {
		t.Errorf("said after %v", passed)
	}
}

// In the second 01:15 of the night in which New York's clock goes back, calls of
// the first 01:15 to 02:00 read later on the clock than now.
func TestARepeatedHourIsReadWhole(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	second := time.Date(2026, 11, 1, 6, 15, 0, 0, time.UTC).In(zone)
	var asked string
	client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query().Get("DateCreated")
		w.Write([]byte(`{"Metadata":{"Total":0},"Calls":[]}`))
	}), func(o *exotel.Options) { o.Zone, o.Now = zone, frozen(second) })
	mustSucceed(t, read(client, exotel.Query{From: midnight(second), To: second.Add(time.Hour)}))
	if want := "gte:2026-11-01 00:00:00;lte:2026-11-01 01:59:59"; asked != want {
		t.Errorf("asked for %s, want %s", asked, want)
	}
}

// TestAClockThatIsSetIsNotProvenUntilExotelAnswers: nothing may be removed for good by
// a day that only the computer's clock knows of.
func TestAClockThatIsSetIsNotProvenUntilExotelAnswers(t *testing.T) {
	for name, set := range map[string]time.Duration{"a day ahead": 24 * time.Hour, "a year ahead": 365 * 24 * time.Hour, "a year back": -365 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			now := noon
			client := newClient(t, dated(newAccount(100), func(int64) time.Time { return noon }), func(o *exotel.Options) { o.Now = func() time.Time { return now } })
			mustSucceed(t, read(client, today()))
			if !client.ClockProven() {
				t.Fatal("a clock that Exotel agrees with does not count as proven")
			}
			now = now.Add(set)
			if client.ClockProven() {
				t.Error("the clock counts as proven")
			}
			now = noon
			mustSucceed(t, read(client, today()))
			if !client.ClockProven() {
				t.Error("a clock that was set right does not count as proven")
			}
		})
	}
}
