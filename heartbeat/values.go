package heartbeat

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"exotel-monitor/exotel"
)

// These types accept any JSON, so that one bad value does not hide the others. What
// cannot be read becomes "", and blanks around a text are dropped.
type (
	text       string // a string, or the spelling of a number
	statusText string // a string only: a number is not a status
	name       string // an ExoPhone: a text, or an object that has one
	names      []string
)

func (t *text) UnmarshalJSON(data []byte) error {
	*t = text(textIn(data))
	return nil
}

func (w *statusText) UnmarshalJSON(data []byte) error {
	s, _ := stringIn(data)
	*w = ""
	if exotel.NormalizeWord(s) != "" { // not a word for none, such as "None"
		*w = statusText(strings.TrimSpace(s))
	}
	return nil
}

func (n *name) UnmarshalJSON(data []byte) error {
	*n = name(nameIn(data))
	return nil
}

// UnmarshalJSON parses null, one ExoPhone, or a list of them; the type is unconfirmed.
// See exotel/API.md, ExoPhones.
func (n *names) UnmarshalJSON(data []byte) error {
	list := []name{""}
	if data[0] == '[' {
		_ = json.Unmarshal(data, &list) // a list of names has no errors
	} else {
		list[0] = name(nameIn(data))
	}
	*n = nil
	for _, found := range list {
		if found != "" {
			*n = append(*n, string(found))
		}
	}
	return nil
}

// nameIn returns a text, or the text in an object under one of the names for an ExoPhone,
// whatever their case.
func nameIn(raw json.RawMessage) string {
	if len(raw) == 0 || raw[0] != '{' {
		return textIn(raw)
	}
	var object map[string]text
	_ = json.Unmarshal(raw, &object) // an object of texts has no errors
	keys := slices.Sorted(maps.Keys(object))
	for _, known := range []string{"sid", "exophone", "phone_number", "phonenumber", "number"} {
		for _, key := range keys {
			if object[key] != "" && strings.EqualFold(key, known) {
				return string(object[key])
			}
		}
	}
	return ""
}

func textIn(raw json.RawMessage) string {
	if s, ok := stringIn(raw); ok {
		return strings.TrimSpace(s)
	}
	if len(raw) > 0 && (raw[0] == '-' || raw[0]-'0' <= 9) {
		return string(raw)
	}
	return ""
}

// stringIn parses a JSON string. It is fast for plain ones, of which a large heartbeat
// has very many.
func stringIn(raw json.RawMessage) (s string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if inner := string(raw[1 : len(raw)-1]); !strings.Contains(inner, `\`) && utf8.ValidString(inner) {
		return inner, true
	}
	return s, json.Unmarshal(raw, &s) == nil
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }
