package metrics

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"exotel-monitor/exotel"
)

const (
	// DefaultShare of the account's requests is for days that nobody looks at.
	DefaultShare = 1.0 / 3

	fillCheck     = time.Minute // how often it looks whether something is to do
	firstRetry    = time.Minute // after a failure; twice as long each time
	longestRetry  = 30 * time.Minute
	askShortAgain = 6 * time.Hour // for a day of which Exotel lists less than it announces
	paceOver      = 8             // days by which the time left is estimated
)

// FillerOptions are the settings of a Filler.
type FillerOptions struct {
	Share      float64 // of the account's requests; 0 means DefaultShare
	KeepMonths int     // days that are older are dropped and not read; 0 keeps all
	Paused     bool
	Log        *slog.Logger // nil means silence
}

// Filler reads the days that Exotel still has and the ledger does not, the newest
// first, while nobody waits for them; and yesterday once more when nothing in it
// can change any more. The store must keep them: each day is read once, over
// restarts, and a day that is broken off is read again from its beginning.
type Filler struct {
	ledger   *Ledger
	client   *exotel.Client
	publish  func(Filling)
	o        FillerOptions
	commands chan func(*fill)
	done     chan struct{}
}

// NewFiller returns a filler of a ledger that has a store; Run makes it work.
// publish is called from Run's goroutine and should return soon.
func NewFiller(l *Ledger, publish func(Filling), o FillerOptions) *Filler {
	o.Share = cmp.Or(o.Share, DefaultShare)
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	return &Filler{
		ledger: l, client: l.client.Gently(o.Share), publish: publish, o: o,
		commands: make(chan func(*fill), 16), done: make(chan struct{}),
	}
}

// SetPaused stops the filling or lets it go on. The day under way is broken off.
func (f *Filler) SetPaused(paused bool) {
	f.command(func(s *fill) {
		if s.Paused = paused; paused && s.cancel != nil {
			s.cancel(ErrCanceled)
		}
		s.retry()
	})
}

// Wake tries at once again what failed.
func (f *Filler) Wake() { f.command((*fill).retry) }

func (f *Filler) command(c func(*fill)) {
	select {
	case f.commands <- c:
	case <-f.done:
	}
}

// Run works until ctx ends, and returns when everything it began has ended.
func (f *Filler) Run(ctx context.Context) {
	defer close(f.done)
	ctx, cancel := context.WithCancel(ctx)
	s := &fill{Filler: f, ctx: ctx, short: map[Date]time.Time{}}
	s.Paused = f.o.Paused
	tick := time.NewTicker(s.check())
	defer s.work.Wait()
	defer cancel()
	defer tick.Stop()
	today := DateOf(f.ledger.Now())
	// Not the running day: who is reading it would be waited for.
	f.ledger.recallAll(ctx, Period{f.ledger.oldest(today), today.Add(-1)})
	for {
		s.begin()
		s.tell()
		select {
		case <-ctx.Done():
			return
		case command := <-f.commands:
			command(s)
		case err := <-s.result:
			s.finish(err)
		case s.Progress = <-s.news:
		case <-tick.C:
		}
		if before := s.check(); s.forget() && before != s.check() {
			tick.Reset(s.check())
		}
	}
}

// fill is the state of a running Filler, touched by Run's goroutine only.
type fill struct {
	*Filler
	Filling
	ctx      context.Context
	failures int
	short    map[Date]time.Time // when to ask for such a day again
	paces    []time.Duration    // what the last days took

	forgotten Date // the first day that was kept when older ones were removed

	cancel context.CancelCauseFunc // of the day under way, nil for none
	began  time.Time
	result chan error
	news   chan Progress
	work   sync.WaitGroup
}

func (s *fill) tell() {
	s.count()
	s.publish(s.Filling)
}

// check is how often to look whether something is to do: soon while old days wait
// to be removed.
func (s *fill) check() time.Duration {
	if s.o.KeepMonths > 0 && s.forgotten == (Date{}) {
		return time.Second
	}
	return fillCheck
}

// forget drops what is not to be kept any longer, and reports whether it did.
func (s *fill) forget() bool {
	before := s.firstKept(s.ledger.Now())
	// By a computer's clock alone nothing is removed for good.
	if before == (Date{}) || before == s.forgotten || !s.client.ClockProven() {
		return false
	}
	s.forgotten = before
	if err := s.ledger.Forget(s.ctx, before); err != nil && s.ctx.Err() == nil {
		s.o.Log.Warn("old calls could not be removed", "error", err)
	}
	return true
}

// begin reads the next day, unless one is under way.
func (s *fill) begin() {
	now := s.ledger.Now()
	if s.cancel != nil || s.Paused || s.ctx.Err() != nil || s.Err != nil && waits(now, s.Retry, longestRetry) {
		return
	}
	day, ok := s.next(now)
	if !ok {
		return
	}
	ctx, cancel := context.WithCancelCause(s.ctx)
	result, news := make(chan error, 1), make(chan Progress, 1)
	s.Reading, s.Progress, s.cancel, s.began, s.result, s.news = day, Progress{}, cancel, time.Now(), result, news
	s.work.Go(func() {
		progress := &progress{fetches: map[Date]*exotel.Fetch{}, report: newest(news)}
		result <- s.ledger.loadDay(ctx, s.client, day, 0, progress)
	})
}

// waits reports whether a time is still to come. One that is further away than most
// was set when the clock was ahead.
func waits(now, until time.Time, most time.Duration) bool {
	left := until.Sub(now)
	return left > 0 && left <= most
}

// next is the newest day that is not as it will stay.
func (s *fill) next(now time.Time) (Date, bool) {
	for day := DateOf(now).Add(-1); !day.Before(s.first(now)); day = day.Add(-1) {
		d, _ := s.ledger.known(s.ledger.entry(day))
		end := s.ledger.from(day.Add(1))
		switch {
		case (d.freshEnough(end, now, 0) || d.onlyOpen(end, now)) && !d.unkept:
		case d != nil && (d.complete || d.behind) && now.Before(end.Add(settling)): // it will be read when it is settled
		case waits(now, s.short[day], askShortAgain):
		default:
			return day, true
		}
	}
	return Date{}, false
}

// finish takes the end of the day under way.
func (s *fill) finish(err error) {
	day := s.Reading
	s.cancel(nil)
	s.cancel, s.result, s.news, s.Reading, s.Progress = nil, nil, nil, Date{}, Progress{}
	if err == nil {
		err = s.ledger.Unkept()
	}
	_, short := listedShort(err)
	switch {
	case errors.Is(err, ErrCanceled) || s.ctx.Err() != nil:
	case short:
		s.short[day] = s.ledger.Now().Add(askShortAgain)
	case err != nil:
		s.Err, s.Retry = err, s.ledger.Now().Add(min(firstRetry<<min(s.failures, 8), longestRetry))
		s.failures++
		s.o.Log.Warn("a day could not be stored", "day", day.String(), "failures", s.failures, "error", err)
	default:
		delete(s.short, day)
		s.Err, s.failures = nil, 0
		s.paces = append(s.paces, time.Since(s.began))
		s.paces = s.paces[max(0, len(s.paces)-paceOver):]
	}
}

// retry forgets why it should wait.
func (s *fill) retry() {
	s.Err, s.Retry, s.failures = nil, time.Time{}, 0
	clear(s.short)
}
