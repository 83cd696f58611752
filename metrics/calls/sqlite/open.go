package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/metrics"
)

const (
	// maxConns is how many connections a store has: one writes at a time, the others
	// read.
	maxConns = 4

	// asideMark stands between a damaged file's old name and when it was found.
	asideMark = ".damaged-"
	// suspectMark ends the name of an empty file that marks the database beside it as
	// damaged: the next Open checks it.
	suspectMark = "-suspect"
)

// files returns the names of a database and of those that SQLite keeps beside it.
func files(path string) []string { return []string{path, path + "-wal", path + "-shm"} }

// Open opens the store in the file at path, which it makes for its owner alone where
// there is none. Days are those of zone, the account's.
//
// Open sets a damaged file aside under another name and begins a new one. It refuses
// one that a newer version or another program wrote, and leaves it as it is. One that
// can only be read is opened for that; see [Store.Writable].
//
// Calls that were saved in another zone keep their wall clock: Exotel sends no zone,
// so it is the zone that was wrong. Nothing is known of any day then.
func Open(ctx context.Context, path string, zone *time.Location, log *slog.Logger) (*Store, error) {
	fail := func(err error) (*Store, error) {
		return nil, fmt.Errorf("open the stored calls in %s: %w", path, explained(ctx, err))
	}
	why := prepareFile(ctx, path, zone, log)
	if errors.Is(why, ErrDamaged) {
		aside, err := setAside(path)
		if err != nil {
			return fail(fmt.Errorf("%w, and cannot be moved: %w; move it away yourself", why, err))
		}
		log.Warn("the file of stored calls was damaged; a new one was begun, and the calls will be fetched again", "damaged", aside, "error", why)
		why = prepareFile(ctx, path, zone, log)
	}
	uri, flags := fileURI(path), sqlite.OpenReadWrite|sqlite.OpenURI
	if why != nil {
		if !isUnwritable(why) {
			return fail(why)
		}
		var err error
		if uri, err = readableURI(path, zone); err != nil {
			return fail(errors.Join(why, err))
		}
		flags = sqlite.OpenReadOnly | sqlite.OpenURI
	}
	pool, err := sqlitex.NewPool(uri, sqlitex.PoolOptions{Flags: flags, PoolSize: maxConns, PrepareConn: prepareConn})
	if err != nil {
		return fail(err)
	}
	s := newStore(pool, zone)
	s.path, s.unwritable = path, why
	// Windows finds out which file it is only when it is asked.
	if s.file, err = os.Stat(path); err != nil || !os.SameFile(s.file, s.file) {
		return fail(errors.Join(err, pool.Close()))
	}
	return s, nil
}

// OpenMemory opens an empty store of which nothing is left when it is closed.
func OpenMemory(ctx context.Context, zone *time.Location) (*Store, error) {
	// A second connection would be to another store.
	pool, err := sqlitex.NewPool("file::memory:", sqlitex.PoolOptions{
		Flags: sqlite.OpenReadWrite | sqlite.OpenCreate | sqlite.OpenURI, PoolSize: 1, PrepareConn: prepareConn,
	})
	if err != nil {
		return nil, fmt.Errorf("open a store in memory: %w", err)
	}
	s := newStore(pool, zone)
	conn, err := pool.Take(ctx)
	if err == nil {
		err = sqlitemigration.Migrate(ctx, conn, schema)
		pool.Put(conn)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open a store in memory: %w", err), pool.Close())
	}
	return s, nil
}

// prepareFile makes the file where there is none, and finds out whether it can be
// used. It brings an older version forward. It waits for other processes that do the
// same, because SQLite itself does not wait where it switches to a write-ahead log.
func prepareFile(ctx context.Context, path string, zone *time.Location, log *slog.Logger) error {
	for {
		err := tryPrepareFile(ctx, path, zone, log)
		if sqlite.ErrCode(err).ToPrimary() != sqlite.ResultBusy {
			return err
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func tryPrepareFile(ctx context.Context, path string, zone *time.Location, log *slog.Logger) error {
	if err := makePrivate(path); err != nil {
		return explained(ctx, err)
	}
	conn, err := sqlite.OpenConn(fileURI(path), sqlite.OpenReadWrite|sqlite.OpenURI)
	if err != nil {
		return explained(ctx, err)
	}
	conn.SetInterrupt(ctx.Done())
	err = func() error {
		version, err := checkVersion(conn)
		if err != nil {
			return err
		}
		if _, err := os.Stat(path + suspectMark); err == nil {
			if err := findDamage(ctx, conn, version); err != nil {
				return err
			}
			if err := os.Remove(path + suspectMark); err != nil {
				return err
			}
		}
		if version < len(schema.Migrations) {
			if err := migrate(ctx, conn); err != nil {
				return err
			}
		}
		return adoptZone(conn, zone, log)
	}()
	return explained(ctx, errors.Join(err, conn.Close()))
}

// makePrivate makes the folder and the file for the user alone; SQLite gives the
// files beside it the same rights. It opens no file that is there: to close it would
// end the locks that this process has on it.
func makePrivate(path string) error {
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
func checkVersion(conn *sqlite.Conn) (version int, err error) {
	if err := run(conn, "BEGIN"); err != nil { // another process may be making the tables
		return 0, err
	}
	defer rollBack(conn)
	var header [3]int64
	for i, query := range []string{"PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_schema"} {
		if header[i], err = number(conn, query); err != nil {
			return 0, err
		}
	}
	if id, tables := int32(header[0]), header[2]; id != schema.AppID && (id != 0 || tables > 0) {
		return 0, ErrForeign
	}
	if version = int(header[1]); version > len(schema.Migrations) {
		return 0, ErrNewer
	}
	return version, nil
}

func migrate(ctx context.Context, conn *sqlite.Conn) error {
	// Neither can be chosen in a transaction, and the first only in an empty file.
	for _, pragma := range []string{"PRAGMA auto_vacuum = INCREMENTAL", "PRAGMA journal_mode = WAL"} {
		if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
			return err
		}
	}
	return sqlitemigration.Migrate(ctx, conn, schema)
}

// findDamage looks through the whole file, which is of a version.
func findDamage(ctx context.Context, conn *sqlite.Conn, version int) error {
	if err := checkPages(conn); err != nil || version == 0 {
		return err
	}
	if err := checkTables(ctx, conn, version); err != nil {
		return err
	}
	damaged, err := number(conn, `SELECT EXISTS (SELECT 1 FROM line WHERE id NOT BETWEEN 1 AND ?1)
		OR EXISTS (SELECT 1 FROM party WHERE id NOT BETWEEN 1 AND ?2 OR same NOT BETWEEN 1 AND ?2)
		OR EXISTS (SELECT 1 FROM sqlite_sequence WHERE seq NOT BETWEEN 0 AND ?2)`, math.MaxUint16, maxParty)
	if err == nil && damaged != 0 {
		err = errNumber
	}
	return err
}

// checkTables compares what makes up a file with that of an empty one. A file may
// have more: its user may add a view.
func checkTables(ctx context.Context, conn *sqlite.Conn, version int) (err error) {
	empty, err := sqlite.OpenConn(":memory:")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, empty.Close()) }()
	of := schema
	of.Migrations = of.Migrations[:version]
	if err := sqlitemigration.Migrate(ctx, empty, of); err != nil {
		return err
	}
	return each(empty, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL", func(row *sqlite.Stmt) error {
		name := row.ColumnText(0)
		same, err := number(conn, "SELECT count(*) FROM sqlite_schema WHERE name = ? AND sql = ?", name, row.ColumnText(1))
		if err == nil && same == 0 {
			err = fmt.Errorf("%w: %s is not as it was made", ErrDamaged, name)
		}
		return err
	})
}

func checkPages(conn *sqlite.Conn) error {
	return sqlitex.ExecuteTransient(conn, "PRAGMA quick_check(1)", &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		if row.ColumnText(0) != "ok" {
			return sqlite.ResultCorrupt.ToError()
		}
		return nil
	}})
}

// setAside renames a database and the files beside it that belong to it.
func setAside(path string) (aside string, err error) {
	aside = path + asideMark + time.Now().UTC().Format("20060102-150405.000")
	to := files(aside)
	for i, from := range files(path) {
		if err := os.Rename(from, to[i]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	if err := os.Remove(path + suspectMark); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return aside, nil
}

// fileURI returns what SQLite opens a file by, whatever characters its name has.
func fileURI(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(path), "/")}
	return u.String()
}

// readableURI returns the URI that opens a file for reading only. Where SQLite cannot
// create the files that it needs beside it, the URI declares the file immutable.
// readableURI fails there if the file has a write-ahead log, which alone has some of
// the calls.
func readableURI(path string, zone *time.Location) (string, error) {
	uri := fileURI(path) + "?mode=ro"
	err := tryReading(uri, zone)
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCantOpen, sqlite.ResultReadOnly, sqlite.ResultIOErr, sqlite.ResultFull: // the last on a full disk
	default:
		return uri, err
	}
	if info, stat := os.Stat(path + "-wal"); stat == nil && info.Size() > 0 {
		return "", err
	}
	uri += "&immutable=1"
	return uri, tryReading(uri, zone)
}

func tryReading(uri string, zone *time.Location) error {
	conn, err := sqlite.OpenConn(uri, sqlite.OpenReadOnly|sqlite.OpenURI)
	if err != nil {
		return err
	}
	version, err := checkVersion(conn)
	if err == nil && version < len(schema.Migrations) {
		err = errors.New("an older version of Exotel Monitor wrote it")
	}
	if err == nil {
		err = checkZone(conn, zone)
	}
	return errors.Join(err, conn.Close())
}

// connPragmas set up each connection. A log that was large once is made small again.
var connPragmas = []string{"PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -4000", "PRAGMA journal_size_limit = 4000000", "PRAGMA temp_store = MEMORY"}

func prepareConn(conn *sqlite.Conn) error {
	for _, pragma := range connPragmas {
		if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
			return err
		}
	}
	return nil
}

func newStore(pool *sqlitex.Pool, zone *time.Location) *Store {
	return &Store{pool: pool, zone: zone, days: map[metrics.Date]*day{}, revision: -1}
}
