package exoteltest

import (
	"time"

	"exotel-monitor/exotel"
)

// firstRings is the time that a live call rings before somebody speaks.
const firstRings = 8 * time.Second

// age turns a settled call into what Exotel shows of it at now: live until it ends,
// and then unfinished until the record settles. See API.md, Settling.
func age(c exotel.Call, ended, settled, now time.Time) exotel.Call {
	if !now.Before(settled) {
		return c
	}
	c.Ended, c.Duration, c.Price, c.RecordingURL = time.Time{}, exotel.Unknown, "", ""
	c.Updated = c.Created
	if now.Before(ended) {
		c.Details, c.AnsweredBy = nil, ""
		c.Status = exotel.StatusInProgress
		if now.Sub(c.Created) < firstRings {
			c.Status = exotel.StatusRinging
		}
		return c
	}
	c.Updated = ended.In(c.Created.Location())
	if c.Details == nil {
		return c
	}
	d := &exotel.Details{Leg1Status: c.Details.Leg1Status}
	if c.Direction != exotel.DirectionInbound {
		// What an outbound record shows is unconfirmed: the account plays two forms.
		d.Leg2Status = c.Details.Leg2Status
		if hashText(0, c.Sid)%2 == 0 {
			d.Conversation = exotel.Unknown
		}
	}
	c.Details = d
	return c
}

// live tells whether a call still runs.
func live(c *exotel.Call) bool {
	switch c.Status {
	case exotel.StatusQueued, exotel.StatusRinging, exotel.StatusInProgress:
		return c.Ended.IsZero()
	}
	return false
}
