package metrics

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/archive"

	"golang.org/x/sync/errgroup"
)

// Store keeps days of calls from one run of the program to the next.
// *archive.Archive is one.
type Store interface {
	Days(context.Context) ([]archive.Day, error)
	Begin(from, to time.Time) (*archive.Reading, error)
	Calls(ctx context.Context, from, to time.Time) iter.Seq2[exotel.Call, error]
	Forget(ctx context.Context, before time.Time) error
	// Lasting reports whether what is put there is there after this run. Where it
	// is not, only what was in the store before is on the disk too.
	Lasting() bool
}

// UseStore has the ledger take days from a store before it asks Exotel for them,
// and keep there what it reads. It must be called before the first Load. What
// the store cannot give or take is logged and asked for, or asked for again. With
// one that does not last, a running day costs no more requests all the same.
func (l *Ledger) UseStore(ctx context.Context, store Store, log *slog.Logger) error {
	days, err := store.Days(ctx)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.store, l.log = store, log
	for _, d := range days {
		// A day of another zone, from when the account's was set wrong, is none.
		if day := DateOf(d.From.In(l.client.Zone())); l.from(day).Equal(d.From) && l.from(day.Add(1)).Equal(d.To) {
			l.stored[day] = d
		}
	}
	return nil
}

// Forget drops the days before one, here and in the store.
func (l *Ledger) Forget(ctx context.Context, before Date) error {
	l.mu.Lock()
	for day := range l.stored {
		if day.Before(before) {
			delete(l.stored, day)
		}
	}
	for day := range l.days {
		if day.Before(before) {
			delete(l.days, day)
		}
	}
	l.mu.Unlock()
	if l.store == nil {
		return nil
	}
	return l.store.Forget(ctx, l.from(before))
}

// Unkept is why the last day that was read is not on the disk, nil if it is or
// nothing is kept there.
func (l *Ledger) Unkept() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.unkept
}

// from is the first moment of a day.
func (l *Ledger) from(day Date) time.Time { return day.In(l.client.Zone()) }

// readers is how many days are taken from the store at once.
const readers = 2

// recallAll takes the days of a period that are not known yet from the store,
// newest first, before Exotel is asked for any: it may not answer.
func (l *Ledger) recallAll(ctx context.Context, p Period) {
	var group errgroup.Group
	group.SetLimit(readers)
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
		calls.setFigures(known, l.client.Zone())
		calls.recalled = len(calls.rows)
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
	r := rooms.Get().(*room)
	defer rooms.Put(r)
	calls := newDayCalls()
	calls.growIn(r)
	old := l.Now().Add(-settleWithin)
	for call, err := range l.store.Calls(ctx, l.from(day), l.from(day.Add(1))) {
		if err != nil {
			return nil, err
		}
		calls.add(&call, day, old)
	}
	calls.leave(r)
	return calls, nil
}

// keeping puts a day into the store while it is read.
type keeping struct {
	*Ledger
	day     Date
	reading *archive.Reading // nil without a store, or after an error
	err     error
}

func (l *Ledger) keep(day Date) *keeping {
	k := &keeping{Ledger: l, day: day}
	if l.store != nil {
		k.reading, k.err = l.store.Begin(l.from(day), l.from(day.Add(1)))
	}
	return k
}

func (k *keeping) add(call *exotel.Call) {
	if k.reading != nil && k.err == nil {
		k.err = k.reading.Add(call)
	}
}

// end returns the reading as it is known when it is kept: with what earlier
// readings knew of a call and this one does not, so that a restart changes no
// figure.
func (k *keeping) end(ctx context.Context, read *dayCalls) *dayCalls {
	if k.store == nil {
		return read
	}
	if ctx.Err() != nil { // it was broken off when all had been read
		read.unkept = true
		return read
	}
	if k.err == nil {
		k.err = k.reading.Keep(ctx, read.figures(k.from(k.day), k.from(k.day.Add(1))))
	}
	var kept *dayCalls
	if k.err == nil {
		kept, k.err = k.callsOf(ctx, k.day)
	}
	k.noteKept(ctx, k.day, k.err)
	if k.err != nil || len(kept.rows) != len(read.rows) { // what the account lists now counts
		read.unkept = k.err != nil
		return read
	}
	kept.tally, kept.readAt, kept.complete, kept.kept = read.tally, read.readAt, read.complete, true
	return kept
}

// noteKept notes whether a day is on the disk as it was read.
func (l *Ledger) noteKept(ctx context.Context, day Date, err error) {
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		l.log.Warn("a day is not kept on the disk", "day", day.String(), "error", err)
		err = fmt.Errorf("%s: %w", day, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unkept = err
}
