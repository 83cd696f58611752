package metrics

import (
	"context"
	"time"

	"exotel-monitor/exotel"
)

// loadDay reads a day unless what is known of it is fresh enough. Who had to
// wait for another reading of the day takes that one's answer, so that many
// loads at once make one. Only a reading that can wait is broken off for one that
// somebody looks at.
func (l *Ledger) loadDay(ctx context.Context, client *exotel.Client, day Date, maxAge time.Duration, progress *progress) error {
	entry := l.entry(day)
	end := l.from(day.Add(1))
	hurries := client == l.client
	fresh := func(d *dayCalls) bool {
		return d.freshEnough(end, l.Now(), maxAge) && (hurries || !d.unkept)
	}
	known, before := l.known(entry)
	if fresh(known) {
		return nil
	}
	if hurries {
		l.hurry(entry)
	} else {
		var done context.CancelCauseFunc
		ctx, done = l.unhurried(ctx, entry)
		defer done(nil)
	}
	select {
	case entry.turn <- struct{}{}:
		defer func() { <-entry.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	known, last := l.known(entry)
	if fresh(known) {
		return nil
	}
	if last != before {
		return last.err
	}
	return l.ask(ctx, client, day, entry, maxAge, progress)
}

// ask asks Exotel for a day whose turn the caller has: for what is new of a running
// one, where that is enough, and else for all of it.
func (l *Ledger) ask(ctx context.Context, client *exotel.Client, day Date, entry *dayEntry, maxAge time.Duration, progress *progress) error {
	known, last := l.known(entry)
	end := l.from(day.Add(1))
	if known.onlyOpen(end, l.Now()) && known.kept {
		l.settleOver(ctx, client, day, entry, known)
		return nil
	}
	running := l.Now().Before(end.Add(settling))
	if !running && maxAge != anew && last != nil && known != nil && known.behind && l.Now().Sub(entry.whole) < askShortAgain {
		return last.err
	}
	var calls *dayCalls
	var err error
	caughtUp := false
	if known != nil && known.complete {
		entry.since = l.Now()
	}
	if running && known.canCatchUp() && (known.complete || maxAge != anew && l.Now().Sub(entry.since) < searchFor) {
		calls, caughtUp, err = l.catchUp(ctx, client, day, entry, known)
	}
	if !caughtUp {
		calls, err = l.read(ctx, client, day, progress)
		_, calls.behind = listedShort(err)
		entry.whole, entry.since, entry.deeper = l.Now(), l.Now(), ""
	}
	l.mu.Lock()
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx) // whichever step noticed it first
	}
	if calls != nil && (err == nil || caughtUp || known.poorerThan(calls)) {
		entry.become(calls) // after a catch-up what was known is part of it
	}
	if ctx.Err() == nil {
		entry.last = &reading{err}
	}
	l.mu.Unlock()
	if running && !caughtUp && err == nil && calls.kept {
		l.settleBoth(ctx, client, day, entry)
	}
	return err
}

// unhurried lets others break off a reading of the day.
func (l *Ledger) unhurried(ctx context.Context, entry *dayEntry) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	entry.breakOff = cancel
	return ctx, func(cause error) {
		l.mu.Lock()
		entry.breakOff = nil
		l.mu.Unlock()
		cancel(cause)
	}
}

// hurry breaks off a reading of the day that can wait.
func (l *Ledger) hurry(entry *dayEntry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if entry.breakOff != nil {
		entry.breakOff(ErrCanceled)
	}
}

// read reads a day whole, and keeps it in the store on the way.
func (l *Ledger) read(ctx context.Context, client *exotel.Client, day Date, progress *progress) (*dayCalls, error) {
	calls := newDayCalls()
	keeping := l.keep(day)
	began := time.Now()
	old := l.Now().Add(-settleWithin)
	fetch := client.Calls(exotel.Query{From: l.from(day), To: l.from(day.Add(1))})
	progress.begin(day, fetch)
	defer progress.tell(true)
	var failure error
	for call, err := range fetch.All(ctx) {
		if err != nil {
			failure = err
			break
		}
		calls.add(&call, day, old)
		keeping.add(&call)
		progress.tell(false)
	}
	calls.tally = fetch.Tally()
	calls.complete = failure == nil
	// By the clock as the reading has corrected it.
	calls.readAt = l.Now().Add(-time.Since(began))
	if failure != nil && calls.tally.Received == 0 {
		return calls, failure // there is nothing to keep
	}
	return keeping.end(ctx, calls), failure
}
