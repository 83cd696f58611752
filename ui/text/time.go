package text

import (
	"time"

	"exotel-monitor/metrics"
)

// Earlier returns the earlier of two times.
func Earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// UntilTomorrow returns the next morning in the account's zone.
func UntilTomorrow(now time.Time) time.Time {
	const morning = 8
	return time.Date(now.Year(), now.Month(), now.Day()+1, morning, 0, 0, 0, now.Location())
}

// Duration writes a length of time in one or two units.
func Duration(d time.Duration) string {
	minutes := int(d.Minutes())
	switch {
	case d < time.Minute:
		return Tr("%d s", int(d.Seconds()))
	case d < time.Hour:
		return Tr("%d min", minutes)
	case d < 48*time.Hour && minutes%60 == 0:
		return Tr("%d h", minutes/60)
	case d < 48*time.Hour:
		return Tr("%d h %d min", minutes/60, minutes%60)
	default:
		return Tr("%d days", minutes/60/24)
	}
}

// shortDay writes a day of now's zone, with the year when it is not now's.
func shortDay(d metrics.Date, now time.Time) string {
	if d.Year != now.Year() {
		return Day(d, now)
	}
	return d.In(now.Location()).Format("2 Jan")
}

// Ago writes how long ago something was.
func Ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return Tr("just now")
	case d < time.Hour:
		return Tr("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return Tr("%d h ago", int(d.Hours()))
	default:
		return Tr("%d days ago", int(d.Hours()/24))
	}
}

const longDay = "2 Jan 2006"

// Day writes a day of now's zone.
func Day(d metrics.Date, now time.Time) string { return d.In(now.Location()).Format(longDay) }
