package sqlite_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	zombie "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/metrics/calls/storetest"
	"exotel-monitor/metrics/dbfile"
)

func open(t testing.TB, path string, zone *time.Location) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path, zone, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, zone *time.Location) calls.Store {
		return open(t, filepath.Join(t.TempDir(), "calls.db"), zone)
	})
}

func TestStoreInMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T, zone *time.Location) calls.Store {
		store, err := sqlite.OpenMemory(t.Context(), zone)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		return store
	})
}

// number asks the file with SQLite's own means.
func number(t *testing.T, path, query string) (n int64) {
	t.Helper()
	conn, err := zombie.OpenConn(path, zombie.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{ResultFunc: func(row *zombie.Stmt) error {
		n = row.ColumnInt64(0)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var (
	october = metrics.Period{From: metrics.Date{Year: 2026, Month: 10, Day: 1}, To: metrics.Date{Year: 2026, Month: 10, Day: 5}}
	later   = october.To.Add(2).In(exotel.India)
)

// putOctober puts made-up days and returns their calls.
func putOctober(t *testing.T, store calls.Store) []exotel.Call {
	t.Helper()
	made := storetest.Account(3, october, exotel.India, 40)
	putDays(t, store, october, exotel.India, made)
	return made
}

// putDays puts the days of a period whole.
func putDays(t *testing.T, store calls.Store, p metrics.Period, zone *time.Location, made []exotel.Call) {
	t.Helper()
	for day := p.From; !p.To.Before(day); day = day.Add(1) {
		var of []exotel.Call
		for _, call := range made {
			if metrics.DateOf(metrics.CreatedAt(&call).In(zone)) == day {
				of = append(of, call)
			}
		}
		err := store.Put(t.Context(), calls.Batch{Date: day, Calls: of, Replace: true, UpdateDay: func(_ *calls.Day, stored, _ int) *calls.Day {
			return &calls.Day{Announced: stored, Received: stored, ReadAt: day.Add(1).In(zone), Complete: true}
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func count(t *testing.T, store calls.Store) (n int) {
	t.Helper()
	buckets, err := store.Group(t.Context(), calls.Query{Now: later})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range buckets {
		n += b.Calls + b.Legs
	}
	return n
}

func TestFiguresComeBackFromTheRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	made := putOctober(t, open(t, path, exotel.India))
	for name, spoil := range map[string]string{
		"emptied": "DELETE FROM figures", "damaged": "UPDATE figures SET columns = zeroblob(length(columns))", "of before": "UPDATE figures SET revision = 0",
	} {
		t.Run(name, func(t *testing.T) {
			number(t, path, spoil)
			if n := count(t, open(t, path, exotel.India)); n != len(made) {
				t.Errorf("%d calls, not %d", n, len(made))
			}
			days := int64(october.Days())
			if n := number(t, path, "SELECT count(*) FROM figures f JOIN day d USING (date, revision) WHERE columns <> zeroblob(length(columns))"); n != days {
				t.Errorf("%d days are cached again, not %d", n, days)
			}
		})
	}
}

func TestADayWhoseRowsAreNotThoseThatWereSavedIsDamaged(t *testing.T) {
	const some = " WHERE id IN (SELECT id FROM call WHERE created < (SELECT ends FROM day WHERE date = '2026-10-01') AND parent IS NULL LIMIT 3)"
	for name, damage := range map[string]string{
		"lost":               "DELETE FROM call" + some,
		"of another length":  "UPDATE call SET duration = 4711" + some,
		"of another talk":    "UPDATE call SET talk = 4711, details = 1" + some,
		"of another time":    "UPDATE call SET created = created + 1" + some,
		"of another line":    "UPDATE call SET line = 60000" + some,
		"of another caller":  "UPDATE call SET customer = 4000000" + some,
		"of another agent":   "UPDATE call SET agent = 4000000" + some,
		"of another outcome": "UPDATE call SET outcome = 15, counted = 255, phase = 3" + some,
		"of another phase":   "UPDATE call SET phase = phase + 4" + some,
		"of another parent":  "UPDATE call SET parent = 'one'" + some,
		"of another number":  "UPDATE call SET id = id + 1000" + some,
	} {
		// The rows are read where there are no figures of the day, and for a list.
		for _, figures := range []string{"with figures", "without"} {
			t.Run(name+", "+figures, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "calls.db")
				made := octoberAt(t, path)
				if figures == "without" {
					number(t, path, "DELETE FROM figures")
				}
				number(t, path, damage)
				store := open(t, path, exotel.India)
				expectDamage := func(want bool) {
					t.Helper()
					for by := range calls.NumColumns {
						n, last := 0, error(nil)
						for _, err := range store.Calls(t.Context(), calls.Query{Now: later, Order: calls.Order{By: by}}) {
							if last = err; err == nil {
								n++
							}
						}
						if damaged := errors.Is(last, dbfile.ErrDamaged); damaged != want || !damaged && last != nil || n < len(made)/2 {
							t.Errorf("the list by %d ends after %d calls with %v", by, n, last)
						}
					}
					if _, err := store.Group(t.Context(), calls.Query{Now: later}, calls.ByLine, calls.ByAgent, calls.ByCaller, calls.ByStatus); err != nil {
						t.Fatal(err)
					}
					days, err := store.Days(t.Context(), october)
					if err != nil {
						t.Fatal(err)
					}
					for _, d := range days {
						if d.Damaged != (want && d.Date == october.From) {
							t.Errorf("%v: damaged %v", d.Date, d.Damaged)
						}
					}
				}
				expectDamage(true)
				// A page more does not hide it, and the day saved again mends it.
				if err := store.Put(t.Context(), calls.Batch{Date: october.From, Calls: []exotel.Call{{Sid: "more", Created: october.From.In(exotel.India)}}}); err != nil {
					t.Fatal(err)
				}
				expectDamage(true)
				putOctober(t, store)
				expectDamage(false)
				if n := count(t, store); n != len(made) {
					t.Errorf("%d calls, not %d", n, len(made))
				}
			})
		}
	}
}

func TestADayPutAgainMendsNumbersThatAreDamaged(t *testing.T) {
	const some = " WHERE id % 5 = 1"
	for name, damage := range map[string]string{
		"customer":              "UPDATE call SET customer = 4" + some,
		"agent":                 "UPDATE call SET agent = 4" + some,
		"line":                  "UPDATE call SET line = 1" + some,
		"direction and phase":   "UPDATE call SET direction = 'inbound', phase = 2" + some,
		"customer out of range": "UPDATE call SET customer = -4000000000000" + some,
		"agent out of range":    "UPDATE call SET agent = 1 << 32" + some,
		"line out of range":     "UPDATE call SET line = 65536 + 1" + some,
		"row of a party":        "UPDATE party SET same = 1 WHERE id = 3",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "calls.db")
			octoberAt(t, path)
			number(t, path, damage)
			store := open(t, path, exotel.India)
			made := putOctober(t, store)
			q := calls.Query{Now: later}
			want := storetest.Walk{Calls: made, Zone: exotel.India}.Choose(q)
			for _, by := range []calls.Dimension{calls.ByLine, calls.ByAgent, calls.ByCaller, calls.ByDirection, calls.ByStatus} {
				buckets, err := store.Group(t.Context(), q, by)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := len(buckets), len(want.Group(by)); got != want {
					t.Errorf("%d buckets by %d, not %d", got, by, want)
				}
			}
			n := 0
			for _, err := range store.Calls(t.Context(), q) {
				if err != nil {
					t.Fatal(err)
				}
				n++
			}
			if want := len(want.List(q.Order)); n != want {
				t.Errorf("%d calls are listed, not %d", n, want)
			}
		})
	}
}

func TestCallsThatWillNotChangeAreNotWrittenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	store := open(t, path, exotel.India)
	made := putOctober(t, store)
	err := store.Put(t.Context(), calls.Batch{Date: october.To, Calls: made, AsOf: october.To.Add(1).In(exotel.India)})
	if err != nil {
		t.Fatal(err)
	}
	const may = "((phase <> 0 OR duration IS NULL) AND created > unixepoch('2026-10-04 18:30:00'))"
	wrong := number(t, path, "SELECT count(*) FROM call WHERE (heard IS NOT NULL) <> "+may)
	if n := number(t, path, "SELECT count(*) FROM call WHERE "+may); n == 0 || wrong > 0 {
		t.Errorf("%d calls may change; of %d it is wrong whether they were written", n, wrong)
	}
}

func TestForgottenCallsLeaveNoNumbersAndNoSpace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	store := open(t, path, exotel.India)
	saved := storetest.Account(4, october, exotel.India, 3000)
	if err := store.Put(t.Context(), calls.Batch{Date: october.From, Calls: saved}); err != nil {
		t.Fatal(err)
	}
	if err := store.Forget(t.Context(), october.To); err != nil {
		t.Fatal(err)
	}
	left, callers := count(t, store), map[string]bool{}
	for i := range saved {
		if !metrics.CreatedAt(&saved[i]).Before(october.To.In(exotel.India)) {
			callers[saved[i].From], callers[saved[i].To] = true, true
		}
	}
	delete(callers, "")
	// Spellings that no call has are kept beside one that some call has.
	unused := `SELECT count(*) FROM party WHERE same NOT IN (SELECT same FROM party JOIN call ON party.id IN (sender, receiver))`
	if n := number(t, path, unused); n != 0 || left == 0 {
		t.Errorf("%d unused addresses, %d calls", n, left)
	}
	if err := store.Forget(t.Context(), october.To.Add(1)); err != nil {
		t.Fatal(err)
	}
	if n := number(t, path, "SELECT count(*) FROM party") + number(t, path, "SELECT count(*) FROM recording"); n != 0 {
		t.Errorf("%d addresses and links are left", n)
	}
	if info, err := os.Stat(path); err != nil || info.Size() > 200_000 {
		t.Errorf("%d bytes are left, %v", info.Size(), err)
	}
	putOctober(t, store)
	if n := count(t, store); n == 0 {
		t.Error("nothing can be saved any more")
	}
}

func TestMoreLinesThanFitAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	store := open(t, path, exotel.India)
	number(t, path, "INSERT INTO line (id, address, key) VALUES (65534, 'last', 'last')")
	put := func(sid string) error {
		return store.Put(t.Context(), calls.Batch{Date: october.From, Calls: []exotel.Call{{Sid: sid, ExoPhone: sid, Created: october.From.In(exotel.India)}}})
	}
	if err := put("one that fits"); err != nil {
		t.Error(err)
	}
	if err := put("one that does not"); err == nil {
		t.Error("it was saved")
	}
	if n := count(t, store); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func TestOneStoreFollowsWhatAnotherSaves(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	one, other := open(t, path, exotel.India), open(t, path, exotel.India)
	if n := count(t, other); n != 0 {
		t.Fatalf("%d calls in an empty store", n)
	}
	made := putOctober(t, one)
	if n := count(t, other); n != len(made) {
		t.Errorf("%d calls, not %d", n, len(made))
	}
	if err := one.Forget(t.Context(), october.To.Add(1)); err != nil {
		t.Fatal(err)
	}
	if n := count(t, other); n != 0 {
		t.Errorf("%d calls are left", n)
	}
}
