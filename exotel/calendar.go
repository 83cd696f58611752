package exotel

import (
	"strings"
	"time"
)

// calendar reads Exotel's times. It remembers the day it read last, because a
// page has four times a row and most of them lie on one day.
type calendar struct {
	zone     *time.Location
	day      string // "2006-01-02"
	midnight time.Time
	whole    bool // the day has its 24 hours in the zone, and is none of the sentinel's
}

// time reads Exotel's wall-clock time, or one with an explicit offset, to the
// second. It is the zero Time for anything else and for 1970-01-01, which Exotel
// writes into unfinished records.
func (c *calendar) time(text []byte) time.Time {
	if len(text) != len(time.DateTime) || text[10] != ' ' {
		return c.unusual(string(text))
	}
	second, ok := secondOfDay(text)
	if !ok || string(text[:10]) != c.day && !c.turn(text[:10]) {
		return c.unusual(string(text))
	}
	if !c.whole {
		year, month, day := date(text)
		return afterSentinel(firstTime(time.Date(year, time.Month(month), day, 0, 0, second, 0, c.zone)))
	}
	return c.midnight.Add(time.Duration(second) * time.Second)
}

// firstTime is the first time that the clock shows what it shows at t. Of two times,
// time.Date takes the first west of Greenwich and the second east of it.
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

// turn opens the calendar at a day; it is false when there is no such day.
func (c *calendar) turn(day []byte) bool {
	y, m, d := date(day)
	if day[4] != '-' || day[7] != '-' || y < 0 || m < 1 || m > 12 || d < 1 || d > daysIn(y, time.Month(m)) {
		return false
	}
	c.day = string(day)
	c.midnight = firstTime(time.Date(y, time.Month(m), d, 0, 0, 0, 0, c.zone))
	next := time.Date(y, time.Month(m), d+1, 0, 0, 0, 0, c.zone)
	c.whole = y > 1970 && next.Sub(c.midnight) == 24*time.Hour && c.midnight.Hour() == 0 && c.midnight.Day() == d
	return true
}

func date(text []byte) (year, month, day int) {
	return number(text[0:4]), number(text[5:7]), number(text[8:10])
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// secondOfDay reads the "15:04:05" in "2006-01-02 15:04:05".
func secondOfDay(text []byte) (int, bool) {
	hour, minute, second := number(text[11:13]), number(text[14:16]), number(text[17:19])
	ok := text[13] == ':' && text[16] == ':' &&
		hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60
	return hour*3600 + minute*60 + second, ok
}

// number reads digits, and is -1 for anything else.
func number(text []byte) int {
	n := 0
	for i := range len(text) {
		digit := text[i] - '0'
		if digit > 9 {
			return -1
		}
		n = n*10 + int(digit)
	}
	return n
}

// unusualTimes are layouts that are not known to occur. Each also takes more
// blanks and fractions of a second.
var unusualTimes = []string{
	time.DateTime, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 -0700",
	"2006-01-02T15:04:05", time.RFC3339, "2006-01-02T15:04:05-0700",
}

func (c *calendar) unusual(text string) time.Time {
	text = strings.TrimSpace(text)
	if len(text) < len("2006-01-02 5:04:05") {
		return time.Time{}
	}
	for _, layout := range unusualTimes {
		if at, err := time.ParseInLocation(layout, text, c.zone); err == nil {
			return afterSentinel(at.In(c.zone).Truncate(time.Second))
		}
	}
	return time.Time{}
}

// afterSentinel drops 1970 and what lies before it.
func afterSentinel(at time.Time) time.Time {
	if at.Year() <= 1970 {
		return time.Time{}
	}
	return at
}
