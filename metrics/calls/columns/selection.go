package columns

import (
	"slices"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// Selection is a query in the store's numbers.
type Selection struct {
	calls.Query
	// The addresses that the query names. Text is those that hold its text.
	Lines, Callers, Agents, Text Set
	// LineOf joins the spellings of a line: by their numbers, the number of the
	// first.
	LineOf []uint16
	// Ranks are what a list by Line, Caller or Agent is sorted by: the places of
	// the addresses in the order of their texts, by their numbers.
	Ranks []uint32
}

// Set is a set of the store's numbers, a bit for each. A nil Set chooses all calls,
// also those without such an address.
type Set []uint64

// Add adds a number. It makes a nil Set one that chooses something.
func (s *Set) Add(n uint32) {
	at := int(n / 64)
	if at >= len(*s) {
		*s = append(*s, make(Set, at+1-len(*s))...)
	}
	(*s)[at] |= 1 << (n % 64)
}

// Has reports whether the set holds a number.
func (s Set) Has(n uint32) bool {
	at := int(n / 64)
	return at < len(s) && s[at]>>(n%64)&1 != 0
}

// judged is what a query makes of a kind of calls: those of one class, with or
// without details, and whether they are a leg or not.
type judged struct {
	chosen  bool
	status  metrics.Status
	outcome metrics.Outcome
	key     int32
}

// lens looks at the calls of a day through a query.
type lens struct {
	*Selection
	settled, open [kinds]judged         // open is for records that may still be finished
	since         [metrics.Phases]int64 // creation of the oldest call whose record is open, by phase
	hours         [24]bool              // chosen
	anyHour       bool
	addresses     bool // some address is asked for
}

// newLens returns a lens for a selection. key is what the user of the lens needs to
// know of a kind of calls.
func newLens(s *Selection, key func(calls.Direction, metrics.Status, metrics.Outcome) int) *lens {
	l := &lens{Selection: s, anyHour: len(s.Hours) == 0, addresses: s.Lines != nil || s.Callers != nil || s.Agents != nil || s.Text != nil}
	for _, hour := range s.Hours {
		if 0 <= hour && hour < len(l.hours) {
			l.hours[hour] = true
		}
	}
	for phase := range metrics.Phases {
		l.since[phase] = s.Now.Add(-phase.Patience()).Unix()
	}
	for kind := range class(kinds) {
		v, direction := kind.verdict(), kind.direction()
		if int(v.Status) >= len(metrics.Counts{}) || int(v.Outcome) >= len(metrics.Outcomes{}) || v.Phase >= metrics.Phases {
			continue // of a damaged row
		}
		judge := func(v metrics.Verdict) judged {
			chosen := anyOf(s.Directions, direction) && anyOf(s.Statuses, v.Status) && anyOf(s.Outcomes, v.Outcome)
			return judged{chosen, v.Status, v.Outcome, int32(key(direction, v.Status, v.Outcome))}
		}
		l.settled[kind], l.open[kind] = judge(v), judge(v.At(0))
	}
	return l
}

func anyOf[T comparable](wanted []T, got T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, got)
}

// line returns the number by which a row's line is counted and sorted.
func (s *Selection) line(d *Day, i int) uint16 { return at(s.LineOf, uint32(d.line[i])) }

// at returns an element of a list. Only a damaged row has a number that is not in it.
func at[T any](list []T, i uint32) (value T) {
	if int(i) < len(list) {
		return list[i]
	}
	return value
}

// days returns those of the days, which are in order of time, that the query
// chooses.
func (s *Selection) days(all []*Day) []*Day {
	return slices.DeleteFunc(slices.Clone(all), func(d *Day) bool {
		outside := s.Period != metrics.Period{} && (d.Date.Before(s.Period.From) || s.Period.To.Before(d.Date))
		return outside || !anyOf(s.Weekdays, d.Date.Weekday())
	})
}

// skips reports whether a row is of a caller that the query does not ask for. row
// checks that too; checking it first makes a query for one caller several times faster.
func (l *lens) skips(d *Day, i int) bool { return l.Callers != nil && !l.Callers.Has(d.client[i]) }

// row returns what the query makes of a row of a day, nil if it does not choose it.
func (l *lens) row(d *Day, i int) *judged {
	if l.addresses && !l.named(d, i) {
		return nil
	}
	f := d.facts[i]
	kind := f.class() % kinds
	j := &l.settled[kind]
	if phase := kind.phase(); phase != metrics.Finished && phase < metrics.Phases && d.start+f.created() > l.since[phase] {
		j = &l.open[kind]
	}
	if !j.chosen || !l.anyHour && !l.hours[d.hour(f)] {
		return nil
	}
	return j
}

func (d *Day) hour(f facts) int {
	const quarter = 15 * 60
	return int(d.hours[min(int(f.created()/quarter), len(d.hours)-1)])
}

func (l *lens) named(d *Day, i int) bool {
	return (l.Callers == nil || l.Callers.Has(d.client[i])) &&
		(l.Agents == nil || l.Agents.Has(d.agent[i])) &&
		(l.Lines == nil || l.Lines.Has(uint32(d.line[i]))) &&
		(l.Text == nil || l.Text.Has(d.client[i]) || l.Text.Has(d.agent[i]))
}
