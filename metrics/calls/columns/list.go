package columns

import (
	"cmp"
	"slices"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// List returns where the first calls of a selection stand in its order, behind
// After, as many as Limit says.
func List(s Selection, days []*Day) []calls.Cursor {
	l := &list{order: s.Order, ranks: s.Ranks, limit: s.Limit, after: !s.After.IsZero()}
	l.cursor = l.place(s.After)
	l.lens = newLens(&s, func(_ calls.Direction, status metrics.Status, outcome metrics.Outcome) int {
		switch s.Order.By {
		case calls.Status:
			return int(status)
		case calls.Outcome:
			return int(outcome)
		}
		return 0
	})
	days = s.days(days)
	if !s.Order.Ascending {
		slices.Reverse(days)
	}
	for _, d := range days {
		if s.Order.By == calls.Created && (l.full() || l.isPast(d)) {
			continue
		}
		l.addDay(d)
	}
	places := make([]calls.Cursor, len(l.best))
	for i, p := range l.best {
		places[i] = p.Cursor
	}
	return places
}

// list collects the first places of an order.
type list struct {
	lens   *lens
	order  calls.Order
	ranks  []uint32
	limit  int
	after  bool // only what is behind cursor
	cursor place
	best   []place // in order
}

// place is a cursor with what its value is sorted by.
type place struct {
	calls.Cursor
	rank uint32
}

func (l *list) place(c calls.Cursor) place {
	switch l.order.By {
	case calls.Line, calls.Caller, calls.Agent:
		return place{c, at(l.ranks, c.Value())}
	}
	return place{c, c.Value()}
}

// compare orders two places as the list does.
func (l *list) compare(a, b *place) int {
	if !l.order.Ascending {
		a, b = b, a
	}
	switch {
	case a.rank != b.rank:
		return cmp.Compare(a.rank, b.rank)
	case a.Created() != b.Created():
		return cmp.Compare(a.Created(), b.Created())
	}
	return cmp.Compare(a.ID(), b.ID())
}

func (l *list) full() bool { return len(l.best) == l.limit }

// isPast reports whether all of a day is before the cursor of a list by creation.
func (l *list) isPast(d *Day) bool {
	if !l.after || d.Len() == 0 {
		return d.Len() == 0
	}
	if l.order.Ascending {
		return d.start+d.facts[d.Len()-1].created() < l.cursor.Created()
	}
	return d.start+d.facts[0].created() > l.cursor.Created()
}

// addDay adds the calls of a day, in the order of the list as far as they are equal
// by its column.
func (l *list) addDay(d *Day) {
	for n := range d.Len() {
		i := n
		if !l.order.Ascending {
			i = d.Len() - 1 - n
		}
		if l.lens.skips(d, i) {
			continue
		}
		j := l.lens.row(d, i)
		if j == nil || d.facts[i].class().leg() {
			continue
		}
		l.add(l.place(calls.NewCursor(l.value(d, i, j), d.start+d.facts[i].created(), d.id[i])))
		if l.order.By == calls.Created && l.full() {
			return // those that follow are behind
		}
	}
}

// value returns what a row has in the column of the order.
func (l *list) value(d *Day, i int, j *judged) uint32 {
	switch l.order.By {
	case calls.Duration:
		return uint32(d.facts[i].duration() + 1)
	case calls.Talk:
		return uint32(d.facts[i].talk() + 1)
	case calls.Line:
		return uint32(l.lens.line(d, i))
	case calls.Caller:
		return d.client[i]
	case calls.Agent:
		return d.agent[i]
	}
	return uint32(j.key)
}

func (l *list) add(p place) {
	if l.after && l.compare(&l.cursor, &p) >= 0 {
		return
	}
	if l.full() {
		if l.compare(&l.best[len(l.best)-1], &p) <= 0 {
			return
		}
		l.best = l.best[:len(l.best)-1]
	}
	at, _ := slices.BinarySearchFunc(l.best, p, func(a, b place) int { return l.compare(&a, &b) })
	l.best = slices.Insert(l.best, at, p)
}
