package exotel

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// DefaultRate is the default number of requests a minute. The account's other systems
// share its limit. See API.md, Limits.
const DefaultRate = 180

const (
	accountRate = 200             // a minute, unless a contract says more
	firstPause  = 5 * time.Second // after a 429 that does not say how long
	maxPause    = time.Minute
	maxPauses   = 5 // in a row, before requests fail
)

// gate limits the requests of an account. All share one pace, and one pause once Exotel
// has asked to wait with a 429 or a Retry-After. After a pause one request goes ahead of
// the others, so that a limit that still holds refuses only that one.
type gate struct {
	pace *rate.Limiter
	lead *semaphore.Weighted // held while a request goes ahead

	mu     sync.Mutex
	until  time.Time // no request before this
	pauses int       // in a row, since a request last passed
}

// newGate returns a gate with an even pace after a burst of a ninth of a minute's
// requests. With DefaultRate no minute has more than 180+20 requests, Exotel's limit, and
// a day of up to 2,000 calls loads at once. A rate near the limit leaves less room for a
// burst.
func newGate(perMinute int) *gate {
	g := &gate{lead: semaphore.NewWeighted(1)}
	if perMinute <= 0 {
		g.pace = rate.NewLimiter(rate.Inf, 0)
		return g
	}
	burst := perMinute / 9
	if perMinute <= accountRate {
		burst = min(burst, accountRate-perMinute)
	}
	g.pace = rate.NewLimiter(rate.Limit(float64(perMinute)/60), max(1, burst))
	return g
}

// enter blocks until a request may be sent. A pause that begins meanwhile holds the
// request, too. Each success needs one leave.
func (g *gate) enter(ctx context.Context) (leads bool, err error) {
	for {
		if err := pause(ctx, time.Until(g.pausedUntil())); err != nil {
			return false, err
		}
		leads := g.isRefusing()
		if leads {
			if err := g.lead.Acquire(ctx, 1); err != nil {
				return false, err
			}
			// The request that went ahead may have opened the gate for all.
			if leads = g.isRefusing(); !leads {
				g.lead.Release(1)
			}
		}
		if g.pace.Wait(ctx) != nil {
			g.leave(leads)
			if ctx.Err() != nil {
				return false, ctx.Err()
			}
			return false, context.DeadlineExceeded // it would be exceeded, says the limiter
		}
		if g.isOpen(leads) {
			return leads, nil
		}
		g.leave(leads)
	}
}

// maxWait is the longest that a request waits for the gate. If Exotel asks for a longer
// pause, the request fails at once.
const maxWait = 2 * time.Minute

var errLongPause = errors.New("longer than a request can wait")

// longPause is errLongPause with the end of the pause.
type longPause struct{ until time.Time }

func (p longPause) Error() string { return "until " + p.until.Format("15:04") }
func (longPause) Unwrap() error   { return errLongPause }

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	if d > maxWait {
		return errLongPause
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave ends a request's turn, whatever its outcome.
func (g *gate) leave(leads bool) {
	if leads {
		g.lead.Release(1)
	}
}

func (g *gate) isRefusing() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses > 0
}

func (g *gate) isOpen(leads bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !time.Now().Before(g.until) && (leads || g.pauses == 0)
}

// noteRefusal closes the gate for as long as Exotel asked to wait. If retryAfter is zero,
// it closes it for longer each time in a row. The refusals of requests that were under
// way together count as one.
func (g *gate) noteRefusal(retryAfter time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if !now.Before(g.until) {
		if retryAfter <= 0 {
			retryAfter = min(firstPause<<min(g.pauses, 8), maxPause)
		}
		g.pauses++
	}
	if until := now.Add(retryAfter); until.After(g.until) {
		g.until = until
	}
}

// noteAnswer notes an answer that does not ask to wait. It ignores answers to requests
// that were under way when the gate closed.
func (g *gate) noteAnswer(leads bool) {
	if !leads {
		return
	}
	g.mu.Lock()
	g.pauses = 0
	g.mu.Unlock()
}

// isHopeless reports whether so many pauses in a row have ended in a refusal that further
// requests are useless.
func (g *gate) isHopeless() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses >= maxPauses
}

func (g *gate) pausedUntil() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.until
}
