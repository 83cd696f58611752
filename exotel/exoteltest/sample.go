package exoteltest

import (
	"fmt"
	"slices"
	"time"

	"exotel-monitor/exotel"
)

// The guide's sample day: its response at the end of the business monitoring
// dashboard use case, and the share of conversations of the product's picture.
const (
	sampleCalls     = 1247
	sampleCompleted = 976
	sampleMeanSecs  = 134 // of the completed calls' Duration
	sampleTalked    = 897 // 71.9 % of all calls
	sampleTalkSecs  = 112 // their mean conversation
)

var (
	sampleHours    = [24]int{12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0}
	sampleStatuses = [4]string{"completed", "no-answer", "busy", "failed"}
	sampleTotals   = [4]int{sampleCompleted, 189, 52, 30}
)

// SampleDay returns the guide's sample day to the digit, on the calendar day of day
// in zone (nil: India), oldest first: 1,247 calls of which 976 completed with a
// mean Duration of 134 s, 189 had no answer, 52 were busy and 30 failed, by the
// guide's hours. In 897 somebody talked, 112 s in the mean.
func SampleDay(day time.Time, zone *time.Location) []exotel.Call {
	if zone == nil {
		zone = indianZone()
	}
	y, m, d := day.In(zone).Date()
	date := fmt.Sprintf("%04d%02d%02d", y, m, d)
	r := rng(hashText(0, date))
	talk, wait := sampleLengths(&r)

	calls := make([]exotel.Call, 0, sampleCalls)
	completed := 0
	for hour, counts := range sampleTable() {
		kinds := sampleKinds(&r, counts)
		seconds := make([]int, len(kinds))
		for i := range seconds {
			seconds[i] = r.below(3600)
		}
		slices.Sort(seconds)
		for i, kind := range kinds {
			n := len(calls)
			c := exotel.Call{
				Sid:     padSid(fmt.Sprintf("5a3e1e%s%04d", date, n)),
				Created: time.Date(y, m, d, hour, 0, seconds[i], 0, zone),
				Status:  sampleStatuses[kind],
			}
			if kind == 0 {
				sampleCall(&r, &c, talk[completed], wait[completed])
				completed++
			} else {
				sampleMiss(&r, &c)
			}
			calls = append(calls, c)
		}
	}
	return calls
}

// sampleKinds lists an hour's calls by status index, in some order.
func sampleKinds(r *rng, counts [4]int) []int {
	var kinds []int
	for kind, n := range counts {
		kinds = append(kinds, slices.Repeat([]int{kind}, n)...)
	}
	for i := len(kinds) - 1; i > 0; i-- {
		j := r.below(i + 1)
		kinds[i], kinds[j] = kinds[j], kinds[i]
	}
	return kinds
}

// sampleTable spreads the statuses over the hours in proportion, with both the
// hours' and the statuses' sums exact: whole parts first, then the largest
// remainders that still have room.
func sampleTable() (table [24][4]int) {
	type cell struct{ hour, kind, remainder int }
	hours, kinds := sampleHours, sampleTotals
	var cells []cell
	for h, n := range sampleHours {
		for k, total := range sampleTotals {
			product := n * total
			table[h][k] = product / sampleCalls
			hours[h] -= table[h][k]
			kinds[k] -= table[h][k]
			cells = append(cells, cell{h, k, product % sampleCalls})
		}
	}
	slices.SortStableFunc(cells, func(x, y cell) int { return y.remainder - x.remainder })
	// The second round takes what the first could not place; both sums agree, so
	// an open hour always meets an open status.
	for range 2 {
		for _, c := range cells {
			if hours[c.hour] > 0 && kinds[c.kind] > 0 {
				table[c.hour][c.kind]++
				hours[c.hour]--
				kinds[c.kind]--
			}
		}
	}
	return table
}

// sampleLengths draws the conversations and the waits of the completed calls so
// that their sums are exact. Those without a conversation are spread evenly.
func sampleLengths(r *rng) (talk, wait []int) {
	talk, wait = make([]int, sampleCompleted), make([]int, sampleCompleted)
	var talks []*int
	for i := range talk {
		wait[i] = r.between(14, 48)
		if i*sampleTalked/sampleCompleted < (i+1)*sampleTalked/sampleCompleted {
			talk[i] = 5 + r.long(sampleTalkSecs)
			talks = append(talks, &talk[i])
		}
	}
	waits := make([]*int, len(wait))
	for i := range wait {
		waits[i] = &wait[i]
	}
	fit(talks, sampleTalked*sampleTalkSecs)
	fit(waits, sampleCompleted*sampleMeanSecs-sampleTalked*sampleTalkSecs)
	return talk, wait
}

// fit changes the values one by one until they have the sum; none falls below 5.
func fit(values []*int, sum int) {
	for _, v := range values {
		sum -= *v
	}
	for i := 0; sum != 0; i = (i + 1) % len(values) {
		switch {
		case sum > 0:
			*values[i]++
			sum--
		case *values[i] > 5:
			*values[i]--
			sum++
		}
	}
}

// sampleCall fills in a completed call. Without a conversation it is an inbound
// call that no agent took, or whose caller left the menu.
func sampleCall(r *rng, c *exotel.Call, talk, wait int) {
	talked := talk > 0
	sampleParties(r, c, !talked)
	c.Duration = talk + wait
	d := &exotel.Details{Conversation: talk, Leg1Status: "completed"}
	d.Legs = []exotel.Leg{{ID: 1, OnCall: c.Duration - 2}}
	switch {
	case talked:
		d.Leg2Status = "completed"
		d.Legs = append(d.Legs, exotel.Leg{ID: 2, OnCall: talk})
		c.AnsweredBy = "human"
		c.RecordingURL = recordingURL("acme1", c.Sid)
	case r.below(3) == 0:
		c.To = c.ExoPhone
	default:
		d.Leg2Status = []string{"no-answer", "no-answer", "busy", "canceled"}[r.below(4)]
		d.Legs = append(d.Legs, exotel.Leg{ID: 2})
	}
	c.Details = d
	sampleTimes(r, c)
}

// sampleMiss fills in a call that was not completed.
func sampleMiss(r *rng, c *exotel.Call) {
	sampleParties(r, c, false)
	d := &exotel.Details{Leg1Status: "completed", Leg2Status: c.Status}
	if c.Direction == exotel.DirectionInbound {
		d.Leg1Status = c.Status
	}
	d.Legs = []exotel.Leg{{ID: 1}, {ID: 2}}
	switch c.Status {
	case exotel.StatusNoAnswer:
		c.Duration = r.between(20, 45)
	case exotel.StatusBusy:
		c.Duration = r.between(2, 9)
	}
	c.Details = d
	sampleTimes(r, c)
}

func sampleParties(r *rng, c *exotel.Call, inbound bool) {
	c.ExoPhone = samplePhones[min(r.below(6), r.below(6))]
	customer, agent := customerNumber(uint32(r.below(700))), agentAddress(uint8(r.below(agents)))
	switch n := r.below(100); {
	case inbound || n < 63:
		c.Direction, c.From, c.To = exotel.DirectionInbound, customer, agent
	case n < 85:
		c.Direction, c.From, c.To = exotel.DirectionOutboundDial, agent, customer
	default:
		c.Direction, c.From, c.To = exotel.DirectionOutboundAPI, agent, customer
	}
}

var samplePhones = func() (list [6]string) {
	for i, p := range defaultPhones() {
		list[i] = p.Number
	}
	return list
}()

func sampleTimes(r *rng, c *exotel.Call) {
	c.Started = c.Created
	c.Ended = c.Created.Add(time.Duration(c.Duration+r.below(3)) * time.Second)
	c.Updated = c.Ended.Add(settleDelay(r.next()))
	c.Price = price(c.Duration)
}
