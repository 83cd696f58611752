package metrics

import (
	"fmt"
	"time"
)

// Counts has the number of calls by status.
type Counts [statuses]int

// Total returns the number of all calls, live ones included.
func (c Counts) Total() int {
	n := 0
	for _, v := range c {
		n += v
	}
	return n
}

// Ended returns the number of calls that are over, the denominator of the answer rate.
func (c Counts) Ended() int { return c[Answered] + c.Unanswered() }

// Unanswered returns the number of ended calls that were not answered: card "Missed".
func (c Counts) Unanswered() int { return c[NoAnswer] + c[Busy] + c[Failed] + c[Canceled] }

func (c *Counts) add(other Counts) {
	for i, v := range other {
		c[i] += v
	}
}

// Outcomes has the number of calls by outcome.
type Outcomes [outcomes]int

// Total returns the number of all calls, live ones included.
func (o Outcomes) Total() int {
	n := 0
	for _, v := range o {
		n += v
	}
	return n
}

// Ended returns the number of calls that are known to be over.
func (o Outcomes) Ended() int { return o.Total() - o[NotOver] - o[EndUnknown] }

// Known returns the number of ended calls whose outcome is known, the denominator of the
// talk rate.
func (o Outcomes) Known() int { return o.Ended() - o[OutcomeUnknown] - o[OutcomeOther] }

// Mean is the sum and the number of the values of a mean.
type Mean struct{ Sum, N int }

func (m *Mean) merge(other Mean) { m.Sum += other.Sum; m.N += other.N }

// Round returns the mean rounded half up to a whole. ok is false if there are no values.
func (m Mean) Round() (value int, ok bool) {
	if m.N == 0 {
		return 0, false
	}
	return (2*m.Sum + m.N) / (2 * m.N), true
}

// DayCounts has the number of calls of one day by status.
type DayCounts struct {
	Date   Date
	Counts Counts
}

// Summary has the figures of a period's calls.
type Summary struct {
	Period Period
	Counts Counts
	// Hours has the calls by the hour of their creation on the account's wall clock.
	// Hours add up to Counts, and so do Days.
	Hours [24]Counts
	Days  []DayCounts

	Outcomes    Outcomes
	WithDetails int // calls that are known to be over and have details

	// Duration is over answered calls with a length: the whole call, with menu and
	// ringing. Talk is over calls with outcome Talked and a length.
	Duration, Talk Mean

	Legs int // rows that are a leg of another call; they are not counted as calls

	// LineUnknown is the number of calls that may be of the filter's ExoPhone or not:
	// they name none, or one by an SID that is not on the account's list. They are in no
	// other figure.
	LineUnknown int

	// hourDays has the number of days with calls in which the hour has begun.
	hourDays [24]int
}

// NewSummary returns a summary of no calls.
func NewSummary(p Period) *Summary {
	s := &Summary{Period: p, Days: make([]DayCounts, p.Days())}
	for i := range s.Days {
		s.Days[i].Date = p.From.Add(i)
	}
	return s
}

// SetNow counts, for each hour, the days with calls in which it has begun at now. A day
// on which summer time begins lacks an hour.
func (s *Summary) SetNow(now time.Time) {
	for _, day := range s.Days {
		if day.Counts.Total() == 0 {
			continue
		}
		for hour := range 24 {
			d := day.Date
			begin := time.Date(d.Year, d.Month, d.Day, hour, 0, 0, 0, now.Location())
			if begin.Hour() == hour && !begin.After(now) {
				s.hourDays[hour]++
			}
		}
	}
}

// Group is the calls of one day, hour, status and outcome.
type Group struct {
	Day            Date // of the period
	Hour           int
	Status         Status
	Outcome        Outcome
	Calls          int
	WithDetails    int // with details
	Legs           int // not among Calls
	Duration, Talk Mean
}

// Add adds the calls of a group.
func (s *Summary) Add(g Group) {
	s.Counts[g.Status] += g.Calls
	s.Hours[g.Hour][g.Status] += g.Calls
	s.Days[s.Period.Index(g.Day)].Counts[g.Status] += g.Calls
	s.Outcomes[g.Outcome] += g.Calls
	if g.Outcome != NotOver && g.Outcome != EndUnknown {
		s.WithDetails += g.WithDetails
	}
	s.Duration.merge(g.Duration)
	s.Talk.merge(g.Talk)
	s.Legs += g.Legs
}

// Calls returns the number of calls.
func (s *Summary) Calls() int { return s.Counts.Total() }

// AnswerRate returns the share of ended calls that were answered, in tenths of a per
// cent, rounded half up. ok is false if no call has ended.
func (s *Summary) AnswerRate() (tenths int, ok bool) {
	return Share(s.Counts[Answered], s.Counts.Ended())
}

// DetailsRate returns the share of the calls known to be over that have details, in
// tenths of a per cent. ok is false if there are no such calls.
func (s *Summary) DetailsRate() (tenths int, ok bool) {
	return Share(s.WithDetails, s.Outcomes.Ended())
}

// minDetailsShare is the share of calls, in per cent, that must have details for a talk
// rate.
const minDetailsShare = 95

// TalkRate returns the share of the calls with a known outcome in which a person was
// talked to, in tenths of a per cent. ok is false if there are no such calls, or if fewer
// than 95% of the calls known to be over have details.
func (s *Summary) TalkRate() (tenths int, ok bool) {
	if s.WithDetails*100 < s.Outcomes.Ended()*minDetailsShare {
		return 0, false
	}
	return Share(s.Outcomes[Talked], s.Outcomes.Known())
}

// Share returns a part of a whole in tenths of a per cent, rounded half up. ok is false
// if the whole is zero.
func Share(part, whole int) (tenths int, ok bool) {
	if whole == 0 {
		return 0, false
	}
	return (2000*part + whole) / (2 * whole), true
}

// Peak is the hour with the most calls.
type Peak struct {
	Hours []int // several if they tie, earliest first
	Calls int   // in each of the hours, over the whole period
	Days  int   // with calls, in which the hour had begun
}

// PeakHour returns the hour of the day with the most calls: over several days, with the
// most calls a day. For each hour it counts only days with calls in which the hour has
// begun. Days without calls, such as those before an account's first call, would make
// every hour look quieter than it is. ok is false if there are no calls.
func (s *Summary) PeakHour() (peak Peak, ok bool) {
	for hour := range s.Hours {
		calls, days := s.Hours[hour].Total(), max(s.hourDays[hour], 1)
		switch more := calls*peak.Days - peak.Calls*days; {
		case calls == 0 || peak.Calls > 0 && more < 0:
		case peak.Calls > 0 && more == 0:
			peak.Hours = append(peak.Hours, hour)
		default:
			peak = Peak{Hours: []int{hour}, Calls: calls, Days: days}
		}
	}
	return peak, peak.Calls > 0
}

// Check returns an error if a total is not the sum of its buckets. No input can cause
// that. Figures that fail the check must not be shown.
func (s *Summary) Check() error {
	var hours, days Counts
	for _, c := range s.Hours {
		hours.add(c)
	}
	for _, d := range s.Days {
		days.add(d.Counts)
	}
	people := s.Outcomes.Total()
	if hours != s.Counts || days != s.Counts || people != s.Calls() {
		return fmt.Errorf("the figures do not add up: %d calls, %d by hour, %d by day, %d by outcome; please report this",
			s.Calls(), hours.Total(), days.Total(), people)
	}
	return nil
}
