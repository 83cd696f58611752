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

// errUnrecognised means that a payload has none of the forms a heartbeat has.
// It says nothing about the ExoPhones, least of all that they are up.
var errUnrecognised = errors.New("this is no heartbeat that Exotel documents")

// Parse reads a heartbeat in Exotel's documented form, or in that of its public
// guide. received stands in for a missing or unreadable time. An error means that
// it has none of their forms; a level or a state that is not documented is no
// error, and not healthy. Details that cannot be read take nothing from a word of
// trouble, but an OK is believed only with details that can. See exotel/API.md,
// Heartbeats.
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
	r := Report{Level: levelOf(word), Word: word}
	r.At, r.Stamp = madeAt(fields["timestamp"], received)
	bad := r.Level == Warning || r.Level == Critical || r.Level == TooLarge
	if readable := parse(&r, fields); !readable && !bad {
		return Report{}, errUnrecognised
	}
	return r, nil
}

// parseReference adds what the documented form says of the lines, and reports
// whether its details have the types that they should.
func parseReference(r *Report, fields map[string]json.RawMessage) (readable bool) {
	r.Standard = true
	in, inOK := affectedIn(fields["incoming_affected"])
	out, outOK := affectedIn(fields["outgoing_affected"])
	lists := [...]affected{in, out} // as Directions are
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
				line.Word, line.Alternates = strings.ToLower(string(state.Status)), state.Alternates
				line.Checked, _ = time.Parse(time.RFC3339, string(state.Checked))
			}
			if sid == "" {
				nameless = nameless || !line.Healthy()
				continue
			}
			r.Lines = append(r.Lines, line)
		}
	}
	for i, list := range lists { // what is affected, but not in data
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

// worst lets no OK stand against the lines that come with it: one that names a
// fault is a warning, and one with a line of unknown state is unknown.
func worst(level Level, lines []Line) Level {
	if level != OK {
		return level
	}
	for _, l := range lines {
		switch {
		case l.Word == "" && !l.Affected:
			level = Unknown
		case !l.Healthy():
			return Warning
		}
	}
	return level
}

// affected is a list of affected ExoPhones.
type affected struct {
	sids     map[string]string // by the numbers that they are
	taken    map[string]bool   // the keys that data has too
	nameless bool              // one is listed, and not which
}

// affectedIn reads a list of SIDs, which may be null.
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

// take reports whether one of the keys is listed, and remembers that it was met.
func (a affected) take(keys ...string) (listed bool) {
	for _, key := range keys {
		if _, ok := a.sids[key]; ok {
			a.taken[key], listed = true, true
		}
	}
	return listed
}

// phoneState is what data says of one ExoPhone, with or without a
// "connectivity" level around the two directions.
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
	Status     word  `json:"status"`
	Checked    text  `json:"last_check_time"`
	Alternates names `json:"alternate_exophone"`
}

// states are those of Directions, nil where there is none.
func (p phoneState) states() [len(Directions)]*callState {
	return [...]*callState{cmp.Or(p.Connectivity.Incoming, p.Incoming), cmp.Or(p.Connectivity.Outgoing, p.Outgoing)}
}

// phonesIn reads data as far as it can be read. An empty list is what some
// languages write for an empty object.
func phonesIn(raw json.RawMessage) (phones map[string]phoneState, readable bool) {
	// An error for one value does not keep Unmarshal from reading the others.
	if isNull(raw) || json.Unmarshal(raw, &phones) == nil {
		return phones, true
	}
	var list []json.RawMessage
	return phones, json.Unmarshal(raw, &list) == nil && len(list) == 0
}

// parseGuide adds what the guide's form says: a list of ExoPhones. An item that only
// names an ExoPhone says nothing against an OK; one that cannot be read does.
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
		for _, direction := range Directions { // the form does not tell them apart
			r.Lines = append(r.Lines, Line{SID: sid, Direction: direction, Word: state, Affected: state == "" && r.Level != OK})
		}
	}
	if r.Level = worst(r.Level, r.Lines); doubtful && r.Level == OK {
		r.Level = Unknown
	}
	return readable
}

// guideState is the status that an item of the guide's form gives, "" if it
// cannot be read; of several, one that is not healthy.
func guideState(item json.RawMessage) (state string, given bool) {
	var object map[string]json.RawMessage
	_ = json.Unmarshal(item, &object) // what is no object gives none
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !strings.EqualFold(key, "status") {
			continue
		}
		var said word
		_ = said.UnmarshalJSON(object[key]) // it reads any JSON
		switch state, given = strings.ToLower(string(said)), true; state {
		case "ok", "healthy", activeWord:
			state = activeWord
		default:
			return state, true
		}
	}
	return state, given
}

func levelOf(word string) Level {
	switch level := Level(strings.ToUpper(strings.TrimSpace(word))); level {
	case OK, Warning, Critical, TooLarge:
		return level
	}
	return Unknown
}

// madeAt reads a report's own time. One that lies further ahead than clocks differ
// says nothing of when the report was made: then the time of its arrival counts, as
// it does for a time without its zone.
func madeAt(raw json.RawMessage, received time.Time) (at time.Time, stamp string) {
	stamp = textIn(raw)
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil && !strings.ContainsAny(stamp, "0123456789") {
		stamp = "" // a word that stands in each of them tells none from another
	}
	if err != nil || at.After(received.Add(clockSlack)) {
		at = received
	}
	return at, stamp
}
