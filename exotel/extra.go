package exotel

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Bounds of Call.Extra, in case a row has more than a few unknown fields.
const (
	maxExtraFields = 100
	maxExtraValue  = 4 << 10
	maxExtra       = 8 << 10
)

// field is a member of a row: its name with its path, and its value as it came.
type field struct {
	name  string
	value []byte
}

// unknown adds a field to Call.Extra unless it is empty, and returns its text. See
// API.md, Rows.
func (d *decoder) unknown(path string, name []byte) []byte {
	kind, start := d.peek(), d.at
	text := d.value()
	if isMissing(text) {
		text = nil
	}
	switch {
	case text == nil && kind != '{' && kind != '[':
	case string(name) == "PreSignedRecordingUrl": // it opens the recording for everybody
	case string(name) == "CustomField" && string(text) == "N/A":
	case len(d.extra) < maxExtraFields:
		d.extra = append(d.extra, field{path + string(name), d.body[start:d.at]})
	}
	return text
}

// extraObject returns the unknown fields of the current row as a JSON object, "" if there
// are none. The last of several fields with one name counts.
func (d *decoder) extraObject() string {
	var object bytes.Buffer
	for i, f := range d.extra {
		if slices.ContainsFunc(d.extra[i+1:], func(later field) bool { return later.name == f.name }) {
			continue
		}
		before := object.Len()
		object.WriteByte(',')
		encoder := json.NewEncoder(&object)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(f.name)        // a text can always be encoded
		object.Truncate(object.Len() - 1) // without the line feed
		object.WriteByte(':')
		start := object.Len()
		_ = json.Compact(&object, f.value) // a page with an invalid value is refused
		value := object.Bytes()[start:]
		if string(value) == "{}" || string(value) == "[]" || len(value) > maxExtraValue || object.Len() >= maxExtra {
			object.Truncate(before)
		}
	}
	if object.Len() == 0 {
		return ""
	}
	object.WriteByte('}')
	object.Bytes()[0] = '{'
	return object.String()
}
