// Package sqlite keeps an account's calls in a SQLite file on this computer. The
// view "calls" in it is made for people and their tools.
//
// Several processes may have the file open. One writes at a time, and the others
// see what it saved at their next question. The end of a process loses nothing that
// was saved. A power cut may take back the last saves, each of them whole.
//
// The rows of the calls are what counts. For questions about many days there are
// columns of each day, in memory and as a cache in the file. The number and the sum
// of a day's rows say whether they are still those that were saved.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/dbfile"
)

// Store is the calls of one account in a file or in memory.
type Store struct {
	db         *dbfile.File
	zone       *time.Location
	path       string // "" in memory
	unwritable error

	loading sync.Mutex // lets one load columns that others wait for
	mu      sync.Mutex // guards what follows
	// days are those of the file at a revision. Neither the map nor a day in it
	// changes, but for a day's columns.
	days     map[metrics.Date]*day
	revision int64
	parties  ranks
}

var _ calls.Store = (*Store)(nil)

// Writable returns nil, or why the store was opened for reading only. Put returns
// the same then.
func (s *Store) Writable() error { return s.unwritable }

// Close interrupts those who use the store, waits for them and closes the file. It
// may be called again.
func (s *Store) Close() error {
	s.db.Interrupt()
	return s.db.Close()
}

// Revision implements calls.Store.
func (s *Store) Revision(ctx context.Context) (revision int64, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		revision, err = revisionOf(conn)
		return err
	})
	return revision, err
}

func revisionOf(conn *sqlite.Conn) (int64, error) { return number(conn, "SELECT revision FROM state") }

func nextRevision(conn *sqlite.Conn) (int64, error) {
	if err := run(conn, "UPDATE state SET revision = revision + 1"); err != nil {
		return 0, err
	}
	return revisionOf(conn)
}

// Days implements calls.Store.
func (s *Store) Days(ctx context.Context, p metrics.Period) (days []calls.Day, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		known, err := s.refresh(conn)
		if err != nil {
			return err
		}
		for _, d := range inOrder(known, p) {
			days = append(days, d.known())
		}
		return nil
	})
	return days, err
}

// Open implements calls.Store.
func (s *Store) Open(ctx context.Context, after, young time.Time) (open []calls.Open, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return each(conn, `SELECT sid, created, phase, heard FROM call WHERE (phase <> 0 OR duration IS NULL) AND created > ?1
			UNION SELECT sid, created, phase, heard FROM call WHERE created > ?2`, func(row *sqlite.Stmt) error {
			call := calls.Open{Sid: row.ColumnText(0), Created: time.Unix(row.ColumnInt64(1), 0).In(s.zone), Phase: metrics.Phase(row.ColumnInt(2))}
			if !row.ColumnIsNull(3) {
				call.Heard = time.Unix(row.ColumnInt64(3), 0).In(s.zone)
			}
			open = append(open, call)
			return nil
		}, after.Unix(), young.Unix())
	})
	return open, err
}

// Forget implements calls.Store.
func (s *Store) Forget(ctx context.Context, before metrics.Date) error {
	err := s.write(ctx, func(conn *sqlite.Conn) error {
		if err := run(conn, "DELETE FROM call WHERE created < ?", before.In(s.zone).Unix()); err != nil {
			return err
		}
		if conn.Changes() > 0 {
			for _, unused := range deleteUnused {
				if err := run(conn, unused); err != nil {
					return err
				}
			}
		}
		for _, table := range []string{"day", "figures"} {
			if err := run(conn, "DELETE FROM "+table+" WHERE date < ?", before.String()); err != nil {
				return err
			}
		}
		_, err := nextRevision(conn)
		return err
	})
	if err != nil {
		return err
	}
	return s.lend(ctx, "give space back", func(conn *sqlite.Conn) error {
		for _, pragma := range []string{"PRAGMA incremental_vacuum", "PRAGMA wal_checkpoint(PASSIVE)"} {
			if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// deleteUnused removes the addresses of parties and the links of recordings that no
// call refers to. Spellings of one address stay or go together.
var deleteUnused = []string{
	`DELETE FROM party WHERE same NOT IN (SELECT same FROM party WHERE id IN
		(SELECT sender FROM call UNION SELECT receiver FROM call UNION SELECT customer FROM call UNION SELECT agent FROM call))`,
	"DELETE FROM recording WHERE id NOT IN (SELECT recording FROM call WHERE recording IS NOT NULL)",
}

// read runs f on the file as it is at one moment.
func (s *Store) read(ctx context.Context, f func(*sqlite.Conn) error) error {
	return s.lend(ctx, "read the stored calls", func(conn *sqlite.Conn) error { return dbfile.Read(conn, f) })
}

// write runs f in a transaction, which is saved whole or not at all. It waits for
// others who write.
func (s *Store) write(ctx context.Context, f func(*sqlite.Conn) error) error {
	const doing = "save calls"
	if s.unwritable != nil {
		return fmt.Errorf("%s: %w", doing, s.unwritable)
	}
	return s.lend(ctx, doing, func(conn *sqlite.Conn) error {
		return dbfile.Write(conn, func(conn *sqlite.Conn) error {
			if err := checkZone(conn, s.zone); err != nil { // another process has another zone
				return err
			}
			return f(conn)
		})
	})
}

// lend lends one of the connections. An error says what was being done, and what
// can be done about it.
func (s *Store) lend(ctx context.Context, doing string, use func(*sqlite.Conn) error) error {
	err := s.db.Use(ctx, use)
	if err == nil {
		return nil
	}
	if s.path != "" && s.unwritable == nil && errors.Is(err, dbfile.ErrDamaged) {
		// The next Open looks through the file. If this cannot be noted, the damage
		// is found once more.
		_ = os.WriteFile(s.path+suspectMark, nil, 0o600)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// run runs a statement that returns nothing of interest.
func run(conn *sqlite.Conn, query string, args ...any) error {
	return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args})
}

// each runs f for each row of a query.
func each(conn *sqlite.Conn, query string, f func(row *sqlite.Stmt) error, args ...any) error {
	return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: f})
}

// number returns the first column of the last row of a query, 0 where there is none.
func number(conn *sqlite.Conn, query string, args ...any) (n int64, err error) {
	err = each(conn, query, func(row *sqlite.Stmt) error {
		n = row.ColumnInt64(0)
		return nil
	}, args...)
	return n, err
}
