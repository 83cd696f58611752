package sqlite

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/dbfile"
)

const (
	// maxConns is the number of connections of a store. One writes at a time, the others
	// read.
	maxConns = 4

	// suspectMark ends the name of an empty file that marks the database beside it as
	// damaged. The next Open checks the database.
	suspectMark = "-suspect"
)

// connPragmas set up each connection. A large log is made small again.
var connPragmas = []string{"PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -4000", "PRAGMA journal_size_limit = 4000000", "PRAGMA temp_store = MEMORY"}

// Open opens the store in the file at path. If there is no file, Open creates it for its
// owner alone. Days are those of zone, the account's.
//
// Open sets a damaged file aside under another name and begins a new one. It refuses a
// file that a newer version or another program wrote, and leaves it as it is. It opens a
// file that cannot be written for reading; see [Store.WriteErr]. Errors are those of
// [dbfile.Open].
//
// Calls that were saved in another zone keep their wall clock: Exotel sends no zone, so
// the zone was wrong. Nothing is known of any day then.
func Open(ctx context.Context, path string, zone *time.Location, log *slog.Logger) (*Store, error) {
	return open(ctx, path, zone, log, func(conn *sqlite.Conn) error { return adoptZone(conn, zone, log) })
}

// OpenInZone is Open, but returns an error if the calls were saved in another zone, and
// leaves them as they are. It is for callers that may have a wrong zone, or share the
// file.
func OpenInZone(ctx context.Context, path string, zone *time.Location, log *slog.Logger) (*Store, error) {
	return open(ctx, path, zone, log, func(conn *sqlite.Conn) error {
		if err := checkZone(conn, zone); err != nil {
			return err
		}
		return adoptZone(conn, zone, log)
	})
}

func open(ctx context.Context, path string, zone *time.Location, log *slog.Logger, adopt func(*sqlite.Conn) error) (*Store, error) {
	o := dbfile.Options{
		Schema: schema, Conns: maxConns, Pragmas: connPragmas,
		Check:    func(conn *sqlite.Conn, version int) error { return checkSuspect(ctx, path, conn, version) },
		Adopt:    adopt,
		Readable: func(conn *sqlite.Conn) error { return checkZone(conn, zone) },
		Damaged:  "the file of stored calls was damaged; a new one was begun, and the calls will be fetched again", Log: log,
	}
	db, why := dbfile.Open(ctx, path, o)
	err := why
	if dbfile.MayBeReadable(why) {
		if db, err = dbfile.OpenReadOnly(ctx, path, o); err != nil {
			err = errors.Join(why, err)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open the stored calls in %s: %w", path, err)
	}
	s := newStore(db, zone)
	s.path, s.writeErr = path, why
	return s, nil
}

// OpenMemory opens an empty store of which nothing is left when it is closed.
func OpenMemory(ctx context.Context, zone *time.Location) (*Store, error) {
	db, err := dbfile.OpenMemory(ctx, dbfile.Options{Schema: schema, Pragmas: connPragmas})
	if err != nil {
		return nil, fmt.Errorf("open a store in memory: %w", err)
	}
	return newStore(db, zone), nil
}

func newStore(db *dbfile.File, zone *time.Location) *Store {
	return &Store{db: db, zone: zone, days: map[metrics.Date]*day{}, revision: -1}
}

// checkSuspect looks through a file that is marked as damaged, and removes the mark if
// it is not.
func checkSuspect(ctx context.Context, path string, conn *sqlite.Conn, version int) error {
	if _, err := os.Stat(path + suspectMark); err != nil {
		return nil
	}
	if err := findDamage(ctx, conn, version); err != nil {
		return err
	}
	return os.Remove(path + suspectMark)
}

// findDamage looks through the whole file, which is of a version.
func findDamage(ctx context.Context, conn *sqlite.Conn, version int) error {
	if err := dbfile.CheckPages(conn, version); err != nil || version == 0 {
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
			err = fmt.Errorf("%w: %s is not as it was made", dbfile.ErrDamaged, name)
		}
		return err
	})
}
