package metrics

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"
)

const (
	// DefaultInterval is the time between refreshes. Exotel settles a call in
	// minutes, so a shorter one would be theatre.
	DefaultInterval = time.Minute
	// MinInterval is the shortest that can be set.
	MinInterval = 15 * time.Second

	wakeCheck = 5 * time.Second
	// wakeJump is how far the wall clock must run ahead of the program's own
	// time to mean that the computer slept or its clock was set.
	wakeJump = 20 * time.Second
)

// Loader brings a period's calls up to date; the view is never nil. *Ledger is one.
type Loader interface {
	Load(ctx context.Context, p Period, maxAge time.Duration, report func(Progress)) (*View, error)
	// Known is what is known of a period without asking Exotel.
	Known(ctx context.Context, p Period) *View
	Period(c Choice) Period
	Unkept() error
	Now() time.Time
}

// Worker keeps the figures of one choice of calls fresh and publishes a
// Snapshot whenever something changed. It loads in the background, one period
// at a time: a newer choice ends an older load, whose answer is not shown.
type Worker struct {
	loader   Loader
	publish  func(Snapshot)
	log      *slog.Logger
	wall     func() time.Time // the computer's clock, which jumps over sleep
	commands chan func(*watch)
	done     chan struct{}
}

// WorkerOptions are the settings of a Worker.
type WorkerOptions struct {
	Interval time.Duration // between refreshes; 0 means DefaultInterval
	Choice   Choice
	Log      *slog.Logger     // nil means silence
	Wall     func() time.Time // the computer's clock; nil means time.Now
}

// NewWorker returns a worker; Run makes it work. publish is called from Run's
// goroutine, in order, and should return soon.
func NewWorker(loader Loader, publish func(Snapshot), o WorkerOptions) *Worker {
	o.Interval = max(cmp.Or(o.Interval, DefaultInterval), MinInterval)
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	if o.Wall == nil {
		o.Wall = time.Now
	}
	w := &Worker{
		loader: loader, publish: publish, log: o.Log, wall: o.Wall,
		commands: make(chan func(*watch), 16),
		done:     make(chan struct{}),
	}
	w.commands <- func(s *watch) {
		s.choice, s.interval = o.Choice, o.Interval
		s.load(0)
	}
	return w
}

// Choose changes the range and the filter. Figures of days that were read a
// moment ago are there at once and cost no request.
func (w *Worker) Choose(c Choice) {
	w.command(func(s *watch) {
		moved := w.loader.Period(c) != s.period
		s.choice = c
		if moved {
			s.load(s.interval)
			return
		}
		s.tell()
	})
}

// Refresh brings the chosen period up to date now. Running days that are not
// complete are read from their beginning.
func (w *Worker) Refresh() { w.command(func(s *watch) { s.load(anew) }) }

// Renew shows what is known by now, after somebody else has read days.
func (w *Worker) Renew() { w.command((*watch).renew) }

// Cancel ends the load that is under way, if any; what was known stays.
func (w *Worker) Cancel() {
	w.command(func(s *watch) {
		if s.cancel != nil {
			s.cancel(ErrCanceled)
		}
	})
}

// TogglePause stops or resumes the regular refresh. What is overdue by then is
// read at once.
func (w *Worker) TogglePause() {
	w.command(func(s *watch) {
		s.paused = !s.paused
		s.schedule()
		s.tell()
		if !s.paused {
			s.load(s.interval)
		}
	})
}

func (w *Worker) command(f func(*watch)) {
	select {
	case w.commands <- f:
	case <-w.done:
	}
}

// ErrCanceled is the error of a load that the user ended.
var ErrCanceled = errors.New("loading was canceled; refresh to go on")

// Run works until ctx ends, and returns when everything it began has ended.
func (w *Worker) Run(ctx context.Context) {
	defer close(w.done)
	ctx, cancel := context.WithCancel(ctx)
	s := &watch{worker: w, ctx: ctx, timer: time.NewTimer(time.Hour)}
	s.timer.Stop()
	wake := time.NewTicker(wakeCheck)
	defer s.loads.Wait()
	defer cancel()
	defer wake.Stop()
	defer s.timer.Stop()
	seen := w.wall().Round(0)
	for {
		select {
		case <-ctx.Done():
			return
		case command := <-w.commands:
			command(s)
		case r := <-s.result:
			s.finish(r)
		case s.progress = <-s.news:
			s.tell()
		case view := <-s.early:
			s.view = view
			s.tell()
		case <-s.timer.C:
			s.load(0)
		case <-wake.C:
			now := w.wall().Round(0)
			s.wake(seen, now)
			seen = now
		}
	}
}
