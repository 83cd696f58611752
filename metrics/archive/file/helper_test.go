package file

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
	f := must(Open(t.Context(), path, quietLog))(t)
	t.Cleanup(func() { check(t, f.Close()) })
	return f
}

// logged opens a file and returns what was logged of it.
func logged(t *testing.T, path string) (*File, string) {
	t.Helper()
	var text strings.Builder
	f := must(Open(t.Context(), path, slog.New(slog.NewTextHandler(&text, nil))))(t)
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

// oldSchema is that of the record of incidents when it was a file of its own.
var oldSchema = sqlitemigration.Schema{AppID: oldAppID, Migrations: []string{incidents}}

// someCalls and someIncidents fill each of their tables.
const (
	someCalls = `
		INSERT INTO call VALUES (1795000000, 'one', x'0001'), (1795000000, x'00ff', x''), (1795086400, x'0000', x'8005');
		INSERT INTO kind VALUES (0, 255, 'https://x/' || char(0), 'inbound', 'completed', '08040000001', 'human', 'completed', ''), (1, 0, '', '', '', '', '', '', '');
		INSERT INTO address VALUES (0, 'sip:agent17'), (1, '');
		INSERT INTO day VALUES (1794940200, 1795026600, 3, 2, 1, 0, 1795051800005, 0);`
	someIncidents = `
		INSERT INTO alert VALUES (1, 'CRITICAL', 'CRITICAL', 5, 9, 0, 0, 6, 0, 1, 0, 1), (4, 'WARNING', 'WARNING', 12, 0, 0, 0, 13, 1, 1, 0, 0);
		INSERT INTO incident VALUES (2, 1, 'k', '+918040000001', 'Support', 'incoming', 'w', '[]', 5, 9), (9, 4, 'k', 'n', 'm', 'outgoing', 'w', 'null', 12, 0);
		INSERT INTO step VALUES (4, 13, 'z', 'WARNING'), (1, 5, 'opened', 'CRITICAL'), (1, 9, 'closed', '');
		INSERT INTO delivery VALUES (3, 1, 5, 'announcement', 'down', 'b', 1, 1, 'accepted', ''), (5, NULL, 6, 'trial', 't', '', 0, 0, 'refused', 'no daemon');
		INSERT INTO span VALUES ('k', 'incoming', 1, 5, 1), ('k', 'incoming', 5, 9, 0);
		INSERT INTO odd VALUES (20, 7, 100000, x'00ff00');
		INSERT INTO memo VALUES ('newest heartbeat', 12), ('snoozed until', 0);`
)

var (
	tablesOfCalls     = []string{"call", "kind", "address", "day"}
	tablesOfIncidents = []string{"alert", "incident", "step", "delivery", "span", "odd", "memo"}
)

// contents are all values of some tables, with their types, in order.
func contents(t *testing.T, conn *sqlite.Conn, of []string) string {
	t.Helper()
	var text strings.Builder
	for _, table := range of {
		check(t, sqlitex.ExecuteTransient(conn, "SELECT * FROM "+table, &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
			fmt.Fprint(&text, table)
			for i := range row.ColumnCount() {
				b := make([]byte, row.ColumnLen(i))
				row.ColumnBytes(i, b)
				fmt.Fprintf(&text, " %v:%q", row.ColumnType(i), b)
			}
			fmt.Fprintln(&text)
			return nil
		}}))
	}
	return text.String()
}

func contentsAt(t *testing.T, path string, of []string) string {
	t.Helper()
	conn := must(sqlite.OpenConn(path, sqlite.OpenReadOnly))(t)
	defer conn.Close()
	return contents(t, conn, of)
}

func contentsOf(t *testing.T, f *File, of []string) (text string) {
	t.Helper()
	check(t, f.Read(t.Context(), func(conn *sqlite.Conn) error {
		text = contents(t, conn, of)
		return nil
	}))
	return text
}

// run is a write that runs a script.
func run(script string) func(*sqlite.Conn) error {
	return func(conn *sqlite.Conn) error { return sqlitex.ExecuteTransient(conn, script, nil) }
}

// words are how many addresses there are.
func words(t *testing.T, f *File) (n int64) {
	t.Helper()
	check(t, f.Read(context.Background(), func(conn *sqlite.Conn) (err error) {
		n, err = number(conn, "SELECT count(*) FROM address")
		return err
	}))
	return n
}
