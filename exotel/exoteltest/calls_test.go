package exoteltest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
)

func TestRefusedQueries(t *testing.T) {
	a, _ := newTestAccount(0)
	a.SetFaults(Faults{RefuseFuture: true})
	ago := func(d int) time.Time { return testNow.AddDate(0, 0, -d) }
	for _, test := range []struct{ query, message string }{
		{"Direction=incoming", "inbound, outbound-dial, outbound-api"},
		{"Status=busy,failed", invalidParameter},
		{"Status=missed", invalidParameter},
		{"StartTime=gte:2026-11-19+00:00:00", invalidParameter},
		{"StartTime>=2026-11-19", invalidParameter},
		{"EndTime=2026-11-19", invalidParameter},
		{between(ago(32), ago(0)), outOfBounds},
		{between(ago(190), ago(189)), outOfBounds},
		{between(ago(1), ago(-1)), outOfBounds},
		{"DateCreated=gte:2026-11-19T00:00:00Z", invalidParameter},
		{"DateCreated=gt:2026-11-19+00:00:00", invalidParameter},
		{"PageSize=101", invalidParameter},
		{"PageSize=0", invalidParameter},
		{"RecordingUrlValidity=4", invalidParameter},
		{"RecordingUrlValidity=61", invalidParameter},
		{"SortBy=Duration", invalidParameter},
		{"After=!", invalidParameter},
		{"Duration=10", invalidParameter},
		{"From=1,2,3,4,5,6", invalidParameter},
		{"Sid=" + strings.Repeat("x,", 100) + "x", invalidParameter},
	} {
		w := get(a, listPath+"?"+test.query)
		if w.Code != http.StatusBadRequest || !contains(w.Body.String(), test.message) ||
			!contains(w.Body.String(), `"RestException"`) {
			t.Errorf("%s: %d %s", test.query, w.Code, w.Body)
		}
	}
	for _, query := range []string{"", "PageSize=100", "RecordingUrlValidity=60", "Offset=3", between(ago(31), ago(0)), "Status=eq:busy"} {
		if w := get(a, listPath+"?"+query); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

func TestFilters(t *testing.T) {
	a, clock := newTestAccount(0)
	at := testNow.Add(-3 * time.Hour)
	for i, c := range []exotel.Call{
		{Sid: "a", From: "09800000001", To: "sip:agent1", ExoPhone: "08040000001", Status: "completed", Direction: "inbound", Duration: 10, Price: "0.5"},
		{Sid: "b", From: "+919800000001", To: "09700000001", ExoPhone: "02240000002", Status: "busy", Direction: "outbound-dial", Duration: 45},
		{Sid: "c", From: "9800000002", To: "08040000001", ExoPhone: "08040000001", Status: "completed", Direction: "outbound-api", Duration: exotel.Unknown},
	} {
		c.Created = at.Add(time.Duration(i) * time.Minute)
		c.Ended = c.Created
		a.Add(c)
	}
	clock.now = testNow.AddDate(0, 0, 1) // twice: with and without remembered matches
	minute := func(m int) time.Time { return at.Add(time.Duration(m) * time.Minute) }
	for _, test := range []struct{ query, want string }{
		{"", "cba"},
		{"SortBy=DateCreated:asc", "abc"},
		{between(minute(0), minute(1)), "ba"},
		{"DateCreated=gte:" + minute(1).Format(wallClock), "cb"},
		{"DateCreated=gte:" + minute(0).Format(wallClock) + ";lte:" + minute(0).Format(wallClock), "a"},
		{"Sid=a,c,x,a", "ca"},
		{"From=%2B919800000001", "ba"},
		{"From=09800000002", "c"},
		{"To=sip:agent1", "a"},
		{"PhoneNumber=08040000001,02240000002", "cba"},
		{"PhoneNumber=4040000001,02240000002", "b"},
		{"Status=completed", "ca"},
		{"Status=eq:busy", "b"},
		{"Direction=outbound-api", "c"},
		{"Duration=gte:10s;lte:45s", "ba"},
		{"Duration=eq:45s", "b"},
		{"Price=gte:0.1", "a"},
		{"Status=completed&Direction=inbound", "a"},
		{"Sid=a,b&Status=busy", "b"},
		{"Status=failed", ""},
	} {
		for range 2 {
			calls, _ := fetch(t, a, "PageSize=1&"+test.query)
			got := ""
			for _, c := range calls {
				got += c.Sid
			}
			if got != test.want {
				t.Errorf("%s: got %q, want %q", test.query, got, test.want)
			}
		}
	}
}

func TestPagingBackAndForth(t *testing.T) {
	a, _ := newTestAccount(0)
	a.Add(SampleDay(testNow, a.zone)...)
	for _, order := range []string{"asc", "desc"} {
		start := listPath + "?PageSize=10&SortBy=DateCreated:" + order + "&" + between(testNow.Add(-10*time.Hour), testNow)
		one := get(a, start)
		first := decodeList(t, one)
		second := decodeList(t, get(a, first.Metadata["NextPageUri"].(string)))
		third := decodeList(t, get(a, second.Metadata["NextPageUri"].(string)))
		again := decodeList(t, get(a, third.Metadata["PrevPageUri"].(string)))
		if first.Metadata["PrevPageUri"] != nil || string(again.Calls[0]) != string(second.Calls[0]) || len(again.Calls) != 10 {
			t.Errorf("%s: previous page differs", order)
		}
		next := first.Metadata["NextPageUri"].(string)
		if !strings.HasPrefix(next, listPath+"?PageSize=10&SortBy=DateCreated:"+order+"&DateCreated=gte%3A2026-11-19+") ||
			!contains(next, "&After=") {
			t.Errorf("link %q", next)
		}
	}
}

func TestCursorSurvivesNewCalls(t *testing.T) {
	a, clock := newTestAccount(0)
	a.Add(SampleDay(testNow, a.zone)...)
	first := decodeList(t, get(a, listPath+"?PageSize=100"))
	clock.now = clock.now.Add(time.Hour)
	second := decodeList(t, get(a, first.Metadata["NextPageUri"].(string)))
	last, _ := readCall(first.Calls[99], a.zone)
	next, _ := readCall(second.Calls[0], a.zone)
	truth := a.Calls(last.Created.Add(-time.Hour), last.Created.Add(time.Second))
	for i := range truth {
		if truth[i].Sid == last.Sid && truth[i-1].Sid != next.Sid {
			t.Errorf("after %s came %s, want %s", last.Sid, next.Sid, truth[i-1].Sid)
		}
	}
	if second.Metadata["Total"].(float64) <= first.Metadata["Total"].(float64) {
		t.Error("an hour of new calls did not raise the total")
	}
}

func TestDefaults(t *testing.T) {
	a, _ := newTestAccount(300)
	body := decodeList(t, get(a, listPath))
	want := len(a.Calls(testNow.Add(-maxSpan), testNow.Add(time.Second)))
	if len(body.Calls) != 50 || int(body.Metadata["Total"].(float64)) != want || body.Metadata["PageSize"].(float64) != 50 {
		t.Errorf("%d rows, %v, want a total of %d", len(body.Calls), body.Metadata, want)
	}
	if c, _ := readCall(body.Calls[0], a.zone); c.Details != nil || c.Created.Day() != 19 {
		t.Errorf("first row %+v", c)
	}
	if w := get(a, listPath); w.Header().Get("Date") != "Thu, 19 Nov 2026 08:52:33 GMT" {
		t.Errorf("Date %q", w.Header().Get("Date"))
	}
}

func TestRawLinks(t *testing.T) {
	a, _ := newTestAccount(200)
	a.SetFaults(Faults{RawLinks: true})
	query := between(testNow.AddDate(0, 0, -1), testNow) + "&From=" + url.QueryEscape("+91980,&")
	next := decodeList(t, get(a, listPath+"?PageSize=10&"+between(testNow.AddDate(0, 0, -1), testNow))).Metadata["NextPageUri"].(string)
	if !contains(next, "DateCreated=gte:2026-11-18 14:22:33;lte:2026-11-19 14:22:33&") {
		t.Errorf("link %q", next)
	}
	if first := decodeList(t, get(a, listPath+"?"+query)).Metadata["FirstPageUri"].(string); !contains(first, "&From=%2B91980,%26") {
		t.Errorf("link %q", first)
	}
	want := a.Calls(testNow.AddDate(0, 0, -1), testNow.Add(time.Second))
	got, _ := fetch(t, a, "details=true&SortBy=DateCreated:asc&"+between(testNow.AddDate(0, 0, -1), testNow))
	same(t, got, want)
}

func TestSingleCallAndXML(t *testing.T) {
	a, _ := newTestAccount(100)
	c := a.Calls(testNow.AddDate(0, 0, -2), testNow.AddDate(0, 0, -1))[5]
	w := get(a, "/v1/Accounts/acme1/Calls/"+c.Sid+".json?details=true")
	got, ok := readCall(w.Body.Bytes(), a.zone)
	if !ok {
		t.Fatalf("%s", w.Body)
	}
	same(t, []exotel.Call{got}, []exotel.Call{c})
	for path, part := range map[string]string{
		"/v1/Accounts/acme1/Calls":          "<TwilioResponse><Metadata><Total>",
		"/v1/Accounts/acme1/Calls/" + c.Sid: "<Sid>" + c.Sid + "</Sid>",
		"/v1/Accounts/acme1":                "<FriendlyName>acme1<",
		"/v1/Accounts/acme1/Calls/none":     "<Status>404</Status>",
	} {
		if w := get(a, path); !contains(w.Body.String(), part) || w.Header().Get("Content-Type") != xmlType {
			t.Errorf("%s: %s", path, w.Body)
		}
	}
}

func TestNumbersThatAreComparedAsTexts(t *testing.T) {
	a, clock := newTestAccount(0)
	rows := SpellingRows(testNow, nil)
	a.Add(rows...)
	a.SetPhone(ReturnsLine)
	clock.now = testNow.AddDate(0, 0, 1)
	for _, test := range []struct {
		exact  bool
		filter string
		want   int
	}{
		{false, "08040000007", 5}, {false, "+918040000007", 5}, {false, "exo5b221ee9", 0},
		{true, "08040000007", 2}, {true, "+918040000007", 2}, {true, "918040000007", 1}, {true, "exo5b221ee9", 0},
		{true, "08040000007,+918040000007", 4},
	} {
		a.SetFaults(Faults{ExactNumbers: test.exact})
		if calls, _ := fetch(t, a, "PageSize=100&PhoneNumber="+url.QueryEscape(test.filter)); len(calls) != test.want {
			t.Errorf("%+v: %d calls", test, len(calls))
		}
	}
	w := get(a, listPath+"?Sid="+rows[5].Sid)
	if body := w.Body.String(); !contains(body, `"PhoneNumberSid":"exo5b221ee9"`) || contains(body, `"PhoneNumber":`) {
		t.Errorf("the row that names its line by the SID: %s", body)
	}
}
