package text

import (
	"strings"
	"time"

	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
)

// Direction names a direction; "" if Exotel did not say.
func Direction(d heartbeat.Direction) string {
	switch d {
	case heartbeat.Incoming:
		return Tr("incoming")
	case heartbeat.Outgoing:
		return Tr("outgoing")
	default:
		return ""
	}
}

// Plain writes Exotel's word for a line, such as "major_outage", as people do.
func (f Format) Plain(word string) string {
	switch word {
	case "major_outage":
		return Tr("major outage")
	case "partial_network_outage":
		return Tr("partial network outage")
	default:
		return f.OneLine(strings.ReplaceAll(word, "_", " "), 40)
	}
}

// dayName writes the day of a time, with the year when that is not clear.
func (f Format) dayName(at, now time.Time) string {
	if now.Sub(at) < 300*24*time.Hour {
		return f.Time(at, "Mon 2 Jan")
	}
	return f.Time(at, "2 Jan 2006")
}

// Lasted writes from when to when something lasted and how long that was; to
// is zero while it lasts.
func (f Format) Lasted(from, to, now time.Time) string {
	text := f.dayName(from, now) + " " + f.Clock(from)
	if to.IsZero() {
		return Dotted(text, Tr("ongoing, %s", Duration(max(0, now.Sub(from)))))
	}
	end := f.Clock(to)
	if metrics.DateOf(f.In(from)) != metrics.DateOf(f.In(to)) {
		end = f.dayName(to, now) + " " + end
	}
	return Dotted(text+" – "+end, Duration(max(0, to.Sub(from))))
}
