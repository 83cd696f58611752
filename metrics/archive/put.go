package archive

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"iter"
	"math"
	"slices"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/exotel"
)

var (
	errSpan  = errors.New("a day must end after it begins, between 1970 and 2106")
	errStray = errors.New("a call was not created on the day it was put as")
	errNoSid = errors.New("a call has no Sid")
)

// Put keeps a reading of a day. Either all of it is kept or, with an error,
// nothing; afterwards each Sid is in the archive once:
//
//   - A call that is stored already takes the new values, but none that is known
//     for one that is not: "", Unknown, a zero Time, no Details, no Legs. Where
//     it is stored with another creation time, on whatever day, it moves; where
//     only the stored one has a time, it stays at that time's day.
//   - A complete reading replaces the day: calls that are not in it go.
//   - An incomplete reading adds and updates calls, and removes none. Its figures
//     are kept as the day's unless those of a complete reading are, or of an
//     incomplete one that received more calls.
//
// Figures of days that overlap this one go: they were made in another zone.
func (a *Archive) Put(ctx context.Context, day Day, calls iter.Seq[exotel.Call]) error {
	p := putting{Archive: a, day: day, from: day.From.Unix(), to: day.To.Unix(), at: map[string]int{}}
	// Before the transaction, because the calls may come slowly.
	if err := p.take(calls); err != nil {
		return a.refused(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var kept func()
	err := a.write(ctx, func(conn *sqlite.Conn) (err error) {
		if a.places == nil {
			if a.places, err = findPlaces(conn); err != nil {
				return err
			}
		}
		p.conn = conn
		p.u = unpacker{known: a.snapshot(), zone: a.zone}
		if err := p.match(); err != nil {
			return err
		}
		if err := p.write(); err != nil {
			return err
		}
		if kept, err = a.save(conn); err != nil {
			return err
		}
		return p.note()
	})
	if err != nil {
		return err
	}
	kept()
	for i := range p.rows {
		a.places.add(p.rows[i].sid, p.rows[i].created)
	}
	return nil
}

// putting is a Put on its way.
type putting struct {
	*Archive
	u        unpacker
	day      Day
	from, to int64

	rows   []row
	done   []bool // rows that need not be written
	at     map[string]int
	memory arena
	conn   *sqlite.Conn
}

// take packs the calls.
func (p *putting) take(calls iter.Seq[exotel.Call]) error {
	if p.from < 0 || p.to <= p.from || p.to > math.MaxUint32 {
		return errSpan
	}
	for call := range calls {
		if call.Sid == "" {
			return errNoSid
		}
		if created := call.Created; !created.IsZero() && (created.Before(p.day.From) || !created.Before(p.day.To)) {
			return errStray
		}
		r := p.pack(&call)
		if at, again := p.at[string(r.sid)]; again {
			p.u = unpacker{known: p.snapshot(), zone: p.zone}
			p.rows[at] = p.merge(&p.rows[at], &r)
			continue
		}
		p.at[string(r.sid)] = len(p.rows)
		p.rows = append(p.rows, r)
	}
	p.done = make([]bool, len(p.rows))
	return nil
}

func (p *putting) pack(call *exotel.Call) row {
	r := row{created: p.from}
	if !call.Created.IsZero() {
		r.created = call.Created.Unix()
	}
	const usual = 128
	r.sid = p.memory.take(usual, func(b []byte) []byte { return appendKey(b, call.Sid) })
	r.facts = p.memory.take(usual, func(b []byte) []byte { return p.Archive.pack(b, call, r.created) })
	return r
}

// merge brings a stored row up to date. One that makes no sense is replaced.
func (p *putting) merge(old, read *row) row {
	before, err := p.u.call(old)
	now, err2 := p.u.call(read)
	if err != nil || err2 != nil {
		return *read
	}
	merged := merge(before, now)
	return p.pack(&merged)
}

// match compares what was read with what is stored, and removes what is to go.
func (p *putting) match() error {
	old, err := stored(p.conn, p.from, p.to)
	if err != nil {
		return err
	}
	here := make([]bool, len(p.rows))
	for i := range old {
		at, known := p.at[string(old[i].sid)]
		switch {
		case known:
			here[at] = true
			err = p.update(at, &old[i])
		case p.day.Complete:
			err = p.remove(&old[i])
		}
		if err != nil {
			return err
		}
	}
	for at := range p.rows {
		if here[at] {
			continue
		}
		elsewhere, err := p.elsewhere(p.rows[at].sid)
		if err != nil {
			return err
		}
		if elsewhere != nil {
			if err := p.update(at, elsewhere); err != nil {
				return err
			}
		}
	}
	return nil
}

// update merges a row that was read into the one that is stored of the call.
func (p *putting) update(at int, old *row) error {
	r := &p.rows[at]
	if r.created != old.created || !bytes.Equal(r.facts, old.facts) {
		*r = p.merge(old, r)
	}
	if r.created != old.created {
		return p.remove(old)
	}
	p.done[at] = bytes.Equal(r.facts, old.facts)
	return nil
}

func (p *putting) remove(r *row) error {
	stmt, err := p.conn.Prepare("DELETE FROM call WHERE created = ? AND sid = ?")
	if err != nil {
		return err
	}
	stmt.BindInt64(1, r.created)
	bindKey(stmt, 2, r.sid)
	return run(stmt)
}

// elsewhere finds a call that is stored as one of another day, nil if there is
// none.
func (p *putting) elsewhere(sid []byte) (found *row, err error) {
	p.places.each(sid, func(created int64) bool {
		if created >= p.from && created < p.to {
			return true
		}
		found, err = p.find(created, sid)
		return found == nil && err == nil
	})
	return found, err
}

func (p *putting) find(created int64, sid []byte) (*row, error) {
	stmt, err := p.conn.Prepare("SELECT facts FROM call WHERE created = ? AND sid = ?")
	if err != nil {
		return nil, err
	}
	defer stmt.Reset()
	stmt.BindInt64(1, created)
	bindKey(stmt, 2, sid)
	if more, err := stmt.Step(); err != nil || !more {
		return nil, err
	}
	return &row{created, sid, p.memory.column(stmt, 0)}, nil
}

// write writes what has changed, in the order of the file.
func (p *putting) write() error {
	var changed []*row
	for at := range p.rows {
		if !p.done[at] {
			changed = append(changed, &p.rows[at])
		}
	}
	slices.SortFunc(changed, func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.created, b.created), bytes.Compare(a.sid, b.sid))
	})
	stmt, err := p.conn.Prepare("INSERT OR REPLACE INTO call VALUES (?, ?, ?)")
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

// note keeps the day's figures.
func (p *putting) note() error {
	if err := sqlitex.Execute(p.conn, "DELETE FROM day WHERE starts < ?2 AND ends > ?1 AND (starts <> ?1 OR ends <> ?2)",
		&sqlitex.ExecOptions{Args: []any{p.from, p.to}}); err != nil {
		return err
	}
	d := p.day
	return sqlitex.Execute(p.conn, `INSERT INTO day VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
		ON CONFLICT DO UPDATE SET announced = ?3, received = ?4, unreadable = ?5, missing = ?6, read_at = ?7, complete = ?8
		WHERE ?8 OR NOT complete AND received <= ?4`,
		&sqlitex.ExecOptions{Args: []any{p.from, p.to, d.Announced, d.Received, d.Unreadable, d.Missing, d.ReadAt.UnixMilli(), d.Complete}})
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
