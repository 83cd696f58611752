package ui

import (
	"cmp"
	"slices"
	"strings"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
)

// This file gives names the one order that they have everywhere.

// byName are incidents that last, then the others, each in the order of names.
func byName(incidents []alert.Incident) []alert.Incident {
	sorted := slices.Clone(incidents)
	slices.SortStableFunc(sorted, func(a, b alert.Incident) int {
		if a.Open() != b.Open() {
			if a.Open() {
				return -1
			}
			return 1
		}
		return cmp.Or(natural(cmp.Or(a.Name, a.Number), cmp.Or(b.Name, b.Number)), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Direction, b.Direction))
	})
	return sorted
}

// phonesByName are ExoPhones in the order of names, affected ones first and those
// that are up last.
func phonesByName(phones []heartbeat.PhoneHealth) []heartbeat.PhoneHealth {
	rank := func(p heartbeat.PhoneHealth) int {
		switch {
		case p.Affected():
			return 0
		case p.Up():
			return 2
		}
		return 1
	}
	sorted := slices.Clone(phones)
	slices.SortStableFunc(sorted, func(a, b heartbeat.PhoneHealth) int {
		return cmp.Or(rank(a)-rank(b), natural(cmp.Or(a.Name, a.Number), cmp.Or(b.Name, b.Number)))
	})
	return sorted
}

// natural orders names as people count: "Line 2" comes before "Line 10".
func natural(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	for a != "" && b != "" {
		x, y := a[:digits(a)], b[:digits(b)]
		if x == "" || y == "" {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		a, b = a[len(x):], b[len(y):]
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if order := cmp.Or(len(x)-len(y), strings.Compare(x, y)); order != 0 {
			return order
		}
	}
	return len(a) - len(b)
}

// digits is how many digits a text begins with.
func digits(text string) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}
