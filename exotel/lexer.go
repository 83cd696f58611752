package exotel

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"
)

// lexer reads JSON text value by value, without copying any of it. It
// accepts exactly what encoding/json accepts as valid, to a depth of maxDepth,
// and is lenient about types only: where text is wanted a number will do, and
// the reverse. The first error in the text sticks and ends every loop.
//
// Decoding is a lexer of our own because a page must survive any one field of a
// wrong type, which decoders into structs do not, at a cost that stays small
// beside the network; BenchmarkDecode compares it with encoding/json.
type lexer struct {
	data  []byte
	at    int
	depth int
	err   error
}

const maxDepth = 10_000 // as in encoding/json

var (
	errJSON = errors.New("it is not valid JSON, or was cut off")
	errDeep = errors.New("its JSON is nested too deep")
)

func (l *lexer) fail(err error) {
	if l.err == nil {
		l.err = err
	}
	l.at = len(l.data)
}

// peek skips white space and returns the next byte, 0 at the end.
func (l *lexer) peek() byte {
	if l.at < len(l.data) && l.data[l.at] > ' ' { // Exotel writes none
		return l.data[l.at]
	}
	return l.peekPast()
}

func (l *lexer) peekPast() byte {
	for l.at < len(l.data) {
		switch c := l.data[l.at]; c {
		case ' ', '\t', '\n', '\r':
			l.at++
		default:
			return c
		}
	}
	return 0
}

// open enters an object ('{') or array ('[') if one comes next.
func (l *lexer) open(bracket byte) bool {
	if l.peek() != bracket {
		return false
	}
	if l.depth++; l.depth > maxDepth {
		l.fail(errDeep)
		return false
	}
	l.at++
	return true
}

// more reports whether another member follows in the object or array that was
// opened, and leaves it when none does. first is true before the first member.
func (l *lexer) more(closing byte, first *bool) bool {
	c := l.peek()
	if c == closing && l.err == nil {
		// A comma is only ever read together with the member behind it, so a
		// closing bracket here never follows a comma.
		l.at++
		l.depth--
		return false
	}
	if *first {
		*first = false
		return l.err == nil
	}
	if c != ',' {
		l.fail(errJSON)
		return false
	}
	l.at++
	if l.peek() == closing {
		l.fail(errJSON)
		return false
	}
	return l.err == nil
}

// key reads the next member's name in an object; ok is false after the last one.
func (l *lexer) key(first *bool) (name []byte, ok bool) {
	// Most keys look like this: ,"name": or, when they are the first, "name":
	start := l.at + 1
	if !*first {
		start++
	}
	if start < len(l.data) && l.data[start-1] == '"' && (*first || l.data[start-2] == ',') {
		end := plainEnd(l.data, start)
		if end+1 < len(l.data) && l.data[end] == '"' && l.data[end+1] == ':' {
			l.at, *first = end+2, false
			return l.data[start:end], true
		}
	}
	if !l.more('}', first) {
		return nil, false
	}
	if l.peek() != '"' {
		l.fail(errJSON)
		return nil, false
	}
	name = l.quoted()
	if l.peek() != ':' {
		l.fail(errJSON)
		return nil, false
	}
	l.at++
	return name, l.err == nil
}

// value reads any value as text: a string's content, a number's or literal's
// spelling. null, objects and arrays are empty. What it returns is a part of
// data, to be copied if it is to last.
func (l *lexer) value() []byte {
	switch c := l.peek(); {
	case c == '"':
		return l.quoted()
	case c == '{':
		l.open('{')
		for first := true; ; {
			if _, ok := l.key(&first); !ok {
				return nil
			}
			l.value()
		}
	case c == '[':
		l.open('[')
		for first := true; l.more(']', &first); {
			l.value()
		}
		return nil
	case c == 'n':
		l.literal("null")
		return nil
	case c == 't':
		return l.literal("true")
	case c == 'f':
		return l.literal("false")
	default:
		return l.number()
	}
}

func (l *lexer) literal(word string) []byte {
	end := l.at + len(word)
	if end > len(l.data) || string(l.data[l.at:end]) != word {
		l.fail(errJSON)
		return nil
	}
	l.at = end
	return l.data[end-len(word) : end]
}

func (l *lexer) number() []byte {
	start := l.at
	if l.at < len(l.data) && l.data[l.at] == '-' {
		l.at++
	}
	whole := l.digits()
	if whole == 0 || whole > 1 && l.data[l.at-whole] == '0' {
		l.fail(errJSON)
		return nil
	}
	if l.at < len(l.data) && l.data[l.at] == '.' {
		l.at++
		if l.digits() == 0 {
			l.fail(errJSON)
			return nil
		}
	}
	if l.at < len(l.data) && l.data[l.at]|0x20 == 'e' {
		l.at++
		if l.at < len(l.data) && (l.data[l.at] == '+' || l.data[l.at] == '-') {
			l.at++
		}
		if l.digits() == 0 {
			l.fail(errJSON)
			return nil
		}
	}
	return l.data[start:l.at]
}

func (l *lexer) digits() int {
	start := l.at
	for l.at < len(l.data) && l.data[l.at]-'0' <= 9 {
		l.at++
	}
	return l.at - start
}

// quoted reads a string; the quote is next.
func (l *lexer) quoted() []byte {
	start := l.at + 1
	end := plainEnd(l.data, start)
	if end < len(l.data) && l.data[end] == '"' {
		l.at = end + 1
		return l.data[start:end]
	}
	return l.escaped(start)
}

// plainEnd finds the first byte from at on that ends a string or needs a closer
// look: a quote, a backslash, a control character or one beyond ASCII. It looks
// at eight bytes at a time; a page is mostly short plain strings.
func plainEnd(data []byte, at int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; len(data)-at >= 8; at += 8 {
		w := binary.LittleEndian.Uint64(data[at:])
		// A subtraction sets the high bit of each byte it is looking for. What it
		// borrows can spoil bytes above only, and the lowest is the one that counts.
		// With its second bit turned, a quote lies just behind the control characters.
		low, slash := w^(ones*2), w^(ones*'\\')
		found := ((low - ones*('"'-1)) | (slash - ones) | w) & highs
		if found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	for at < len(data) && data[at] >= ' ' && data[at] < 0x80 && data[at] != '"' && data[at] != '\\' {
		at++
	}
	return at
}

// escaped reads the string that starts at start and holds an escape, a
// character beyond ASCII, or an error.
func (l *lexer) escaped(start int) []byte {
	end := start
	for {
		stop := bytes.IndexAny(l.data[end:], "\"\\")
		if stop < 0 {
			l.fail(errJSON)
			return nil
		}
		end += stop
		if l.data[end] == '"' {
			break
		}
		end += 2
		if end > len(l.data) {
			l.fail(errJSON)
			return nil
		}
	}
	raw := l.data[start:end]
	l.at = end + 1
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		switch c := raw[i]; {
		case c < 0x20:
			l.fail(errJSON)
			return nil
		case c == '\\':
			r, size := unescape(raw[i:])
			if size == 0 {
				l.fail(errJSON)
				return nil
			}
			out = utf8.AppendRune(out, r)
			i += size
		default:
			r, size := utf8.DecodeRune(raw[i:])
			out = utf8.AppendRune(out, r)
			i += size
		}
	}
	return out
}

// unescape reads one escape, or a pair of them that makes one character beyond
// the Basic Multilingual Plane. A size of 0 means that it is not valid.
func unescape(text []byte) (r rune, size int) {
	if len(text) < 2 {
		return 0, 0
	}
	if i := strings.IndexByte(`"\/bfnrt`, text[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2
	}
	high, ok := hex4(text)
	if !ok {
		return 0, 0
	}
	if high < 0xD800 || high > 0xDFFF {
		return high, 6
	}
	if low, ok := hex4(text[6:]); ok && high <= 0xDBFF && low >= 0xDC00 && low <= 0xDFFF {
		return (high-0xD800)<<10 + (low - 0xDC00) + 0x10000, 12
	}
	return utf8.RuneError, 6
}

func hex4(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	code, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(code), err == nil
}

// end reports what is wrong with the text once its value has been read.
func (l *lexer) end() error {
	if l.peek() != 0 || l.at < len(l.data) {
		l.fail(errJSON)
	}
	return l.err
}
