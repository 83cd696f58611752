package exoteltest

import (
	"slices"
	"time"

	"exotel-monitor/exotel"
)

// outcome is one way a call can go. Weights are per mille
// of all calls.
type outcome struct {
	weight     int
	direction  string
	status     string
	leg1, leg2 string
	legs       int
	talks      bool // both parties speak
	unfinished bool // the record kept its 1970 end and lost its legs
}

// outcomes of the generated calls: inbound 65 %, outbound-dial 20 %, outbound-api 15 %.
// See API.md, Answered calls and Statuses.
var outcomes = []outcome{
	{478, exotel.DirectionInbound, "completed", "completed", "completed", 2, true, false},
	{52, exotel.DirectionInbound, "completed", "completed", "no-answer", 2, false, false},
	{14, exotel.DirectionInbound, "completed", "completed", "busy", 2, false, false},
	{18, exotel.DirectionInbound, "completed", "completed", "canceled", 2, false, false},
	{3, exotel.DirectionInbound, "completed", "completed", "failed", 2, false, false},
	{38, exotel.DirectionInbound, "completed", "completed", "", 1, false, false},
	{30, exotel.DirectionInbound, "no-answer", "no-answer", "no-answer", 2, false, false},
	{7, exotel.DirectionInbound, "busy", "busy", "", 0, false, false},
	{4, exotel.DirectionInbound, "failed", "failed", "", 0, false, false},
	{3, exotel.DirectionInbound, "canceled", "canceled", "", 1, false, false},
	{3, exotel.DirectionInbound, "completed", "", "", 0, false, true},

	{128, exotel.DirectionOutboundDial, "completed", "completed", "completed", 2, true, false},
	{38, exotel.DirectionOutboundDial, "no-answer", "completed", "no-answer", 2, false, false},
	{12, exotel.DirectionOutboundDial, "busy", "completed", "busy", 2, false, false},
	{7, exotel.DirectionOutboundDial, "failed", "completed", "failed", 2, false, false},
	{9, exotel.DirectionOutboundDial, "no-answer", "no-answer", "", 1, false, false},
	{3, exotel.DirectionOutboundDial, "canceled", "completed", "canceled", 2, false, false},
	{3, exotel.DirectionOutboundDial, "", "completed", "completed", 2, true, false},

	{84, exotel.DirectionOutboundAPI, "completed", "completed", "completed", 2, true, false},
	{38, exotel.DirectionOutboundAPI, "no-answer", "completed", "no-answer", 2, false, false},
	{12, exotel.DirectionOutboundAPI, "busy", "completed", "busy", 2, false, false},
	{8, exotel.DirectionOutboundAPI, "failed", "completed", "failed", 2, false, false},
	{5, exotel.DirectionOutboundAPI, "no-answer", "no-answer", "", 1, false, false},
	{2, exotel.DirectionOutboundAPI, "canceled", "completed", "canceled", 2, false, false},
	{1, exotel.DirectionOutboundAPI, "", "completed", "completed", 2, true, false},
}

// outcomeByMille spreads the outcomes over 0..999.
var outcomeByMille = func() (table [1000]uint8) {
	at := 0
	for i, o := range outcomes {
		for range o.weight {
			table[at] = uint8(i)
			at++
		}
	}
	return table
}()

// hourWeights is the shape of an Indian business day: a late start, a peak
// before lunch and a second one before the evening.
var hourWeights = [24]int{
	2, 1, 1, 1, 1, 3, 8, 20, 45, 92, 128, 140,
	118, 92, 96, 112, 124, 110, 82, 52, 34, 20, 10, 5,
}

// weekdayShare is the volume of a weekday; Monday to Friday average 1.
var weekdayShare = [7]float64{
	time.Sunday: 0.22, time.Monday: 1.12, time.Tuesday: 1.02, time.Wednesday: 1,
	time.Thursday: 0.97, time.Friday: 0.89, time.Saturday: 0.6,
}

const (
	agents          = 24
	longestTalkSecs = 45 * 60
	// callbackQueue is the number of missed callers that a day remembers to ring back.
	callbackQueue = 32
)

// generator makes the calls of a day from the seed and the date alone.
type generator struct {
	seed    uint64
	perDay  int
	zone    *time.Location
	volumes []int // cumulative share of each ExoPhone
}

func newGenerator(o Options) *generator {
	g := &generator{seed: o.Seed, perDay: o.CallsPerDay, zone: o.Zone}
	total := 0
	for i := range o.ExoPhones {
		total += 1000 / (i + 1) // each next number is quieter than the last
		g.volumes = append(g.volumes, total)
	}
	return g
}

// day returns the generated rows of a day, oldest first.
func (g *generator) day(day int) []row {
	if g.perDay <= 0 || len(g.volumes) == 0 {
		return nil
	}
	start := dayStart(day, g.zone)
	r := rng(mix(g.seed) ^ mix(uint64(day)))
	share := weekdayShare[start.Weekday()] * (0.92 + 0.16*r.float())
	created := g.times(&r, start, int(float64(g.perDay)*share+0.5))

	rows := make([]row, len(created))
	var missed []uint32 // customers who did not get through, waiting for a call back
	for n, at := range created {
		rows[n] = g.row(&r, at, n, &missed)
	}
	return rows
}

// times draws the sorted creation times of a day. A few repeat the one before:
// equal DateCreated are common in life and hard on paging.
func (g *generator) times(r *rng, start time.Time, n int) []uint32 {
	var upTo [24]int
	sum := 0
	for h, w := range hourWeights {
		sum += w
		upTo[h] = sum
	}
	times := make([]uint32, n)
	for i := range times {
		hour, _ := slices.BinarySearch(upTo[:], r.below(sum)+1)
		times[i] = uint32(start.Unix()) + uint32(hour*3600+r.below(3600))
	}
	slices.Sort(times)
	for i := 1; i < n; i++ {
		if r.below(50) == 0 {
			times[i] = times[i-1]
		}
	}
	return times
}

// row draws one call.
func (g *generator) row(r *rng, created uint32, n int, missed *[]uint32) row {
	kind := outcomeByMille[r.below(1000)]
	o := &outcomes[kind]
	inbound := o.direction == exotel.DirectionInbound
	c := row{
		created:  created,
		ref:      int32(n),
		kind:     kind,
		customer: g.customer(r, inbound, missed),
		agent:    uint8(r.below(agents)),
	}
	phone, _ := slices.BinarySearch(g.volumes, r.below(g.volumes[len(g.volumes)-1])+1)
	c.phone = uint16(phone)
	c.wait = uint16(waitSecs(r, o))
	if o.talks {
		c.talk = uint16(min(4+r.long(108), longestTalkSecs))
	}
	if o.unfinished {
		c.talk = uint16(15 + r.below(200))
	}
	if inbound && !o.talks && !o.unfinished && len(*missed) < callbackQueue {
		*missed = append(*missed, c.customer)
	}
	c.ended = created + uint32(c.wait) + uint32(c.talk) + uint32(r.below(5))
	c.settled = c.ended + uint32(settleDelay(r.next())/time.Second)
	return c
}

// waitSecs is the greeting, menu and ringing before the parties speak or give up.
func waitSecs(r *rng, o *outcome) int {
	switch {
	case o.status == exotel.StatusFailed:
		return r.below(4)
	case o.status == exotel.StatusBusy:
		return r.between(2, 9)
	case o.leg2 == "no-answer" || o.leg1 == "no-answer":
		return r.between(28, 60)
	default:
		return r.between(6, 40)
	}
}

// customer draws whom a call is with. Some are those who were missed earlier:
// they try again, or somebody rings them back.
func (g *generator) customer(r *rng, inbound bool, missed *[]uint32) uint32 {
	again := 45 // percent of the outbound calls
	if inbound {
		again = 6
	}
	if waiting := len(*missed); waiting > 0 && r.below(100) < again {
		i := r.below(waiting)
		who := (*missed)[i]
		*missed = slices.Delete(*missed, i, i+1)
		return who
	}
	// Squaring makes some callers regulars and most of them rare.
	u := r.float()
	return uint32(u * u * float64(max(50, 12*g.perDay)))
}
