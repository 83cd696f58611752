package exotel

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	pageSize = 100 // the most Exotel gives
	// maxSpan is the longest range one request may carry; Exotel says a month.
	maxSpan = 30 * 24 * time.Hour
	// historyMonths is how far back Exotel's call list reaches.
	historyMonths = 6
)

// Query says which calls to read: those created in [From, To) that match every
// filter. Empty filters match all. Calls are not filtered by ExoPhone: Exotel may
// compare its PhoneNumber as a text, so that 0… does not find +91…, and rows name
// a line by its SID alone. See Directory.
type Query struct {
	From, To time.Time
	// Direction is one of the Direction constants.
	Direction string
	// Statuses are Exotel's words.
	Statuses []string

	newestFirst bool
}

// directions are the values that Exotel accepts as a filter.
var directions = []string{DirectionInbound, DirectionOutboundDial, DirectionOutboundAPI}

// filterableStatuses are the values documented as a filter. Several at once are
// refused with 400; those, and any other, are filtered here.
var filterableStatuses = []string{
	StatusQueued, StatusRinging, StatusInProgress, StatusCompleted, StatusFailed, StatusBusy, StatusNoAnswer,
}

// span is a range of whole seconds, both ends included, as Exotel filters.
type span struct{ from, to time.Time }

var errFuture = errors.New("the range lies in the future")

// check refuses what Exotel would refuse, and says what is available instead.
func (q *Query) check(now time.Time) error {
	if q.Direction != "" && !slices.Contains(directions, q.Direction) {
		return fmt.Errorf("%q is not a direction; use %s", q.Direction, strings.Join(directions, ", "))
	}
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

// windows cuts the range into spans that one request may carry, newest first,
// the last of them ending now at the latest: Exotel may refuse a bound in the
// future.
func (q *Query) windows(now time.Time) []span {
	from := q.From.In(now.Location()).Truncate(time.Second)
	end := q.To.In(now.Location()).Add(-1).Truncate(time.Second)
	if end.After(now) {
		end = now.Truncate(time.Second)
	}
	var spans []span
	for !end.Before(from) {
		start := unrepeated(end.Add(-maxSpan + time.Second))
		if start.Before(from) {
			start = from
		}
		spans = append(spans, span{start, end})
		end = start.Add(-time.Second)
	}
	return spans
}

// cut divides a span into at most n parts of equal time, none much shorter than
// a day, oldest first.
func (s span) cut(n int) []span {
	seconds := int64(s.to.Sub(s.from)/time.Second) + 1
	n = max(1, min(n, int((seconds+secondsPerDay-1)/secondsPerDay)))
	parts := make([]span, n)
	from := s.from
	for i := range parts {
		next := unrepeated(s.from.Add(time.Duration(seconds*int64(i+1)/int64(n)) * time.Second))
		parts[i] = span{from, next.Add(-time.Second)}
		from = next
	}
	parts[n-1].to = s.to
	return parts
}

// unrepeated is t, or when an hour that the clock shows twice is over. A span must
// not begin in it: nobody can tell which of its calls belong to the span before.
func unrepeated(t time.Time) time.Time {
	began, ends := t.ZoneBounds()
	for _, change := range []time.Time{began, ends} {
		if change.IsZero() {
			continue
		}
		_, before := change.Add(-time.Second).Zone()
		_, after := change.Zone()
		twice := time.Duration(before-after) * time.Second
		if !t.Before(change.Add(-twice)) && t.Before(change.Add(twice)) {
			return change.Add(twice)
		}
	}
	return t
}

const secondsPerDay = 24 * 60 * 60

func (s span) contains(t time.Time) bool { return !t.Before(s.from) && !t.After(s.to) }

// callsURL is the request for the first page of a span.
func (c *Client) callsURL(q *Query, s span) *url.URL {
	const layout = time.DateTime
	values := url.Values{
		"details":     {"true"},
		"PageSize":    {strconv.Itoa(pageSize)},
		"SortBy":      {"DateCreated:asc"},
		"DateCreated": {"gte:" + s.from.In(c.zone).Format(layout) + ";lte:" + lastWallClock(s.to.In(c.zone), layout)},
	}
	if q.newestFirst {
		values.Set("SortBy", "DateCreated:desc")
	}
	if q.Direction != "" {
		values.Set("Direction", q.Direction)
	}
	if len(q.Statuses) == 1 && slices.Contains(filterableStatuses, q.Statuses[0]) {
		values.Set("Status", q.Statuses[0])
	}
	target := c.address("v1", "Accounts", c.sid, "Calls.json")
	target.RawQuery = values.Encode()
	return target
}

// lastWallClock writes the end of a span. In an hour that the clock shows twice,
// its second time round, that is the end of the first: what was created in the
// first reads later on the clock than t.
func lastWallClock(t time.Time, layout string) string {
	text := t.Format(layout)
	if back, _ := t.ZoneBounds(); !back.IsZero() {
		text = max(text, back.Add(-time.Second).In(t.Location()).Format(layout))
	}
	return text
}

// matches applies every filter to a row, also those sent along: a filter that
// Exotel ignored must not change a figure.
func (q *Query) matches(call *Call) bool {
	if q.Direction != "" && call.Direction != q.Direction {
		return false
	}
	return len(q.Statuses) == 0 || slices.Contains(q.Statuses, call.Status)
}

// Check reports why Exotel has no answer to a query: a range that ends before
// it begins, lies in the future or reaches too far back, or an unknown
// direction. Nil means that it can be asked. As long as Exotel's clock is not
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
