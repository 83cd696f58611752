package metrics

import (
	"bytes"
	"strings"
	"unicode"

	"exotel-monitor/exotel"
)

// parties are the addresses of both sides of each call of a day, to be searched
// without a request or the disk: a million calls take some milliseconds.
type parties struct {
	text  []byte      // of all, one behind the other
	ends  []uint32    // by row, where its addresses end
	signs []signature // by row, of both addresses
}

// signature has a bit for each digit in a text, one for each pair of digits, and
// some that all other pairs of characters have in common: a text that holds another
// has all bits of it.
type signature [2]uint64

const (
	digits = 10
	pairs  = digits * digits
	others = 128 - digits - pairs
)

func sign(text []byte) (s signature) {
	for i, c := range text {
		digit := uint(c - '0')
		if digit < digits {
			s.add(digit)
		}
		if i == 0 {
			continue
		}
		if tens := uint(text[i-1] - '0'); tens < digits && digit < digits {
			s.add(digits + tens*digits + digit)
		} else {
			s.add(digits + pairs + (uint(text[i-1])*31+uint(c))%others)
		}
	}
	return s
}

func (s *signature) add(bit uint) { s[bit/64] |= 1 << (bit % 64) }

func (s *signature) holds(part *signature) bool {
	return s[0]&part[0] == part[0] && s[1]&part[1] == part[1]
}

// partyMark stands before each address, and in no search.
const partyMark = '\n'

func (p *parties) add(call *exotel.Call) {
	start := len(p.text)
	p.address(call.From)
	p.address(call.To)
	p.ends = append(p.ends, uint32(len(p.text)))
	p.signs = append(p.signs, sign(p.text[start:]))
}

// address appends an Indian number in the form with a 0, so that it is found by
// its first digits with and without it; other addresses in lower case.
func (p *parties) address(s string) {
	p.text = append(p.text, partyMark)
	if key := exotel.NumberKey(s); key != "" && isDigits(key) {
		p.text = append(append(p.text, '0'), key...)
		return
	}
	p.text = append(p.text, strings.ToLower(s)...)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}

// SearchText is what a user's text is looked for as in the addresses of a call's
// parties: a part of a number in any form, or of another address. It is "" when
// nothing is left to look for.
func SearchText(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	// As phone books write numbers, and what they put around them unseen.
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
	digits := withoutSeparators(text)
	if !isDigits(digits) {
		return strings.ReplaceAll(text, string(partyMark), " ")
	}
	if local, ok := cutCountryCode(text); ok {
		digits = withoutSeparators(local)
	}
	if len(digits) > 10 {
		return exotel.NumberKey(digits)
	}
	return digits
}

// isSeparator reports whether people write a character between the digits of a number.
func isSeparator(r rune) bool {
	return strings.ContainsRune("+.()", r) || unicode.In(r, unicode.Pd, unicode.Zs)
}

func withoutSeparators(text string) string {
	return strings.Map(func(r rune) rune {
		if isSeparator(r) {
			return -1
		}
		return r
	}, text)
}

// cutCountryCode returns what follows India's country code, which begins with a
// plus or is set apart: "91" alone can be any two digits of a number.
func cutCountryCode(text string) (local string, ok bool) {
	number := strings.TrimLeftFunc(text, isSeparator)
	plus := strings.Contains(text[:len(text)-len(number)], "+")
	number, _ = strings.CutPrefix(number, "00")
	local, ok = strings.CutPrefix(strings.TrimLeftFunc(number, isSeparator), "91")
	apart := strings.TrimLeftFunc(local, isSeparator) != local
	return local, ok && (plus || apart)
}

// find visits the rows with an address that holds the text.
func (p *parties) find(text string, visit func(row int)) {
	wanted := []byte(text)
	needed := sign(wanted)
	tells := len(wanted) <= 2 && isDigits(text) // no other text has these bits
	for row := range p.signs {
		if !p.signs[row].holds(&needed) {
			continue
		}
		if tells {
			visit(row)
			continue
		}
		start := uint32(0)
		if row > 0 {
			start = p.ends[row-1]
		}
		if bytes.Contains(p.text[start:p.ends[row]], wanted) {
			visit(row)
		}
	}
}
