package exotel

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Page is one answer of the call list, newest calls first.
type Page struct {
	// Calls are those of the page that belong to the asked range, each once.
	Calls []Call
	// Total is how many calls Exotel says there are in the whole range, or Unknown.
	Total int
	// Unreadable is how many rows of the page were no call.
	Unreadable int
	// Next leads to the page of the next older calls, "" at the end.
	Next string
}

// Newest reads one page of the calls created in [from, to), which may be a month
// at most: the newest, or with next the one that an earlier Page named. A page
// costs one request and tells how many calls the whole range has, so that who
// knows the older ones need not ask for them again.
func (c *Client) Newest(ctx context.Context, from, to time.Time, next string) (*Page, error) {
	f := c.Calls(Query{From: from, To: to})
	var p *page
	var err error
	if next == "" {
		p, _, err = f.first(ctx, true)
	} else {
		p, err = c.askAfter(ctx, next)
	}
	if err != nil {
		return nil, err
	}
	answer := &Page{Total: p.total, Unreadable: p.unreadable, Next: p.next}
	if p.rows() == 0 {
		answer.Next = ""
	}
	if answer.Next != "" && answer.Next == next {
		return nil, pagingError("its next-page cursor repeats")
	}
	for _, call := range distinct(p.calls) {
		if call.Created.IsZero() || !call.Created.Before(from) && call.Created.Before(to) {
			answer.Calls = append(answer.Calls, call)
		}
	}
	return answer, nil
}

// distinct returns the calls of a page, each once.
func distinct(calls []Call) []Call {
	at := make(map[string]int, len(calls))
	list := calls[:0]
	for _, call := range calls {
		if first, again := at[call.Sid]; again {
			list[first] = Merge(list[first], call)
			continue
		}
		at[call.Sid] = len(list)
		list = append(list, call)
	}
	return list
}

// MostSids is the number of calls that BySid reads at most. See API.md, Call list.
const MostSids = 100

// BySid reads calls again by their Sids, of the last 31 days and MostSids at
// most, with one request. Calls that Exotel does not give are not among them.
func (c *Client) BySid(ctx context.Context, sids []string) ([]Call, error) {
	target := c.address("v1", "Accounts", c.sid, "Calls.json")
	target.RawQuery = url.Values{
		"Sid": {strings.Join(sids, ",")}, "details": {"true"}, "PageSize": {strconv.Itoa(PageSize)},
	}.Encode()
	p, err := c.askFirst(ctx, target)
	if err != nil {
		return nil, err
	}
	asked := make(map[string]struct{}, len(sids))
	for _, sid := range sids {
		asked[sid] = struct{}{}
	}
	return slices.DeleteFunc(distinct(p.calls), func(call Call) bool {
		_, ok := asked[call.Sid]
		return !ok
	}), nil
}
