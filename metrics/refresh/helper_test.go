package refresh

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
)

const (
	in   = exotel.DirectionInbound
	dial = exotel.DirectionOutboundDial
	api  = exotel.DirectionOutboundAPI
)

// noon is the moment at which most tests take place, a Friday. The day before it
// is settled.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, exotel.India)

var (
	today     = metrics.DateOf(noon)
	yesterday = today.Add(-1)
)

// all chooses every call.
var all metrics.Filter

// sampleHours are the calls of exoteltest.SampleDay by hour.
var sampleHours = [24]int{12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0}

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
	return account, clientIn(t, clock, account, zone), clock
}

// clientOf returns a client of any handler, with a clock of its own.
func clientOf(t testing.TB, clock *clock, h http.Handler) *exotel.Client {
	t.Helper()
	return clientIn(t, clock, h, exotel.India)
}

func clientIn(t testing.TB, clock *clock, h http.Handler, zone *time.Location) *exotel.Client {
	t.Helper()
	client, err := exotel.New(exotel.Options{
		BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token",
		Zone: zone, RatePerMinute: -1, Transport: wire{h}, Now: clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// sampleAccount has the guide's sample day yesterday.
func sampleAccount(t testing.TB) (*exoteltest.Account, *exotel.Client, *clock) {
	account, client, clock := newAccount(t, exoteltest.Options{})
	account.Add(exoteltest.SampleDay(noon.AddDate(0, 0, -1), exotel.India)...)
	return account, client, clock
}

// openStore opens the store at path. end closes it, as the end of a run does.
func openStore(t testing.TB, path string, zone *time.Location) (store *sqlite.Store, end func()) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path, zone, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	end = func() {
		t.Helper()
		if closed {
			return
		}
		closed = true
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(end)
	return store, end
}

// storing returns a fetcher with a new store.
func storing(t testing.TB, client *exotel.Client) *Fetcher {
	t.Helper()
	f, _ := kept(t, client, filepath.Join(t.TempDir(), "calls.db"))
	return f
}

// kept returns a fetcher of the client with the store at path, as a run of the
// program has it. end ends the run.
func kept(t testing.TB, client *exotel.Client, path string) (f *Fetcher, end func()) {
	t.Helper()
	store, end := openStore(t, path, client.Zone())
	return NewFetcher(client, store, Options{}), end
}

// errDisk is what a brokenStore fails with.
var errDisk = errors.New("disk full")

// brokenStore saves nothing while broken.
type brokenStore struct {
	calls.Store
	broken bool
}

func (b *brokenStore) Put(ctx context.Context, batch calls.Batch) error {
	if b.broken {
		return errDisk
	}
	return b.Store.Put(ctx, batch)
}

// breaking returns a fetcher and its store, which can be broken. What is not saved
// then is in a store on top of it.
func breaking(t testing.TB, client *exotel.Client) (*Fetcher, *brokenStore) {
	t.Helper()
	base, _ := openStore(t, filepath.Join(t.TempDir(), "calls.db"), client.Zone())
	top, _ := openStore(t, filepath.Join(t.TempDir(), "top.db"), client.Zone())
	b := &brokenStore{Store: base}
	return NewFetcher(client, calls.NewOverlay(b, top, client.Zone()), Options{}), b
}

// requests counts the requests that an action costs the account.
func requests(account *exoteltest.Account, action func()) int {
	before := account.Stats().Requests
	action()
	return account.Stats().Requests - before
}

// listed is how many calls of today the account has by now.
func listed(account *exoteltest.Account, now time.Time) int {
	return len(account.Calls(today.In(exotel.India), now.Add(time.Second)))
}

func oneDay(d metrics.Date) metrics.Period { return metrics.Period{From: d, To: d} }

// sixMonths is the days that are over and that Exotel has at noon.
func sixMonths() metrics.Period { return metrics.Period{From: FirstAvailableDay(noon), To: yesterday} }

func mustLoad(t testing.TB, f *Fetcher, p metrics.Period, maxAge time.Duration) *View {
	t.Helper()
	view, err := f.Load(t.Context(), p, maxAge, nil)
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// readWhole returns the figures of a period by a fetcher without a memory.
func readWhole(t testing.TB, client *exotel.Client, p metrics.Period) *metrics.Summary {
	t.Helper()
	return summary(t, mustLoad(t, storing(t, client), p, 0), all)
}

// summary returns the figures of a view, which must add up.
func summary(t testing.TB, v *View, f metrics.Filter) *metrics.Summary {
	t.Helper()
	s, _, err := v.Summary(t.Context(), f)
	if err == nil {
		err = s.Check()
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// viewOf returns a complete view of calls over days that end with that of now.
// Calls without a Sid get one.
func viewOf(t testing.TB, days int, now time.Time, made ...exotel.Call) *View {
	t.Helper()
	clock := &clock{now}
	f := storing(t, clientIn(t, clock, http.NotFoundHandler(), now.Location()))
	p := metrics.Period{From: metrics.DateOf(now).Add(1 - days), To: metrics.DateOf(now)}
	of := map[metrics.Date][]exotel.Call{}
	for i, call := range made {
		if call.Sid == "" {
			call.Sid = fmt.Sprint("call", i)
		}
		day := metrics.DateOf(metrics.CreatedAt(&call).In(now.Location()))
		of[day] = append(of[day], call)
	}
	for day := p.From; !p.To.Before(day); day = day.Add(1) {
		mustPut(t, f.store, day, now, of[day]...)
	}
	return f.LoadStored(t.Context(), p)
}

// mustPut puts a day as it is known after a whole reading.
func mustPut(t testing.TB, store calls.Store, day metrics.Date, readAt time.Time, made ...exotel.Call) {
	t.Helper()
	err := store.Put(t.Context(), calls.Batch{Date: day, Calls: made, Replace: true, UpdateDay: func(*calls.Day, int, int) *calls.Day {
		return &calls.Day{Date: day, Announced: len(made), Received: len(made), ReadAt: readAt, Complete: true}
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// mustHold compares the stored calls of a period with the account's, call by call.
func mustHold(t testing.TB, f *Fetcher, account *exoteltest.Account, p metrics.Period) {
	t.Helper()
	want := account.Calls(p.Start(f.client.Zone()), p.End(f.client.Zone()))
	got := make(map[string]exotel.Call, len(want))
	for call, err := range f.store.Calls(t.Context(), calls.Query{Period: p, Now: f.Now()}) {
		if err != nil {
			t.Fatal(err)
		}
		if _, again := got[call.Sid]; again {
			t.Errorf("%s is stored twice", call.Sid)
		}
		got[call.Sid] = call.Call
	}
	n, different := 0, 0
	for _, w := range want {
		if w.ParentSid != "" {
			continue
		}
		n++
		if g, ok := got[w.Sid]; !ok || !reflect.DeepEqual(plain(g), plain(w)) {
			if different++; different < 4 {
				t.Errorf("got  %+v\nwant %+v", plain(g), plain(w))
			}
		}
	}
	equal(t, "stored calls", len(got), n)
	equal(t, "calls that differ", different, 0)
}

// plainCall is a call as it is compared, whatever the zone of its times.
type plainCall struct {
	exotel.Call
	details exotel.Details
	times   [4]int64
}

func plain(c exotel.Call) plainCall {
	p := plainCall{Call: c, times: [4]int64{metrics.CreatedAt(&c).Unix(), c.Updated.Unix(), c.Started.Unix(), c.Ended.Unix()}}
	if c.Details != nil {
		p.details = *c.Details
		p.details.Legs = append([]exotel.Leg{}, p.details.Legs...)
	}
	p.Created, p.Updated, p.Started, p.Ended, p.Extra = time.Time{}, time.Time{}, time.Time{}, time.Time{}, ""
	return p
}

func at(day metrics.Date, hour, minute int) time.Time {
	return time.Date(day.Year, day.Month, day.Day, hour, minute, 0, 0, exotel.India)
}

func details(conversation int, leg1, leg2 string, onCall ...int) *exotel.Details {
	d := &exotel.Details{Conversation: conversation, Leg1Status: leg1, Leg2Status: leg2}
	for i, seconds := range onCall {
		d.Legs = append(d.Legs, exotel.Leg{ID: i + 1, OnCall: seconds})
	}
	return d
}

func answered(created time.Time) exotel.Call {
	return exotel.Call{Status: "completed", Direction: in, Created: created, Ended: created.Add(time.Minute), Duration: 60,
		Details: details(30, "completed", "completed")}
}

func totals(hours [24]metrics.Counts) (list [24]int) {
	for i, c := range hours {
		list[i] = c.Total()
	}
	return list
}

func newYork(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
