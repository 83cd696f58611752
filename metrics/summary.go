package metrics

import (
	"fmt"
	"time"
)

// Counts are calls by status.
type Counts [statuses]int

// Total is all calls, live ones included.
func (c Counts) Total() int {
	n := 0
	for _, v := range c {
		n += v
	}
	return n
}

// Ended is the calls that are over, the denominator of the answer rate.
func (c Counts) Ended() int { return c[Answered] + c.Unanswered() }

// Unanswered is the ended calls that were not answered: card "Missed".
func (c Counts) Unanswered() int { return c[NoAnswer] + c[Busy] + c[Failed] + c[Canceled] }

func (c *Counts) add(other Counts) {
	for i, v := range other {
		c[i] += v
	}
}

// Outcomes are calls by outcome.
type Outcomes [outcomes]int

// Total is all calls, live ones included.
func (o Outcomes) Total() int {
	n := 0
	for _, v := range o {
		n += v
	}
	return n
}

// Over is the calls that are known to be over.
func (o Outcomes) Over() int { return o.Total() - o[NotOver] - o[EndUnknown] }

// Known is the calls that are over and of which it is known what happened to the
// person: the denominator of the talk rate.
func (o Outcomes) Known() int { return o.Over() - o[OutcomeUnknown] - o[OutcomeOther] }

// Mean is an average that knows over how many values it is.
type Mean struct{ Sum, N int }

func (m *Mean) merge(other Mean) { m.Sum += other.Sum; m.N += other.N }

// Rounded is the mean rounded to a whole, half up; ok is false when there is none.
func (m Mean) Rounded() (value int, ok bool) {
	if m.N == 0 {
		return 0, false
	}
	return (2*m.Sum + m.N) / (2 * m.N), true
}

// DayCounts are the calls of one day by status.
type DayCounts struct {
	Date   Date
	Counts Counts
}

// Summary is the figures over a period's calls.
type Summary struct {
	Period Period
	Counts Counts
	// Hours are the calls by the hour in which they were created, the account's
	// wall clock. They add up to Counts, and so do Days.
	Hours [24]Counts
	Days  []DayCounts

	Outcomes    Outcomes
	WithDetails int // calls that are known to be over and whose legs Exotel described

	// Duration is over answered calls that have one: the whole call, menu and
	// ringing included. Talk is over calls with outcome Talked that have one.
	Duration, Talk Mean

	Legs int // rows that are a leg of another call, not counted as calls

	// LineUnknown is the calls that match but for the filter's ExoPhone, which nobody
	// can tell: they name none, or one by an SID that is not on the account's list.
	// They are in no other figure.
	LineUnknown int

	// hourDays is the number of days with calls in which the hour has begun.
	hourDays [24]int
}

// NewSummary returns the figures over no calls.
func NewSummary(p Period) *Summary {
	s := &Summary{Period: p, Days: make([]DayCounts, p.Days())}
	for i := range s.Days {
		s.Days[i].Date = p.From.Add(i)
	}
	return s
}

// SetNow counts the days with calls in which each hour has begun at now. A day on
// which summer time begins lacks an hour.
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

// Group is calls of one day, hour, status and outcome, and what they have in common.
type Group struct {
	Day            Date // of the period
	Hour           int
	Status         Status
	Outcome        Outcome
	Calls          int
	WithDetails    int // of these, calls with details
	Legs           int // not among Calls
	Duration, Talk Mean
}

// Add adds calls.
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

// Calls is the number of calls.
func (s *Summary) Calls() int { return s.Counts.Total() }

// AnswerRate is answered calls by ended calls in tenths of a per cent, rounded
// half up; ok is false when no call has ended.
func (s *Summary) AnswerRate() (tenths int, ok bool) {
	return Share(s.Counts[Answered], s.Counts.Ended())
}

// DetailsRate is the share of the calls that are known to be over of which Exotel
// sent details, in tenths of a per cent; ok is false when there are no such calls.
func (s *Summary) DetailsRate() (tenths int, ok bool) {
	return Share(s.WithDetails, s.Outcomes.Over())
}

// detailsNeeded is the share of calls, in per cent, that must have details for
// the talk rate to be shown.
const detailsNeeded = 95

// TalkRate is the share of calls in which a person was talked to, in tenths of a
// per cent, of those of which that is known. ok is false when there are none, or
// when fewer than 95% of the calls that are known to be over have details.
func (s *Summary) TalkRate() (tenths int, ok bool) {
	if s.WithDetails*100 < s.Outcomes.Over()*detailsNeeded {
		return 0, false
	}
	return Share(s.Outcomes[Talked], s.Outcomes.Known())
}

// Share is a part of a whole in tenths of a per cent, rounded half up; ok is
// false when there is no whole.
func Share(part, whole int) (tenths int, ok bool) {
	if whole == 0 {
		return 0, false
	}
	return (2000*part + whole) / (2 * whole), true
}

// Peak is the hour with the most calls.
type Peak struct {
	Hours []int // more than one when they tie, earliest first
	Calls int   // in that hour, over the whole period
	Days  int   // with calls, over which Calls are spread
}

// PeakHour is the hour of the day with the most calls: over several days, with
// the most calls a day, counting for each hour the days with calls in which it has
// begun. Days without calls, such as those before an account's first one, would make
// every hour look quieter than it is.
// ok is false when there are no calls.
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

// Check reports a total that is not the sum of its buckets. No input can bring
// that about; if it ever happens the figures must not be shown as sound.
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
