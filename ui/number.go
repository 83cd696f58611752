package ui

import (
	"context"
	"regexp"
	"strings"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/ui/notify"
)

// numbersHidden says that phone numbers are masked wherever they are shown. It
// belongs to Fyne's goroutine. What the user copies or exports stays whole.
var numbersHidden bool

// hiding is a text with its phone numbers as the user wants to see them.
func hiding(text string) string {
	if numbersHidden {
		return masked(text)
	}
	return text
}

// phonePattern finds what may be a phone number: eight digits or more, in groups
// or not.
var phonePattern = regexp.MustCompile(`\+?[0-9](?:[ ().-]{0,2}[0-9]){7,}`)

// masked hides most of each phone number in a text. Dates stay.
func masked(text string) string {
	return phonePattern.ReplaceAllStringFunc(text, func(found string) string {
		if _, err := time.Parse(time.DateOnly, found[:min(len(found), len(time.DateOnly))]); err == nil {
			return found
		}
		return maskedNumber(found)
	})
}

// maskedNumber leaves the beginning and the end of a number: 080•••••010.
func maskedNumber(number string) string {
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

// maskedNotifier hands messages on with their phone numbers masked.
type maskedNotifier struct{ notify.Notifier }

// Notify implements notify.Notifier.
func (n maskedNotifier) Notify(ctx context.Context, m notify.Message) error {
	m.Title, m.Body = masked(m.Title), masked(m.Body)
	return n.Notifier.Notify(ctx, m)
}
