package notify

import (
	"regexp"
	"strings"
	"time"

	"exotel-monitor/exotel"
)

// phonePattern finds what may be a phone number: eight digits or more, in groups
// or not.
var phonePattern = regexp.MustCompile(`\+?[0-9](?:[ ().-]{0,2}[0-9]){7,}`)

// HideNumbers hides most of each phone number in a text, as 080•••••010. Dates stay.
func HideNumbers(text string) string {
	return phonePattern.ReplaceAllStringFunc(text, func(found string) string {
		if _, err := time.Parse(time.DateOnly, found[:min(len(found), len(time.DateOnly))]); err == nil {
			return found
		}
		return hideNumber(found)
	})
}

// hideNumber leaves the beginning and the end of a number.
func hideNumber(number string) string {
	const begin, end = 3, 3
	sign, digits := "", digitsIn(number)
	key := exotel.NumberKey(number)
	international := strings.HasPrefix(number, "+")
	switch prefix := strings.TrimSuffix(digits, key); {
	case len(key) == 10 && (prefix == "91" || !international && (prefix == "" || prefix == "0")):
		digits = "0" + key // Indian, as it is dialled there
	case international:
		sign = "+"
	}
	return sign + digits[:begin] + strings.Repeat("•", len(digits)-begin-end) + digits[len(digits)-end:]
}

func digitsIn(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}
