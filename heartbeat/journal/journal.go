// Package journal keeps on disk what happened to an account's ExoPhones:
// incidents and alerts, what was told of them, and when each line was seen up or
// down. A crash at any moment loses nothing that was kept and repeats nothing
// that was told.
package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"
)

// InMemory is the path of a journal that nothing is left of.
const InMemory = ":memory:"

// ErrNewer means that a newer version of the program wrote the file.
var ErrNewer = errors.New("it was written by a newer version of Exotel Monitor; install that version to use it")

// ErrInUse means that another copy of the program has the file.
var ErrInUse = errors.New("another copy of Exotel Monitor watches this account; use that one, or quit it")

// busyWait is how long a copy waits for another that is just closing the file.
const busyWait = 2 * time.Second

// schema has a script for each version of the file. Times are milliseconds since
// 1970, 0 for none. A script that was released is never changed.
var schema = sqlitemigration.Schema{
	AppID: 0x45784d6f,
	Migrations: []string{`
		CREATE TABLE alert (
			id INTEGER PRIMARY KEY, level TEXT NOT NULL, worst TEXT NOT NULL,
			opened INTEGER NOT NULL, closed INTEGER NOT NULL, acknowledged INTEGER NOT NULL,
			untold INTEGER NOT NULL, told INTEGER NOT NULL, reminded INTEGER NOT NULL,
			announced INTEGER NOT NULL, held INTEGER NOT NULL, done INTEGER NOT NULL
		) STRICT;
		CREATE INDEX alert_opened ON alert (opened);
		CREATE TABLE incident (
			id INTEGER PRIMARY KEY, alert INTEGER NOT NULL REFERENCES alert ON DELETE CASCADE,
			key TEXT NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL, direction TEXT NOT NULL,
			word TEXT NOT NULL, alternates TEXT NOT NULL, opened INTEGER NOT NULL, closed INTEGER NOT NULL
		) STRICT;
		CREATE INDEX incident_alert ON incident (alert);
		CREATE TABLE step (
			alert INTEGER NOT NULL REFERENCES alert ON DELETE CASCADE,
			at INTEGER NOT NULL, step TEXT NOT NULL, level TEXT NOT NULL
		) STRICT;
		CREATE INDEX step_alert ON step (alert);
		CREATE TABLE delivery (
			id INTEGER PRIMARY KEY, alert INTEGER REFERENCES alert ON DELETE CASCADE,
			at INTEGER NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
			urgent INTEGER NOT NULL, sound INTEGER NOT NULL, state TEXT NOT NULL, error TEXT NOT NULL
		) STRICT;
		CREATE INDEX delivery_alert ON delivery (alert);
		CREATE TABLE span (
			key TEXT NOT NULL, direction TEXT NOT NULL, began INTEGER NOT NULL, ended INTEGER NOT NULL, up INTEGER NOT NULL,
			PRIMARY KEY (key, direction, began)
		) STRICT, WITHOUT ROWID;
		CREATE TABLE odd (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
		CREATE TABLE memo (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
	`},
}

// Journal is the file of one account. It is safe for concurrent use, by one
// process.
type Journal struct {
	mu   sync.Mutex
	conn *sqlite.Conn
	last map[lineKey]Span // the newest span of each line
}

// Open opens the journal at path, which is made where there is none, for its
// owner alone. A file that is damaged is set aside under another name, and a new
// one begun.
func Open(ctx context.Context, path string, log *slog.Logger) (*Journal, error) {
	j, err := open(ctx, path)
	if code := sqlite.ErrCode(err).ToPrimary(); err != nil && (code == sqlite.ResultCorrupt || code == sqlite.ResultNotADB) {
		aside := path + ".damaged-" + time.Now().UTC().Format("20060102-150405")
		if err := setAside(path, aside); err != nil {
			return nil, fmt.Errorf("the record of incidents in %s is damaged and cannot be moved: %w; move it away yourself", path, err)
		}
		log.Warn("the record of incidents was damaged; a new one was begun", "damaged", aside)
		j, err = open(ctx, path)
	}
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultBusy {
		err = ErrInUse
	}
	if err != nil {
		return nil, fmt.Errorf("the record of incidents in %s cannot be used: %w", path, err)
	}
	return j, nil
}

// setAside renames a database and the files beside it that belong to it.
func setAside(path, aside string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func open(ctx context.Context, path string) (_ *Journal, err error) {
	if path != InMemory {
		if err := makePrivate(path); err != nil {
			return nil, err
		}
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, conn.Close())
		}
	}()
	conn.SetBusyTimeout(busyWait)
	// EXCLUSIVE, so that two running copies do not tell everything twice without
	// knowing of each other. FULL, so that not even a power cut takes back what
	// was told.
	for _, pragma := range []string{
		"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = WAL", "BEGIN IMMEDIATE", "COMMIT",
		"PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON",
	} {
		if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
			return nil, err
		}
	}
	version, err := number(conn, "PRAGMA user_version")
	if err != nil {
		return nil, err
	}
	if int(version) > len(schema.Migrations) {
		return nil, ErrNewer
	}
	if err := findDamage(conn); err != nil {
		return nil, err
	}
	if err := sqlitemigration.Migrate(ctx, conn, schema); err != nil {
		return nil, err
	}
	return &Journal{conn: conn}, nil
}

// makePrivate makes the folder and the file for the user alone; SQLite gives the
// files beside it the same rights.
func makePrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// findDamage looks for damage that opening does not find.
func findDamage(conn *sqlite.Conn) error {
	return sqlitex.Execute(conn, "PRAGMA quick_check(1)", &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		if row.ColumnText(0) != "ok" {
			return sqlite.ResultCorrupt.ToError()
		}
		return nil
	}})
}

func number(conn *sqlite.Conn, query string, args ...any) (n int64, err error) {
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(row *sqlite.Stmt) error {
		n = row.ColumnInt64(0)
		return nil
	}})
	return n, err
}

// Close closes the file.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.conn == nil {
		return nil
	}
	conn := j.conn
	j.conn = nil
	return conn.Close()
}

var errClosed = errors.New("it is closed")

// write runs f in a transaction, which is kept whole or not at all.
func (j *Journal) write(f func(*sqlite.Conn) error) (err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.transaction(f); err != nil {
		return fmt.Errorf("the incidents could not be recorded: %w; free some space on the disk", err)
	}
	return nil
}

func (j *Journal) transaction(f func(*sqlite.Conn) error) (err error) {
	if j.conn == nil {
		return errClosed
	}
	end, err := sqlitex.ImmediateTransaction(j.conn)
	if err != nil {
		return err
	}
	defer end(&err)
	return f(j.conn)
}

// read runs a query, row by row.
func (j *Journal) read(query string, row func(*sqlite.Stmt) error, args ...any) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.conn == nil {
		return errClosed
	}
	if err := sqlitex.Execute(j.conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: row}); err != nil {
		return fmt.Errorf("the record of incidents could not be read: %w", err)
	}
	return nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
