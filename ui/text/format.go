package text

import (
	"fmt"
	"strings"
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/system/notify"
)

// Format says how times and numbers are written on the screen. The zero Format
// writes each time in the zone that the time has by a 24-hour clock, and hides no phone
// numbers.
type Format struct {
	Zone        *time.Location   // of all times; nil for the zone that each time has
	Grouping    metrics.Grouping // of the digits of large numbers
	Clock12     bool             // writes 2:05 pm instead of 14:05
	HideNumbers bool             // masks phone numbers
}

// FormatOf returns the Format that the user chose. The settings must have passed
// their Check.
func FormatOf(s config.Settings) Format {
	zone, _ := s.Location()
	return Format{Zone: zone, Grouping: s.Grouping(), Clock12: s.Clock == config.Clock12, HideNumbers: s.MaskNumbers}
}

// In returns t in the zone of f.
func (f Format) In(t time.Time) time.Time {
	if f.Zone == nil {
		return t
	}
	return t.In(f.Zone)
}

// clock12 turns the layout of a 24-hour clock into that of a 12-hour clock.
var clock12 = strings.NewReplacer("15:04:05", "3:04:05 pm", "15:04", "3:04 pm")

// Time writes t in the zone of f by a layout of package time. 15:04 and 15:04:05 in the
// layout stand for a time by the clock of f.
func (f Format) Time(t time.Time, layout string) string {
	if f.Clock12 {
		layout = clock12.Replace(layout)
	}
	return f.In(t).Format(layout)
}

// Clock writes the hour and the minute of t.
func (f Format) Clock(t time.Time) string { return f.Time(t, "15:04") }

// DayClock writes t to the minute, with the day when it is not now's.
func (f Format) DayClock(t, now time.Time) string {
	switch {
	case metrics.DateOf(f.In(t)) == metrics.DateOf(f.In(now)):
		return f.Clock(t)
	case now.Sub(t).Abs() < 300*24*time.Hour:
		return f.Time(t, "Mon 2 Jan 15:04")
	default:
		return f.Time(t, "2 Jan 2006 15:04")
	}
}

// ClockSeconds writes t to the second, with the day and the year when they are not
// now's.
func (f Format) ClockSeconds(t, now time.Time) string {
	clock := f.Time(t, "15:04:05")
	if day := metrics.DateOf(f.In(t)); day != metrics.DateOf(f.In(now)) {
		return shortDay(day, f.In(now)) + " " + clock
	}
	return clock
}

// Since says since when something is so, and how long that is; "" for the zero
// time.
func (f Format) Since(since, now time.Time) string {
	if since.IsZero() {
		return ""
	}
	text := Tr("since %s", f.DayClock(since, now))
	if span := now.Sub(since); span >= time.Minute {
		text += " (" + Duration(span) + ")"
	}
	return text
}

// Hour writes an hour of the day, "11:00" or "11:00 am".
func (f Format) Hour(hour int) string {
	if f.Clock12 {
		return onTheHour(hour).Format("3:04 pm")
	}
	return metrics.Hour(hour)
}

// HourRange writes an hour of the day with its end, "11:00–12:00" or
// "11:00 am–12:00 pm".
func (f Format) HourRange(hour int) string { return f.Hour(hour) + "–" + f.Hour(hour+1) }

// ShortHour writes an hour of the day without minutes, "11" or "11 am".
func (f Format) ShortHour(hour int) string {
	if f.Clock12 {
		return onTheHour(hour).Format("3 pm")
	}
	return fmt.Sprintf("%02d", hour)
}

// onTheHour is when an hour of some day begins.
func onTheHour(hour int) time.Time { return time.Date(2000, time.January, 1, hour, 0, 0, 0, time.UTC) }

// Count writes a whole number with its digits grouped.
func (f Format) Count(n int) string { return f.Grouping.Count(n) }

// CallCount writes a number of calls.
func (f Format) CallCount(n int) string { return TrN(n, "%s calls", f.Count(n)) }

// Mask returns a text with its phone numbers masked, if f hides them.
func (f Format) Mask(text string) string {
	if f.HideNumbers {
		return notify.HideNumbers(text)
	}
	return text
}

// Phone writes a phone number in groups: an Indian one the way it is dialled there,
// another as it is. It is masked if f hides phone numbers.
func (f Format) Phone(number string) string {
	if words := grouped(number); words != "" && !f.HideNumbers {
		return words
	}
	return f.OneLine(number, 40)
}

// OneLine makes a text from outside fit to be shown: no more than most characters,
// on one line, and nothing that is not seen. Joiners stay, which Indian scripts need.
// Phone numbers in it are masked if f hides them.
func (f Format) OneLine(text string, most int) string {
	text = text[:min(len(text), 8*most)] // it may be megabytes
	runes := []rune(f.Mask(strings.Join(strings.Fields(strings.Map(printed, text)), " ")))
	if len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return string(runes)
}
