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
func Plain(word string) string {
	switch word {
	case "major_outage":
		return Tr("major outage")
	case "partial_network_outage":
		return Tr("partial network outage")
	default:
		return OneLine(strings.ReplaceAll(word, "_", " "), 40)
	}
}

// DayName writes the day of a time, with the year when that is not clear.
func DayName(at, now time.Time, zone *time.Location) string {
	if at = at.In(zone); now.Sub(at) < 300*24*time.Hour {
		return at.Format("Mon 2 Jan")
	}
	return at.Format("2 Jan 2006")
}

// Lasted writes from when to when something lasted and how long that was; to
// is zero while it lasts.
func Lasted(from, to, now time.Time, zone *time.Location) string {
	text := DayName(from, now, zone) + " " + from.In(zone).Format("15:04")
	if to.IsZero() {
		return Dotted(text, Tr("ongoing, %s", Duration(max(0, now.Sub(from)))))
	}
	end := to.In(zone).Format("15:04")
	if metrics.DateOf(from.In(zone)) != metrics.DateOf(to.In(zone)) {
		end = DayName(to, now, zone) + " " + end
	}
	return Dotted(text+" – "+end, Duration(max(0, to.Sub(from))))
}
