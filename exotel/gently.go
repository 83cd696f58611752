package exotel

import (
	"context"
	"time"

	"golang.org/x/time/rate"
)

// yield is how much longer than the others a gentle client waits after a pause.
const yield = 30 * time.Second

// Gently is the same account for work that can wait. Its requests take at most a
// share of the pace, more than 0 and up to 1, and begin one after the other;
// after Exotel has asked to wait they let all others go first. Without a limit of
// our own there is none for the share either.
func (c *Client) Gently(share float64) *Client {
	gentle := *c
	limit := rate.Inf
	if c.perMinute > 0 {
		limit = rate.Limit(float64(c.perMinute) * share / 60)
	}
	gentle.turn = rate.NewLimiter(limit, 1)
	return &gentle
}

// standBack is where a gentle client waits before it joins the account's queue.
func (c *Client) standBack(ctx context.Context) error {
	if c.turn == nil {
		return nil
	}
	if err := c.turn.Wait(ctx); err != nil {
		return err
	}
	for {
		until := c.gate.pausedUntil()
		if until.IsZero() {
			return nil
		}
		wait := time.Until(until.Add(yield))
		if wait <= 0 {
			return nil
		}
		if wait > longestPause+yield {
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
