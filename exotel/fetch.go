package exotel

import (
	"context"
	"errors"
	"hash/maphash"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// lanes is how many pieces of a range are read side by side.
	lanes = maxInFlight
	// pagesPerPiece is about how long a piece is; a shorter one would waste more
	// of the account's requests on half-full last pages than it saves time.
	pagesPerPiece  = 16
	maxPieces      = 32 // of one window
	noMatchMessage = "no matching results"
)

// Tally counts what a Fetch has read so far, before any filter of ours.
type Tally struct {
	// Announced is how many calls Exotel said there are, by the first page of
	// each window. It grows while windows are opened.
	Announced int
	Received  int // different calls and unreadable rows
	// Unreadable rows were no call at all: they are missing from every figure.
	Unreadable int
	Duplicates int // rows that came again, left out
	Strays     int // rows from outside the asked range, left out
	Requests   int // pages asked for; each may have been tried several times
	short      int // announced by a piece and not received in it
	unsized    int // windows of which it is not known how many calls they have
}

// Missing is how many announced calls did not arrive. Calls that appear while a
// range is read cannot hide others that are missing elsewhere in it.
func (t Tally) Missing() int { return max(t.Announced-t.Received, t.short, 0) }

// Fetch reads the calls of one query, once.
type Fetch struct {
	client *Client
	query  Query

	announced, received, unreadable, duplicates, strays, requests, short, unsized atomic.Int64

	seed        maphash.Seed
	mu          sync.Mutex
	repeated    []Call
	anyTimeless atomic.Bool
	timeless    map[uint64]struct{} // calls without a creation time, in any piece
}

// Calls prepares to read the calls that match q; All reads them.
func (c *Client) Calls(q Query) *Fetch {
	return &Fetch{client: c, query: q, seed: maphash.MakeSeed(), timeless: map[uint64]struct{}{}}
}

// Repeated returns the rows that All left out because their call had come before. A
// call may have changed between two pages: see Merge.
func (f *Fetch) Repeated() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.repeated
}

// Tally is what has been read so far. It may be called while All runs.
func (f *Fetch) Tally() Tally {
	return Tally{
		Announced: int(f.announced.Load()), Received: int(f.received.Load()),
		Unreadable: int(f.unreadable.Load()), Duplicates: int(f.duplicates.Load()),
		Strays: int(f.strays.Load()), Requests: int(f.requests.Load()),
		short: int(f.short.Load()), unsized: int(f.unsized.Load()),
	}
}

// All reads the calls, each once. Long ranges are read in pieces side by side,
// oldest first within a piece, pieces in no order; nothing is kept, so memory
// does not grow with the range. A call's texts are parts of the page it came
// with: clone those that are to outlive it. An error comes last: *IncompleteError
// when calls that came before it are not all of them; when nothing could be read
// an *Error, or the context's. Nothing runs on once the loop is left.
func (f *Fetch) All(ctx context.Context) iter.Seq2[Call, error] {
	return func(yield func(Call, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		pages := make(chan []Call)
		ended := make(chan error, 1)
		go func() {
			defer close(pages)
			ended <- f.read(ctx, pages)
		}()
		defer func() {
			cancel()
			for range pages {
			}
		}()
		for calls := range pages {
			for i := range calls {
				if f.query.matches(&calls[i]) && !yield(calls[i], nil) {
					return
				}
			}
		}
		if err := f.whole(<-ended); err != nil {
			yield(Call{}, err)
		}
	}
}

// whole turns the end of the reading into the caller's error.
func (f *Fetch) whole(err error) error {
	tally := f.Tally()
	if err == nil && tally.Missing() == 0 {
		return nil
	}
	if err != nil && tally.Received == 0 {
		return err
	}
	return &IncompleteError{Tally: tally, Err: err}
}

// read sends every page's new calls to pages.
func (f *Fetch) read(ctx context.Context, pages chan<- []Call) error {
	windows, first, err := f.begin(ctx)
	if err != nil {
		return err
	}
	f.unsized.Store(int64(len(windows)))
	group, ctx := errgroup.WithContext(ctx)
	lane := make(chan struct{}, lanes)
	for i, window := range windows {
		opening := first
		if i > 0 {
			opening = nil
		}
		group.Go(func() error {
			return f.window(ctx, group, lane, pages, window, opening)
		})
	}
	return group.Wait()
}

// begin plans the windows and reads the first page of the newest. That first
// answer may reveal that this computer's clock is off; then the plan is made
// again, because "now" ends it.
func (f *Fetch) begin(ctx context.Context) ([]span, *page, error) {
	windows, err := f.plan(ctx)
	if err != nil {
		return nil, nil, err
	}
	before := f.client.clock.offset()
	first, err := f.page(ctx, f.client.callsURL(&f.query, windows[0]))
	claimed := f.client.clock.now().Add(f.client.clock.claimed()).In(f.client.zone)
	if !slices.Equal(f.query.windows(claimed), windows) || f.client.clock.doubted() {
		f.client.settleClock(ctx)
	}
	failure, failed := errors.AsType[*Error](err)
	refused := failed && failure.Kind == KindRequest
	if wrong := f.client.ClockError(); wrong != nil && (err == nil || refused) {
		return nil, nil, wrong // what this computer takes for a day is another one there
	}
	moved := (f.client.clock.offset() - before).Abs()
	if moved == 0 || !refused && moved <= clockStep || ctx.Err() != nil {
		return windows, first, err
	}
	corrected, planErr := f.plan(ctx)
	if planErr != nil {
		return nil, nil, planErr
	}
	if refused || !slices.Equal(corrected, windows) {
		first, err = f.page(ctx, f.client.callsURL(&f.query, corrected[0]))
	}
	return corrected, first, err
}

func (f *Fetch) plan(ctx context.Context) ([]span, error) {
	if err := f.client.Check(ctx, f.query); err != nil {
		return nil, err
	}
	windows := f.query.windows(f.client.Now())
	if len(windows) == 0 { // another request has put the clock back just now
		return nil, &Error{Op: opCalls, Kind: KindRequest, Err: errFuture}
	}
	return windows, nil
}

// window reads one span that a request may carry. When its first page announces
// many calls over several days, the rest of it is cut into pieces.
func (f *Fetch) window(ctx context.Context, group *errgroup.Group, lane chan struct{}, out chan<- []Call, w span, first *page) error {
	select {
	case lane <- struct{}{}:
		defer func() { <-lane }()
	case <-ctx.Done():
		return ctx.Err()
	}
	target := f.client.callsURL(&f.query, w)
	if first == nil {
		var err error
		if first, err = f.page(ctx, target); err != nil {
			return err
		}
	}
	if first.total != Unknown {
		f.announced.Add(int64(first.total))
		f.unsized.Add(-1)
	}
	n := min(first.total/(pagesPerPiece*pageSize), maxPieces)
	rest, ascending := w, false
	rest.from, ascending = newest(first.calls)
	pieces := rest.cut(n)
	if n < 2 || len(pieces) < 2 || !w.contains(rest.from) || first.next == "" || !ascending {
		p := f.newPiece(w, first.total)
		return p.read(ctx, out, target, first)
	}
	// The calls of the page's last second may go on behind it, so that second
	// belongs to the pieces; the page keeps what came before.
	first.calls = slices.DeleteFunc(first.calls, func(call Call) bool { return rest.contains(call.Created) })
	if err := f.newPiece(w, Unknown).emit(ctx, out, first); err != nil {
		return err
	}
	for _, s := range pieces {
		group.Go(func() error {
			select {
			case lane <- struct{}{}:
				defer func() { <-lane }()
			case <-ctx.Done():
				return ctx.Err()
			}
			target := f.client.callsURL(&f.query, s)
			first, err := f.page(ctx, target)
			if err != nil {
				return err
			}
			p := f.newPiece(s, first.total)
			return p.read(ctx, out, target, first)
		})
	}
	return nil
}

// newest is the last creation time on a page, and whether the page is in order,
// so that the rest can be trusted to begin there.
func newest(calls []Call) (last time.Time, ascending bool) {
	for i := range calls {
		switch created := calls[i].Created; {
		case created.IsZero():
		case created.Before(last):
			return time.Time{}, false
		default:
			last = created
		}
	}
	return last, true
}

// ask asks for one page.
func (f *Fetch) ask(ctx context.Context, target *url.URL) (*page, error) {
	f.requests.Add(1)
	return get(ctx, f.client, opCalls, target, func(body []byte) (*page, error) {
		return decodePage(body, f.client.zone)
	})
}

// page asks for the first page of a span. Some accounts may answer "nothing
// found" with 404, which a wrong SID or region does too; the account itself
// tells them apart.
func (f *Fetch) page(ctx context.Context, target *url.URL) (*page, error) {
	p, err := f.ask(ctx, target)
	if failure, ok := errors.AsType[*Error](err); ok && failure.Status == http.StatusNotFound &&
		strings.Contains(strings.ToLower(failure.Message), noMatchMessage) && f.accountProven(ctx) {
		return &page{total: 0}, nil
	}
	return p, err
}

func (f *Fetch) accountProven(ctx context.Context) bool {
	_, err := f.client.Probe(ctx)
	return err == nil
}
