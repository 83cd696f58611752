package exoteltest

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
)

// today is a range with a few hundred calls.
func today(a *Account) (query string, truth []exotel.Call) {
	from := testNow.Add(-10 * time.Hour)
	return "details=true&PageSize=20&SortBy=DateCreated:asc&" + between(from, testNow), a.Calls(from, testNow.Add(time.Second))
}

func TestFaultsThatACorrectReaderSurvives(t *testing.T) {
	for _, test := range []struct {
		name   string
		faults Faults
	}{
		{"odd forms", Faults{OddForms: 1}},
		{"odd values", Faults{OddValues: 0.5}},
		{"bad rows", Faults{BadRows: 0.3}},
		{"wrapped", Faults{WrapItems: true}},
		{"ends empty", Faults{End: EndEmpty}},
		{"ends absent", Faults{End: EndAbsent}},
		{"total absent", Faults{Total: TotalAbsent}},
		{"live hidden", Faults{HideLive: true}},
		{"all at once", Faults{OddForms: 0.3, OddValues: 0.2, BadRows: 0.2, WrapItems: true, Total: TotalAsText}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, _ := newTestAccount(600)
			a.SetFaults(test.faults)
			query, want := today(a)
			got, _ := fetch(t, a, query)
			same(t, got, want)
		})
	}
}

func TestHiddenLiveCalls(t *testing.T) {
	a, _ := newTestAccount(20_000)
	from := testNow.Add(-time.Hour)
	all := len(a.Calls(from, testNow))
	a.SetFaults(Faults{HideLive: true})
	if hidden := len(a.Calls(from, testNow)); hidden >= all {
		t.Errorf("%d of %d calls left", hidden, all)
	}
}

func TestOddValuesLoseSomething(t *testing.T) {
	a, _ := newTestAccount(600)
	_, before := today(a)
	a.SetFaults(Faults{OddValues: 1})
	_, after := today(a)
	var nulls, texts, unknown, empty, endless int
	for i, c := range after {
		if c.Created.IsZero() {
			nulls++
		}
		if c.Status == "sms-delivered" {
			texts++
		}
		if c.Status == "" && before[i].Status != "" {
			empty++
		}
		if c.Duration < 0 {
			unknown++
		}
		if c.Ended.IsZero() {
			endless++
		}
	}
	if nulls == 0 || texts == 0 || empty == 0 || unknown == 0 || endless == 0 {
		t.Errorf("%d %d %d %d %d of %d", nulls, texts, empty, unknown, endless, len(after))
	}
}

func TestDuplicates(t *testing.T) {
	a, _ := newTestAccount(600)
	a.SetFaults(Faults{Duplicates: 0.3})
	query, want := today(a)
	got, pages := fetch(t, a, query)
	if len(got) != len(want) {
		t.Fatalf("%d distinct calls, want %d", len(got), len(want))
	}
	// A row meets its copy on the same, the next or the third page after.
	onPage := map[string]int{}
	apart := map[int]int{}
	next := listPath + "?" + query
	for page := range pages {
		body := decodeList(t, get(a, next))
		for _, raw := range body.Calls {
			c, _ := readCall(raw, a.zone)
			if first, seen := onPage[c.Sid]; seen {
				apart[page-first]++
			} else {
				onPage[c.Sid] = page
			}
		}
		next, _ = body.Metadata["NextPageUri"].(string)
	}
	if len(apart) != 3 || apart[0] == 0 || apart[1] == 0 || apart[laterPages] == 0 {
		t.Errorf("distances %v", apart)
	}
}

func TestPagingFaults(t *testing.T) {
	a, _ := newTestAccount(600)
	query, truth := today(a)
	pages := func(f Faults, n int) (links []string, rows int) {
		a.SetFaults(f)
		next := listPath + "?" + query
		for range n {
			body := decodeList(t, get(a, next))
			rows += len(body.Calls)
			next, _ = body.Metadata["NextPageUri"].(string)
			links = append(links, next)
			if !strings.HasPrefix(next, "/v1/") {
				return links, rows
			}
		}
		return links, rows
	}
	distinct := func(links []string) int {
		seen := map[string]bool{}
		for _, l := range links {
			seen[l] = true
		}
		return len(seen)
	}
	n := len(truth)/20 + 10
	if links, _ := pages(Faults{Paging: LoopingCursor}, n); distinct(links) != 1 || links[0] == "" {
		t.Errorf("looping: %d links", distinct(links))
	}
	if links, rows := pages(Faults{Paging: EndlessCursor}, n); distinct(links) != n || rows != len(truth) {
		t.Errorf("endless: %d links, %d rows of %d", distinct(links), rows, len(truth))
	}
	if links, rows := pages(Faults{Paging: RestartCursor}, n); distinct(links) < n-9 || rows <= len(truth) {
		t.Errorf("restart: %d links of %d, %d rows of %d", distinct(links), n, rows, len(truth))
	}
	for paging, prefix := range map[Paging]string{
		ForeignLink: "https://evil.example/v1/", ProtocolLink: "//evil.example/v1/",
		UserinfoLink: "@evil.example/v1/", DowngradeLink: "http://example.com/v1/",
	} {
		if links, _ := pages(Faults{Paging: paging, OtherHost: "evil.example"}, 1); !strings.HasPrefix(links[0], prefix) {
			t.Errorf("link %q, want %q...", links[0], prefix)
		}
	}
	a.SetFaults(Faults{StopAfterRows: 50})
	if got, _ := fetch(t, a, query); len(got) != 50 {
		t.Errorf("%d rows before the stop", len(got))
	}
}

func TestTotals(t *testing.T) {
	a, _ := newTestAccount(0)
	a.Add(SampleDay(testNow.AddDate(0, 0, -1), a.zone)...)
	for total, want := range map[Total]any{
		TotalRight: 1247.0, TotalNull: nil, TotalAsText: "1247", TotalAbove: 1378.0, TotalBelow: 623.0,
	} {
		a.SetFaults(Faults{Total: total})
		if got := decodeList(t, get(a, listPath)).Metadata["Total"]; got != want {
			t.Errorf("%d: %v, want %v", total, got, want)
		}
	}
}

func TestFailuresByNumber(t *testing.T) {
	a, _ := newTestAccount(100)
	for _, test := range []struct {
		name   string
		faults Faults
		codes  [5]int
	}{
		{"500 from 3 to 4", Faults{FailStatus: 500, FailFrom: 3, FailCount: 2}, [5]int{200, 200, 500, 500, 200}},
		{"always 503", Faults{FailStatus: 503}, [5]int{503, 503, 503, 503, 503}},
		{"HTML 502", Faults{Fail: HTMLGateway, FailCount: 1}, [5]int{502, 200, 200, 200, 200}},
		{"elsewhere", Faults{FailStatus: 500, Only: "IncomingPhoneNumbers"}, [5]int{200, 200, 200, 200, 200}},
		{"forbidden", Faults{Forbidden: true}, [5]int{403, 403, 403, 403, 403}},
		{"rotated", Faults{RotatedToken: "new", RotateAfter: 2}, [5]int{200, 200, 401, 401, 401}},
		{"limited", Faults{RatePerMinute: 3}, [5]int{200, 200, 200, 429, 429}},
		{"redirected", Faults{RedirectTo: "https://evil.example"}, [5]int{307, 307, 307, 307, 307}},
	} {
		a.SetFaults(test.faults)
		for i, want := range test.codes {
			if w := get(a, listPath); w.Code != want {
				t.Errorf("%s, request %d: %d, want %d", test.name, i+1, w.Code, want)
			}
		}
	}
}

func TestBrokenBodies(t *testing.T) {
	a, _ := newTestAccount(100)
	for fail, valid := range map[Failure]bool{HTMLPage: false, TruncatedBody: false, EmptyBody: false, NoFailure: true} {
		a.SetFaults(Faults{Fail: fail})
		w := get(a, listPath)
		if w.Code != 200 || json.Valid(w.Body.Bytes()) != valid {
			t.Errorf("%d: %d, valid %v", fail, w.Code, !valid)
		}
	}
}

func TestFaultsOnTheWire(t *testing.T) {
	a, _ := newTestAccount(3000)
	s, err := Start(a)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	read := func() error {
		r, _ := http.NewRequest(http.MethodGet, s.URL+listPath+"?PageSize=100", nil)
		r.SetBasicAuth("key", "token")
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.ReadAll(resp.Body)
		return err
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	a.SetFaults(Faults{Fail: CutBody})
	if err := read(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut: %v", err)
	}
	a.SetFaults(Faults{Fail: Reset, FailCount: 1})
	// The transport sends a GET again when a kept connection breaks: use a new one.
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	var broken *net.OpError // of which each system has its own number
	if err := read(); (!errors.As(err, &broken) || broken.Op != "read" || broken.Timeout()) && !errors.Is(err, io.EOF) {
		t.Errorf("reset: %v", err)
	}
	a.SetFaults(Faults{Delay: 30 * time.Millisecond, BodyDelay: 40 * time.Millisecond})
	begin := time.Now()
	if err := read(); err != nil || time.Since(begin) < 70*time.Millisecond {
		t.Errorf("slow: %v after %v", err, time.Since(begin))
	}
	if s := a.Stats(); s.ByStatus[0] != 1 || s.ByStatus[200] != 3 || s.Rows != 300 {
		t.Errorf("stats %+v", s)
	}
}

func TestCloseEndsSlowRequests(t *testing.T) {
	a, _ := newTestAccount(0)
	a.SetFaults(Faults{Delay: time.Hour})
	s, err := Start(a)
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 1)
	go func() {
		_, err := http.Get(s.URL + listPath)
		failed <- err
	}()
	for a.Stats().Requests == 0 {
		time.Sleep(time.Millisecond)
	}
	s.Close()
	s.Close()
	if err := <-failed; err == nil {
		t.Error("an answer from a closed server")
	}
}

func TestRateWindowOpensAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := newTestAccount(0)
		a.SetFaults(Faults{RatePerMinute: 2, RateWindow: 40 * time.Millisecond, RetryAfter: true})
		var codes []int
		for range 3 {
			codes = append(codes, get(a, listPath).Code)
		}
		refused := get(a, listPath)
		time.Sleep(50 * time.Millisecond)
		codes = append(codes, get(a, listPath).Code)
		if !reflect.DeepEqual(codes, []int{200, 200, 429, 200}) || refused.Header().Get("Retry-After") != "1" {
			t.Errorf("codes %v, Retry-After %q", codes, refused.Header().Get("Retry-After"))
		}
		if s := a.Stats(); !reflect.DeepEqual(s.Limited, []int{2, 0}) {
			t.Errorf("limited %v", s.Limited)
		}
	})
}
