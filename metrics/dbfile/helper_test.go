package dbfile

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"
)

var quiet = options(slog.New(slog.DiscardHandler))

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

// options are those of the test's files.
func options(log *slog.Logger) Options {
	return Options{Schema: schema, Conns: 2, Check: CheckPages, Damaged: "it was damaged", Log: log}
}

func opened(t *testing.T, path string) *File {
	t.Helper()
	f, _ := logged(t, path)
	return f
}

// logged opens a file and returns what was logged of it.
func logged(t *testing.T, path string) (*File, string) {
	t.Helper()
	var text strings.Builder
	f := must(Open(t.Context(), path, options(slog.New(slog.NewTextHandler(&text, nil)))))(t)
	t.Cleanup(func() { check(t, f.Close()) })
	return f, text.String()
}

// database makes a database with what is run on it.
func database(t *testing.T, path string, s sqlitemigration.Schema, scripts ...string) {
	t.Helper()
	check(t, os.MkdirAll(filepath.Dir(path), 0o700))
	conn := must(sqlite.OpenConn(path))(t)
	check(t, sqlitemigration.Migrate(t.Context(), conn, s))
	for _, script := range scripts {
		check(t, sqlitex.ExecScript(conn, script))
	}
	check(t, conn.Close())
}

// version is the schema as it was in an older version of the program.
func version(n int) sqlitemigration.Schema {
	return sqlitemigration.Schema{AppID: schema.AppID, Migrations: schema.Migrations[:n]}
}

// schema has a table for small things and one for large ones.
var schema = sqlitemigration.Schema{AppID: 7, Migrations: []string{
	"CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
	"CREATE TABLE page (body BLOB NOT NULL) STRICT",
}}

// oneWord, someWords and manyPages fill the tables.
const (
	oneWord   = "INSERT INTO word SELECT count(*), 'word' FROM word"
	someWords = "INSERT INTO word VALUES (0, 'sip:agent17'), (1, '');"
	manyPages = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000)
		INSERT INTO page SELECT randomblob(50) FROM n;`
)

// contents returns all values of the words, with their types, in order.
func contents(t *testing.T, conn *sqlite.Conn) string {
	t.Helper()
	var text strings.Builder
	check(t, sqlitex.ExecuteTransient(conn, "SELECT * FROM word", &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		for i := range row.ColumnCount() {
			fmt.Fprintf(&text, " %v:%q", row.ColumnType(i), row.ColumnText(i))
		}
		fmt.Fprintln(&text)
		return nil
	}}))
	return text.String()
}

func contentsAt(t *testing.T, path string) string {
	t.Helper()
	conn := must(sqlite.OpenConn(path, sqlite.OpenReadOnly))(t)
	defer conn.Close()
	return contents(t, conn)
}

func contentsOf(t *testing.T, f *File) (text string) {
	t.Helper()
	check(t, f.Use(t.Context(), func(conn *sqlite.Conn) error {
		text = contents(t, conn)
		return nil
	}))
	return text
}

// run runs a statement.
func run(statement string) func(*sqlite.Conn) error {
	return func(conn *sqlite.Conn) error { return sqlitex.ExecuteTransient(conn, statement, nil) }
}

// words returns how many words there are.
func words(t *testing.T, f *File) (n int64) {
	t.Helper()
	check(t, f.Use(context.Background(), func(conn *sqlite.Conn) (err error) {
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
