package metrics

import (
	"slices"
	"time"

	"exotel-monitor/exotel"
)

// row is what the figures need of a call, in few bytes: a window may hold half
// a year of them.
type row struct {
	phone     uint32 // index into phoneBook
	direction uint8  // index into directions
	hour      int8   // of the day in the account's zone, -1 when not known
	verdict          // once Exotel says no more of the call
	leg       bool
	details   bool
	dayless   bool  // Exotel gave no time of the day that it was read as
	duration  int32 // seconds, -1 when not known
	talk      int32
}

// DirectionOther is the direction of calls to which Exotel gives none that it
// documents, or none at all.
const DirectionOther = "other"

var directions = []string{DirectionOther, exotel.DirectionInbound, exotel.DirectionOutboundDial, exotel.DirectionOutboundAPI}

// phoneBook numbers the ExoPhones that occur.
type phoneBook struct {
	index  map[string]uint32 // by NumberKey
	phones []string          // as Exotel first wrote them
	last   string            // the previous call's number and index: mostly the same
	lastAt uint32
}

func (b *phoneBook) at(number string) uint32 {
	if number == b.last && len(b.phones) > 0 {
		return b.lastAt
	}
	key := exotel.NumberKey(number)
	at, known := b.index[key]
	if !known {
		if b.index == nil {
			b.index = map[string]uint32{}
		}
		at = uint32(len(b.phones))
		// The copies let go of the page that the call was read from.
		number = string([]byte(number))
		b.index[exotel.NumberKey(number)] = at
		b.phones = append(b.phones, number)
	}
	b.last, b.lastAt = b.phones[at], at
	return at
}

func newRow(call *exotel.Call, book *phoneBook) row {
	r := row{
		phone:     book.at(call.ExoPhone),
		direction: uint8(max(slices.Index(directions, call.Direction), 0)),
		hour:      -1,
		verdict:   verdictOf(call),
		leg:       call.ParentSid != "",
		duration:  seconds(call.Duration),
		talk:      exotel.Unknown,
	}
	if at := createdAt(call); !at.IsZero() {
		r.hour = int8(at.Hour())
	}
	if call.Details != nil {
		r.details = true
		r.talk = seconds(call.Details.Conversation)
	}
	return r
}

// seconds keeps what can be the length of a call. No call lasts a day: one such
// value would make an average of thousands nonsense.
func seconds(n int) int32 {
	const longest = 24 * 60 * 60
	if n < 0 || n > longest {
		return exotel.Unknown
	}
	return int32(n)
}

// createdAt is when the call was created; where Exotel left that out, when it
// was started, which differs by seconds.
func createdAt(call *exotel.Call) time.Time {
	if call.Created.IsZero() {
		return call.Started
	}
	return call.Created
}

// Filter chooses calls. The zero Filter chooses all.
type Filter struct {
	Direction string // an exotel Direction or DirectionOther, or "" for all
	ExoPhone  string // an SID or a number in any form, or "" for all
	Status    *Status
	Text      string // a SearchText that an address of a party holds, or "" for any
}

// matcher is a Filter in the terms of a day's rows, but for its text.
type matcher struct {
	all               bool
	direction, status int    // any, or what the row must have
	lines             []line // by the row's phone; nil for any
}

const (
	anything = -1
	nothing  = -2 // what no row has
)

// line tells whether a call is on the chosen ExoPhone.
type line uint8

const (
	otherLine line = iota
	chosenLine
	unknownLine // nobody can tell
)

func (f Filter) over(d *dayCalls, account *exotel.Directory) matcher {
	m := matcher{all: f == Filter{Text: f.Text}, direction: anything, status: anything}
	if f.Direction != "" {
		m.direction = slices.Index(directions, f.Direction)
		if m.direction < 0 {
			m.direction = nothing
		}
	}
	if f.ExoPhone != "" {
		m.lines = f.lines(d.book, account)
	}
	if f.Status != nil {
		m.status = int(*f.Status)
	}
	return m
}

// lines tells of each ExoPhone in a book whether it is the chosen one. One that
// calls name by an SID alone may be it, unless the account's list knows the chosen
// one, and with it its SID.
func (f Filter) lines(book *phoneBook, account *exotel.Directory) []line {
	chosen := account.Key(f.ExoPhone)
	_, listed := account.Find(f.ExoPhone)
	lines := make([]line, len(book.phones))
	for i, phone := range book.phones {
		_, known := account.Find(phone)
		switch {
		case phone == "":
			lines[i] = unknownLine
		case account.Key(phone) == chosen:
			lines[i] = chosenLine
		case !known && !listed && isPhone(phone) != isPhone(f.ExoPhone):
			lines[i] = unknownLine
		}
	}
	return lines
}

// row reports whether a row is chosen, or would be if its line were known.
func (m *matcher) row(r *row) (chosen, unknown bool) {
	if m.all {
		return true, false
	}
	if !is(m.direction, int(r.direction)) || !is(m.status, int(r.status)) {
		return false, false
	}
	if m.lines == nil {
		return true, false
	}
	return m.lines[r.phone] == chosenLine, m.lines[r.phone] == unknownLine
}

func is(wanted, got int) bool { return wanted == anything || wanted == got }

// IsZero reports whether the filter chooses all calls.
func (f Filter) IsZero() bool { return f == Filter{} }
