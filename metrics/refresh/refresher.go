package refresh

import (
	"context"
	"errors"
	"sync"
	"time"

	"exotel-monitor/metrics"
)

// refresher is the state of a running Worker. Only the goroutine of Run uses it.
type refresher struct {
	worker    *Worker
	ctx       context.Context
	snapshots latest[Snapshot]
	timer     *time.Timer // the next refresh

	choice    Choice
	period    metrics.Period // the period of view, or of the load in progress
	allStored bool           // period is of the range AllStored
	interval  time.Duration
	paused    bool

	view        *View // nil until something is known of the period
	figures     figures
	err         error
	failures    int
	lastSuccess time.Time
	next        time.Time

	published Snapshot // the last one

	waited bool // the last wake left out days that were complete before

	// The load in progress. A newer load replaces the channels, so that nobody receives
	// what an older one still sends. loads waits for all of them.
	cancel   context.CancelCauseFunc // nil without a load
	loading  context.Context
	began    time.Time // by the computer's clock
	result   chan loaded
	stored   chan *View // what was stored when the load began
	reports  latest[Progress]
	progress Progress
	loads    sync.WaitGroup
}

// loaded is the result of a load.
type loaded struct {
	view *View
	err  error
}

// figures is a summary with what it depends on.
type figures struct {
	view    *View
	filter  metrics.Filter
	until   time.Time // when the same calls make other figures, zero for never
	summary *metrics.Summary
	err     error // what is wrong with the summary
}

// load begins to load the chosen period, unless a load of it is in progress.
func (r *refresher) load(maxAge time.Duration) {
	period := r.worker.loader.Period(r.ctx, r.choice)
	if r.cancel != nil {
		if period == r.period && r.loading.Err() == nil {
			return
		}
		r.cancel(ErrCanceled)
	}
	if period != r.period {
		grown := r.allStored && r.choice.Range == metrics.AllStored
		r.period, r.view, r.err, r.failures = period, nil, nil, 0
		if grown {
			r.reloadView()
		}
	}
	r.allStored = r.choice.Range == metrics.AllStored
	ctx, cancel := context.WithCancelCause(r.ctx)
	result, stored, reports := make(chan loaded, 1), make(chan *View, 1), newLatest[Progress]()
	r.cancel, r.loading, r.began = cancel, ctx, r.worker.wall().Round(0)
	r.result, r.stored, r.reports, r.progress = result, stored, reports, Progress{}
	fetched, unknown := r.periodToFetch(), r.view == nil
	r.schedule()
	r.publish()
	r.loads.Go(func() {
		loader := r.worker.loader
		if unknown {
			if view := loader.LoadStored(ctx, period); !view.IsEmpty() {
				stored <- view
			}
		}
		view, err := loader.Load(ctx, fetched, maxAge, reports.put)
		result <- loaded{view, err}
	})
}

// periodToFetch returns the part of the chosen period to request. Of the range AllStored
// that is the running day and, until a Filler reads it, the day before. The other days
// are up to the Filler.
func (r *refresher) periodToFetch() metrics.Period {
	if !r.allStored {
		return r.period
	}
	first, now := r.period.To, r.worker.loader.Now()
	if now.Before(first.In(now.Location()).Add(settling)) && r.period.From.Before(first) {
		first = first.Add(-1)
	}
	return metrics.Period{From: first, To: r.period.To}
}

// reloadView makes the view again from the store.
func (r *refresher) reloadView() {
	if r.loadIfMoved() {
		return
	}
	if view := r.known(); !view.IsEmpty() {
		r.view = view
		r.publish()
	}
}

// known returns a view of the stored calls of the chosen days. The range AllStored may
// have grown.
func (r *refresher) known() *View {
	if r.allStored {
		r.period = r.worker.loader.Period(r.ctx, r.choice)
	}
	return r.worker.loader.LoadStored(r.ctx, r.period)
}

// finish processes the result of the load in progress.
func (r *refresher) finish(l loaded) {
	r.cancel(nil)
	r.cancel, r.result, r.stored, r.reports = nil, nil, nil, nil
	// The view of a load that was canceled is empty, though some days may be stored.
	if r.allStored || l.err != nil {
		l.view = r.known()
	}
	if r.view == nil || !l.view.IsEmpty() {
		r.view = l.view
	}
	r.err = l.err
	// A load that found everything in the store sent no request.
	if heard := l.view.lastRead(); heard.After(r.lastSuccess) {
		r.lastSuccess = heard
	}
	switch {
	case l.err == nil:
		r.failures = 0
		if r.periodMoved() {
			// Midnight passed, or Exotel's answer corrected the clock.
			r.load(0)
			return
		}
	case !errors.Is(l.err, ErrCanceled):
		r.failures++
		r.worker.log.Warn("refresh failed", "failures", r.failures, "error", l.err)
	}
	r.schedule()
	r.publish()
}

// schedule sets the next refresh to an interval from now, or to none while the Worker is
// paused or loads.
func (r *refresher) schedule() {
	r.next = time.Time{}
	r.timer.Stop()
	if !r.paused && r.cancel == nil {
		r.next = r.worker.loader.Now().Add(r.interval)
		r.timer.Reset(r.interval)
	}
}

// wake refreshes after the computer's clock has jumped, because the computer slept
// or the clock was set, and after midnight, when the chosen days have moved. It ends
// a load that began before a jump. Otherwise it publishes what others have stored,
// and figures that have aged.
func (r *refresher) wake(seen, now time.Time) {
	jump := now.Sub(seen) - wakeCheck
	timerFirst := jump > wakeJump && r.began.Sub(seen) > wakeJump
	if jump.Abs() > wakeJump && !timerFirst && !r.paused {
		r.worker.log.Info("refreshing after a jump of the clock", "jump", jump)
		if r.cancel != nil {
			r.cancel(ErrCanceled)
		}
		r.load(0)
		return
	}
	if r.loadIfMoved() || r.followStore() {
		return
	}
	if s, p := r.snapshot(), &r.published; s.Stale() != p.Stale() || s.Complete != p.Complete || s.LiveOutdated != p.LiveOutdated || s.Summary != p.Summary {
		r.publish()
	}
}

// followStore publishes what a Filler or another process stored since the view was made,
// and reports whether it does. A day that others are reading can lack calls for a moment:
// if the view was complete, followStore waits for one wake.
func (r *refresher) followStore() bool {
	if r.view == nil || r.view.store == nil || r.cancel != nil { // a refused period has no store
		return false
	}
	if moved, err := r.view.isOutdated(r.ctx); err != nil || !moved {
		return false
	}
	view := r.known()
	if r.waited = r.view.Complete() && !view.Complete() && !r.waited; r.waited {
		return false
	}
	r.view = view
	r.publish()
	return true
}

// loadIfMoved loads the chosen days if they have moved since midnight, and reports
// whether it does. It does nothing while the Worker is paused or loads.
func (r *refresher) loadIfMoved() bool {
	if r.paused || r.cancel != nil || !r.periodMoved() {
		return false
	}
	r.load(0)
	return true
}

// periodMoved reports whether the chosen days are no longer those of the view.
func (r *refresher) periodMoved() bool {
	now := r.worker.loader.Period(r.ctx, r.choice)
	return now != r.period && (!r.allStored || now.To != r.period.To)
}

// publish publishes a snapshot of the state.
func (r *refresher) publish() {
	r.published = r.snapshot()
	r.snapshots.put(r.published)
}

func (r *refresher) snapshot() Snapshot {
	s := Snapshot{
		Choice: r.choice, Period: r.period, Now: r.worker.loader.Now(),
		Loading: r.cancel != nil, Progress: r.progress,
		Err: r.err, Failures: r.failures, LastSuccess: r.lastSuccess,
		Next: r.next, Paused: r.paused, Interval: r.interval, SaveErr: r.worker.loader.SaveErr(),
	}
	if r.view == nil || r.view.IsEmpty() {
		return s
	}
	summary, err := r.summarize(s.Now)
	if err != nil {
		s.Err = err
		return s
	}
	view := r.view.at(s.Now)
	s.Summary, s.Query = summary, view.Query(r.choice.Filter)
	s.Complete = view.Complete()
	s.PartialDays = view.PartialDays()
	s.Tally = view.Tally()
	s.Data = view.Data()
	s.AsOf = view.AsOf()
	s.Over = view.Over()
	s.Settled = view.Settled()
	s.LiveOutdated = view.LiveOutdated(r.interval)
	s.ExoPhones = view.Lines
	s.HasOtherDirection = view.HasOtherDirection
	s.CallsByLine = view.CallsByLine
	return s
}

// summarize returns the figures of the view at a time. If calls were saved since the view
// was made, it moves on to a newer view.
func (r *refresher) summarize(now time.Time) (*metrics.Summary, error) {
	f := &r.figures
	if f.view != r.view || f.filter != r.choice.Filter || !f.until.IsZero() && !now.Before(f.until) {
		asked := r.view.at(now)
		summary, newest, err := asked.Summary(r.ctx, r.choice.Filter)
		if err != nil {
			r.figures = figures{} // the next snapshot queries the store again
			return nil, err
		}
		if newest != asked {
			r.view = newest
		}
		r.figures = figures{r.view, r.choice.Filter, newest.nextChange(), summary, summary.Check()}
	}
	if f.err != nil {
		return nil, f.err
	}
	return f.summary, nil
}
