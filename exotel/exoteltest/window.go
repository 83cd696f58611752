package exoteltest

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"exotel-monitor/exotel"
)

// window is a range of DateCreated in Unix seconds, both ends included.
type window struct{ from, to int64 }

// span is a run of a day's rows: rows lo to hi, or those that list names.
type span struct {
	day    *day
	list   []uint32 // nil: all rows
	lo, hi int
}

func (s span) len() int { return s.hi - s.lo }

func (s span) row(i int) int {
	if s.list == nil {
		return s.lo + i
	}
	return int(s.list[s.lo+i])
}

// listing is the matches of a query, oldest first, without copies of the rows.
type listing struct {
	spans []span
	total int
}

// list finds the calls of a window that exist at now and pass a filter.
func (a *Account) list(w window, f filter, now time.Time) listing {
	w.from = max(w.from, 0)
	w.to = min(w.to, now.Unix())
	if len(f.sids) > 0 {
		return a.listSids(w, f, now)
	}
	var l listing
	if w.to < w.from {
		return l
	}
	l.spans = make([]span, 0, 32)
	last := dayOf(time.Unix(w.to, 0), a.zone)
	for n := dayOf(time.Unix(w.from, 0), a.zone); n <= last; n++ {
		if d := a.day(n); d != nil {
			l.add(d, a.filtered(d, f, now), w)
		}
	}
	return l
}

// listSids looks the Sids of a filter up instead of scanning the window.
func (a *Account) listSids(w window, f filter, now time.Time) listing {
	type place struct {
		d   *day
		row uint32
	}
	var places []place
	for _, sid := range f.sids {
		if d, i, ok := a.find(sid); ok {
			places = append(places, place{d, uint32(i)})
		}
	}
	slices.SortFunc(places, func(x, y place) int {
		if x.d.number != y.d.number {
			return x.d.number - y.d.number
		}
		return int(x.row) - int(y.row)
	})
	places = slices.Compact(places)
	var l listing
	for i := 0; i < len(places); {
		d := places[i].d
		rows := []uint32{}
		for ; i < len(places) && places[i].d == d; i++ {
			c := a.callAt(d, int(places[i].row), now)
			if f.match(&c) {
				rows = append(rows, places[i].row)
			}
		}
		l.add(d, rows, w)
	}
	return l
}

// add appends the rows of a day that lie in the window.
func (l *listing) add(d *day, list []uint32, w window) {
	s := span{day: d, list: list, lo: d.from(list, w.from), hi: d.from(list, w.to+1)}
	if s.hi > s.lo {
		l.spans = append(l.spans, s)
		l.total += s.len()
	}
}

// maxFilters bounds the filters a day remembers the matches of.
const maxFilters = 8

// filtered returns the rows of the day that pass the filter, nil when it has
// nothing to filter.
func (a *Account) filtered(d *day, f filter, now time.Time) []uint32 {
	settled := d.settled <= now.Unix()
	if f.none() || (settled && f.onlyHidesLive() && len(d.script) == 0) {
		return nil
	}
	if !settled {
		return a.scan(d, f, now)
	}
	key := f.key()
	d.mu.Lock()
	defer d.mu.Unlock()
	if list, ok := d.matches[key]; ok {
		return list
	}
	if len(d.matches) >= maxFilters || d.matches == nil {
		d.matches = map[string][]uint32{}
	}
	d.matches[key] = a.scan(d, f, now)
	return d.matches[key]
}

func (a *Account) scan(d *day, f filter, now time.Time) []uint32 {
	list := []uint32{} // not nil: an empty list matches nothing
	for i := range d.rows {
		if int64(d.rows[i].created) > now.Unix() {
			break
		}
		c := a.callAt(d, i, now)
		if f.match(&c) {
			list = append(list, uint32(i))
		}
	}
	return list
}

// rank is the position of the first call of the listing that is not before the
// place of a cursor, and whether it is the cursor's own call.
func (a *Account) rank(l listing, c cursor) (position int, exact bool) {
	d, i, found := a.find(c.sid)
	for _, s := range l.spans {
		switch {
		case found && s.day.number == d.number:
			at := sort.Search(s.len(), func(n int) bool { return s.row(n) >= i })
			return position + at, at < s.len() && s.row(at) == i
		case found && s.day.number < d.number:
			position += s.len()
		case found:
			return position, false
		default:
			// The Sid is unknown here: its time alone says where it was.
			at := sort.Search(s.len(), func(n int) bool { return int64(s.day.rows[s.row(n)].created) >= c.unix })
			position += at
			if at < s.len() {
				return position, false
			}
		}
	}
	return position, false
}

// at calls visit with the calls at positions [from, to) of the listing.
func (l listing) at(from, to int, visit func(s span, first, n int)) {
	for _, s := range l.spans {
		if from >= to {
			return
		}
		if from < s.len() {
			n := min(s.len(), to) - from
			visit(s, from, n)
			from += n
		}
		from -= s.len()
		to -= s.len()
	}
}

// filter are the conditions of a query beside its window.
type filter struct {
	sids             []string
	to, from, phones []string
	status           string
	direction        string
	duration, price  bounds
	hideLive         bool
	exact            bool   // numbers are compared as texts
	text             string // the query's own words: the key of remembered matches
}

func (f *filter) none() bool { return f.onlyHidesLive() && !f.hideLive }

func (f *filter) onlyHidesLive() bool {
	return len(f.sids)+len(f.to)+len(f.from)+len(f.phones) == 0 && f.status == "" &&
		f.direction == "" && !f.duration.set && !f.price.set
}

func (f *filter) key() string {
	return fmt.Sprint(f.hideLive, f.exact, f.text)
}

func (f *filter) match(c *exotel.Call) bool {
	return (!f.hideLive || !live(c)) &&
		(f.status == "" || c.Status == f.status) &&
		(f.direction == "" || c.Direction == f.direction) &&
		(len(f.phones) == 0 || isNumber(c.ExoPhone) && f.anyNumber(f.phones, c.ExoPhone)) &&
		(len(f.from) == 0 || f.anyNumber(f.from, c.From)) &&
		(len(f.to) == 0 || f.anyNumber(f.to, c.To)) &&
		(!f.duration.set || c.Duration >= 0 && f.duration.holds(float64(c.Duration))) &&
		(!f.price.set || f.price.holdsText(c.Price))
}

// anyNumber matches the form stored or the last ten digits. See API.md, Call list.
func (f *filter) anyNumber(wanted []string, number string) bool {
	return slices.ContainsFunc(wanted, func(w string) bool {
		return w == number || !f.exact && len(w) >= 10 && len(number) >= 10 &&
			digits(number[len(number)-10:]) && w[len(w)-10:] == number[len(number)-10:]
	})
}

// isNumber reports whether an ExoPhone is named by its number. A row that names it
// by another SID has no PhoneNumber. See API.md, Rows.
func isNumber(exophone string) bool { return digits(strings.TrimPrefix(exophone, "+")) }

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
