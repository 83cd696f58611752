package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	zombie "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/metrics/calls/storetest"
	"exotel-monitor/metrics/dbfile"
)

// newPath returns the path of no file yet, in a folder that SQLite could take for
// something else. Windows allows no question mark.
func newPath(t *testing.T) string {
	name := "a 100%25 #1?ä"
	if runtime.GOOS == "windows" {
		name = strings.ReplaceAll(name, "?", "")
	}
	return filepath.Join(t.TempDir(), name, "calls.db")
}

// october fills a file and closes it.
func octoberAt(t *testing.T, path string) (made []exotel.Call) {
	t.Helper()
	store := open(t, path, exotel.India)
	made = putOctober(t, store)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return made
}

func contents(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// logged opens a file and returns what was logged of it.
func logged(t *testing.T, path string) (*sqlite.Store, string) {
	t.Helper()
	var text strings.Builder
	store, err := sqlite.Open(t.Context(), path, exotel.India, slog.New(slog.NewTextHandler(&text, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store, text.String()
}

// expectAnew expects an empty store in place of a damaged file, which lies aside
// as it was but for its header, which counts how often it was opened.
func expectAnew(t *testing.T, path string, broken []byte) {
	t.Helper()
	store, log := logged(t, path)
	if n := count(t, store); n != 0 {
		t.Errorf("%d calls in the new file", n)
	}
	putOctober(t, store)
	const header = 100
	aside := setAside(t, path)
	if len(aside) != 1 || !bytes.Equal(contents(t, aside[0])[min(header, len(broken)):], broken[min(header, len(broken)):]) {
		t.Errorf("set aside: %v", aside)
	}
	if !strings.Contains(log, "was damaged") || !strings.Contains(log, "damaged-") {
		t.Errorf("logged %q", log)
	}
}

func TestADamagedFileIsSetAsideAndANewOneBegun(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"no database":   func([]byte) []byte { return []byte(strings.Repeat("not a database ", 1000)) },
		"a few letters": func([]byte) []byte { return []byte("hello") },
		"damaged pages": func(b []byte) []byte { copy(b[4096:], bytes.Repeat([]byte{0xA5}, len(b)-4096)); return b },
		"cut off":       func(b []byte) []byte { return b[:len(b)/2] },
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			octoberAt(t, path)
			broken := damage(contents(t, path))
			write(t, path, broken)
			expectAnew(t, path, broken)
		})
	}
}

func TestDamageThatIsFoundInUseIsSetAsideAtTheNextOpening(t *testing.T) {
	path := newPath(t)
	octoberAt(t, path)
	page := number(t, path, "SELECT rootpage FROM sqlite_schema WHERE name = 'call'")
	broken := contents(t, path)
	copy(broken[(page-1)*4096:page*4096], bytes.Repeat([]byte{0xA5}, 4096))
	write(t, path, broken)
	store := open(t, path, exotel.India)
	err := store.Put(t.Context(), calls.Batch{Date: october.From, Calls: []exotel.Call{{Sid: "new", Created: october.From.In(exotel.India)}}})
	if !errors.Is(err, dbfile.ErrDamaged) {
		t.Fatalf("got %v", err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	expectAnew(t, path, broken)
}

func TestDamageThatSQLiteDoesNotKnowOfIsSetAside(t *testing.T) {
	for name, damage := range map[string]string{
		"a negative line":        "UPDATE line SET id = -3 WHERE id = 2",
		"a huge line":            "UPDATE line SET id = 1 << 40 WHERE id = 2",
		"a negative party":       "UPDATE party SET id = -3 WHERE id = 2",
		"a huge party":           "UPDATE party SET id = 1 << 60 WHERE id = 2",
		"a party without others": "UPDATE party SET same = -3",
		"a party of a huge one":  "UPDATE party SET same = 1 << 40",
		"no state":               "DELETE FROM state",
		"no such column":         "ALTER TABLE call RENAME COLUMN talk TO walk",
		"no such column of days": "ALTER TABLE day RENAME COLUMN sum TO sun",
		"no such table":          "ALTER TABLE party RENAME TO parts",
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			octoberAt(t, path)
			number(t, path, "DELETE FROM figures") // all that the rows say is read
			number(t, path, damage)
			store, err := sqlite.Open(t.Context(), path, exotel.India, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			use := func() (err error) {
				for by := range calls.NumColumns {
					for _, e := range store.Calls(t.Context(), calls.Query{Now: later, Text: "98", Order: calls.Order{By: by}}) {
						err = errors.Join(err, e)
					}
				}
				_, grouped := store.Group(t.Context(), calls.Query{Now: later}, calls.ByLine, calls.ByCaller)
				return errors.Join(err, grouped)
			}
			if err := use(); err == nil {
				if n := count(t, store); n != 0 || len(setAside(t, path)) != 1 {
					t.Errorf("%d calls, and no error", n)
				}
			} else if !errors.Is(err, dbfile.ErrDamaged) {
				t.Errorf("got %v", err)
			}
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			store = open(t, path, exotel.India)
			if err := use(); err != nil || len(setAside(t, path)) != 1 {
				t.Errorf("the new file: %v, set aside: %v", err, setAside(t, path))
			}
			putOctober(t, store)
		})
	}
}

// setAside returns the databases that were set aside.
func setAside(t *testing.T, path string) []string {
	t.Helper()
	aside, err := filepath.Glob(filepath.Join(filepath.Dir(path), "calls.db.damaged-*[0-9]"))
	if err != nil {
		t.Fatal(err)
	}
	return aside
}

func TestADayThatCannotBeReadIsNotKnown(t *testing.T) {
	const of = " WHERE date = '2026-10-02'"
	for name, damage := range map[string]string{
		"no date":            "UPDATE day SET date = 'xxxx'" + of,
		"another spelling":   "UPDATE day SET date = '2026-1p-02'" + of,
		"another start":      "UPDATE day SET starts = starts + 64" + of,
		"the date of others": "UPDATE day SET date = '2026-10-42'" + of,
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			made := octoberAt(t, path)
			number(t, path, damage)
			store := open(t, path, exotel.India)
			if days, err := store.Days(t.Context(), metrics.Period{}); err != nil || len(days) != october.Days()-1 {
				t.Errorf("%d days, %v", len(days), err)
			}
			if n := count(t, store); n == 0 || n >= len(made) {
				t.Errorf("%d calls of %d", n, len(made))
			}
			putOctober(t, store)
			if n := count(t, store); n != len(made) {
				t.Errorf("%d calls, not %d, after the day was put again", n, len(made))
			}
		})
	}
}

func TestWhatIsNotOursIsRefusedAndLeftAlone(t *testing.T) {
	newer := sqlite.Schema()
	newer.Migrations = append(newer.Migrations[:len(newer.Migrations):len(newer.Migrations)], "CREATE TABLE more (x)")
	for name, test := range map[string]struct {
		schema sqlitemigration.Schema
		want   error
	}{
		"a newer version":     {newer, dbfile.ErrNewer},
		"another program":     {sqlitemigration.Schema{AppID: 7, Migrations: []string{"CREATE TABLE recipe (name TEXT)"}}, dbfile.ErrForeign},
		"a program unnamed":   {sqlitemigration.Schema{Migrations: []string{"CREATE TABLE recipe (name TEXT)"}}, dbfile.ErrForeign},
		"a newer and unnamed": {sqlitemigration.Schema{Migrations: newer.Migrations}, dbfile.ErrForeign},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "calls.db")
			conn, err := zombie.OpenConn(path, zombie.OpenReadWrite|zombie.OpenCreate)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(sqlitemigration.Migrate(t.Context(), conn, test.schema), conn.Close()); err != nil {
				t.Fatal(err)
			}
			before := contents(t, path)
			_, err = sqlite.Open(t.Context(), path, exotel.India, slog.New(slog.DiscardHandler))
			if !errors.Is(err, test.want) {
				t.Errorf("got %v", err)
			}
			if files, _ := filepath.Glob(path + "*"); len(files) != 1 || !bytes.Equal(before, contents(t, path)) {
				t.Errorf("the file was changed: %v", files)
			}
		})
	}
}

func TestOpeningWritesNothingToAFileThatIsAsItShouldBe(t *testing.T) {
	path := newPath(t)
	octoberAt(t, path)
	before := contents(t, path)
	if err := openAndClose(path); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, contents(t, path)) {
		t.Error("it was written")
	}
}

func TestAPlaceThatCannotBeUsedGivesASentence(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a file")
	write(t, file, nil)
	for _, path := range []string{filepath.Join(file, "calls.db"), folder} {
		_, err := sqlite.Open(t.Context(), path, exotel.India, slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), "open the stored calls in "+path) {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestAFullDiskSavesNothingByHalves(t *testing.T) {
	path := newPath(t)
	first := octoberAt(t, path)
	reset := sqlite.SetConnPragma(fmt.Sprintf("PRAGMA max_page_count = %d", number(t, path, "PRAGMA page_count")+3))
	defer reset()
	store := open(t, path, exotel.India)
	more := storetest.Account(8, metrics.Period{From: october.To.Add(1), To: october.To.Add(1)}, exotel.India, 2000)
	err := store.Put(t.Context(), calls.Batch{Date: october.To.Add(1), Calls: more, Replace: true})
	if !errors.Is(err, dbfile.ErrFull) || !strings.Contains(err.Error(), "free some space") {
		t.Fatalf("got %v", err)
	}
	if n := count(t, store); n != len(first) {
		t.Errorf("%d calls, not %d", n, len(first))
	}
	if n := number(t, path, "SELECT count(*) FROM call"); int(n) != len(first) {
		t.Errorf("%d rows, not %d", n, len(first))
	}
}

func TestAFileThatIsRemovedOrReplacedIsNoticed(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // nobody can remove it there
	}
	for name, meddle := range map[string]func(path string) error{
		"removed":  os.Remove,
		"replaced": func(path string) error { return errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600)) },
		"its folder is removed": func(path string) error {
			return os.RemoveAll(filepath.Dir(path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			store := open(t, path, exotel.India)
			putOctober(t, store)
			if err := meddle(path); err != nil {
				t.Fatal(err)
			}
			_, grouped := store.Group(t.Context(), calls.Query{})
			_, asked := store.Revision(t.Context())
			for _, err := range []error{grouped, asked, store.Put(t.Context(), calls.Batch{Date: october.From})} {
				if !errors.Is(err, dbfile.ErrGone) {
					t.Errorf("got %v", err)
				}
			}
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			again := open(t, path, exotel.India)
			if n := count(t, again); n != 0 {
				t.Errorf("%d calls", n)
			}
			putOctober(t, again)
		})
	}
}

func TestASaveWaitsForAnotherUntilItsContextEnds(t *testing.T) {
	path := newPath(t)
	store := open(t, path, exotel.India)
	other, err := zombie.OpenConn(path, zombie.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	execute(t, other, "BEGIN IMMEDIATE")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- store.Put(ctx, calls.Batch{Date: october.From}) }()
	count(t, store) // who reads does not wait
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	go func() { done <- store.Put(t.Context(), calls.Batch{Date: october.From}) }()
	time.Sleep(10 * time.Millisecond) // it waits by now, or begins later
	execute(t, other, "COMMIT")
	if err := <-done; err != nil {
		t.Errorf("got %v", err)
	}
}

// execute runs a statement.
func execute(t *testing.T, conn *zombie.Conn, query string) {
	t.Helper()
	stmt, _, err := conn.PrepareTransient(query)
	if err == nil {
		_, err = stmt.Step()
		err = errors.Join(err, stmt.Finalize())
	}
	if err != nil {
		t.Fatal(err)
	}
}
