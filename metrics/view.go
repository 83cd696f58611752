package metrics

import (
	"maps"
	"slices"
	"time"

	"exotel-monitor/exotel"
)

// View is what is known of a period's calls at one time. It never changes.
type View struct {
	Period Period
	now    time.Time
	days   []*dayCalls // nil for a day that is not known
}

// Complete reports whether every day of the period up to now was read whole.
func (v *View) Complete() bool {
	if len(v.days) == 0 {
		return false
	}
	for i, day := range v.days {
		if v.began(i) && (day == nil || !day.complete) {
			return false
		}
	}
	return true
}

// Empty reports whether nothing at all is known of the period.
func (v *View) Empty() bool {
	return !slices.ContainsFunc(v.days, func(day *dayCalls) bool { return day != nil && (day.complete || day.tally.Received > 0) })
}

func (v *View) began(day int) bool {
	return !v.Period.From.Add(day).In(v.now.Location()).After(v.now)
}

// Tally adds up the readings of the period's days.
func (v *View) Tally() Tally {
	var t Tally
	for i, day := range v.days {
		if day == nil {
			if v.began(i) {
				t.DaysMissing++
			}
			continue
		}
		t.Received += day.tally.Received
		t.Announced += max(day.tally.Announced, day.tally.Received)
		t.Unreadable += day.tally.Unreadable
		if !day.complete {
			t.Missing += max(day.tally.Missing(), 1)
		}
	}
	return t
}

// Tally says how much of a period's calls arrived.
type Tally struct {
	Received, Announced int
	Missing             int // announced and not received, at least
	DaysMissing         int // days of which nothing is known
	Unreadable          int // received rows that are no call, in no figure
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
	return v.days[i].freshEnough(v.Period.From.Add(i+1).In(v.now.Location()), v.now, 0)
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
	s := newSummary(v.Period)
	repeats := v.repeats()
	for i, day := range v.days {
		if day == nil {
			continue
		}
		matches := f.over(day.book)
		for n := range day.rows {
			if r := &day.rows[n]; matches.row(r) && !repeats[place{i, n}] {
				s.count(r, i)
			}
		}
	}
	s.setNow(v.now)
	return s
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

// ExoPhones are the numbers that occur in the period, as Exotel first wrote
// them, each number once, sorted.
func (v *View) ExoPhones() []string {
	seen := map[string]string{}
	for _, day := range v.days {
		if day == nil {
			continue
		}
		for _, number := range day.book.phones {
			if key := exotel.NumberKey(number); number != "" && seen[key] == "" {
				seen[key] = number
			}
		}
	}
	return slices.Sorted(maps.Values(seen))
}
