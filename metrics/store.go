package metrics

import (
	"context"
	"iter"
	"log/slog"
	"slices"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/archive"
)

// Store keeps days of calls from one run of the program to the next.
// *archive.Archive is one.
type Store interface {
	Days(context.Context) ([]archive.Day, error)
	Put(context.Context, archive.Day, iter.Seq[exotel.Call]) error
	Calls(ctx context.Context, from, to time.Time) iter.Seq2[exotel.Call, error]
}

// UseStore has the ledger take days from a store before it asks Exotel for them,
// and keep there what it reads. It must be called before the first Load. What
// the store cannot give or take is logged and asked for, or asked for again.
func (l *Ledger) UseStore(ctx context.Context, store Store, log *slog.Logger) error {
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

// recall takes a day from the store; nil if it has none. The caller holds the
// day's turn.
func (l *Ledger) recall(ctx context.Context, day Date) *dayCalls {
	l.mu.Lock()
	known, ok := l.stored[day]
	delete(l.stored, day) // from now on the ledger has it, or a newer reading
	l.mu.Unlock()
	if !ok {
		return nil
	}
	calls := newDayCalls()
	for call, err := range l.store.Calls(ctx, known.From, known.To) {
		if err != nil {
			l.log.Warn("a day could not be read from the disk and is asked for again", "day", day.String(), "error", err)
			return nil
		}
		calls.add(&call, day)
	}
	calls.tally = exotel.Tally{
		Announced: max(known.Announced, known.Received+known.Missing), Received: known.Received, Unreadable: known.Unreadable,
	}
	calls.readAt, calls.complete = known.ReadAt.In(l.client.Zone()), known.Complete
	return calls
}

// keep puts a reading of a day into the store.
func (l *Ledger) keep(ctx context.Context, day Date, read *dayCalls, calls []exotel.Call) {
	if l.store == nil || ctx.Err() != nil {
		return
	}
	err := l.store.Put(ctx, archive.Day{
		From: l.from(day), To: l.from(day.Add(1)),
		Announced: read.tally.Announced, Received: read.tally.Received, Unreadable: read.tally.Unreadable, Missing: read.tally.Missing(),
		ReadAt: read.readAt, Complete: read.complete,
	}, slices.Values(calls))
	if err != nil && ctx.Err() == nil {
		l.log.Warn("a day is not kept on the disk", "day", day.String(), "error", err)
	}
}
