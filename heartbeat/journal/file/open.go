package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"
)

const (
	// asideMark stands between a damaged file's old name and when it was found.
	asideMark = ".damaged-"
	lockMark  = ".lock"
	busyWait  = 2 * time.Second // for another copy that is just closing
)

// files are a database and those that SQLite keeps beside it.
func files(path string) []string { return []string{path, path + "-wal", path + "-shm"} }

func openInMemory(ctx context.Context, path string, schema sqlitemigration.Schema, _ *slog.Logger) (*File, error) {
	conn, err := openWriter(ctx, path, schema)
	if err != nil {
		return nil, err
	}
	return inMemory(conn), nil
}

func inMemory(conn *sqlite.Conn) *File {
	one := make(chan *sqlite.Conn, 1) // a second connection would be another file
	one <- conn
	return &File{writer: one, readers: one}
}

func open(ctx context.Context, path string, schema sqlitemigration.Schema, log *slog.Logger) (_ *File, err error) {
	f := &File{held: map[string]os.FileInfo{}, writer: make(chan *sqlite.Conn, 1), readers: make(chan *sqlite.Conn, readers)}
	var opened []*sqlite.Conn
	defer func() {
		if err != nil {
			for _, conn := range opened {
				err = errors.Join(err, conn.Close())
			}
		}
	}()
	if f.lock, err = lock(path); err != nil {
		return nil, err
	}
	opened = append(opened, f.lock)
	writer, err := openWriter(ctx, path, schema)
	if damaged(err) {
		writer, err = beginAnew(ctx, path, schema, err, log)
	}
	if err != nil {
		return nil, err
	}
	opened = append(opened, writer)
	f.writer <- writer
	for range readers {
		conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
		if err != nil {
			return nil, err
		}
		opened = append(opened, conn)
		f.readers <- conn
	}
	for _, name := range []string{path, path + lockMark} {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		os.SameFile(info, info) // Windows finds out which file it is only when it is asked
		f.held[name] = info
	}
	return f, nil
}

// lock holds the file for this process, because two would send every notification
// twice. The lock is a database of its own: a process that locks the file itself could
// not read it from several connections.
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

func openWriter(ctx context.Context, path string, schema sqlitemigration.Schema) (*sqlite.Conn, error) {
	if path != InMemory {
		if err := makePrivate(path); err != nil {
			return nil, err
		}
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	return prepared(ctx, conn, schema)
}

// prepared is a connection to a file that is sound and of this version. With an
// error it is closed.
func prepared(ctx context.Context, conn *sqlite.Conn, schema sqlitemigration.Schema) (_ *sqlite.Conn, err error) {
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
		return nil, ErrNewer
	}
	if err := findDamage(conn); err != nil {
		return nil, err
	}
	if err := sqlitemigration.Migrate(ctx, conn, schema); err != nil {
		return nil, err
	}
	for _, pragma := range []string{"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"} {
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
		return fmt.Errorf("it cannot be written: %w", err)
	}
	return file.Close()
}

// findDamage looks for damage that opening does not find.
func findDamage(conn *sqlite.Conn) error {
	return sqlitex.ExecuteTransient(conn, "PRAGMA quick_check(1)", &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		if row.ColumnText(0) != "ok" {
			return sqlite.ResultCorrupt.ToError()
		}
		return nil
	}})
}

func damaged(err error) bool {
	code := sqlite.ErrCode(err).ToPrimary()
	return code == sqlite.ResultCorrupt || code == sqlite.ResultNotADB
}

// beginAnew sets a damaged file aside and begins a new one.
func beginAnew(ctx context.Context, path string, schema sqlitemigration.Schema, why error, log *slog.Logger) (*sqlite.Conn, error) {
	aside := path + asideMark + time.Now().UTC().Format("20060102-150405.000")
	if err := setAside(path, aside); err != nil {
		return nil, fmt.Errorf("it is damaged and cannot be moved: %w; move it away yourself", err)
	}
	conn, err := openWriter(ctx, path, schema)
	if err != nil {
		return nil, err
	}
	log.Warn("a file was damaged; it was set aside and a new one begun", "file", path, "damaged", aside, "error", why)
	return conn, nil
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

func number(conn *sqlite.Conn, query string, args ...any) (n int64, err error) {
	err = sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(row *sqlite.Stmt) error {
		n = row.ColumnInt64(0)
		return nil
	}})
	return n, err
}
