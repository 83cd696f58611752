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

// load reads a day unless what is known of it is fresh enough. A load that had to
// wait for another one of the same day returns the result of that one. A load with
// f.client ends one with a gentle client.
func (f *Fetcher) load(ctx context.Context, client *exotel.Client, day metrics.Date, maxAge time.Duration, progress *progress) error {
	s := f.state(day)
	end := f.start(day.Add(1))
	gentle := client != f.client
	age, following := maxAge, false
	if follow := time.Duration(f.follow.Load()); follow > 0 && maxAge >= 0 {
		age, following = max(maxAge, follow), true
	}
	fresh := func() (bool, *reading, error) {
		known, err := f.known(ctx, day)
		last, short := f.last(s)
		return err == nil && maxAge != Anew && freshEnough(known, short || following, end, f.Now(), age) && !(gentle && known.Unsaved), last, err
	}
	ok, before, err := fresh()
	if ok || err != nil {
		return err
	}
	if !gentle {
		f.preempt(s)
	} else {
		if err := f.flush(ctx); err != nil {
			return err // what would be read now could not be saved
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

// preempt ends a reading of the day that can wait.
func (f *Fetcher) preempt(s *dayState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.preempt != nil {
		s.preempt(ErrCanceled)
	}
}

// fetch asks Exotel for a day whose lock the caller has: for what is new of a
// running one, where that is enough, and else for all of it.
func (f *Fetcher) fetch(ctx context.Context, client *exotel.Client, day metrics.Date, s *dayState, maxAge time.Duration, progress *progress) error {
	known, err := f.known(ctx, day)
	if err != nil {
		return err
	}
	now, end := f.Now(), f.start(day.Add(1))
	if onlyOpen(known, end, now) && maxAge != Anew {
		return f.settleOver(ctx, client, day, s)
	}
	last, short := f.last(s)
	if known != nil && known.Damaged {
		f.log.Warn("stored calls of a day are damaged; the day is fetched again", "day", day.String())
	}
	running := now.Before(end.Add(settling))
	if !running && maxAge >= 0 && short && listedShort(last.error()) && now.Sub(s.readAll) < askShortAgain {
		return last.err
	}
	if fewer, ok := errors.AsType[*fewerError](last.error()); !running && maxAge >= 0 && ok && now.Sub(s.doubted).Abs() < believeAfter {
		return fewer
	}
	if known != nil && known.Complete {
		s.caughtUp = now
	}
	canCatchUp := known != nil && !known.Damaged && (known.Complete || short) && known.Stored > 0
	fromStart := !running || maxAge == Anew || !canCatchUp || !known.Complete && (maxAge == reload || now.Sub(s.caughtUp) >= searchFor)
	if !fromStart {
		short, err = f.catchUp(ctx, client, day, s, known)
		// A store that cannot save a part of a day may still have room for all of it.
		if fromStart = errors.Is(err, errUnsaved) && now.Sub(s.unsaved) >= searchFor; fromStart {
			s.unsaved = now
		}
	}
	if fromStart {
		err = f.readAll(ctx, client, day, s, known, progress)
		if _, fewer := errors.AsType[*fewerError](err); !fewer { // or else the day stays as it was
			short = listedShort(err)
		}
		s.readAll, s.caughtUp, s.cursor = f.Now(), f.Now(), ""
		if running && err == nil {
			f.settle(ctx, client, day, 1)
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

// believeAfter is the time after which Exotel is believed that a day has far fewer
// calls than are stored, if it still says so.
const believeAfter = 5 * time.Minute

// fewerError is the error of a reading that is not believed yet.
type fewerError struct {
	day            metrics.Date
	listed, stored int
}

func (e *fewerError) Error() string {
	return fmt.Sprintf("%s: Exotel lists %d calls, and %d are stored; these stay unless it lists as few again in %.0f minutes", e.day, e.listed, e.stored, believeAfter.Minutes())
}

// doubt returns an error if a whole list of a day has so few calls of those that are
// stored that it may be a fault of Exotel's. The caller has the day's lock.
func (s *dayState) doubt(known *calls.Day, listed int, now time.Time) error {
	const few = 20 // stored calls, of which a share says little
	if known == nil || known.Stored == 0 || listed > 0 && (known.Stored < few || 2*listed >= known.Stored) {
		s.doubted = time.Time{}
		return nil
	}
	if s.doubted.IsZero() || now.Before(s.doubted) { // the latter by a clock that was wrong then
		s.doubted = now
	}
	if now.Sub(s.doubted) < believeAfter {
		return &fewerError{known.Date, listed, known.Stored}
	}
	s.doubted = time.Time{}
	return nil
}

// readAll reads a day, of which something may be known, from its beginning and saves
// it. The caller has the day's lock.
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
	read = append(read, fetch.Repeated()...) // the store keeps the newer state
	tally := fetch.Tally()
	if failure != nil && tally.Received == 0 {
		return failure // there is nothing to save
	}
	if failure == nil {
		if err := s.doubt(known, tally.Received-tally.Unreadable, f.Now()); err != nil {
			return err
		}
	}
	d := &calls.Day{
		Date: day, Announced: tally.Announced, Received: tally.Received, Unreadable: tally.Unreadable, Missing: tally.Missing(),
		// By the clock as the reading has corrected it.
		ReadAt:   f.Now().Add(-time.Since(began)),
		Complete: failure == nil,
	}
	err := f.put(ctx, client, calls.Batch{Date: day, Calls: read, Heard: d.ReadAt, Replace: d.Complete, Day: func(before *calls.Day, stored, _ int) *calls.Day {
		if d.Complete {
			return d
		}
		return addBroken(d, before, stored)
	}})
	if failure != nil {
		return failure
	}
	return err
}
