package jsonapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/metrics/refresh"
)

// evening is the end of the guide's sample day, in India.
var evening = time.Date(2025, 1, 15, 23, 59, 59, 0, exotel.India)

// wire carries requests to an account without a network, so that tests can run
// in a bubble of fake time.
type wire struct{ account http.Handler }

func (w wire) RoundTrip(r *http.Request) (response *http.Response, err error) {
	defer func() {
		if recover() != nil {
			response, err = nil, errors.New("the connection broke")
		}
	}()
	recorder := httptest.NewRecorder()
	w.account.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

// newAccount returns a fake account with the guide's sample day, and a client of it.
func newAccount(t *testing.T, o exoteltest.Options) (*exoteltest.Account, *exotel.Client) {
	t.Helper()
	o.Now = func() time.Time { return evening }
	account := exoteltest.New(o)
	if o.CallsPerDay == 0 {
		account.Add(exoteltest.SampleDay(evening, exotel.India)...)
	}
	return account, newClient(t, account, o.Now)
}

// newClient returns a client of an account, or of what stands before one.
func newClient(t *testing.T, account http.Handler, now func() time.Time) *exotel.Client {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	client, err := exotel.New(exotel.Options{
		BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token",
		Zone: zone, RatePerMinute: -1, Transport: wire{account}, Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// newFetcher returns a fetcher into a store of its own.
func newFetcher(t *testing.T, client *exotel.Client) *refresh.Fetcher {
	t.Helper()
	store, err := sqlite.OpenMemory(t.Context(), client.Zone())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return refresh.NewFetcher(client, store, refresh.Options{Temporary: true})
}

func newHandler(t *testing.T, o Options) (*exoteltest.Account, http.Handler) {
	t.Helper()
	account, client := newAccount(t, exoteltest.Options{})
	o.Fetcher = newFetcher(t, client)
	if o.Health == nil {
		o.Health = func() monitor.Snapshot { return monitor.Snapshot{} }
	}
	return account, New(o)
}

// ask sends a request as a program on this computer does.
func ask(h http.Handler, method, target string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "127.0.0.1:3001"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func object(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return o
}

// refusal is the status of an answer that must be nothing but an error.
func refusal(t *testing.T, w *httptest.ResponseRecorder) (status int, sentence string) {
	t.Helper()
	o := object(t, w.Body.Bytes())
	sentence, _ = o["error"].(string)
	if len(o) != 1 || sentence == "" {
		t.Errorf("not an error alone: %v", o)
	}
	return w.Code, sentence
}

func newRecorder(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
