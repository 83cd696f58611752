package metrics

import (
	"context"
	"iter"
	"log/slog"
	"slices"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/archive"

	"golang.org/x/sync/errgroup"
)

// Store keeps days of calls from one run of the program to the next.
// *archive.Archive is one.
type Store interface {
	Days(context.Context) ([]archive.Day, error)
	Put(context.Context, archive.Day, iter.Seq[exotel.Call]) error
	Calls(ctx context.Context, from, to time.Time) iter.Seq2[exotel.Call, error]
	Forget(ctx context.Context, before time.Time) error
}

// UseStore drops what is too old to be shown, and has the ledger take days from a store before it asks Exotel for them,
// and keep there what it reads. It must be called before the first Load. What
// the store cannot give or take is logged and asked for, or asked for again.
func (l *Ledger) UseStore(ctx context.Context, store Store, log *slog.Logger) error {
	if err := store.Forget(ctx, l.Now().AddDate(0, 0, -longestPeriod)); err != nil {
		return err
	}
	days, err := store.Days(ctx)
	if err != nil {
		return err
	}
	l.store, l.log = store, log
	for _, d := range days {
		// A day of another zone, from when the account's was set wrong, is none.
		if day := DateOf(d.From.In(l.client.Zone())); l.from(day).Equal(d.From) && l.from(day.Add(1)).Equal(d.To) {
			l.stored[day] = d
		}
	}
	return nil
}

// from is the first moment of a day.
func (l *Ledger) from(day Date) time.Time { return day.In(l.client.Zone()) }

// recallAll takes the days of a period that are not known yet from the store,
// before Exotel is asked for any: it may not answer.
func (l *Ledger) recallAll(ctx context.Context, p Period) {
	var group errgroup.Group
	group.SetLimit(sideBySide)
	for day := p.To; !day.Before(p.From); day = day.Add(-1) {
		l.mu.Lock()
		known, ok := l.stored[day]
		l.mu.Unlock()
		if !ok {
			continue
		}
		group.Go(func() error {
			l.recall(ctx, day, known)
			return nil
		})
	}
	_ = group.Wait()
}

// recall takes a day from the store, unless it is known meanwhile.
func (l *Ledger) recall(ctx context.Context, day Date, known archive.Day) {
	entry := l.entry(day)
	select {
	case entry.turn <- struct{}{}:
		defer func() { <-entry.turn }()
	case <-ctx.Done():
		return
	}
	calls, err := l.callsOf(ctx, day)
	if ctx.Err() != nil {
		return // it stays in the store
	}
	if err != nil {
		l.log.Warn("a day could not be read from the disk and is asked for again", "day", day.String(), "error", err)
	} else {
		calls.tally = exotel.Tally{
			Announced: max(known.Announced, known.Received+known.Missing), Received: known.Received, Unreadable: known.Unreadable,
		}
		calls.readAt, calls.complete = known.ReadAt.In(l.client.Zone()), known.Complete
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.stored, day)
	if err == nil && (entry.calls == nil || entry.calls.poorerThan(calls)) {
		entry.calls = calls
	}
}

// callsOf reads a day's calls from the store.
func (l *Ledger) callsOf(ctx context.Context, day Date) (*dayCalls, error) {
	calls := newDayCalls()
	for call, err := range l.store.Calls(ctx, l.from(day), l.from(day.Add(1))) {
		if err != nil {
			return nil, err
		}
		calls.add(&call, day)
	}
	return calls, nil
}

// keep puts a reading of a day into the store, and returns it as it is known
// then: with what earlier readings knew of a call and this one does not, so that
// a restart changes no figure.
func (l *Ledger) keep(ctx context.Context, day Date, read *dayCalls, calls []exotel.Call) *dayCalls {
	if l.store == nil || ctx.Err() != nil {
		return read
	}
	err := l.store.Put(ctx, archive.Day{
		From: l.from(day), To: l.from(day.Add(1)),
		Announced: read.tally.Announced, Received: read.tally.Received, Unreadable: read.tally.Unreadable, Missing: read.tally.Missing(),
		ReadAt: read.readAt, Complete: read.complete,
	}, slices.Values(calls))
	var kept *dayCalls
	if err == nil {
		kept, err = l.callsOf(ctx, day)
	}
	if err != nil {
		if ctx.Err() == nil {
			l.log.Warn("a day is not kept on the disk", "day", day.String(), "error", err)
		}
		return read
	}
	if len(kept.rows) != len(read.rows) { // what the account lists now counts
		return read
	}
	kept.tally, kept.readAt, kept.complete = read.tally, read.readAt, read.complete
	return kept
}
