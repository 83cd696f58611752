package heartbeat

import (
	"cmp"
	"context"
	"slices"
	"time"

	"exotel-monitor/exotel"
)

// askAll is ask for any number of ExoPhones. What is in doubt a minute later is asked
// for again then, and not after a round of many minutes.
func (p *Puller) askAll(ctx context.Context, sids []string, gap time.Duration) (asked int, first error) {
	var doubtful []string
	for part := range slices.Chunk(sids, pullsPerMinute) {
		n, err := p.ask(ctx, part, gap)
		asked, first = asked+n, cmp.Or(first, err)
		if n < len(part) {
			return asked, err
		}
		inDoubt := p.board.InDoubt()
		still := slices.DeleteFunc(slices.Clone(inDoubt), func(sid string) bool { return !slices.Contains(doubtful, sid) })
		if len(still) > 0 {
			if n, err := p.ask(ctx, still, 0); n < len(still) {
				return asked, err
			}
			p.changed()
		}
		doubtful = inDoubt
	}
	return asked, first
}

// ask asks for ExoPhones one after the other and returns for how many. What may
// be the fault of one alone is no reason not to ask for the next; the first such
// error is returned in the end.
func (p *Puller) ask(ctx context.Context, sids []string, gap time.Duration) (asked int, first error) {
	odd := 0 // in a row
	due := p.asked.Now()
	for _, sid := range sids {
		if !p.waitUntil(ctx, due, gap) {
			gap = 0
		}
		if now := p.asked.Now(); due.After(now) { // hurried, or the clock was set back
			due = now
		}
		due = due.Add(gap)
		if err := p.limit.Wait(ctx); err != nil {
			return asked, err
		}
		answer, err := p.asked.Connectivity(ctx, sid)
		switch kind := kindOf(err); kind {
		case "":
			odd = 0
			answer.SID = sid
			p.board.See(answer, p.asked.Now())
			if !p.whole {
				p.changed()
			}
		case exotel.KindNotFound:
			odd = 0
			p.listed = time.Time{} // the list may have changed
		case exotel.KindBody, exotel.KindServer, exotel.KindRequest, exotel.KindForbidden:
			odd++
		default:
			return asked, err
		}
		if first == nil {
			first = err
		}
		if odd == mostOdd {
			return asked, err
		}
		asked++
	}
	return asked, first
}

// waitUntil waits for a time on the wall's clock, which sleep does not stop. It
// reports false when there is a reason not to wait for it. A time that is further
// away than most was set when the clock was ahead.
func (p *Puller) waitUntil(ctx context.Context, due time.Time, most time.Duration) bool {
	for {
		left := due.Sub(p.asked.Now())
		if left <= 0 || left > most {
			return true
		}
		timer := time.NewTimer(min(left, lookEvery))
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-p.now:
			timer.Stop()
			p.Pull() // it also wants those that were asked for before it came
			return false
		case <-timer.C:
		}
	}
}
