package metrics

import (
	"slices"

	"exotel-monitor/exotel"
)

// row is what the figures need of a call that is read and let go of.
type row struct {
	phone     uint32 // index into phoneBook
	direction uint8  // index into directions
	hour      int8   // of the day in the account's zone
	Verdict          // once Exotel says no more of the call
	leg       bool
	details   bool
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
		hour:      int8(CreatedAt(call).Hour()),
		Verdict:   Judge(call),
		leg:       call.ParentSid != "",
		duration:  seconds(call.Duration),
		talk:      exotel.Unknown,
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

// Filter chooses calls. The zero Filter chooses all.
type Filter struct {
	Direction string // an exotel Direction or DirectionOther, or "" for all
	ExoPhone  string // an SID or a number in any form, or "" for all
	Status    *Status
	Text      string // a SearchText that an address of a party holds, or "" for any
}

// line tells whether a call is on the chosen ExoPhone.
type line uint8

const (
	otherLine line = iota
	chosenLine
	unknownLine // nobody can tell
)

// lines returns for each ExoPhone in a book whether it is the chosen one. If the
// account's list has neither, a number and an SID may be of the same ExoPhone, and the
// answer is unknownLine.
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
		case !known && !listed && IsPhone(phone) != IsPhone(f.ExoPhone):
			lines[i] = unknownLine
		}
	}
	return lines
}

// IsZero reports whether the filter chooses all calls.
func (f Filter) IsZero() bool { return f == Filter{} }
