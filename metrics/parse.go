package metrics

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"exotel-monitor/exotel"
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

// CheckExoPhone refuses an SID that is not on the account's list of ExoPhones, and
// any while there is no list: it would be answered with no calls, as if the line were
// quiet. A number may be on none: calls of one that was given up stay.
func (f Filter) CheckExoPhone(account *exotel.Directory) error {
	_, listed := account.Find(f.ExoPhone)
	switch {
	case f.ExoPhone == "" || listed || IsPhone(f.ExoPhone):
		return nil
	case account == nil:
		return fmt.Errorf("the number of %q is not known while Exotel's list of ExoPhones is missing; give the number", f.ExoPhone)
	default:
		return fmt.Errorf("%q is not on the account's list of ExoPhones; give the number", f.ExoPhone)
	}
}

// ParseFilter reads a filter as a user writes it; "" chooses all.
func ParseFilter(direction, exoPhone, status string) (Filter, error) {
	f := Filter{Direction: exotel.Word(direction), ExoPhone: exoPhone}
	if direction != "" && !slices.Contains(directions, f.Direction) {
		return f, fmt.Errorf("%q is not a direction; use inbound, outbound-dial, outbound-api or other", direction)
	}
	if exoPhone != "" && !IsPhone(exoPhone) && !isSID(exoPhone) {
		return f, fmt.Errorf("%q is not a phone number or SID; use one of the account's ExoPhones", exoPhone)
	}
	if status != "" {
		s, ok := ParseStatus(status)
		if !ok {
			return f, fmt.Errorf("%q is not a status; use completed, no-answer, busy, failed, canceled, live or other", status)
		}
		f.Status = &s
	}
	return f, nil
}
