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

	maxSpan       = 30 * 24 * time.Hour // in a request
	historyMonths = 6
)

// Query selects the calls created in [From, To), a range of a month at most. It has no
// filters, because Exotel's may miss other spellings of a number. See API.md, Call list,
// and Directory.
type Query struct{ From, To time.Time }

// span is a range of whole seconds, both ends included. See API.md, Call list.
type span struct{ from, to time.Time }

var (
	errFuture = errors.New("the range lies in the future")
	errLong   = errors.New("the range is longer than 30 days, the most that one list of Exotel's covers")
)

// check returns an error for a range that Exotel would refuse, and says what is available
// instead.
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

// FirstDay returns the oldest day in now's zone that Exotel's call list still has
// completely, as a midnight in UTC.
func FirstDay(now time.Time) time.Time {
	return midnightUTC(now.AddDate(0, -historyMonths, 0).Add(-1)).AddDate(0, 0, 1)
}

// midnightUTC returns the midnight in UTC that stands for the day of t in t's own zone.
func midnightUTC(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// span returns the span to request for the query. It ends now at the latest; see API.md,
// Call list. ok is false if it is empty.
func (q *Query) span(now time.Time) (s span, ok bool) {
	s.from = q.From.In(now.Location()).Truncate(time.Second)
	s.to = q.To.In(now.Location()).Add(-1).Truncate(time.Second)
	if s.to.After(now) {
		s.to = now.Truncate(time.Second)
	}
	return s, !s.to.Before(s.from)
}

func (s span) contains(t time.Time) bool { return !t.Before(s.from) && !t.After(s.to) }

// callsURL returns the request for the first page of a span.
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

// lastWallClock returns the end of a span as text. In the second round of an hour that
// the clock shows twice, it returns the end of the first round: calls of the first round
// are later by the clock than t.
func lastWallClock(t time.Time) string {
	text := t.Format(time.DateTime)
	if back, _ := t.ZoneBounds(); !back.IsZero() {
		text = max(text, back.Add(-time.Second).In(t.Location()).Format(time.DateTime))
	}
	return text
}

// Check returns an error if Exotel cannot answer a query, because its range ends before
// it begins, lies in the future or reaches too far back. Until Exotel's clock is known,
// Check asks for it before it blames the range.
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

// settleClock compares the computer's clock with Exotel's until two answers agree, unless
// that was done.
func (c *Client) settleClock(ctx context.Context) {
	for tries := 0; tries < 2 && c.clock.unsettled(); tries++ {
		if _, err := c.Probe(ctx); err != nil {
			c.log.Warn("the clock could not be compared with Exotel's", "error", err)
			return
		}
	}
}
