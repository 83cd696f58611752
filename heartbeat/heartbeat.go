// Package heartbeat knows whether an account's ExoPhones are up. It reads the heartbeats
// that Exotel posts, polls the ExoPhones, and keeps a [Tracker] of each number, incoming
// and outgoing apart. See the example of Tracker.
//
// Silence is never good news: before the first report, and when none came for three
// intervals, the level is UNKNOWN.
package heartbeat

import "time"

// Level is the state of all of an account's ExoPhones together.
type Level string

// The levels. All but Unknown are Exotel's; see exotel/API.md, Heartbeats. Critical means
// that every ExoPhone is affected in at least one direction, not that everything is down.
const (
	Unknown  Level = ""
	OK       Level = "OK"
	Warning  Level = "WARNING"
	Critical Level = "CRITICAL"
	// TooLarge means that the details do not fit a heartbeat: the ExoPhones must be
	// polled one by one.
	TooLarge Level = "PAYLOAD_TOO_LARGE"
)

// String returns the level in capitals, "UNKNOWN" for the zero Level.
func (l Level) String() string {
	if l == Unknown {
		return "UNKNOWN"
	}
	return string(l)
}

// Direction is a direction in which an ExoPhone carries calls.
type Direction string

// The directions.
const (
	Incoming Direction = "incoming"
	Outgoing Direction = "outgoing"
)

// Directions lists both directions in the order of their display.
var Directions = [...]Direction{Incoming, Outgoing}

// Report is one heartbeat, in any of its forms.
type Report struct {
	At time.Time // when Exotel made it by its own clock, or else when it came
	// Stamp is the heartbeat's own time as it is written, "" if it has none. It is the
	// same for a heartbeat that is sent again.
	Stamp     string
	Level     Level
	LevelText string // Exotel's text for the level, documented or not
	Lines     []Line
	// Partial means that the heartbeat names or describes more than could be read.
	Partial bool
	// Standard is false for the form of Exotel's public guide.
	Standard bool
}

// Line is what a report says of one ExoPhone in one direction.
type Line struct {
	SID       string // as the report spells it
	Number    string // "" if the report has none
	Direction Direction
	// Status is Exotel's status of the line, such as "active" or "major_outage". It is
	// empty if the report only lists the ExoPhone as affected.
	Status     string
	Affected   bool // the report lists the ExoPhone as affected
	Checked    time.Time
	Alternates []string // suggested instead
}

const activeWord = "active"

// Healthy reports whether the line is up by this report: its status is "active", and it
// is not listed as affected.
func (l Line) Healthy() bool { return l.Status == activeWord && !l.Affected }
