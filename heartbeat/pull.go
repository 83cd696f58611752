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
	// The requests for ExoPhones stay below the limit that may hold for them, which other
	// programs of the account share. See exotel/API.md, Limits.
	pullsPerMinute = 40
	pullsAtOnce    = 10
	// doubtWait is the time after which a word that waits for its confirmation
	// is asked for again.
	doubtWait = 20 * time.Second
	// reachWait is the time after which Exotel is tried again when it could not be
	// reached: what is on the way may be mended any moment.
	reachWait = time.Minute
	// lookEvery is how often the puller looks at the clock. What is due counts
	// by the clock on the wall: after sleep it is due at once.
	lookEvery = 5 * time.Second
	// slowest is how much rarer a pull gets while Exotel asks for patience.
	slowest = 8
	// listEvery is how often the list of ExoPhones itself is read again.
	listEvery = time.Hour
	// mostOdd is after how many failures in a row, each of which could be the
	// ExoPhone's own, it is none's own.
	mostOdd = 3
)

// Asked is who answers about the ExoPhones. *exotel.Client is one, and shares
// its limit with everything else that it asks for.
type Asked interface {
	ExoPhones(context.Context) ([]exotel.ExoPhone, error)
	Connectivity(ctx context.Context, sid string) (exotel.Connectivity, error)
	Now() time.Time
}

// Puller asks for the ExoPhones one by one, gently, and tells a Board.
type Puller struct {
	asked   Asked
	board   *Board
	every   time.Duration
	changed func()
	log     *slog.Logger
	now     chan struct{}

	limit  *rate.Limiter
	phones []exotel.ExoPhone
	listed time.Time
	slower int  // how many times rarer than every
	first  int  // whom a round begins with
	whole  bool // every ExoPhone was asked for once
	failed bool // the last round was broken off
	lost   bool // it did not reach Exotel
}

// NewPuller returns a puller that asks for all ExoPhones once every interval,
// and calls changed, on its own goroutine, when the board heard something. If
// every is 0, it only keeps the list of ExoPhones, and asks when Pull is called.
func NewPuller(asked Asked, board *Board, every time.Duration, changed func(), log *slog.Logger) *Puller {
	return &Puller{
		asked: asked, board: board, every: every, changed: changed, log: log,
		now:    make(chan struct{}, 1),
		limit:  rate.NewLimiter(rate.Limit(pullsPerMinute)/60, pullsAtOnce),
		slower: 1,
	}
}

// Pull asks now for all ExoPhones, and not only when it is due. It does not wait.
func (p *Puller) Pull() {
	select {
	case p.now <- struct{}{}:
	default:
	}
}

// Run pulls until ctx ends.
func (p *Puller) Run(ctx context.Context) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	var rounded, doubted, looked time.Time // when each ended
	poked := false
	unsure := p.every > 0 // doubtful words are asked for
	for {
		now := p.asked.Now()
		slept := now.Sub(looked) > 3*lookEvery
		slower := time.Duration(p.slower)
		switch {
		case poked, p.every > 0 && isDue(rounded, now, p.due()*slower):
			p.round(ctx, !poked && !slept && !p.failed)
			poked, unsure = false, true
			rounded = p.asked.Now()
			doubted = rounded
		case p.every == 0 && isDue(rounded, now, defaultInterval*slower):
			if p.failed { // until it is known how the ExoPhones are, which somebody asked for
				p.round(ctx, false)
			} else if err := p.list(ctx); err != nil {
				p.end(ctx, err, false)
			}
			rounded = p.asked.Now()
		case unsure && isDue(doubted, now, doubtWait*slower):
			p.doubts(ctx)
			unsure = p.every > 0
			doubted = p.asked.Now()
		}
		looked = p.asked.Now()
		select {
		case <-ctx.Done():
			return
		case <-p.now:
			poked = true
		case <-look.C:
		}
	}
}

// due is how long after a round the next one is due.
func (p *Puller) due() time.Duration {
	if p.lost {
		return min(reachWait, p.every)
	}
	return p.every
}

// isDue reports whether something is to be done that is done every so often. If
// it was done in the future, the clock was set back.
func isDue(done, now time.Time, every time.Duration) bool {
	age := now.Sub(done)
	return age >= every || age < -lookEvery
}

// round asks for every ExoPhone: spread over half of the interval if it comes in
// time, and at once if it is the first, was asked for, is late after sleep, or the
// one before was broken off.
func (p *Puller) round(ctx context.Context, spread bool) {
	p.board.PullBegan(p.asked.Now())
	complete := false
	err := p.list(ctx)
	if err == nil {
		sids := make([]string, len(p.phones))
		for i := range p.phones {
			sids[i] = p.phones[(p.first+i)%len(p.phones)].SID
		}
		p.first++ // so that odd answers at the head do not keep it from the others
		var gap time.Duration
		if spread && len(sids) > 0 {
			gap = p.every / 2 / time.Duration(len(sids))
		}
		var asked int
		asked, err = p.askAll(ctx, sids, gap)
		complete = asked == len(sids)
		p.whole = p.whole || complete
	}
	p.end(ctx, err, complete)
}

// end notes how a round ended.
func (p *Puller) end(ctx context.Context, err error, complete bool) {
	if ctx.Err() != nil {
		return
	}
	p.settle(ctx, err)
	p.failed = err != nil && !complete
	p.lost = p.failed && kindOf(err) == exotel.KindNetwork
	p.board.PullEnded(err, complete, p.asked.Now())
	p.changed()
}

// doubts asks again for the ExoPhones whose last word waits for confirmation,
// and tells of all of them together: an outage is one piece of news.
func (p *Puller) doubts(ctx context.Context) {
	sids := p.board.InDoubt()
	if len(sids) == 0 {
		return
	}
	if n, err := p.ask(ctx, sids, 0); refused(err) && n < len(sids) {
		p.end(ctx, err, false)
	} else {
		p.settle(ctx, err)
		p.changed()
	}
}

// settle draws the conclusions for later from how asking ended.
func (p *Puller) settle(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	p.slower = p.patience(err)
	if err != nil {
		p.log.Warn("the ExoPhones could not be asked for their health", "error", err)
	}
}

// patience is how much rarer to ask: each refusal for asking too much doubles it.
func (p *Puller) patience(err error) int {
	if kindOf(err) == exotel.KindRateLimited {
		return min(2*p.slower, slowest)
	}
	return 1
}

// kindOf is the kind of an error of Exotel's, "" for none, and KindNetwork for
// others, which are on the way there too.
func kindOf(err error) exotel.Kind {
	if err == nil {
		return ""
	}
	if failed, ok := errors.AsType[*exotel.Error](err); ok {
		return failed.Kind
	}
	return exotel.KindNetwork
}

func (p *Puller) list(ctx context.Context) error {
	now := p.asked.Now()
	if age := now.Sub(p.listed); !p.listed.IsZero() && age >= 0 && age < listEvery {
		return nil
	}
	phones, err := p.asked.ExoPhones(ctx)
	if err != nil {
		return err
	}
	p.phones, p.listed = phones, now
	p.board.List(phones, now)
	p.changed()
	return nil
}
