package metrics

import (
	"errors"
	"fmt"
	"time"
)

// Date is a calendar day in the account's zone, unless said otherwise.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the calendar day of t in t's own zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// ParseDate parses a date such as "2006-01-02".
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date; write it as YYYY-MM-DD, such as 2026-11-22", text)
	}
	return DateOf(t), nil
}

// String returns the date in the form "2006-01-02".
func (d Date) String() string { return d.utc().Format(time.DateOnly) }

// utc returns a time that stands for the day where days are counted or compared.
func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// In returns the first moment of the day in zone. It may differ from what time.Date
// returns for 00:00: where summer time begins or ends at midnight, 00:00 is missing or
// comes twice.
func (d Date) In(zone *time.Location) time.Time {
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
	d = d.Add(0) // normalized
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

// Add returns the day that is days later.
func (d Date) Add(days int) Date { return DateOf(d.utc().AddDate(0, 0, days)) }

// Before reports whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.utc().Before(other.utc()) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Monday returns the Monday of the day's week.
func (d Date) Monday() Date { return d.Add(-int(d.Weekday()+6) % 7) }

// FirstOfMonth returns the first day of the day's month.
func (d Date) FirstOfMonth() Date { return Date{d.Year, d.Month, 1} }

// Period is a range of days, both ends included.
type Period struct{ From, To Date }

// Days returns the number of days in the period.
func (p Period) Days() int {
	const secondsPerDay = 24 * 60 * 60
	return int((p.To.utc().Unix()-p.From.utc().Unix())/secondsPerDay) + 1
}

// Index returns the index of a day in the period, from 0.
func (p Period) Index(day Date) int { return Period{p.From, day}.Days() - 1 }

// Contains reports whether a day is in the period.
func (p Period) Contains(d Date) bool { return !d.Before(p.From) && !p.To.Before(d) }

// Start returns the period's first moment in zone.
func (p Period) Start(zone *time.Location) time.Time { return p.From.In(zone) }

// End returns the first moment after the period in zone.
func (p Period) End(zone *time.Location) time.Time { return p.To.Add(1).In(zone) }

// ParsePeriod parses two dates as a user writes them.
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

// Range is a choice of days that moves with the calendar.
type Range int

// The ranges. Last7Days and Last30Days include today. Custom has a period of its own.
const (
	Today Range = iota
	Yesterday
	Last7Days
	Last30Days
	ThisMonth
	AllStored // from the first day that has stored calls up to today
	Custom
)

// Period returns the range's days at now, in now's zone. For AllStored and Custom it
// returns today.
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

// MonthsBefore returns the same day that many months earlier, or the last day of that
// month if it has no such day.
func MonthsBefore(d Date, months int) Date {
	first := Date{d.Year, d.Month, 1}.utc().AddDate(0, -months, 0)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), first.Month(), min(d.Day, last)}
}
