package exotel

import (
	"context"
	"time"

	"golang.org/x/time/rate"
)

// extraPause is how much longer than others a low-priority client waits after a pause.
const extraPause = 30 * time.Second

// LowPriority returns a client of the same account for work that can wait. Its requests
// take at most a share of the pace, more than 0 and up to 1, and begin one after the
// other. After Exotel has asked to wait, they let all others go first. Without a rate
// limit there is no limit for the share either.
func (c *Client) LowPriority(share float64) *Client {
	low := *c
	limit := rate.Inf
	if c.perMinute > 0 {
		limit = rate.Limit(float64(c.perMinute) * share / 60)
	}
	low.limiter = rate.NewLimiter(limit, 1)
	return &low
}

// waitTurn blocks a low-priority client before it joins the account's queue.
func (c *Client) waitTurn(ctx context.Context) error {
	if c.limiter == nil {
		return nil
	}
	if err := c.limiter.Wait(ctx); err != nil {
		return err
	}
	for {
		until := c.gate.pausedUntil()
		if until.IsZero() {
			return nil
		}
		wait := time.Until(until.Add(extraPause))
		if wait <= 0 {
			return nil
		}
		if wait > maxWait+extraPause {
			return errLongPause
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}
