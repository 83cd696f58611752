package refresh

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

const (
	// DefaultShare is the default share of the account's requests.
	DefaultShare = 1.0 / 3

	fillCheck     = time.Minute // between two searches for a day to read
	firstRetry    = time.Minute // after a failure, doubled by each further one
	maxRetry      = 30 * time.Minute
	askShortAgain = 6 * time.Hour // for a day of which Exotel lists fewer calls than it announces
	paceOver      = 8             // days from which the remaining time is estimated
)

// FillerOptions are the settings of a Filler.
type FillerOptions struct {
	Share      float64 // of the account's requests; 0 means DefaultShare
	KeepMonths int     // older days are removed and not read; 0 keeps all
	Paused     bool
	Log        *slog.Logger // nil means no log
}

// Filler reads the days that Exotel still has and the store has not, the newest
// first, while nobody waits for them. It reads yesterday once more when nothing in it
// can change any more. Every other day is read once, across restarts of the program. A
// day whose reading was interrupted is read again from its beginning. Its methods but
// Run return at once.
type Filler struct {
	fetcher  *Fetcher
	client   *exotel.Client
	publish  func(FillState)
	o        FillerOptions
	commands *commands[*fill]
}

// NewFiller returns a filler of the fetcher's store that works while Run runs. Run calls
// publish with one state at a time, in order. While publish blocks, the Filler goes on
// and keeps only the newest state for it.
func NewFiller(f *Fetcher, publish func(FillState), o FillerOptions) *Filler {
	o.Share = cmp.Or(o.Share, DefaultShare)
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	return &Filler{
		fetcher: f, client: f.client.LowPriority(o.Share), publish: publish, o: o,
		commands: newCommands[*fill](),
	}
}

// SetPaused pauses the filling or resumes it. It ends the reading in progress.
func (f *Filler) SetPaused(paused bool) {
	f.commands.add(func(s *fill) {
		if s.Paused = paused; paused && s.cancel != nil {
			s.cancel(ErrCanceled)
		}
		s.retry()
	})
}

// Wake retries at once what failed.
func (f *Filler) Wake() { f.commands.add((*fill).retry) }

// Run works until ctx ends, and returns when everything that it began has ended.
func (f *Filler) Run(ctx context.Context) {
	states, stop := publishLatest(f.publish)
	defer stop()
	defer f.commands.end()
	ctx, cancel := context.WithCancel(ctx)
	s := &fill{Filler: f, ctx: ctx, short: map[metrics.Date]time.Time{}}
	s.Paused = f.o.Paused
	tick := time.NewTicker(s.checkInterval())
	defer s.work.Wait()
	defer cancel()
	defer tick.Stop()
	for {
		s.update()
		states.put(s.FillState)
		select {
		case <-ctx.Done():
			return
		case <-f.commands.wake:
			for _, command := range f.commands.take() {
				command(s)
			}
		case err := <-s.result:
			s.finish(err)
		case s.Progress = <-s.reports:
		case <-tick.C:
		}
		if before := s.checkInterval(); s.forget() && before != s.checkInterval() {
			tick.Reset(s.checkInterval())
		}
	}
}

// fill is the state of a running Filler. Only the goroutine of Run uses it.
type fill struct {
	*Filler
	FillState
	ctx      context.Context
	failures int
	short    map[metrics.Date]time.Time // when to request such a day again
	paces    []time.Duration            // durations of the last readings

	forgotten metrics.Date // first day that was kept when older ones were last removed

	cancel  context.CancelCauseFunc // ends the reading in progress, nil for none
	began   time.Time
	result  chan error
	reports latest[Progress]
	work    sync.WaitGroup
}

// update counts what is stored and begins to read the next day.
func (s *fill) update() {
	now := s.fetcher.Now()
	days, err := s.days()
	switch {
	case err == nil:
		s.count(days, now)
		s.begin(days, now)
	case s.ctx.Err() == nil && !s.isWaiting(now):
		s.fail(err)
		s.o.Log.Warn("the stored days could not be read", "failures", s.failures, "error", err)
	}
}

// days returns the saved days that were read.
func (s *fill) days() (map[metrics.Date]*calls.Day, error) {
	list, err := s.fetcher.store.Days(s.ctx, metrics.Period{})
	days := make(map[metrics.Date]*calls.Day, len(list))
	for i := range list {
		if !list[i].ReadAt.IsZero() && !list[i].Unsaved {
			days[list[i].Date] = &list[i]
		}
	}
	return days, err
}

// checkInterval returns the time between two searches for work. It is short until old
// days are removed.
func (s *fill) checkInterval() time.Duration {
	if s.o.KeepMonths > 0 && s.forgotten == (metrics.Date{}) {
		return time.Second
	}
	return fillCheck
}

// forget removes the days that are too old, and reports whether it did.
func (s *fill) forget() bool {
	before := s.firstKept(s.fetcher.Now())
	// The computer's clock alone is not trusted with removing calls for good.
	if before == (metrics.Date{}) || before == s.forgotten || !s.client.ClockProven() {
		return false
	}
	s.forgotten = before
	if err := s.fetcher.Forget(s.ctx, before); err != nil && s.ctx.Err() == nil {
		s.o.Log.Warn("old calls could not be removed", "error", err)
	}
	return true
}

// begin reads the next day, unless a reading is in progress.
func (s *fill) begin(days map[metrics.Date]*calls.Day, now time.Time) {
	if s.cancel != nil || s.Paused || s.ctx.Err() != nil || s.isWaiting(now) {
		return
	}
	day, ok := s.next(days, now)
	if !ok {
		return
	}
	ctx, cancel := context.WithCancelCause(s.ctx)
	result, reports := make(chan error, 1), newLatest[Progress]()
	s.Reading, s.Progress, s.cancel, s.began, s.result, s.reports = day, Progress{}, cancel, time.Now(), result, reports
	s.work.Go(func() {
		progress := &progress{fetches: map[metrics.Date]*exotel.Fetch{}, report: reports.put}
		result <- s.fetcher.load(ctx, s.client, day, 0, progress)
	})
}

// isWaiting reports whether the last day failed and its retry is not due.
func (s *fill) isWaiting(now time.Time) bool {
	return s.Err != nil && isAhead(now, s.RetryAt, maxRetry)
}

// isAhead reports whether a time lies ahead. A time that is further away than most was
// set by a clock that was wrong, and does not.
func isAhead(now, until time.Time, most time.Duration) bool {
	left := until.Sub(now)
	return left > 0 && left <= most
}

// next returns the newest day to be read.
func (s *fill) next(days map[metrics.Date]*calls.Day, now time.Time) (metrics.Date, bool) {
	first := s.first(now)
	for day := metrics.DateOf(now).Add(-1); !day.Before(first); day = day.Add(-1) {
		known, end := days[day], s.fetcher.start(day.Add(1))
		switch {
		case isFresh(known, false, end, now, 0) || onlyOpen(known, end, now):
		case now.Before(end.Add(settling)) && s.wasRead(known, day): // it is read again once it has settled
		case isAhead(now, s.short[day], askShortAgain):
		default:
			return day, true
		}
	}
	return metrics.Date{}, false
}

// wasRead reports whether everything that Exotel lists of a day was read.
func (s *fill) wasRead(known *calls.Day, day metrics.Date) bool {
	if known == nil || known.Damaged {
		return false
	}
	_, short := s.fetcher.last(s.fetcher.state(day))
	return known.Complete || short
}

// finish processes the end of the reading in progress.
func (s *fill) finish(err error) {
	day := s.Reading
	s.cancel(nil)
	s.cancel, s.result, s.reports, s.Reading, s.Progress = nil, nil, nil, metrics.Date{}, Progress{}
	short := listedShort(err)
	switch {
	case errors.Is(err, ErrCanceled) || s.ctx.Err() != nil:
	case short:
		s.short[day] = s.fetcher.Now().Add(askShortAgain)
	case err != nil:
		s.fail(err)
		s.o.Log.Warn("a day could not be stored", "day", day.String(), "failures", s.failures, "error", err)
	default:
		delete(s.short, day)
		s.Err, s.failures = nil, 0
		s.paces = append(s.paces, time.Since(s.began))
		s.paces = s.paces[max(0, len(s.paces)-paceOver):]
	}
}

// fail notes an error and the time of the retry.
func (s *fill) fail(err error) {
	s.Err, s.RetryAt = err, s.fetcher.Now().Add(min(firstRetry<<min(s.failures, 8), maxRetry))
	s.failures++
}

// retry drops every reason to wait.
func (s *fill) retry() {
	s.Err, s.RetryAt, s.failures = nil, time.Time{}, 0
	clear(s.short)
}
