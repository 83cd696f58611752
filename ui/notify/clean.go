package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// harmless are the signs that pass clean beside letters, their marks and
// digits. None means anything in the three places where the text ends up: a
// double-quoted string of PowerShell (special there: $ ` " and the curly double
// quotes), one of AppleScript (\ and "), and the markup of Linux (< > &).
// Parentheses and colons matter to PowerShell only after a $.
const harmless = ".,:;()/%+-–—·•#…"

// invisible are letters and marks that show nothing.
var invisible = []*unicode.RangeTable{unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector}

// lookalikes are letters such as U+02BA and U+02CB that look like quotes and
// backticks, and that old Windows code pages turn into them.
var lookalikes = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x02B0, Hi: 0x02FF, Stride: 1}}}

// clean makes text that came from outside safe for every notification service.
// It keeps letters of all scripts with their combining marks, decimal digits and
// a few signs. Each run of anything else becomes one space, but for what shows
// nothing, which goes without a trace: control and format characters, bidi
// overrides, private and unassigned use, invalid UTF-8, and marks without a letter. The
// result is one line of at most limit runes, ends with "…" if that cut it, and
// stays the same if it is cleaned again.
func clean(text string, limit int) string {
	if limit < 1 {
		return ""
	}
	var kept []rune
	last := ' '
	for _, r := range text {
		switch {
		case keeps(r, last):
			last = r
		case last == ' ' || vanishes(r):
			continue
		default:
			last = ' '
		}
		kept = append(kept, last)
		if len(kept) > limit && last != ' ' {
			return strings.TrimRight(string(kept[:limit-1]), " ") + "…"
		}
	}
	return strings.TrimRight(string(kept), " ")
}

// keeps reports whether r passes; a mark does only on a letter, because on
// anything else it would change how that is read.
func keeps(r, last rune) bool {
	switch {
	case unicode.In(r, invisible...) || unicode.Is(lookalikes, r):
		return false
	case unicode.IsMark(r):
		return unicode.In(last, unicode.L, unicode.M, unicode.Nd)
	default:
		return unicode.In(r, unicode.L, unicode.Nd) || strings.ContainsRune(harmless, r)
	}
}

// vanishes reports whether r, which is not kept, leaves no space behind.
func vanishes(r rune) bool {
	return !unicode.IsSpace(r) && (r == utf8.RuneError || unicode.In(r, unicode.C, unicode.M) || unicode.In(r, invisible...))
}
