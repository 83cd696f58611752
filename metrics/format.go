package metrics

import (
	"fmt"
	"strconv"
	"time"
)

// Grouping is a way to group the digits of large numbers.
type Grouping int

// The groupings: 124,700 and 1,24,700.
const (
	Thousands Grouping = iota
	Indian
)

// Count returns a whole number with its digits grouped.
func (g Grouping) Count(n int) string {
	digits := strconv.Itoa(max(n, -n))
	size, out := 3, ""
	for len(digits) > size {
		cut := len(digits) - size
		out, digits = ","+digits[cut:]+out, digits[:cut]
		if g == Indian {
			size = 2
		}
	}
	if n < 0 {
		return "-" + digits + out
	}
	return digits + out
}

// Percent returns tenths of a per cent, such as 783, as "78.3%".
func Percent(tenths int) string {
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// Duration returns seconds as "2m 14s", from an hour on as "1h 6m 40s".
func Duration(seconds int) string {
	if seconds < 3600 {
		return fmt.Sprintf("%dm %ds", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%dh %dm %ds", seconds/3600, seconds/60%60, seconds%60)
}

// Hour returns an hour of the day as "11:00".
func Hour(hour int) string { return fmt.Sprintf("%02d:00", hour) }

// HourRange returns an hour of the day with its end, "11:00–12:00".
func HourRange(hour int) string { return Hour(hour) + "–" + Hour(hour+1) }

// Zone returns t's zone with its offset, "IST (UTC+5:30)".
func Zone(t time.Time) string {
	name, seconds := t.Zone()
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	offset := fmt.Sprintf("UTC%c%d", sign, seconds/3600)
	if minutes := seconds / 60 % 60; minutes != 0 {
		offset += fmt.Sprintf(":%02d", minutes)
	}
	switch {
	case name == "" || name[0] == '+' || name[0] == '-':
		return offset
	case name == "UTC":
		return name
	}
	return name + " (" + offset + ")"
}
