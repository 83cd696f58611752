package heartbeat

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"exotel-monitor/exotel"
)

// ErrUnrecognised means that a payload has none of the forms a heartbeat has.
// It says nothing about the ExoPhones, least of all that they are up.
var ErrUnrecognised = errors.New("this is no heartbeat that Exotel documents")

// Parse reads a heartbeat in Exotel's documented form, or in that of its public
// guide. received stands in for a missing or unreadable time. An error is
// ErrUnrecognised; a level or a state that is not documented is no error, and
// not healthy.
func Parse(body []byte, received time.Time) (Report, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return Report{}, ErrUnrecognised
	}
	if word, ok := text(fields["status_type"]); ok {
		return parseReference(fields, word, received)
	}
	if word, ok := text(fields["Status"]); ok {
		return parseGuide(fields, word, received)
	}
	return Report{}, ErrUnrecognised
}

func parseReference(fields map[string]json.RawMessage, word string, received time.Time) (Report, error) {
	r := Report{Level: levelOf(word), Word: word, Standard: true}
	r.At, r.Stamp = madeAt(fields["timestamp"], received)
	affected := map[Direction]map[string]string{} // the SIDs, by number
	for direction, name := range map[Direction]string{Incoming: "incoming_affected", Outgoing: "outgoing_affected"} {
		list, err := sidList(fields[name])
		if err != nil && r.Level != TooLarge { // what that one holds is not documented
			return Report{}, ErrUnrecognised
		}
		affected[direction] = list
	}
	var data map[string]phoneState
	if raw := fields["data"]; !isNull(raw) && json.Unmarshal(raw, &data) != nil && r.Level != TooLarge {
		return Report{}, ErrUnrecognised
	}
	for _, sid := range slices.Sorted(maps.Keys(data)) {
		for _, line := range data[sid].lines(sid) {
			list := affected[line.Direction]
			for _, key := range []string{exotel.NumberKey(sid), exotel.NumberKey(line.Number)} {
				if _, named := list[key]; named {
					line.Affected = true
					delete(list, key)
				}
			}
			r.Lines = append(r.Lines, line)
		}
	}
	// What is left is affected, but not described.
	for _, direction := range Directions {
		for _, key := range slices.Sorted(maps.Keys(affected[direction])) {
			r.Lines = append(r.Lines, Line{SID: affected[direction][key], Direction: direction, Affected: true})
		}
	}
	r.Level = worst(r.Level, r.Lines)
	return r, nil
}

// worst lets no level stand against the lines that come with it: a report that
// says OK and names a fault is a warning.
func worst(level Level, lines []Line) Level {
	if level == OK && slices.ContainsFunc(lines, func(l Line) bool { return !l.Healthy() }) {
		return Warning
	}
	return level
}

// phoneState is what data says of one ExoPhone, with or without a
// "connectivity" level around the two directions.
type phoneState struct {
	Number json.RawMessage `json:"phone_number"`
	directions
	Connectivity *directions `json:"connectivity"`
}

type directions struct {
	Incoming *callState `json:"incoming_call"`
	Outgoing *callState `json:"outgoing_call"`
}

type callState struct {
	Status    string          `json:"status"`
	Checked   string          `json:"last_check_time"`
	Alternate json.RawMessage `json:"alternate_exophone"`
}

func (p phoneState) lines(sid string) []Line {
	both := p.directions
	if p.Connectivity != nil {
		both = *p.Connectivity
	}
	number, _ := text(p.Number)
	lines := make([]Line, 0, len(Directions))
	for i, state := range []*callState{both.Incoming, both.Outgoing} {
		if state == nil {
			continue
		}
		checked, _ := time.Parse(time.RFC3339, state.Checked)
		lines = append(lines, Line{
			SID: sid, Number: number, Direction: Directions[i], Word: strings.ToLower(strings.TrimSpace(state.Status)),
			Checked: checked, Alternates: alternates(state.Alternate),
		})
	}
	return lines
}

// parseGuide reads the guide's form: a level and a list of ExoPhones, whose
// items the guide does not describe.
func parseGuide(fields map[string]json.RawMessage, word string, received time.Time) (Report, error) {
	r := Report{Level: levelOf(word), Word: word}
	r.At, r.Stamp = madeAt(fields["timestamp"], received)
	var phones []any
	if raw := fields["ExoPhones"]; !isNull(raw) && json.Unmarshal(raw, &phones) != nil {
		return Report{}, ErrUnrecognised
	}
	for _, phone := range phones {
		sid, state := member(phone, "sid", "phone_number", "phonenumber"), strings.ToLower(member(phone, "status"))
		if name, ok := phone.(string); ok {
			sid = name
		}
		if sid == "" || state == "" && r.Level == OK {
			continue
		}
		if state == "ok" {
			state = activeWord
		}
		for _, direction := range Directions { // the form does not tell them apart
			r.Lines = append(r.Lines, Line{SID: sid, Direction: direction, Word: state, Affected: state == ""})
		}
	}
	r.Level = worst(r.Level, r.Lines)
	return r, nil
}

// member is the first text among an object's members of these names, in any
// spelling of their case.
func member(value any, names ...string) string {
	object, _ := value.(map[string]any)
	for _, name := range names {
		for _, key := range slices.Sorted(maps.Keys(object)) {
			if s, ok := object[key].(string); ok && s != "" && strings.EqualFold(key, name) {
				return s
			}
		}
	}
	return ""
}

func levelOf(word string) Level {
	switch level := Level(strings.ToUpper(strings.TrimSpace(word))); level {
	case OK, Warning, Critical, TooLarge:
		return level
	}
	return Unknown
}

// alternates collects the ExoPhones in a value whose type Exotel leaves open:
// null, a number as text, an object with it, or a list of either.
func alternates(raw json.RawMessage) []string {
	var value any
	if isNull(raw) || json.Unmarshal(raw, &value) != nil {
		return nil
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var found []string
	for _, item := range list {
		name, _ := item.(string)
		if name = cmp.Or(name, member(item, "sid", "phone_number", "phonenumber")); name != "" {
			found = append(found, name)
		}
	}
	return found
}

// sidList reads a list of SIDs, which is null when it is empty, by the numbers
// that they are.
func sidList(raw json.RawMessage) (byKey map[string]string, err error) {
	var list []string
	if !isNull(raw) {
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
	}
	byKey = make(map[string]string, len(list))
	for _, sid := range list {
		byKey[exotel.NumberKey(sid)] = sid
	}
	return byKey, nil
}

// madeAt reads a report's own time. One from the future says nothing of when
// the report was made: then the time of its arrival counts.
func madeAt(raw json.RawMessage, received time.Time) (at time.Time, stamp string) {
	stamp, _ = text(raw)
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil || at.After(received) {
		at = received
	}
	return at, stamp
}

func text(raw json.RawMessage) (string, bool) {
	var s string
	if isNull(raw) || json.Unmarshal(raw, &s) != nil {
		return "", false
	}
	return s, true
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || bytes.Equal(raw, []byte("null")) }
