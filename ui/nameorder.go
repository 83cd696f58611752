package ui

import (
	"cmp"
	"slices"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
)

// This file gives lines and names the one order that they have everywhere.

// worstFirst is a health whose ExoPhones that are down come in the order of how many
// directions are, then of how many calls they have, by number key.
func worstFirst(h heartbeat.Health, calls map[string]int) heartbeat.Health {
	h.Phones = slices.Clone(h.Phones)
	slices.SortStableFunc(h.Phones, func(a, b heartbeat.PhoneHealth) int {
		if order := b.Downs() - a.Downs(); order != 0 || !a.Affected() {
			return order
		}
		return calls[b.Key] - calls[a.Key]
	})
	return h
}

// downFirst sorts ExoPhones to choose from: those that are down come first, in the
// order of the health.
func downFirst(phones []menuOption, h heartbeat.Health) {
	place := map[string]int{}
	for i, p := range h.Phones {
		if p.Affected() {
			place[p.Key] = i - len(h.Phones)
		}
	}
	slices.SortStableFunc(phones, func(a, b menuOption) int { return place[a.value] - place[b.value] })
}

// byName are incidents that last, then the others: first those of the watch itself,
// then those of numbers that are down both ways, each in the order of names.
func byName(incidents []alert.Incident) []alert.Incident {
	var open []alert.Incident
	for _, in := range incidents {
		if in.Open() {
			open = append(open, in)
		}
	}
	down := waysDown(open)
	rank := func(in alert.Incident) int {
		way, known := down[in.Key]
		switch {
		case !in.Open():
			return 3
		case in.OfWatch:
			return 0
		case known && way == bothWays:
			return 1
		default:
			return 2
		}
	}
	sorted := slices.Clone(incidents)
	slices.SortStableFunc(sorted, func(a, b alert.Incident) int {
		return cmp.Or(rank(a)-rank(b), heartbeat.CompareNames(cmp.Or(a.Name, a.Number), cmp.Or(b.Name, b.Number)), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Direction, b.Direction))
	})
	return sorted
}
