package exotel

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

const (
	// A cursor counts as endless after maxSurplus pages more than maxTimes the announced
	// ones, whose number may be wrong, or after maxPages if no number was announced.
	maxTimes   = 4
	maxSurplus = 50
	maxPages   = 20_000
	// maxStale is the number of pages in a row without a new call after which a cursor
	// counts as endless.
	maxStale = 3

	noMatchMessage = "no matching results"
)

// Tally counts what a Fetch has read so far.
type Tally struct {
	// Announced is the number of calls by Exotel's first page.
	Announced int
	Received  int // distinct calls and unreadable rows
	// Unreadable is the number of rows that are no call. They are in no figure.
	Unreadable int
	Duplicates int // rows that were left out because their call had come before
	OutOfRange int // rows that were left out because they lie outside of the range
}

// Missing returns the number of announced calls that did not arrive.
func (t Tally) Missing() int { return max(t.Announced-t.Received, 0) }

// Fetch reads the calls of one query once.
type Fetch struct {
	client *Client
	query  Query

	mu         sync.Mutex
	tally      Tally
	duplicates []Call
}

// Calls returns a Fetch of the query. Its method All reads the calls.
func (c *Client) Calls(q Query) *Fetch { return &Fetch{client: c, query: q} }

// Duplicates returns the rows that All left out because their call had come before. A
// call may have changed between two pages; see Merge.
func (f *Fetch) Duplicates() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.duplicates
}

// Tally returns what has been read so far. It may be called while All runs.
func (f *Fetch) Tally() Tally {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tally
}

// All reads the calls page by page, oldest first, each once. An error comes last. It is
// an *IncompleteError if some calls were read, and otherwise an *Error or the context's
// error.
func (f *Fetch) All(ctx context.Context) iter.Seq2[Call, error] {
	return func(yield func(Call, error) bool) {
		var failure error
		for calls, err := range f.pages(ctx) {
			failure = err
			for _, call := range calls {
				if !yield(call, nil) {
					return
				}
			}
		}
		switch tally := f.Tally(); {
		case failure == nil && tally.Missing() == 0:
		case failure != nil && tally.Received == 0:
			yield(Call{}, failure)
		default:
			yield(Call{}, &IncompleteError{Tally: tally, Err: failure})
		}
	}
}

// pages follows the cursor from the first page to the end, and yields the new calls of
// each page.
func (f *Fetch) pages(ctx context.Context) iter.Seq2[[]Call, error] {
	return func(yield func([]Call, error) bool) {
		p, asked, err := f.first(ctx, false)
		if err != nil {
			yield(nil, err)
			return
		}
		limit := maxPages
		if p.total != Unknown {
			limit = maxTimes*p.total/PageSize + maxSurplus
			f.mu.Lock()
			f.tally.Announced = p.total
			f.mu.Unlock()
		}
		sids, cursors, stale := map[string]bool{}, map[string]bool{}, 0
		for n := 1; ; n++ {
			calls, known := f.add(p, asked, sids)
			if stale++; len(calls) > 0 || !known {
				stale = 0
			}
			if !yield(calls, nil) {
				return
			}
			switch {
			case p.next == "" || p.rows() == 0 && p.total != Unknown:
				return
			case p.rows() == 0:
				err = pagingError("a page is empty though more are to follow")
			case cursors[p.next]:
				err = pagingError("its next-page cursor repeats")
			case n >= limit || stale >= maxStale:
				err = pagingError(fmt.Sprintf("its pages do not end after %d", n))
			default:
				cursors[p.next] = true
				p, err = f.client.nextPage(ctx, p.next)
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

func pagingError(text string) *Error {
	return &Error{Op: opCalls, Kind: KindPaging, Err: errors.New(text)}
}

// add counts the rows of a page, and returns the calls in the range that are new. known
// reports whether the page has others, too.
func (f *Fetch) add(p *page, asked span, sids map[string]bool) (calls []Call, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.tally.Duplicates + f.tally.OutOfRange
	calls = p.calls[:0]
	for _, call := range p.calls {
		switch {
		case !call.Created.IsZero() && !asked.contains(call.Created):
			f.tally.OutOfRange++
		case sids[call.Sid]:
			f.tally.Duplicates++
			f.duplicates = append(f.duplicates, call)
		default:
			sids[call.Sid] = true
			calls = append(calls, call)
		}
	}
	f.tally.Unreadable += p.unreadable
	f.tally.Received += len(calls) + p.unreadable
	return calls, f.tally.Duplicates+f.tally.OutOfRange > before
}

// first reads the first page of the query, and returns the span that it requested. If the
// answer reveals that the computer's clock is off, it requests another span, because
// "now" ends it.
func (f *Fetch) first(ctx context.Context, newestFirst bool) (*page, span, error) {
	c := f.client
	asked, err := f.span(ctx)
	if err != nil {
		return nil, span{}, err
	}
	before := c.clock.offset()
	p, err := c.firstPage(ctx, c.callsURL(asked, newestFirst))
	claimed := c.clock.now().Add(c.clock.claimed()).In(c.zone)
	if s, ok := f.query.span(claimed); !ok || s != asked || c.clock.doubted() {
		c.settleClock(ctx)
	}
	failure, failed := errors.AsType[*Error](err)
	refused := failed && failure.Kind == KindRequest
	if wrong := c.ClockError(); wrong != nil && (err == nil || refused) {
		return nil, span{}, wrong // the computer's day is another day at Exotel
	}
	moved := (c.clock.offset() - before).Abs()
	if moved == 0 || !refused && moved <= clockStep || ctx.Err() != nil {
		return p, asked, err
	}
	corrected, spanErr := f.span(ctx)
	if spanErr != nil {
		return nil, span{}, spanErr
	}
	if refused || corrected != asked {
		p, err = c.firstPage(ctx, c.callsURL(corrected, newestFirst))
	}
	return p, corrected, err
}

// span returns the span to request now.
func (f *Fetch) span(ctx context.Context) (span, error) {
	if err := f.client.Check(ctx, f.query); err != nil {
		return span{}, err
	}
	s, ok := f.query.span(f.client.Now())
	switch {
	case !ok: // another request has just put the clock back
		return span{}, &Error{Op: opCalls, Kind: KindRequest, Err: errFuture}
	case s.to.Sub(s.from) >= maxSpan:
		return span{}, &Error{Op: opCalls, Kind: KindRequest, Err: errLong}
	}
	return s, nil
}

// nextPage reads the page of a cursor.
func (c *Client) nextPage(ctx context.Context, next string) (*page, error) {
	target, err := nextURL(c.address("v1", "Accounts", c.sid, "Calls.json"), next)
	if err != nil {
		return nil, &Error{Op: opCalls, Kind: KindForeignHost, Err: c.clean(err)}
	}
	return c.getPage(ctx, target)
}

// firstPage reads a first page. A 404 may mean that there are no calls, or that there is
// no such account here. A request for the account decides. See API.md, Refusals.
func (c *Client) firstPage(ctx context.Context, target *url.URL) (*page, error) {
	p, err := c.getPage(ctx, target)
	if failure, ok := errors.AsType[*Error](err); ok && failure.Status == http.StatusNotFound &&
		strings.Contains(strings.ToLower(failure.Message), noMatchMessage) {
		if _, failed := c.Probe(ctx); failed == nil {
			return &page{total: 0}, nil
		}
	}
	return p, err
}

// getPage reads one page.
func (c *Client) getPage(ctx context.Context, target *url.URL) (*page, error) {
	return get(ctx, c, opCalls, target, func(body []byte) (*page, error) { return decodePage(body, c.zone) })
}
