package metrics

import (
	"errors"
	"fmt"
	"strings"
)

// ParsePeriod reads two dates as a user writes them.
func ParsePeriod(start, end string) (Period, error) {
	if start == "" || end == "" {
		return Period{}, errors.New("start and end are required (YYYY-MM-DD)")
	}
	from, err := ParseDate(start)
	if err != nil {
		return Period{}, fmt.Errorf("start: %w", err)
	}
	to, err := ParseDate(end)
	if err != nil {
		return Period{}, fmt.Errorf("end: %w", err)
	}
	if to.Before(from) {
		return Period{}, fmt.Errorf("start %s is after end %s; exchange them", start, end)
	}
	return Period{From: from, To: to}, nil
}

// IsPhone reports whether a text can be a phone number.
func IsPhone(text string) bool {
	const shortest = 5 // digits of the shortest numbers in use
	digits := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-. ()", r):
			return false
		}
	}
	return digits >= shortest
}

// isSID reports whether a text can be the SID of an ExoPhone, such as exo5b221ee9.
func isSID(text string) bool {
	letter, digit := false, false
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digit = true
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			letter = true
		case r != '-' && r != '_':
			return false
		}
	}
	return letter && digit
}
