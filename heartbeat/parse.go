package heartbeat

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"exotel-monitor/exotel"
)

// errUnrecognised means that a body has none of the forms of a heartbeat. It says nothing
// about the ExoPhones.
var errUnrecognised = errors.New("this is no heartbeat that Exotel documents")

// Parse parses a heartbeat in Exotel's documented form, or in that of its public guide.
// received stands in for a missing or unreadable time. Parse returns an error if the body
// has neither form. An undocumented level or state is no error, and not healthy. Parse
// believes a report of trouble even if its details cannot be read, and an OK only if they
// can. See exotel/API.md, Heartbeats.
func Parse(body []byte, received time.Time) (Report, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return Report{}, errUnrecognised
	}
	name, parse := "status_type", parseReference
	if isNull(fields[name]) {
		name, parse = "Status", parseGuide
	}
	word, ok := stringIn(fields[name])
	if !ok {
		return Report{}, errUnrecognised
	}
	r := Report{Level: parseLevel(word), LevelText: word}
	r.At, r.Stamp = parseTimestamp(fields["timestamp"], received)
	bad := r.Level == Warning || r.Level == Critical || r.Level == TooLarge
	if readable := parse(&r, fields); !readable && !bad {
		return Report{}, errUnrecognised
	}
	return r, nil
}

// parseReference adds the lines of the documented form, and reports whether its details
// have the expected types.
func parseReference(r *Report, fields map[string]json.RawMessage) (readable bool) {
	r.Standard = true
	in, inOK := affectedIn(fields["incoming_affected"])
	out, outOK := affectedIn(fields["outgoing_affected"])
	lists := [...]affected{in, out} // in the order of Directions
	data, dataOK := phonesIn(fields["data"])
	nameless := in.nameless || out.nameless
	for _, key := range slices.Sorted(maps.Keys(data)) {
		phone := data[key]
		number := string(phone.Number)
		sid := cmp.Or(strings.TrimSpace(key), number)
		sidKey, numberKey := exotel.NumberKey(sid), exotel.NumberKey(number)
		for i, state := range phone.states() {
			listed := lists[i].take(sidKey, numberKey)
			if state == nil && !listed {
				continue
			}
			line := Line{SID: sid, Number: number, Direction: Directions[i], Affected: listed}
			if state != nil {
				line.Status, line.Alternates = strings.ToLower(string(state.Status)), state.Alternates
				line.Checked, _ = time.Parse(time.RFC3339, string(state.Checked))
			}
			if sid == "" {
				nameless = nameless || !line.Healthy()
				continue
			}
			r.Lines = append(r.Lines, line)
		}
	}
	for i, list := range lists { // affected, but not in data
		for _, key := range slices.Sorted(maps.Keys(list.sids)) {
			if !list.taken[key] {
				r.Lines = append(r.Lines, Line{SID: list.sids[key], Direction: Directions[i], Affected: true})
			}
		}
	}
	if nameless && r.Level == OK {
		r.Level = Warning
	}
	r.Level = worst(r.Level, r.Lines)
	readable = inOK && outOK && dataOK
	r.Partial = nameless || !readable
	return readable
}

// worst corrects an OK by the lines that come with it: a fault among them makes it a
// warning, and a line in an unknown state makes it unknown.
func worst(level Level, lines []Line) Level {
	if level != OK {
		return level
	}
	for _, l := range lines {
		switch {
		case l.Status == "" && !l.Affected:
			level = Unknown
		case !l.Healthy():
			return Warning
		}
	}
	return level
}

// affected is a list of affected ExoPhones.
type affected struct {
	sids     map[string]string // by number key
	taken    map[string]bool   // keys that are in data, too
	nameless bool              // an ExoPhone is listed without its name
}

// affectedIn parses a list of SIDs, which may be null.
func affectedIn(raw json.RawMessage) (list affected, readable bool) {
	list = affected{sids: map[string]string{}, taken: map[string]bool{}}
	var names []name
	readable = isNull(raw) || json.Unmarshal(raw, &names) == nil
	for _, sid := range names {
		if sid == "" {
			list.nameless = true
			continue
		}
		list.sids[exotel.NumberKey(string(sid))] = string(sid)
	}
	return list, readable
}

// take reports whether one of the keys is listed, and marks it as taken.
func (a affected) take(keys ...string) (listed bool) {
	for _, key := range keys {
		if _, ok := a.sids[key]; ok {
			a.taken[key], listed = true, true
		}
	}
	return listed
}

// phoneState is an ExoPhone in data, with or without a "connectivity" level around the
// two directions.
type phoneState struct {
	Number text `json:"phone_number"`
	directions
	Connectivity directions `json:"connectivity"`
}

type directions struct {
	Incoming *callState `json:"incoming_call"`
	Outgoing *callState `json:"outgoing_call"`
}

type callState struct {
	Status     statusText `json:"status"`
	Checked    text       `json:"last_check_time"`
	Alternates names      `json:"alternate_exophone"`
}

// states returns the states in the order of Directions, nil for a missing one.
func (p phoneState) states() [len(Directions)]*callState {
	return [...]*callState{cmp.Or(p.Connectivity.Incoming, p.Incoming), cmp.Or(p.Connectivity.Outgoing, p.Outgoing)}
}

// phonesIn parses data as far as possible. Some languages write an empty list for an
// empty object.
func phonesIn(raw json.RawMessage) (phones map[string]phoneState, readable bool) {
	// An error in one value does not keep Unmarshal from the others.
	if isNull(raw) || json.Unmarshal(raw, &phones) == nil {
		return phones, true
	}
	var list []json.RawMessage
	return phones, json.Unmarshal(raw, &list) == nil && len(list) == 0
}

// parseGuide adds the lines of the guide's form, which is a list of ExoPhones. An item
// that only names an ExoPhone does not contradict an OK; one that cannot be read does.
func parseGuide(r *Report, fields map[string]json.RawMessage) (readable bool) {
	var phones []json.RawMessage
	raw := fields["ExoPhones"]
	readable = isNull(raw) || json.Unmarshal(raw, &phones) == nil
	doubtful := false
	for _, phone := range phones {
		sid := nameIn(phone)
		state, given := guideState(phone)
		if sid == "" {
			doubtful = doubtful || state != activeWord
			continue
		}
		if !given && r.Level == OK {
			continue
		}
		for _, direction := range Directions { // the form has no directions
			r.Lines = append(r.Lines, Line{SID: sid, Direction: direction, Status: state, Affected: state == "" && r.Level != OK})
		}
	}
	if r.Level = worst(r.Level, r.Lines); doubtful && r.Level == OK {
		r.Level = Unknown
	}
	return readable
}

// guideState returns the status of an item in the guide's form, "" if it cannot be read.
// Of several it returns one that is not healthy.
func guideState(item json.RawMessage) (state string, given bool) {
	var object map[string]json.RawMessage
	_ = json.Unmarshal(item, &object) // what is not an object has no status
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !strings.EqualFold(key, "status") {
			continue
		}
		var said statusText
		_ = said.UnmarshalJSON(object[key]) // it accepts any JSON
		switch state, given = strings.ToLower(string(said)), true; state {
		case "ok", "healthy", activeWord:
			state = activeWord
		default:
			return state, true
		}
	}
	return state, given
}

func parseLevel(word string) Level {
	switch level := Level(strings.ToUpper(strings.TrimSpace(word))); level {
	case OK, Warning, Critical, TooLarge:
		return level
	}
	return Unknown
}

// parseTimestamp parses a report's own time. It returns the time of arrival instead if
// the report's has no zone, or lies further ahead than clocks can differ.
func parseTimestamp(raw json.RawMessage, received time.Time) (at time.Time, stamp string) {
	stamp = textIn(raw)
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil && !strings.ContainsAny(stamp, "0123456789") {
		stamp = "" // a text without digits is the same in every report
	}
	if err != nil || at.After(received.Add(clockSlack)) {
		at = received
	}
	return at, stamp
}
