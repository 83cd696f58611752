package exoteltest

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"exotel-monitor/exotel"
)

// day holds the calls of one calendar day, generated and scripted, oldest
// first. It never changes: scripting a call into a day makes a new one.
type day struct {
	number  int
	rows    []row
	script  []exotel.Call
	settled int64 // Unix second from which on nothing here changes any more

	bytes atomic.Pointer[renderedDay]
	keep  atomic.Bool // never drop the rendered bytes

	mu      sync.Mutex
	matches map[string][]uint32 // rows that pass a filter, once settled
}

// day returns a calendar day, nil when it has no calls.
func (a *Account) day(n int) *day {
	a.mu.RLock()
	d, ok := a.days[n]
	a.mu.RUnlock()
	if ok {
		return d
	}
	// Generating outside the lock may do the same day twice; that is harmless.
	generated := a.generator.day(n)
	a.mu.Lock()
	defer a.mu.Unlock()
	if d, ok := a.days[n]; ok {
		return d
	}
	d = newDay(n, generated, a.script[n])
	if d != nil || a.generator.perDay > 0 {
		a.days[n] = d // empty days of a scripted account would only fill the map
	}
	return d
}

func newDay(n int, rows []row, script []exotel.Call) *day {
	if len(rows)+len(script) == 0 {
		return nil
	}
	d := &day{number: n, rows: rows, script: slices.Clone(script)}
	for i := range d.script {
		d.rows = append(d.rows, scriptedRow(i, &d.script[i]))
	}
	if len(script) > 0 {
		slices.SortStableFunc(d.rows, func(x, y row) int { return compareCreated(x, y.created) })
	}
	for i := range d.rows {
		d.settled = max(d.settled, int64(d.rows[i].created), int64(d.rows[i].settled))
	}
	return d
}

// scriptedRow stands for a scripted call. One without an end never ages.
func scriptedRow(i int, c *exotel.Call) row {
	r := row{created: uint32(c.Created.Unix()), ref: int32(^i)}
	if !c.Ended.IsZero() {
		r.ended = uint32(c.Ended.Unix())
		r.settled = r.ended + uint32(settleDelay(hashText(0, c.Sid))/time.Second)
	}
	return r
}

// settledCall is a row of the day as it is in the end.
func (a *Account) settledCall(d *day, i int) exotel.Call {
	r := &d.rows[i]
	if r.scripted() {
		return d.script[^r.ref]
	}
	return a.call(d.number, r)
}

// callAt is a row of the day as Exotel shows it at now.
func (a *Account) callAt(d *day, i int, now time.Time) exotel.Call {
	r := &d.rows[i]
	c := a.settledCall(d, i)
	if r.settled == 0 {
		return c
	}
	return age(c, time.Unix(int64(r.ended), 0), time.Unix(int64(r.settled), 0), now)
}

// from is the first of the listed rows (all of the day's when list is nil) that
// was created at or after the Unix second.
func (d *day) from(list []uint32, unix int64) int {
	at := uint32(min(max(unix, 0), 1<<32-1))
	if list == nil {
		// Most days lie in a window as a whole: no need to search them.
		if d.rows[0].created >= at {
			return 0
		}
		if d.rows[len(d.rows)-1].created < at {
			return len(d.rows)
		}
		i, _ := slices.BinarySearchFunc(d.rows, at, compareCreated)
		return i
	}
	i, _ := slices.BinarySearchFunc(list, at, func(n uint32, at uint32) int {
		return compareCreated(d.rows[n], at)
	})
	return i
}

// find returns the place of a call by its Sid.
func (a *Account) find(sid string) (d *day, i int, ok bool) {
	a.mu.RLock()
	n, scripted := a.places[sid]
	a.mu.RUnlock()
	if scripted {
		if d = a.day(n); d == nil {
			return nil, 0, false // moved to another day this very moment
		}
		for i := range d.rows {
			if r := &d.rows[i]; r.scripted() && d.script[^r.ref].Sid == sid {
				return d, i, true
			}
		}
		return nil, 0, false
	}
	n, ref, ok := placeOf(a.seed, sid)
	if !ok || n < 0 || n > 1<<16 || a.generator.perDay <= 0 || sidOf(a.seed, n, ref) != sid {
		return nil, 0, false
	}
	if d = a.day(n); d == nil {
		return nil, 0, false
	}
	// Scripted rows can only have pushed the row back, by one each at most.
	for i := ref; i < len(d.rows) && i <= ref+len(d.script); i++ {
		if int(d.rows[i].ref) == ref {
			return d, i, true
		}
	}
	return nil, 0, false
}

// renderedDay is the JSON of all settled rows, with details, each followed by a comma.
type renderedDay struct {
	bytes []byte
	start []uint32 // of each row, and the end
	cut   []uint16 // where a row's Details begin, from its start
}

// renderBudgetBytes bounds the rendered days that nobody asked to keep.
const renderBudgetBytes = 64 << 20

// renderedDays remembers the rendered days to be dropped, oldest first.
type renderedDays struct {
	mu    sync.Mutex
	days  []*day
	bytes int
}

// rendered returns the day's JSON, made on first use.
func (a *Account) rendered(d *day) *renderedDay {
	if r := d.bytes.Load(); r != nil {
		return r
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if r := d.bytes.Load(); r != nil {
		return r
	}
	r := a.renderDay(d)
	d.bytes.Store(r)
	a.shown.add(d, len(r.bytes))
	return r
}

func (a *Account) renderDay(d *day) *renderedDay {
	r := &renderedDay{
		start: make([]uint32, 0, len(d.rows)+1),
		cut:   make([]uint16, 0, len(d.rows)),
		bytes: make([]byte, 0, 900*len(d.rows)),
	}
	for i := range d.rows {
		c := a.settledCall(d, i)
		begin := len(r.bytes)
		var cut int
		r.bytes, cut = a.render.append(r.bytes, &c, form{})
		r.bytes = append(r.bytes, ',')
		r.start = append(r.start, uint32(begin))
		r.cut = append(r.cut, uint16(cut-begin))
	}
	r.start = append(r.start, uint32(len(r.bytes)))
	r.bytes = slices.Clip(slices.Clone(r.bytes))
	return r
}

func (s *renderedDays) add(d *day, size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.days = append(s.days, d)
	s.bytes += size
	for s.bytes > renderBudgetBytes && len(s.days) > 1 {
		s.bytes -= len(s.days[0].bytes.Load().bytes)
		if !s.days[0].keep.Load() {
			s.days[0].bytes.Store(nil)
		}
		s.days = s.days[1:]
	}
}
