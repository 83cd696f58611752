package metrics

import (
	"slices"
	"strings"
	"sync"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/archive"
)

// dayCalls are the calls of one day as they were known at one time. They never
// change; newer ones take their place.
type dayCalls struct {
	rows     []row
	book     *phoneBook
	parties  parties
	timeless map[int]string    // Sids of the rows that Exotel gave no creation time
	begun    map[int]time.Time // creation times of the rows whose record is not finished
	open     []openCall        // calls of which Exotel may say more within a day
	details  int               // rows that came with details
	legs     int               // rows that are a leg of another call
	lastOpen time.Time         // creation time of the newest call whose record is not finished; zero for none
	otherWay bool              // one of the calls is of DirectionOther

	tally    exotel.Tally
	readAt   time.Time // when the last reading began
	complete bool
	kept     bool // in the store, as they are here
	unkept   bool // the store did not take them
	recalled int  // rows of it that were on the disk before this run
	behind   bool // Exotel announces more calls than it was seen to list
}

// openCall is a call whose record is not finished, that had no length, or is young.
type openCall struct {
	sid     string
	created time.Time
	phase   phase
}

const (
	// youngCall is how old a call is when Exotel has settled it, by most of its
	// texts and what users saw.
	youngCall = 10 * time.Minute
	// settleWithin is how long a call that lacks something is asked for again.
	// Calls that nobody answered never get a talk time.
	settleWithin = 24 * time.Hour
)

func newDayCalls() *dayCalls {
	return &dayCalls{book: &phoneBook{}, timeless: map[int]string{}, begun: map[int]time.Time{}}
}

// add takes a call of the day. Of calls that were created before old it is not
// noted whether they are settled.
func (d *dayCalls) add(call *exotel.Call, day Date, old time.Time) {
	r := newRow(call, d.book)
	if call.Created.IsZero() {
		r.dayless = DateOf(call.Started) != day
		d.timeless[len(d.rows)] = strings.Clone(call.Sid)
	}
	if r.details {
		d.details++
	}
	if r.leg {
		d.legs++
	} else if directions[r.direction] == DirectionOther {
		d.otherWay = true
	}
	created := createdAt(call)
	if r.phase != finished {
		d.begun[len(d.rows)] = created
		if created.After(d.lastOpen) {
			d.lastOpen = created
		}
	}
	if created.After(old) {
		young := created.After(old.Add(settleWithin - youngCall))
		if r.phase != finished || r.duration < 0 || young {
			d.open = append(d.open, openCall{strings.Clone(call.Sid), created, r.phase})
		}
	}
	d.parties.add(call)
	d.rows = append(d.rows, r)
}

// row returns a row as it counts at now.
func (d *dayCalls) row(n int, now time.Time) *row {
	r := &d.rows[n]
	if r.phase == finished {
		return r
	}
	open := *r
	open.verdict = r.verdict.at(now.Sub(d.begun[n]))
	return &open
}

// changes returns the first moment after now at which a row counts as something
// else though nothing more is heard of it; zero for none.
func (d *dayCalls) changes(now time.Time) (first time.Time) {
	for n, created := range d.begun {
		at := created.Add(d.rows[n].phase.patience())
		if at.After(now) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// room is where the calls of a day can grow. Months are taken into memory a day at
// a time: with new room for each, most of what that takes would be garbage.
type room struct {
	rows    []row
	parties parties
}

var rooms = sync.Pool{New: func() any { return new(room) }}

// growIn makes an empty day grow in a room, until leave.
func (d *dayCalls) growIn(r *room) {
	d.rows = r.rows[:0]
	d.parties = parties{r.parties.text[:0], r.parties.ends[:0], r.parties.signs[:0]}
}

// leave gives the room back, and takes no more than the calls need.
func (d *dayCalls) leave(r *room) {
	*r = room{d.rows, d.parties}
	d.rows = slices.Clone(d.rows)
	d.parties = parties{slices.Clone(d.parties.text), slices.Clone(d.parties.ends), slices.Clone(d.parties.signs)}
}

// heardOf reports whether anything is known of the day.
func (d *dayCalls) heardOf() bool { return d != nil && (d.complete || d.tally.Received > 0) }

// calls is how many calls the day has, legs aside.
func (d *dayCalls) calls() int { return len(d.rows) - d.legs }

// figures are the day's as the store keeps them.
func (d *dayCalls) figures(from, to time.Time) archive.Day {
	return archive.Day{
		From: from, To: to,
		Announced: d.tally.Announced, Received: d.tally.Received, Unreadable: d.tally.Unreadable, Missing: d.tally.Missing(),
		ReadAt: d.readAt, Complete: d.complete,
	}
}

// setFigures takes over what the store kept of a day.
func (d *dayCalls) setFigures(kept archive.Day, zone *time.Location) {
	d.tally = exotel.Tally{
		Announced: max(kept.Announced, kept.Received+kept.Missing), Received: kept.Received, Unreadable: kept.Unreadable,
	}
	d.readAt, d.complete, d.kept = kept.ReadAt.In(zone), kept.Complete, true
}

// poorerThan reports whether a broken reading has more to tell.
func (d *dayCalls) poorerThan(broken *dayCalls) bool {
	return d == nil || !d.complete && d.tally.Received <= broken.tally.Received
}

// freshEnough reports whether a day that ends at end need not be read again: it
// is as it will stay, or was read within maxAge and has not ended since.
func (d *dayCalls) freshEnough(end, now time.Time, maxAge time.Duration) bool {
	if d == nil || d.readAt.After(now) { // the last: by a clock that was wrong then
		return false
	}
	cut := d.readAt.Before(end) && !now.Before(end)
	return d.complete && !d.readAt.Before(d.final(end)) || maxAge > 0 && (d.complete || d.behind) && !cut && now.Sub(d.readAt) < maxAge
}

// final is when a day that ends at end is as it will stay.
func (d *dayCalls) final(end time.Time) time.Time {
	settled := end.Add(settling)
	if last := d.lastOpen.Add(settleWithin); !d.lastOpen.IsZero() && last.After(settled) {
		return last
	}
	return settled
}

// onlyOpen reports whether all that can still change of a day that ends at end are
// the calls whose record is not finished.
func (d *dayCalls) onlyOpen(end, now time.Time) bool {
	return d != nil && d.complete && !d.readAt.Before(end.Add(settling)) && !d.readAt.After(now) && now.Before(d.final(end))
}

// whole reports whether every call is known of a day that ends at end: one that is
// over must have been read after its end.
func (d *dayCalls) whole(end, now time.Time) bool {
	return d != nil && d.complete && (now.Before(end) || !d.readAt.Before(end))
}

// provisional is how many calls Exotel may still say more of.
func (d *dayCalls) provisional(now time.Time) (n int) {
	for i := range d.open {
		if d.open[i].pending(now) {
			n++
		}
	}
	return n
}

// pending reports whether it is worth asking for the call again.
func (c *openCall) pending(now time.Time) bool { return now.Sub(c.created) < settleWithin }
