package archive

import (
	"encoding/binary"
	"strings"
	"time"

	"exotel-monitor/exotel"
)

// pack appends the facts of a call whose row has the time base. Times and
// lengths are mostly written as differences to one that is likely to be near.
func (v *vocabulary) pack(b []byte, call *exotel.Call, base int64) []byte {
	k, at := v.kind(call)
	b = binary.AppendUvarint(b, at)
	if k.has&spelledOut != 0 {
		w := wordsOf(call)
		w.each(func(word *string) { b = appendText(b, *word) })
	}
	duration := int64(call.Duration)
	b = appendSeconds(b, duration)
	near := base
	for _, t := range []struct {
		trait traits
		at    time.Time
		add   int64
	}{{hasStarted, call.Started, 0}, {hasEnded, call.Ended, duration}, {hasUpdated, call.Updated, 0}} {
		if k.has&t.trait != 0 {
			at := t.at.Unix()
			b = binary.AppendVarint(b, at-near-t.add)
			near = at
		}
	}
	b = v.appendParty(b, call.From)
	b = v.appendParty(b, call.To)
	b = appendPrice(b, call.Price)
	if k.has&hasParent != 0 {
		b = appendSid(b, call.ParentSid)
	}
	if k.has&hasRecording != 0 {
		b = appendText(b, call.RecordingURL)
	}
	if k.has&hasDetails != 0 {
		b = appendDetails(b, call.Details, duration)
	}
	if k.has&hasExtra != 0 {
		b = appendText(b, call.Extra)
	}
	return b
}

func appendDetails(b []byte, d *exotel.Details, duration int64) []byte {
	b = appendSeconds(b, int64(d.Conversation))
	odd := oddIDs(d.Legs)
	b = binary.AppendUvarint(b, uint64(len(d.Legs))<<1|odd)
	near := duration // of the first leg; the second is near to the conversation
	for _, leg := range d.Legs {
		if odd != 0 {
			b = binary.AppendVarint(b, int64(leg.ID))
		}
		b = binary.AppendVarint(b, int64(leg.OnCall)-near)
		near = int64(d.Conversation)
	}
	return b
}

// oddIDs is 1 if the legs are not simply numbered from 1.
func oddIDs(legs []exotel.Leg) uint64 {
	for i, leg := range legs {
		if leg.ID != i+1 {
			return 1
		}
	}
	return 0
}

// appendSeconds packs a length, which is rarely negative unless it is Unknown.
func appendSeconds(b []byte, n int64) []byte {
	return binary.AppendUvarint(b, uint64(n-exotel.Unknown))
}

// unpacker reads rows. What it returns shares memory with what it returned
// before.
type unpacker struct {
	known
	zone *time.Location

	rest    []byte // of the facts
	bad     bool   // they made no sense
	texts   texts
	details []exotel.Details
	legs    []exotel.Leg
}

// call reads a row.
func (u *unpacker) call(r *row) (exotel.Call, error) {
	u.rest, u.bad = r.facts, false
	at := u.uvarint()
	if at >= uint64(len(u.kinds)) {
		return exotel.Call{}, errDamaged
	}
	k := &u.kinds[at]
	w := k.words
	if k.has&spelledOut != 0 {
		w.each(func(word *string) { *word = u.text() })
	}
	call := exotel.Call{Sid: u.key(r.sid), Direction: w.direction, Status: w.status, ExoPhone: w.exoPhone, AnsweredBy: w.answeredBy}
	if k.has&timeless == 0 {
		call.Created = u.time(r.created)
	}
	duration := u.seconds()
	call.Duration = int(duration)
	near := r.created
	if k.has&hasStarted != 0 {
		near += u.varint()
		call.Started = u.time(near)
	}
	if k.has&hasEnded != 0 {
		near += u.varint() + duration
		call.Ended = u.time(near)
	}
	if k.has&hasUpdated != 0 {
		near += u.varint()
		call.Updated = u.time(near)
	}
	call.From, call.To, call.Price = u.text(), u.text(), u.text()
	if k.has&hasParent != 0 {
		call.ParentSid = u.text()
	}
	if k.has&hasRecording != 0 {
		call.RecordingURL = u.text()
	} else if before, after, ok := strings.Cut(k.recording, sidMark); ok {
		call.RecordingURL = u.texts.join(before, call.Sid, after)
	}
	if k.has&hasDetails != 0 {
		call.Details = u.detail(duration)
		call.Details.Leg1Status, call.Details.Leg2Status = w.leg1, w.leg2
	}
	if k.has&hasExtra != 0 {
		call.Extra = u.text()
	}
	if u.bad {
		return exotel.Call{}, errDamaged
	}
	return call, nil
}

func (u *unpacker) detail(duration int64) *exotel.Details {
	const together = 64
	if len(u.details) == 0 {
		u.details = make([]exotel.Details, together)
	}
	d := &u.details[0]
	u.details = u.details[1:]
	conversation := u.seconds()
	d.Conversation = int(conversation)
	n := u.uvarint()
	odd, n := n&1, n>>1
	if n > uint64(len(u.rest)) {
		u.bad = true
	}
	if n == 0 || u.bad {
		return d
	}
	if uint64(len(u.legs)) < n {
		u.legs = make([]exotel.Leg, max(n, 2*together))
	}
	d.Legs = u.legs[:n:n]
	u.legs = u.legs[n:]
	near := duration
	for i := range d.Legs {
		d.Legs[i].ID = i + 1
		if odd != 0 {
			d.Legs[i].ID = int(u.varint())
		}
		d.Legs[i].OnCall = int(u.varint() + near)
		near = conversation
	}
	return d
}

func (u *unpacker) time(unix int64) time.Time { return time.Unix(unix, 0).In(u.zone) }

func (u *unpacker) seconds() int64 { return int64(u.uvarint()) + exotel.Unknown }

func (u *unpacker) uvarint() uint64 {
	n, size := binary.Uvarint(u.rest)
	if size <= 0 {
		u.bad = true
		return 0
	}
	u.rest = u.rest[size:]
	return n
}

func (u *unpacker) varint() int64 {
	n, size := binary.Varint(u.rest)
	if size <= 0 {
		u.bad = true
		return 0
	}
	u.rest = u.rest[size:]
	return n
}

func (u *unpacker) bytes(n uint64) []byte {
	if n > uint64(len(u.rest)) {
		u.bad = true
		return nil
	}
	b := u.rest[:n]
	u.rest = u.rest[n:]
	return b
}
