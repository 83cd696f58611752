// Package storetest tests any calls.Store. It puts made-up accounts with all edge rows
// that Exotel is known to send into the store, and compares its answers with those of a
// plain walk over the calls.
package storetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// Account returns the calls of made-up days in the order of their creation. The same seed
// makes the same calls.
func Account(seed uint64, p metrics.Period, zone *time.Location, callsADay int) []exotel.Call {
	g := &generator{rand.New(rand.NewPCG(seed, 1)), zone, 0}
	var made []exotel.Call
	for day := p.From; !p.To.Before(day); day = day.Add(1) {
		start, end := day.In(zone), day.Add(1).In(zone)
		n := callsADay/2 + g.IntN(callsADay+1)
		for i := range n {
			// Equal creation times occur, also at the first second of a day.
			at := start.Add(end.Sub(start) * time.Duration(i/2*2) / time.Duration(n)).Truncate(time.Second)
			made = append(made, g.call(at))
		}
	}
	return made
}

type generator struct {
	*rand.Rand
	zone *time.Location
	made int
}

func pick[T any](g *generator, values ...T) T { return values[g.IntN(len(values))] }

func (g *generator) call(at time.Time) exotel.Call {
	g.made++
	line := pick(g, "08040000010", "+918040000010", "08040000011", "02240000012", "exo5b221ee9", "")
	customer := pick(g, "0", "+91", "91", "") + fmt.Sprintf("98%08d", g.IntN(40))
	agent := pick(g, "sip:agent17", "SIP:Agent17", "sip:50%_off", fmt.Sprintf("0%010d", 7000000000+g.IntN(9)), line, "")
	call := exotel.Call{
		Sid:     fmt.Sprintf("%031d%s", g.made*7919, pick(g, "a", "m", "0")),
		Created: at, Updated: at.Add(time.Minute), Started: at, Ended: at.Add(2 * time.Minute),
		ExoPhone: line, Direction: pick(g, "inbound", "inbound", "inbound", "outbound-dial", "outbound-api", "normal-call", ""),
		Status:   pick(g, "completed", "completed", "completed", "no-answer", "busy", "failed", "canceled", "in-progress", "queued", "", "sent"),
		Duration: pick(g, exotel.Unknown, 0, 1, 17, 169, 3599, 86400, 86401, -7, math.MaxInt32),
		Price:    pick(g, "", "0", "1.500", "0.85"), AnsweredBy: pick(g, "", "human", "machine"),
		RecordingURL: pick(g, "", "https://recordings.exotel.com/exotelrecordings/acme1/x.mp3"),
		ParentSid:    pick(g, "", "", "", "", "", "", "parent"),
		Extra:        pick(g, "", "", `{"CustomField":"order 7"}`),
	}
	call.From, call.To = customer, agent
	if call.Direction != "inbound" {
		call.From, call.To = agent, customer
	}
	if g.IntN(4) == 0 {
		call.Ended, call.Duration = time.Time{}, exotel.Unknown
	}
	if g.IntN(9) == 0 {
		call.Created = time.Time{} // Started stands in
	}
	if g.IntN(5) > 0 {
		call.Details = &exotel.Details{
			Conversation: pick(g, exotel.Unknown, 0, 0, 8, 144, 3600, math.MaxInt32),
			Leg1Status:   pick(g, "", "completed", "no-answer"), Leg2Status: pick(g, "", "completed", "no-answer", "busy", "failed", "canceled"),
		}
		for id := range g.IntN(3) {
			call.Details.Legs = append(call.Details.Legs, exotel.Leg{ID: id + 1, OnCall: pick(g, exotel.Unknown, 0, 21)})
		}
	}
	return call
}
