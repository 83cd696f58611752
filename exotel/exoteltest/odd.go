package exoteltest

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"exotel-monitor/exotel"
)

// The ways to say that a field has no value. See API.md, Rows.
const (
	emptyUsual     = iota // null or "", as the field usually does
	emptyText             // ""
	emptyMissing          // the key is left out
	emptyWord             // the word "null" as a text
	emptyNone             // "None"
	emptyUndefined        // "undefined"
	emptyNull
)

// form is how a call is spelled. The zero form is the documented one; none but
// badDuration changes what a correct client reads.
type form struct {
	empty       int
	strings     bool // numbers as texts
	upper       bool // directions and statuses in capitals
	spaced      bool // directions and statuses with blanks: " No answer "
	sidOnly     bool // no PhoneNumber, only PhoneNumberSid
	extra       bool // fields nobody knows, with familiar names inside
	escaped     bool // texts with \u escapes
	badDuration bool // a word instead of the Duration
}

// extraFields are those of the form extra that hold something.
const extraFields = `"Depth":{"Status":{"Sid":7}},"Tags":[{"Calls":[null],"Sid":"not this one"}]`

// oddForms keep the value of every field.
var oddForms = []form{
	{strings: true},
	{empty: emptyText},
	{empty: emptyMissing},
	{empty: emptyWord},
	{empty: emptyNull},
	{empty: emptyNone},
	{empty: emptyUndefined},
	{upper: true},
	{spaced: true},
	{sidOnly: true},
	{extra: true},
	{escaped: true},
	{empty: emptyMissing, strings: true, upper: true, sidOnly: true, extra: true, escaped: true},
}

// The odd values, which lose what was there.
const (
	lostStatus = iota
	lostStatusText
	lostCreated
	lostDuration
	lostEnd
	lostKinds
)

// Two features of a row must not go together because they use the same bits.
const (
	saltForm  = 0x0f0f
	saltValue = 0xf0f0
	saltTwice = 0x2222
	saltBad   = 0xbad0
)

// oddForm returns the form of a call under these faults.
func (f *Faults) oddForm(seed uint64, c *exotel.Call) (o form) {
	if h := hashText(seed^saltForm, c.Sid); chance(h, f.OddForms) {
		o = oddForms[h%uint64(len(oddForms))]
	}
	o.badDuration = f.lostKind(seed, c.Sid) == lostDuration
	return o
}

func (f *Faults) lostKind(seed uint64, sid string) int {
	if h := hashText(seed^saltValue, sid); chance(h, f.OddValues) {
		return int(h % lostKinds)
	}
	return -1
}

// lose returns the call as it can be read once an odd value replaced one of its own.
func (f *Faults) lose(seed uint64, c exotel.Call) exotel.Call {
	switch f.lostKind(seed, c.Sid) {
	case lostStatus:
		c.Status = ""
	case lostStatusText:
		c.Status = "sms-delivered"
	case lostCreated:
		c.Created = time.Time{}
	case lostDuration:
		c.Duration = exotel.Unknown
	case lostEnd:
		c.Ended = time.Time{}
	}
	return c
}

// text writes a field, or in the form's way that it has no value.
func (f form) text(b []byte, key, value, usual string) []byte {
	if value != "" {
		return f.quote(appendKey(b, key), value)
	}
	switch f.empty {
	case emptyMissing:
		return b
	case emptyText:
		usual = `""`
	case emptyWord:
		usual = `"null"`
	case emptyNone:
		usual = `"None"`
	case emptyUndefined:
		usual = `"undefined"`
	case emptyNull:
		usual = "null"
	}
	return append(appendKey(b, key), usual...)
}

func (f form) spelled(s string) string {
	switch {
	case s == "":
	case f.upper:
		return strings.ToUpper(s)
	case f.spaced:
		return " " + strings.ToUpper(s[:1]) + strings.ReplaceAll(s[1:], "-", " ") + " "
	}
	return s
}

func (f form) seconds(b []byte, key string, n int) []byte {
	if n < 0 {
		return f.text(b, key, "", "null")
	}
	b = appendKey(b, key)
	if f.strings {
		b = append(b, '"')
		b = strconv.AppendInt(b, int64(n), 10)
		return append(b, '"')
	}
	return strconv.AppendInt(b, int64(n), 10)
}

// decimal writes a price as a number, or as a text.
func (f form) decimal(b []byte, key, value string) []byte {
	if value == "" || !json.Valid([]byte(value)) {
		return f.text(b, key, value, "null")
	}
	return f.number(appendKey(b, key), value)
}

func (f form) number(b []byte, value string) []byte {
	if f.strings {
		return appendQuoted(b, value)
	}
	return append(b, value...)
}

// quote writes a text; the escaped form spells every fourth character out.
func (f form) quote(b []byte, s string) []byte {
	if !f.escaped || !printable(s) {
		return appendQuoted(b, s)
	}
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch {
		case i%4 == 1:
			b = append(b, '\\', 'u', '0', '0', hex[s[i]>>4], hex[s[i]&15])
		case s[i] == '/':
			b = append(b, '\\', '/')
		default:
			b = append(b, s[i])
		}
	}
	return append(b, '"')
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == '"' || s[i] == '\\' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
