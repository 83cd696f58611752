package exotel

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"
)

// page is one answer of the call list.
type page struct {
	calls      []Call
	next       string // address of the next page, "" at the end
	total      int    // matches by Exotel's count, Unknown when it did not say
	unreadable int    // rows that are no call: not an object, or without a Sid or a time
}

func (p *page) rows() int { return len(p.calls) + p.unreadable }

// decodePage reads an answer of the call list. Anything but a whole JSON object
// with a list of calls is an error, never an empty list.
func decodePage(body []byte, zone *time.Location) (*page, error) {
	if first := bytes.TrimLeft(body, " \t\r\n"); len(first) == 0 || first[0] != '{' {
		return nil, notData(first)
	}
	d := &decoder{lexer: lexer{data: body}, times: newWallTimes(zone)}
	p := &page{calls: make([]Call, 0, pageSize), total: Unknown}
	var listed, empty, sized, refused bool
	d.open('{')
	for first := true; ; {
		key, ok := d.key(&first)
		if !ok {
			break
		}
		switch string(key) {
		case "Metadata":
			d.metadata(p)
			sized = true
		case "Calls":
			listed, empty = d.list(p)
		case "RestException":
			d.value()
			refused = true
		default:
			d.value()
		}
	}
	if err := d.end(); err != nil {
		return nil, err
	}
	switch {
	case refused:
		return nil, errors.New("it reports a failure, though its status says success")
	case !listed && !(empty && p.total == 0):
		return nil, errors.New("it holds no list of calls")
	case !sized && p.rows() >= pageSize:
		return nil, errors.New("it does not say whether more calls follow")
	}
	return p, nil
}

func notData(body []byte) error {
	if len(body) > 0 && body[0] == '<' {
		return errors.New("it is a web page or XML, not data")
	}
	return errJSON
}

// decoder is the lexer with knowledge of Exotel's rows.
type decoder struct {
	lexer
	times   wallTimes
	kept    strings.Builder // the texts of the calls, together
	details []Details       // handed out row by row, allocated by the page
	legs    []Leg
	extras  extras // of the row that is being read
}

func (d *decoder) metadata(p *page) {
	if !d.open('{') {
		d.value()
		return
	}
	for first := true; ; {
		key, ok := d.key(&first)
		switch {
		case !ok:
			return
		case string(key) == "Total":
			p.total = d.seconds()
		case string(key) == "NextPageUri":
			p.next = d.word()
		default:
			d.value()
		}
	}
}

// isNoList reports whether a JSON value is what some servers write for an empty
// list: null or an empty object.
func isNoList(raw []byte) bool {
	inside, object := bytes.CutPrefix(raw, []byte("{"))
	inside, closed := bytes.CutSuffix(inside, []byte("}"))
	return string(raw) == "null" || object && closed && len(bytes.TrimSpace(inside)) == 0
}

// list reads the rows, if there is a list of them. empty reports whether there is
// something else in its place that stands for an empty one.
func (d *decoder) list(p *page) (listed, empty bool) {
	if !d.open('[') {
		_, raw := d.raw()
		return false, isNoList(raw)
	}
	for first := true; d.more(']', &first); {
		p.calls = append(p.calls, Call{})
		call := &p.calls[len(p.calls)-1]
		call.Duration = Unknown
		d.extras.begin()
		d.row(call)
		d.finish(call)
		if call.Sid == "" || call.Created.IsZero() && call.Started.IsZero() {
			p.calls = p.calls[:len(p.calls)-1]
			p.unreadable++
		}
	}
	return true, false
}

// row reads one item, plain or wrapped in {"Call": …} as Exotel's sibling lists are.
func (d *decoder) row(call *Call) {
	if !d.open('{') {
		d.value()
		return
	}
	for first := true; ; {
		key, ok := d.key(&first)
		if !ok {
			break
		}
		d.field(call, key)
	}
}

func (d *decoder) field(call *Call, key []byte) {
	switch string(key) {
	case "Sid":
		call.Sid = d.word()
	case "ParentCallSid":
		call.ParentSid = d.word()
	case "DateCreated":
		call.Created = d.times.parse(d.value())
	case "DateUpdated":
		call.Updated = d.times.parse(d.value())
	case "StartTime":
		call.Started = d.times.parse(d.value())
	case "EndTime":
		call.Ended = d.times.parse(d.value())
	case "From":
		call.From = d.word()
	case "To":
		call.To = d.word()
	case "PhoneNumber":
		if number := d.word(); number != "" {
			call.ExoPhone = number
		}
	case "PhoneNumberSid":
		d.exoPhoneSid()
	case "Status":
		call.Status = d.keyword()
	case "Direction":
		call.Direction = d.keyword()
	case "Duration":
		call.Duration = d.seconds()
	case "Price":
		call.Price = d.word()
	case "AnsweredBy":
		call.AnsweredBy = d.word()
	case "RecordingUrl":
		call.RecordingURL = d.word()
	case "Details":
		d.detail(call)
	case "Call":
		d.row(call)
	case "AccountSid", "Uri": // say nothing of the call
		d.value()
	default:
		d.unknown("", key)
	}
}

func (d *decoder) detail(call *Call) {
	if !d.open('{') {
		d.unknown("", []byte("Details"))
		return
	}
	if len(d.details) == 0 {
		d.details = make([]Details, pageSize)
		d.legs = make([]Leg, 0, 2*pageSize)
	}
	details := &d.details[0]
	d.details = d.details[1:]
	details.Conversation = Unknown
	call.Details = details
	for first := true; ; {
		key, ok := d.key(&first)
		switch {
		case !ok:
			return
		case string(key) == "ConversationDuration":
			details.Conversation = d.seconds()
		case string(key) == "Leg1Status":
			details.Leg1Status = d.keyword()
		case string(key) == "Leg2Status":
			details.Leg2Status = d.keyword()
		case string(key) == "Legs":
			details.Legs = d.legList()
		default:
			d.unknown("Details.", key)
		}
	}
}

// legList reads legs, wrapped in {"Leg": …} as the call list has them or flat as
// callbacks do.
func (d *decoder) legList() []Leg {
	if !d.open('[') {
		d.unknown("Details.", []byte("Legs"))
		return nil
	}
	from := len(d.legs)
	for first := true; d.more(']', &first); {
		leg, extras := Leg{OnCall: Unknown}, len(d.extras.fields)
		if d.leg(&leg); leg != (Leg{OnCall: Unknown}) {
			d.legs = append(d.legs, leg)
		}
		d.extras.ofLeg(extras, &leg)
	}
	if len(d.legs) == from {
		return nil
	}
	return d.legs[from:len(d.legs):len(d.legs)]
}

func (d *decoder) leg(leg *Leg) {
	if !d.open('{') {
		d.value()
		return
	}
	for first := true; ; {
		key, ok := d.key(&first)
		switch {
		case !ok:
			return
		case string(key) == "Leg":
			d.leg(leg)
		case string(key) == "Id":
			leg.ID = max(d.seconds(), 0)
		case string(key) == "OnCallDuration":
			leg.OnCall = d.seconds()
		default:
			d.unknown("", key)
		}
	}
}

// word reads a text field; a word for a missing value is no text.
func (d *decoder) word() string { return d.keep(d.text()) }

func (d *decoder) text() []byte {
	text := d.value()
	if saysNothing(text) {
		return nil
	}
	return text
}

// usual are the values of fields with few of them, the most common first.
var usual = []string{
	StatusCompleted, DirectionInbound, StatusNoAnswer, DirectionOutboundDial, DirectionOutboundAPI,
	StatusBusy, StatusFailed, StatusCanceled, StatusInProgress, StatusRinging, StatusQueued,
}

// keyword reads a status or a direction. The usual ones need no copy.
func (d *decoder) keyword() string {
	text := d.value()
	for _, word := range usual {
		if string(text) == word {
			return word
		}
	}
	return Word(string(text))
}

// keep copies a text that is to last. The texts of a page share a few blocks of
// memory, and what nobody reads, which is most of a page, is not among them.
func (d *decoder) keep(text []byte) string {
	const block = 8 << 10
	if len(text) == 0 {
		return ""
	}
	if d.kept.Cap()-d.kept.Len() < len(text) {
		d.kept.Reset() // what it held stays with those who have it
		d.kept.Grow(max(block, len(text)))
	}
	start := d.kept.Len()
	d.kept.Write(text)
	return d.kept.String()[start:]
}

// seconds reads a whole number that may come as a number or as text, and is
// Unknown when it is missing, negative or not a number.
func (d *decoder) seconds() int {
	text := d.value()
	n := 0
	for i := range len(text) {
		digit := text[i] - '0'
		if digit > 9 || i > 8 { // a longer number may not fit
			return fractional(text)
		}
		n = n*10 + int(digit)
	}
	if len(text) == 0 {
		return Unknown
	}
	return n
}

func fractional(text []byte) int {
	f, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
	if err != nil || !(f >= 0 && f < 1<<31) {
		return Unknown
	}
	return int(f)
}
