package ui

import (
	"cmp"
	"slices"

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
		return cmp.Or(heartbeat.CompareNames(cmp.Or(a.Name, a.Number), cmp.Or(b.Name, b.Number)), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Direction, b.Direction))
	})
	return sorted
}
