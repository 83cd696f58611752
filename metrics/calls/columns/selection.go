package columns

import (
	"slices"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// Selection is a query in the store's numbers.
type Selection struct {
	calls.Query
	// The addresses in the query. Text has those that contain its text.
	Lines, Callers, Agents, Text Set
	// LineOf maps the number of a line to the first number of the same line.
	LineOf []uint16
	// Ranks has the positions of addresses in the order of their texts, by their numbers.
	// It is for a list by Line, Caller or Agent.
	Ranks []uint32
}

// Set is a set of the store's numbers, a bit each. A nil Set selects all calls, also
// those without such an address.
type Set []uint64

// Add adds a number. A nil Set becomes one that selects something.
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

// match is the result of a query for one kind of calls.
type match struct {
	chosen  bool
	status  metrics.Status
	outcome metrics.Outcome
	key     int32
}

// matcher matches the calls of a day with a query.
type matcher struct {
	*Selection
	settled, open [numKinds]match          // open is for records that may still be finished
	since         [metrics.NumPhases]int64 // creation of the oldest open record, by phase
	hours         [24]bool                 // selected
	anyHour       bool
	addresses     bool // the query has addresses
}

// newMatcher returns a matcher of a selection. key returns what the user of the matcher
// needs of a kind of calls.
func newMatcher(s *Selection, key func(calls.Direction, metrics.Status, metrics.Outcome) int) *matcher {
	l := &matcher{Selection: s, anyHour: len(s.Hours) == 0, addresses: s.Lines != nil || s.Callers != nil || s.Agents != nil || s.Text != nil}
	for _, hour := range s.Hours {
		if 0 <= hour && hour < len(l.hours) {
			l.hours[hour] = true
		}
	}
	for phase := range metrics.NumPhases {
		l.since[phase] = s.Now.Add(-phase.MaxAge()).Unix()
	}
	for kind := range class(numKinds) {
		v, direction := kind.classification(), kind.direction()
		if int(v.Status) >= len(metrics.Counts{}) || int(v.Outcome) >= len(metrics.Outcomes{}) || v.Phase >= metrics.NumPhases {
			continue // of a damaged row
		}
		judge := func(v metrics.Classification) match {
			chosen := anyOf(s.Directions, direction) && anyOf(s.Statuses, v.Status) && anyOf(s.Outcomes, v.Outcome)
			return match{chosen, v.Status, v.Outcome, int32(key(direction, v.Status, v.Outcome))}
		}
		l.settled[kind], l.open[kind] = judge(v), judge(v.At(0))
	}
	return l
}

func anyOf[T comparable](wanted []T, got T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, got)
}

// line returns the number by which a row's line is counted and ordered.
func (s *Selection) line(d *Day, i int) uint16 { return at(s.LineOf, uint32(d.line[i])) }

// at returns an element of a list. Only a damaged row has a number that is not in it.
func at[T any](list []T, i uint32) (value T) {
	if int(i) < len(list) {
		return list[i]
	}
	return value
}

// days returns the days that the query selects. They are in order of time.
func (s *Selection) days(all []*Day) []*Day {
	return slices.DeleteFunc(slices.Clone(all), func(d *Day) bool {
		outside := s.Period != metrics.Period{} && (d.Date.Before(s.Period.From) || s.Period.To.Before(d.Date))
		return outside || !anyOf(s.Weekdays, d.Date.Weekday())
	})
}

// skips reports whether a row is of a caller that is not in the query. row checks that,
// too; a check before it makes a query for one caller several times faster.
func (l *matcher) skips(d *Day, i int) bool { return l.Callers != nil && !l.Callers.Has(d.client[i]) }

// row returns the match of a row of a day, nil if the query does not select it.
func (l *matcher) row(d *Day, i int) *match {
	if l.addresses && !l.named(d, i) {
		return nil
	}
	f := d.facts[i]
	kind := f.class() % numKinds
	j := &l.settled[kind]
	if phase := kind.phase(); phase != metrics.Finished && phase < metrics.NumPhases && d.start+f.created() > l.since[phase] {
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

func (l *matcher) named(d *Day, i int) bool {
	return (l.Callers == nil || l.Callers.Has(d.client[i])) &&
		(l.Agents == nil || l.Agents.Has(d.agent[i])) &&
		(l.Lines == nil || l.Lines.Has(uint32(d.line[i]))) &&
		(l.Text == nil || l.Text.Has(d.client[i]) || l.Text.Has(d.agent[i]))
}
