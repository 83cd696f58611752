package exotel

import "time"

// Unknown stands in a whole-seconds field that is null, "" or missing in Exotel's
// answer. It is never a real value.
const Unknown = -1

// Statuses that Exotel documents for a call or a leg. Others are kept as Word writes
// them, and a call that has ended may have none. See API.md, Statuses.
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

// Call is one row of Exotel's call list. Text fields are "" and times are the zero Time
// when Exotel sent no value. Times are in the account's zone. See API.md, Rows and Times.
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
	Direction string // a Word
	Status    string // a Word

	// Duration is the length of the whole call in seconds, greeting, menu and
	// ringing included, or Unknown. See API.md, Details.
	Duration int
	// Price is a decimal in the account's currency, "" until it is settled.
	Price string

	AnsweredBy   string // answering-machine detection: not a person's name
	RecordingURL string

	// Details is nil when Exotel sent no details for this row.
	Details *Details

	// Extra is a JSON object of the row's other fields, as they came: those that
	// this package does not understand yet, and hold something. It is "" where
	// there are none. A field of the details is called "Details.<name>", one of a
	// leg "Details.Legs.<ID>.<name>". What would make it longer than 8 KB is left
	// out, and so are a value of over 4 KB and fields behind the first hundred.
	Extra string
}

// Details tell how the legs of a call went. See API.md, Details.
type Details struct {
	// Conversation is how long both parties were connected, in seconds, or Unknown.
	Conversation int
	Leg1Status   string // a Word; "" when the leg was not tried
	Leg2Status   string
	Legs         []Leg
}

// Leg is the part of a call that connects one party.
type Leg struct {
	ID     int // from 1
	OnCall int // seconds on the line, or Unknown
}
