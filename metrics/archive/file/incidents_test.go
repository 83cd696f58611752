package file

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"
)

// beside is the path of the old record of incidents.
func beside(path string) string { return filepath.Join(filepath.Dir(path), oldRecord) }

// expectGone looks for what is left of the old record.
func expectGone(t *testing.T, path string) {
	t.Helper()
	for _, name := range files(beside(path)) {
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left", name)
		}
	}
}

func TestTheOldRecordOfIncidentsIsTakenOver(t *testing.T) {
	for name, calls := range map[string]func(t *testing.T, path string){
		"without calls":        func(*testing.T, string) {},
		"into the old version": func(t *testing.T, path string) { database(t, path, version(1), someCalls) },
		"into the new version": func(t *testing.T, path string) { database(t, path, schema, someCalls) },
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			calls(t, path)
			database(t, beside(path), oldSchema, someIncidents)
			want := contentsAt(t, beside(path), tablesOfIncidents)
			f, log := logged(t, path)
			if got := contentsOf(t, f, tablesOfIncidents); got != want || log != "" {
				t.Errorf("got:\n%s\nwant:\n%s\nlogged: %s", got, want, log)
			}
			expectGone(t, path)
		})
	}
}

// crashedRecord makes an old record as a crash leaves it, and returns what is in
// it. The record was held exclusively, and so had a log without a map beside it.
func crashedRecord(t *testing.T, old string, s sqlitemigration.Schema) string {
	t.Helper()
	source := filepath.Join(t.TempDir(), "running.db")
	database(t, source, s)
	running := must(sqlite.OpenConn(source, sqlite.OpenReadWrite))(t)
	defer running.Close()
	check(t, sqlitex.ExecScript(running, "PRAGMA locking_mode = EXCLUSIVE"))
	check(t, sqlitex.ExecScript(running, someIncidents))
	check(t, os.MkdirAll(filepath.Dir(old), 0o700))
	for _, suffix := range []string{"", "-wal"} {
		check(t, os.WriteFile(old+suffix, must(os.ReadFile(source+suffix))(t), 0o600))
	}
	return contents(t, running, tablesOfIncidents)
}

func TestTheOldRecordIsTakenOverAfterACrash(t *testing.T) {
	path := newPath(t)
	want := crashedRecord(t, beside(path), oldSchema)
	f := opened(t, path)
	if got := contentsOf(t, f, tablesOfIncidents); got != want || want == "" {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	expectGone(t, path)
}

// A crash leaves a beginning of the log that SQLite writes before the file, and
// the old record, which is removed when it was taken over for sure.
func TestTheOldRecordIsTakenOverOnceWhereverACrashComes(t *testing.T) {
	path := newPath(t)
	database(t, path, schema, someCalls)
	database(t, beside(path), oldSchema, someIncidents)
	old := must(os.ReadFile(beside(path)))(t)
	want := contentsAt(t, beside(path), tablesOfIncidents)
	opened(t, path)
	file, log := must(os.ReadFile(path))(t), must(os.ReadFile(path+"-wal"))(t)

	seen := map[string]int{}
	for cut := 0; cut <= len(log); cut = min(cut+500, len(log)) {
		crashed := newPath(t)
		check(t, os.MkdirAll(filepath.Dir(crashed), 0o700))
		check(t, os.WriteFile(crashed, file, 0o600))
		check(t, os.WriteFile(crashed+"-wal", log[:cut], 0o600))
		conn := must(sqlite.OpenConn(crashed, sqlite.OpenReadWrite))(t)
		taken := must(number(conn, "SELECT count(*) FROM alert"))(t) > 0
		marked := must(number(conn, "SELECT count(*) FROM memo WHERE name = ?", takenOver))(t) > 0
		check(t, conn.Close())
		switch {
		case !taken && !marked:
			seen["not yet taken"]++
		case taken && marked:
			seen["not yet removed"]++
		case taken:
			seen["removed"]++
		default:
			t.Errorf("marked and not taken, after %d bytes of %d", cut, len(log))
		}
		if marked || !taken {
			check(t, os.WriteFile(beside(crashed), old, 0o600))
		}
		f, said := logged(t, crashed)
		if got := contentsOf(t, f, tablesOfIncidents); got != want || said != "" {
			t.Fatalf("after %d of %d bytes:\n%s\nwant:\n%s\nlogged: %s", cut, len(log), got, want, said)
		}
		expectGone(t, crashed)
		check(t, f.Close())
		if cut == len(log) {
			break
		}
	}
	if len(seen) != 3 {
		t.Errorf("seen: %v", seen)
	}
}

func TestARecordThatCannotBeTakenOverIsLeftAndTheRestGoesOn(t *testing.T) {
	newer := oldSchema
	newer.Migrations = append(newer.Migrations[:1:1], "CREATE TABLE more (x)")
	for name, test := range map[string]struct {
		make func(t *testing.T, old string)
		want string
	}{
		"a newer version":                {func(t *testing.T, old string) { database(t, old, newer, someIncidents) }, "newer version"},
		"a newer version, after a crash": {func(t *testing.T, old string) { crashedRecord(t, old, newer) }, "newer version"},
		"of another program": {func(t *testing.T, old string) {
			database(t, old, sqlitemigration.Schema{AppID: 7, Migrations: []string{incidents}}, someIncidents)
		}, "no record of incidents"},
		"no database": {func(t *testing.T, old string) { check(t, os.WriteFile(old, []byte("not a database"), 0o600)) }, "not a database"},
		"empty":       {func(t *testing.T, old string) { check(t, os.WriteFile(old, nil, 0o600)) }, "no record of incidents"},
		"damaged": {func(t *testing.T, old string) {
			database(t, old, oldSchema, someIncidents, "INSERT INTO odd VALUES (21, 1, 1, zeroblob(60000));")
			b := must(os.ReadFile(old))(t)
			check(t, os.WriteFile(old, b[:len(b)-8192], 0o600))
		}, "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			database(t, path, version(1), someCalls)
			test.make(t, beside(path))
			state := func() []byte {
				log, _ := os.ReadFile(beside(path) + "-wal") // mostly there is none, or an empty one
				return append(must(os.ReadFile(beside(path)))(t), log...)
			}
			before := state()
			for range 2 { // starts of the program
				f, log := logged(t, path)
				if !strings.Contains(log, "could not be taken over") || !strings.Contains(log, test.want) {
					t.Errorf("logged: %s", log)
				}
				if got := contentsOf(t, f, tablesOfIncidents); got != "" {
					t.Errorf("taken over:\n%s", got)
				}
				if got := words(t, f); got != 2 {
					t.Errorf("%d words", got)
				}
				check(t, f.WriteThrough(t.Context(), run(oneWord)))
				check(t, f.Write(t.Context(), run("DELETE FROM address WHERE id = 2")))
				check(t, f.Close())
			}
			if !bytes.Equal(before, state()) {
				t.Error("it was changed")
			}
		})
	}
}

// An older version of the program, started once more, makes a new record.
func TestALaterRecordIsNotTakenForTheOneThatWasTakenOver(t *testing.T) {
	path := newPath(t)
	database(t, beside(path), oldSchema, someIncidents)
	f := opened(t, path)
	want := contentsOf(t, f, tablesOfIncidents)
	// The program was ended between the removal and what follows it.
	check(t, f.Write(t.Context(), run("INSERT INTO memo VALUES ('"+takenOver+"', 1)")))
	check(t, f.Close())
	check(t, opened(t, path).Close())
	database(t, beside(path), oldSchema, "INSERT INTO alert VALUES (1, 'OTHER', 'OTHER', 5, 9, 0, 0, 6, 0, 1, 0, 1);")
	f, log := logged(t, path)
	if got := contentsOf(t, f, tablesOfIncidents); got != want || !strings.Contains(log, "left where it is") {
		t.Errorf("got:\n%s\nwant:\n%s\nlogged: %s", got, want, log)
	}
	if _, err := os.Stat(beside(path)); err != nil {
		t.Error(err)
	}
}

func TestAnOlderVersionThatRunsIsAnotherCopy(t *testing.T) {
	path := newPath(t)
	database(t, beside(path), oldSchema, someIncidents)
	running := must(sqlite.OpenConn(beside(path), sqlite.OpenReadWrite))(t)
	check(t, sqlitex.ExecScript(running, "PRAGMA locking_mode = EXCLUSIVE"))
	check(t, sqlitex.ExecScript(running, "DELETE FROM odd"))
	if _, err := Open(t.Context(), path, quietLog); !errors.Is(err, ErrInUse) {
		t.Errorf("got %v", err)
	}
	check(t, running.Close())
	f := opened(t, path)
	if got := contentsOf(t, f, tablesOfIncidents); !strings.Contains(got, "CRITICAL") {
		t.Errorf("taken over:\n%s", got)
	}
	expectGone(t, path)
}
