package exotel

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

const (
	// A cursor counts as endless when it has brought so many times the announced
	// pages, which may be wrong, and then some.
	surplusFactor  = 4
	surplusPages   = 50
	unknownLimit   = 20_000 // pages, when no total was announced
	mostStalePages = 3
	maxSeenRoom    = 50_000 // Sids to make room for on Exotel's word alone
)

// piece is a span that is read by one cursor.
type piece struct {
	*Fetch
	span
	total    int // announced for this piece, or Unknown
	received int
	stale    int // pages in a row that brought nothing new
	// seen holds a hash of each Sid of this span. A call's creation time never
	// changes, so a call cannot come again in another span. Two of a million
	// Sids share a 64-bit hash once in 37 million such ranges.
	seen hashes
}

func (f *Fetch) newPiece(s span, total int) *piece {
	return &piece{Fetch: f, span: s, total: total, seen: newHashes(min(max(total, 0), maxSeenRoom))}
}

// read follows the cursor from the first page to the end.
func (p *piece) read(ctx context.Context, out chan<- []Call, target *url.URL, current *page) error {
	limit := unknownLimit
	if p.total != Unknown {
		limit = surplusFactor*p.total/pageSize + surplusPages
	}
	visited := map[string]struct{}{}
	for n := 1; ; n++ {
		if err := p.emit(ctx, out, current); err != nil {
			return err
		}
		if current.rows() == 0 && current.next != "" && p.total == Unknown {
			return &Error{Op: opCalls, Kind: KindPaging, Err: errors.New("a page is empty though more are to follow")}
		}
		if current.next == "" || current.rows() == 0 {
			break
		}
		if _, again := visited[current.next]; again {
			return &Error{Op: opCalls, Kind: KindPaging, Err: errors.New("its next-page cursor repeats")}
		}
		if n >= limit || p.stale >= mostStalePages {
			return &Error{Op: opCalls, Kind: KindPaging, Err: fmt.Errorf("its pages do not end after %d", n)}
		}
		visited[strings.Clone(current.next)] = struct{}{} // not to keep the page it came from
		next, err := follow(target, current.next)
		if err != nil {
			return &Error{Op: opCalls, Kind: KindForeignHost, Err: p.client.clean(err)}
		}
		if current, err = p.ask(ctx, next); err != nil {
			return err
		}
	}
	p.short.Add(int64(max(p.total-p.received, 0)))
	return nil
}

// emit sends on the rows of a page that are new and belong to the piece.
func (p *piece) emit(ctx context.Context, out chan<- []Call, from *page) error {
	fresh := from.calls[:0]
	duplicates, strays := 0, 0
	sids := p.seen.ahead(from.calls, p.seed)
	for i := range from.calls {
		call := &from.calls[i]
		switch {
		case !call.Created.IsZero() && !p.contains(call.Created):
			strays++
		case p.again(call, sids[i]):
			duplicates++
			p.mu.Lock()
			p.repeated = append(p.repeated, *call)
			p.mu.Unlock()
		default:
			fresh = append(fresh, *call)
		}
	}
	received := len(fresh) + from.unreadable
	p.received += received
	if p.stale++; len(fresh) > 0 || duplicates+strays == 0 {
		p.stale = 0
	}
	p.Fetch.strays.Add(int64(strays))
	p.Fetch.duplicates.Add(int64(duplicates))
	p.Fetch.unreadable.Add(int64(from.unreadable))
	p.Fetch.received.Add(int64(received))
	select {
	case out <- fresh:
		return nil
	case <-ctx.Done():
		p.Fetch.received.Add(int64(-len(fresh))) // nobody took them
		return ctx.Err()
	}
}

// again notes the hash of a call's Sid and reports whether it was noted before.
func (p *piece) again(call *Call, hash uint64) bool {
	if !p.seen.add(hash) {
		return true
	}
	timeless := call.Created.IsZero()
	if !timeless && !p.anyTimeless.Load() {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, again := p.timeless[hash]
	if timeless {
		p.timeless[hash] = struct{}{}
		p.anyTimeless.Store(true)
	}
	return again
}
