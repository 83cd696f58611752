package exoteltest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
)

// testNow is a Thursday afternoon.
var testNow = time.Date(2026, 11, 19, 14, 22, 33, 0, indianZone())

// testClock is an account's clock that a test sets.
type testClock struct{ now time.Time }

func (c *testClock) Now() time.Time { return c.now }

func newTestAccount(perDay int) (*Account, *testClock) {
	clock := &testClock{testNow}
	return New(Options{Now: clock.Now, CallsPerDay: perDay, Seed: 7}), clock
}

// get asks with good credentials.
func get(h http.Handler, target string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, strings.ReplaceAll(target, " ", "+"), nil)
	r.SetBasicAuth("key", "token")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const listPath = "/v1/Accounts/acme1/Calls.json"

// between is the DateCreated filter of a range.
func between(from, to time.Time) string {
	return "DateCreated=" + url.QueryEscape("gte:"+from.Format(wallClock)+";lte:"+to.Format(wallClock))
}

type listBody struct {
	Metadata map[string]any
	Calls    []json.RawMessage
}

func decodeList(t *testing.T, w *httptest.ResponseRecorder) listBody {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	var body listBody
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return body
}

// fetch reads all pages of a query as a correct client must: repeated and
// unreadable rows dropped.
func fetch(t *testing.T, a *Account, query string) (calls []exotel.Call, pages int) {
	t.Helper()
	seen := map[string]bool{}
	for next := listPath + "?" + query; next != ""; pages++ {
		if pages > 3000 {
			t.Fatal("paging does not end")
		}
		body := decodeList(t, get(a, next))
		for _, raw := range body.Calls {
			if c, ok := readCall(raw, a.zone); ok && !seen[c.Sid] {
				seen[c.Sid] = true
				calls = append(calls, c)
			}
		}
		next, _ = body.Metadata["NextPageUri"].(string)
	}
	return calls, pages
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		if v != "null" && v != "None" && v != "undefined" {
			return v
		}
	case json.Number:
		return v.String()
	}
	return ""
}

func word(v any) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(text(v))), " ", "-")
}

func number(v any) int {
	n, err := strconv.Atoi(text(v))
	if err != nil {
		return exotel.Unknown
	}
	return n
}

// readCall is a slow and lenient reader, written apart from the client's.
func readCall(raw []byte, zone *time.Location) (c exotel.Call, ok bool) {
	var m map[string]any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if d.Decode(&m) != nil {
		return c, false
	}
	if inner, wrapped := m["Call"].(map[string]any); wrapped {
		m = inner
	}
	moment := func(key string) time.Time {
		t, err := time.ParseInLocation(wallClock, text(m[key]), zone)
		if err != nil || t.Year() == 1970 {
			return time.Time{}
		}
		return t
	}
	c = exotel.Call{
		Sid: text(m["Sid"]), ParentSid: text(m["ParentCallSid"]),
		Created: moment("DateCreated"), Updated: moment("DateUpdated"),
		Started: moment("StartTime"), Ended: moment("EndTime"),
		From: text(m["From"]), To: text(m["To"]), ExoPhone: text(m["PhoneNumber"]),
		Direction: word(m["Direction"]), Status: word(m["Status"]),
		Duration: number(m["Duration"]), Price: text(m["Price"]),
		AnsweredBy: text(m["AnsweredBy"]), RecordingURL: text(m["RecordingUrl"]),
	}
	if c.ExoPhone == "" {
		c.ExoPhone = text(m["PhoneNumberSid"])
	}
	if details, has := m["Details"].(map[string]any); has {
		c.Details = &exotel.Details{Conversation: number(details["ConversationDuration"]),
			Leg1Status: word(details["Leg1Status"]), Leg2Status: word(details["Leg2Status"])}
		legs, _ := details["Legs"].([]any)
		for _, l := range legs {
			leg := l.(map[string]any)["Leg"].(map[string]any)
			c.Details.Legs = append(c.Details.Legs, exotel.Leg{ID: number(leg["Id"]), OnCall: number(leg["OnCallDuration"])})
		}
	}
	if tags, has := m["Tags"]; has {
		extra, err := json.Marshal(map[string]any{"Depth": m["Depth"], "Tags": tags})
		if err != nil {
			return c, false
		}
		c.Extra = string(extra)
	}
	return c, c.Sid != ""
}

// same compares calls, in the same order.
func same(t *testing.T, got, want []exotel.Call) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d calls, want %d", len(got), len(want))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("call %d\n got %+v %+v\nwant %+v %+v", i, got[i], got[i].Details, want[i], want[i].Details)
		}
	}
}
