package jsonapi

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

// The guide's sample response, by its own words.
const guide = `{
  "health": {"status": "OK", "lastUpdated": "2025-01-15T10:30:00.000Z", "details": []},
  "metrics": {
    "totalCalls": 1247, "answered": 976, "missed": 189, "busy": 52, "failed": 30,
    "answerRate": "78.3%", "avgDuration": "2m 14s", "peakHour": "11:00",
    "hourlyDistribution": [12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0]
  },
  "generatedAt": "2025-01-15T18:29:59.000Z"
}`

// includes reports where got differs from what want has; got may have more.
func includes(t *testing.T, path string, got, want any) {
	t.Helper()
	w, isObject := want.(map[string]any)
	if !isObject {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
		return
	}
	g, _ := got.(map[string]any)
	for name := range w {
		includes(t, path+"."+name, g[name], w[name])
	}
}

func TestDashboardIsTheGuidesSampleResponse(t *testing.T) {
	_, h := newHandler(t, Options{})
	w := ask(h, "GET", "/api/dashboard")
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	want := object(t, []byte(guide))
	delete(want, "health") // the guide's is OK from the start
	includes(t, "answer", object(t, w.Body.Bytes()), want)
}

func TestRangeHasTheGuidesMetricsAndNoHealth(t *testing.T) {
	_, h := newHandler(t, Options{})
	w := ask(h, "GET", "/api/dashboard/range?start=2025-01-15&end=2025-01-15")
	got, want := object(t, w.Body.Bytes()), object(t, []byte(guide))
	if _, there := got["health"]; there {
		t.Error("health is there")
	}
	delete(want, "health")
	includes(t, "answer", got, want)
}

func TestHealthThatNobodyKnowsIsNeitherGoodNorDated(t *testing.T) {
	_, h := newHandler(t, Options{})
	got := object(t, ask(h, "GET", "/api/dashboard").Body.Bytes())
	want := object(t, []byte(`{"health": {"status": "UNKNOWN", "lastUpdated": null, "details": []}}`))
	includes(t, "answer", got, want)
}

func TestRangeWithoutCallsHasNullWhereNothingIsKnown(t *testing.T) {
	_, h := newHandler(t, Options{})
	got := object(t, ask(h, "GET", "/api/dashboard/range?start=2025-01-14&end=2025-01-14").Body.Bytes())
	metrics, _ := got["metrics"].(map[string]any)
	for _, name := range []string{"answerRate", "avgDuration", "peakHour", "avgDurationSeconds", "avgTalkSeconds", "talkedToPerson", "detailsRate"} {
		if value, there := metrics[name]; !there || value != nil {
			t.Errorf("%s: got %v, there %v", name, value, there)
		}
	}
	if metrics["totalCalls"] != 0.0 || len(metrics["hourlyDistribution"].([]any)) != 24 {
		t.Errorf("got %v", metrics)
	}
}

func TestRangeIsFiltered(t *testing.T) {
	account, h := newHandler(t, Options{})
	count := func(query string) float64 {
		w := ask(h, "GET", "/api/dashboard/range?start=2025-01-15&end=2025-01-15&"+query)
		metrics, _ := object(t, w.Body.Bytes())["metrics"].(map[string]any)
		n, _ := metrics["totalCalls"].(float64)
		return n
	}
	if n := count("status=busy"); n != 52 {
		t.Errorf("busy: %v", n)
	}
	if n := count("direction=inbound") + count("direction=outbound-dial") + count("direction=outbound-api"); n != 1247 {
		t.Errorf("directions add up to %v", n)
	}
	national, international := count("phoneNumber=08040000001"), count("phoneNumber="+url.QueryEscape("+918040000001"))
	if national == 0 || national == 1247 || national != international {
		t.Errorf("number: %v, %v", national, international)
	}
	if n, all := count("text=0980"), count("text="+url.QueryEscape("+91 980")); n == 0 || n != all {
		t.Errorf("text: %v, %v", n, all)
	}
	if n := count("text=nobody"); n != 0 {
		t.Errorf("text that no call has: %v", n)
	}
	for spelled, plain := range map[string]string{
		"direction=Inbound&status=No+Answer": "direction=inbound&status=no-answer",
		"text=91+980":                        "text=%2B91980",
	} {
		if got, want := count(spelled), count(plain); got != want || got == 0 {
			t.Errorf("%s: %v calls, %s: %v", spelled, got, plain, want)
		}
	}
	if n := count("direction=&phoneNumber=&status=&text="); n != 1247 {
		t.Errorf("empty filters: %v", n)
	}
	if n := count("direction=other"); n != 0 {
		t.Errorf("other direction: %v", n)
	}
	account.Add(exoteltest.OddDirections(evening, nil)...)
	if n := count("direction=other"); n != 2 {
		t.Errorf("other direction: %v of 2", n)
	}
}

func TestFiguresNameWhatTheirCallsWereChosenBy(t *testing.T) {
	_, h := newHandler(t, Options{})
	for query, want := range map[string]string{
		"": `{"metrics": {"only": null}}`,
		"&direction=inbound&phoneNumber=08040000001&status=no-answer&text=98": `{"metrics": {"only":
			{"direction": "inbound", "phoneNumber": "08040000001", "status": "no-answer", "text": "98"}}}`,
	} {
		got := object(t, ask(h, "GET", "/api/dashboard/range?start=2025-01-15&end=2025-01-15"+query).Body.Bytes())
		includes(t, "answer", got, object(t, []byte(want)))
	}
}

func TestALineIsFoundByAnySpellingOnceItIsListed(t *testing.T) {
	account, h := newHandler(t, Options{})
	account.SetPhone(exoteltest.ReturnsLine)
	account.Add(exoteltest.SpellingRows(evening, nil)...)
	account.SetFaults(exoteltest.Faults{FailStatus: 403, Only: "IncomingPhoneNumbers"})
	const day = "/api/dashboard/range?start=2025-01-15&end=2025-01-15&phoneNumber="
	includes(t, "by number", object(t, ask(h, "GET", day+"08040000007").Body.Bytes()), object(t, []byte(`{"metrics": {"totalCalls": 5, "lineUnknown": 1}}`)))
	if status, sentence := refusal(t, ask(h, "GET", day+"exo5b221ee9")); status != http.StatusBadGateway || !strings.Contains(sentence, "give the number") {
		t.Errorf("by SID, without the list: %d, %s", status, sentence)
	}
	if n := account.Stats().ByPath["/v2_beta/Accounts/acme1/IncomingPhoneNumbers"]; n != 1 {
		t.Errorf("a list that failed was asked for %d times", n)
	}

	account, h = newHandler(t, Options{})
	account.SetPhone(exoteltest.ReturnsLine)
	account.Add(exoteltest.SpellingRows(evening, nil)...)
	for _, spelling := range []string{"exo5b221ee9", "08040000007", "918040000007", "%2B918040000007", "8040000007"} {
		includes(t, spelling, object(t, ask(h, "GET", day+spelling).Body.Bytes()), object(t, []byte(`{"metrics": {"totalCalls": 6, "lineUnknown": 0}}`)))
	}
	if status, sentence := refusal(t, ask(h, "GET", day+"exo0000000")); status != http.StatusBadRequest {
		t.Errorf("a SID that is on no list: %d, %s", status, sentence)
	}
}

func TestWhoAsksWhileTheProgramEndsIsToldSo(t *testing.T) {
	_, h := newHandler(t, Options{})
	ctx, end := context.WithCancelCause(t.Context())
	end(errors.New("terminated signal received"))
	w := newRecorder(h, httptest.NewRequestWithContext(ctx, "GET", "http://127.0.0.1/api/dashboard", nil))
	if status, sentence := refusal(t, w); status != http.StatusServiceUnavailable || !strings.Contains(sentence, "is ending") {
		t.Errorf("%d %s", status, sentence)
	}
}

func TestBadQuestionsAreRefused(t *testing.T) {
	account, h := newHandler(t, Options{})
	const day = "start=2025-01-15&end=2025-01-15"
	for _, query := range []string{
		"", "start=2025-01-15", "end=2025-01-15", "start=&end=", "start=yesterday&end=2025-01-15",
		"start=2025-01-16&end=2025-01-15", "start=2025-02-30&end=2025-03-01", "start=15-01-2025&end=15-01-2025",
		day + "&direction=incoming", day + "&status=answered", day + "&status=busy,failed", day + "&phoneNumber=abc", day + "&text=-",
		day + "&direcion=inbound", day + "&start=2025-01-14", day + "&status=busy;direction=inbound", day + "&status=%zz",
		"start=2024-06-01&end=2025-01-15", "start=2025-02-01&end=2025-02-02", "start=2025-01-15&end=9999-12-31",
	} {
		if status, sentence := refusal(t, ask(h, "GET", "/api/dashboard/range?"+query)); status != http.StatusBadRequest {
			t.Errorf("%s: %d, %s", query, status, sentence)
		}
	}
	if status, _ := refusal(t, ask(h, "GET", "/api/dashboard?direction=inbound")); status != http.StatusBadRequest {
		t.Errorf("a filter on the dashboard: %d", status)
	}
	if n := account.Stats().ByPath["/v1/Accounts/acme1/Calls.json"]; n != 0 {
		t.Errorf("Exotel was asked %d times", n)
	}
}

// In fake time, because the client tries again for a while.
func TestUpstreamFailureIsABadGatewayThatSaysWhichAndNeverFigures(t *testing.T) {
	for name, test := range map[string]struct {
		faults exoteltest.Faults
		says   string
	}{
		"wrong keys":          {exoteltest.Faults{FailStatus: 401}, "401"},
		"no access":           {exoteltest.Faults{Forbidden: true}, "403"},
		"refused there":       {exoteltest.Faults{FailStatus: 400}, "400"},
		"failing":             {exoteltest.Faults{FailStatus: 500}, "500"},
		"rate limit":          {exoteltest.Faults{FailStatus: 429}, "429"},
		"truncated":           {exoteltest.Faults{Fail: exoteltest.TruncatedBody}, "could not be read"},
		"web page":            {exoteltest.Faults{Fail: exoteltest.HTMLPage}, "could not be read"},
		"broken midway":       {exoteltest.Faults{FailStatus: 403, FailFrom: 5}, "403"},
		"paging that repeats": {exoteltest.Faults{Paging: exoteltest.LoopingCursor}, "not followed"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				account, h := newHandler(t, Options{})
				account.SetFaults(test.faults)
				for _, path := range []string{"/api/dashboard", "/api/dashboard/range?start=2025-01-15&end=2025-01-15&status=busy"} {
					status, sentence := refusal(t, ask(h, "GET", path))
					if status != http.StatusBadGateway || !strings.Contains(sentence, test.says) {
						t.Errorf("%s: %d, %s", path, status, sentence)
					}
				}
			})
		})
	}
}

func TestFailureAfterASuccessIsAFailure(t *testing.T) {
	account, h := newHandler(t, Options{})
	if w := ask(h, "GET", "/api/dashboard"); w.Code != http.StatusOK {
		t.Fatal(w.Code)
	}
	account.SetFaults(exoteltest.Faults{FailStatus: 401})
	if status, _ := refusal(t, ask(h, "GET", "/api/dashboard")); status != http.StatusBadGateway {
		t.Errorf("status %d", status)
	}
}

func TestFiguresOfAnAllowedAgeCostNoRequest(t *testing.T) {
	account, h := newHandler(t, Options{Interval: time.Minute})
	for range 3 {
		ask(h, "GET", "/api/dashboard")
		ask(h, "GET", "/api/dashboard/range?start=2025-01-15&end=2025-01-15&status=busy")
	}
	if n := account.Stats().Requests; n != 13 {
		t.Errorf("%d requests", n)
	}
}

func TestOnlyThisComputersNamesAreAnswered(t *testing.T) {
	_, local := newHandler(t, Options{Interval: time.Hour})
	_, remote := newHandler(t, Options{Interval: time.Hour, Remote: true})
	for host, want := range map[string]struct{ local, remote bool }{
		"127.0.0.1":              {true, true},
		"127.0.0.1:3001":         {true, true},
		"127.8.9.10:3001":        {true, true},
		"localhost":              {true, true},
		"LocalHost:3001":         {true, true},
		"[::1]":                  {true, true},
		"[::1]:3001":             {true, true},
		"192.168.1.20:3001":      {false, true},
		"[fe80::1]:3001":         {false, true},
		"0.0.0.0:3001":           {false, true},
		"evil.example":           {false, false},
		"evil.example:3001":      {false, false},
		"localhost.evil.example": {false, false},
		"127.0.0.1.evil.example": {false, false},
		"127.0.0.1.nip.io:3001":  {false, false},
		"2130706433":             {false, false},
		"0x7f.1":                 {false, false},
		"":                       {false, false},
		":3001":                  {false, false},
	} {
		for handler, allowed := range map[*http.Handler]bool{&local: want.local, &remote: want.remote} {
			r, _ := http.NewRequest("GET", "/api/dashboard", nil)
			r.Host = host
			status := http.StatusForbidden
			if allowed {
				status = http.StatusOK
			}
			w := newRecorder(*handler, r)
			if w.Code != status {
				t.Errorf("%q, remote %v: %d", host, handler == &remote, w.Code)
			}
			if !allowed {
				refusal(t, w)
			}
		}
	}
}

// A page of another site could let a browser here ask Exotel as often as it likes.
func TestPagesOfOtherSitesAreNotAnswered(t *testing.T) {
	account, h := newHandler(t, Options{})
	for _, test := range []struct {
		origin, site string
		allowed      bool
	}{
		{"", "", true}, // a program
		{"", "none", true},
		{"", "same-origin", true},
		{"http://127.0.0.1:3001", "same-origin", true},
		{"http://127.0.0.1:3001", "", true},
		{"", "cross-site", false},
		{"", "same-site", false}, // another port of this computer
		{"https://evil.example", "cross-site", false},
		{"https://evil.example", "", false},
		{"http://127.0.0.1:8080", "", false},
		{"http://localhost:3001", "", false},
		{"null", "", false},
		{"null", "cross-site", false},
		{"127.0.0.1:3001", "", false},
		{"https://evil.example", "same-origin", false},
	} {
		for _, target := range []string{"/api/dashboard", "/api/dashboard/range?start=2025-01-15&end=2025-01-15", "/api/health"} {
			for _, method := range []string{"GET", "HEAD"} {
				r := httptest.NewRequest(method, target, nil)
				r.Host = "127.0.0.1:3001"
				if test.origin != "" {
					r.Header.Set("Origin", test.origin)
				}
				if test.site != "" {
					r.Header.Set("Sec-Fetch-Site", test.site)
				}
				before := account.Stats().Requests
				w := newRecorder(h, r)
				if allowed := w.Code == http.StatusOK; allowed != test.allowed {
					t.Errorf("%s %s from %q, %q: %d", method, target, test.origin, test.site, w.Code)
				}
				if test.allowed {
					continue
				}
				if w.Code != http.StatusForbidden || account.Stats().Requests != before {
					t.Errorf("%s %s from %q, %q: %d, %d requests to Exotel", method, target, test.origin, test.site, w.Code, account.Stats().Requests-before)
				}
			}
		}
	}
}

// What is far longer than any question is not repeated, whichever part it is of.
func TestLongParametersAreNotRepeated(t *testing.T) {
	account, h := newHandler(t, Options{})
	long := strings.Repeat("x", 900<<10)
	const day = "start=2025-01-15&end=2025-01-15"
	for _, query := range []string{
		long + "=1", day + "&" + long, "start=" + long + "&end=2025-01-15", day + "&text=" + long,
		day + "&phoneNumber=" + strings.Repeat("1", 900<<10), day + "&status=" + long, day + "&direction=%" + long,
	} {
		for _, path := range []string{"/api/dashboard/range", "/api/dashboard", "/api/health"} {
			w := ask(h, "GET", path+"?"+query)
			if status, sentence := refusal(t, w); status != http.StatusBadRequest || len(sentence) > 300 {
				t.Errorf("%s: %d with %d bytes for %.60s", path, status, len(sentence), query)
			}
		}
	}
	if n := account.Stats().Requests; n != 0 {
		t.Errorf("Exotel was asked %d times", n)
	}
}

func TestOnlyGetIsAnswered(t *testing.T) {
	_, h := newHandler(t, Options{})
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		for _, path := range []string{"/api/dashboard", "/api/dashboard/range?start=2025-01-15&end=2025-01-15"} {
			w := ask(h, method, path)
			if status, _ := refusal(t, w); status != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d, allowed %q", method, path, status, w.Header().Get("Allow"))
			}
		}
	}
}

func TestUnknownPathsAreNotFound(t *testing.T) {
	_, h := newHandler(t, Options{})
	for _, path := range []string{"/", "/api", "/api/", "/api/dashboard/", "/api/dashboard/range/", "/api/health/", "/metrics", "/favicon.ico"} {
		if status, _ := refusal(t, ask(h, "GET", path)); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestAnswersAreDataThatNobodyKeeps(t *testing.T) {
	_, h := newHandler(t, Options{})
	for _, path := range []string{"/api/dashboard", "/api/dashboard/range", "/"} {
		header := ask(h, "GET", path).Header()
		for name, want := range map[string]string{
			"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s: %q", path, name, got)
			}
		}
		if header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: other origins may read it", path)
		}
	}
}

// TestARangeThatIsNotWholeIsLoggedOnce: until it is whole, for each range.
func TestARangeThatIsNotWholeIsLoggedOnce(t *testing.T) {
	var log bytes.Buffer
	account, h := newHandler(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	const day, before = "/api/dashboard/range?start=2025-01-15&end=2025-01-15", "/api/dashboard/range?start=2025-01-14&end=2025-01-15"
	short, well := exoteltest.Faults{StopAfterRows: 500}, exoteltest.Faults{}
	for i, step := range []struct {
		faults exoteltest.Faults
		path   string
		status int
		lines  int // in the log by then
	}{
		{short, day, http.StatusOK, 1},
		{short, day, http.StatusOK, 1},
		{short, "/api/dashboard", http.StatusOK, 1},
		{short, day + "&status=busy", http.StatusOK, 1},
		{short, before, http.StatusOK, 2},
		{short, day + "&status=lost", http.StatusBadRequest, 2},
		{well, day, http.StatusOK, 2},
		{exoteltest.Faults{FailStatus: 403}, day, http.StatusBadGateway, 3},
	} {
		account.SetFaults(step.faults)
		if w := ask(h, "GET", step.path); w.Code != step.status {
			t.Errorf("step %d: status %d, want %d", i, w.Code, step.status)
		}
		if lines := strings.Count(log.String(), "\n"); lines != step.lines {
			t.Errorf("step %d: %d lines, want %d:\n%s", i, lines, step.lines, &log)
		}
	}
	if !strings.Contains(log.String(), "from=2025-01-14 to=2025-01-15") {
		t.Errorf("the log names no range:\n%s", &log)
	}
}

// TestRangesThatAreNeverWholeDoNotFillMemory: a program may ask for other days each time.
func TestRangesThatAreNeverWholeDoNotFillMemory(t *testing.T) {
	s := &server{Options: Options{Log: slog.New(slog.DiscardHandler)}, notWhole: map[metrics.Period]bool{}}
	for day := range 10 * maxNoted {
		to := metrics.DateOf(evening).Add(day)
		s.noteNotWhole(metrics.Period{From: to.Add(-1), To: to}, errors.New("calls are missing"))
		if n := len(s.notWhole); n == 0 || n > maxNoted {
			t.Fatalf("%d ranges are remembered", n)
		}
	}
}
