package sync

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

// maxLiveAge returns how long ago Exotel may have been heard of any live call just
// before a refresh that happens every interval, where each could be asked for in time.
func maxLiveAge(interval time.Duration) time.Duration {
	return liveWait + interval + interval/2 // requests take a part of an interval
}

// contact is when Exotel was last asked for an open call, and when it last said
// something of it.
type contact struct{ asked, heard time.Time }

// openCall is a call of which Exotel may say more.
type openCall struct {
	calls.Open
	heard time.Time // when Exotel last said something of it, or else its creation
}

// live reports whether a call counts as live.
func live(call calls.Open, now time.Time) bool {
	return call.Phase == metrics.Running && now.Sub(call.Created) < call.Phase.Patience()
}

// heard adds to open calls when Exotel last said something of them.
func (f *Fetcher) heard(open []calls.Open) []openCall {
	now := f.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]openCall, len(open))
	for i, call := range open {
		list[i] = openCall{call, call.Created}
		// One that is later than now was set by a clock that was wrong.
		if at := f.contacts[call.Sid].heard; at.After(call.Created) && !at.After(now) {
			list[i].heard = at
		}
	}
	return list
}

// open lists the calls of which Exotel may say more.
func (f *Fetcher) open(ctx context.Context) ([]calls.Open, error) {
	now := f.Now()
	return f.store.Open(ctx, now.Add(-metrics.SettleWithin), now.Add(-metrics.YoungCall))
}

// noteHeard notes when Exotel said something of calls of which it may say more.
func (f *Fetcher) noteHeard(list []exotel.Call, at time.Time) {
	now := f.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range list {
		call := &list[i]
		age := now.Sub(metrics.CreatedAt(call))
		open := metrics.Judge(call).Phase != metrics.Finished || call.Duration == exotel.Unknown || age < metrics.YoungCall
		if open && age < metrics.SettleWithin {
			f.contacts[call.Sid] = contact{at, at}
		}
	}
}

// settle asks again for calls of which Exotel may say more, the most overdue first,
// unless the last round was less than settleEvery ago. spent is the number of requests that the refresh has cost.
// That it fails is no failure of the day: what is known stays, and shows as
// provisional.
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
	if now.Sub(s.settled).Abs() < every {
		return nil
	}
	s.settled = now
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
		f.contacts[sid] = contact{now, f.contacts[sid].heard}
	}
	f.mu.Unlock()
	if err := f.put(ctx, client, calls.Batch{Date: day, Calls: renewed}); err != nil {
		return err
	}
	f.noteHeard(renewed, now)
	return nil
}

// takeDue returns the open calls to be asked for now with some requests, the most
// overdue first. Live calls have a turn every two minutes, others when they may have
// settled, and later ever more rarely.
func (f *Fetcher) takeDue(now time.Time, open []calls.Open, requests int) []string {
	const early = 0.25 // of the wait, where there is room
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.settled.IsZero() && now.Sub(f.settled).Abs() < settleEvery {
		return nil
	}
	f.settled = now
	type candidate struct {
		sid     string
		overdue float64 // 1 when it is due
		live    bool
	}
	var list []candidate
	contacts := map[string]contact{} // what is settled need not be remembered
	for _, call := range open {
		known := f.contacts[call.Sid]
		contacts[call.Sid] = known
		at := known.asked
		if at.Before(call.Created) {
			at = call.Created
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
	f.contacts = contacts
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
