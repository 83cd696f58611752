package file

import (
	"context"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"
)

var quietLog = slog.New(slog.DiscardHandler)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		check(t, err)
		return value
	}
}

// newPath is of no file yet, in a folder that SQLite could take for something
// else. Windows allows no question mark.
func newPath(t *testing.T) string {
	name := "a 100%25 #1?ä"
	if runtime.GOOS == "windows" {
		name = strings.ReplaceAll(name, "?", "")
	}
	return filepath.Join(t.TempDir(), name, "calls.db")
}

func opened(t *testing.T, path string) *File {
	t.Helper()
	f := must(Open(t.Context(), path, schema, quietLog))(t)
	t.Cleanup(func() { check(t, f.Close()) })
	return f
}

// schema has a table for small things and one for large ones.
var schema = sqlitemigration.Schema{AppID: 7, Migrations: []string{
	"CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
	"CREATE TABLE page (body BLOB NOT NULL) STRICT",
}}

// run is a write that runs a script.
func run(script string) func(*sqlite.Conn) error {
	return func(conn *sqlite.Conn) error { return sqlitex.ExecuteTransient(conn, script, nil) }
}

// words returns how many words there are.
func words(t *testing.T, f *File) (n int64) {
	t.Helper()
	check(t, f.Read(context.Background(), func(conn *sqlite.Conn) (err error) {
		n, err = number(conn, "SELECT count(*) FROM word")
		return err
	}))
	return n
}

// number returns what a query of one number returns.
func number(conn *sqlite.Conn, query string) (n int64, err error) {
	err = sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		n = row.ColumnInt64(0)
		return nil
	}})
	return n, err
}
