package heartbeat

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/time/rate"

	"exotel-monitor/exotel"
)

const (
	// Polls stay below the limit that may hold for them, which other programs of the
	// account share. See exotel/API.md, Limits.
	pollsPerMinute = 40
	pollBurst      = 10
	// confirmWait is the time after which an unconfirmed line is polled again.
	confirmWait = 20 * time.Second
	// unreachableWait is the time after which Exotel is tried again when it could not be
	// reached.
	unreachableWait = time.Minute
	// clockCheckEvery is the interval at which the poller looks at the clock. It goes by
	// the wall clock, so that a poll that fell into a sleep is made at once.
	clockCheckEvery = 5 * time.Second
	// maxSlowdown is the largest factor by which polls slow down while Exotel refuses
	// them for their rate.
	maxSlowdown = 8
	// relistEvery is the interval at which the list of ExoPhones is read again.
	relistEvery = time.Hour
	// maxFailuresInRow is the number of failures in a row that are no longer taken for
	// those of single ExoPhones.
	maxFailuresInRow = 3
)

// Source answers requests about the ExoPhones. An *exotel.Client is a Source.
type Source interface {
	ExoPhones(context.Context) ([]exotel.ExoPhone, error)
	Connectivity(ctx context.Context, sid string) (exotel.Connectivity, error)
	Now() time.Time
}

// Poller polls the ExoPhones one by one, slowly, and adds the answers to a Tracker.
type Poller struct {
	source  Source
	tracker *Tracker
	every   time.Duration
	changed func()
	log     *slog.Logger
	pollNow chan struct{}

	limit       *rate.Limiter
	phones      []exotel.ExoPhone
	listedAt    time.Time
	slowdown    int  // factor for the interval
	first       int  // index of the ExoPhone with which a round begins
	completed   bool // a round has polled every ExoPhone
	roundFailed bool // the last round was broken off
	unreachable bool // it did not reach Exotel
}

// NewPoller returns a poller that polls all ExoPhones once every interval. It calls
// changed, on its own goroutine, after each change of the tracker. If every is 0, the
// poller only keeps the list of ExoPhones up to date, and polls when Poll is called.
func NewPoller(source Source, tracker *Tracker, every time.Duration, changed func(), log *slog.Logger) *Poller {
	return &Poller{
		source: source, tracker: tracker, every: every, changed: changed, log: log,
		pollNow:  make(chan struct{}, 1),
		limit:    rate.NewLimiter(rate.Limit(pollsPerMinute)/60, pollBurst),
		slowdown: 1,
	}
}

// Poll has all ExoPhones polled now. It does not wait.
func (p *Poller) Poll() {
	select {
	case p.pollNow <- struct{}{}:
	default:
	}
}

// Run polls until ctx ends.
func (p *Poller) Run(ctx context.Context) {
	clock := time.NewTicker(clockCheckEvery)
	defer clock.Stop()
	var lastRound, lastConfirm, lastCheck time.Time // when each ended
	requested := false
	unconfirmed := p.every > 0 // unconfirmed lines are polled
	for {
		now := p.source.Now()
		slept := now.Sub(lastCheck) > 3*clockCheckEvery
		slower := time.Duration(p.slowdown)
		switch {
		case requested, p.every > 0 && isDue(lastRound, now, p.interval()*slower):
			p.round(ctx, !requested && !slept && !p.roundFailed)
			requested, unconfirmed = false, true
			lastRound = p.source.Now()
			lastConfirm = lastRound
		case p.every == 0 && isDue(lastRound, now, defaultInterval*slower):
			if p.roundFailed { // somebody asked for it, until it succeeds
				p.round(ctx, false)
			} else if err := p.refreshList(ctx); err != nil {
				p.endRound(ctx, err, false)
			}
			lastRound = p.source.Now()
		case unconfirmed && isDue(lastConfirm, now, confirmWait*slower):
			p.confirm(ctx)
			unconfirmed = p.every > 0
			lastConfirm = p.source.Now()
		}
		lastCheck = p.source.Now()
		select {
		case <-ctx.Done():
			return
		case <-p.pollNow:
			requested = true
		case <-clock.C:
		}
	}
}

// interval returns the time from one round to the next.
func (p *Poller) interval() time.Duration {
	if p.unreachable {
		return min(unreachableWait, p.every)
	}
	return p.every
}

// isDue reports whether it is time for what was last done at done. A time in the future
// means that the clock was set back.
func isDue(done, now time.Time, every time.Duration) bool {
	age := now.Sub(done)
	return age >= every || age < -clockCheckEvery
}

// round polls every ExoPhone. With spread it takes half of the interval, and else no
// longer than necessary: for the first round, and for one that was asked for, is late
// after sleep or follows one that was broken off.
func (p *Poller) round(ctx context.Context, spread bool) {
	p.tracker.PollStarted(p.source.Now())
	complete := false
	err := p.refreshList(ctx)
	if err == nil {
		sids := make([]string, len(p.phones))
		for i := range p.phones {
			sids[i] = p.phones[(p.first+i)%len(p.phones)].SID
		}
		p.first++ // so that failures of the first ones do not keep it from the others
		var gap time.Duration
		if spread && len(sids) > 0 {
			gap = p.every / 2 / time.Duration(len(sids))
		}
		var asked int
		asked, err = p.pollAll(ctx, sids, gap)
		complete = asked == len(sids)
		p.completed = p.completed || complete
	}
	p.endRound(ctx, err, complete)
}

// endRound notes how a round ended.
func (p *Poller) endRound(ctx context.Context, err error, complete bool) {
	if ctx.Err() != nil {
		return
	}
	p.adjustPace(ctx, err)
	p.roundFailed = err != nil && !complete
	p.unreachable = p.roundFailed && kindOf(err) == exotel.KindNetwork
	p.tracker.PollEnded(err, complete, p.source.Now())
	p.changed()
}

// confirm polls the unconfirmed lines again, and reports all of them together: an outage
// is one piece of news.
func (p *Poller) confirm(ctx context.Context) {
	sids := p.tracker.UnconfirmedSIDs()
	if len(sids) == 0 {
		return
	}
	if n, err := p.pollEach(ctx, sids, 0); refusesKeys(err) && n < len(sids) {
		p.endRound(ctx, err, false)
	} else {
		p.adjustPace(ctx, err)
		p.changed()
	}
}

// adjustPace sets the pace of later rounds by how polling ended.
func (p *Poller) adjustPace(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	p.slowdown = p.slowdownAfter(err)
	if err != nil {
		p.log.Warn("the ExoPhones could not be asked for their health", "error", err)
	}
}

// slowdownAfter returns the next slowdown. Each refusal for the rate doubles it.
func (p *Poller) slowdownAfter(err error) int {
	if kindOf(err) == exotel.KindRateLimited {
		return min(2*p.slowdown, maxSlowdown)
	}
	return 1
}

// kindOf returns the kind of an error, "" for none. Errors that are not Exotel's are on
// the way there, and so of KindNetwork.
func kindOf(err error) exotel.Kind {
	if err == nil {
		return ""
	}
	if failed, ok := errors.AsType[*exotel.Error](err); ok {
		return failed.Kind
	}
	return exotel.KindNetwork
}

func (p *Poller) refreshList(ctx context.Context) error {
	now := p.source.Now()
	if age := now.Sub(p.listedAt); !p.listedAt.IsZero() && age >= 0 && age < relistEvery {
		return nil
	}
	phones, err := p.source.ExoPhones(ctx)
	if err != nil {
		return err
	}
	p.phones, p.listedAt = phones, now
	p.tracker.SetExoPhones(phones, now)
	p.changed()
	return nil
}
