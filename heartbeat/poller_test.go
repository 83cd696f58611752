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

// account answers a poller: a number of healthy ExoPhones, with faults by SID.
type account struct {
	mu      sync.Mutex
	phones  []exotel.ExoPhone
	words   map[string]string
	faults  map[string]error
	listing error
	skew    atomic.Int64 // how far the clock on the wall has jumped
	changes atomic.Int64 // how often the poller told of a change
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

// fail makes the account answer with an error about an ExoPhone; nil ends it.
func (a *account) fail(sid string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults[sid] = err
}

// readings returns how often the list was read.
func (a *account) readings() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.lists
}

// refuse makes the list fail with an error; nil ends it.
func (a *account) refuse(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.listing = err
}

// questions returns when an ExoPhone was asked for.
func (a *account) questions() []time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.asked)
}

// pulling runs a poller of an account for a while, in a bubble of fake time.
func pulling(t *testing.T, a *account, tell func(b *Tracker, p *Poller)) {
	pullingEvery(t, 5*minutes, a, tell)
}

func pullingEvery(t *testing.T, every time.Duration, a *account, tell func(b *Tracker, p *Poller)) {
	synctest.Test(t, func(t *testing.T) {
		b := NewTracker(TrackerOptions{})
		p := NewPoller(a, b, every, func() { a.changes.Add(1) }, slog.New(slog.DiscardHandler))
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
	pulling(t, a, func(b *Tracker, _ *Poller) {
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
	pulling(t, a, func(b *Tracker, _ *Poller) {
		time.Sleep(time.Hour)
		asked := a.questions()
		for i := range asked {
			if later := i + pollsPerMinute + pollBurst; later < len(asked) && asked[later].Sub(asked[i]) < time.Minute {
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
	pulling(t, a, func(b *Tracker, _ *Poller) {
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

// TestPullConfirmsAFaultDuringALongRound: three hundred ExoPhones take minutes.
func TestPullConfirmsAFaultDuringALongRound(t *testing.T) {
	a := newAccount(300)
	pulling(t, a, func(b *Tracker, _ *Poller) {
		time.Sleep(8 * minutes) // the first round is over
		a.say("08040000001", "major_outage")
		time.Sleep(8 * minutes)
		if level := b.Health(a.Now()).Level; level != Warning {
			t.Errorf("got %s three minutes after the next round began", level)
		}
	})
}

func TestPullRefusedForTheKeysLeavesHealthUnknownNotCritical(t *testing.T) {
	for _, kind := range []exotel.Kind{exotel.KindCredentials, exotel.KindNetwork, exotel.KindForbidden} {
		a := newAccount(3)
		a.listing = &exotel.Error{Op: "list ExoPhones", Kind: kind}
		pulling(t, a, func(b *Tracker, _ *Poller) {
			if h := b.Health(a.Now()); h.Level != Unknown || h.PollErr == nil {
				t.Errorf("%s: %s, %v", kind, h.Level, h.PollErr)
			}
		})
	}
}

func TestPullGoesOnAfterANumberThatIsGone(t *testing.T) {
	a := newAccount(3)
	a.faults["08040000000"] = &exotel.Error{Op: "check an ExoPhone", Kind: exotel.KindNotFound}
	pulling(t, a, func(b *Tracker, _ *Poller) {
		h := b.Health(a.Now())
		if len(a.questions()) != 3 || h.UpCount() != 2 || h.Level != Unknown {
			t.Errorf("%d questions, %d up, %s", len(a.questions()), h.UpCount(), h.Level)
		}
	})
}

func TestPullSlowsDownWhenExotelAsksForPatience(t *testing.T) {
	rounds := func(fault error) int {
		a := newAccount(1)
		a.faults["08040000000"] = fault
		pulling(t, a, func(*Tracker, *Poller) { time.Sleep(2 * time.Hour) })
		return len(a.questions())
	}
	if patient, usual := rounds(&exotel.Error{Kind: exotel.KindRateLimited}), rounds(&exotel.Error{Kind: exotel.KindServer}); patient > usual/3 {
		t.Errorf("%d questions in two hours of 429, %d of 503", patient, usual)
	}
}

func TestPullIsDueAtOnceAfterSleep(t *testing.T) {
	a := newAccount(2)
	pulling(t, a, func(b *Tracker, _ *Poller) {
		before := len(a.questions())
		a.skew.Store(int64(8 * time.Hour))
		if level := b.Health(a.Now()).Level; level != Unknown {
			t.Errorf("on waking: %s", level)
		}
		time.Sleep(2 * clockCheckEvery)
		if level := b.Health(a.Now()).Level; level != OK || len(a.questions()) == before {
			t.Errorf("%s after %d questions", level, len(a.questions())-before)
		}
	})
}

func TestPullIsDueSoonAndAtOnceAfterExotelWasNotReached(t *testing.T) {
	a := newAccount(6)
	pulling(t, a, func(b *Tracker, p *Poller) {
		a.refuse(&exotel.Error{Kind: exotel.KindNetwork})
		time.Sleep(70 * minutes) // the list is read again
		if got := b.Health(time.Now()); got.Level != Unknown || got.PollErr == nil {
			t.Fatalf("while Exotel is not reached: %s, %v", got.Level, got.PollErr)
		}
		a.refuse(nil)
		time.Sleep(unreachableWait + 2*clockCheckEvery)
		if got := b.Health(time.Now()); got.Level != OK || got.PollErr != nil {
			t.Errorf("after: %s, %v", got.Level, got.PollErr)
		}
	})
}

func TestPullNow(t *testing.T) {
	a := newAccount(2)
	pulling(t, a, func(_ *Tracker, p *Poller) {
		before := len(a.questions())
		p.Poll()
		synctest.Wait()
		if len(a.questions()) == before {
			t.Error("nothing was asked")
		}
	})
}

func TestPullNowDuringASpreadRoundAsksForAllAgain(t *testing.T) {
	a := newAccount(6)
	pulling(t, a, func(_ *Tracker, p *Poller) {
		time.Sleep(6 * minutes) // into the second round, of which each question waits 25 s
		before := len(a.questions())
		if before <= 6 || before >= 12 {
			t.Fatalf("not within a spread round: %d questions", before)
		}
		p.Poll()
		time.Sleep(30 * time.Second)
		if got := len(a.questions()); got != 12+6 {
			t.Errorf("%d questions, then %d; want the rest of the round and all 6 again", before, got)
		}
	})
}

func TestPullGoesOnWhenTheClockIsSetBack(t *testing.T) {
	t.Run("between rounds", func(t *testing.T) {
		a := newAccount(2)
		pulling(t, a, func(*Tracker, *Poller) {
			time.Sleep(time.Minute)
			a.skew.Store(int64(-30 * minutes))
			time.Sleep(5 * minutes)
			if got := len(a.questions()); got < 4 {
				t.Errorf("%d questions", got)
			}
		})
	})
	t.Run("within a spread round", func(t *testing.T) {
		a := newAccount(6)
		pulling(t, a, func(*Tracker, *Poller) {
			time.Sleep(6 * minutes)
			a.skew.Store(int64(-30 * minutes))
			time.Sleep(2 * clockCheckEvery)
			if got := len(a.questions()); got == 12 {
				t.Error("the rest of the round is not spread")
			}
			time.Sleep(3 * minutes)
			if got := len(a.questions()); got != 12 {
				t.Errorf("%d questions, want 12", got)
			}
		})
	})
	t.Run("before a doubtful word is confirmed", func(t *testing.T) {
		a := newAccount(2)
		pullingEvery(t, 0, a, func(b *Tracker, p *Poller) {
			a.say("08040000001", "major_outage")
			p.Poll()
			synctest.Wait()
			a.skew.Store(int64(-30 * minutes))
			time.Sleep(time.Minute)
			if got := len(a.questions()); got != 3 {
				t.Errorf("%d questions, want one again", got)
			}
		})
	})
}

func TestPullGoesOnAfterAnAnswerThatIsOddForOneNumber(t *testing.T) {
	for _, kind := range []exotel.Kind{exotel.KindBody, exotel.KindServer, exotel.KindRequest, exotel.KindForbidden} {
		a := newAccount(8)
		fault := &exotel.Error{Op: "the first", Kind: kind}
		a.fail("08040000000", fault)
		a.fail("08040000001", &exotel.Error{Op: "the second", Kind: kind})
		a.fail("08040000003", &exotel.Error{Op: "after a good one", Kind: kind})
		pulling(t, a, func(b *Tracker, _ *Poller) {
			if h := b.Health(a.Now()); h.UpCount() != 5 || h.PollErr != fault {
				t.Errorf("%s: %d up, trouble %v", kind, h.UpCount(), h.PollErr)
			}
		})
	}
}

func TestPullGivesUpARound(t *testing.T) {
	for kind, questions := range map[exotel.Kind]int{
		exotel.KindBody: maxFailuresInRow, exotel.KindServer: maxFailuresInRow, exotel.KindRequest: maxFailuresInRow, exotel.KindForbidden: maxFailuresInRow,
		exotel.KindCredentials: 1, exotel.KindPlan: 1, exotel.KindNetwork: 1,
		exotel.KindTLS: 1, exotel.KindRateLimited: 1, exotel.KindForeignHost: 1,
		exotel.KindNotFound: 8, // which never is a reason
	} {
		a := newAccount(8)
		for _, phone := range a.phones {
			a.fail(phone.SID, &exotel.Error{Kind: kind})
		}
		pulling(t, a, func(b *Tracker, _ *Poller) {
			if got := len(a.questions()); got != questions || b.Health(a.Now()).PollErr == nil {
				t.Errorf("%s: after %d questions, want %d", kind, got, questions)
			}
		})
	}
}

func TestPullCountsANumberThatIsGoneAsAnAnswer(t *testing.T) {
	a := newAccount(5)
	for i, kind := range []exotel.Kind{exotel.KindServer, exotel.KindServer, exotel.KindNotFound, exotel.KindServer} {
		a.fail(a.phones[i].SID, &exotel.Error{Kind: kind})
	}
	pulling(t, a, func(b *Tracker, _ *Poller) {
		if up := b.Health(a.Now()).UpCount(); up != 1 {
			t.Errorf("%d up, want the last one", up)
		}
	})
}

func TestPullAnswersAHeartbeatThatHadNoRoom(t *testing.T) {
	a := newAccount(2)
	pullingEvery(t, 0, a, func(b *Tracker, p *Poller) {
		b.AddReport(Report{At: a.Now(), Level: TooLarge}, a.Now())
		if level := b.Health(a.Now()).Level; level != TooLarge {
			t.Fatalf("before: %s", level)
		}
		p.Poll()
		synctest.Wait()
		if level := b.Health(a.Now()).Level; level != OK {
			t.Errorf("after: %s", level)
		}
	})
}

func TestPullTellsOfARateLimitThoughANumberWasOddBefore(t *testing.T) {
	a := newAccount(2)
	limited := &exotel.Error{Kind: exotel.KindRateLimited}
	a.fail("08040000000", &exotel.Error{Kind: exotel.KindBody})
	a.fail("08040000001", limited)
	pulling(t, a, func(b *Tracker, _ *Poller) {
		if got := b.Health(a.Now()).PollErr; got != limited {
			t.Errorf("got %v", got)
		}
	})
}

func TestPullAsksForDoubtfulNumbersLessOftenWhenRefused(t *testing.T) {
	a := newAccount(2)
	pulling(t, a, func(b *Tracker, p *Poller) {
		a.say("08040000001", "major_outage")
		p.Poll()
		synctest.Wait()
		a.fail("08040000001", &exotel.Error{Kind: exotel.KindRateLimited})
		before := len(a.questions())
		time.Sleep(time.Hour)
		if got := len(a.questions()) - before; got < 4 || got > 35 {
			t.Errorf("%d questions in an hour of 429", got)
		}
		a.fail("08040000001", nil)
		time.Sleep(maxSlowdown * confirmWait * 2)
		before = len(a.questions())
		time.Sleep(20 * minutes)
		if got := len(a.questions()) - before; got < 6 {
			t.Errorf("%d questions in 20 minutes when it is over", got)
		}
	})
}

func TestPullThatIsSwitchedOff(t *testing.T) {
	t.Run("reads the list at the start and every hour, and asks for nothing", func(t *testing.T) {
		a := newAccount(3)
		pullingEvery(t, 0, a, func(b *Tracker, _ *Poller) {
			if h := b.Health(a.Now()); !h.Listed || a.readings() != 1 {
				t.Errorf("at first: %d readings, listed %v", a.readings(), h.Listed)
			}
			time.Sleep(150 * minutes)
			if got := a.readings(); got != 3 {
				t.Errorf("%d readings in two hours and a half, want 3", got)
			}
			if got := len(a.questions()); got != 0 {
				t.Errorf("%d questions", got)
			}
		})
	})
	t.Run("tries again before an hour is over when the list cannot be read", func(t *testing.T) {
		a := newAccount(3)
		a.listing = &exotel.Error{Kind: exotel.KindNetwork}
		pullingEvery(t, 0, a, func(b *Tracker, _ *Poller) {
			time.Sleep(time.Minute)
			if got := a.readings(); got != 1 {
				t.Errorf("%d readings in a minute", got)
			}
			a.refuse(nil)
			time.Sleep(2 * defaultInterval)
			if !b.Health(a.Now()).Listed {
				t.Error("the list is not read")
			}
		})
	})
	t.Run("answers Pull with one round, and confirms what that found", func(t *testing.T) {
		a := newAccount(3)
		pullingEvery(t, 0, a, func(b *Tracker, p *Poller) {
			a.say("08040000001", "major_outage")
			p.Poll()
			synctest.Wait()
			if got := len(a.questions()); got != 3 {
				t.Errorf("%d questions at once, want 3", got)
			}
			time.Sleep(minutes)
			if h := b.Health(a.Now()); h.Level != Warning {
				t.Errorf("got %s", h.Level)
			}
			time.Sleep(time.Hour)
			if got := len(a.questions()); got != 4 {
				t.Errorf("%d questions in an hour, want 4", got)
			}
		})
	})
	t.Run("does not ask for what a heartbeat left in doubt", func(t *testing.T) {
		a := newAccount(3)
		pullingEvery(t, 0, a, func(b *Tracker, p *Poller) {
			p.Poll()
			time.Sleep(2 * confirmWait)
			for _, word := range []string{"major_outage", "major_outage", activeWord} {
				time.Sleep(time.Second)
				b.AddReport(Report{At: a.Now(), Level: Warning, Lines: []Line{{SID: "08040000001", Direction: Incoming, Status: word}}}, a.Now())
			}
			if len(b.UnconfirmedSIDs()) != 1 {
				t.Fatal("nothing is in doubt")
			}
			time.Sleep(time.Hour)
			if got := len(a.questions()); got != 3 {
				t.Errorf("%d questions, want the 3 of the round before", got)
			}
		})
	})
}

func TestPullTellsOfAnOutageOnce(t *testing.T) {
	a := newAccount(5)
	pulling(t, a, func(b *Tracker, p *Poller) {
		if got := a.changes.Load(); got < 5 {
			t.Errorf("%d changes while the first answers came, want one each", got)
		}
		for _, phone := range a.phones {
			a.say(phone.SID, "major_outage")
		}
		before := a.changes.Load()
		p.Poll()
		synctest.Wait()
		if got := a.changes.Load() - before; got != 1 {
			t.Errorf("%d changes in a later round, want 1", got)
		}
		time.Sleep(confirmWait + clockCheckEvery)
		if got := a.changes.Load() - before; got != 2 || b.Health(a.Now()).Level != Critical {
			t.Errorf("%d changes when all is confirmed, want 2; %s", got, b.Health(a.Now()).Level)
		}
		time.Sleep(2 * minutes)
		if got := a.changes.Load() - before; got != 2 {
			t.Errorf("%d changes when nothing was asked since, want 2", got)
		}
	})
}

func TestPullReachesThoseBehindOddAnswers(t *testing.T) {
	a := newAccount(8)
	for i := range 3 {
		a.faults[fmt.Sprintf("0804000%04d", i)] = &exotel.Error{Op: "check an ExoPhone", Kind: exotel.KindBody}
	}
	for i := 3; i < 8; i++ {
		a.words[fmt.Sprintf("0804000%04d", i)] = "major_outage"
	}
	pulling(t, a, func(b *Tracker, _ *Poller) {
		time.Sleep(20 * minutes)
		if _, _, down := b.Health(a.Now()).AffectedCounts(); down != 5 {
			t.Errorf("%d numbers are known to be down", down)
		}
	})
}
