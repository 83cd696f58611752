package heartbeat

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
)

// account answers a puller: a number of healthy ExoPhones, with faults by SID.
type account struct {
	mu      sync.Mutex
	phones  []exotel.ExoPhone
	words   map[string]string
	faults  map[string]error
	listing error
	skew    atomic.Int64 // how far the clock on the wall has jumped
	asked   []time.Time
	lists   int
}

func newAccount(n int) *account {
	a := &account{words: map[string]string{}, faults: map[string]error{}}
	for i := range n {
		a.phones = append(a.phones, exotel.ExoPhone{SID: fmt.Sprintf("0804000%04d", i)})
	}
	return a
}

func (a *account) Now() time.Time { return time.Now().Add(time.Duration(a.skew.Load())) }

func (a *account) ExoPhones(context.Context) ([]exotel.ExoPhone, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lists++
	return a.phones, a.listing
}

func (a *account) Connectivity(_ context.Context, sid string) (exotel.Connectivity, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, time.Now())
	word := a.words[sid]
	if word == "" {
		word = activeWord
	}
	return exotel.Connectivity{ExoPhone: exotel.ExoPhone{SID: sid}, Incoming: exotel.Line{Status: word}, Outgoing: exotel.Line{Status: activeWord}}, a.faults[sid]
}

func (a *account) say(sid, word string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.words[sid] = word
}

// questions returns when an ExoPhone was asked for.
func (a *account) questions() []time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.asked)
}

// pulling runs a puller of an account for a while, in a bubble of fake time.
func pulling(t *testing.T, a *account, tell func(b *Board, p *Puller)) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBoard(BoardOptions{})
		p := NewPuller(a, b, 5*minutes, func() {}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); p.Run(ctx) }()
		synctest.Wait()
		tell(b, p)
		stop()
		<-ended
	})
}

func TestPullKnowsAllPhonesAtOnceAndAgainEveryInterval(t *testing.T) {
	a := newAccount(6)
	pulling(t, a, func(b *Board, _ *Puller) {
		if level := b.Health(a.Now()).Level; level != OK || len(a.questions()) != 6 {
			t.Errorf("at first: %s after %d questions", level, len(a.questions()))
		}
		time.Sleep(59 * minutes)
		if rounds := len(a.questions()) / 6; rounds < 7 || rounds > 12 {
			t.Errorf("in an hour: %d rounds", rounds)
		}
	})
}

func TestPullIsGentle(t *testing.T) {
	a := newAccount(900)
	pulling(t, a, func(b *Board, _ *Puller) {
		time.Sleep(time.Hour)
		asked := a.questions()
		for i := range asked {
			if later := i + pullsPerMinute + pullsAtOnce; later < len(asked) && asked[later].Sub(asked[i]) < time.Minute {
				t.Fatalf("%d questions within %v", later-i+1, asked[later].Sub(asked[i]))
			}
		}
		if level := b.Health(a.Now()).Level; level != OK {
			t.Errorf("900 numbers: %s", level)
		}
	})
}

func TestPullConfirmsAFaultBeforeTheNextRound(t *testing.T) {
	a := newAccount(3)
	pulling(t, a, func(b *Board, _ *Puller) {
		a.say("08040000001", "major_outage")
		time.Sleep(8 * minutes)
		h := b.Health(a.Now())
		if h.Level != Warning || h.Phones[0].Incoming.State != Down {
			t.Errorf("got %s", h.Level)
		}
		a.say("08040000001", "")
		time.Sleep(8 * minutes)
		if level := b.Health(a.Now()).Level; level != OK {
			t.Errorf("when it is over: %s", level)
		}
	})
}

func TestPullRefusedForTheKeysLeavesHealthUnknownNotCritical(t *testing.T) {
	for _, kind := range []exotel.Kind{exotel.KindCredentials, exotel.KindNetwork, exotel.KindForbidden} {
		a := newAccount(3)
		a.listing = &exotel.Error{Op: "list ExoPhones", Kind: kind}
		pulling(t, a, func(b *Board, _ *Puller) {
			if h := b.Health(a.Now()); h.Level != Unknown || h.Trouble == nil {
				t.Errorf("%s: %s, %v", kind, h.Level, h.Trouble)
			}
		})
	}
}

func TestPullGoesOnAfterANumberThatIsGone(t *testing.T) {
	a := newAccount(3)
	a.faults["08040000000"] = &exotel.Error{Op: "check an ExoPhone", Kind: exotel.KindNotFound}
	pulling(t, a, func(b *Board, _ *Puller) {
		h := b.Health(a.Now())
		if len(a.questions()) != 3 || h.Up() != 2 || h.Level != Unknown {
			t.Errorf("%d questions, %d up, %s", len(a.questions()), h.Up(), h.Level)
		}
	})
}

func TestPullSlowsDownWhenExotelAsksForPatience(t *testing.T) {
	rounds := func(fault error) int {
		a := newAccount(1)
		a.faults["08040000000"] = fault
		pulling(t, a, func(*Board, *Puller) { time.Sleep(2 * time.Hour) })
		return len(a.questions())
	}
	if patient, usual := rounds(&exotel.Error{Kind: exotel.KindRateLimited}), rounds(&exotel.Error{Kind: exotel.KindServer}); patient > usual/3 {
		t.Errorf("%d questions in two hours of 429, %d of 503", patient, usual)
	}
}

func TestPullIsDueAtOnceAfterSleep(t *testing.T) {
	a := newAccount(2)
	pulling(t, a, func(b *Board, _ *Puller) {
		before := len(a.questions())
		a.skew.Store(int64(8 * time.Hour))
		if level := b.Health(a.Now()).Level; level != Unknown {
			t.Errorf("on waking: %s", level)
		}
		time.Sleep(2 * lookEvery)
		if level := b.Health(a.Now()).Level; level != OK || len(a.questions()) == before {
			t.Errorf("%s after %d questions", level, len(a.questions())-before)
		}
	})
}

func TestPullNow(t *testing.T) {
	a := newAccount(2)
	pulling(t, a, func(_ *Board, p *Puller) {
		before := len(a.questions())
		p.Pull()
		synctest.Wait()
		if len(a.questions()) == before {
			t.Error("nothing was asked")
		}
	})
}
