package metrics

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// noon is the moment at which most tests take place, a Friday. The day before it
// is settled.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, exotel.India)

var (
	today     = DateOf(noon)
	yesterday = today.Add(-1)
)

// clock is the account's and the computer's, set by a test.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

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
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return recorder.Result(), nil
}

// newAccount returns a fake account and a client of it, with a common clock.
func newAccount(t testing.TB, o exoteltest.Options) (*exoteltest.Account, *exotel.Client, *clock) {
	t.Helper()
	clock := &clock{noon}
	o.Now = clock.Now
	account := exoteltest.New(o)
	zone := o.Zone
	if zone == nil {
		zone = exotel.India
	}
	client, err := exotel.New(exotel.Options{
		BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token",
		Zone: zone, RatePerMinute: -1, Transport: wire{account}, Now: clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return account, client, clock
}

// sampleAccount has the guide's sample day yesterday.
func sampleAccount(t testing.TB) (*exoteltest.Account, *exotel.Client, *clock) {
	account, client, clock := newAccount(t, exoteltest.Options{})
	account.Add(exoteltest.SampleDay(noon.AddDate(0, 0, -1), exotel.India)...)
	return account, client, clock
}

func oneDay(d Date) Period { return Period{d, d} }

// summarize adds up calls over days that end today.
func summarize(days int, now time.Time, calls ...exotel.Call) *Summary {
	p := Period{DateOf(now).Add(1 - days), DateOf(now)}
	s, finder := NewSummary(p), newDayFinder(p, now.Location())
	for i := range calls {
		created := CreatedAt(&calls[i])
		r := newRow(&calls[i], &phoneBook{})
		r.Verdict = r.Verdict.At(now.Sub(created))
		s.count(&r, finder.find(created))
	}
	s.SetNow(now)
	return s
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
