package exotel

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"time"
)

// page is one answer of the call list.
type page struct {
	calls      []Call
	next       string // address of the next page, "" at the end
	total      int    // Exotel's number of matches, or Unknown
	unreadable int    // rows that are no call: not an object, or without a Sid or a time
}

func (p *page) rows() int { return len(p.calls) + p.unreadable }

// decodePage decodes an answer of the call list. It returns an error, and never an empty
// list, for anything but a complete JSON object with a list of calls.
func decodePage(body []byte, zone *time.Location) (*page, error) {
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		return nil, errors.New("it is a web page or XML, not data")
	}
	d := newDecoder(body, zone)
	p := &page{calls: make([]Call, 0, PageSize), total: Unknown}
	var listed, empty, sized, refused bool
	for name := range d.each('{') {
		switch string(name) {
		case "RestException":
			refused = true
		case "Metadata":
			sized = true
			d.metadata(p)
		case "Calls":
			if listed = d.peek() == '['; listed {
				d.list(p)
			} else {
				start := d.at
				d.value()
				empty = isNoList(d.body[start:d.at])
			}
		}
	}
	switch {
	case !d.end():
		return nil, errJSON
	case refused:
		return nil, errors.New("it reports a failure, though its status says success")
	case !listed && !(empty && p.total == 0):
		return nil, errors.New("it holds no list of calls")
	case !sized && p.rows() >= PageSize:
		return nil, errors.New("it does not say whether more calls follow")
	}
	return p, nil
}

func (d *decoder) metadata(p *page) {
	for name := range d.each('{') {
		switch string(name) {
		case "Total":
			p.total = d.seconds()
		case "NextPageUri":
			p.next = d.text()
		}
	}
}

// isNoList reports whether a JSON value is what some servers write for an empty list:
// null or an empty object.
func isNoList(raw []byte) bool {
	inside, object := bytes.CutPrefix(raw, []byte("{"))
	inside, closed := bytes.CutSuffix(inside, []byte("}"))
	return string(raw) == "null" || object && closed && len(bytes.TrimSpace(inside)) == 0
}

func (d *decoder) list(p *page) {
	for range d.each('[') {
		d.extra = d.extra[:0]
		call := Call{Duration: Unknown}
		d.row(&call)
		call.Extra = d.extraObject()
		if call.Sid == "" || call.Created.IsZero() && call.Started.IsZero() {
			p.unreadable++
		} else {
			p.calls = append(p.calls, call)
		}
	}
}

// row reads an item of the list, plain or wrapped in {"Call": …}. See API.md, Rows.
func (d *decoder) row(call *Call) {
	var phoneSid []byte
	for name := range d.each('{') {
		switch string(name) {
		case "Sid":
			call.Sid = d.text()
		case "ParentCallSid":
			call.ParentSid = d.text()
		case "DateCreated":
			call.Created = d.time()
		case "DateUpdated":
			call.Updated = d.time()
		case "StartTime":
			call.Started = d.time()
		case "EndTime":
			call.Ended = d.time()
		case "From":
			call.From = d.text()
		case "To":
			call.To = d.text()
		case "PhoneNumber":
			call.ExoPhone = d.text()
		case "PhoneNumberSid":
			phoneSid = d.unknown("", name)
		case "Status":
			call.Status = d.word()
		case "Direction":
			call.Direction = d.word()
		case "Duration":
			call.Duration = d.seconds()
		case "Price":
			call.Price = d.text()
		case "AnsweredBy":
			call.AnsweredBy = d.text()
		case "RecordingUrl":
			call.RecordingURL = d.text()
		case "Details":
			if d.peek() == '{' {
				call.Details = d.details()
			} else {
				d.unknown("", name)
			}
		case "Call":
			d.row(call)
		case "AccountSid", "Uri": // they say nothing about the call
		default:
			d.unknown("", name)
		}
	}
	if call.ExoPhone == "" {
		call.ExoPhone = string(phoneSid)
	}
	if phoneSid != nil && call.ExoPhone == string(phoneSid) {
		d.extra = slices.DeleteFunc(d.extra, func(f field) bool { return f.name == "PhoneNumberSid" })
	}
}

func (d *decoder) details() *Details {
	details := &Details{Conversation: Unknown}
	for name := range d.each('{') {
		switch string(name) {
		case "ConversationDuration":
			details.Conversation = d.seconds()
		case "Leg1Status":
			details.Leg1Status = d.word()
		case "Leg2Status":
			details.Leg2Status = d.word()
		case "Legs":
			if d.peek() == '[' {
				details.Legs = d.legs()
			} else {
				d.unknown("Details.", name)
			}
		default:
			d.unknown("Details.", name)
		}
	}
	return details
}

func (d *decoder) legs() []Leg {
	var legs []Leg
	for range d.each('[') {
		leg, before := Leg{OnCall: Unknown}, len(d.extra)
		d.leg(&leg)
		if leg != (Leg{OnCall: Unknown}) {
			legs = append(legs, leg)
		}
		for i := range d.extra[before:] {
			f := &d.extra[before+i]
			f.name = "Details.Legs." + strconv.Itoa(leg.ID) + "." + f.name
		}
	}
	return legs
}

// leg reads a leg, plain or wrapped in {"Leg": …}. See API.md, Details.
func (d *decoder) leg(leg *Leg) {
	for name := range d.each('{') {
		switch string(name) {
		case "Leg":
			d.leg(leg)
		case "Id":
			leg.ID = max(d.seconds(), 0)
		case "OnCallDuration":
			leg.OnCall = d.seconds()
		default:
			d.unknown("", name)
		}
	}
}
