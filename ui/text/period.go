package text

import (
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
)

// Span says how much of the period the figures can cover.
func (f Format) Span(s *refresh.Snapshot) string {
	today := metrics.DateOf(s.Now)
	switch {
	case s.Period.Days() > 1:
		return Tr("%d days", s.Period.Days())
	case s.Period.From == today:
		return Tr("so far, until %s", f.Clock(s.AsOf))
	case !s.AsOf.IsZero() && s.AsOf.Before(s.Period.End(s.Now.Location())):
		return Tr("until %s", f.Clock(s.AsOf))
	default:
		return Tr("all day")
	}
}

// Period writes the chosen days in words, with the zone they are in.
func Period(s *refresh.Snapshot) string {
	const long, short = "Mon 2 Jan 2006", "Mon 2 Jan"
	from, to := s.Period.From.In(s.Now.Location()), s.Period.To.In(s.Now.Location())
	days := from.Format(long)
	switch {
	case from.Year() != to.Year():
		days += " – " + to.Format(long)
	case s.Period.Days() > 1:
		days = from.Format(short) + " – " + to.Format(long)
	}
	return Tr("%s · account time zone %s", days, metrics.Zone(s.Now))
}

// ForgottenByExotel reports whether Exotel no longer has any of a snapshot's days.
func ForgottenByExotel(s *refresh.Snapshot) bool {
	return s.Err == nil && !s.Loading && !s.Now.IsZero() && s.Period.To.Before(refresh.FirstAvailableDay(s.Now))
}

// DaysCut says how many days lack their last hours.
func DaysCut(t refresh.Tally) string {
	return TrN(t.DaysCut, "%d days are cut short: they were downloaded before the days ended.", t.DaysCut)
}

// DaysMissing says how many days are missing, and whether they can still be had.
func DaysMissing(t refresh.Tally) string {
	if t.DaysGone == t.DaysMissing {
		return TrN(t.DaysMissing, "%d days are missing and no longer available from Exotel.", t.DaysMissing)
	}
	about := TrN(t.DaysMissing, "%d days are missing.", t.DaysMissing)
	if t.DaysGone > 0 {
		about = Sentences(about, TrN(t.DaysGone, "%d of them are no longer available from Exotel.", t.DaysGone))
	}
	return about
}
