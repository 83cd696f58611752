package exoteltest

import (
	"sync"
	"time"
)

// rateWindow is the fixed window of the rate limit. See API.md, Limits.
type rateWindow struct {
	mu     sync.Mutex
	opened time.Time
	served int
	number int // of windows so far
}

// allow takes a place in the window. It returns the window's number and, when
// it is full, how long it still lasts. A frozen Options.Now would never open
// the next window, so this goes by the machine's clock.
func (r *rateWindow) allow(limit int, length time.Duration) (window int, wait time.Duration, ok bool) {
	if length <= 0 {
		length = time.Minute
	}
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.opened.IsZero() || now.Sub(r.opened) >= length {
		r.opened, r.served = now, 0
		r.number++
	}
	if r.served >= limit {
		return r.number, length - now.Sub(r.opened), false
	}
	r.served++
	return r.number, 0, true
}
