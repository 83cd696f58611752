// Package sqlite keeps an account's calls in a SQLite file on this computer. The view
// "calls" in it is for people and their tools.
//
// Several processes may have the file open. One writes at a time, and the others see
// what it saved at their next query. The end of a process loses nothing that was saved.
// A power cut may take back the last saves, each of them completely.
//
// The rows of the calls are the truth. Queries of many days use columns of each day, in
// memory and as a cache in the file. The number and the checksums of a day's rows show
// whether they are still the ones that were saved.
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

// Store is a calls.Store in a file or in memory.
type Store struct {
	db       *dbfile.File
	zone     *time.Location
	path     string // "" in memory
	writeErr error

	loading sync.Mutex // lets one goroutine load columns that others wait for
	mu      sync.Mutex // guards what follows
	// days are the days of the file at a revision. The map and its days never change, but
	// for a day's columns.
	days     map[metrics.Date]*day
	revision int64
	parties  ranks
}

var _ calls.Store = (*Store)(nil)

// WriteErr returns why the store was opened for reading only, nil if it was not. Put
// returns the same error then.
func (s *Store) WriteErr() error { return s.writeErr }

// Close interrupts the users of the store, waits for them and closes the file. It may be
// called again.
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
		known, err := s.currentDays(conn)
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

// OpenCalls implements calls.Store.
func (s *Store) OpenCalls(ctx context.Context, after, young time.Time) (open []calls.OpenCall, err error) {
	err = s.read(ctx, func(conn *sqlite.Conn) error {
		return each(conn, `SELECT sid, created, phase, heard FROM call WHERE (phase <> 0 OR duration IS NULL) AND created > ?1
			UNION SELECT sid, created, phase, heard FROM call WHERE created > ?2`, func(row *sqlite.Stmt) error {
			call := calls.OpenCall{Sid: row.ColumnText(0), Created: time.Unix(row.ColumnInt64(1), 0).In(s.zone), Phase: metrics.Phase(row.ColumnInt(2))}
			if !row.ColumnIsNull(3) {
				call.AsOf = time.Unix(row.ColumnInt64(3), 0).In(s.zone)
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
	return s.withConn(ctx, "give space back", func(conn *sqlite.Conn) error {
		for _, pragma := range []string{"PRAGMA incremental_vacuum", "PRAGMA wal_checkpoint(PASSIVE)"} {
			if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// deleteUnused removes the addresses of parties and the links of recordings that no call
// refers to. It removes all spellings of an address or none.
var deleteUnused = []string{
	`DELETE FROM party WHERE same NOT IN (SELECT same FROM party WHERE id IN
		(SELECT sender FROM call UNION SELECT receiver FROM call UNION SELECT customer FROM call UNION SELECT agent FROM call))`,
	"DELETE FROM recording WHERE id NOT IN (SELECT recording FROM call WHERE recording IS NOT NULL)",
}

// read runs f on the file as it is at one moment.
func (s *Store) read(ctx context.Context, f func(*sqlite.Conn) error) error {
	return s.withConn(ctx, "read the stored calls", func(conn *sqlite.Conn) error { return dbfile.Read(conn, f) })
}

// write runs f in a transaction, which is saved completely or not at all. It waits for
// other writers.
func (s *Store) write(ctx context.Context, f func(*sqlite.Conn) error) error {
	const doing = "save calls"
	if s.writeErr != nil {
		return fmt.Errorf("%s: %w", doing, s.writeErr)
	}
	return s.withConn(ctx, doing, func(conn *sqlite.Conn) error {
		return dbfile.Write(conn, func(conn *sqlite.Conn) error {
			if err := checkZone(conn, s.zone); err != nil { // another process has another zone
				return err
			}
			return f(conn)
		})
	})
}

// withConn lends one of the connections. Its error says what was being done, and what the
// user can do.
func (s *Store) withConn(ctx context.Context, doing string, use func(*sqlite.Conn) error) error {
	err := s.db.Use(ctx, use)
	if err == nil {
		return nil
	}
	if s.path != "" && s.writeErr == nil && errors.Is(err, dbfile.ErrDamaged) {
		// The next Open checks the whole file. If this fails, the damage is found again.
		_ = os.WriteFile(s.path+suspectMark, nil, 0o600)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// run runs a statement without a result.
func run(conn *sqlite.Conn, query string, args ...any) error {
	return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args})
}

// each runs f for each row of a query.
func each(conn *sqlite.Conn, query string, f func(row *sqlite.Stmt) error, args ...any) error {
	return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: f})
}

// number returns the first column of the last row of a query, 0 if there is none.
func number(conn *sqlite.Conn, query string, args ...any) (n int64, err error) {
	err = each(conn, query, func(row *sqlite.Stmt) error {
		n = row.ColumnInt64(0)
		return nil
	}, args...)
	return n, err
}
