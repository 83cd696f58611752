package dbfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"
)

// asideMark stands between the old name of a damaged file and the time when it was found.
const asideMark = ".damaged-"

// files returns the names of a database and of those that SQLite keeps beside it.
func files(path string) []string { return []string{path, path + "-wal", path + "-shm"} }

// Options describe a file. Only Schema is always required. Conns is for files on the
// disk, Damaged and Log are for Open.
type Options struct {
	Schema sqlitemigration.Schema
	// Conns is the number of connections to a file on the disk; in memory there is one.
	Conns int
	// Pragmas set up each connection.
	Pragmas []string
	// Beside are paths of files that must stay in place, too.
	Beside []string
	// Check looks for damage that opening does not find. version is 0 for an empty file.
	Check func(conn *sqlite.Conn, version int) error
	// Adopt runs on a file to be written, and Readable on one to be read. Both see the
	// current schema. Adopt must write something: only then does SQLite notice that it
	// cannot. Without Adopt, Open writes the application ID again.
	Adopt, Readable func(*sqlite.Conn) error
	// Damaged is the log message about a damaged file.
	Damaged string
	Log     *slog.Logger
}

// Open opens the file at path for writing. If there is none, Open creates it for its
// owner alone. It migrates an older version. It sets a damaged file aside under another
// name and begins a new one. It refuses a file that a newer version or another program
// wrote, and leaves it as it is.
func Open(ctx context.Context, path string, o Options) (*File, error) {
	err := prepareFile(ctx, path, o)
	if errors.Is(err, ErrDamaged) {
		aside, moveErr := setAside(path)
		if moveErr != nil {
			return nil, Explain(ctx, fmt.Errorf("%w, and cannot be moved: %w; move it away yourself", err, moveErr))
		}
		o.Log.Warn(o.Damaged, "file", path, "damaged", aside, "error", err)
		err = prepareFile(ctx, path, o)
	}
	if err != nil {
		return nil, err
	}
	return open(ctx, path, fileURI(path), sqlite.OpenReadWrite, o)
}

// OpenReadOnly opens the file at path for reading. The file may be on a read-only disk,
// or another process may write it.
func OpenReadOnly(ctx context.Context, path string, o Options) (*File, error) {
	return openReadable(ctx, path, o, len(o.Schema.Migrations))
}

// OpenMemory opens an empty file in memory.
func OpenMemory(ctx context.Context, o Options) (*File, error) {
	return openMemory(ctx, o, func(*sqlite.Conn) error { return nil })
}

// Copy reads the file at path, which may be of an older version, into memory.
func Copy(ctx context.Context, path string, o Options) (*File, error) {
	from, err := openReadable(ctx, path, o, 0)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	return openMemory(ctx, o, func(to *sqlite.Conn) error {
		return from.Use(ctx, func(conn *sqlite.Conn) error {
			backup, err := sqlite.NewBackup(to, "main", conn, "main")
			if err != nil {
				return err
			}
			_, err = backup.Step(-1)
			return errors.Join(err, backup.Close())
		})
	})
}

func openMemory(ctx context.Context, o Options, fill func(*sqlite.Conn) error) (*File, error) {
	conn, err := sqlite.OpenConn(":memory:", sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	if err = fill(conn); err == nil {
		err = prepare(ctx, conn, o)
	}
	if err != nil {
		return nil, Explain(ctx, errors.Join(err, conn.Close()))
	}
	return newFile(conn), nil // a second connection would be to another file
}

// open opens the connections to a file.
func open(ctx context.Context, path, uri string, flags sqlite.OpenFlags, o Options) (_ *File, err error) {
	var conns []*sqlite.Conn
	defer func() {
		if err != nil {
			for _, conn := range conns {
				err = errors.Join(err, conn.Close())
			}
			err = Explain(ctx, err)
		}
	}()
	for range o.Conns {
		conn, err := sqlite.OpenConn(uri, flags|sqlite.OpenURI)
		if err != nil {
			return nil, err
		}
		conns = append(conns, conn)
		conn.SetInterrupt(ctx.Done())
		if err := pragmas(conn, o.Pragmas...); err != nil {
			return nil, err
		}
		conn.SetInterrupt(nil)
	}
	f := newFile(conns...)
	for _, name := range append([]string{path}, o.Beside...) {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		os.SameFile(info, info) // Windows finds out which file it is only when it is asked
		f.opened[name] = info
	}
	return f, nil
}

func pragmas(conn *sqlite.Conn, list ...string) error {
	for _, pragma := range list {
		if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
			return err
		}
	}
	return nil
}

// maxBusy is how long Open waits for another program that writes to the file.
const maxBusy = 10 * time.Second

// prepareFile creates the file if there is none, and finds out whether it can be used. It
// waits for other processes that do the same, because SQLite does not wait while it
// switches to a write-ahead log.
func prepareFile(ctx context.Context, path string, o Options) error {
	for began := time.Now(); ; {
		err := MakePrivate(path)
		if err == nil {
			err = useOnce(fileURI(path), sqlite.OpenReadWrite, func(conn *sqlite.Conn) error {
				conn.SetBusyTimeout(0)
				return prepare(ctx, conn, o)
			})
		}
		if sqlite.ErrCode(err).ToPrimary() != sqlite.ResultBusy {
			return Explain(ctx, err)
		}
		if time.Since(began) >= maxBusy {
			return fmt.Errorf("%w: %w", ErrBusy, err)
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// useOnce runs f with a connection of its own.
func useOnce(uri string, flags sqlite.OpenFlags, f func(*sqlite.Conn) error) error {
	conn, err := sqlite.OpenConn(uri, flags|sqlite.OpenURI)
	if err != nil {
		return err
	}
	return errors.Join(f(conn), conn.Close())
}

// prepare migrates a file to the current schema. It fails if the file can only be read.
func prepare(ctx context.Context, conn *sqlite.Conn, o Options) error {
	conn.SetInterrupt(ctx.Done())
	defer conn.SetInterrupt(nil)
	version, err := checkVersion(conn, o.Schema)
	if err == nil && o.Check != nil {
		err = o.Check(conn, version)
	}
	if err == nil && version == 0 {
		err = pragmas(conn, "PRAGMA auto_vacuum = INCREMENTAL") // it cannot be chosen later
	}
	if err == nil {
		err = pragmas(conn, "PRAGMA journal_mode = WAL")
	}
	if err == nil && (version < len(o.Schema.Migrations) || o.Adopt == nil) {
		err = sqlitemigration.Migrate(ctx, conn, o.Schema)
	}
	if err == nil && o.Adopt != nil {
		err = o.Adopt(conn)
	}
	if err == nil {
		err = pragmas(conn, o.Pragmas...)
	}
	return err
}

// MakePrivate creates the folder and the file for the user alone. SQLite gives the files
// beside it the same rights. MakePrivate does not open an existing file, because closing
// it would release the locks of this process.
func MakePrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// checkVersion returns the version of a file, 0 for an empty one. It changes nothing.
func checkVersion(conn *sqlite.Conn, schema sqlitemigration.Schema) (version int, err error) {
	// In one statement, because another process may be making the tables.
	const header = `SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id, pragma_user_version`
	err = sqlitex.ExecuteTransient(conn, header, &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		version = row.ColumnInt(1)
		switch id := row.ColumnInt32(0); {
		case id != schema.AppID && (id != 0 || row.ColumnInt(2) > 0):
			return ErrForeign
		case version > len(schema.Migrations):
			return ErrNewer
		}
		return nil
	}})
	return version, err
}

// CheckPages is an [Options.Check] that checks the pages of a file.
func CheckPages(conn *sqlite.Conn, _ int) error {
	return sqlitex.ExecuteTransient(conn, "PRAGMA quick_check(1)", &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		if row.ColumnText(0) != "ok" {
			return sqlite.ResultCorrupt.ToError()
		}
		return nil
	}})
}

// setAside renames a database and the files that belong to it.
func setAside(path string) (aside string, err error) {
	aside = path + asideMark + time.Now().UTC().Format("20060102-150405.000")
	to := files(aside)
	for i, from := range files(path) {
		if err := os.Rename(from, to[i]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

// fileURI returns the URI of a file for SQLite, whatever characters its name has.
func fileURI(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(path), "/")}
	return u.String()
}

// openReadable opens a file for reading unless its schema is older than oldest. If SQLite
// cannot create its files beside it, openReadable declares the file immutable, unless a
// write-ahead log has rows that the file lacks.
func openReadable(ctx context.Context, path string, o Options, oldest int) (*File, error) {
	try := func(uri string) error {
		return useOnce(uri, sqlite.OpenReadOnly, func(conn *sqlite.Conn) error {
			conn.SetInterrupt(ctx.Done())
			version, err := checkVersion(conn, o.Schema)
			if err == nil && version < oldest {
				err = ErrOlder
			}
			if err == nil && o.Readable != nil {
				err = o.Readable(conn)
			}
			return err
		})
	}
	uri := fileURI(path) + "?mode=ro"
	err := try(uri)
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCantOpen, sqlite.ResultReadOnly, sqlite.ResultIOErr, sqlite.ResultFull: // the last on a full disk
		if info, stat := os.Stat(path + "-wal"); stat != nil || info.Size() == 0 {
			uri += "&immutable=1"
			err = try(uri)
		}
	}
	if err != nil {
		return nil, Explain(ctx, err)
	}
	return open(ctx, path, uri, sqlite.OpenReadOnly, o)
}
