package exotel

import "strings"

// significantDigits is the length of an Indian number without prefix. See API.md,
// Numbers.
const significantDigits = 10

// NumberKey returns the same key for all forms of one phone number: its last ten digits,
// or all of them if there are fewer. The key of a text that is no number, such as
// "sip:agent17", is the text itself.
func NumberKey(number string) string {
	digits := digitsOf(number)
	if digits == "" || len(digits) < len(number) && strings.Trim(number, "+-.() 0123456789") != "" {
		return number
	}
	return digits[max(0, len(digits)-significantDigits):]
}

func digitsOf(text string) string {
	plain := true
	for i := range len(text) {
		plain = plain && text[i]-'0' <= 9
	}
	if plain {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

// mask hides most of a phone number, for logs and messages.
func mask(number string) string {
	const begin, end = 2, 3
	digits := digitsOf(number)
	if len(digits) < 2*(begin+end) {
		return "•••"
	}
	return digits[:begin] + strings.Repeat("•", len(digits)-begin-end) + digits[len(digits)-end:]
}
