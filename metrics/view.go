package metrics

import (
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"exotel-monitor/exotel"
)

// View is what is known of a period's calls at one time. It never changes.
type View struct {
	Period Period
	now    time.Time
	onDisk bool        // what the store took in this run
	days   []*dayCalls // nil for a day that is not known

	account *exotel.Directory // the ExoPhones as they were listed by then
}

// at is what the same knowledge comes to later: a day that was whole lacks its end
// when it is over.
func (v *View) at(now time.Time) *View {
	later := *v
	later.now = now
	return &later
}

// Complete reports whether every day of the period up to now was read whole.
func (v *View) Complete() bool { return len(v.days) > 0 && len(v.Partial()) == 0 }

// Empty reports whether nothing at all is known of the period.
func (v *View) Empty() bool {
	return !slices.ContainsFunc(v.days, (*dayCalls).heardOf)
}

// end is when a day of the view ends.
func (v *View) end(day int) time.Time { return v.Period.From.Add(day + 1).In(v.now.Location()) }

// Partial are the days that have begun and are not known whole.
func (v *View) Partial() map[Date]bool {
	partial := map[Date]bool{}
	for i, day := range v.days {
		if v.began(i) && !day.whole(v.end(i), v.now) {
			partial[v.Period.From.Add(i)] = true
		}
	}
	return partial
}

func (v *View) began(day int) bool {
	return !v.Period.From.Add(day).In(v.now.Location()).After(v.now)
}

// Tally adds up the readings of the period's days.
func (v *View) Tally() Tally {
	var t Tally
	for i, day := range v.days {
		if !day.heardOf() { // also one that was asked for in vain
			if v.began(i) {
				t.DaysMissing++
				if v.Period.From.Add(i).Before(FirstAskable(v.now)) {
					t.DaysGone++
				}
			}
			continue
		}
		t.Received += day.tally.Received
		t.Announced += max(day.tally.Announced, day.tally.Received)
		t.Unreadable += day.tally.Unreadable
		switch {
		case !day.complete:
			t.Missing += max(day.tally.Missing(), 1)
		case !day.whole(v.end(i), v.now):
			t.DaysCut++
		}
	}
	return t
}

// Tally says how much of a period's calls arrived.
type Tally struct {
	Received, Announced int
	Missing             int // announced and not received, at least
	DaysMissing         int // days of which nothing is known
	DaysGone            int // of these, days that Exotel no longer has
	DaysCut             int // days that were over only after they were last read
	Unreadable          int // received rows that are no call, in no figure
}

// Loaded returns the calls that are here and those there are, whatever the filter.
func (t Tally) Loaded() (here, of int) { return t.Received - t.Unreadable, t.Received + t.Missing }

// Data is how well a period's calls are known.
type Data struct {
	Stored      int // calls and legs of calls that are known
	Kept        int // of these, calls that are on the disk, too
	WithDetails int // of these, calls that came with the details of their legs
	Provisional int // of these, calls of which Exotel may say more: live, without a length, or just over
}

// Data counts the calls of the period by how well they are known.
func (v *View) Data() Data {
	var d Data
	for _, day := range v.days {
		if day == nil {
			continue
		}
		d.Stored += len(day.rows)
		d.WithDetails += day.details
		d.Provisional += day.provisional(v.now)
		if day.kept && v.onDisk {
			d.Kept += len(day.rows)
		} else {
			d.Kept += min(day.recalled, len(day.rows))
		}
	}
	return d
}

// AsOf is when the oldest of the readings that can still change was begun; zero
// when nothing was read. Where none can change it is when the newest was begun.
func (v *View) AsOf() time.Time {
	oldest := time.Time{}
	for i, day := range v.days {
		if day != nil && !v.settledDay(i) && (oldest.IsZero() || day.readAt.Before(oldest)) {
			oldest = day.readAt
		}
	}
	if oldest.IsZero() {
		return v.lastRead()
	}
	return oldest
}

// Settled reports whether nothing in the period can change any more, so that
// its figures do not age.
func (v *View) Settled() bool {
	for i := range v.days {
		if !v.settledDay(i) {
			return false
		}
	}
	return len(v.days) > 0
}

func (v *View) settledDay(i int) bool {
	return v.days[i].freshEnough(v.end(i), v.now, 0)
}

// lastRead is when the newest whole reading was begun, zero when there is none.
func (v *View) lastRead() time.Time {
	newest := time.Time{}
	for _, day := range v.days {
		if day != nil && day.complete && day.readAt.After(newest) {
			newest = day.readAt
		}
	}
	return newest
}

// Summary adds up the calls that match the filter. It asks Exotel nothing.
func (v *View) Summary(f Filter) *Summary {
	repeats := v.repeats()
	s := newSummary(v.Period)
	if len(v.days) == 1 {
		v.sum(s, f, repeats, 0)
	} else {
		v.sumAll(s, f, repeats)
	}
	s.setNow(v.now)
	return s
}

// changes returns the first moment after that of the view at which its figures are
// others though nothing more was read; zero for none.
func (v *View) changes() (first time.Time) {
	for _, day := range v.days {
		if day == nil {
			continue
		}
		if at := day.changes(v.now); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// sumAll adds up the days on all of the computer's cores.
func (v *View) sumAll(s *Summary, f Filter, repeats map[place]bool) {
	parts := make([]*Summary, min(runtime.GOMAXPROCS(0), len(v.days)))
	var next atomic.Int64
	var work sync.WaitGroup
	for i := range parts {
		parts[i] = newSummary(v.Period)
		work.Go(func() {
			for day := int(next.Add(1)) - 1; day < len(v.days); day = int(next.Add(1)) - 1 {
				v.sum(parts[i], f, repeats, day)
			}
		})
	}
	work.Wait()
	for _, part := range parts {
		s.merge(part)
	}
}

// sum counts the calls of a day.
func (v *View) sum(s *Summary, f Filter, repeats map[place]bool, i int) {
	day := v.days[i]
	if day == nil {
		return
	}
	matches := f.over(day, v.account)
	count := func(n int) {
		r := day.row(n, v.now)
		switch chosen, unknown := matches.row(r); {
		case !chosen && !unknown || len(repeats) > 0 && repeats[place{i, n}]:
		case chosen:
			s.count(r, i)
		case !r.leg:
			s.LineUnknown++
		}
	}
	if f.Text != "" {
		day.parties.find(f.Text, count)
		return
	}
	for n := range day.rows {
		count(n)
	}
}

// place is where a row stands: which day of the view, which row of the day.
type place struct{ day, row int }

// repeats finds calls that several days hold, which can only be those without a
// creation time: Exotel may list one whatever day it is asked for. The day in
// which the call was started keeps it, or else the first.
func (v *View) repeats() map[place]bool {
	kept := map[string]place{}
	repeats := map[place]bool{}
	for i, day := range v.days {
		if day == nil {
			continue
		}
		for n, sid := range day.timeless {
			here := place{i, n}
			other, again := kept[sid]
			switch {
			case !again:
				kept[sid] = here
			case v.days[other.day].rows[other.row].dayless && !day.rows[n].dayless:
				kept[sid], repeats[other] = here, true
			default:
				repeats[here] = true
			}
		}
	}
	return repeats
}

// ExoPhones are the lines that occur in the period, each once, sorted: by the number
// that the account's list has of them, or else as Exotel first wrote them.
func (v *View) ExoPhones() []string {
	seen := map[string]string{}
	for _, day := range v.days {
		if day == nil {
			continue
		}
		for _, spelling := range day.book.phones {
			key := v.account.Key(spelling)
			if spelling == "" || seen[key] != "" {
				continue
			}
			seen[key] = spelling
			if phone, ok := v.account.Find(spelling); ok {
				seen[key] = phone.Dialled()
			}
		}
	}
	return slices.Sorted(maps.Values(seen))
}

// OtherDirection reports whether a call of the period is of DirectionOther.
func (v *View) OtherDirection() bool {
	return slices.ContainsFunc(v.days, func(d *dayCalls) bool { return d != nil && d.otherWay })
}
