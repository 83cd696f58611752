package exotel

import (
	"strconv"
	"strings"
	"time"
)

// wallTimes parses Exotel's wall-clock times. It remembers the minutes that it has
// parsed, because the times of a page lie close together.
type wallTimes struct {
	zone    *time.Location
	minutes map[string]time.Time // by "2006-01-02 15:04:"
}

func newWallTimes(zone *time.Location) wallTimes {
	return wallTimes{zone, map[string]time.Time{}}
}

// parse returns the same as parseTime, in less time.
func (w wallTimes) parse(text []byte) time.Time {
	if len(text) != len(time.DateTime) {
		return parseTime(string(text), w.zone)
	}
	to, seconds := text[:17], text[17:]
	minute, known := w.minutes[string(to)]
	if !known {
		minute = parseTime(string(to)+"00", w.zone)
		w.minutes[string(to)] = minute
	}
	second, err := strconv.ParseUint(string(seconds), 10, 8)
	if minute.IsZero() || err != nil || second > 59 {
		return parseTime(string(text), w.zone)
	}
	return minute.Add(time.Duration(second) * time.Second)
}

// timeLayouts are the layouts of a time, the usual one first. Each also matches more
// blanks and fractions of a second. See API.md, Times.
var timeLayouts = []string{
	time.DateTime, "2006-01-02T15:04:05",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 -0700",
	time.RFC3339, "2006-01-02T15:04:05-0700",
}

// parseTime returns the time that a clock in the zone shows, or a time with an explicit
// offset, to the second. It returns the zero Time for anything else and for times up to
// 1970. See API.md, Times.
func parseTime(text string, zone *time.Location) time.Time {
	text = strings.TrimSpace(text)
	for _, layout := range timeLayouts {
		at, err := time.ParseInLocation(layout, text, zone)
		if err != nil {
			continue
		}
		if at = at.In(zone).Truncate(time.Second); at.Year() <= 1970 {
			break
		}
		if len(layout) == len(time.DateTime) { // it has no offset
			at = firstTime(at)
		}
		return at
	}
	return time.Time{}
}

// firstTime returns the first time at which the clock shows the same as at t. Of two such
// times, time.Date returns the first west of Greenwich and the second east of it.
func firstTime(t time.Time) time.Time {
	back, _ := t.ZoneBounds()
	if back.IsZero() {
		return t
	}
	_, before := back.Add(-time.Second).Zone()
	_, after := t.Zone()
	if first := t.Add(-time.Duration(before-after) * time.Second); before > after && first.Before(back) {
		return first
	}
	return t
}
