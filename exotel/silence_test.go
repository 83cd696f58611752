package exotel_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"exotel-monitor/exotel"
)

// What is not a list that ends must never be read as one with no more calls.
func TestAnswersThatHideCallsAreNoEmptyList(t *testing.T) {
	rows := strings.Repeat(`{"Sid":"x","DateCreated":null},`, 99)
	for name, body := range map[string]string{
		"a failure beside an empty list":   `{"RestException":{"Status":500,"Message":"oops"},"Calls":[]}`,
		"a failure beside null":            `{"RestException":{"Status":500},"Calls":null}`,
		"null without a total":             `{"Calls":null}`,
		"null with a total":                `{"Metadata":{"Total":7},"Calls":null}`,
		"a full page and no metadata":      `{"Calls":[` + rows + `{"Sid":"y"}]}`,
		"an empty page with a next, total": `{"Metadata":{"NextPageUri":"/v1/Accounts/acme1/Calls.json?After=x"},"Calls":[]}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(body)) }), nil)
			if r := read(client, today()); r.err == nil {
				t.Errorf("%s: read as %d calls", name, len(r.calls))
			}
		})
	}
}

func TestNothingIsAnEmptyListWhenTheTotalSaysSo(t *testing.T) {
	for _, body := range []string{
		`{"Metadata":{"Total":0},"Calls":null}`, `{"Metadata":{"Total":0},"Calls":{}}`, `{"Calls":{ },"Metadata":{"Total":"0"}}`,
	} {
		client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(body)) }), nil)
		r := read(client, today())
		mustSucceed(t, r)
		if len(r.calls) != 0 {
			t.Errorf("%s: %d calls", body, len(r.calls))
		}
	}
}

func TestNothingFoundOnALaterPageIsNoEnd(t *testing.T) {
	client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasSuffix(r.URL.Path, "/Calls.json"):
			w.Write([]byte(`{"Account":{"Sid":"acme1"}}`))
		case strings.Contains(r.URL.RawQuery, "After"):
			w.WriteHeader(http.StatusNotFound)
			w.Write([]byte(`{"RestException":{"Status":404,"Message":"No matching results"}}`))
		default:
			w.Write([]byte(`{"Metadata":{"NextPageUri":"/v1/Accounts/acme1/Calls.json?After=x"},"Calls":[{"Sid":"a","DateCreated":"2026-11-19 10:00:00"}]}`))
		}
	}), nil)
	if failure := failureOf(t, incomplete(t, read(client, today()).err)); failure.Kind != exotel.KindNotFound {
		t.Errorf("got %v", failure)
	}
}

func TestACallThatComesAgainWithoutItsTimeIsOne(t *testing.T) {
	for name, rows := range map[string]string{
		"later":   `{"Sid":"a","DateCreated":"2026-11-19 10:00:00"},{"Sid":"a","DateCreated":null}`,
		"earlier": `{"Sid":"a","DateCreated":null},{"Sid":"a","DateCreated":"2026-11-19 10:00:00"}`,
	} {
		client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte(`{"Metadata":{"Total":1},"Calls":[` + rows + `]}`))
		}), nil)
		r := read(client, today())
		mustSucceed(t, r)
		if len(r.calls) != 1 {
			t.Errorf("%s: %d calls", name, len(r.calls))
		}
	}
}
