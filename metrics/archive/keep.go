package archive

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// keeping is a reading in the transaction that keeps it.
type keeping struct {
	*Reading
	conn  *sqlite.Conn
	done  []bool // rows that need not be written
	added int    // rows of calls that were not stored
}

// keep runs f in a transaction.
func (r *Reading) keep(ctx context.Context, f func(*keeping) error) error {
	a := r.archive
	a.mu.Lock()
	defer a.mu.Unlock()
	var kept func()
	err := a.write(ctx, func(conn *sqlite.Conn) (err error) {
		if a.places == nil {
			if a.places, err = findPlaces(conn); err != nil {
				return err
			}
		}
		r.u.known = a.snapshot()
		if err := f(&keeping{Reading: r, conn: conn, done: make([]bool, len(r.rows))}); err != nil {
			return err
		}
		kept, err = a.save(conn)
		return err
	})
	if err != nil {
		return err
	}
	kept()
	for i := range r.rows {
		a.places.add(r.rows[i].sid, r.rows[i].created)
	}
	return nil
}

// match compares what was read with what is stored. If it replaces the day, it
// removes what is to go.
func (k *keeping) match(replace bool) error {
	here := make([]bool, len(k.rows))
	if replace {
		old, err := stored(k.conn, nil, k.from.Unix(), k.to.Unix())
		if err != nil {
			return err
		}
		for i := range old {
			if at, again := k.at[string(old[i].sid)]; again {
				here[at] = true
				err = k.update(at, &old[i])
			} else {
				err = k.remove(&old[i])
			}
			if err != nil {
				return err
			}
		}
	}
	for at := range k.rows {
		if here[at] {
			continue
		}
		old, err := k.find(k.rows[at].sid)
		if err != nil {
			return err
		}
		if old == nil {
			k.added++
		} else if err := k.update(at, old); err != nil {
			return err
		}
	}
	return nil
}

// update merges a row that was read into the one that is stored of the call.
func (k *keeping) update(at int, old *row) error {
	r := &k.rows[at]
	if r.created != old.created || !bytes.Equal(r.facts, old.facts) {
		*r = k.merge(old, r)
	}
	if r.created != old.created {
		return k.remove(old)
	}
	k.done[at] = bytes.Equal(r.facts, old.facts)
	return nil
}

func (k *keeping) remove(r *row) error {
	stmt, err := k.conn.Prepare("DELETE FROM call WHERE created = ? AND sid = ?")
	if err != nil {
		return err
	}
	stmt.BindInt64(1, r.created)
	bindKey(stmt, 2, r.sid)
	return run(stmt)
}

// find is the stored row of a Sid, nil if there is none.
func (k *keeping) find(sid []byte) (found *row, err error) {
	k.archive.places.each(sid, func(created int64) bool {
		found, err = k.row(created, sid)
		return found == nil && err == nil
	})
	return found, err
}

func (k *keeping) row(created int64, sid []byte) (*row, error) {
	stmt, err := k.conn.Prepare("SELECT facts FROM call WHERE created = ? AND sid = ?")
	if err != nil {
		return nil, err
	}
	defer stmt.Reset()
	stmt.BindInt64(1, created)
	bindKey(stmt, 2, sid)
	if more, err := stmt.Step(); err != nil || !more {
		return nil, err
	}
	return &row{created, sid, k.memory.column(stmt, 0)}, nil
}

// write writes what has changed, in the order of the file.
func (k *keeping) write() error {
	var changed []*row
	for at := range k.rows {
		if !k.done[at] {
			changed = append(changed, &k.rows[at])
		}
	}
	slices.SortFunc(changed, func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.created, b.created), bytes.Compare(a.sid, b.sid))
	})
	stmt, err := k.conn.Prepare("INSERT OR REPLACE INTO call VALUES (?, ?, ?)")
	if err != nil {
		return err
	}
	for _, r := range changed {
		stmt.BindInt64(1, r.created)
		bindKey(stmt, 2, r.sid)
		stmt.BindBytes(3, r.facts)
		if err := run(stmt); err != nil {
			return err
		}
	}
	return nil
}

// count is how many calls of the day are stored.
func (k *keeping) count() (n int, err error) {
	err = sqlitex.Execute(k.conn, "SELECT count(*) FROM call WHERE created >= ? AND created < ?", &sqlitex.ExecOptions{
		Args: []any{k.from.Unix(), k.to.Unix()},
		ResultFunc: func(row *sqlite.Stmt) error {
			n = row.ColumnInt(0)
			return nil
		}})
	return n, err
}

// note keeps the day's figures: always, or if they are no worse than those there
// are.
func (k *keeping) note(day Day, always bool) error {
	from, to := k.from.Unix(), k.to.Unix()
	if err := sqlitex.Execute(k.conn, "DELETE FROM day WHERE starts < ?2 AND ends > ?1 AND (starts <> ?1 OR ends <> ?2)",
		&sqlitex.ExecOptions{Args: []any{from, to}}); err != nil {
		return err
	}
	return sqlitex.Execute(k.conn, `INSERT INTO day VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
		ON CONFLICT DO UPDATE SET announced = ?3, received = ?4, unreadable = ?5, missing = ?6, read_at = ?7, complete = ?8
		WHERE ?9 OR ?8 OR NOT complete AND received <= ?4`, &sqlitex.ExecOptions{
		Args: []any{from, to, day.Announced, day.Received, day.Unreadable, day.Missing, day.ReadAt.UnixMilli(), day.Complete, always}})
}

func run(stmt *sqlite.Stmt) error {
	_, err := stmt.Step()
	return cmp.Or(err, stmt.Reset())
}

func findPlaces(conn *sqlite.Conn) (*places, error) {
	stmt, err := conn.Prepare("SELECT created, sid FROM call")
	if err != nil {
		return nil, err
	}
	defer stmt.Reset()
	p := newPlaces()
	var memory arena
	for {
		more, err := stmt.Step()
		if err != nil {
			return nil, err // half of the places would be too few
		}
		if !more {
			return p, nil
		}
		memory = memory[:0]
		p.add(memory.key(stmt, 1), stmt.ColumnInt64(0))
	}
}
