package metrics

import (
	"errors"
	"fmt"
	"slices"
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

// isPhone reports whether a text can be an ExoPhone. A mistyped number would
// otherwise be answered with no calls, as if the line were quiet.
func isPhone(text string) bool {
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

// ParseFilter reads a filter as a user writes it; "" chooses all.
func ParseFilter(direction, exoPhone, status string) (Filter, error) {
	f := Filter{Direction: direction, ExoPhone: exoPhone}
	if !slices.Contains(directions, direction) {
		return f, fmt.Errorf("%q is not a direction; use %s", direction, strings.Join(directions[1:], ", "))
	}
	if exoPhone != "" && !isPhone(exoPhone) {
		return f, fmt.Errorf("%q is not a phone number; use one of the account's ExoPhones", exoPhone)
	}
	if status != "" {
		s, ok := ParseStatus(strings.ToLower(status))
		if !ok {
			return f, fmt.Errorf("%q is not a status; use completed, no-answer, busy, failed, canceled, live or other", status)
		}
		f.Status = &s
	}
	return f, nil
}
