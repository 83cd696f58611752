package refresh

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"exotel-monitor/metrics"
)

const (
	// DefaultInterval is the time between refreshes. A shorter one gains little, because
	// records take minutes to be finished. See exotel/API.md, Settling.
	DefaultInterval = time.Minute
	// MinInterval is the shortest interval that can be set.
	MinInterval = 15 * time.Second

	// wakeCheck is the interval at which a Worker looks for a jump of the clock and
	// for figures that have aged.
	wakeCheck = 5 * time.Second
	// wakeJump is the difference between the computer's clock and the program's own
	// time beyond which the computer has slept or its clock was set.
	wakeJump = 20 * time.Second
)

// ErrCanceled is the error of a load that was canceled.
var ErrCanceled = errors.New("loading was cancelled; refresh to continue")

// Loader brings the calls of a period up to date. A *Fetcher is a Loader.
type Loader interface {
	// Load requests the days of p that were last read longer than maxAge ago. The view is
	// never nil.
	Load(ctx context.Context, p metrics.Period, maxAge time.Duration, report func(Progress)) (*View, error)
	// LoadStored returns a view of what is stored of a period. It sends no request.
	LoadStored(ctx context.Context, p metrics.Period) *View
	// Period returns the days of a choice now.
	Period(ctx context.Context, c Choice) metrics.Period
	// SaveErr returns why calls that were read are not saved, nil if they are.
	SaveErr() error
	// Now returns the time in the account's zone.
	Now() time.Time
}

// Worker keeps the figures of one choice of calls fresh and publishes a Snapshot
// whenever something changes. It loads one period at a time, in the background. A
// newer choice ends an older load, and the answer of that load is not shown. Its
// methods but Run return at once; what they ask for before Run waits for it.
type Worker struct {
	loader   Loader
	publish  func(Snapshot)
	log      *slog.Logger
	wall     func() time.Time
	commands *commands[*refresher]
}

// WorkerOptions are the settings of a Worker.
type WorkerOptions struct {
	Interval time.Duration // between refreshes; 0 means DefaultInterval
	Choice   Choice
	Log      *slog.Logger // nil means no log
	// Wall returns the time of the computer's clock, which goes on while the computer
	// sleeps; nil means time.Now.
	Wall func() time.Time
}

// NewWorker returns a worker that works while Run runs. Run calls publish with one
// snapshot at a time, in order. While publish blocks, the Worker goes on and keeps only
// the newest snapshot for it.
func NewWorker(loader Loader, publish func(Snapshot), o WorkerOptions) *Worker {
	o.Interval = max(cmp.Or(o.Interval, DefaultInterval), MinInterval)
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	if o.Wall == nil {
		o.Wall = time.Now
	}
	w := &Worker{
		loader: loader, publish: publish, log: o.Log, wall: o.Wall,
		commands: newCommands[*refresher](),
	}
	w.commands.add(func(r *refresher) {
		r.choice, r.interval = o.Choice, o.Interval
		r.load(0)
	})
	return w
}

// Choose changes the range and the filter. Days that were read less than an interval ago
// cost no request.
func (w *Worker) Choose(c Choice) {
	w.commands.add(func(r *refresher) {
		moved := w.loader.Period(r.ctx, c) != r.period
		r.choice = c
		if moved {
			r.load(r.interval)
			return
		}
		r.publish()
	})
}

// Refresh brings the chosen period up to date now. It reads running days that are not
// complete from their beginning.
func (w *Worker) Refresh() { w.commands.add(func(r *refresher) { r.load(reloadIncomplete) }) }

// Renew makes the view again from the store. It is for a new list of ExoPhones, which may
// name lines differently.
func (w *Worker) Renew() { w.commands.add((*refresher).reloadView) }

// Cancel ends the load in progress, if any. The stored calls stay.
func (w *Worker) Cancel() {
	w.commands.add(func(r *refresher) {
		if r.cancel != nil {
			r.cancel(ErrCanceled)
		}
	})
}

// TogglePause stops or resumes the regular refresh. When it resumes an overdue refresh,
// that begins at once.
func (w *Worker) TogglePause() {
	w.commands.add(func(r *refresher) {
		r.paused = !r.paused
		r.schedule()
		r.publish()
		if !r.paused {
			r.load(r.interval)
		}
	})
}

// Run works until ctx ends, and returns when everything that it began has ended.
func (w *Worker) Run(ctx context.Context) {
	snapshots, stop := publishLatest(w.publish)
	defer stop()
	defer w.commands.end()
	ctx, cancel := context.WithCancel(ctx)
	r := &refresher{worker: w, ctx: ctx, snapshots: snapshots, timer: time.NewTimer(time.Hour)}
	r.timer.Stop()
	wake := time.NewTicker(wakeCheck)
	defer r.loads.Wait()
	defer cancel()
	defer wake.Stop()
	defer r.timer.Stop()
	seen := w.wall().Round(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.commands.wake:
			for _, command := range w.commands.take() {
				command(r)
			}
		case l := <-r.result:
			r.finish(l)
		case r.progress = <-r.reports:
			r.publish()
		case view := <-r.stored:
			r.view = view
			r.publish()
		case <-r.timer.C:
			r.load(0)
		case <-wake.C:
			now := w.wall().Round(0)
			r.wake(seen, now)
			seen = now
		}
	}
}
