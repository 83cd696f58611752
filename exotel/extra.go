package exotel

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
)

// Bounds of Call.Extra, should a row hold more than a few words of our future.
const (
	mostFields   = 100 // that are looked at in a row
	longestField = 4 << 10
	longestExtra = 8 << 10
)

// extras are the fields of a row that Call has no place for.
type extras struct {
	fields []rawField
	buffer []byte

	// The row's PhoneNumberSid, which mostly is the ExoPhone, and its place among
	// the fields if it is something else.
	phoneSid, rawPhoneSid []byte
	phoneSidAt            int
}

// rawField is a member of the row: a name with its path, and a value as it came.
type rawField struct {
	name  string
	value []byte
}

func (e *extras) begin() { e.fields, e.phoneSid = e.fields[:0], nil }

// raw reads a value as text, and as it came.
func (d *decoder) raw() (text, raw []byte) {
	d.peek()
	start := d.at
	text = d.text()
	return text, d.data[start:d.at]
}

// unknown reads a field that is to be kept as it came, if it says something.
func (d *decoder) unknown(path string, key []byte) {
	if rest := d.data[d.at:]; len(rest) > 1 && rest[0] == '"' && rest[1] == '"' { // mostly
		d.at += 2
		return
	}
	text, raw := d.raw()
	if len(text) == 0 && (len(raw) == 0 || raw[0] != '{' && raw[0] != '[') {
		return
	}
	switch string(key) {
	case "PreSignedRecordingUrl": // opens the recording for whoever has it, for minutes
		return
	case "CustomField":
		if string(text) == "N/A" {
			return
		}
	}
	if len(d.extras.fields) < mostFields {
		d.extras.fields = append(d.extras.fields, rawField{path + string(key), raw})
	}
}

func (d *decoder) exoPhoneSid() {
	text, raw := d.raw()
	if e := &d.extras; len(e.phoneSid) == 0 {
		e.phoneSid, e.rawPhoneSid, e.phoneSidAt = text, raw, len(e.fields)
	}
}

// ofLeg names the fields from a place on after the leg in which they were.
func (e *extras) ofLeg(from int, leg *Leg) {
	for i := range e.fields[from:] {
		f := &e.fields[from+i]
		f.name = "Details.Legs." + strconv.Itoa(leg.ID) + "." + f.name
	}
}

// finish sets what only the whole row tells.
func (d *decoder) finish(call *Call) {
	e := &d.extras
	switch {
	case len(e.phoneSid) == 0:
	case call.ExoPhone == "":
		call.ExoPhone = d.keep(e.phoneSid)
	case call.ExoPhone != string(e.phoneSid):
		e.fields = slices.Insert(e.fields, e.phoneSidAt, rawField{"PhoneNumberSid", e.rawPhoneSid})
	}
	if len(e.fields) > 0 {
		call.Extra = d.keep(e.object())
	}
}

// object is the fields in one JSON object, nil if none is left. Of a name that
// comes twice the last counts.
func (e *extras) object() []byte {
	b := append(e.buffer[:0], '{')
	for i, f := range e.fields {
		if slices.ContainsFunc(e.fields[i+1:], func(later rawField) bool { return later.name == f.name }) {
			continue
		}
		start := len(b)
		if start > 1 {
			b = append(b, ',')
		}
		b = append(appendName(b, f.name), ':')
		value := len(b)
		b = appendCompact(b, f.value)
		switch kept := b[value:]; {
		case string(kept) == "{}", string(kept) == "[]", len(kept) > longestField, len(b) >= longestExtra:
			b = b[:start]
		}
	}
	e.buffer = b
	if len(b) == 1 {
		return nil
	}
	return append(b, '}')
}

func appendName(b []byte, name string) []byte {
	if plainEnd([]byte(name), 0) == len(name) {
		return append(append(append(b, '"'), name...), '"')
	}
	buffer := bytes.NewBuffer(b)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(name) // any text can be written into a buffer
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}

func appendCompact(b, value []byte) []byte {
	if value[0] != '{' && value[0] != '[' {
		return append(b, value...)
	}
	buffer := bytes.NewBuffer(b)
	_ = json.Compact(buffer, value) // what is not valid sinks the page
	return buffer.Bytes()
}
