package sqlite

import (
	"maps"
	"slices"
	"sort"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/columns"
	"exotel-monitor/metrics/dbfile"
)

// day is what a revision of the file knows of a day.
type day struct {
	calls.Day
	starts, ends int64  // seconds since 1970
	sum          uint32 // of its rows
	revision     int64  // in which its rows changed last
	loaded       atomic.Pointer[loaded]
	used         atomic.Int64 // when a question last needed the columns
}

// maxIdle is how long a day's columns stay in memory after the last query that needed
// them. They are dropped at the next change of the file, and read again from its cache.
const maxIdle = 15 * time.Minute

// loaded has a day's columns in memory.
type loaded struct {
	*columns.Day
	damaged bool // its rows are not those that were saved
}

// known returns what is known of the day, damage included.
func (d *day) known() calls.Day {
	known := d.Day
	if l := d.loaded.Load(); l != nil {
		known.Damaged = l.damaged
	}
	return known
}

// inherit takes over the columns from an older revision with the same rows, and whether
// they are damaged.
func (d *day) inherit(old *day) {
	l, used := old.loaded.Load(), old.used.Load()
	if l != nil && (l.damaged || time.Since(time.Unix(used, 0)) < maxIdle) {
		d.loaded.Store(l)
		d.used.Store(used)
	}
}

const selectDay = `SELECT date, announced, received, unreadable, missing, read_at, complete, stored, revision, starts, ends, sum, unfinished FROM day `

func (s *Store) scanDay(row *sqlite.Stmt) (*day, error) {
	date, err := metrics.ParseDate(row.ColumnText(0))
	d := &day{
		Day: calls.Day{
			Date: date, Announced: row.ColumnInt(1), Received: row.ColumnInt(2), Unreadable: row.ColumnInt(3), Missing: row.ColumnInt(4),
			Complete: row.ColumnBool(6), Stored: row.ColumnInt(7),
		},
		revision: row.ColumnInt64(8), starts: row.ColumnInt64(9), ends: row.ColumnInt64(10), sum: uint32(row.ColumnInt64(11)),
	}
	if at := row.ColumnInt64(5); at != 0 {
		d.ReadAt = time.UnixMilli(at).In(s.zone)
	}
	if !row.ColumnIsNull(12) {
		d.Unfinished = time.Unix(row.ColumnInt64(12), 0).In(s.zone)
	}
	return d, err
}

// bounds returns the first moments of a day and of the next, in seconds since 1970.
func (s *Store) bounds(date metrics.Date) (starts, ends int64) {
	return date.In(s.zone).Unix(), date.Add(1).In(s.zone).Unix()
}

// isOurs reports whether the day is a day of the store's zone. Nothing is known of
// others.
func (s *Store) isOurs(d *day) bool {
	starts, ends := s.bounds(d.Date)
	return d.starts == starts && d.ends == ends
}

// currentDays returns the days of the file in conn's transaction. They keep the columns
// in memory that have not changed and were needed lately.
func (s *Store) currentDays(conn *sqlite.Conn) (map[metrics.Date]*day, error) {
	revision, err := revisionOf(conn)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	known, of := s.days, s.revision
	s.mu.Unlock()
	if revision == of {
		return known, nil
	}
	days := make(map[metrics.Date]*day, len(known))
	err = each(conn, selectDay, func(row *sqlite.Stmt) error {
		d, err := s.scanDay(row)
		if err != nil || !s.isOurs(d) {
			return nil // nothing is known of a damaged row either
		}
		if old := known[d.Date]; old != nil && old.revision == d.revision {
			d.inherit(old)
		}
		days[d.Date] = d
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case revision == s.revision: // another goroutine was faster, and may have loaded columns
		return s.days, nil
	case revision > s.revision: // an older revision is for this reader only
		s.days, s.revision = days, revision
	}
	return days, nil
}

// inOrder returns the days of a period, oldest first; the zero Period is all.
func inOrder(days map[metrics.Date]*day, p metrics.Period) []*day {
	chosen := slices.Collect(maps.Values(days))
	chosen = slices.DeleteFunc(chosen, func(d *day) bool {
		return p != metrics.Period{} && (d.Date.Before(p.From) || p.To.Before(d.Date))
	})
	slices.SortFunc(chosen, func(a, b *day) int {
		if a.Date.Before(b.Date) {
			return -1
		}
		return 1
	})
	return chosen
}

// load returns the days of a period with their columns, from memory, the cache in the
// file or the rows. built are the days that are over and whose columns were built from
// the rows.
func (s *Store) load(conn *sqlite.Conn, p metrics.Period) (chosen, built []*day, err error) {
	known, err := s.currentDays(conn)
	if err != nil {
		return nil, nil, err
	}
	chosen = inOrder(known, p)
	now := time.Now().Unix()
	for _, d := range chosen {
		d.used.Store(now)
	}
	isLoaded := func(d *day) bool { return d.loaded.Load() != nil }
	if !slices.ContainsFunc(chosen, func(d *day) bool { return !isLoaded(d) }) {
		return chosen, nil, nil
	}
	s.loading.Lock()
	defer s.loading.Unlock()
	var buffer []byte
	for _, d := range chosen {
		if isLoaded(d) {
			continue
		}
		fromRows, err := s.loadDay(conn, d, &buffer)
		if err != nil {
			return nil, nil, err
		}
		if fromRows && d.Complete && !d.known().Damaged && !d.ReadAt.Before(time.Unix(d.ends, 0)) {
			built = append(built, d)
		}
	}
	return chosen, built, nil
}

// columnsOf returns the columns of days that were loaded.
func columnsOf(days []*day) []*columns.Day {
	all := make([]*columns.Day, len(days))
	for i, d := range days {
		all[i] = d.loaded.Load().Day
	}
	return all
}

// checkRow reports whether the columns of a day have a row as it was read. If not, it
// marks the day as damaged.
func checkRow(days []*day, created int64, row *columns.Row) bool {
	i := sort.Search(len(days), func(i int) bool { return created < days[i].ends })
	l := days[i].loaded.Load()
	if l.Holds(row) {
		return true
	}
	days[i].loaded.Store(&loaded{l.Day, true})
	return false
}

// loadDay loads the columns of a day and reports whether it built them from the rows. It
// may use the buffer.
func (s *Store) loadDay(conn *sqlite.Conn, d *day, buffer *[]byte) (fromRows bool, err error) {
	if c, err := s.cached(conn, d, buffer); c != nil || err != nil {
		d.loaded.Store(&loaded{Day: c})
		return false, err
	}
	c, err := s.build(conn, d.Date)
	if err != nil {
		return false, err
	}
	d.loaded.Store(&loaded{c, c.Len() != d.Stored || c.Sum() != d.sum})
	return true, nil
}

// cached returns the columns of a day from the cache, nil if they are not in it.
func (s *Store) cached(conn *sqlite.Conn, d *day, buffer *[]byte) (cached *columns.Day, err error) {
	err = each(conn, "SELECT columns FROM figures WHERE date = ? AND revision = ?", func(row *sqlite.Stmt) error {
		b := slices.Grow(*buffer, row.ColumnLen(0))[:row.ColumnLen(0)]
		*buffer = b[:0]
		row.ColumnBytes(0, b)
		if c, err := columns.ReadDay(d.Date, s.zone, b); err == nil && c.Len() == d.Stored {
			cached = c
		}
		return nil
	}, d.Date.String(), d.revision)
	return cached, err
}

// build builds the columns of a day from its rows.
func (s *Store) build(conn *sqlite.Conn, date metrics.Date) (*columns.Day, error) {
	var rows []columns.Row
	starts, ends := s.bounds(date)
	err := each(conn, "SELECT "+figuresOfCall+" FROM call c WHERE c.created >= ? AND c.created < ?", func(row *sqlite.Stmt) error {
		rows = append(rows, scanFigures(row, 0))
		return nil
	}, starts, ends)
	return columns.NewDay(date, s.zone, rows), err
}

// cache saves the columns of a day, unless the day has changed.
func cache(conn *sqlite.Conn, revision int64, d *columns.Day) error {
	b, err := d.AppendBinary(nil)
	if err != nil {
		return err
	}
	return run(conn, "INSERT OR REPLACE INTO figures SELECT date, revision, ?3 FROM day WHERE date = ?1 AND revision = ?2",
		d.Date.String(), revision, b)
}

// cacheBuilt saves the columns of days, unless another process is writing.
func cacheBuilt(conn *sqlite.Conn, built []*day) error {
	conn.SetBusyTimeout(0)
	defer conn.SetBlockOnBusy()
	return dbfile.Write(conn, func(conn *sqlite.Conn) error {
		for _, d := range built {
			if err := cache(conn, d.revision, d.loaded.Load().Day); err != nil {
				return err
			}
		}
		return nil
	})
}

const figuresOfCall = `c.id, c.created, c.line, c.customer, c.agent, c.direction, c.counted, c.outcome, c.phase,
	c.parent IS NOT NULL, c.details, c.duration, c.talk`

// scanFigures reads figuresOfCall from a column on.
func scanFigures(row *sqlite.Stmt, from int) columns.Row {
	seconds := func(column int) int {
		if row.ColumnIsNull(column) {
			return exotel.Unknown
		}
		return row.ColumnInt(column)
	}
	verdict := metrics.Classification{
		Status: metrics.Status(row.ColumnInt(from + 6)), Outcome: metrics.Outcome(row.ColumnInt(from + 7)), Phase: metrics.Phase(row.ColumnInt(from + 8)),
	}
	if int(verdict.Status) >= len(metrics.Counts{}) || int(verdict.Outcome) >= len(metrics.Outcomes{}) || verdict.Phase >= metrics.NumPhases {
		verdict = metrics.Classification{Status: metrics.Other, Outcome: metrics.OutcomeOther} // the row is damaged
	}
	return columns.Row{
		ID: uint32(row.ColumnInt64(from)), Created: time.Unix(row.ColumnInt64(from+1), 0),
		Line: uint16(row.ColumnInt(from + 2)), Customer: uint32(row.ColumnInt64(from + 3)), Agent: uint32(row.ColumnInt64(from + 4)),
		Direction: calls.DirectionOf(&exotel.Call{Direction: row.ColumnText(from + 5)}),
		Class:     verdict,
		Leg:       row.ColumnBool(from + 9), Details: row.ColumnBool(from + 10), Duration: seconds(from + 11), Talk: seconds(from + 12),
	}
}
