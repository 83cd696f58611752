package refresh

import (
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// Filling says how many of the days that Exotel has are stored.
type Filling struct {
	// From and To are the days to be stored: from the oldest that Exotel has, or that
	// is to be kept, to yesterday.
	From, To metrics.Date
	Days, Of int          // days of these that are stored whole, and all of them
	Calls    int          // calls that are stored of these days
	All      int          // calls that are stored in all: of these days, today and older ones
	Oldest   metrics.Date // the first day that is stored
	Months   []Month      // from the oldest to the running one

	Reading  metrics.Date // the day that is being read, zero for none
	Progress Progress
	Left     time.Duration // until all days are stored, at the present pace; 0 when not known
	Paused   bool
	Short    int // days of which Exotel lists fewer calls than it announces

	Err   error     // why the last day could not be read, nil after a success
	Retry time.Time // when it is tried again, with Err
}

// Month says how much of a calendar month is stored.
type Month struct {
	First metrics.Date // its first day
	Days  int          // days that are stored whole
	Of    int          // days that are over and that Exotel or the store has
	Calls int          // calls that are stored
}

// Done reports whether every day is stored.
func (f *Filling) Done() bool { return f.Of > 0 && f.Days == f.Of }

// count counts what is stored.
func (s *fill) count(days map[metrics.Date]*calls.Day, now time.Time) {
	today := metrics.DateOf(now)
	s.From, s.To, s.Oldest = s.first(now), today.Add(-1), today
	s.Of, s.Days, s.Calls, s.All, s.Short = metrics.Period{From: s.From, To: s.To}.Days(), 0, 0, 0, 0
	for day := range days {
		if day.Before(s.Oldest) {
			s.Oldest = day
		}
	}
	s.countDays(days, now)
	s.Left = 0
	if n := len(s.paces); n > 0 && !s.Paused && s.Err == nil {
		sum := time.Duration(0)
		for _, pace := range s.paces {
			sum += pace
		}
		s.Left = sum / time.Duration(n) * time.Duration(s.Of-s.Days-s.Short)
	}
}

// countDays counts what is stored of each day and month, including the running day.
func (s *fill) countDays(days map[metrics.Date]*calls.Day, now time.Time) {
	day := s.From
	if s.Oldest.Before(day) {
		day = s.Oldest
	}
	s.Months = nil // the last ones were published
	for ; !s.To.Add(1).Before(day); day = day.Add(1) {
		if n := len(s.Months); n == 0 || s.Months[n-1].First != day.First() {
			s.Months = append(s.Months, Month{First: day.First()})
		}
		m, over := &s.Months[len(s.Months)-1], !s.To.Before(day)
		if over {
			m.Of++
		}
		known := days[day]
		stored := over && whole(known, s.fetcher.start(day.Add(1)), now)
		if stored {
			m.Days++
		}
		due := over && !day.Before(s.From)
		if _, short := s.short[day]; due && stored {
			s.Days++
		} else if due && short {
			s.Short++
		}
		if known == nil {
			continue
		}
		m.Calls += known.Stored
		s.All += known.Stored
		if due {
			s.Calls += known.Stored
		}
	}
}

// first returns the oldest day to be stored.
func (s *fill) first(now time.Time) metrics.Date {
	first := FirstAskable(now)
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
