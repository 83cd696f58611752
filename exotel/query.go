package exotel

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

const (
	// PageSize is the number of calls on a full page. See API.md, Call list.
	PageSize = 100

	maxSpan       = 30 * 24 * time.Hour // of a request
	historyMonths = 6
)

// Query chooses the calls created in [From, To). A Fetch reads a month at most. Exotel
// does not filter the calls, because its filters may miss other spellings of a number.
// See API.md, Call list, and Directory.
type Query struct{ From, To time.Time }

// span is a range of whole seconds, both ends included. See API.md, Call list.
type span struct{ from, to time.Time }

var (
	errFuture = errors.New("the range lies in the future")
	errLong   = errors.New("the range is longer than 30 days, the most that one list of Exotel's covers")
)

// check refuses what Exotel would refuse, and says what is available instead.
func (q *Query) check(now time.Time) error {
	if !q.From.Before(q.To) {
		return errors.New("the range ends before it begins")
	}
	if q.From.After(now) {
		return errFuture
	}
	if first := FirstDay(now); midnightUTC(q.From.In(now.Location())).Before(first) {
		return fmt.Errorf("calls are kept for %d months: choose a range from %s on", historyMonths, first.Format("2 January 2006"))
	}
	return nil
}

// FirstDay returns the oldest day of now's zone that Exotel's call list still has
// whole, as a midnight in UTC.
func FirstDay(now time.Time) time.Time {
	return midnightUTC(now.AddDate(0, -historyMonths, 0).Add(-1)).AddDate(0, 0, 1)
}

// midnightUTC stands for the day of t in t's own zone.
func midnightUTC(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// span returns what a request for the query carries. It ends now at the latest: see
// API.md, Call list. ok is false if nothing is left of it.
func (q *Query) span(now time.Time) (s span, ok bool) {
	s.from = q.From.In(now.Location()).Truncate(time.Second)
	s.to = q.To.In(now.Location()).Add(-1).Truncate(time.Second)
	if s.to.After(now) {
		s.to = now.Truncate(time.Second)
	}
	return s, !s.to.Before(s.from)
}

func (s span) contains(t time.Time) bool { return !t.Before(s.from) && !t.After(s.to) }

// callsURL is the request for the first page of a span.
func (c *Client) callsURL(s span, newestFirst bool) *url.URL {
	values := url.Values{
		"details":     {"true"},
		"PageSize":    {strconv.Itoa(PageSize)},
		"SortBy":      {"DateCreated:asc"},
		"DateCreated": {"gte:" + s.from.In(c.zone).Format(time.DateTime) + ";lte:" + lastWallClock(s.to.In(c.zone))},
	}
	if newestFirst {
		values.Set("SortBy", "DateCreated:desc")
	}
	target := c.address("v1", "Accounts", c.sid, "Calls.json")
	target.RawQuery = values.Encode()
	return target
}

// lastWallClock writes the end of a span. In an hour that the clock shows twice,
// its second time round, that is the end of the first: what was created in the
// first reads later on the clock than t.
func lastWallClock(t time.Time) string {
	text := t.Format(time.DateTime)
	if back, _ := t.ZoneBounds(); !back.IsZero() {
		text = max(text, back.Add(-time.Second).In(t.Location()).Format(time.DateTime))
	}
	return text
}

// Check reports why Exotel has no answer to a query: a range that ends before
// it begins, lies in the future or reaches too far back. Nil means that it can be asked. As long as Exotel's clock is not
// known it asks for it before it blames the range.
func (c *Client) Check(ctx context.Context, q Query) error {
	err := q.check(c.Now())
	if err != nil {
		c.settleClock(ctx)
		err = q.check(c.Now())
	}
	if wrong := c.ClockError(); err != nil && wrong != nil {
		return wrong
	}
	if skew := c.ClockSkew(); err != nil && skew != 0 {
		err = fmt.Errorf("%w (this computer's clock is %v off, Exotel's was used)", err, skew.Abs().Round(time.Minute))
	}
	if err != nil {
		return &Error{Op: opCalls, Kind: KindRequest, Err: err}
	}
	return nil
}

// settleClock compares the computer's clock with Exotel's, if that has not been
// done: by two answers that agree.
func (c *Client) settleClock(ctx context.Context) {
	for tries := 0; tries < 2 && c.clock.unsettled(); tries++ {
		if _, err := c.Probe(ctx); err != nil {
			c.log.Warn("the clock could not be compared with Exotel's", "error", err)
			return
		}
	}
}
