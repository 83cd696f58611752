package heartbeat

import "time"

// State is the state of one ExoPhone in one direction.
type State int

// The states.
const (
	StateUnknown State = iota
	Up
	Down
)

// LineHealth is what is known of one ExoPhone in one direction.
type LineHealth struct {
	State State
	// Status is the last of Exotel's statuses that agrees with State, such as
	// "major_outage". It may be empty.
	Status     string
	Since      time.Time // of the state
	Checked    time.Time // when Exotel last checked the line, or else reported it
	ReportedAt time.Time // when the last report about the line was made
	// Suspect means that the last check found the line down for the first time. State
	// does not change until another check confirms it.
	Suspect bool
	// Alternates are the ExoPhones that Exotel suggests instead. They are up, and the
	// account's.
	Alternates []string
}

// PhoneHealth is what is known of one ExoPhone.
type PhoneHealth struct {
	Key      string // equal for all forms of the number; see exotel.NumberKey
	SID      string // by the account's list, "" if it is not on the list
	Number   string
	Name     string // from Exotel's dashboard, "" if it is only the number again
	Incoming LineHealth
	Outgoing LineHealth
}

// Line returns the health in one direction.
func (p PhoneHealth) Line(d Direction) LineHealth {
	if d == Outgoing {
		return p.Outgoing
	}
	return p.Incoming
}

// IsAffected reports whether the ExoPhone is down in at least one direction.
func (p PhoneHealth) IsAffected() bool { return p.DownCount() > 0 }

// DownCount returns the number of directions in which the ExoPhone is down.
func (p PhoneHealth) DownCount() int {
	n := 0
	for _, direction := range Directions {
		if p.Line(direction).State == Down {
			n++
		}
	}
	return n
}

// IsUp reports whether the ExoPhone is known to be up in both directions.
func (p PhoneHealth) IsUp() bool { return p.Incoming.State == Up && p.Outgoing.State == Up }

// Origin is the way in which a report came.
type Origin string

// The origins.
const (
	Pushed Origin = "webhook" // Exotel posted a heartbeat
	Polled Origin = "pull"    // the program asked for the ExoPhone
)

// Health is what is known of the account's ExoPhones at one moment. It never changes.
type Health struct {
	Level      Level
	At         time.Time // the moment
	Since      time.Time // start of the trouble, or else of the level; zero if never known
	ReportedAt time.Time // when the last report was made, zero for never
	// Origin is the origin whose interval counts: Pushed while heartbeats are fresh. It
	// is empty before the first report.
	Origin     Origin
	LastOrigin Origin        // origin of the last report
	Interval   time.Duration // between reports
	Phones     []PhoneHealth // worst first, then by name
	Listed     bool          // Phones holds all of the account's ExoPhones
	// LevelText is Exotel's own text for a level that is not documented, or else empty.
	LevelText string
	// PollErr is why the ExoPhones could not be polled, nil if they could. It says
	// nothing about the ExoPhones themselves.
	PollErr error
	// BlindErr is why nothing can be learned about the ExoPhones: the account refuses the
	// keys, polls have failed for longer than an interval, or the heartbeats have
	// stopped. It is nil if something can be learned. Otherwise the level is Unknown.
	BlindErr   error
	BlindSince time.Time
	// LastContact is when Exotel last answered or sent a heartbeat. It is zero if it did
	// neither since the program started, or since BlindErr was set.
	LastContact time.Time
}

// IsSilent reports whether reports have come, but none for three intervals.
func (h Health) IsSilent() bool {
	return !h.ReportedAt.IsZero() && h.At.Sub(h.ReportedAt) > maxMissed*h.Interval
}

// AffectedCounts returns the number of ExoPhones that are down incoming, outgoing, and in
// any direction.
func (h Health) AffectedCounts() (incoming, outgoing, phones int) {
	for _, p := range h.Phones {
		if p.Incoming.State == Down {
			incoming++
		}
		if p.Outgoing.State == Down {
			outgoing++
		}
		if p.IsAffected() {
			phones++
		}
	}
	return incoming, outgoing, phones
}

// SuspectCount returns the number of ExoPhones with a line that is a suspect.
func (h Health) SuspectCount() int {
	failed := 0
	for _, p := range h.Phones {
		if p.Incoming.Suspect || p.Outgoing.Suspect {
			failed++
		}
	}
	return failed
}

// UpCount returns the number of ExoPhones that are known to be up in both directions.
func (h Health) UpCount() int {
	up := 0
	for _, p := range h.Phones {
		if p.IsUp() {
			up++
		}
	}
	return up
}
