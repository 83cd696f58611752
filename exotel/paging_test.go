package exotel_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

func TestACursorThatMisleadsStopsWithAnError(t *testing.T) {
	for name, test := range map[string]struct {
		paging exoteltest.Paging
		total  exoteltest.Total
		calls  int
		says   string
	}{
		"it loops":                             {exoteltest.LoopingCursor, exoteltest.TotalRight, 1247, "cursor repeats"},
		"it loops, without a total":            {exoteltest.LoopingCursor, exoteltest.TotalAbsent, 1247, "cursor repeats"},
		"it loops on the only page":            {exoteltest.LoopingCursor, exoteltest.TotalRight, 60, "cursor repeats"},
		"it begins again":                      {exoteltest.RestartCursor, exoteltest.TotalRight, 1247, "cursor repeats"},
		"it begins again, without a total":     {exoteltest.RestartCursor, exoteltest.TotalAbsent, 1247, "cursor repeats"},
		"it begins again under ever new names": {exoteltest.RestartCursor, exoteltest.TotalRight, 60, "do not end"},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount(test.calls)
			account.SetFaults(exoteltest.Faults{Paging: test.paging, Total: test.total})
			r := read(newClient(t, account, nil), lastDays(1))
			if failure := failureOf(t, incomplete(t, r.err)); failure.Kind != exotel.KindPaging || !strings.Contains(failure.Error(), test.says) {
				t.Errorf("got %v", r.err)
			}
			if n := account.Stats().Requests; n > 20 {
				t.Errorf("%d requests before it stopped", n)
			}
		})
	}
}

// Empty pages with ever new cursors after the last row are only an odd end.
func TestAnEmptyPageIsTheEnd(t *testing.T) {
	account := newAccount(1247)
	account.SetFaults(exoteltest.Faults{Paging: exoteltest.EndlessCursor})
	r := read(newClient(t, account, nil), lastDays(1))
	mustSucceed(t, r)
	mustMatch(t, r.calls, account.Calls(lastDays(1).From, lastDays(1).To))
}

// Rows that are new for ever are not believed for ever.
func TestNewRowsWithoutEndStop(t *testing.T) {
	n := 0
	endless := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n++
		created := midnight(noon).AddDate(0, 0, -1).Format(time.DateTime)
		fmt.Fprintf(w, `{"Metadata":{"Total":300,"NextPageUri":"/?After=%d"},"Calls":[{"Sid":"row%d","DateCreated":%q}]}`, n, n, created)
	})
	r := read(newClient(t, endless, nil), lastDays(1))
	if failure := failureOf(t, incomplete(t, r.err)); failure.Kind != exotel.KindPaging {
		t.Errorf("got %v", failure)
	}
	if n > 100 {
		t.Errorf("stopped after %d pages where three were announced", n)
	}
}

// trap is another server: whatever reaches it was sent to the wrong place.
func trap(t *testing.T) (server *httptest.Server, reached *atomic.Int64) {
	reached = new(atomic.Int64)
	server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		t.Errorf("the other server got %s %s, Authorization %q", r.Method, r.URL, r.Header.Get("Authorization"))
	}))
	t.Cleanup(server.Close)
	return server, reached
}

func TestCredentialsDoNotFollowAForeignNextPage(t *testing.T) {
	other, _ := trap(t)
	otherHost := strings.TrimPrefix(other.URL, "http://")
	for name, next := range map[string]string{
		"an absolute URL on another host": "https://" + otherHost + "/v1/Accounts/acme1/Calls.json?After=x",
		"plain http on another host":      other.URL + "/v1/Accounts/acme1/Calls.json?After=x",
		"without a scheme":                "//" + otherHost + "/v1/Accounts/acme1/Calls.json?After=x",
		"user information before it":      "@" + otherHost + "/v1/Accounts/acme1/Calls.json?After=x",
		"the own host as a user":          "//%[1]s@" + otherHost + "/v1/Accounts/acme1/Calls.json?After=x",
		"another scheme on the own host":  "ftp://%[1]s/v1/Accounts/acme1/Calls.json?After=x",
		"another port on the own host":    "http://127.0.0.1:1/v1/Accounts/acme1/Calls.json?After=x",
		"a user on the own host":          "http://someone@%[1]s/v1/Accounts/acme1/Calls.json?After=x",
		"no path":                         "next?After=x",
		"an opaque address":               "http:" + otherHost + "?After=x",
		"an unreadable address":           "http://[::1/?After=x",
	} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests++
				w.Header().Set("Date", noon.UTC().Format(http.TimeFormat))
				link := strings.ReplaceAll(next, "%[1]s", r.Host)
				fmt.Fprintf(w, `{"Metadata":{"Total":200,"NextPageUri":%q},"Calls":[{"Sid":"first","StartTime":"2026-11-20 10:00:00"}]}`, link)
			}))
			defer server.Close()
			client := newClient(t, nil, func(o *exotel.Options) { o.BaseURL, o.Transport = server.URL, nil })
			r := read(client, lastDays(1))
			if failure := failureOf(t, incomplete(t, r.err)); failure.Kind != exotel.KindForeignHost || !strings.Contains(r.err.Error(), "keys were not sent") {
				t.Errorf("got %v", r.err)
			}
			if requests != 1 || len(r.calls) != 1 {
				t.Errorf("%d requests, %d calls", requests, len(r.calls))
			}
		})
	}
}

func TestForeignLinksOfTheFakeAccountAreRefused(t *testing.T) {
	for name, paging := range map[string]exoteltest.Paging{
		"absolute": exoteltest.ForeignLink, "protocol": exoteltest.ProtocolLink,
		"userinfo": exoteltest.UserinfoLink, "downgrade": exoteltest.DowngradeLink,
	} {
		account := newAccount(300)
		account.SetFaults(exoteltest.Faults{Paging: paging})
		r := read(newClient(t, account, nil), lastDays(1))
		if failure := failureOf(t, incomplete(t, r.err)); failure.Kind != exotel.KindForeignHost {
			t.Errorf("%s: got %v", name, r.err)
		}
		if n := account.Stats().Requests; n != 1 {
			t.Errorf("%s: %d requests", name, n)
		}
	}
}

func TestAnAbsoluteLinkToTheOwnHostIsFollowed(t *testing.T) {
	account := newAccount(0)
	account.Add(exoteltest.SampleDay(noon.AddDate(0, 0, -1), exotel.India)...)
	account.SetFaults(exoteltest.Faults{Paging: exoteltest.ForeignLink, OtherHost: "API.in.exotel.com"})
	r := read(newClient(t, account, nil), lastDays(1))
	mustSucceed(t, r)
	mustMatch(t, r.calls, account.Calls(lastDays(1).From, lastDays(1).To))
}

func TestCredentialsDoNotFollowARedirect(t *testing.T) {
	other, reached := trap(t)
	otherHost := strings.TrimPrefix(other.URL, "http://")
	for name, location := range map[string]string{
		"another host":          other.URL + "/v1/Accounts/acme1/Calls.json",
		"without a scheme":      "//" + otherHost + "/",
		"https on the own host": "https://%s/",
		"a user":                "http://someone@%s/",
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", strings.ReplaceAll(location, "%s", r.Host))
				w.WriteHeader(status)
			}))
			client := newClient(t, nil, func(o *exotel.Options) { o.BaseURL, o.Transport = server.URL, nil })
			_, err := client.Probe(t.Context())
			if failure := failureOf(t, err); failure.Kind != exotel.KindForeignHost || !strings.Contains(err.Error(), "redirects to another address") {
				t.Errorf("%s, %d: got %v", name, status, err)
			}
			server.Close()
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d requests reached the other server", n)
	}
}

func TestARedirectOnTheOwnHostIsFollowed(t *testing.T) {
	account := newAccount(0)
	moved := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/new/") {
			http.Redirect(w, r, "/new"+r.URL.RequestURI(), http.StatusTemporaryRedirect)
			return
		}
		http.StripPrefix("/new", account).ServeHTTP(w, r)
	})
	if _, err := newClient(t, moved, nil).Probe(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestARedirectWithoutEndStops(t *testing.T) {
	requests := 0
	circle := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		http.Redirect(w, r, r.URL.RequestURI(), http.StatusFound)
	})
	_, err := newClient(t, circle, nil).Probe(t.Context())
	if !strings.Contains(err.Error(), "redirects without end") || requests > 5 {
		t.Errorf("%d requests, then %v", requests, err)
	}
}

func TestAFailureMidwayLeavesWholeRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(1247)
		account.SetFaults(exoteltest.Faults{FailStatus: 500, FailFrom: 100})
		r := read(newClient(t, account, nil), lastDays(30))
		failure := incomplete(t, r.err)
		want := account.Calls(lastDays(30).From, lastDays(30).To)
		if failure.Announced != len(want) || failure.Missing() != len(want)-len(r.calls) {
			t.Errorf("read %d of %d; the error says %d of %d are missing", len(r.calls), len(want), failure.Missing(), failure.Announced)
		}
		if !strings.Contains(r.err.Error(), fmt.Sprintf("incomplete, %d of %d calls missing: list calls: Exotel error (HTTP 500)", failure.Missing(), failure.Announced)) {
			t.Errorf("got %v", r.err)
		}
	})
}
