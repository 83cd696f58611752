package archive

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// The forms of a packed text. Its head is a varint with the form in the lowest
// three bits and above them what the form's comment says. Each gives back the
// very text that was packed.
const (
	asItIs      = iota // the length; the bytes follow
	plain              // a number without a prefix, such as 9800000001
	zeroPrefix         // a number with one leading 0
	plusPrefix         // a number with a leading +
	asSid              // the length of a packed Sid, which follows
	asAddress          // its place in the vocabulary
	hundredths         // of a decimal with two places, such as 1.05
	thousandths        // of a decimal with three, such as 1.500

	formBits   = 3
	mostDigits = 15 // more could not be shifted or multiplied
)

func appendHead(b []byte, form int, n uint64) []byte {
	return binary.AppendUvarint(b, n<<formBits|uint64(form))
}

func appendText(b []byte, s string) []byte {
	return append(appendHead(b, asItIs, uint64(len(s))), s...)
}

// appendParty packs a phone number; other addresses go to the vocabulary
// while there is room.
func (v *vocabulary) appendParty(b []byte, s string) []byte {
	if s == "" {
		return appendText(b, s)
	}
	form, rest := plain, s
	switch s[0] {
	case '0':
		form, rest = zeroPrefix, s[1:]
	case '+':
		form, rest = plusPrefix, s[1:]
	}
	if n, ok := digits(rest); ok && rest[0] != '0' {
		return appendHead(b, form, n)
	}
	if n, ok := v.address(s); ok {
		return appendHead(b, asAddress, n)
	}
	return appendText(b, s)
}

func appendPrice(b []byte, s string) []byte {
	point := strings.IndexByte(s, '.')
	if point == 1 || point > 1 && s[0] != '0' {
		whole, ok := digits(s[:point])
		part, ok2 := digits(s[point+1:])
		switch places := len(s) - point - 1; {
		case ok && ok2 && places == 2:
			return appendHead(b, hundredths, whole*100+part)
		case ok && ok2 && places == 3:
			return appendHead(b, thousandths, whole*1000+part)
		}
	}
	return appendText(b, s)
}

func appendSid(b []byte, s string) []byte {
	if packed := packSid(nil, s); packed != nil {
		return append(appendHead(b, asSid, uint64(len(packed))), packed...)
	}
	return appendText(b, s)
}

func digits(s string) (n uint64, ok bool) {
	if len(s) == 0 || len(s) > mostDigits {
		return 0, false
	}
	for i := range len(s) {
		digit := s[i] - '0'
		if digit > 9 {
			return 0, false
		}
		n = n*10 + uint64(digit)
	}
	return n, true
}

// text reads any form. What it returns shares memory with other texts.
func (u *unpacker) text() string {
	h := u.uvarint()
	n := h >> formBits
	switch h & (1<<formBits - 1) {
	case asItIs:
		return u.texts.keep(u.bytes(n))
	case plain:
		return u.texts.number("", n)
	case zeroPrefix:
		return u.texts.number("0", n)
	case plusPrefix:
		return u.texts.number("+", n)
	case asSid:
		return u.sid(u.bytes(n))
	case asAddress:
		if n >= uint64(len(u.addresses)) {
			u.bad = true
			return ""
		}
		return u.addresses[n]
	case hundredths:
		return u.texts.decimal(n, 100)
	default:
		return u.texts.decimal(n, 1000)
	}
}

// Exotel's Sids have 32 characters: hexadecimal digits, of which the last may be
// another letter. They take 16 bytes, or 17 with the odd letter at the end.
const (
	sidLength    = 32
	packedLength = 16
)

// packSid appends a Sid of Exotel's form; it is nil for any other.
func packSid(b []byte, sid string) []byte {
	if len(sid) != sidLength {
		return nil
	}
	for i := 0; i < sidLength-2; i += 2 {
		high, low := nibble(sid[i]), nibble(sid[i+1])
		if high|low > 15 {
			return nil
		}
		b = append(b, high<<4|low)
	}
	high, low := nibble(sid[sidLength-2]), nibble(sid[sidLength-1])
	switch {
	case high > 15:
		return nil
	case low > 15:
		return append(b, high<<4, sid[sidLength-1])
	}
	return append(b, high<<4|low)
}

// nibble is the value of a hexadecimal digit in lower case, else 255.
func nibble(c byte) byte {
	switch {
	case c-'0' <= 9:
		return c - '0'
	case c-'a' <= 5:
		return c - 'a' + 10
	}
	return 255
}

func (u *unpacker) sid(packed []byte) string {
	if len(packed) != packedLength && len(packed) != packedLength+1 {
		u.bad = true
		return ""
	}
	var sid [sidLength]byte
	hex.Encode(sid[:], packed[:packedLength])
	if len(packed) > packedLength {
		sid[sidLength-1] = packed[packedLength]
	}
	return u.texts.keep(sid[:])
}

// texts makes small texts that share a few blocks of memory.
type texts struct{ strings.Builder }

const textBlock = 8 << 10

// room makes sure that n bytes fit into the block.
func (t *texts) room(n int) (start int) {
	if t.Cap()-t.Len() < n {
		t.Reset() // what it held stays with those who have it
		t.Grow(max(n, textBlock))
	}
	return t.Len()
}

func (t *texts) keep(text []byte) string {
	start := t.room(len(text))
	t.Write(text)
	return t.String()[start:]
}

// join is before, middle and after in one.
func (t *texts) join(before, middle, after string) string {
	start := t.room(len(before) + len(middle) + len(after))
	t.WriteString(before)
	t.WriteString(middle)
	t.WriteString(after)
	return t.String()[start:]
}

func (t *texts) number(prefix string, n uint64) string {
	var b [20]byte
	start := t.room(len(prefix) + len(b))
	t.WriteString(prefix)
	t.Write(strconv.AppendUint(b[:0], n, 10))
	return t.String()[start:]
}

// decimal is n/unit, unit being a power of ten.
func (t *texts) decimal(n, unit uint64) string {
	var b [20]byte
	start := t.room(len(b) + 1)
	t.Write(strconv.AppendUint(b[:0], n/unit, 10))
	part := strconv.AppendUint(b[:0], unit+n%unit, 10) // with a 1 in front of its zeros
	part[0] = '.'
	t.Write(part)
	return t.String()[start:]
}
