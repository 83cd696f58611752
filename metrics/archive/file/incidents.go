package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Until the third session's version the record of incidents was a file of its
// own, beside that of the calls.
const (
	oldRecord   = "health.db"
	oldAppID    = 0x45784d6f
	oldVersions = 1
)

// takenOver is the memo that the old record is in this file and only has to be
// removed.
const takenOver = "health.db taken over"

var errNoRecord = errors.New("it is no record of incidents")

// tables are those of incidents, each after what it refers to.
var tables = []string{"alert", "incident", "step", "delivery", "span", "odd", "memo"}

// takeOver moves the old record of incidents into the file, once, whenever the
// program is ended meanwhile. One that cannot be read is left where it is. An
// error means that the file cannot be used.
func takeOver(ctx context.Context, conn *sqlite.Conn, old string, log *slog.Logger) error {
	if _, err := os.Stat(old); errors.Is(err, fs.ErrNotExist) {
		return forgetTaken(conn)
	}
	taken, err := number(conn, "SELECT count(*) FROM memo WHERE name = ?", takenOver)
	if err != nil {
		return err
	}
	if taken == 0 {
		err = attached(ctx, conn, old, func() error {
			if err := checkOld(conn); err != nil {
				return err
			}
			return copyIncidents(conn, func() error {
				return sqlitex.ExecuteTransient(conn, "INSERT INTO memo VALUES (?, 1)", &sqlitex.ExecOptions{Args: []any{takenOver}})
			})
		})
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case sqlite.ErrCode(err).ToPrimary() == sqlite.ResultBusy: // by an older version of the program
		return ErrInUse
	case err != nil:
		log.Warn("the old record of incidents could not be taken over, and is left where it is", "file", old, "error", err)
		return nil
	}
	names := files(old)
	slices.Reverse(names) // what the memo is about goes last
	for _, name := range names {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			log.Warn("the old record of incidents was taken over but could not be removed; the next start tries again", "file", old, "error", err)
			return nil
		}
	}
	return forgetTaken(conn)
}

// forgetTaken has a record that comes later, from an older version of the
// program, not taken for the one that was taken over.
func forgetTaken(conn *sqlite.Conn) error {
	return sqlitex.ExecuteTransient(conn, "DELETE FROM memo WHERE name = ?", &sqlitex.ExecOptions{Args: []any{takenOver}})
}

// checkOld refuses what is no old record of incidents.
func checkOld(conn *sqlite.Conn) error {
	app, err := number(conn, "PRAGMA other.application_id")
	if err != nil {
		return err
	}
	version, err := number(conn, "PRAGMA other.user_version")
	switch {
	case err != nil:
		return err
	case app != oldAppID:
		return errNoRecord
	case version > oldVersions:
		return ErrNewer
	}
	return nil
}

// rescue copies the incidents of a file that was set aside.
func rescue(ctx context.Context, conn *sqlite.Conn, aside string) error {
	return attached(ctx, conn, aside, func() error { return copyIncidents(conn, func() error { return nil }) })
}

// attached runs f while the database at path, which is only read, is seen as
// other.
func attached(ctx context.Context, conn *sqlite.Conn, path string, f func() error) (err error) {
	uri, err := readOnly(path)
	if err != nil {
		return err
	}
	conn.SetBusyTimeout(busyWait)
	defer conn.SetBlockOnBusy()
	conn.SetInterrupt(ctx.Done())
	defer conn.SetInterrupt(nil)
	if err := sqlitex.ExecuteTransient(conn, "ATTACH ? AS other", &sqlitex.ExecOptions{Args: []any{uri}}); err != nil {
		return err
	}
	defer func() {
		conn.SetInterrupt(nil)
		err = errors.Join(err, sqlitex.ExecuteTransient(conn, "DETACH other", nil))
	}()
	return f()
}

// readOnly is the URI by which SQLite opens a database that stays as it is.
func readOnly(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(path), "/"), RawQuery: "mode=ro"}
	return u.String(), nil
}

// copyIncidents copies the incidents of the attached database, and runs last, all
// of it or nothing.
func copyIncidents(conn *sqlite.Conn, last func() error) error {
	for _, table := range tables {
		if err := findDamage(conn, fmt.Sprintf("PRAGMA other.quick_check(%s)", table)); err != nil {
			return err
		}
	}
	// The old record may be removed then.
	if err := sqlitex.ExecuteTransient(conn, "PRAGMA synchronous = FULL", nil); err != nil {
		return err
	}
	return transaction(conn, func(conn *sqlite.Conn) error {
		for _, table := range tables {
			if err := sqlitex.ExecuteTransient(conn, fmt.Sprintf("INSERT INTO main.%s SELECT * FROM other.%[1]s", table), nil); err != nil {
				return err
			}
		}
		return last()
	})
}
