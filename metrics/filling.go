package metrics

import "time"

// Filling is how far the days that Exotel has are stored.
type Filling struct {
	From, To Date    // the days there are to have: the oldest that Exotel has, or that are to be kept, to yesterday
	Days, Of int     // days of these that are stored whole, and all of them
	Calls    int     // calls that are known of these days
	All      int     // calls that are known in all: of these days, today and older ones
	Oldest   Date    // the first day that is stored
	Months   []Month // from the oldest to the running one

	Reading  Date // the day under way; the zero Date for none
	Progress Progress
	Left     time.Duration // until all are stored, at the present pace; 0 when not known
	Paused   bool
	Short    int // days of which Exotel lists fewer calls than it announces

	Err   error     // why the last day could not be read, nil after a success
	Retry time.Time // when it is tried again, with Err
}

// Month is how much of a calendar month is stored.
type Month struct {
	First Date // its first day
	Days  int  // days that are stored whole
	Of    int  // days that are over and that Exotel had or this computer has
	Calls int  // that are known
}

// Done reports whether every day is stored.
func (f *Filling) Done() bool { return f.Of > 0 && f.Days == f.Of }

// count looks what is stored.
func (s *fill) count() {
	l, now := s.ledger, s.ledger.Now()
	s.To = DateOf(now).Add(-1)
	s.From = s.first(now)
	s.Of, s.Days, s.Calls, s.All, s.Short = (Period{s.From, s.To}).Days(), 0, 0, 0, 0
	s.Oldest = l.oldest(DateOf(now))
	s.countDays(now)
	s.Left = 0
	if n := len(s.paces); n > 0 && !s.Paused && s.Err == nil {
		sum := time.Duration(0)
		for _, pace := range s.paces {
			sum += pace
		}
		s.Left = sum / time.Duration(n) * time.Duration(s.Of-s.Days-s.Short)
	}
}

// countDays looks what is stored of each day and month, the running day included,
// at one moment: a day may just be being read.
func (s *fill) countDays(now time.Time) {
	l, day := s.ledger, s.From
	if s.Oldest.Before(day) {
		day = s.Oldest
	}
	s.Months = nil // the last ones were published
	l.mu.Lock()
	defer l.mu.Unlock()
	for ; !s.To.Add(1).Before(day); day = day.Add(1) {
		first := Date{day.Year, day.Month, 1}
		if n := len(s.Months); n == 0 || s.Months[n-1].First != first {
			s.Months = append(s.Months, Month{First: first})
		}
		m, over := &s.Months[len(s.Months)-1], !s.To.Before(day)
		if over {
			m.Of++
		}
		var known *dayCalls
		if entry := l.days[day]; entry != nil {
			known = entry.calls
		}
		stored := over && known.whole(l.from(day.Add(1)), now) && !known.unkept
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
		n := known.calls()
		m.Calls += n
		s.All += n
		if due {
			s.Calls += n
		}
	}
}

// first is the oldest day to have.
func (s *fill) first(now time.Time) Date {
	first := FirstAskable(now)
	if kept := s.firstKept(now); first.Before(kept) {
		return kept
	}
	return first
}

func (s *fill) firstKept(now time.Time) Date {
	if s.o.KeepMonths == 0 {
		return Date{}
	}
	return MonthsBefore(DateOf(now), s.o.KeepMonths)
}
