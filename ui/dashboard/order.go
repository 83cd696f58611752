package dashboard

import (
	"slices"

	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/kit"
)

// This file gives lines and names the one order that they have everywhere.

// WorstFirst returns a health whose ExoPhones that are down come in the order of how many
// directions are, then of how many calls they have, by number key.
func WorstFirst(h heartbeat.Health, calls map[string]int) heartbeat.Health {
	h.Phones = slices.Clone(h.Phones)
	slices.SortStableFunc(h.Phones, func(a, b heartbeat.PhoneHealth) int {
		if order := b.DownCount() - a.DownCount(); order != 0 || !a.IsAffected() {
			return order
		}
		return calls[b.Key] - calls[a.Key]
	})
	return h
}

// downFirst sorts ExoPhones to choose from: those that are down come first, in the
// order of the health.
func downFirst(phones []kit.Option, h heartbeat.Health) {
	place := map[string]int{}
	for i, p := range h.Phones {
		if p.IsAffected() {
			place[p.Key] = i - len(h.Phones)
		}
	}
	slices.SortStableFunc(phones, func(a, b kit.Option) int { return place[a.Value] - place[b.Value] })
}
