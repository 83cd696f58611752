package heartbeat

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"exotel-monitor/exotel"
)

// The types of what a heartbeat holds read any JSON, so that one odd value
// keeps nobody from the others: what cannot be read is "", and texts are
// without the spaces around them.
type (
	text  string // a string, or a number as it is spelled
	word  string // a string only: a number is no state
	name  string // an ExoPhone: a text, or an object that holds one
	names []string
)

func (t *text) UnmarshalJSON(data []byte) error {
	*t = text(textIn(data))
	return nil
}

func (w *word) UnmarshalJSON(data []byte) error {
	s, _ := stringIn(data)
	*w = ""
	if exotel.Word(s) != "" { // not a word for none, such as "None"
		*w = word(strings.TrimSpace(s))
	}
	return nil
}

func (n *name) UnmarshalJSON(data []byte) error {
	*n = name(nameIn(data))
	return nil
}

// UnmarshalJSON reads ExoPhones from a value of unconfirmed type: null, one of them, or a
// list. See exotel/API.md, ExoPhones.
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

// nameIn is the text that a value is, or that it holds under a name that an
// ExoPhone may go by, in any spelling of its case.
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

// stringIn reads a JSON string. Most are plain, and there are very many of them
// in a large heartbeat.
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
