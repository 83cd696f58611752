package heartbeat

import (
	"cmp"
	"context"
	"slices"
	"time"

	"exotel-monitor/exotel"
)

// pollAll polls any number of ExoPhones. It polls unconfirmed ones again a minute later,
// and not only after a round of many minutes.
func (p *Poller) pollAll(ctx context.Context, sids []string, gap time.Duration) (asked int, first error) {
	var unconfirmed []string
	for part := range slices.Chunk(sids, pollsPerMinute) {
		n, err := p.pollEach(ctx, part, gap)
		asked, first = asked+n, cmp.Or(first, err)
		if n < len(part) {
			return asked, err
		}
		now := p.tracker.UnconfirmedSIDs()
		still := slices.DeleteFunc(slices.Clone(now), func(sid string) bool { return !slices.Contains(unconfirmed, sid) })
		if len(still) > 0 {
			if n, err := p.pollEach(ctx, still, 0); n < len(still) {
				return asked, err
			}
			p.changed()
		}
		unconfirmed = now
	}
	return asked, first
}

// pollEach polls ExoPhones one after the other and returns for how many it did. It goes
// on after an error that may be about one ExoPhone alone, and returns the first one.
func (p *Poller) pollEach(ctx context.Context, sids []string, gap time.Duration) (asked int, first error) {
	failures := 0 // in a row
	due := p.source.Now()
	for _, sid := range sids {
		if !p.waitUntil(ctx, due, gap) {
			gap = 0
		}
		if now := p.source.Now(); due.After(now) { // asked to hurry, or the clock was set back
			due = now
		}
		due = due.Add(gap)
		if err := p.limit.Wait(ctx); err != nil {
			return asked, err
		}
		answer, err := p.source.Connectivity(ctx, sid)
		switch kind := kindOf(err); kind {
		case "":
			failures = 0
			answer.SID = sid
			p.tracker.AddConnectivity(answer, p.source.Now())
			if !p.completed {
				p.changed()
			}
		case exotel.KindNotFound:
			failures = 0
			p.listedAt = time.Time{} // the list may have changed
		case exotel.KindBody, exotel.KindServer, exotel.KindRequest, exotel.KindForbidden:
			failures++
		default:
			return asked, err
		}
		if first == nil {
			first = err
		}
		if failures == maxFailuresInRow {
			return asked, err
		}
		asked++
	}
	return asked, first
}

// waitUntil waits for a time on the wall clock, which goes on during sleep. It returns
// false when there is a reason not to wait. A time that is further away than most was set
// by a clock that was ahead.
func (p *Poller) waitUntil(ctx context.Context, due time.Time, most time.Duration) bool {
	for {
		left := due.Sub(p.source.Now())
		if left <= 0 || left > most {
			return true
		}
		timer := time.NewTimer(min(left, clockCheckEvery))
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-p.pollNow:
			timer.Stop()
			p.Poll() // it also asks for those that came before
			return false
		case <-timer.C:
		}
	}
}
