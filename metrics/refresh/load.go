package refresh

import (
	"context"
	"errors"
	"fmt"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// load reads a day unless it is fresh. A load that waited for another load of the same
// day returns the result of that one. A load with f.client preempts one with a
// low-priority client.
func (f *Fetcher) load(ctx context.Context, client *exotel.Client, day metrics.Date, maxAge time.Duration, progress *progress) error {
	s := f.state(day)
	end := f.start(day.Add(1))
	lowPriority := client != f.client
	age, following := maxAge, false
	if follow := time.Duration(f.followAge.Load()); follow > 0 && maxAge >= 0 {
		age, following = max(maxAge, follow), true
	}
	fresh := func() (bool, *reading, error) {
		known, err := f.known(ctx, day)
		last, short := f.last(s)
		return err == nil && maxAge != ReloadAll && isFresh(known, short || following, end, f.Now(), age) && !(lowPriority && known.Unsaved), last, err
	}
	ok, before, err := fresh()
	if ok || err != nil {
		return err
	}
	if !lowPriority {
		f.preempt(s)
	} else {
		if err := f.flush(ctx); err != nil {
			return err // what is read now could not be saved
		}
		var done context.CancelCauseFunc
		ctx, done = f.preemptible(ctx, s)
		defer done(nil)
	}
	if s.lock.Acquire(ctx, 1) != nil {
		return context.Cause(ctx)
	}
	defer s.lock.Release(1)
	ok, last, err := fresh()
	if ok || err != nil {
		return err
	}
	if last != before {
		return last.err
	}
	return f.fetch(ctx, client, day, s, maxAge, progress)
}

// preemptible lets others end a reading of the day.
func (f *Fetcher) preemptible(ctx context.Context, s *dayState) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	s.preempt = cancel
	return ctx, func(cause error) {
		f.mu.Lock()
		s.preempt = nil
		f.mu.Unlock()
		cancel(cause)
	}
}

// preempt ends a low-priority reading of the day.
func (f *Fetcher) preempt(s *dayState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.preempt != nil {
		s.preempt(ErrCanceled)
	}
}

// fetch requests a day whose lock the caller has: what is new of a running day, if that
// is enough, and otherwise the complete day.
func (f *Fetcher) fetch(ctx context.Context, client *exotel.Client, day metrics.Date, s *dayState, maxAge time.Duration, progress *progress) error {
	known, err := f.known(ctx, day)
	if err != nil {
		return err
	}
	now, end := f.Now(), f.start(day.Add(1))
	if onlyOpen(known, end, now) && maxAge != ReloadAll {
		return f.settleEnded(ctx, client, day, s)
	}
	last, short := f.last(s)
	if known != nil && known.Damaged {
		f.log.Warn("stored calls of a day are damaged; the day is fetched again", "day", day.String())
	}
	running := now.Before(end.Add(settling))
	if !running && maxAge >= 0 && short && listedShort(last.error()) && now.Sub(s.readAll) < askShortAgain {
		return last.err
	}
	if fewer, ok := errors.AsType[*fewerError](last.error()); !running && maxAge >= 0 && ok && now.Sub(s.fewerSince).Abs() < fewerGrace {
		return fewer
	}
	if known != nil && known.Complete {
		s.caughtUp = now
	}
	canCatchUp := known != nil && !known.Damaged && (known.Complete || short) && known.Stored > 0
	fromStart := !running || maxAge == ReloadAll || !canCatchUp || !known.Complete && (maxAge == reloadIncomplete || now.Sub(s.caughtUp) >= maxSearch)
	if !fromStart {
		short, err = f.catchUp(ctx, client, day, s, known)
		// A store that cannot save a part of a day may still have room for the complete
		// day.
		if fromStart = errors.Is(err, errUnsaved) && now.Sub(s.unsaved) >= maxSearch; fromStart {
			s.unsaved = now
		}
	}
	if fromStart {
		err = f.readAll(ctx, client, day, s, known, progress)
		if _, fewer := errors.AsType[*fewerError](err); !fewer { // otherwise the day stays as it was
			short = listedShort(err)
		}
		s.readAll, s.caughtUp, s.cursor = f.Now(), f.Now(), ""
		if running && err == nil {
			f.settleOpen(ctx, client, day, 1)
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx) // whichever step noticed it first
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s.last = &reading{err}
	s.short = short
	return err
}

// fewerGrace is the time after which Exotel is believed that a day has far fewer calls
// than are stored, if it still says so.
const fewerGrace = 5 * time.Minute

// fewerError is the error of a reading that is not believed yet.
type fewerError struct {
	day            metrics.Date
	listed, stored int
}

func (e *fewerError) Error() string {
	return fmt.Sprintf("%s: Exotel lists %d calls, and %d are stored; these stay unless it lists as few again in %.0f minutes", e.day, e.listed, e.stored, fewerGrace.Minutes())
}

// checkFewer returns an error if a complete list of a day has so few of the stored calls
// that it may be a fault of Exotel's. The caller must have the day's lock.
func (s *dayState) checkFewer(known *calls.Day, listed int, now time.Time) error {
	const few = 20 // stored calls, too few to compare
	if known == nil || known.Stored == 0 || listed > 0 && (known.Stored < few || 2*listed >= known.Stored) {
		s.fewerSince = time.Time{}
		return nil
	}
	if s.fewerSince.IsZero() || now.Before(s.fewerSince) { // the latter by a clock that was wrong
		s.fewerSince = now
	}
	if now.Sub(s.fewerSince) < fewerGrace {
		return &fewerError{known.Date, listed, known.Stored}
	}
	s.fewerSince = time.Time{}
	return nil
}

// readAll reads a day from its beginning and saves it. Something may be known of it. The
// caller must have the day's lock.
func (f *Fetcher) readAll(ctx context.Context, client *exotel.Client, day metrics.Date, s *dayState, known *calls.Day, progress *progress) error {
	began := time.Now()
	fetch := client.Calls(exotel.Query{From: f.start(day), To: f.start(day.Add(1))})
	progress.begin(day, fetch)
	defer progress.update(true)
	var read []exotel.Call
	var failure error
	for call, err := range fetch.All(ctx) {
		if err != nil {
			failure = err
			break
		}
		read = append(read, call)
		progress.update(false)
	}
	read = append(read, fetch.Duplicates()...) // the store keeps the newer state
	tally := fetch.Tally()
	if failure != nil && tally.Received == 0 {
		return failure // there is nothing to save
	}
	if failure == nil {
		if err := s.checkFewer(known, tally.Received-tally.Unreadable, f.Now()); err != nil {
			return err
		}
	}
	d := &calls.Day{
		Date: day, Announced: tally.Announced, Received: tally.Received, Unreadable: tally.Unreadable, Missing: tally.Missing(),
		// By the clock, which the reading may have corrected.
		ReadAt:   f.Now().Add(-time.Since(began)),
		Complete: failure == nil,
	}
	err := f.put(ctx, client, calls.Batch{Date: day, Calls: read, AsOf: d.ReadAt, Replace: d.Complete, UpdateDay: func(before *calls.Day, stored, _ int) *calls.Day {
		if d.Complete {
			return d
		}
		return mergePartial(d, before, stored)
	}})
	if failure != nil {
		return failure
	}
	return err
}
