// Package heartbeat knows whether an account's ExoPhones are up: what Exotel
// says of them, by webhook or when asked, and what that makes of each number,
// incoming and outgoing apart.
//
//	board := heartbeat.NewBoard(heartbeat.BoardOptions{})
//	report, err := heartbeat.Parse(body, time.Now())
//	if err == nil {
//		board.Hear(report, time.Now())
//	}
//	fmt.Println(board.Health(time.Now()).Level)
//
// Silence is never good news: before the first word, and when none came for
// three intervals, the level is UNKNOWN.
package heartbeat

import "time"

// Level is how an account's ExoPhones are.
type Level string

// The levels. All but Unknown are Exotel's own words: see exotel/API.md, Heartbeats.
// Critical means that every ExoPhone is affected in at least one direction, not that
// everything is down.
const (
	Unknown  Level = ""
	OK       Level = "OK"
	Warning  Level = "WARNING"
	Critical Level = "CRITICAL"
	// TooLarge says that there is more to report than fits a heartbeat: the
	// numbers must be asked for one by one.
	TooLarge Level = "PAYLOAD_TOO_LARGE"
)

// String gives the level in capitals, "UNKNOWN" for the zero Level.
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

// Directions are both of them, in the order in which they are shown.
var Directions = [...]Direction{Incoming, Outgoing}

// Report is one word of Exotel's about the ExoPhones, in any of its forms.
type Report struct {
	At time.Time // when Exotel made it, by its own clock; else when it came
	// Stamp is the report's own time as it is written; equal for a report that
	// is sent again. "" when it has none.
	Stamp string
	Level Level
	Word  string // Exotel's word for the level, also if it is not documented
	Lines []Line
	// Partial says that it names or describes more than could be read.
	Partial bool
	// Standard is false for the form of Exotel's public guide.
	Standard bool
}

// Line is what a report says of one ExoPhone in one direction.
type Line struct {
	SID       string // as the report names the ExoPhone
	Number    string // its number if the report gives one
	Direction Direction
	// Word is Exotel's for the line's state, such as "active" or "major_outage";
	// "" when the report only lists the ExoPhone as affected.
	Word       string
	Affected   bool // named in the report's list of affected ExoPhones
	Checked    time.Time
	Alternates []string // ExoPhones to use instead
}

const activeWord = "active"

// Healthy reports whether the line is up by this report: only the word "active"
// says so, and not against the list of affected ExoPhones.
func (l Line) Healthy() bool { return l.Word == activeWord && !l.Affected }
