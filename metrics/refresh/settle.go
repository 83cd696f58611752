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
	// settleEvery is the shortest time between two rounds of asking for open calls.
	settleEvery = 50 * time.Second
	// liveWait and settleWait are the times after which a live call and another
	// open one are due.
	liveWait   = 2 * time.Minute
	settleWait = 4 * time.Minute
	// maxSettleRequests bounds what a refresh spends on live calls, at a hundred
	// calls a request. One request is all that a small account needs.
	maxSettleRequests = 5
	// maxRequests bounds what a refresh of a running day costs once its newest calls
	// are known. A small account needs two.
	maxRequests = 8
)

// maxLiveAge returns how old Exotel's last word on a live call can get with a refresh
// every interval, if there is room to ask for every live call.
func maxLiveAge(interval time.Duration) time.Duration {
	return liveWait + interval + interval/2 // requests take a part of an interval
}

// live reports whether a call counts as live.
func live(call calls.Open, now time.Time) bool {
	return call.Phase == metrics.Running && now.Sub(call.Created) < call.Phase.Patience()
}

// open lists the calls of which Exotel may say more. One that it said nothing of
// since its creation counts as heard of then.
func (f *Fetcher) open(ctx context.Context) ([]calls.Open, error) {
	now := f.Now()
	open, err := f.store.Open(ctx, now.Add(-metrics.SettleWithin), now.Add(-metrics.YoungCall))
	for i := range open {
		call := &open[i]
		// What is later than now was set by a clock that was wrong.
		if call.Heard.Before(call.Created) || call.Heard.After(now) {
			call.Heard = call.Created
		}
	}
	return open, err
}

// settle asks again for calls of which Exotel may say more, the most overdue first,
// unless the last round was less than settleEvery ago. spent is the number of requests
// that the refresh has cost. A failure is only logged: what is known of the day stays,
// and shows as provisional.
func (f *Fetcher) settle(ctx context.Context, client *exotel.Client, day metrics.Date, spent int) {
	open, err := f.open(ctx)
	var due []string
	if err == nil {
		due = f.takeDue(f.Now(), open, min(maxSettleRequests, max(maxRequests-spent, 1)))
	}
	for sids := range slices.Chunk(due, exotel.MostSids) {
		if err == nil {
			err = f.refetch(ctx, client, day, sids)
		}
	}
	if err != nil && ctx.Err() == nil {
		f.log.Warn("calls that are not settled could not be asked for again", "calls", len(due), "error", err)
	}
}

// settleOver asks again, now and then, for the calls of a day that is over whose
// record is not finished. The caller has the day's lock.
func (f *Fetcher) settleOver(ctx context.Context, client *exotel.Client, day metrics.Date, s *dayState) error {
	const every = 15 * time.Minute // the longest that Exotel names, see exotel/API.md, Settling
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
		if call.Phase != metrics.Finished && metrics.DateOf(call.Created) == day && len(sids) < exotel.MostSids {
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

// refetch asks for some calls and saves what Exotel says of them. What is known of
// the day stays.
func (f *Fetcher) refetch(ctx context.Context, client *exotel.Client, day metrics.Date, sids []string) error {
	now := f.Now()
	renewed, err := client.BySid(ctx, sids)
	if err != nil {
		return err
	}
	f.mu.Lock()
	for _, sid := range sids {
		f.asked[sid] = now
	}
	f.mu.Unlock()
	return f.put(ctx, client, calls.Batch{Date: day, Calls: renewed, Heard: now})
}

// takeDue returns the open calls to be asked for now with some requests, the most
// overdue first. Live calls have a turn every two minutes, others when they may have
// settled, and later ever more rarely.
func (f *Fetcher) takeDue(now time.Time, open []calls.Open, requests int) []string {
	const early = 0.25 // of the wait, where there is room
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
	asked := map[string]time.Time{} // what is settled need not be remembered
	for _, call := range open {
		at := call.Heard
		if last := f.asked[call.Sid]; last.After(at) {
			asked[call.Sid], at = last, last
		}
		live := live(call, now)
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
	f.asked = asked
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.overdue, a.overdue) })
	var sids []string
	for _, c := range list {
		// Beyond the first request only what would count as live for too long.
		if len(sids) < exotel.MostSids || c.live && c.overdue >= 0.5 && len(sids) < requests*exotel.MostSids {
			sids = append(sids, c.sid)
		}
	}
	return sids
}
