package sqlite

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/columns"
)

// Put implements calls.Store.
func (s *Store) Put(ctx context.Context, b calls.Batch) error {
	for i := range b.Calls {
		if err := check(&b.Calls[i]); err != nil {
			return fmt.Errorf("save calls: %w", err)
		}
	}
	b.Calls = mergeBatch(b.Calls)
	return s.write(ctx, func(conn *sqlite.Conn) error {
		p := &put{Store: s, conn: conn, batch: b, numbers: newNumbers(conn), changes: map[metrics.Date]*change{}}
		return p.save()
	})
}

func check(call *exotel.Call) error {
	switch {
	case call.Sid == "":
		return errors.New("a call has no Sid")
	case metrics.CreatedAt(call).IsZero():
		return fmt.Errorf("call %s has no time", call.Sid)
	}
	return nil
}

// mergeBatch returns calls with each Sid once.
func mergeBatch(batch []exotel.Call) []exotel.Call {
	at := make(map[string]int, len(batch))
	once := make([]exotel.Call, 0, len(batch))
	for _, call := range batch {
		if first, again := at[call.Sid]; again {
			once[first] = exotel.Merge(once[first], call)
			continue
		}
		at[call.Sid] = len(once)
		once = append(once, call)
	}
	return once
}

// put is a batch in the transaction that saves it.
type put struct {
	*Store
	conn     *sqlite.Conn
	batch    calls.Batch
	numbers  *numbers
	revision int64

	added   int
	rows    []columns.Row // of the batch's calls
	changes map[metrics.Date]*change
}

// change is the change of the number and of the sum of a day's rows by a batch.
type change struct {
	rows int
	sum  uint32
}

func (p *put) save() (err error) {
	b := &p.batch
	if p.revision, err = nextRevision(p.conn); err != nil {
		return err
	}
	before, err := p.day(b.Date)
	if err != nil {
		return err
	}
	if b.Replace {
		err = p.removeOthers()
	}
	for i := range b.Calls {
		if err == nil {
			err = p.call(&b.Calls[i])
		}
	}
	if err == nil {
		err = p.saveAsOf()
	}
	if err != nil {
		return err
	}
	if b.Replace {
		if err := p.replaceDay(); err != nil {
			return err
		}
	} else if before == nil && p.changes[b.Date] == nil {
		p.changes[b.Date] = &change{} // something is known of it from now on
	}
	for date, c := range p.changes {
		if err := p.changeDay(date, c); err != nil {
			return err
		}
	}
	return p.saveDay(before)
}

// call saves one call.
func (p *put) call(call *exotel.Call) error {
	before, err := p.find(call.Sid)
	if err != nil {
		return err
	}
	row := stored{call: *call}
	if before == nil {
		p.added++
	} else {
		row.id, row.asOf = before.figures.ID, before.asOf
		row.call = exotel.Merge(before.call, row.call)
		if p.batch.Replace {
			// A complete reading knows the day of its calls, even if the stored calls
			// claim to be newer.
			row.call.Created = metrics.CreatedAt(call)
		}
	}
	row.created = metrics.CreatedAt(&row.call).In(p.zone)
	row.class = metrics.Classify(&row.call)
	if err := p.numbers.addresses(&row); err != nil {
		return err
	}
	// The row's other columns may be damaged while the call is not.
	if figures := row.newFigures(); before != nil && figures.Sum() == before.figures.Sum() && equalCalls(before.call, row.call) {
		p.rows = append(p.rows, figures)
		return nil
	}
	if before != nil {
		if err := run(p.conn, "DELETE FROM call WHERE id = ?", int64(row.id)); err != nil {
			return err
		}
		p.countRow(&before.figures, -1)
	}
	stmt, err := p.conn.Prepare(insertCall)
	if err != nil {
		return err
	}
	row.bind(stmt)
	_, err = stmt.Step()
	if err := errors.Join(err, stmt.Reset()); err != nil {
		return err
	}
	row.id = uint32(p.conn.LastInsertRowID())
	figures := row.newFigures()
	p.countRow(&figures, 1)
	p.rows = append(p.rows, figures)
	return nil
}

// saveAsOf saves the AsOf of the batch for the calls of which Exotel may say more.
func (p *put) saveAsOf() error {
	if p.batch.AsOf.IsZero() {
		return nil
	}
	for i := range p.rows {
		row := &p.rows[i]
		age, open := p.batch.AsOf.Sub(row.Created), row.Class.Phase != metrics.Finished || row.Duration == exotel.Unknown
		if age >= metrics.VolatileAge && !(open && age < metrics.SettleTimeout) {
			continue
		}
		if err := run(p.conn, "UPDATE call SET heard = ?2 WHERE id = ?1", int64(row.ID), p.batch.AsOf.Unix()); err != nil {
			return err
		}
	}
	return nil
}

// equalCalls reports whether two versions of a call are equal as they are stored.
func equalCalls(a, b exotel.Call) bool {
	times := func(c *exotel.Call) (unix [4]int64) {
		for i, t := range []*time.Time{&c.Created, &c.Updated, &c.Started, &c.Ended} {
			unix[i], *t = t.Unix(), time.Time{}
		}
		return unix
	}
	return times(&a) == times(&b) && reflect.DeepEqual(a, b)
}

// countRow counts a row that was added to its day or, with -1, removed from it.
func (p *put) countRow(row *columns.Row, n int) {
	date := metrics.DateOf(row.Created.In(p.zone))
	c := p.changes[date]
	if c == nil {
		c = &change{}
		p.changes[date] = c
	}
	c.rows += n
	c.sum += uint32(n) * row.Sum()
}

const selectFound = selectCall + ", " + figuresOfCall + ", c.heard" + fromCall + "WHERE c.sid = ?"

// find returns the stored call of a Sid, nil if there is none.
func (p *put) find(sid string) (found *stored, err error) {
	err = each(p.conn, selectFound, func(row *sqlite.Stmt) error {
		found = &stored{call: scanCall(row, p.zone), figures: scanFigures(row, callColumns)}
		if last := row.ColumnCount() - 1; !row.ColumnIsNull(last) {
			found.asOf = time.Unix(row.ColumnInt64(last), 0)
		}
		return nil
	}, sid)
	return found, err
}

// removeOthers removes the stored calls of the day that are not in the batch.
func (p *put) removeOthers() error {
	listed := make(map[string]bool, len(p.batch.Calls))
	for i := range p.batch.Calls {
		listed[p.batch.Calls[i].Sid] = true
	}
	var gone []int64
	starts, ends := p.bounds(p.batch.Date)
	err := each(p.conn, "SELECT id, sid FROM call WHERE created >= ? AND created < ?", func(row *sqlite.Stmt) error {
		if !listed[row.ColumnText(1)] {
			gone = append(gone, row.ColumnInt64(0))
		}
		return nil
	}, starts, ends)
	for _, id := range gone {
		if err == nil {
			err = run(p.conn, "DELETE FROM call WHERE id = ?", id)
		}
	}
	return err
}

// replaceDay saves the number and the sum of the rows of a day that was put completely,
// and its columns.
func (p *put) replaceDay() error {
	date := p.batch.Date
	delete(p.changes, date)
	var rows []columns.Row
	for _, row := range p.rows {
		if metrics.DateOf(row.Created.In(p.zone)) == date {
			rows = append(rows, row)
		}
	}
	d := columns.NewDay(date, p.zone, rows)
	if err := p.setDay(date, d.Len(), d.Sum()); err != nil {
		return err
	}
	return cache(p.conn, p.revision, d)
}

// changeDay saves the changes of a day. It adds the difference to what was known, so that
// lost rows stay missing.
func (p *put) changeDay(date metrics.Date, c *change) error {
	before, err := p.day(date)
	if err != nil {
		return err
	}
	if before != nil {
		return p.setDay(date, before.Stored+c.rows, before.sum+c.sum)
	}
	d, err := p.build(p.conn, date)
	if err != nil {
		return err
	}
	return p.setDay(date, d.Len(), d.Sum())
}

func (p *put) setDay(date metrics.Date, rows int, sum uint32) error {
	starts, ends := p.bounds(date)
	// The condition repeats that of the index call_open, so that SQLite uses it.
	return run(p.conn, `INSERT INTO day VALUES (?1, ?2, ?3, 0, 0, 0, 0, 0, 0, ?4, ?5, ?6,
			(SELECT max(created) FROM call WHERE (phase <> 0 OR duration IS NULL) AND phase <> 0 AND created >= ?2 AND created < ?3))
		ON CONFLICT DO UPDATE SET starts = ?2, ends = ?3, stored = ?4, sum = ?5, revision = ?6, unfinished = excluded.unfinished`,
		date.String(), starts, ends, rows, int64(sum), p.revision)
}

// day returns what is known of a day, nil for nothing. It removes a day of another zone.
func (p *put) day(date metrics.Date) (known *day, err error) {
	err = each(p.conn, selectDay+"WHERE date = ?", func(row *sqlite.Stmt) error {
		known, err = p.scanDay(row)
		return err
	}, date.String())
	if err != nil || known == nil || p.isOurs(known) {
		return known, err
	}
	return nil, run(p.conn, "DELETE FROM day WHERE date = ?", date.String())
}

// saveDay saves what the batch knows of its day.
func (p *put) saveDay(before *day) error {
	if p.batch.UpdateDay == nil {
		return nil
	}
	was := calls.Day{Date: p.batch.Date}
	if before != nil {
		was = before.Day
	}
	now, err := p.day(p.batch.Date)
	if err != nil {
		return err
	}
	d := p.batch.UpdateDay(&was, now.Stored, p.added)
	if d == nil {
		return nil
	}
	readAt := int64(0)
	if !d.ReadAt.IsZero() {
		readAt = d.ReadAt.UnixMilli()
	}
	return run(p.conn, `UPDATE day SET announced = ?2, received = ?3, unreadable = ?4, missing = ?5, read_at = ?6, complete = ?7
		WHERE date = ?1`, p.batch.Date.String(), d.Announced, d.Received, d.Unreadable, d.Missing, readAt, d.Complete)
}
