package refresh

import (
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// Choice says which calls the user looks at.
type Choice struct {
	Range  metrics.Range
	Custom metrics.Period // for Range Custom
	Filter metrics.Filter
}

// Period returns the chosen days at now. For AllStored, which depends on the store,
// it returns today; see Fetcher.Period.
func (c Choice) Period(now time.Time) metrics.Period {
	if c.Range == metrics.Custom {
		return c.Custom
	}
	return c.Range.Period(now)
}

// Snapshot is all that a screen shows at one moment. It never changes.
type Snapshot struct {
	Choice Choice
	Period metrics.Period // the chosen days, resolved
	Now    time.Time      // of this snapshot, in the account's zone

	// Summary holds the figures of the chosen calls, nil until something is known of
	// the period. Unless Complete is true, some of the calls are missing.
	Summary   *metrics.Summary
	Query     calls.Query // that chooses the calls of Summary
	Complete  bool
	Partial   map[metrics.Date]bool // days that have begun and are not known whole
	Tally     Tally
	Data      Data
	AsOf      time.Time // when the oldest figures that grow old were read
	Over      bool      // no figures grow old: all days were over and settled when they were read
	Settled   bool      // nothing in the period can change any more
	LiveUpTo  bool      // some of the live calls may be over; see View.LiveUpTo
	ExoPhones []string  // lines that occur in the period
	// OtherDirection means that a call of the period has no known direction.
	OtherDirection bool
	Busy           map[string]int // calls of the period by exotel.ExoPhone.Key, whatever the filter

	// SaveErr is why calls that were read are not saved, nil if they are.
	SaveErr error

	Loading  bool
	Progress Progress

	Err         error     // why the last load failed, nil after a success
	Failures    int       // loads in a row that failed
	LastSuccess time.Time // when the last reading began in which Exotel gave a whole day
	Next        time.Time // when the next refresh is due; zero while paused or loading
	Paused      bool
	Interval    time.Duration
}

// missedRefreshes is the number of missed refreshes after which figures are stale.
const missedRefreshes = 3

// Stale reports whether the figures are too old to show the present, because
// refreshes failed, were not tried or did not end.
func (s *Snapshot) Stale() bool {
	old := s.Summary != nil && !s.Over && !s.Settled && s.Now.Sub(s.AsOf) > missedRefreshes*s.Interval
	return old || s.Failures >= missedRefreshes
}
