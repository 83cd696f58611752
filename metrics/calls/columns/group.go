package columns

import (
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// Bucket is a calls.Bucket whose addresses are the store's numbers, 0 for none.
type Bucket struct {
	calls.Bucket
	Line          uint16
	Agent, Caller uint32
}

// Group counts the calls of a selection by dimensions.
func Group(s Selection, days []*Day, by ...calls.Dimension) []Bucket {
	days = s.days(days)
	g := newGrouping(by, len(s.LineOf))
	l := newMatcher(&s, g.classKey)
	parts := make([]map[dayKey]*counts, min(runtime.GOMAXPROCS(0), len(days)))
	var work errgroup.Group
	for i := range parts {
		work.Go(func() error {
			parts[i] = map[dayKey]*counts{}
			for _, d := range days[i*len(days)/len(parts) : (i+1)*len(days)/len(parts)] {
				key := g.dayKey(d.Date)
				c := parts[i][key]
				if c == nil {
					c = g.newCounts()
					parts[i][key] = c
				}
				g.count(l, d, c)
			}
			return nil
		})
	}
	_ = work.Wait()
	return g.buckets(parts)
}

// grouping is a way to count rows. Days, weeks, months and weekdays are the same for all
// rows of a day. The values of the other dimensions, but for agents and callers, are
// combined into one number.
type grouping struct {
	by      [calls.NumDimensions]bool
	sizes   [calls.NumDimensions]int // number of values of the combined dimensions
	strides [calls.NumDimensions]int // in the combined number; 0 for other dimensions
	values  int                      // number of combined numbers
	parties bool                     // agents or callers are asked for
}

type dayKey struct {
	date    metrics.Date
	weekday time.Weekday
}

func newGrouping(by []calls.Dimension, lines int) *grouping {
	g := &grouping{values: 1, sizes: [calls.NumDimensions]int{
		calls.ByHour:      24,
		calls.ByDirection: int(calls.NumDirections),
		calls.ByStatus:    len(metrics.Counts{}),
		calls.ByOutcome:   len(metrics.Outcomes{}),
		calls.ByLine:      lines,
	}}
	for _, dimension := range by {
		if size := g.sizes[dimension]; size > 0 && !g.by[dimension] {
			g.strides[dimension] = g.values
			g.values *= size
		}
		g.by[dimension] = true
	}
	g.parties = g.by[calls.ByAgent] || g.by[calls.ByCaller]
	return g
}

func (g *grouping) classKey(d calls.Direction, s metrics.Status, o metrics.Outcome) int {
	return int(d)*g.strides[calls.ByDirection] + int(s)*g.strides[calls.ByStatus] + int(o)*g.strides[calls.ByOutcome]
}

func (g *grouping) dayKey(date metrics.Date) (key dayKey) {
	switch {
	case g.by[calls.ByDay]:
		key.date = date
	case g.by[calls.ByWeek]:
		key.date = date.Monday()
	case g.by[calls.ByMonth]:
		key.date = date.FirstOfMonth()
	}
	if g.by[calls.ByWeekday] {
		key.weekday = date.Weekday()
	}
	return key
}

// counts are the tallies of one dayKey.
type counts struct {
	tallies []tally
	// places has the index of a tally and one for each combined number, 0 for none. byKey
	// has the indices if agents or callers are counted, or the numbers are too many.
	places []int32
	byKey  map[rowKey]int32
}

// rowKey is what rows of a dayKey are counted by.
type rowKey struct {
	agent, caller uint32
	value         int32
}

type tally struct {
	rowKey
	calls, details, legs int
	duration, talk       metrics.Mean
}

// maxPlaces keeps the places of half a year's days within a few megabytes.
const maxPlaces = 1 << 13

func (g *grouping) newCounts() *counts {
	if g.parties || g.values > maxPlaces {
		return &counts{byKey: map[rowKey]int32{}}
	}
	return &counts{places: make([]int32, g.values)}
}

// at returns the tally of a key.
func (c *counts) at(key rowKey) *tally {
	if c.byKey == nil {
		if c.places[key.value] == 0 {
			c.tallies = append(c.tallies, tally{rowKey: key})
			c.places[key.value] = int32(len(c.tallies))
		}
		return &c.tallies[c.places[key.value]-1]
	}
	i, ok := c.byKey[key]
	if !ok {
		i = int32(len(c.tallies))
		c.byKey[key] = i
		c.tallies = append(c.tallies, tally{rowKey: key})
	}
	return &c.tallies[i]
}

// count adds the rows of a day.
func (g *grouping) count(l *matcher, d *Day, c *counts) {
	hours, lines := int32(g.strides[calls.ByHour]), int32(g.strides[calls.ByLine])
	for i, f := range d.facts {
		if l.skips(d, i) {
			continue
		}
		j := l.row(d, i)
		if j == nil {
			continue
		}
		key := rowKey{value: j.key}
		if hours > 0 {
			key.value += int32(d.hour(f)) * hours
		}
		if lines > 0 {
			key.value += int32(l.line(d, i)) * lines
		}
		if g.by[calls.ByAgent] {
			key.agent = d.agent[i]
		}
		if g.by[calls.ByCaller] {
			key.caller = d.client[i]
		}
		c.at(key).add(f, j)
	}
}

func (t *tally) add(f facts, j *match) {
	class := f.class()
	if class.leg() {
		t.legs++
		return
	}
	t.calls++
	if class.details() {
		t.details++
	}
	if seconds := f.duration(); j.status == metrics.Answered && seconds >= 0 {
		t.duration.Sum += seconds
		t.duration.N++
	}
	if seconds := f.talk(); j.outcome == metrics.Talked && seconds > 0 {
		t.talk.Sum += seconds
		t.talk.N++
	}
}

func (t *tally) merge(other *tally) {
	t.calls += other.calls
	t.details += other.details
	t.legs += other.legs
	t.duration.Sum, t.duration.N = t.duration.Sum+other.duration.Sum, t.duration.N+other.duration.N
	t.talk.Sum, t.talk.N = t.talk.Sum+other.talk.Sum, t.talk.N+other.talk.N
}

// buckets adds up what goroutines counted.
func (g *grouping) buckets(parts []map[dayKey]*counts) []Bucket {
	all := map[dayKey]*counts{}
	for _, part := range parts {
		for key, c := range part {
			sum := all[key]
			if sum == nil {
				all[key] = c
				continue
			}
			for i := range c.tallies {
				sum.at(c.tallies[i].rowKey).merge(&c.tallies[i])
			}
		}
	}
	n := 0
	for _, c := range all {
		n += len(c.tallies)
	}
	buckets := make([]Bucket, 0, n)
	for key, c := range all {
		for i := range c.tallies {
			buckets = append(buckets, g.bucket(key, &c.tallies[i]))
		}
	}
	return buckets
}

func (g *grouping) bucket(key dayKey, t *tally) Bucket {
	value := func(dimension calls.Dimension) int {
		if g.strides[dimension] == 0 {
			return 0
		}
		return int(t.value) / g.strides[dimension] % g.sizes[dimension]
	}
	return Bucket{
		Bucket: calls.Bucket{
			Key: calls.Key{
				Day: key.date, Weekday: key.weekday, Hour: value(calls.ByHour),
				Direction: calls.Direction(value(calls.ByDirection)),
				Status:    metrics.Status(value(calls.ByStatus)),
				Outcome:   metrics.Outcome(value(calls.ByOutcome)),
			},
			Calls: t.calls, WithDetails: t.details, Legs: t.legs, Duration: t.duration, Talk: t.talk,
		},
		Line: uint16(value(calls.ByLine)), Agent: t.agent, Caller: t.caller,
	}
}
