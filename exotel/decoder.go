package exotel

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"iter"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

var errJSON = errors.New("it is not valid JSON, or was cut off")

// maxDepth is the deepest nesting that encoding/json accepts.
const maxDepth = 10_000

// decoder decodes JSON value by value, because a page must survive a field of the wrong
// type. It accepts the same syntax as encoding/json, and is lenient about types: a number
// serves as text, and a text as a number. The first error ends every loop.
// BenchmarkDecode compares it with encoding/json.
type decoder struct {
	body  []byte
	at    int // index in body of the next byte to read
	depth int
	bad   bool

	times wallTimes
	words map[string]string // results of NormalizeWord
	extra []field           // fields of the current row that Call has no place for
}

func newDecoder(body []byte, zone *time.Location) *decoder {
	return &decoder{body: body, times: newWallTimes(zone), words: map[string]string{}}
}

func (d *decoder) fail() {
	d.bad = true
	d.at = len(d.body)
}

// peek skips white space and returns the next byte, or 0 at the end.
func (d *decoder) peek() byte {
	for ; d.at < len(d.body); d.at++ {
		if c := d.body[d.at]; c > ' ' || strings.IndexByte(" \t\r\n", c) < 0 {
			return c
		}
	}
	return 0
}

func (d *decoder) expect(c byte) {
	if d.peek() != c {
		d.fail()
		return
	}
	d.at++
}

// end reports whether the whole body was read without an error.
func (d *decoder) end() bool {
	d.peek()
	return !d.bad && d.at == len(d.body)
}

// each enters the next value if it begins with open, '{' or '['. It yields the name
// of each member of an object, and nil for each item of an array. It skips any other
// value, and each member or item that the loop does not read.
func (d *decoder) each(open byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if d.peek() != open {
			d.value()
			return
		}
		d.at++
		if d.depth++; d.depth > maxDepth {
			d.fail()
		}
		closing := open + 2 // in ASCII
		for first := true; d.peek() != closing && !d.bad; first = false {
			if !first {
				d.expect(',')
			}
			var name []byte
			if open == '{' {
				name = d.quoted()
				d.expect(':')
			}
			d.peek()
			start := d.at
			if !yield(name) {
				return
			}
			if d.at == start {
				d.value()
			}
		}
		d.expect(closing)
		d.depth--
	}
}

// value reads the next value and returns the content of a string, or the spelling of a
// number, true or false. It returns nil for null, an object and an array.
func (d *decoder) value() []byte {
	switch c := d.peek(); c {
	case '"':
		return d.quoted()
	case '{', '[':
		for range d.each(c) {
		}
		return nil
	}
	start, digits := d.at, true
	for ; d.at < len(d.body); d.at++ {
		c := d.body[d.at]
		if c <= ' ' || c == ',' || c == ']' || c == '}' {
			break
		}
		digits = digits && c-'0' <= 9
	}
	text := d.body[start:d.at]
	if simple := digits && len(text) > 0 && text[0] != '0'; !simple && !json.Valid(text) {
		d.fail()
	}
	if string(text) == "null" {
		return nil
	}
	return text
}

// quoted reads a string and returns its content. It leaves a string with an escape or
// a character beyond ASCII to encoding/json.
func (d *decoder) quoted() []byte {
	d.expect('"')
	start := d.at
	d.at = plainEnd(d.body, start)
	if d.at < len(d.body) && d.body[d.at] == '"' {
		d.at++
		return d.body[start : d.at-1]
	}
	for d.at < len(d.body) && d.body[d.at] != '"' {
		if d.body[d.at] == '\\' {
			d.at++
		}
		d.at++
	}
	var text string
	if d.at >= len(d.body) || json.Unmarshal(d.body[start-1:d.at+1], &text) != nil {
		d.fail()
		return nil
	}
	d.at++
	return []byte(text)
}

// plainEnd returns the index of the first byte from at on that ends a string or needs
// a closer look: a quote, a backslash, a control character or one beyond ASCII. It
// looks at eight bytes at a time, because most of a page is plain strings.
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

// text reads a text. It returns "" for a text that means that there is none.
func (d *decoder) text() string {
	text := d.value()
	if isMissing(text) {
		return ""
	}
	return string(text)
}

// word reads a status or a direction.
func (d *decoder) word() string {
	text := d.value()
	word, known := d.words[string(text)]
	if !known {
		word = NormalizeWord(string(text))
		d.words[string(text)] = word
	}
	return word
}

// seconds reads a number of seconds. It returns Unknown if the value is missing, negative
// or not a number.
func (d *decoder) seconds() int {
	text := d.value()
	if whole, err := strconv.ParseUint(string(text), 10, 31); err == nil {
		return int(whole)
	}
	seconds, err := strconv.ParseFloat(string(bytes.TrimSpace(text)), 64)
	if err != nil || !(seconds >= 0 && seconds < 1<<31) {
		return Unknown
	}
	return int(seconds)
}

func (d *decoder) time() time.Time { return d.times.parse(d.value()) }
