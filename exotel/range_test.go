package exotel_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

func parameter(t testing.TB, raw, key string) string {
	t.Helper()
	values, err := url.ParseQuery(raw)
	if err != nil {
		t.Fatalf("query %q: %v", raw, err)
	}
	return values.Get(key)
}

// bounds of every request of an account, oldest first, without repetitions.
func askedBounds(t testing.TB, account *exoteltest.Account) (bounds [][2]time.Time) {
	t.Helper()
	seen := map[string]bool{}
	for _, raw := range account.Stats().Queries {
		created := parameter(t, raw, "DateCreated")
		if seen[created] {
			continue
		}
		seen[created] = true
		from, to, _ := strings.Cut(created, ";")
		var b [2]time.Time
		var errFrom, errTo error
		b[0], errFrom = time.ParseInLocation("gte:"+time.DateTime, from, exotel.India)
		b[1], errTo = time.ParseInLocation("lte:"+time.DateTime, to, exotel.India)
		if errFrom != nil || errTo != nil {
			t.Fatalf("DateCreated=%q: %v %v", created, errFrom, errTo)
		}
		bounds = append(bounds, b)
	}
	slices.SortFunc(bounds, func(a, b [2]time.Time) int { return a[0].Compare(b[0]) })
	return bounds
}

func TestRequestsFollowTheContract(t *testing.T) {
	account := newAccount(2000)
	account.Record(true)
	mustSucceed(t, read(newClient(t, account, nil), lastDays(1)))
	stats := account.Stats()
	if n := stats.ByPath["/v1/Accounts/acme1/Calls.json"]; n != stats.Requests {
		t.Errorf("%d of %d requests went to Calls.json", n, stats.Requests)
	}
	for _, raw := range stats.Queries {
		for key, want := range map[string]string{
			"details": "true", "PageSize": "100", "SortBy": "DateCreated:asc",
			"DateCreated": "gte:2026-11-18 00:00:00;lte:2026-11-18 23:59:59",
		} {
			if got := parameter(t, raw, key); got != want {
				t.Errorf("%s=%q in %q, want %q", key, got, raw, want)
			}
		}
	}
}

func TestTheUpperBoundIsNow(t *testing.T) {
	account := newAccount(1247)
	account.SetFaults(exoteltest.Faults{RefuseFuture: true})
	account.Record(true)
	r := read(newClient(t, account, nil), today())
	mustSucceed(t, r)
	mustMatch(t, r.calls, account.Calls(today().From, today().To))
	if bounds := askedBounds(t, account); len(bounds) != 1 || !bounds[0][1].Equal(noon) {
		t.Errorf("asked for %v, want an end at %v", bounds, noon)
	}
}

func TestImpossibleRangesAreRefusedWithoutARequest(t *testing.T) {
	day := midnight(noon)
	for name, test := range map[string]struct {
		query exotel.Query
		says  string
	}{
		"seven months":    {exotel.Query{From: day.AddDate(0, -7, 0), To: day}, "choose a range from 20 May 2026 on"},
		"start after end": {exotel.Query{From: day, To: day.AddDate(0, 0, -1)}, "ends before it begins"},
		"start at end":    {exotel.Query{From: day, To: day}, "ends before it begins"},
		"the future":      {exotel.Query{From: day.AddDate(0, 0, 1), To: day.AddDate(0, 0, 2)}, "lies in the future"},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount(100)
			client := newClient(t, account, nil)
			if _, err := client.Probe(t.Context()); err != nil { // so that the clock is known
				t.Fatal(err)
			}
			account.ResetStats()
			r := read(client, test.query)
			failure := failureOf(t, r.err)
			if failure.Kind != exotel.KindRequest || !strings.Contains(failure.Error(), test.says) {
				t.Errorf("got %v, want it to say %q", failure, test.says)
			}
			if n := account.Stats().Requests; n != 0 {
				t.Errorf("%d requests were sent", n)
			}
			if err := client.Check(t.Context(), test.query); err == nil || err.Error() != failure.Error() {
				t.Errorf("Check says %v, reading says %v", err, failure)
			}
		})
	}
}

func TestARangeWithinASecondIsRead(t *testing.T) {
	account := newAccount(0)
	at := noon.Add(-time.Hour)
	account.Add(exotel.Call{Sid: "only", Created: at, Ended: at.Add(time.Second), Duration: 1})
	r := read(newClient(t, account, nil), exotel.Query{From: at, To: at.Add(1)})
	mustSucceed(t, r)
	if len(r.calls) != 1 {
		t.Errorf("read %d calls, want the one of that second", len(r.calls))
	}
}

// Exotel's clock decides what "now" is, whatever this computer thinks.
func TestAClockThatIsOffByHours(t *testing.T) {
	for name, off := range map[string]time.Duration{"ahead": 7 * time.Hour, "behind": -7 * time.Hour, "a day behind": -30 * time.Hour} {
		for _, refuse := range []bool{false, true} {
			account := newAccount(1247)
			account.SetFaults(exoteltest.Faults{RefuseFuture: refuse})
			client := newClient(t, account, func(o *exotel.Options) { o.Now = frozen(noon.Add(off)) })
			r := read(client, today())
			if r.err != nil {
				t.Errorf("%s, future refused %v: %v", name, refuse, r.err)
				continue
			}
			mustMatch(t, r.calls, account.Calls(today().From, today().To))
			if !client.Now().Equal(noon) || client.ClockSkew() != -off {
				t.Errorf("%s: now is %v, skew %v", name, client.Now(), client.ClockSkew())
			}
		}
	}
}

func TestASmallDifferenceOfClocksIsNoSkew(t *testing.T) {
	client := newClient(t, newAccount(0), func(o *exotel.Options) { o.Now = frozen(noon.Add(90 * time.Second)) })
	mustSucceed(t, read(client, lastDays(1)))
	if skew := client.ClockSkew(); skew != 0 {
		t.Errorf("skew %v for 90 seconds", skew)
	}
}

// A clock that turns out wrong makes no difference to a range in the past, which
// is not read twice.
func TestAWrongClockCostsNoRequestForAPastRange(t *testing.T) {
	account := newAccount(60)
	client := newClient(t, account, func(o *exotel.Options) { o.Now = frozen(noon.Add(5 * time.Hour)) })
	mustSucceed(t, read(client, lastDays(1)))
	if n := account.Stats().Requests; n != 1 {
		t.Errorf("%d requests for one page", n)
	}
}

func TestARangeLongerThanAMonthIsRefusedWithoutARequest(t *testing.T) {
	account := newAccount(100)
	r := read(newClient(t, account, nil), lastDays(31))
	if failure := failureOf(t, r.err); failure.Kind != exotel.KindRequest || !strings.Contains(failure.Error(), "30 days") {
		t.Errorf("got %v", failure)
	}
	if n := account.Stats().Requests; n != 0 {
		t.Errorf("%d requests", n)
	}
}
