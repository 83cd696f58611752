package exotel_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// credentials as long as real ones, so that a leak can be told from a plain word.
const (
	testSID   = "acme1"
	testKey   = "k3y-9f1c22aa7b"
	testToken = "t0ken-5be0d7419c"
)

// noon is a Thursday, in the account's zone.
var noon = time.Date(2026, 11, 19, 12, 0, 0, 0, exotel.India)

func frozen(at time.Time) func() time.Time { return func() time.Time { return at } }

func midnight(at time.Time) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, at.Location())
}

// newAccount is a fake account whose clock stands at noon.
func newAccount(callsPerDay int) *exoteltest.Account {
	return exoteltest.New(exoteltest.Options{
		SID: testSID, Key: testKey, Token: testToken,
		Zone: exotel.India, Now: frozen(noon), Seed: 7, CallsPerDay: callsPerDay,
	})
}

// newClient is a client of handler without sockets, and without a pace of its
// own unless change sets one.
func newClient(t testing.TB, handler http.Handler, change func(*exotel.Options)) *exotel.Client {
	t.Helper()
	o := exotel.Options{
		BaseURL: exotel.Mumbai, SID: testSID, Key: testKey, Token: testToken,
		RatePerMinute: -1, Now: frozen(noon), Transport: wireless{handler},
	}
	if change != nil {
		change(&o)
	}
	client, err := exotel.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// wireless hands requests to a handler directly, so that in a synctest bubble
// time passes only where somebody waits.
type wireless struct{ handler http.Handler }

func (w wireless) RoundTrip(request *http.Request) (response *http.Response, err error) {
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	inbound := request.Clone(request.Context())
	inbound.RequestURI = request.URL.RequestURI()
	inbound.Host = request.URL.Host
	recorder := httptest.NewRecorder()
	defer func() {
		switch recover() {
		case nil:
		case http.ErrAbortHandler:
			if err = request.Context().Err(); err != nil {
				return
			}
			if recorder.Body.Len() == 0 {
				err = syscall.ECONNRESET
				return
			}
			response = recorder.Result()
			response.Body = io.NopCloser(io.MultiReader(recorder.Body, broken{}))
		default:
			panic("handler failed")
		}
	}()
	w.handler.ServeHTTP(recorder, inbound)
	response = recorder.Result()
	response.Request = request
	return response, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// reading is what a loop over a Fetch saw.
type reading struct {
	calls []exotel.Call
	tally exotel.Tally
	err   error
}

func read(client *exotel.Client, q exotel.Query) reading {
	return readWith(context.Background(), client, q)
}

func readWith(ctx context.Context, client *exotel.Client, q exotel.Query) (r reading) {
	fetch := client.Calls(q)
	for call, err := range fetch.All(ctx) {
		if err != nil {
			r.err = err
			continue
		}
		r.calls = append(r.calls, call)
	}
	r.tally = fetch.Tally()
	return r
}

// readDays reads each of the last n days, all at once.
func readDays(client *exotel.Client, n int) (all reading) {
	days := make([]reading, n)
	var work sync.WaitGroup
	for i := range days {
		work.Go(func() {
			days[i] = read(client, exotel.Query{From: midnight(noon).AddDate(0, 0, -i-1), To: midnight(noon).AddDate(0, 0, -i)})
		})
	}
	work.Wait()
	for _, day := range days {
		all.calls = append(all.calls, day.calls...)
		all.err = cmp.Or(all.err, day.err)
	}
	return all
}

// today is the range from midnight to the end of the day, as a dashboard asks.
func today() exotel.Query {
	return exotel.Query{From: midnight(noon), To: midnight(noon).AddDate(0, 0, 1)}
}

func lastDays(n int) exotel.Query {
	return exotel.Query{From: midnight(noon).AddDate(0, 0, -n), To: midnight(noon)}
}

// mustMatch compares calls row by row, in whatever order they came.
func mustMatch(t testing.TB, got, want []exotel.Call) {
	t.Helper()
	bySid := make(map[string]exotel.Call, len(want))
	for _, call := range want {
		bySid[call.Sid] = call
	}
	if len(got) != len(want) || len(bySid) != len(want) {
		t.Errorf("read %d calls, the account has %d", len(got), len(want))
	}
	wrong := 0
	for _, call := range got {
		expected, ok := bySid[call.Sid]
		delete(bySid, call.Sid)
		if same(call, expected) {
			continue
		}
		if wrong++; wrong <= 3 {
			t.Errorf("call %q (known and unread: %v)\n read %+v %+v\n want %+v %+v", call.Sid, ok, call, call.Details, expected, expected.Details)
		}
	}
	if wrong > 3 {
		t.Errorf("%d calls differ", wrong)
	}
}

// same regards no legs and an empty list of them as one.
func same(a, b exotel.Call) bool {
	x, y := a.Details, b.Details
	a.Details, b.Details = nil, nil
	if !reflect.DeepEqual(a, b) || (x == nil) != (y == nil) {
		return false
	}
	if x == nil {
		return true
	}
	legs := len(x.Legs) == len(y.Legs)
	for i := range x.Legs {
		legs = legs && x.Legs[i] == y.Legs[i]
	}
	return legs && x.Conversation == y.Conversation && x.Leg1Status == y.Leg1Status && x.Leg2Status == y.Leg2Status
}

func mustSucceed(t testing.TB, r reading) {
	t.Helper()
	if r.err != nil {
		t.Fatalf("reading failed: %v", r.err)
	}
}

// failureOf finds the client's own error in err.
func failureOf(t testing.TB, err error) *exotel.Error {
	t.Helper()
	var failure *exotel.Error
	if !errors.As(err, &failure) {
		t.Fatalf("got %v (%T), want an *exotel.Error", err, err)
	}
	return failure
}

func incomplete(t testing.TB, err error) *exotel.IncompleteError {
	t.Helper()
	var failure *exotel.IncompleteError
	if !errors.As(err, &failure) {
		t.Fatalf("got %v (%T), want an *exotel.IncompleteError", err, err)
	}
	return failure
}

// bubble runs a test in fake time and reports how much of it passed.
func bubble(t *testing.T, test func(t *testing.T)) (passed time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		test(t)
		passed = time.Since(began)
	})
	return passed
}

// logbook keeps every log line as text.
type logbook struct{ bytes.Buffer }

func (l *logbook) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(&l.Buffer, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
