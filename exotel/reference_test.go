package exotel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The reference reads a page with encoding/json, member by member and without a
// thought for speed. FuzzDecodePage holds decodePage to it.

type member struct {
	key   string
	value json.RawMessage
}

func membersOf(raw []byte) []member {
	d := json.NewDecoder(bytes.NewReader(raw))
	if token, _ := d.Token(); token != json.Delim('{') {
		return nil
	}
	var list []member
	for d.More() {
		key, _ := d.Token()
		var m member
		m.key, _ = key.(string)
		if d.Decode(&m.value) != nil {
			panic("the text was valid before")
		}
		list = append(list, m)
	}
	return list
}

func itemsOf(raw json.RawMessage) (list []json.RawMessage) {
	if raw[0] == '[' && json.Unmarshal(raw, &list) != nil {
		panic("the text was valid before")
	}
	return list
}

func referencePage(body []byte, zone *time.Location) (*page, error) {
	body = bytes.Trim(body, " \t\r\n") // all the white space that JSON knows
	if !json.Valid(body) || body[0] != '{' {
		return nil, errJSON
	}
	p := &page{total: Unknown}
	var listed, empty, sized, refused bool
	for _, m := range membersOf(body) {
		switch m.key {
		case "RestException":
			refused = true
		case "Metadata":
			sized = true
			for _, m := range membersOf(m.value) {
				switch m.key {
				case "Total":
					p.total = referenceSeconds(m.value)
				case "NextPageUri":
					p.next = referenceText(m.value)
				}
			}
		case "Calls":
			listed = m.value[0] == '['
			empty = m.value[0] == 'n' || m.value[0] == '{' && len(membersOf(m.value)) == 0
			for _, item := range itemsOf(m.value) {
				call, rest := Call{Duration: Unknown}, unread{}
				referenceCall(&call, &rest, item, zone)
				call.Extra = rest.object()
				if call.Sid == "" || call.Created.IsZero() && call.Started.IsZero() {
					p.unreadable++
				} else {
					p.calls = append(p.calls, call)
				}
			}
		}
	}
	if refused || !listed && !(empty && p.total == 0) || !sized && p.rows() >= PageSize {
		return nil, errors.New("no list that can be trusted")
	}
	return p, nil
}

func referenceCall(c *Call, rest *unread, raw json.RawMessage, zone *time.Location) {
	texts := map[string]*string{
		"Sid": &c.Sid, "ParentCallSid": &c.ParentSid, "From": &c.From, "To": &c.To, "Status": &c.Status,
		"Direction": &c.Direction, "Price": &c.Price, "AnsweredBy": &c.AnsweredBy, "RecordingUrl": &c.RecordingURL,
	}
	times := map[string]*time.Time{"DateCreated": &c.Created, "DateUpdated": &c.Updated, "StartTime": &c.Started, "EndTime": &c.Ended}
	phoneSid := ""
	for _, m := range membersOf(raw) {
		if field := texts[m.key]; field != nil {
			*field = referenceText(m.value)
			continue
		}
		if field := times[m.key]; field != nil {
			*field = referenceTime(referenceValue(m.value), zone)
			continue
		}
		switch m.key {
		case "PhoneNumber":
			c.ExoPhone = referenceText(m.value)
		case "PhoneNumberSid":
			phoneSid = referenceText(m.value)
			rest.add("", m)
		case "AccountSid", "Uri":
		case "Duration":
			c.Duration = referenceSeconds(m.value)
		case "Details":
			if m.value[0] == '{' {
				c.Details = referenceDetails(m.value, rest)
			} else {
				rest.add("", m)
			}
		case "Call":
			referenceCall(c, rest, m.value, zone)
		default:
			rest.add("", m)
		}
	}
	if c.ExoPhone == "" {
		c.ExoPhone = phoneSid
	}
	if phoneSid != "" && c.ExoPhone == phoneSid {
		rest.fields = slices.DeleteFunc(rest.fields, func(m member) bool { return m.key == "PhoneNumberSid" })
	}
	c.Status, c.Direction = referenceWord(c.Status), referenceWord(c.Direction)
}

func referenceDetails(raw json.RawMessage, rest *unread) *Details {
	d := &Details{Conversation: Unknown}
	for _, m := range membersOf(raw) {
		switch m.key {
		case "ConversationDuration":
			d.Conversation = referenceSeconds(m.value)
		case "Leg1Status":
			d.Leg1Status = referenceWord(referenceText(m.value))
		case "Leg2Status":
			d.Leg2Status = referenceWord(referenceText(m.value))
		case "Legs":
			if m.value[0] != '[' {
				rest.add("Details.", m)
				continue
			}
			d.Legs = nil
			for _, item := range itemsOf(m.value) {
				leg, before := Leg{OnCall: Unknown}, len(rest.fields)
				if referenceLeg(&leg, rest, item); leg.ID != 0 || leg.OnCall != Unknown {
					d.Legs = append(d.Legs, leg)
				}
				for i := before; i < len(rest.fields); i++ {
					rest.fields[i].key = fmt.Sprintf("Details.Legs.%d.%s", leg.ID, rest.fields[i].key)
				}
			}
		default:
			rest.add("Details.", m)
		}
	}
	return d
}

func referenceLeg(leg *Leg, rest *unread, raw json.RawMessage) {
	for _, m := range membersOf(raw) {
		switch m.key {
		case "Leg":
			referenceLeg(leg, rest, m.value)
		case "Id":
			leg.ID = max(0, referenceSeconds(m.value))
		case "OnCallDuration":
			leg.OnCall = referenceSeconds(m.value)
		default:
			rest.add("", m)
		}
	}
}

// unread are the fields of a row that have no place in a Call.
type unread struct{ fields []member }

func (u *unread) add(path string, m member) {
	text := referenceText(m.value)
	nothing := text == "" && m.value[0] != '{' && m.value[0] != '['
	if nothing || m.key == "PreSignedRecordingUrl" || m.key == "CustomField" && text == "N/A" || len(u.fields) == maxExtraFields {
		return
	}
	u.fields = append(u.fields, member{path + m.key, m.value})
}

func (u *unread) object() string {
	last := map[string]int{}
	for i, m := range u.fields {
		last[m.key] = i
	}
	text := ""
	for i, m := range u.fields {
		var field bytes.Buffer
		e := json.NewEncoder(&field)
		e.SetEscapeHTML(false)
		if e.Encode(m.key) != nil {
			panic("any text can be encoded")
		}
		field.Truncate(field.Len() - 1) // its end of line
		field.WriteByte(':')
		name := field.Len()
		if json.Compact(&field, m.value) != nil {
			panic("the text was valid before")
		}
		value := field.String()[name:]
		if last[m.key] != i || value == "{}" || value == "[]" || len(value) > maxExtraValue || len(text)+len(",")+field.Len()+len("}") > maxExtra {
			continue
		}
		text += "," + field.String()
	}
	if text == "" {
		return ""
	}
	return "{" + text[1:] + "}"
}

func referenceValue(raw json.RawMessage) (text string) {
	switch raw[0] {
	case '{', '[', 'n':
		return ""
	case '"':
		if json.Unmarshal(raw, &text) != nil {
			panic("the text was valid before")
		}
		return text
	}
	return string(raw)
}

func referenceText(raw json.RawMessage) string {
	text := referenceValue(raw)
	switch word := strings.TrimSpace(text); {
	case len(text) > 16:
		return text
	case word == "", strings.EqualFold(word, "null"), strings.EqualFold(word, "none"), strings.EqualFold(word, "undefined"):
		return ""
	}
	return text
}

func referenceWord(text string) string {
	text = regexp.MustCompile(`[\s\p{Z}\x{85}\v_-]+`).ReplaceAllString(strings.ToLower(text), "-")
	if text = strings.Trim(text, "-"); text == "cancelled" {
		return "canceled"
	}
	return text
}

func referenceSeconds(raw json.RawMessage) int {
	f, err := strconv.ParseFloat(strings.TrimSpace(referenceValue(raw)), 64)
	if err != nil || f < 0 || f != f || f >= 1<<31 {
		return Unknown
	}
	return int(f)
}

// referenceTime knows the usual form only; TestTimes has the others.
func referenceTime(text string, zone *time.Location) time.Time {
	at, err := time.ParseInLocation(time.DateTime, text, zone)
	if err != nil {
		return newWallTimes(zone).parse([]byte(text))
	}
	if at = at.Truncate(time.Second); at.Year() <= 1970 {
		return time.Time{}
	}
	return at
}

func FuzzDecodePage(f *testing.F) {
	f.Add(samplePage(2))
	for _, row := range oddRows {
		f.Add([]byte(`{"Metadata":{"Total":"3","NextPageUri":"\/v1?a=\u0026"},"Calls":[` + row + `]}`))
	}
	for _, body := range notPages {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := decodePage(body, India)
		want, wantErr := referencePage(body, India)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: decodePage says %v, the reference %v", body, err, wantErr)
		}
		if err != nil {
			return
		}
		if len(got.calls) == 0 {
			got.calls = nil
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n got %+v\nwant %+v", body, got, want)
		}
	})
}
