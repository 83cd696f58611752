package exoteltest

import (
	"encoding/json"
	"strconv"
	"time"

	"exotel-monitor/exotel"
)

// renderer writes calls as Exotel does. See API.md, Rows.
type renderer struct {
	account string
	zone    *time.Location
}

// append writes a call with its details. cut is where the Details begin: what
// stands before it, and a brace, is the call without them.
func (r *renderer) append(b []byte, c *exotel.Call, f form) (out []byte, cut int) {
	b = append(b, `{"Sid":`...)
	b = f.quote(b, c.Sid)
	b = f.text(b, "ParentCallSid", c.ParentSid, `""`)
	b = r.time(b, "DateCreated", c.Created, f)
	b = r.time(b, "DateUpdated", c.Updated, f)
	b = append(b, `,"AccountSid":`...)
	b = f.quote(b, r.account)
	b = f.text(b, "To", c.To, "null")
	b = f.text(b, "From", c.From, "null")
	b = f.text(b, "PhoneNumberSid", c.ExoPhone, "null")
	if !f.sidOnly && (c.ExoPhone == "" || isNumber(c.ExoPhone)) {
		b = f.text(b, "PhoneNumber", c.ExoPhone, "null")
	}
	b = f.text(b, "Status", f.spelled(c.Status), `""`)
	b = r.time(b, "StartTime", c.Started, f)
	b = r.end(b, c, f)
	if f.badDuration {
		b = append(b, `,"Duration":"N/A"`...)
	} else {
		b = f.seconds(b, "Duration", c.Duration)
	}
	b = f.decimal(b, "Price", c.Price)
	b = f.text(b, "Direction", f.spelled(c.Direction), "null")
	b = f.text(b, "AnsweredBy", c.AnsweredBy, "null")
	b = f.text(b, "ForwardedFrom", "", `""`)
	b = f.text(b, "CallerName", "", `""`)
	b = append(b, `,"Uri":"/v1/Accounts/`...)
	b = append(b, r.account...)
	b = append(b, `/Calls/`...)
	b = appendText(b, c.Sid)
	b = append(b, '"')
	b = f.text(b, "RecordingUrl", c.RecordingURL, "null")
	if f.extra {
		b = append(b, `,"CustomField":"N/A",`+extraFields...)
	}
	cut = len(b)
	if c.Details != nil {
		b = f.details(b, c.Details)
	}
	return append(b, '}'), cut
}

// time writes a moment by the account's wall clock, without any offset.
func (r *renderer) time(b []byte, key string, t time.Time, f form) []byte {
	if t.IsZero() {
		return f.text(b, key, "", "null")
	}
	b = appendKey(b, key)
	b = append(b, '"')
	b = appendWall(b, t.In(r.zone))
	return append(b, '"')
}

// end writes EndTime: null while the call runs, "" until the record settles, and the
// epoch of an ended call that never got one. See API.md, Settling and Times.
func (r *renderer) end(b []byte, c *exotel.Call, f form) []byte {
	switch {
	case !c.Ended.IsZero() || live(c):
		return r.time(b, "EndTime", c.Ended, f)
	case c.Duration >= 0:
		return r.time(b, "EndTime", time.Unix(0, 0), f)
	default:
		return f.text(b, "EndTime", "", `""`)
	}
}

// appendWall is AppendFormat(wallClock), four times as fast.
func appendWall(b []byte, t time.Time) []byte {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	b = strconv.AppendInt(b, int64(year), 10)
	b = append2(append(b, '-'), int(month))
	b = append2(append(b, '-'), day)
	b = append2(append(b, ' '), hour)
	b = append2(append(b, ':'), minute)
	return append2(append(b, ':'), second)
}

func append2(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

func appendKey(b []byte, key string) []byte {
	b = append(b, ',', '"')
	b = append(b, key...)
	return append(b, '"', ':')
}

// appendText writes the inside of a JSON string.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == '"' || s[i] == '\\' || s[i] >= 0x80 {
			quoted, _ := json.Marshal(s) // a string always has a form
			return append(b, quoted[1:len(quoted)-1]...)
		}
	}
	return append(b, s...)
}

func appendQuoted(b []byte, s string) []byte {
	b = appendText(append(b, '"'), s)
	return append(b, '"')
}

// details writes the Details block. See API.md, Details.
func (f form) details(b []byte, d *exotel.Details) []byte {
	b = append(b, `,"Details":{`...)
	begin := len(b)
	b = f.seconds(b, "ConversationDuration", d.Conversation)
	b = f.text(b, "Leg1Status", f.spelled(d.Leg1Status), "null")
	b = f.text(b, "Leg2Status", f.spelled(d.Leg2Status), "null")
	if len(d.Legs) > 0 || f.empty != emptyMissing {
		b = append(b, `,"Legs":[`...)
		for i, leg := range d.Legs {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, `{"Leg":{"Id":`...)
			b = f.number(b, strconv.Itoa(leg.ID))
			b = f.seconds(b, "OnCallDuration", leg.OnCall)
			b = append(b, '}', '}')
		}
		b = append(b, ']')
	}
	if len(b) > begin && b[begin] == ',' {
		b = append(b[:begin], b[begin+1:]...) // no comma before the first field
	}
	return append(b, '}')
}
