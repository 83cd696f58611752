package refresh

import (
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// Choice is the calls that the user looks at.
type Choice struct {
	Range  metrics.Range
	Custom metrics.Period // for Range Custom
	Filter metrics.Filter
}

// Period returns the chosen days at now. AllStored depends on the store: see
// Fetcher.Period. Here it is today.
func (c Choice) Period(now time.Time) metrics.Period {
	if c.Range == metrics.Custom {
		return c.Custom
	}
	return c.Range.Period(now)
}

// Snapshot is everything that a screen shows at one moment. It never changes.
type Snapshot struct {
	Choice Choice
	Period metrics.Period // the chosen days
	Now    time.Time      // of this snapshot, in the account's zone

	// Summary has the figures of the chosen calls, nil until something is known of the
	// period. If Complete is false, some of the calls are missing.
	Summary *metrics.Summary
	// Query selects the calls of Summary.
	Query        calls.Query
	Complete     bool
	PartialDays  map[metrics.Date]bool // days that have begun and are not complete
	Tally        Tally
	Data         Data
	AsOf         time.Time // when the oldest figures that age were read
	Over         bool      // no figures age; see View.Over
	Settled      bool      // nothing in the period can change any more
	LiveOutdated bool      // see View.LiveOutdated
	ExoPhones    []string  // lines of the period's calls
	// HasOtherDirection means that a call of the period has no known direction.
	HasOtherDirection bool
	CallsByLine       map[string]int // calls of the period by exotel.ExoPhone.Key, whatever the filter

	// SaveErr is why calls that were read are not saved, nil if they are.
	SaveErr error

	Loading  bool
	Progress Progress

	Err         error     // why the last load failed, nil after a success
	Failures    int       // loads in a row that failed
	LastSuccess time.Time // when the last reading with a complete day from Exotel began
	Next        time.Time // of the next refresh; zero while paused or loading
	Paused      bool
	Interval    time.Duration
}

// missedRefreshes is the number of missed refreshes after which figures are stale.
const missedRefreshes = 3

// Stale reports whether the figures are too old to show the present, because refreshes
// failed, were not tried or did not end.
func (s *Snapshot) Stale() bool {
	old := s.Summary != nil && !s.Over && !s.Settled && s.Now.Sub(s.AsOf) > missedRefreshes*s.Interval
	return old || s.Failures >= missedRefreshes
}
