package metrics

import "time"

// Choice is which calls the user looks at.
type Choice struct {
	Range  Range
	Custom Period // for Range Custom
	Filter Filter
}

// Period is the chosen days at now. For AllStored, which depends on what is
// stored, it is today: see Ledger.Period.
func (c Choice) Period(now time.Time) Period {
	if c.Range == Custom {
		return c.Custom
	}
	return c.Range.Period(now)
}

// Snapshot is all that a screen shows at one moment. It never changes; the
// newest one counts.
type Snapshot struct {
	Choice Choice
	Period Period    // the chosen days, resolved
	Now    time.Time // of this snapshot, in the account's zone

	// Summary is over the chosen calls; nil until something is known of the
	// period. When Complete is false it is over a part of them only.
	Summary   *Summary
	Complete  bool
	Partial   map[Date]bool // days that have begun and are not known whole
	Tally     Tally
	Data      Data
	AsOf      time.Time
	Settled   bool     // nothing in the period can change any more
	ExoPhones []string // lines that occur in the period
	// OtherDirection says that a call of the period is of DirectionOther.
	OtherDirection bool
	Busy           map[string]int // see View.Busy

	// Unkept is why calls that were read are not on the disk, nil if they are.
	Unkept error

	Loading  bool
	Progress Progress

	Err         error     // why the last load failed, nil after a success
	Failures    int       // loads in a row that failed
	LastSuccess time.Time // when Exotel was last asked for a day and gave it whole
	Next        time.Time // when the next refresh is due; zero while paused or loading
	Paused      bool
	Interval    time.Duration
}

// missedRefreshes is after how many of them figures count as stale.
const missedRefreshes = 3

// Stale reports whether the figures are too old to be taken for the present:
// because refreshes failed, or because none was tried or came to an end.
func (s *Snapshot) Stale() bool {
	old := s.Summary != nil && !s.Settled && s.Now.Sub(s.AsOf) > missedRefreshes*s.Interval
	return old || s.Failures >= missedRefreshes
}
