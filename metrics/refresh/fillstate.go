package refresh

import (
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// FillState is how many of the days that Exotel has are stored.
type FillState struct {
	// From and To are the days to be stored: from the oldest that Exotel has, or that is
	// kept, to yesterday.
	From, To    metrics.Date
	Days, Total int          // of these, the complete ones, and all
	Calls       int          // stored calls of these days
	AllCalls    int          // all stored calls, also of today and older days
	Oldest      metrics.Date // first stored day
	Months      []Month      // from the oldest to the running month

	Reading   metrics.Date // day that is being read, zero for none
	Progress  Progress
	Remaining time.Duration // time until all days are stored, 0 if unknown
	Paused    bool
	ShortDays int // days of which Exotel lists fewer calls than it announces

	Err     error     // why the last day could not be read; nil after a success
	RetryAt time.Time // when it is read again; with Err
}

// Month is how much of a calendar month is stored.
type Month struct {
	First metrics.Date // first day of the month
	Days  int          // complete ones
	Total int          // days that are over and that Exotel or the store has
	Calls int          // stored ones
}

// Done reports whether every day is stored.
func (f *FillState) Done() bool { return f.Total > 0 && f.Days == f.Total }

// count counts what is stored.
func (s *fill) count(days map[metrics.Date]*calls.Day, now time.Time) {
	today := metrics.DateOf(now)
	s.From, s.To, s.Oldest = s.first(now), today.Add(-1), today
	s.Total, s.Days, s.Calls, s.AllCalls, s.ShortDays = metrics.Period{From: s.From, To: s.To}.Days(), 0, 0, 0, 0
	for day := range days {
		if day.Before(s.Oldest) {
			s.Oldest = day
		}
	}
	s.countDays(days, now)
	s.Remaining = 0
	if n := len(s.paces); n > 0 && !s.Paused && s.Err == nil {
		sum := time.Duration(0)
		for _, pace := range s.paces {
			sum += pace
		}
		s.Remaining = sum / time.Duration(n) * time.Duration(s.Total-s.Days-s.ShortDays)
	}
}

// countDays counts what is stored of each day and month, with the running day.
func (s *fill) countDays(days map[metrics.Date]*calls.Day, now time.Time) {
	day := s.From
	if s.Oldest.Before(day) {
		day = s.Oldest
	}
	s.Months = nil // the last ones were published
	for ; !s.To.Add(1).Before(day); day = day.Add(1) {
		if n := len(s.Months); n == 0 || s.Months[n-1].First != day.FirstOfMonth() {
			s.Months = append(s.Months, Month{First: day.FirstOfMonth()})
		}
		m, over := &s.Months[len(s.Months)-1], !s.To.Before(day)
		if over {
			m.Total++
		}
		known := days[day]
		stored := over && isComplete(known, s.fetcher.start(day.Add(1)), now)
		if stored {
			m.Days++
		}
		due := over && !day.Before(s.From)
		if _, short := s.short[day]; due && stored {
			s.Days++
		} else if due && short {
			s.ShortDays++
		}
		if known == nil {
			continue
		}
		m.Calls += known.Stored
		s.AllCalls += known.Stored
		if due {
			s.Calls += known.Stored
		}
	}
}

// first returns the oldest day to be stored.
func (s *fill) first(now time.Time) metrics.Date {
	first := FirstAvailableDay(now)
	if kept := s.firstKept(now); first.Before(kept) {
		return kept
	}
	return first
}

// firstKept returns the oldest day to be kept, zero if all are.
func (s *fill) firstKept(now time.Time) metrics.Date {
	if s.o.KeepMonths == 0 {
		return metrics.Date{}
	}
	return metrics.MonthsBefore(metrics.DateOf(now), s.o.KeepMonths)
}
