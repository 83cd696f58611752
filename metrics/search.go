package metrics

import (
	"strings"
	"unicode"

	"exotel-monitor/exotel"
)

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}

// SearchText returns the text to look for in the addresses of a call's parties when a
// user types text. That may be a part of a number in any form, or of another address.
// SearchText returns "" if nothing is left to look for.
func SearchText(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	// Numbers copied from phone books and web pages have invisible characters around
	// them.
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
	digits := withoutSeparators(text)
	if !isDigits(digits) {
		return text
	}
	if local, ok := cutCountryCode(text); ok {
		digits = withoutSeparators(local)
	}
	if len(digits) > 10 {
		return exotel.NumberKey(digits)
	}
	return digits
}

// isSeparator reports whether people write r between the digits of a number.
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

// cutCountryCode cuts India's country code, which begins with a plus or is set apart:
// "91" alone can be any two digits of a number.
func cutCountryCode(text string) (local string, ok bool) {
	number := strings.TrimLeftFunc(text, isSeparator)
	plus := strings.Contains(text[:len(text)-len(number)], "+")
	number, _ = strings.CutPrefix(number, "00")
	local, ok = strings.CutPrefix(strings.TrimLeftFunc(number, isSeparator), "91")
	apart := strings.TrimLeftFunc(local, isSeparator) != local
	return local, ok && (plus || apart)
}
