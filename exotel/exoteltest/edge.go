package exoteltest

import (
	"fmt"
	"time"

	"exotel-monitor/exotel"
)

// EdgeRows returns rows that clients stumble over, on the calendar day of day in zone
// (nil: India), oldest first. Each Sid begins with the row's name and ends in a letter or
// zeros. All but the last, which crosses midnight, are created between 09:00 and 12:00.
// See API.md, Rows to Settling.
func EdgeRows(day time.Time, zone *time.Location) []exotel.Call {
	if zone == nil {
		zone = indianZone()
	}
	y, m, d := day.In(zone).Date()
	start := time.Date(y, m, d, 9, 0, 0, 0, zone)
	var calls []exotel.Call
	for i, e := range edges {
		c := edgeCall(e.name, start.Add(time.Duration(i)*5*time.Minute))
		e.change(&c)
		if c.Details != nil && c.Details.Leg2Status == "" && len(c.Details.Legs) > 1 {
			c.Details.Legs = c.Details.Legs[:1]
		}
		calls = append(calls, c)
	}
	same := start.Add(170 * time.Minute)
	for _, name := range []string{"sameseconda", "samesecondb", "samesecondc"} {
		calls = append(calls, edgeCall(name, same))
	}
	late := edgeCall("midnight", time.Date(y, m, d, 23, 58, 30, 0, zone))
	late.Duration, late.Details.Conversation = 240, 200
	late.Ended = late.Created.Add(4 * time.Minute)
	late.Updated = late.Ended.Add(3 * time.Minute)
	return append(calls, late)
}

// ReturnsLine is an ExoPhone whose SID is not its number. SpellingRows are on it.
var ReturnsLine = ExoPhone{SID: "exo5b221ee9", Number: "08040000007", Name: "Returns", Region: "KA"}

// SpellingRows returns answered calls of one line, ReturnsLine, that name it in every
// spelling: two each by 0 and +91, one by 91, and one by the SID alone. They are created
// from 13:00 on, on the calendar day of day in zone (nil: India). See API.md, Numbers and
// Rows.
func SpellingRows(day time.Time, zone *time.Location) []exotel.Call {
	if zone == nil {
		zone = indianZone()
	}
	y, m, d := day.In(zone).Date()
	var calls []exotel.Call
	for i, line := range []string{
		ReturnsLine.Number, international(ReturnsLine.Number), ReturnsLine.Number, international(ReturnsLine.Number),
		"91" + ReturnsLine.Number[1:], ReturnsLine.SID,
	} {
		c := edgeCall(fmt.Sprintf("spelling%d", i), time.Date(y, m, d, 13, 5*i, 0, 0, zone))
		c.ExoPhone = line
		calls = append(calls, c)
	}
	return calls
}

// OddDirections returns answered calls of no direction and of one that Exotel does not
// document. They are created from 14:00 on, on the calendar day of day in zone (nil:
// India). See API.md, Directions.
func OddDirections(day time.Time, zone *time.Location) []exotel.Call {
	if zone == nil {
		zone = indianZone()
	}
	y, m, d := day.In(zone).Date()
	var calls []exotel.Call
	for i, direction := range []string{"normal-call", ""} {
		c := edgeCall(fmt.Sprintf("direction%d", i), time.Date(y, m, d, 14, 5*i, 0, 0, zone))
		c.Direction = direction
		calls = append(calls, c)
	}
	return calls
}

// edgeCall is an answered inbound call, to be changed.
func edgeCall(name string, created time.Time) exotel.Call {
	sid := []byte(padSid(name))
	sid[sidLength-1] = 'm'
	ended := created.Add(95 * time.Second)
	return exotel.Call{
		Sid:          string(sid),
		Created:      created,
		Started:      created,
		Ended:        ended,
		Updated:      ended.Add(3 * time.Minute),
		From:         "09800000001",
		To:           "09700000002",
		ExoPhone:     "08040000001",
		Direction:    exotel.DirectionInbound,
		Status:       exotel.StatusCompleted,
		Duration:     95,
		Price:        "1.05",
		AnsweredBy:   "human",
		RecordingURL: recordingURL("acme1", string(sid)),
		Details: &exotel.Details{Conversation: 70, Leg1Status: "completed", Leg2Status: "completed",
			Legs: []exotel.Leg{{ID: 1, OnCall: 90}, {ID: 2, OnCall: 70}}},
	}
}

// unanswered takes the second leg's answer away.
func unanswered(c *exotel.Call, leg2 string) {
	c.AnsweredBy, c.RecordingURL, c.Duration, c.Price = "", "", 32, "0.70"
	c.Details = &exotel.Details{Leg1Status: "completed", Leg2Status: leg2,
		Legs: []exotel.Leg{{ID: 1, OnCall: 30}, {ID: 2}}}
}

// started makes a call that has not ended.
func started(c *exotel.Call, status string) {
	c.Status, c.Ended, c.Updated = status, time.Time{}, c.Created
	c.Duration, c.Price, c.AnsweredBy, c.RecordingURL, c.Details = exotel.Unknown, "", "", "", nil
}

// outbound turns a call round: From is the agent, To the customer.
func outbound(c *exotel.Call, direction string) {
	c.Direction, c.From, c.To = direction, "09700000002", "09800000001"
}

var edges = []struct {
	name   string
	change func(*exotel.Call)
}{
	{"answered", func(*exotel.Call) {}},
	{"agentnoanswer", func(c *exotel.Call) { unanswered(c, "no-answer") }},
	{"agentbusy", func(c *exotel.Call) { unanswered(c, "busy") }},
	{"agentfailed", func(c *exotel.Call) { unanswered(c, "failed") }},
	{"callergaveup", func(c *exotel.Call) { unanswered(c, "canceled") }},
	{"noleg2", func(c *exotel.Call) { unanswered(c, "") }},
	{"menuonly", func(c *exotel.Call) { unanswered(c, ""); c.To = c.ExoPhone; c.Duration = 9 }},
	{"canceled", func(c *exotel.Call) { unanswered(c, ""); c.Status = exotel.StatusCanceled }},
	{"emptystatustalked", func(c *exotel.Call) {
		outbound(c, exotel.DirectionOutboundDial)
		c.Status, c.Details.Conversation = "", 0
	}},
	{"emptystatusmissed", func(c *exotel.Call) {
		outbound(c, exotel.DirectionOutboundDial)
		unanswered(c, "no-answer")
		c.Status = ""
	}},
	{"unfinished", func(c *exotel.Call) {
		c.Ended, c.Details = time.Time{}, &exotel.Details{}
	}},
	{"unfinishedgreeting", func(c *exotel.Call) {
		c.Ended, c.Details, c.Duration = time.Time{}, &exotel.Details{}, 8
	}},
	{"neversettled", func(c *exotel.Call) {
		// As inbound records are at first, see API.md, Settling; this one stays so.
		unanswered(c, "")
		c.Ended, c.Duration, c.Price = time.Time{}, exotel.Unknown, ""
		c.Details.Legs = nil
	}},
	{"voicemail", func(c *exotel.Call) { // a recording, though nobody picked up
		recording := c.RecordingURL
		unanswered(c, "no-answer")
		c.RecordingURL, c.Duration, c.Details.Legs = recording, 45, nil
	}},
	{"machineanswered", func(c *exotel.Call) {
		outbound(c, exotel.DirectionOutboundAPI)
		c.AnsweredBy = "machine"
	}},
	{"sipagent", func(c *exotel.Call) { c.To = "sip:agent17" }},
	{"plus91", func(c *exotel.Call) { c.From = "+919800000001" }},
	{"tendigits", func(c *exotel.Call) { c.From = "9800000001" }},
	{"unknownstatus", func(c *exotel.Call) { unanswered(c, ""); c.Status = "dlvrd-to-handset" }},
	{"thinmissed", func(c *exotel.Call) {
		c.Status, c.Duration, c.Price, c.AnsweredBy, c.RecordingURL = exotel.StatusNoAnswer, exotel.Unknown, "", "", ""
		c.Details = nil
	}},
	{"nodetails", func(c *exotel.Call) { c.Details = nil }},
	{"timesdisagree", func(c *exotel.Call) {
		// The lengths are those of Exotel's sample, see API.md, Details.
		c.Ended = c.Created.Add(77 * time.Second)
		c.Duration, c.Price = 17, "1.500"
		c.Details = &exotel.Details{Conversation: 8, Leg1Status: "completed", Leg2Status: "completed",
			Legs: []exotel.Leg{{ID: 1, OnCall: 21}, {ID: 2, OnCall: 8}}}
	}},
	{"childleg", func(c *exotel.Call) { c.ParentSid = padSid("answered")[:sidLength-1] + "m" }},
	{"customernoanswer", func(c *exotel.Call) {
		outbound(c, exotel.DirectionOutboundAPI)
		unanswered(c, "no-answer")
		c.Status = exotel.StatusNoAnswer
	}},
	{"customerbusy", func(c *exotel.Call) {
		outbound(c, exotel.DirectionOutboundAPI)
		unanswered(c, "busy")
		c.Status = exotel.StatusBusy
	}},
	{"customerfailed", func(c *exotel.Call) {
		outbound(c, exotel.DirectionOutboundAPI)
		unanswered(c, "failed")
		c.Status = exotel.StatusFailed
	}},
	{"agentnotreached", func(c *exotel.Call) {
		outbound(c, exotel.DirectionOutboundDial)
		unanswered(c, "")
		c.Status, c.Details.Leg1Status = exotel.StatusNoAnswer, "no-answer"
	}},
	{"inboundfailed", func(c *exotel.Call) {
		unanswered(c, "")
		c.Status, c.Details.Leg1Status, c.Duration = exotel.StatusFailed, "failed", 0
	}},
	{"queued", func(c *exotel.Call) { outbound(c, exotel.DirectionOutboundAPI); started(c, exotel.StatusQueued) }},
	{"ringing", func(c *exotel.Call) { started(c, exotel.StatusRinging) }},
	{"inprogress", func(c *exotel.Call) { started(c, exotel.StatusInProgress) }},
	{"quotedparty", func(c *exotel.Call) { c.To = `sip:"front\desk" <é>` }},
}
