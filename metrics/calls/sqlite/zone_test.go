package sqlite_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/metrics/calls/storetest"
)

// readIn returns calls as they are read by who takes their wall clock, in India, for
// that of a zone.
func readIn(zone *time.Location, made []exotel.Call) []exotel.Call {
	read := make([]exotel.Call, len(made))
	for i, call := range made {
		for _, at := range []*time.Time{&call.Created, &call.Updated, &call.Started, &call.Ended} {
			if wall := at.In(exotel.India); !at.IsZero() {
				*at = time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
			}
		}
		read[i] = call
	}
	return read
}

func TestAZoneThatIsCorrectedMovesWhatIsStored(t *testing.T) {
	made := storetest.Account(3, october, exotel.India, 40)
	for _, wrong := range []string{"America/New_York", "UTC", "Asia/Dubai", "Asia/Singapore"} {
		t.Run(wrong, func(t *testing.T) {
			zone, err := time.LoadLocation(wrong)
			if err != nil {
				t.Fatal(err)
			}
			path := newPath(t)
			store := open(t, path, zone)
			putDays(t, store, october, zone, readIn(zone, made))
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			store, log := logged(t, path) // in India
			if !strings.Contains(log, "moved to the account's time zone") {
				t.Errorf("logged %q", log)
			}
			if days, err := store.Days(t.Context(), metrics.Period{}); err != nil || len(days) != 0 {
				t.Errorf("known days: %v, %v", days, err)
			}
			stored, err := store.OpenCalls(t.Context(), time.Time{}, time.Unix(0, 0))
			if err != nil || len(stored) != len(made) {
				t.Fatalf("%d calls, not %d: %v", len(stored), len(made), err)
			}
			created := map[string]time.Time{}
			for _, call := range stored {
				created[call.Sid] = call.Created
			}
			for _, call := range made {
				if want := metrics.CreatedAt(&call); !created[call.Sid].Equal(want) {
					t.Errorf("%s was created at %v, not %v", call.Sid, created[call.Sid], want)
				}
			}
			if n := number(t, path, "SELECT count(*) FROM call WHERE utc_offset <> 19800 OR started <> created OR updated <> created + 60"); n != 0 {
				t.Errorf("%d calls have other times", n)
			}
			putDays(t, store, metrics.Period{From: october.From.Add(1), To: october.To.Add(-1)}, exotel.India, made)
			for _, day := range []metrics.Date{october.From, october.To} { // a page of theirs suffices
				if err := store.Put(t.Context(), calls.Batch{Date: day}); err != nil {
					t.Fatal(err)
				}
			}
			q := calls.Query{Now: later}
			by := []calls.Dimension{calls.ByDay, calls.ByHour, calls.ByStatus, calls.ByOutcome}
			want := storetest.Walk{Calls: made, Zone: exotel.India}.Choose(q).Group(by...)
			got, err := store.Group(t.Context(), q, by...)
			if err != nil || len(got) != len(want) {
				t.Fatalf("%d buckets, not %d: %v", len(got), len(want), err)
			}
			for _, b := range got {
				if b != want[b.Key] {
					t.Errorf("got %+v, want %+v", b, want[b.Key])
				}
			}
		})
	}
}

func TestTheSameZoneForgetsNothing(t *testing.T) {
	path := newPath(t)
	octoberAt(t, path)
	revision := number(t, path, "SELECT revision FROM state")
	store, log := logged(t, path)
	if days, err := store.Days(t.Context(), october); err != nil || len(days) != october.Days() || log != "" {
		t.Errorf("%d days are known, %v; logged %q", len(days), err, log)
	}
	if now, err := store.Revision(t.Context()); err != nil || now != revision {
		t.Errorf("revision %d, not %d: %v", now, revision, err)
	}
}

func TestAZoneIsKnownByWhatItsClocksShow(t *testing.T) {
	zone := func(name string) *time.Location {
		loaded, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return loaded
	}
	for _, test := range []struct {
		name        string
		before, now *time.Location
		same        bool
	}{
		{"India by two names", exotel.India, zone("Asia/Kolkata"), true},
		{"one name of two zones", time.FixedZone("IST", 2*60*60), exotel.India, false},
		{"a zone with summer time and one without", zone("Africa/Johannesburg"), zone("Africa/Cairo"), false},
		{"zones whose summers begin on other days", zone("Europe/Athens"), zone("Africa/Cairo"), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := newPath(t)
			known := 0
			for _, zone := range []*time.Location{test.before, test.now} {
				store, err := sqlite.Open(t.Context(), path, zone, slog.New(slog.DiscardHandler))
				if err != nil {
					t.Fatal(err)
				}
				days, err := store.Days(t.Context(), metrics.Period{})
				if err != nil {
					t.Fatal(err)
				}
				known = len(days)
				putDays(t, store, october, zone, nil)
				if err := store.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if (known > 0) != test.same {
				t.Errorf("%d days are known in the other zone", known)
			}
		})
	}
}

func TestNobodyWritesInTheZoneOfBefore(t *testing.T) {
	path := newPath(t)
	before := open(t, path, time.UTC)
	made := putOctober(t, open(t, path, exotel.India))
	if err := before.Put(t.Context(), calls.Batch{Date: october.From, Replace: true}); err == nil || !strings.Contains(err.Error(), "another time zone than UTC") {
		t.Errorf("got %v", err)
	}
	if n := number(t, path, "SELECT count(*) FROM call"); int(n) != len(made) {
		t.Errorf("%d calls, not %d", n, len(made))
	}
}
