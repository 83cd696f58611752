package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"
)

var (
	errNewer   = errors.New("a newer version of Exotel Monitor wrote it; install that version to use it")
	errDamaged = errors.New("a row in it makes no sense")
)

// asideMark stands between a damaged file's old name and when it was found.
const asideMark = ".damaged-"

// schema has a script for each version of the file. Times are seconds since
// 1970, only read_at is milliseconds. A script that was released is never
// changed.
//
// Calls are ordered by time, because new ones then come at the end and those of
// a day lie together: with the random Sid first, filling is 15 times slower. A
// sid is a BLOB where it could be packed and a TEXT where not (text.go); what
// else is known of a call is packed into facts (pack.go), with the help of kind
// and address, which hold once what many calls share.
var schema = sqlitemigration.Schema{
	AppID: 0x45784361,
	Migrations: []string{`
		CREATE TABLE call (
			created INTEGER NOT NULL, sid ANY NOT NULL, facts BLOB NOT NULL,
			PRIMARY KEY (created, sid)
		) STRICT, WITHOUT ROWID;
		CREATE TABLE kind (
			id INTEGER PRIMARY KEY, has INTEGER NOT NULL, recording TEXT NOT NULL,
			direction TEXT NOT NULL, status TEXT NOT NULL, exophone TEXT NOT NULL, answered_by TEXT NOT NULL,
			leg1 TEXT NOT NULL, leg2 TEXT NOT NULL
		) STRICT;
		CREATE TABLE address (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
		CREATE TABLE day (
			starts INTEGER PRIMARY KEY, ends INTEGER NOT NULL,
			announced INTEGER NOT NULL, received INTEGER NOT NULL, unreadable INTEGER NOT NULL, missing INTEGER NOT NULL,
			read_at INTEGER NOT NULL, complete INTEGER NOT NULL
		) STRICT;
	`},
}

// files are a database and those that SQLite keeps beside it.
func files(path string) []string { return []string{path, path + "-wal", path + "-shm"} }

const (
	lockMark = ".lock"
	busyWait = 2 * time.Second // for another copy that is just closing
)

// ErrInUse means that another copy of the program has the archive.
var ErrInUse = errors.New("another copy of Exotel Monitor keeps the calls of this account")

// lock holds the archive for this process: two would not know of each other's
// words. The lock is a database of its own, because a process that locks the
// archive itself could not read it from several connections.
func lock(path string) (*sqlite.Conn, error) {
	if err := makePrivate(path + lockMark); err != nil {
		return nil, err
	}
	conn, err := sqlite.OpenConn(path+lockMark, sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(busyWait)
	if err := sqlitex.ExecuteTransient(conn, "BEGIN EXCLUSIVE", nil); err != nil {
		if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultBusy {
			err = ErrInUse
		}
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func openWriter(ctx context.Context, path string) (_ *sqlite.Conn, err error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, conn.Close())
		}
	}()
	conn.SetInterrupt(ctx.Done())
	defer conn.SetInterrupt(nil)
	version, err := number(conn, "PRAGMA user_version")
	if err != nil {
		return nil, err
	}
	if int(version) > len(schema.Migrations) {
		return nil, errNewer
	}
	if err := findDamage(conn); err != nil {
		return nil, err
	}
	if pages, err := number(conn, "PRAGMA page_count"); err != nil {
		return nil, err
	} else if pages == 0 { // it cannot be chosen later
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA auto_vacuum = INCREMENTAL", nil); err != nil {
			return nil, err
		}
	}
	if err := sqlitemigration.Migrate(ctx, conn, schema); err != nil {
		return nil, err
	}
	// NORMAL: a power cut may take back the last days that were put, but never
	// halves of them, and they can be fetched again.
	for _, pragma := range []string{"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL"} {
		if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
			return nil, err
		}
	}
	return conn, nil
}

// makePrivate makes the folder and the file for the user alone; SQLite gives the
// files beside it the same rights.
func makePrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("its folder cannot be made: %w", err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("you may not write there: %w", err)
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

func damaged(err error) bool {
	if err == nil || errors.Is(err, errDamaged) {
		return err != nil
	}
	code := sqlite.ErrCode(err).ToPrimary()
	return code == sqlite.ResultCorrupt || code == sqlite.ResultNotADB
}

// setAside renames a database and the files beside it that belong to it.
func setAside(path, aside string) error {
	to := files(aside)
	for i, from := range files(path) {
		if err := os.Rename(from, to[i]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// size is how many bytes the archive takes on the disk.
func (a *Archive) size() (int64, error) {
	var sum int64
	for _, name := range files(a.path) {
		info, err := os.Stat(name)
		switch {
		case err == nil:
			sum += info.Size()
		case !errors.Is(err, fs.ErrNotExist):
			return 0, fmt.Errorf("the size of %s cannot be told: %w", a.path, err)
		}
	}
	return sum, nil
}

func number(conn *sqlite.Conn, query string, args ...any) (n int64, err error) {
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(row *sqlite.Stmt) error {
		n = row.ColumnInt64(0)
		return nil
	}})
	return n, err
}
