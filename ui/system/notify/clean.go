package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// joiners change how the letters or pictures around them are drawn, and show
// nothing themselves: scripts of India and emoji need them.
var joiners = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x200C, Hi: 0x200D, Stride: 1}, {Lo: 0xFE0E, Hi: 0xFE0F, Stride: 1}}}

// invisible are letters and marks that show nothing.
var invisible = []*unicode.RangeTable{unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector}

// clean makes one line of a text that came from outside, of at most limit runes.
// It keeps everything that shows, and makes one space of each run of white space.
// What shows nothing is removed: control and format characters, bidi overrides,
// private and unassigned use, invalid UTF-8, and marks and joiners without a
// character before them. A text that was cut ends with "…". Cleaning a clean text
// changes nothing.
func clean(text string, limit int) string {
	if limit < 1 {
		return ""
	}
	var kept []rune
	last := ' '
	for _, r := range text {
		switch {
		case shows(r, last):
			last = r
		case last == ' ' || !unicode.IsSpace(r):
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

// shows reports whether clean keeps r after last.
func shows(r, last rune) bool {
	switch {
	case unicode.Is(joiners, r):
		return unicode.In(last, unicode.L, unicode.M, unicode.N, unicode.S)
	case r == utf8.RuneError || unicode.In(r, invisible...):
		return false
	case unicode.IsMark(r): // on anything else it would change how that is read
		return unicode.In(last, unicode.L, unicode.M, unicode.N, unicode.S, joiners)
	default:
		return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S)
	}
}

// inMarkup escapes a text for services that read markup in it.
func inMarkup(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// harmless are the signs beside letters and digits that mean nothing in a
// double-quoted string of PowerShell. Parentheses and braces matter there only
// after a $.
const harmless = "!#%&'()*+,-./:;<=>?@[]^_{|}~ –—·•…‘’"

// lookalikes are letters such as U+02BA and U+02CB that look like quotes and
// backticks.
var lookalikes = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x02B0, Hi: 0x02FF, Stride: 1}}}

// inPowerShell makes a clean text safe in a double-quoted string of PowerShell,
// which Fyne makes of it on Windows with Go's %q: that writes \" for a quote, where
// PowerShell ends the string. Double quotes become single ones, and what is not
// known to be harmless becomes a space.
func inPowerShell(text string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("\"“”„", r):
			return '\''
		case unicode.Is(joiners, r): // %q would show them as numbers
			return -1
		case unicode.Is(lookalikes, r):
			return ' '
		case unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.So) || strings.ContainsRune(harmless, r):
			return r
		default:
			return ' '
		}
	}, text)
	return strings.Join(strings.Fields(safe), " ")
}
