package exotel

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Page is one page of the call list, newest calls first.
type Page struct {
	// Calls are the calls of the page that are in the range, each once.
	Calls []Call
	// Total is Exotel's number of calls in the whole range, or Unknown.
	Total int
	// Unreadable is the number of rows of the page that are no call.
	Unreadable int
	// Next leads to the page with the next older calls. It is "" at the end.
	Next string
}

// NewestPage reads one page of the calls created in [from, to), a range of a month at
// most. It reads the newest calls, or those at next, which is the Next of an earlier
// Page. A page costs one request and has the total of the range, so that a caller who
// knows the older calls need not read them again.
func (c *Client) NewestPage(ctx context.Context, from, to time.Time, next string) (*Page, error) {
	f := c.Calls(Query{From: from, To: to})
	var p *page
	var err error
	if next == "" {
		p, _, err = f.first(ctx, true)
	} else {
		p, err = c.nextPage(ctx, next)
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

// MaxSids is the largest number of calls for CallsBySid. See API.md, Call list.
const MaxSids = 100

// CallsBySid reads up to MaxSids calls of the last 31 days again, with one request. It
// leaves out calls that Exotel does not return.
func (c *Client) CallsBySid(ctx context.Context, sids []string) ([]Call, error) {
	target := c.address("v1", "Accounts", c.sid, "Calls.json")
	target.RawQuery = url.Values{
		"Sid": {strings.Join(sids, ",")}, "details": {"true"}, "PageSize": {strconv.Itoa(PageSize)},
	}.Encode()
	p, err := c.firstPage(ctx, target)
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
