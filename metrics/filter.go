package metrics

import (
	"fmt"
	"slices"
	"strings"

	"exotel-monitor/exotel"
)

// DirectionOther is the direction of calls to which Exotel gives none that it
// documents, or none at all.
const DirectionOther = "other"

var directions = []string{exotel.DirectionInbound, exotel.DirectionOutboundDial, exotel.DirectionOutboundAPI, DirectionOther}

// Filter chooses calls. The zero Filter chooses all.
type Filter struct {
	Direction string // an exotel Direction or DirectionOther, or "" for all
	ExoPhone  string // an SID or a number in any form, or "" for all
	Status    *Status
	Text      string // a SearchText that an address of a party holds, or "" for any
}

// IsZero reports whether the filter chooses all calls.
func (f Filter) IsZero() bool { return f == Filter{} }

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
