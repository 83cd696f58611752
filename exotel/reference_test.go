package exotel

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
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
	var listed, null, sized, refused bool
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
			listed, null = m.value[0] == '[', m.value[0] == 'n'
			for _, item := range itemsOf(m.value) {
				call := Call{Duration: Unknown}
				referenceCall(&call, item, zone)
				if call.Sid == "" {
					p.unreadable++
				} else {
					p.calls = append(p.calls, call)
				}
			}
		}
	}
	if refused || !listed && !(null && p.total == 0) || !sized && p.rows() >= pageSize {
		return nil, errors.New("no list that can be trusted")
	}
	return p, nil
}

func referenceCall(c *Call, raw json.RawMessage, zone *time.Location) {
	texts := map[string]*string{
		"Sid": &c.Sid, "ParentCallSid": &c.ParentSid, "From": &c.From, "To": &c.To, "Status": &c.Status,
		"Direction": &c.Direction, "Price": &c.Price, "AnsweredBy": &c.AnsweredBy, "RecordingUrl": &c.RecordingURL,
	}
	times := map[string]*time.Time{"DateCreated": &c.Created, "DateUpdated": &c.Updated, "StartTime": &c.Started, "EndTime": &c.Ended}
	for _, m := range membersOf(raw) {
		if field := texts[m.key]; field != nil {
			*field = referenceText(m.value)
		}
		if field := times[m.key]; field != nil {
			*field = referenceTime(referenceValue(m.value), zone)
		}
		switch number := referenceText(m.value); m.key {
		case "PhoneNumber":
			if number != "" {
				c.ExoPhone = number
			}
		case "PhoneNumberSid":
			if c.ExoPhone == "" {
				c.ExoPhone = number
			}
		case "Duration":
			c.Duration = referenceSeconds(m.value)
		case "Details":
			if m.value[0] == '{' {
				c.Details = referenceDetails(m.value)
			}
		case "Call":
			referenceCall(c, m.value, zone)
		}
	}
	c.Status, c.Direction = strings.ToLower(c.Status), strings.ToLower(c.Direction)
}

func referenceDetails(raw json.RawMessage) *Details {
	d := &Details{Conversation: Unknown}
	for _, m := range membersOf(raw) {
		switch m.key {
		case "ConversationDuration":
			d.Conversation = referenceSeconds(m.value)
		case "Leg1Status":
			d.Leg1Status = strings.ToLower(referenceText(m.value))
		case "Leg2Status":
			d.Leg2Status = strings.ToLower(referenceText(m.value))
		case "Legs":
			d.Legs = nil
			for _, item := range itemsOf(m.value) {
				leg := Leg{OnCall: Unknown}
				if referenceLeg(&leg, item); leg.ID != 0 || leg.OnCall != Unknown {
					d.Legs = append(d.Legs, leg)
				}
			}
		}
	}
	return d
}

func referenceLeg(leg *Leg, raw json.RawMessage) {
	for _, m := range membersOf(raw) {
		switch m.key {
		case "Leg":
			referenceLeg(leg, m.value)
		case "Id":
			leg.ID = max(0, referenceSeconds(m.value))
		case "OnCallDuration":
			leg.OnCall = referenceSeconds(m.value)
		}
	}
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
	if text := referenceValue(raw); text != "null" && text != "NULL" {
		return text
	}
	return ""
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
		return (&calendar{zone: zone}).time([]byte(text))
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
