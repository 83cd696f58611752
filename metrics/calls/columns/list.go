package columns

import (
	"cmp"
	"slices"
	"sort"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// List returns where the calls of a selection stand in its order, behind After and
// without the first Skip, as many as Limit says.
func List(s Selection, days []*Day) []calls.Cursor {
	l := newList(&s, days)
	if s.Order.By == calls.Created {
		l.collectInTime()
	} else {
		l.collect()
		from := min(s.Skip, len(l.keys))
		to := min(from+s.Limit, len(l.keys))
		selectRange(l.keys, from, to)
		l.keys = l.keys[from:to]
	}
	places := make([]calls.Cursor, len(l.keys))
	for i, key := range l.keys {
		places[i] = l.cursor(key)
	}
	return places
}

// list collects the chosen calls of an order as keys. A key has the rank of the call's
// value in its upper half and the number of its row among all days in the lower one.
// Rows are in the order of time, so that keys sort as the list does; those of a
// descending list are inverted.
type list struct {
	*matcher
	days  []*Day
	first []uint32 // the number of each day's first row
	keys  []uint64
}

func newList(s *Selection, days []*Day) *list {
	l := &list{days: s.days(days)}
	l.matcher = newMatcher(s, func(_ calls.Direction, status metrics.Status, outcome metrics.Outcome) int {
		switch s.Order.By {
		case calls.Status:
			return int(status)
		case calls.Outcome:
			return int(outcome)
		}
		return 0
	})
	rows := uint32(0)
	for _, d := range l.days {
		l.first = append(l.first, rows)
		rows += uint32(d.Len())
	}
	return l
}

// collect makes the keys of all calls behind After.
func (l *list) collect() {
	for n, d := range l.days {
		for i := range d.Len() {
			if j := l.chosen(d, i); j != nil {
				l.keys = append(l.keys, l.key(l.rank(l.value(d, i, j)), l.first[n]+uint32(i)))
			}
		}
	}
}

// collectInTime makes the keys of a list by creation, which needs no sorting: it ends
// when Limit calls are found.
func (l *list) collectInTime() {
	skip := l.Skip
	for n := range l.days {
		if !l.Order.Ascending {
			n = len(l.days) - 1 - n
		}
		d := l.days[n]
		if l.isPast(d) {
			continue
		}
		for i := range d.Len() {
			if !l.Order.Ascending {
				i = d.Len() - 1 - i
			}
			switch {
			case l.chosen(d, i) == nil:
			case skip > 0:
				skip--
			case len(l.keys) == l.Limit:
				return
			default:
				l.keys = append(l.keys, l.key(0, l.first[n]+uint32(i)))
			}
		}
	}
}

// isPast reports whether all of a day is before the place that the list continues at.
func (l *list) isPast(d *Day) bool {
	switch {
	case d.Len() == 0:
		return true
	case l.After.IsZero():
		return false
	case l.Order.Ascending:
		return d.start+d.facts[d.Len()-1].created() < l.After.Created()
	}
	return d.start+d.facts[0].created() > l.After.Created()
}

// chosen returns what the query makes of a row, nil if it is not in the list.
func (l *list) chosen(d *Day, i int) *match {
	if l.skips(d, i) {
		return nil
	}
	j := l.row(d, i)
	if j == nil || d.facts[i].class().leg() || !l.After.IsZero() && !l.isBehind(d, i, j) {
		return nil
	}
	return j
}

// isBehind reports whether a row comes after the place that the list continues at.
func (l *list) isBehind(d *Day, i int, j *match) bool {
	after := cmp.Or(
		cmp.Compare(l.rank(l.value(d, i, j)), l.rank(l.After.Value())),
		cmp.Compare(d.start+d.facts[i].created(), l.After.Created()),
		cmp.Compare(d.id[i], l.After.ID()),
	)
	if !l.Order.Ascending {
		after = -after
	}
	return after > 0
}

// value returns what a row has in the column of the order.
func (l *list) value(d *Day, i int, j *match) uint32 {
	switch l.Order.By {
	case calls.Created:
		return 0
	case calls.Duration:
		return uint32(d.facts[i].duration() + 1)
	case calls.Talk:
		return uint32(d.facts[i].talk() + 1)
	case calls.Line:
		return uint32(l.line(d, i))
	case calls.Caller:
		return d.client[i]
	case calls.Agent:
		return d.agent[i]
	}
	return uint32(j.key)
}

// rank returns what a value is sorted by.
func (l *list) rank(value uint32) uint32 {
	switch l.Order.By {
	case calls.Line, calls.Caller, calls.Agent:
		return at(l.Ranks, value)
	}
	return value
}

func (l *list) key(rank, row uint32) uint64 {
	key := uint64(rank)<<32 | uint64(row)
	if !l.Order.Ascending {
		key = ^key
	}
	return key
}

// cursor returns the place of the row that a key stands for.
func (l *list) cursor(key uint64) calls.Cursor {
	if !l.Order.Ascending {
		key = ^key
	}
	row := uint32(key)
	n := sort.Search(len(l.first), func(n int) bool { return l.first[n] > row }) - 1
	d, i := l.days[n], int(row-l.first[n])
	return calls.NewCursor(l.value(d, i, l.row(d, i)), d.start+d.facts[i].created(), d.id[i])
}

// selectRange sorts the part of keys that sorting all of them would put at from up to
// to: a quickselect, so that a page in the middle of millions costs no sorting of these.
func selectRange(keys []uint64, from, to int) {
	const few = 64
	for len(keys) > few && to-from < len(keys)/2 {
		pivot := median(keys[0], keys[len(keys)/2], keys[len(keys)-1])
		less, more := 0, len(keys)
		for i := 0; i < more; {
			switch {
			case keys[i] < pivot:
				keys[i], keys[less] = keys[less], keys[i]
				less, i = less+1, i+1
			case keys[i] > pivot:
				more--
				keys[i], keys[more] = keys[more], keys[i]
			default:
				i++
			}
		}
		switch {
		case to <= less:
			keys = keys[:less]
		case from >= more:
			keys, from, to = keys[more:], from-more, to-more
		default:
			selectRange(keys[:less], from, less)
			selectRange(keys[more:], 0, max(to-more, 0))
			return
		}
	}
	slices.Sort(keys)
}

func median(a, b, c uint64) uint64 { return max(min(a, b), min(max(a, b), c)) }
