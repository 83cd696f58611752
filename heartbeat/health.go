package heartbeat

import "time"

// State is how one ExoPhone carries calls in one direction.
type State int

// The states.
const (
	NotKnown State = iota
	Up
	Down
)

// LineHealth is what is known of one ExoPhone in one direction.
type LineHealth struct {
	State State
	// Word is Exotel's last that agrees with the state, such as "major_outage";
	// it may be "".
	Word    string
	Since   time.Time // of the state
	Checked time.Time // when Exotel last checked the line, else when it spoke
	Heard   time.Time // when the last word about the line was made
	// Failed says that the last check found it down, which waits for its confirmation:
	// the state is still that from before.
	Failed bool
	// Alternates are the ExoPhones that Exotel suggests instead: none that is down, and
	// none that is not the account's.
	Alternates []string
}

// PhoneHealth is what is known of one ExoPhone.
type PhoneHealth struct {
	Key      string // equal for all forms of the number, see exotel.NumberKey
	SID      string // as the account's list has it; "" if it is not on it
	Number   string
	Name     string // as given in Exotel's dashboard; "" if it is the number again
	Incoming LineHealth
	Outgoing LineHealth
}

// Line is the ExoPhone's health in one direction.
func (p PhoneHealth) Line(d Direction) LineHealth {
	if d == Outgoing {
		return p.Outgoing
	}
	return p.Incoming
}

// Affected reports whether the ExoPhone is down in a direction at least.
func (p PhoneHealth) Affected() bool { return p.Downs() > 0 }

// Downs is the number of directions in which the ExoPhone is down.
func (p PhoneHealth) Downs() int {
	n := 0
	for _, direction := range Directions {
		if p.Line(direction).State == Down {
			n++
		}
	}
	return n
}

// Up reports whether the ExoPhone is known to be up in both directions.
func (p PhoneHealth) Up() bool { return p.Incoming.State == Up && p.Outgoing.State == Up }

// Source is where a word about the ExoPhones came from.
type Source string

// The sources.
const (
	Pushed Source = "webhook" // Exotel posted a heartbeat
	Pulled Source = "pull"    // we asked for the numbers one by one
)

// Health is what is known of the account's ExoPhones at one time. It never
// changes.
type Health struct {
	Level Level
	At    time.Time // when this was known
	Since time.Time // of the trouble, or else of the level; zero if never known
	Heard time.Time // when the last word was made, zero for never
	// Source is whose interval counts: the webhook's while its heartbeats are
	// fresh. It is "" before the first word.
	Source Source
	Spoke  Source        // where the last word came from
	Every  time.Duration // how often a word is expected
	Phones []PhoneHealth // the worst first, then by name
	Listed bool          // Phones holds all of the account's ExoPhones
	// Word is Exotel's own for the level where it is not one we know.
	Word string
	// Trouble is why the ExoPhones could not be asked; nil if they could. It is
	// a fault of our connection and says nothing about the ExoPhones.
	Trouble error
	// Blind is why nothing can be learned about the ExoPhones any more: the account
	// refuses the keys, nothing could be asked for longer than an interval, or the
	// heartbeats have stopped. It is nil if something can. The level is then Unknown.
	Blind      error
	BlindSince time.Time
	// Learned is when Exotel last answered, or a heartbeat came; zero if it did neither
	// since the program started, or since nothing could be learned.
	Learned time.Time
}

// Silent reports whether words came once and none for three intervals.
func (h Health) Silent() bool {
	return !h.Heard.IsZero() && h.At.Sub(h.Heard) > silentAfter*h.Every
}

// Affected counts the ExoPhones that are down incoming, outgoing, and at all.
func (h Health) Affected() (incoming, outgoing, phones int) {
	for _, p := range h.Phones {
		if p.Incoming.State == Down {
			incoming++
		}
		if p.Outgoing.State == Down {
			outgoing++
		}
		if p.Affected() {
			phones++
		}
	}
	return incoming, outgoing, phones
}

// Failed counts the ExoPhones that the last check found down for the first time.
func (h Health) Failed() int {
	failed := 0
	for _, p := range h.Phones {
		if p.Incoming.Failed || p.Outgoing.Failed {
			failed++
		}
	}
	return failed
}

// Up counts the ExoPhones that are known to be up in both directions.
func (h Health) Up() int {
	up := 0
	for _, p := range h.Phones {
		if p.Up() {
			up++
		}
	}
	return up
}
