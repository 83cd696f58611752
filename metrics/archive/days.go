package archive

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Days are the days of which there are figures, oldest first. Those that were
// read in another zone are among them, with the bounds they had there.
func (a *Archive) Days(ctx context.Context) (days []Day, err error) {
	err = a.read(ctx, func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, `SELECT starts, ends, announced, received, unreadable, missing, read_at, complete
			FROM day ORDER BY starts`, &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
			days = append(days, Day{
				From: time.Unix(row.ColumnInt64(0), 0).In(a.zone), To: time.Unix(row.ColumnInt64(1), 0).In(a.zone),
				Announced: row.ColumnInt(2), Received: row.ColumnInt(3), Unreadable: row.ColumnInt(4), Missing: row.ColumnInt(5),
				ReadAt: time.UnixMilli(row.ColumnInt64(6)).In(a.zone), Complete: row.ColumnBool(7),
			})
			return nil
		}})
	})
	return days, err
}

// Forget removes the days that begin before a moment, with their calls, and gives
// the space back to the disk. The words that calls had in common stay: statuses,
// ExoPhones, addresses of agents that are no phone numbers.
func (a *Archive) Forget(ctx context.Context, before time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	err := a.write(ctx, func(conn *sqlite.Conn) error {
		for _, query := range []string{"DELETE FROM call WHERE created < ?", "DELETE FROM day WHERE starts < ?"} {
			if err := sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: []any{before.Unix()}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.unwritable(ctx, a.file.Shrink(ctx))
}
