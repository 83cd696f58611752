package exotel

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// DefaultRate is the number of requests a minute that a Client allows itself unless
// told otherwise. The account's other systems share its limit. See API.md, Limits.
const DefaultRate = 180

const (
	accountRate = 200             // a minute, unless a contract says more
	firstPause  = 5 * time.Second // after a 429 that does not say how long
	mostPause   = time.Minute
	mostPauses  = 5 // in a row, before the requests are given up
)

// gate lets the account's requests through: one pace for all, and one pause for
// all once Exotel has asked to wait, with a 429 or a Retry-After. After a pause
// one request goes ahead of the others, so that a limit that still holds refuses
// that one only.
type gate struct {
	pace *rate.Limiter
	lead *semaphore.Weighted // held while a request goes ahead

	mu     sync.Mutex
	until  time.Time // no request before this
	pauses int       // in a row, since a request last passed
}

// newGate paces requests evenly after a burst of a ninth of a minute's worth:
// with DefaultRate no minute carries more than 180+20, Exotel's limit, and a
// day of up to 2,000 calls loads at once. A rate nearer the limit leaves less
// room for a burst.
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

// enter blocks until a request may be sent. A pause that begins while a request
// waits for its turn holds that request too. Each success needs one leave.
func (g *gate) enter(ctx context.Context) (leads bool, err error) {
	for {
		if err := pause(ctx, time.Until(g.pausedUntil())); err != nil {
			return false, err
		}
		leads := g.refusing()
		if leads {
			if err := g.lead.Acquire(ctx, 1); err != nil {
				return false, err
			}
			// The request that went ahead may have opened the gate for all.
			if leads = g.refusing(); !leads {
				g.lead.Release(1)
			}
		}
		if g.pace.Wait(ctx) != nil {
			g.leave(leads)
			if ctx.Err() != nil {
				return false, ctx.Err()
			}
			return false, context.DeadlineExceeded // it would be, says the limiter
		}
		if g.open(leads) {
			return leads, nil
		}
		g.leave(leads)
	}
}

// longestPause is how long a request waits for the gate. When Exotel asks for
// more, whoever asked is told so at once instead of being kept waiting.
const longestPause = 2 * time.Minute

var errLongPause = errors.New("longer than a request can wait")

// longPause is errLongPause with its end.
type longPause struct{ until time.Time }

func (p longPause) Error() string { return "until " + p.until.Format("15:04") }
func (longPause) Unwrap() error   { return errLongPause }

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	if d > longestPause {
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

// leave ends a request's turn, whatever became of it.
func (g *gate) leave(leads bool) {
	if leads {
		g.lead.Release(1)
	}
}

func (g *gate) refusing() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses > 0
}

func (g *gate) open(leads bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !time.Now().Before(g.until) && (leads || g.pauses == 0)
}

// refused closes the gate for as long as Exotel asked to wait or, when it did not
// say how long (zero), longer each time in a row. Requests that were under way
// together get their refusals together; those count as one.
func (g *gate) refused(retryAfter time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if !now.Before(g.until) {
		if retryAfter <= 0 {
			retryAfter = min(firstPause<<min(g.pauses, 8), mostPause)
		}
		g.pauses++
	}
	if until := now.Add(retryAfter); until.After(g.until) {
		g.until = until
	}
}

// passed notes an answer that does not ask to wait. Those to requests that were under way
// when the gate closed say nothing of what comes after the pause.
func (g *gate) passed(leads bool) {
	if !leads {
		return
	}
	g.mu.Lock()
	g.pauses = 0
	g.mu.Unlock()
}

// hopeless reports whether so many pauses in a row have ended in a refusal that
// going on would only keep the account busy.
func (g *gate) hopeless() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses >= mostPauses
}

func (g *gate) pausedUntil() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.until
}
