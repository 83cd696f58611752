package refresh

import (
	"cmp"
	"context"
	"slices"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

const (
	// settleEvery is the shortest time between two requests for open calls.
	settleEvery = 50 * time.Second
	// liveWait and settleWait are the times after which a live call and another open call
	// are due.
	liveWait   = 2 * time.Minute
	settleWait = 4 * time.Minute
	// maxSettleRequests is the largest number of requests of a refresh for live calls, of
	// a hundred calls each. A small account needs one.
	maxSettleRequests = 5
	// maxRequests is the largest number of requests of a refresh of a running day whose
	// newest calls are known. A small account needs two.
	maxRequests = 8
)

// maxLiveAge returns the largest age of Exotel's last answer about a live call with a
// refresh every interval, if the requests are enough for all live calls.
func maxLiveAge(interval time.Duration) time.Duration {
	return liveWait + interval + interval/2 // requests take a part of an interval
}

// isLive reports whether a call counts as live.
func isLive(call calls.OpenCall, now time.Time) bool {
	return call.Phase == metrics.Running && now.Sub(call.Created) < call.Phase.MaxAge()
}

// open returns the calls of which Exotel may say more. Their AsOf is at least their
// creation.
func (f *Fetcher) open(ctx context.Context) ([]calls.OpenCall, error) {
	now := f.Now()
	open, err := f.store.OpenCalls(ctx, now.Add(-metrics.SettleTimeout), now.Add(-metrics.VolatileAge))
	for i := range open {
		call := &open[i]
		// A later time was set by a clock that was wrong.
		if call.AsOf.Before(call.Created) || call.AsOf.After(now) {
			call.AsOf = call.Created
		}
	}
	return open, err
}

// settleOpen requests open calls again, the most overdue first, unless the last round was
// less than settleEvery ago. spent is the number of requests that the refresh has cost. A
// failure is only logged: the calls stay as they are, and count as provisional.
func (f *Fetcher) settleOpen(ctx context.Context, client *exotel.Client, day metrics.Date, spent int) {
	open, err := f.open(ctx)
	var due []string
	if err == nil {
		due = f.takeDue(f.Now(), open, min(maxSettleRequests, max(maxRequests-spent, 1)))
	}
	for sids := range slices.Chunk(due, exotel.MaxSids) {
		if err == nil {
			err = f.refetch(ctx, client, day, sids)
		}
	}
	if err != nil && ctx.Err() == nil {
		f.log.Warn("calls that are not settled could not be asked for again", "calls", len(due), "error", err)
	}
}

// settleEnded requests the open calls of a day that is over again, now and then. The
// caller must have the day's lock.
func (f *Fetcher) settleEnded(ctx context.Context, client *exotel.Client, day metrics.Date, s *dayState) error {
	const every = 15 * time.Minute // the longest in Exotel's documents; see exotel/API.md, Settling
	now := f.Now()
	if now.Sub(s.askedOpen).Abs() < every {
		return nil
	}
	s.askedOpen = now
	open, err := f.open(ctx)
	if err != nil {
		return err
	}
	var sids []string
	for _, call := range open {
		if call.Phase != metrics.Finished && metrics.DateOf(call.Created) == day && len(sids) < exotel.MaxSids {
			sids = append(sids, call.Sid)
		}
	}
	if len(sids) == 0 {
		return nil
	}
	if err := f.refetch(ctx, client, day, sids); err != nil && ctx.Err() == nil {
		f.log.Warn("calls whose record is not finished could not be brought up to date", "day", day.String(), "calls", len(sids), "error", err)
	}
	return nil
}

// refetch requests some calls and saves them. What is known of the day does not change.
func (f *Fetcher) refetch(ctx context.Context, client *exotel.Client, day metrics.Date, sids []string) error {
	now := f.Now()
	renewed, err := client.CallsBySid(ctx, sids)
	if err != nil {
		return err
	}
	f.mu.Lock()
	for _, sid := range sids {
		f.lastAsked[sid] = now
	}
	f.mu.Unlock()
	return f.put(ctx, client, calls.Batch{Date: day, Calls: renewed, AsOf: now})
}

// takeDue returns the open calls to be requested now with some requests, the most overdue
// first. A live call is due every two minutes, and another call when it may have settled,
// and later ever more rarely.
func (f *Fetcher) takeDue(now time.Time, open []calls.OpenCall, requests int) []string {
	const early = 0.25 // of the wait, if there is room
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.askedOpen.IsZero() && now.Sub(f.askedOpen).Abs() < settleEvery {
		return nil
	}
	f.askedOpen = now
	type candidate struct {
		sid     string
		overdue float64 // 1 when it is due
		live    bool
	}
	var list []candidate
	asked := map[string]time.Time{} // without the calls that have settled
	for _, call := range open {
		at := call.AsOf
		if last := f.lastAsked[call.Sid]; last.After(at) {
			asked[call.Sid], at = last, last
		}
		live := isLive(call, now)
		wait := max(settleWait, at.Sub(call.Created)/2)
		if live {
			wait = liveWait
		}
		since := now.Sub(at)
		overdue := float64(since) / float64(wait)
		if since >= settleEvery && (overdue >= early || live) {
			list = append(list, candidate{call.Sid, overdue, live})
		}
	}
	f.lastAsked = asked
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.overdue, a.overdue) })
	var sids []string
	for _, c := range list {
		// After the first request only calls that would count as live for too long.
		if len(sids) < exotel.MaxSids || c.live && c.overdue >= 0.5 && len(sids) < requests*exotel.MaxSids {
			sids = append(sids, c.sid)
		}
	}
	return sids
}
