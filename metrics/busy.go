package metrics

import "exotel-monitor/exotel"

// Busy counts the calls of the period by their ExoPhone's exotel.NumberKey, whatever
// the filter. It is for the order of lines, and no figure.
func (v *View) Busy() map[string]int {
	busy := map[string]int{}
	for _, day := range v.days {
		if day == nil {
			continue
		}
		counts := make([]int, len(day.book.phones))
		for i := range day.rows {
			if !day.rows[i].leg {
				counts[day.rows[i].phone]++
			}
		}
		for at, number := range day.book.phones {
			busy[exotel.NumberKey(number)] += counts[at]
		}
	}
	return busy
}
