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
	// Exotel publishes no limit for the details of an ExoPhone; its ExoPhone API
	// allows 50 a minute, which other programs of the account share.
	pullsPerMinute = 40
	pullsAtOnce    = 10
	// doubtWait is the time after which a word that waits for its confirmation
	// is asked for again.
	doubtWait = 20 * time.Second
	// lookEvery is how often the puller looks at the clock. What is due counts
	// by the clock on the wall: after sleep it is due at once.
	lookEvery = 5 * time.Second
	// slowest is how much rarer a pull gets while Exotel asks for patience.
	slowest = 8
	// listEvery is how often the list of ExoPhones itself is read again.
	listEvery = time.Hour
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
	slower int // how many times rarer than every
}

// NewPuller returns a puller that asks for all ExoPhones once every interval,
// and calls changed, on its own goroutine, whenever the board heard something.
func NewPuller(asked Asked, board *Board, every time.Duration, changed func(), log *slog.Logger) *Puller {
	return &Puller{
		asked: asked, board: board, every: every, changed: changed, log: log,
		now:    make(chan struct{}, 1),
		limit:  rate.NewLimiter(rate.Limit(pullsPerMinute)/60, pullsAtOnce),
		slower: 1,
	}
}

// Pull asks now, and not only when it is due. It does not wait.
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
	var due, doubts time.Time
	for {
		now := p.asked.Now()
		switch {
		case !now.Before(due) || due.Sub(now) > p.every*slowest: // the clock was set back
			p.round(ctx, now.Sub(due) < 3*lookEvery)
			now = p.asked.Now()
			due, doubts = now.Add(p.every*time.Duration(p.slower)), now.Add(doubtWait)
		case !now.Before(doubts):
			p.ask(ctx, p.board.InDoubt(), 0)
			doubts = p.asked.Now().Add(doubtWait)
		}
		select {
		case <-ctx.Done():
			return
		case <-p.now:
			due = time.Time{}
		case <-look.C:
		}
	}
}

// round asks for every ExoPhone: spread over half of the interval if it comes in
// time, and at once if it is the first, was asked for, or is late after sleep.
func (p *Puller) round(ctx context.Context, spread bool) {
	err := p.list(ctx)
	if err == nil {
		sids := make([]string, len(p.phones))
		for i, phone := range p.phones {
			sids[i] = phone.SID
		}
		var gap time.Duration
		if spread && len(sids) > 0 {
			gap = p.every / 2 / time.Duration(len(sids))
		}
		err = p.ask(ctx, sids, gap)
	}
	if ctx.Err() != nil {
		return
	}
	p.slower = p.patience(err)
	if err != nil {
		p.log.Warn("the ExoPhones could not be asked for their health", "error", err)
	}
	p.board.PullEnded(err, p.asked.Now())
	p.changed()
}

// patience is how much rarer to ask: each refusal for asking too much doubles it.
func (p *Puller) patience(err error) int {
	var refused *exotel.Error
	if errors.As(err, &refused) && refused.Kind == exotel.KindRateLimited {
		return min(2*p.slower, slowest)
	}
	return 1
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

// ask asks for ExoPhones one after the other. One that Exotel does not know is
// no reason not to ask for the next; other errors are.
func (p *Puller) ask(ctx context.Context, sids []string, gap time.Duration) error {
	var missing error
	due := p.asked.Now()
	for _, sid := range sids {
		if !p.waitUntil(ctx, due) {
			gap = 0
		}
		due = due.Add(gap)
		if err := p.limit.Wait(ctx); err != nil {
			return err
		}
		answer, err := p.asked.Connectivity(ctx, sid)
		var failed *exotel.Error
		switch {
		case err == nil:
			answer.SID = sid
			p.board.See(answer, p.asked.Now())
			p.changed()
		case errors.As(err, &failed) && failed.Kind == exotel.KindNotFound:
			missing, p.listed = err, time.Time{} // the list may have changed
		default:
			return err
		}
	}
	return missing
}

// waitUntil waits for a time on the wall's clock, which sleep does not stop. It
// reports false when there is a reason not to wait for it.
func (p *Puller) waitUntil(ctx context.Context, due time.Time) bool {
	for {
		left := due.Sub(p.asked.Now())
		if left <= 0 {
			return true
		}
		timer := time.NewTimer(min(left, lookEvery))
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-p.now:
			timer.Stop()
			return false
		case <-timer.C:
		}
	}
}
