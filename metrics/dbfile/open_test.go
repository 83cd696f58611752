package dbfile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"
)

func TestAnOlderVersionIsBroughtForwardWithAllThatIsInIt(t *testing.T) {
	for n := 1; n <= len(schema.Migrations); n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			path := newPath(t)
			database(t, path, version(n), someWords)
			before := contentsAt(t, path)
			f := opened(t, path)
			if after := contentsOf(t, f); after != before || before == "" {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
			check(t, f.Use(t.Context(), func(conn *sqlite.Conn) error {
				if got := must(number(conn, "PRAGMA user_version"))(t); got != int64(len(schema.Migrations)) {
					t.Errorf("it is of version %d", got)
				}
				return nil
			}))
		})
	}
}

func TestWhatIsNotOursIsRefusedAndLeftAlone(t *testing.T) {
	newer := schema
	newer.Migrations = append(newer.Migrations[:len(newer.Migrations):len(newer.Migrations)], "CREATE TABLE more (x)")
	for name, test := range map[string]struct {
		schema sqlitemigration.Schema
		want   error
	}{
		"a newer version":   {newer, ErrNewer},
		"another program":   {sqlitemigration.Schema{AppID: 8, Migrations: []string{"CREATE TABLE recipe (name TEXT)"}}, ErrForeign},
		"a program unnamed": {sqlitemigration.Schema{Migrations: []string{"CREATE TABLE recipe (name TEXT)"}}, ErrForeign},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			database(t, path, test.schema)
			before := must(os.ReadFile(path))(t)
			if _, err := Open(t.Context(), path, quiet); !errors.Is(err, test.want) {
				t.Errorf("got %v", err)
			}
			if after := must(os.ReadFile(path))(t); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestADamagedFileIsSetAsideAndANewOneBegun(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"no database":   func([]byte) []byte { return []byte(strings.Repeat("not a database ", 1000)) },
		"damaged pages": func(b []byte) []byte { copy(b[4096:], bytes.Repeat([]byte{0xA5}, len(b)-4096)); return b },
		"cut off":       func(b []byte) []byte { return b[:len(b)/2] },
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			database(t, path, schema, someWords, manyPages)
			broken := damage(must(os.ReadFile(path))(t))
			check(t, os.WriteFile(path, broken, 0o600))
			f, log := logged(t, path)
			if got := contentsOf(t, f); got != "" {
				t.Errorf("in the new one:\n%s", got)
			}
			check(t, f.Use(t.Context(), run(oneWord)))
			if !strings.Contains(log, "was damaged") || !strings.Contains(log, asideMark) {
				t.Errorf("logged: %s", log)
			}
			expectAside(t, path, broken)
		})
	}
}

// expectAside looks for a file that was set aside as it was, but for the header,
// which counts how often it was opened.
func expectAside(t *testing.T, path string, broken []byte) {
	t.Helper()
	const header = 100
	entries := must(os.ReadDir(filepath.Dir(path)))(t)
	for _, entry := range entries {
		name := filepath.Join(filepath.Dir(path), entry.Name())
		if b := must(os.ReadFile(name))(t); strings.HasPrefix(name, path+asideMark) && len(b) == len(broken) && bytes.Equal(b[header:], broken[header:]) {
			return
		}
	}
	t.Errorf("set aside: %v", entries)
}

func TestAFileThatAnotherProgramWritesForEverIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		check(t, must(Open(t.Context(), path, quiet))(t).Close())
		other := must(sqlite.OpenConn(path, sqlite.OpenReadWrite))(t)
		check(t, sqlitex.ExecuteTransient(other, "BEGIN IMMEDIATE", nil))
		began := time.Now()
		_, err := Open(t.Context(), path, quiet)
		if took := time.Since(began); !errors.Is(err, ErrBusy) || !MayBeReadable(err) || took < maxBusy || took > 2*maxBusy {
			t.Errorf("after %v: %v", took, err)
		}
		check(t, other.Close())
	})
}
