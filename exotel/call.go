package exotel

import "time"

// Unknown is the value of a field of whole seconds that is null, "" or missing in
// Exotel's answer. It is never a real value.
const Unknown = -1

// Statuses that Exotel documents for a call or a leg. Others are kept as NormalizeWord
// returns them. A call that has ended may have none. See API.md, Statuses.
const (
	StatusQueued     = "queued"
	StatusRinging    = "ringing"
	StatusInProgress = "in-progress"
	StatusCompleted  = "completed"
	StatusNoAnswer   = "no-answer"
	StatusBusy       = "busy"
	StatusFailed     = "failed"
	StatusCanceled   = "canceled"
)

// Directions of a call. See API.md, Directions.
const (
	DirectionInbound      = "inbound"
	DirectionOutboundDial = "outbound-dial"
	DirectionOutboundAPI  = "outbound-api"
)

// Call is one row of Exotel's call list. A text that Exotel left out is "", and a time is
// the zero Time. Times are in the account's zone. See API.md, Rows and Times.
type Call struct {
	Sid       string    // unique in the account; do not assume hexadecimal
	ParentSid string    // set on a row that is a leg of another call
	Created   time.Time // DateCreated, the time by which Exotel filters and sorts
	Updated   time.Time
	Started   time.Time
	Ended     time.Time // zero while the call runs and on unfinished records

	From      string // inbound: the caller; outbound: the party rung first
	To        string // may be a "sip:" address; see API.md, Rows
	ExoPhone  string // PhoneNumber, else PhoneNumberSid
	Direction string // see NormalizeWord
	Status    string // see NormalizeWord

	// Duration is the length of the whole call in seconds, with greeting, menu and
	// ringing, or Unknown. See API.md, Details.
	Duration int
	// Price is a decimal in the account's currency, "" until Exotel sets it.
	Price string

	AnsweredBy   string // by answering-machine detection: not a person's name
	RecordingURL string

	// Details is nil if Exotel sent no details.
	Details *Details

	// Extra is a JSON object of the row's other fields that are not empty, as they came,
	// "" if there are none. A field of the details is called "Details.<name>", one of a
	// leg "Details.Legs.<ID>.<name>". Extra has at most 8 KB, and at most a hundred
	// fields of up to 4 KB.
	Extra string
}

// Details are the details of a call's legs. See API.md, Details.
type Details struct {
	// Conversation is the number of seconds in which both parties were connected, or
	// Unknown.
	Conversation int
	Leg1Status   string // see NormalizeWord; "" if the leg was not tried
	Leg2Status   string
	Legs         []Leg
}

// Leg is the part of a call that connects one party.
type Leg struct {
	ID     int // from 1
	OnCall int // seconds on the line, or Unknown
}
