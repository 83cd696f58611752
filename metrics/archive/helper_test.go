package archive

import (
	"cmp"
	"context"
	"io/fs"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/archive/file"
)

var (
	quietLog = slog.New(slog.DiscardHandler)
	india    = time.FixedZone("IST", 5*60*60+30*60)
	monday   = dayIn(india, 2026, 11, 23)
	tuesday  = dayIn(india, 2026, 11, 24)

	errClosed = fs.ErrClosed
)

const readers = 2 // of a file at once

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		check(t, err)
		return value
	}
}

func opened(t testing.TB, path string, zone *time.Location) *Archive {
	t.Helper()
	f := must(file.Open(t.Context(), path, quietLog))(t)
	t.Cleanup(func() { check(t, f.Close()) })
	return must(New(t.Context(), f, zone))(t)
}

// Close closes the file of an archive that a test opened.
func (a *Archive) Close() error { return a.file.Close() }

func (a *Archive) size() (int64, error) { return a.file.Size() }

// meddle runs a statement on an archive's file.
func meddle(t testing.TB, a *Archive, query string, args ...any) {
	t.Helper()
	check(t, a.file.Write(t.Context(), func(conn *sqlite.Conn) error {
		return sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{Args: args})
	}))
}

func newArchive(t testing.TB) *Archive {
	t.Helper()
	return opened(t, filepath.Join(t.TempDir(), "account", "calls.db"), india)
}

// dayIn is a complete reading of a day, made the morning after.
func dayIn(zone *time.Location, year int, month time.Month, day int) Day {
	from, to := time.Date(year, month, day, 0, 0, 0, 0, zone), time.Date(year, month, day+1, 0, 0, 0, 0, zone)
	return Day{From: from, To: to, ReadAt: to.Add(7*time.Hour + 5*time.Millisecond), Complete: true}
}

func (d Day) with(received, announced int) Day {
	d.Received, d.Announced, d.Missing, d.Complete = received, announced, announced-received, received == announced
	return d
}

// callAt is an answered call of a day, some seconds after its begin.
func callAt(d Day, seconds int, sid string) exotel.Call {
	created := d.From.Add(time.Duration(seconds) * time.Second)
	return exotel.Call{
		Sid: sid, ParentSid: "0f3c9a7be1d24c58a6b7c8d9e0f1162m",
		Created: created, Started: created.Add(time.Second), Ended: created.Add(97 * time.Second), Updated: created.Add(5 * time.Minute),
		From: "09800000001", To: "sip:agent17", ExoPhone: "08040000001",
		Direction: exotel.DirectionInbound, Status: exotel.StatusCompleted,
		Duration: 95, Price: "1.05", AnsweredBy: "human", RecordingURL: "https://recordings.example.com/acme1/" + sid + ".mp3",
		Details: &exotel.Details{Conversation: 70, Leg1Status: "completed", Leg2Status: "completed",
			Legs: []exotel.Leg{{ID: 1, OnCall: 90}, {ID: 2, OnCall: 70}}},
		Extra: `{"CustomField":"order 7","CallerName":"Asha"}`,
	}
}

// read is a reading of a day with these calls.
func read(a *Archive, d Day, calls ...exotel.Call) (*Reading, error) {
	r, err := a.Begin(d.From, d.To)
	for _, call := range calls {
		if err == nil {
			err = r.Add(&call)
		}
	}
	return r, err
}

func tryPut(ctx context.Context, a *Archive, d Day, calls ...exotel.Call) error {
	r, err := read(a, d, calls...)
	if err != nil {
		return err
	}
	return r.Keep(ctx, d)
}

func put(t testing.TB, a *Archive, d Day, calls ...exotel.Call) {
	t.Helper()
	check(t, tryPut(t.Context(), a, d, calls...))
}

// update updates a day, whose figures become those of d.
func update(t testing.TB, a *Archive, d Day, calls ...exotel.Call) (stored, added int) {
	t.Helper()
	check(t, must(read(a, d, calls...))(t).Update(t.Context(), func(s, n int) Day {
		stored, added = s, n
		return d
	}))
	return stored, added
}

// callsOf are the stored calls of a day, which must be in order of time.
func callsOf(t testing.TB, a *Archive, d Day) (calls []exotel.Call) {
	t.Helper()
	last := time.Time{}
	for call, err := range a.Calls(t.Context(), d.From, d.To) {
		check(t, err)
		if created := call.Created; !created.IsZero() {
			if created.Before(last) {
				t.Errorf("%s comes too late", call.Sid)
			}
			last = created
		}
		calls = append(calls, call)
	}
	return calls
}

// expect compares the stored calls of a day, in whatever order they are given.
func expect(t testing.TB, a *Archive, d Day, want ...exotel.Call) {
	t.Helper()
	got := bySid(callsOf(t, a, d))
	if len(got) != len(want) {
		t.Fatalf("%d calls, not %d", len(got), len(want))
	}
	for i, call := range bySid(want) {
		if !reflect.DeepEqual(got[i], call) {
			t.Errorf("got  %+v of %+v\nwant %+v of %+v", got[i], got[i].Details, call, call.Details)
		}
	}
}

func bySid(calls []exotel.Call) []exotel.Call {
	return slices.SortedFunc(slices.Values(calls), func(a, b exotel.Call) int { return cmp.Compare(a.Sid, b.Sid) })
}

func sids(calls []exotel.Call) (list []string) {
	for _, call := range calls {
		list = append(list, call.Sid)
	}
	slices.Sort(list)
	return list
}
