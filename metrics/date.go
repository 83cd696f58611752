package metrics

import (
	"errors"
	"fmt"
	"time"
)

// Date is a calendar day, of the account's zone unless said otherwise.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the calendar day of t in t's own zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// ParseDate reads "2006-01-02".
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date; write it as YYYY-MM-DD, such as 2026-11-22", text)
	}
	return DateOf(t), nil
}

// String writes "2006-01-02".
func (d Date) String() string { return d.utc().Format(time.DateOnly) }

// utc stands for the day where days are counted or compared.
func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// In is the first moment of the day in zone. That is not always the moment
// time.Date gives for 00:00: where summer time begins or ends at midnight, 00:00
// can be missing or come twice.
func (d Date) In(zone *time.Location) time.Time {
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
	d = d.Add(0) // as the calendar has it
	_, end := t.ZoneBounds()
	switch before := t.Add(-time.Second); {
	case DateOf(t).Before(d): // 00:00 is missing and t lies before the gap
		return end
	case DateOf(before).Before(d):
		return t
	default: // 00:00 comes twice
		_, was := before.Zone()
		_, is := t.Zone()
		return t.Add(-time.Duration(was-is) * time.Second)
	}
}

// Add is the day that many days later.
func (d Date) Add(days int) Date { return DateOf(d.utc().AddDate(0, 0, days)) }

// Before reports whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.utc().Before(other.utc()) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Week is the Monday of the day's week.
func (d Date) Week() Date { return d.Add(-int(d.Weekday()+6) % 7) }

// First is the first day of the day's month.
func (d Date) First() Date { return Date{d.Year, d.Month, 1} }

// Period is a range of days, both ends included.
type Period struct{ From, To Date }

// Days is the number of days in the period.
func (p Period) Days() int {
	const secondsPerDay = 24 * 60 * 60
	return int((p.To.utc().Unix()-p.From.utc().Unix())/secondsPerDay) + 1
}

// Index is the place of a day in the period, from 0.
func (p Period) Index(day Date) int { return Period{p.From, day}.Days() - 1 }

// Has reports whether a day is in the period.
func (p Period) Has(d Date) bool { return !d.Before(p.From) && !p.To.Before(d) }

// Start is the period's first moment in zone.
func (p Period) Start(zone *time.Location) time.Time { return p.From.In(zone) }

// End is the first moment after the period in zone.
func (p Period) End(zone *time.Location) time.Time { return p.To.Add(1).In(zone) }

// ParsePeriod reads two dates as a user writes them.
func ParsePeriod(start, end string) (Period, error) {
	if start == "" || end == "" {
		return Period{}, errors.New("start and end are required (YYYY-MM-DD)")
	}
	from, err := ParseDate(start)
	if err != nil {
		return Period{}, fmt.Errorf("start: %w", err)
	}
	to, err := ParseDate(end)
	if err != nil {
		return Period{}, fmt.Errorf("end: %w", err)
	}
	if to.Before(from) {
		return Period{}, fmt.Errorf("start %s is after end %s; exchange them", start, end)
	}
	return Period{From: from, To: to}, nil
}

// Range is a way to choose a period that moves with the calendar.
type Range int

// The ranges a manager chooses from. Last7Days and Last30Days include today;
// Custom has a period of its own.
const (
	Today Range = iota
	Yesterday
	Last7Days
	Last30Days
	ThisMonth
	AllStored // all days from the first that is known to have calls, up to today
	Custom
)

// Period is the range's days at now, in now's zone. For AllStored and Custom it is
// today.
func (r Range) Period(now time.Time) Period {
	today := DateOf(now)
	switch r {
	case Yesterday:
		return Period{today.Add(-1), today.Add(-1)}
	case Last7Days:
		return Period{today.Add(-6), today}
	case Last30Days:
		return Period{today.Add(-29), today}
	case ThisMonth:
		return Period{Date{today.Year, today.Month, 1}, today}
	default:
		return Period{today, today}
	}
}

// MonthsBefore is the same day so many months earlier, or the last of that month
// if it has no such day.
func MonthsBefore(d Date, months int) Date {
	first := Date{d.Year, d.Month, 1}.utc().AddDate(0, -months, 0)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), first.Month(), min(d.Day, last)}
}
