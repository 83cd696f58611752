package metrics

import (
	"fmt"
	"slices"
	"strings"

	"exotel-monitor/exotel"
)

// DirectionOther is the direction of calls without a direction that Exotel documents.
const DirectionOther = "other"

var directions = []string{exotel.DirectionInbound, exotel.DirectionOutboundDial, exotel.DirectionOutboundAPI, DirectionOther}

// Filter selects calls. The zero Filter selects all.
type Filter struct {
	Direction string // one of exotel's directions or DirectionOther; "" for all
	ExoPhone  string // an SID, or a number in any form; "" for all
	Status    *Status
	Text      string // a part of a party's address; see SearchText; "" for all
}

// IsZero reports whether the filter selects all calls.
func (f Filter) IsZero() bool { return f == Filter{} }

// CheckExoPhone returns an error if the filter has an SID that is not on the account's
// list of ExoPhones, or if there is no list: the figures would be zero, as if the line
// were quiet. It accepts any number, because calls of a number that was given up are
// kept.
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

// ParseFilter parses a filter as a user writes it; "" selects all.
func ParseFilter(direction, exoPhone, status string) (Filter, error) {
	f := Filter{Direction: exotel.NormalizeWord(direction), ExoPhone: exoPhone}
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
