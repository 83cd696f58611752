package metrics

import (
	"context"
	"errors"
	"sync"
	"time"
)

// watch is the state of a running Worker, touched by Run's goroutine only.
type watch struct {
	worker *Worker
	ctx    context.Context
	timer  *time.Timer // the next refresh

	choice   Choice
	period   Period // that view is of, or that is being loaded
	stored   bool   // it is of AllStored
	interval time.Duration
	paused   bool

	view        *View // nil until something is known of the period
	figures     figures
	err         error
	failures    int
	lastSuccess time.Time
	next        time.Time

	toldStale, toldComplete bool // of the last snapshot

	// The load under way. A newer load takes these over, so that what an older
	// one still says reaches nobody; loads waits for all of them.
	cancel   context.CancelCauseFunc // nil when none
	loading  context.Context
	began    time.Time // by the computer's clock
	result   chan loaded
	early    chan *View // what was known at its begin
	news     chan Progress
	progress Progress
	loads    sync.WaitGroup
}

type loaded struct {
	view *View
	err  error
}

// figures is a summary with what it was made of, which is all that can change it
// until a given time.
type figures struct {
	view    *View
	filter  Filter
	until   time.Time // zero for ever
	summary *Summary
	err     error
}

// of reports whether these are the figures of a view at now.
func (f *figures) of(view *View, filter Filter, now time.Time) bool {
	return f.view == view && f.filter == filter && (f.until.IsZero() || now.Before(f.until))
}

// load begins to read the chosen period, unless that is under way.
func (s *watch) load(maxAge time.Duration) {
	period := s.worker.loader.Period(s.choice)
	if s.cancel != nil {
		if period == s.period && s.loading.Err() == nil {
			return
		}
		s.cancel(ErrCanceled)
	}
	if period != s.period {
		grown := s.stored && s.choice.Range == AllStored
		s.period, s.view, s.err, s.failures = period, nil, nil, 0
		if grown {
			s.renew()
		}
	}
	s.stored = s.choice.Range == AllStored
	ctx, cancel := context.WithCancelCause(s.ctx)
	result, early, news := make(chan loaded, 1), make(chan *View, 1), make(chan Progress, 1)
	s.cancel, s.loading, s.began = cancel, ctx, s.worker.wall().Round(0)
	s.result, s.early, s.news, s.progress = result, early, news, Progress{}
	asked := s.asked(period)
	unknown := s.view == nil
	s.schedule()
	s.tell()
	s.loads.Go(func() {
		loader := s.worker.loader
		if unknown {
			if view := loader.Known(ctx, period); !view.Empty() {
				early <- view
			}
		}
		view, err := loader.Load(ctx, asked, maxAge, newest(news))
		if asked != period {
			view = loader.Known(ctx, period)
		}
		result <- loaded{view, err}
	})
}

// asked is the part of a period that is asked for: of all that is stored only the
// running day, and the day before it until whoever fills the store reads that. What
// else is missing is for him.
func (s *watch) asked(period Period) Period {
	if s.choice.Range != AllStored {
		return period
	}
	first, now := period.To, s.worker.loader.Now()
	if now.Before(first.In(now.Location()).Add(settling)) && period.From.Before(first) {
		first = first.Add(-1)
	}
	return Period{first, period.To}
}

// renew takes over what others have read meanwhile.
func (s *watch) renew() {
	if s.moveOn() {
		return
	}
	if s.stored {
		s.period = s.worker.loader.Period(s.choice)
	}
	if view := s.worker.loader.Known(s.ctx, s.period); !view.Empty() {
		s.view = view
		s.tell()
	}
}

// finish takes the answer of the load under way.
func (s *watch) finish(r loaded) {
	s.cancel(nil)
	s.cancel, s.result, s.early, s.news = nil, nil, nil, nil
	if s.stored { // others may have stored days since the load began
		s.period = s.worker.loader.Period(s.choice)
		r.view = s.worker.loader.Known(s.ctx, s.period)
	}
	if s.view == nil || !r.view.Empty() {
		s.view = r.view
	}
	s.err = r.err
	// A load that found all in the ledger has not heard from Exotel.
	if heard := r.view.lastRead(); heard.After(s.lastSuccess) {
		s.lastSuccess = heard
	}
	switch {
	case r.err == nil:
		s.failures = 0
		if s.moved() {
			// Midnight passed, or Exotel's answer corrected the clock.
			s.load(0)
			return
		}
	case !errors.Is(r.err, ErrCanceled):
		s.failures++
		s.worker.log.Warn("refresh failed", "failures", s.failures, "error", r.err)
	}
	s.schedule()
	s.tell()
}

// schedule sets the time of the next refresh: an interval after now, none while
// paused or loading.
func (s *watch) schedule() {
	s.next = time.Time{}
	s.timer.Stop()
	if !s.paused && s.cancel == nil {
		s.next = s.worker.loader.Now().Add(s.interval)
		s.timer.Reset(s.interval)
	}
}

// wake is called now and then and refreshes after the computer's clock has
// jumped, by sleep or by hand, and after midnight, when the chosen days are others.
// What was asked before the jump is not waited for.
func (s *watch) wake(seen, now time.Time) {
	jump := now.Sub(seen) - wakeCheck
	switch slept := jump > wakeJump; {
	case slept && s.began.Sub(seen) > wakeJump: // the timer was first
	case s.paused || jump.Abs() <= wakeJump:
	default:
		s.worker.log.Info("refreshing after a jump of the clock", "jump", jump)
		if s.cancel != nil {
			s.cancel(ErrCanceled)
		}
		s.load(0)
		return
	}
	if s.moveOn() {
		return
	}
	told := s.figures.summary
	if snapshot := s.snapshot(); snapshot.Stale() != s.toldStale || snapshot.Complete != s.toldComplete || s.figures.summary != told {
		s.tell()
	}
}

// moveOn loads the chosen days after midnight, unless that is under way or nothing is
// to be loaded, and reports whether it does.
func (s *watch) moveOn() bool {
	if s.paused || s.cancel != nil || !s.moved() {
		return false
	}
	s.load(0)
	return true
}

// moved reports whether the chosen days are others by now than those that are shown.
func (s *watch) moved() bool {
	now := s.worker.loader.Period(s.choice)
	return now != s.period && (!s.stored || now.To != s.period.To)
}

// tell publishes a snapshot of the state.
func (s *watch) tell() {
	snapshot := s.snapshot()
	s.toldStale, s.toldComplete = snapshot.Stale(), snapshot.Complete
	s.worker.publish(snapshot)
}

func (s *watch) snapshot() Snapshot {
	snapshot := Snapshot{
		Choice: s.choice, Period: s.period, Now: s.worker.loader.Now(),
		Loading: s.cancel != nil, Progress: s.progress,
		Err: s.err, Failures: s.failures, LastSuccess: s.lastSuccess,
		Next: s.next, Paused: s.paused, Interval: s.interval, Unkept: s.worker.loader.Unkept(),
	}
	if s.view == nil || s.view.Empty() {
		return snapshot
	}
	view := s.view.at(snapshot.Now)
	if !s.figures.of(s.view, s.choice.Filter, snapshot.Now) {
		summary := view.Summary(s.choice.Filter)
		s.figures = figures{s.view, s.choice.Filter, view.changes(), summary, summary.Check()}
	}
	if s.figures.err != nil {
		snapshot.Err = s.figures.err // and no figures: these are unsound
		return snapshot
	}
	snapshot.Summary = s.figures.summary
	snapshot.Complete = view.Complete()
	snapshot.Partial = view.Partial()
	snapshot.Tally = view.Tally()
	snapshot.Data = view.Data()
	snapshot.AsOf = view.AsOf()
	snapshot.Settled = view.Settled()
	snapshot.ExoPhones = s.view.ExoPhones()
	snapshot.OtherDirection = s.view.OtherDirection()
	snapshot.Busy = s.view.Busy()
	return snapshot
}
