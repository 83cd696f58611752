package sqlite

import (
	"encoding/json"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/columns"
)

// selectCall and fromCall select the columns that scanCall reads.
const (
	selectCall = `SELECT c.sid, c.parent, c.created, c.started, c.ended, c.updated,
	l.address, f.address, t.address, c.direction, c.status, c.duration, c.price, c.answered_by, r.link,
	c.details, c.talk, c.leg1, c.leg2, c.legs, c.extra`
	callColumns = 21
	fromCall    = `
	FROM call c LEFT JOIN line l ON l.id = c.line LEFT JOIN party f ON f.id = c.sender LEFT JOIN party t ON t.id = c.receiver
	LEFT JOIN recording r ON r.id = c.recording `
)

// scanCall reads a row of selectCall. Times are in zone.
func scanCall(row *sqlite.Stmt, zone *time.Location) (call exotel.Call) {
	column := -1
	next := func() int { column++; return column }
	text := func() string { return row.ColumnText(next()) }
	moment := func() time.Time {
		if i := next(); !row.ColumnIsNull(i) {
			return time.Unix(row.ColumnInt64(i), 0).In(zone)
		}
		return time.Time{}
	}
	seconds := func() int {
		if i := next(); !row.ColumnIsNull(i) {
			return row.ColumnInt(i)
		}
		return exotel.Unknown
	}
	call = exotel.Call{
		Sid: text(), ParentSid: text(),
		Created: moment(), Started: moment(), Ended: moment(), Updated: moment(),
		ExoPhone: text(), From: text(), To: text(), Direction: text(), Status: text(),
		Duration: seconds(), Price: text(), AnsweredBy: text(), RecordingURL: text(),
	}
	if details := row.ColumnBool(next()); details {
		call.Details = &exotel.Details{Conversation: seconds(), Leg1Status: text(), Leg2Status: text(), Legs: unpackLegs(text())}
	} else {
		column += 4
	}
	call.Extra = text()
	call.RecordingURL = strings.ReplaceAll(call.RecordingURL, sidMark, call.Sid)
	return call
}

// sidMark stands for the call's Sid in the link of a recording.
const sidMark = "{sid}"

// A call's legs are a JSON list of pairs: the number of the leg, and its seconds on
// the line or null.
func packLegs(legs []exotel.Leg) string {
	if len(legs) == 0 {
		return ""
	}
	pairs := make([][2]*int, len(legs))
	for i := range legs {
		pairs[i][0] = &legs[i].ID
		if legs[i].OnCall != exotel.Unknown {
			pairs[i][1] = &legs[i].OnCall
		}
	}
	text, _ := json.Marshal(pairs) // integers can always be encoded
	return string(text)
}

func unpackLegs(text string) []exotel.Leg {
	var pairs [][2]*int
	if text == "" || json.Unmarshal([]byte(text), &pairs) != nil {
		return nil
	}
	legs := make([]exotel.Leg, len(pairs))
	for i, pair := range pairs {
		legs[i].OnCall = exotel.Unknown
		if pair[0] != nil {
			legs[i].ID = *pair[0]
		}
		if pair[1] != nil {
			legs[i].OnCall = *pair[1]
		}
	}
	return legs
}

const insertCall = `INSERT INTO call VALUES (
	?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// binder binds the columns of a row one after the other, with NULL for unknown values.
type binder struct {
	stmt  *sqlite.Stmt
	param int
}

func (b *binder) number(n int64) {
	b.param++
	b.stmt.BindInt64(b.param, n)
}

func (b *binder) numberOrNull(n int64, known bool) {
	b.param++
	if known {
		b.stmt.BindInt64(b.param, n)
	} else {
		b.stmt.BindNull(b.param)
	}
}

func (b *binder) seconds(n int)       { b.numberOrNull(int64(n), n != exotel.Unknown) }
func (b *binder) moment(t time.Time)  { b.numberOrNull(t.Unix(), !t.IsZero()) }
func (b *binder) reference(id uint32) { b.numberOrNull(int64(id), id != 0) }
func (b *binder) word(s string)       { b.param++; b.stmt.BindText(b.param, s) }
func (b *binder) text(s string) {
	if s == "" {
		b.param++
		b.stmt.BindNull(b.param)
		return
	}
	b.word(s)
}

// stored is a call as it was read, with its figures, or as it is written.
type stored struct {
	call    exotel.Call
	figures columns.Row

	id      uint32 // 0 for a new one
	created time.Time
	class   metrics.Classification

	line                              uint16
	sender, receiver, customer, agent uint32
	recording                         uint32

	asOf time.Time // see calls.Batch
}

func (s *stored) bind(stmt *sqlite.Stmt) {
	b := binder{stmt: stmt}
	call := &s.call
	_, offset := s.created.Zone()
	b.reference(s.id)
	b.word(call.Sid)
	b.text(call.ParentSid)
	b.number(s.created.Unix())
	b.number(int64(offset))
	b.moment(call.Started)
	b.moment(call.Ended)
	b.moment(call.Updated)
	b.reference(uint32(s.line))
	b.reference(s.sender)
	b.reference(s.receiver)
	b.reference(s.customer)
	b.reference(s.agent)
	b.word(call.Direction)
	b.word(call.Status)
	b.number(int64(s.class.Status))
	b.number(int64(s.class.Outcome))
	b.number(int64(s.class.Phase))
	b.seconds(call.Duration)
	details := exotel.Details{Conversation: exotel.Unknown}
	if call.Details != nil {
		details = *call.Details
	}
	b.seconds(details.Conversation)
	b.text(call.Price)
	b.text(call.AnsweredBy)
	b.reference(s.recording)
	if call.Details != nil {
		b.number(1)
	} else {
		b.number(0)
	}
	b.text(details.Leg1Status)
	b.text(details.Leg2Status)
	b.text(packLegs(details.Legs))
	b.text(call.Extra)
	b.moment(s.asOf)
}

// newFigures returns the row of the columns for the call.
func (s *stored) newFigures() columns.Row {
	row := columns.Row{
		ID: s.id, Created: s.created, Line: s.line, Customer: s.customer, Agent: s.agent,
		Direction: calls.DirectionOf(&s.call), Class: s.class, Leg: s.call.ParentSid != "",
		Duration: s.call.Duration, Talk: exotel.Unknown,
	}
	if s.call.Details != nil {
		row.Details, row.Talk = true, s.call.Details.Conversation
	}
	return row
}
