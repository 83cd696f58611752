package exoteltest

import (
	"fmt"
	"strconv"
	"time"

	"exotel-monitor/exotel"
)

// row is a call in as few bytes as will do: an account can hold millions. What
// is not here follows from the day, the seed and the outcome.
type row struct {
	created  uint32 // Unix seconds, as the next two
	ended    uint32
	settled  uint32 // when Duration, Price, EndTime and RecordingUrl are filled in
	customer uint32
	ref      int32 // the generated call's number, or ^index of a scripted one
	wait     uint16
	talk     uint16 // seconds of conversation
	phone    uint16
	kind     uint8
	agent    uint8
}

func (r *row) scripted() bool { return r.ref < 0 }

// dayOf numbers the calendar day of t in the zone, counted from 1970-01-01.
func dayOf(t time.Time, zone *time.Location) int {
	y, m, d := t.In(zone).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

func dayStart(day int, zone *time.Location) time.Time {
	return time.Date(1970, 1, 1+day, 0, 0, 0, 0, zone)
}

// settleDelay is the time from the end of a call until its record is finished, 2 to 5
// minutes. See API.md, Settling.
func settleDelay(hash uint64) time.Duration {
	return 2*time.Minute + time.Duration(hash%181)*time.Second
}

// call spells a generated row out, as it is once settled.
func (a *Account) call(day int, r *row) exotel.Call {
	o := &outcomes[r.kind]
	at := func(unix uint32) time.Time { return time.Unix(int64(unix), 0).In(a.zone) }
	sid := sidOf(a.seed, day, int(r.ref))
	duration := int(r.wait) + int(r.talk)
	c := exotel.Call{
		Sid:       sid,
		Created:   at(r.created),
		Started:   at(r.created + uint32(r.ref&1)),
		Ended:     at(r.ended),
		Updated:   at(r.settled),
		ExoPhone:  a.numbers[r.phone],
		Direction: o.direction,
		Status:    o.status,
		Duration:  duration,
		Price:     price(duration),
	}
	c.From, c.To = parties(r, o, c.ExoPhone)
	if o.talks {
		c.AnsweredBy = "human"
	}
	if o.talks || o.unfinished {
		c.RecordingURL = recordingURL(a.sid, sid)
	}
	if o.unfinished {
		c.Ended = time.Time{}
	}
	c.Details = details(r, o)
	return c
}

// parties are the caller and the called. On inbound calls To is the agent when
// one was tried and the ExoPhone when not. See API.md, Rows.
func parties(r *row, o *outcome, exophone string) (from, to string) {
	customer, agent := customerNumber(r.customer), agentAddress(r.agent)
	switch {
	case o.direction != exotel.DirectionInbound:
		return agent, customer
	case o.leg2 == "":
		return customer, exophone
	default:
		return customer, agent
	}
}

// details of the legs. A call without a status has no conversation even when the
// parties spoke. See API.md, Statuses.
func details(r *row, o *outcome) *exotel.Details {
	d := &exotel.Details{Leg1Status: o.leg1, Leg2Status: o.leg2}
	if o.talks && o.status != "" {
		d.Conversation = int(r.talk)
	}
	if o.legs > 0 {
		d.Legs = make([]exotel.Leg, 0, 2)
		d.Legs = append(d.Legs, exotel.Leg{ID: 1, OnCall: int(r.talk) + int(r.wait)/2})
	}
	if o.legs > 1 {
		second := exotel.Leg{ID: 2}
		if o.talks {
			second.OnCall = int(r.talk)
		}
		d.Legs = append(d.Legs, second)
	}
	return d
}

// customerNumber is a made-up mobile number. A customer keeps one form: most 0
// and ten digits, some +91.
func customerNumber(n uint32) string {
	var b [13]byte
	s := b[:0]
	if n%29 == 7 {
		s = append(s, "+91980"...)
	} else {
		s = append(s, "0980"...)
	}
	for size := uint32(1e6); size > n && size > 1; size /= 10 {
		s = append(s, '0')
	}
	return string(strconv.AppendUint(s, uint64(n), 10))
}

// agentAddresses: two agents of three sit at a SIP phone, the others carry a mobile.
var agentAddresses = func() (list [agents]string) {
	for i := range list {
		list[i] = fmt.Sprintf("sip:agent%02d", i)
		if i%3 == 2 {
			list[i] = fmt.Sprintf("097000000%02d", i)
		}
	}
	return list
}()

func agentAddress(n uint8) string { return agentAddresses[int(n)%agents] }

func recordingURL(account, sid string) string {
	return "https://recordings.exotel.com/exotelrecordings/" + account + "/" + sid + ".mp3"
}

// price is 0.35 for every started half minute.
func price(seconds int) string {
	paise := (seconds + 29) / 30 * 35
	b := strconv.AppendInt(make([]byte, 0, 8), int64(paise/100), 10)
	return string(append(b, '.', byte('0'+paise/10%10), byte('0'+paise%10)))
}
