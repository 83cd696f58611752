package refresh

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// fakeLoader answers as a test says; its clock is the bubble's.
type fakeLoader struct {
	skew time.Duration

	mu      sync.Mutex
	loads   []metrics.Period
	ages    []time.Duration
	stored  *View        // what is known without asking, nil for nothing
	oldest  metrics.Date // of all that is stored
	saveErr error
	// answer is how a load goes; nil means at once and well.
	answer func(ctx context.Context, p metrics.Period, maxAge time.Duration, report func(Progress)) (*View, error)
}

func (l *fakeLoader) Now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Add(l.skew).In(exotel.India)
}

func (l *fakeLoader) Load(ctx context.Context, p metrics.Period, maxAge time.Duration, report func(Progress)) (*View, error) {
	l.mu.Lock()
	l.loads = append(l.loads, p)
	l.ages = append(l.ages, maxAge)
	answer := l.answer
	l.mu.Unlock()
	if answer != nil {
		return answer(ctx, p, maxAge, report)
	}
	return l.view(p, 1), nil
}

func (l *fakeLoader) LoadStored(_ context.Context, p metrics.Period) *View {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stored == nil {
		return &View{Period: p}
	}
	return l.stored
}

func (l *fakeLoader) Period(_ context.Context, c Choice) metrics.Period {
	p := c.Period(l.Now())
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.Range == metrics.AllStored {
		p.From = l.oldest
	}
	return p
}

func (l *fakeLoader) SaveErr() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.saveErr
}

func (l *fakeLoader) set(answer func(context.Context, metrics.Period, time.Duration, func(Progress)) (*View, error)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answer = answer
}

func (l *fakeLoader) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.loads)
}

// view returns a complete view of n answered inbound calls on the first day, read now.
func (l *fakeLoader) view(p metrics.Period, n int) *View {
	now := l.Now()
	v := &View{Period: p, now: now, days: make([]*calls.Day, p.Days()), store: &fixedStore{n: n}}
	for i := range v.days {
		v.days[i] = &calls.Day{Date: p.From.Add(i), ReadAt: now, Complete: true}
	}
	v.days[0].Announced, v.days[0].Received, v.days[0].Stored = n, n, n
	return v
}

// fixedStore has n answered inbound calls on the first day of any period.
type fixedStore struct {
	calls.Store
	n      int
	broken atomic.Bool
}

func (s *fixedStore) Group(_ context.Context, q calls.Query, _ ...calls.Dimension) ([]calls.Bucket, error) {
	if s.broken.Load() {
		return nil, errDisk
	}
	if len(q.Directions) > 0 && !slices.Contains(q.Directions, calls.Inbound) {
		return nil, nil
	}
	return []calls.Bucket{{Key: calls.Key{Day: q.Period.From, Status: metrics.Answered, Outcome: metrics.Talked}, Calls: s.n}}, nil
}

func (s *fixedStore) Revision(context.Context) (int64, error) { return 0, nil }

// after answers well, with n calls, when d has passed.
func (l *fakeLoader) after(d time.Duration, n int) func(context.Context, metrics.Period, time.Duration, func(Progress)) (*View, error) {
	return func(ctx context.Context, p metrics.Period, _ time.Duration, _ func(Progress)) (*View, error) {
		select {
		case <-time.After(d):
			return l.view(p, n), nil
		case <-ctx.Done():
			return &View{Period: p, now: l.Now()}, context.Cause(ctx)
		}
	}
}

var errDown = errors.New("no answer from Exotel")

func (l *fakeLoader) down(context.Context, metrics.Period, time.Duration, func(Progress)) (*View, error) {
	return &View{now: l.Now()}, errDown
}

// desk is a running worker with all that it published.
type desk struct {
	*Worker
	loader *fakeLoader

	mu    sync.Mutex
	heard []Snapshot
	jump  time.Duration // of the computer's clock
}

// atDesk runs test with a worker, in a bubble that also notices a goroutine that
// the worker leaves behind.
func atDesk(t *testing.T, o WorkerOptions, test func(t *testing.T, d *desk)) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{loader: &fakeLoader{}}
		o.Wall = func() time.Time {
			d.mu.Lock()
			defer d.mu.Unlock()
			return time.Now().Add(d.jump)
		}
		d.Worker = NewWorker(d.loader, func(s Snapshot) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.heard = append(d.heard, s)
		}, o)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			d.Run(ctx)
		}()
		synctest.Wait()
		test(t, d)
		cancel()
		<-ended
	})
}

// last is the newest snapshot, once all that can happen now has happened.
func (d *desk) last() Snapshot {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.heard[len(d.heard)-1]
}

func (d *desk) wait(w time.Duration) Snapshot {
	time.Sleep(w)
	return d.last()
}

func (d *desk) calls() int {
	if s := d.last().Summary; s != nil {
		return s.Calls()
	}
	return -1
}

func (d *desk) sleepComputer(for_ time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.jump += for_
}

func TestWorkerLoadsTodayAtOnceAndEveryInterval(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		equal(t, "at once", d.loader.count(), 1)
		equal(t, "interval", d.last().Interval, time.Minute)
		equal(t, "next", d.last().Next, d.loader.Now().Add(time.Minute))
		d.wait(59 * time.Second)
		equal(t, "after 59 s", d.loader.count(), 1)
		d.wait(time.Second)
		equal(t, "after 60 s", d.loader.count(), 2)
		d.wait(10 * time.Minute)
		equal(t, "after 11 min", d.loader.count(), 12)
		equal(t, "period", d.last().Period, metrics.Today.Period(d.loader.Now()))
	})
}

func TestWorkerCountsTheIntervalFromTheEndOfALoad(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(d.loader.after(90*time.Second, 1))
		s := d.wait(70 * time.Second)
		equal(t, "loads", d.loader.count(), 2)
		equal(t, "loading", s.Loading, true)
		equal(t, "next while loading", s.Next, time.Time{})
		d.wait(90*time.Second + 50*time.Second)
		equal(t, "loads", d.loader.count(), 3)
	})
}

// TestASlowReceiverGetsTheNewestSnapshotOnly: what came before is out of date.
func TestASlowReceiverGetsTheNewestSnapshotOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		loader := &fakeLoader{}
		loads := 0
		loader.set(func(_ context.Context, p metrics.Period, _ time.Duration, _ func(Progress)) (*View, error) {
			loads++
			return loader.view(p, loads), nil
		})
		var received []int
		w := NewWorker(loader, func(s Snapshot) {
			if s.Summary == nil {
				return
			}
			received = append(received, s.Summary.Calls())
			time.Sleep(10*time.Minute + time.Second)
		}, WorkerOptions{})
		ctx, cancel := context.WithTimeout(t.Context(), 21*time.Minute+time.Second)
		defer cancel()
		w.Run(ctx)
		equal(t, "loads", loads, 22)
		equal(t, "received", fmt.Sprint(received), "[1 11 21 22]")
	})
}

func TestRefreshLoadsNow(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.wait(30 * time.Second)
		d.Refresh()
		d.last()
		equal(t, "loads", d.loader.count(), 2)
		d.wait(59 * time.Second)
		equal(t, "loads before the next is due", d.loader.count(), 2)
	})
}

func TestRefreshWhileLoadingJoins(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(d.loader.after(10*time.Second, 7))
		d.Refresh()
		d.wait(5 * time.Second)
		d.Refresh()
		d.wait(5 * time.Second)
		equal(t, "calls", d.calls(), 7)
		equal(t, "loads", d.loader.count(), 2)
	})
}

func TestOldFiguresStayUntilTheNewAreThere(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(d.loader.after(10*time.Second, 7))
		d.Refresh()
		s := d.wait(9 * time.Second)
		equal(t, "loading", s.Loading, true)
		equal(t, "calls while loading", d.calls(), 1)
		equal(t, "complete while loading", s.Complete, true)
		s = d.wait(time.Second)
		equal(t, "loading", s.Loading, false)
		equal(t, "calls", d.calls(), 7)
	})
}

func TestNewerChoiceEndsTheOlderLoadWhoseLateAnswerIsNotShown(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		canceled := 0
		d.loader.set(func(ctx context.Context, p metrics.Period, maxAge time.Duration, report func(Progress)) (*View, error) {
			if p.Days() == 1 {
				time.Sleep(time.Second)
				return d.loader.view(p, 30), nil
			}
			report(Progress{1, 2})
			<-ctx.Done()
			canceled++
			time.Sleep(10 * time.Second) // and yet it answers, well and late
			report(Progress{2, 2})
			return d.loader.view(p, 700), nil
		})
		d.Choose(Choice{Range: metrics.Last7Days})
		equal(t, "progress", d.last().Progress, Progress{1, 2})
		d.Choose(Choice{Range: metrics.Yesterday})
		d.wait(20 * time.Second)
		equal(t, "canceled", canceled, 1)
		equal(t, "calls", d.calls(), 30)
		for _, s := range d.heard {
			if s.Summary != nil && (s.Summary.Calls() == 700 || s.Summary.Period != s.Period || s.Choice.Period(s.Now) != s.Period) {
				t.Errorf("figures of %v shown for %v", s.Summary.Period, s.Choice)
			}
			if s.Choice.Range == metrics.Yesterday && s.Progress != (Progress{}) {
				t.Errorf("progress of the older load: %v", s.Progress)
			}
		}
	})
}

func TestGoingBackToAChoiceWhileItsLoadIsEndingLoadsAgain(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(d.loader.after(5*time.Second, 9))
		d.Choose(Choice{Range: metrics.Yesterday})
		d.Choose(Choice{Range: metrics.Today})
		d.Choose(Choice{Range: metrics.Yesterday})
		s := d.wait(5 * time.Second)
		equal(t, "calls", d.calls(), 9)
		equal(t, "error", s.Err, nil)
		equal(t, "period", s.Period, metrics.Yesterday.Period(s.Now))
	})
}

func TestFilterChangeLoadsNothing(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.Choose(Choice{Filter: metrics.Filter{Direction: dial}})
		equal(t, "outbound calls", d.calls(), 0)
		d.Choose(Choice{Filter: metrics.Filter{Direction: in}})
		equal(t, "inbound calls", d.calls(), 1)
		equal(t, "loads", d.loader.count(), 1)
	})
}

func TestFilterChangeWhileLoadingKeepsTheLoad(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(d.loader.after(5*time.Second, 4))
		d.Refresh()
		d.Choose(Choice{Filter: metrics.Filter{Direction: in}})
		d.wait(5 * time.Second)
		equal(t, "calls", d.calls(), 4)
		equal(t, "loads", d.loader.count(), 2)
	})
}

func TestChoiceAllowsFiguresAsOldAsTheInterval(t *testing.T) {
	atDesk(t, WorkerOptions{Interval: 5 * time.Minute}, func(t *testing.T, d *desk) {
		var ages []time.Duration
		d.loader.set(func(_ context.Context, p metrics.Period, maxAge time.Duration, _ func(Progress)) (*View, error) {
			ages = append(ages, maxAge)
			return d.loader.view(p, 1), nil
		})
		d.Choose(Choice{Range: metrics.Yesterday})
		d.last()
		d.Refresh()
		d.last()
		if len(ages) != 2 || ages[0] != 5*time.Minute || ages[1] != reloadIncomplete {
			t.Errorf("allowed ages: %v", ages)
		}
	})
}

func TestCancelEndsTheLoadAndKeepsWhatWasKnown(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(d.loader.after(time.Hour, 7))
		d.Refresh()
		d.last()
		d.Cancel()
		s := d.last()
		equal(t, "loading", s.Loading, false)
		equal(t, "calls", d.calls(), 1)
		equal(t, "failures", s.Failures, 0)
		if !errors.Is(s.Err, ErrCanceled) {
			t.Errorf("error: %v", s.Err)
		}
		d.wait(time.Minute)
		equal(t, "loads after an interval", d.loader.count(), 3)
	})
}

func TestCancelShowsWhatTheLoadHasStored(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(func(ctx context.Context, p metrics.Period, _ time.Duration, _ func(Progress)) (*View, error) {
			time.Sleep(time.Second)
			d.loader.keep(d.loader.view(p, 7)) // some of its days
			<-ctx.Done()
			return &View{Period: p, now: d.loader.Now()}, context.Cause(ctx)
		})
		d.Choose(Choice{Range: metrics.Last7Days})
		d.wait(time.Minute)
		equal(t, "calls while loading", d.calls(), -1)
		d.Cancel()
		equal(t, "calls", d.calls(), 7)
	})
}

func TestCancelWithoutALoadDoesNothing(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.Cancel()
		equal(t, "error", d.last().Err, nil)
	})
}

func TestRefreshRightAfterCancelLoads(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(func(ctx context.Context, p metrics.Period, _ time.Duration, _ func(Progress)) (*View, error) {
			<-ctx.Done()
			time.Sleep(2 * time.Second) // it takes a while to end
			return d.loader.view(p, 99), context.Cause(ctx)
		})
		d.Refresh()
		d.last()
		d.loader.set(d.loader.after(time.Second, 5))
		d.Cancel()
		d.Refresh()
		s := d.wait(5 * time.Second)
		equal(t, "calls", d.calls(), 5)
		equal(t, "error", s.Err, nil)
	})
}

func TestPauseStopsTheRegularRefreshOnly(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.TogglePause()
		s := d.wait(10 * time.Minute)
		equal(t, "paused", s.Paused, true)
		equal(t, "next", s.Next, time.Time{})
		equal(t, "loads", d.loader.count(), 1)
		d.Refresh()
		d.last()
		equal(t, "loads on demand", d.loader.count(), 2)
		d.wait(2 * time.Minute)
		equal(t, "still paused", d.loader.count(), 2)
		d.TogglePause()
		d.last()
		equal(t, "overdue at the end of the pause", d.loader.count(), 3)
		d.wait(time.Minute)
		equal(t, "regular again", d.loader.count(), 4)
	})
}

func TestFiguresGetStaleDuringAPause(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.TogglePause()
		s := d.wait(2 * time.Minute)
		equal(t, "after 2 min", s.Stale(), false)
		s = d.wait(2 * time.Minute)
		equal(t, "after 4 min", s.Stale(), true)
	})
}

func TestFiguresGetStaleWhileALoadHangs(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(d.loader.after(time.Hour, 7))
		s := d.wait(4 * time.Minute)
		equal(t, "loading", s.Loading, true)
		equal(t, "stale", s.Stale(), true)
		s = d.wait(time.Hour)
		equal(t, "stale in the end", s.Stale(), false)
	})
}

func TestSettledFiguresDoNotGetStale(t *testing.T) {
	atDesk(t, WorkerOptions{Choice: Choice{Range: metrics.Yesterday}}, func(t *testing.T, d *desk) {
		time.Sleep(6 * time.Hour) // the bubble begins at 05:30 in India
		d.Refresh()
		d.last()
		d.TogglePause()
		s := d.wait(time.Hour)
		equal(t, "settled", s.Settled, true)
		equal(t, "stale", s.Stale(), false)
	})
}

func TestIntervalHasAFloor(t *testing.T) {
	atDesk(t, WorkerOptions{Interval: time.Second}, func(t *testing.T, d *desk) {
		equal(t, "interval", d.last().Interval, MinInterval)
	})
}

func TestThreeFailuresAreStaleAndTheFiguresStay(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		success := d.last().LastSuccess
		d.loader.set(d.loader.down)
		for failures := 1; failures <= 3; failures++ {
			s := d.wait(time.Minute)
			equal(t, "failures", s.Failures, failures)
			equal(t, "stale", s.Stale(), failures == 3)
			equal(t, "calls", d.calls(), 1)
			equal(t, "complete", s.Complete, true)
			equal(t, "last success", s.LastSuccess, success)
			equal(t, "age", s.Now.Sub(s.AsOf), time.Duration(failures)*time.Minute)
			if !errors.Is(s.Err, errDown) {
				t.Errorf("error: %v", s.Err)
			}
		}
		d.loader.set(nil)
		s := d.wait(time.Minute)
		equal(t, "error after a success", s.Err, nil)
		equal(t, "failures after a success", s.Failures, 0)
		equal(t, "stale after a success", s.Stale(), false)
		equal(t, "last success", s.LastSuccess, s.Now)
	})
}

// keep has the loader know something of a period without asking.
func (l *fakeLoader) keep(v *View) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stored = v
}

func TestWhatIsStoredIsShownBeforeExotelAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		loader := &fakeLoader{}
		loader.keep(loader.view(metrics.Today.Period(loader.Now()), 7))
		loader.set(loader.after(time.Hour, 9))
		d := &desk{loader: loader}
		d.Worker = NewWorker(loader, func(s Snapshot) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.heard = append(d.heard, s)
		}, WorkerOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		go d.Run(ctx)
		early := d.last()
		equal(t, "calls", early.Summary.Calls(), 7)
		equal(t, "loading", early.Loading, true)
		equal(t, "calls that Exotel gave", d.wait(time.Hour).Summary.Calls(), 9)
		cancel()
		synctest.Wait()
	})
}

func TestOfAllThatIsStoredOnlyTodayIsAskedFor(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		now := d.loader.Now()
		all := metrics.Period{From: metrics.DateOf(now).Add(-500), To: metrics.DateOf(now)}
		d.loader.oldest = all.From
		d.loader.keep(d.loader.view(all, 7))
		d.Choose(Choice{Range: metrics.AllStored})
		s := d.last()
		equal(t, "asked", d.loader.loads[len(d.loader.loads)-1], oneDay(metrics.DateOf(now)))
		equal(t, "shown", s.Period, all)
		equal(t, "calls", s.Summary.Calls(), 7)

		// A filler has read a day more.
		d.loader.oldest = all.From.Add(-1)
		d.loader.keep(d.loader.view(metrics.Period{From: all.From.Add(-1), To: all.To}, 8))
		loads := d.loader.count()
		d.Renew()
		s = d.last()
		equal(t, "loads", d.loader.count(), loads)
		equal(t, "days shown", s.Period.Days(), 502)
		equal(t, "calls", s.Summary.Calls(), 8)
		if s := d.wait(DefaultInterval); s.Summary == nil {
			t.Error("a refresh takes the figures off the screen")
		}
	})
}

// TestOfAllThatIsStoredYesterdayIsAskedForUntilItIsSettled: it was read last before its
// end, and a filler does not read it before that.
func TestOfAllThatIsStoredYesterdayIsAskedForUntilItIsSettled(t *testing.T) {
	atDesk(t, WorkerOptions{Choice: Choice{Range: metrics.AllStored}}, func(t *testing.T, d *desk) {
		oldest := metrics.DateOf(d.loader.Now()).Add(-500)
		d.loader.mu.Lock()
		d.loader.oldest = oldest
		d.loader.mu.Unlock()
		tomorrow := metrics.DateOf(d.loader.Now()).Add(1)
		asked := func() metrics.Period {
			d.last()
			d.loader.mu.Lock()
			defer d.loader.mu.Unlock()
			return d.loader.loads[len(d.loader.loads)-1]
		}
		time.Sleep(tomorrow.In(exotel.India).Sub(d.loader.Now()) + settling/2)
		equal(t, "soon after midnight", asked(), metrics.Period{From: tomorrow.Add(-1), To: tomorrow})
		time.Sleep(settling)
		equal(t, "later", asked(), oneDay(tomorrow))
	})
}

// TestAFillerThatHasReadADayAtMidnightKeepsNobodyFromTheNewOne: what it has read is
// shown up to the new day, of which nothing was asked yet.
func TestAFillerThatHasReadADayAtMidnightKeepsNobodyFromTheNewOne(t *testing.T) {
	atDesk(t, WorkerOptions{Choice: Choice{Range: metrics.AllStored}, Interval: time.Hour}, func(t *testing.T, d *desk) {
		oldest := metrics.DateOf(d.loader.Now()).Add(-500)
		d.loader.mu.Lock()
		d.loader.oldest = oldest
		d.loader.mu.Unlock()
		tomorrow := metrics.DateOf(d.loader.Now()).Add(1)
		time.Sleep(tomorrow.In(exotel.India).Sub(d.loader.Now()) - 10*time.Minute)
		d.Refresh()
		d.wait(10*time.Minute - wakeCheck/2)
		d.loader.mu.Lock()
		d.loader.skew = wakeCheck / 2 // midnight, and the worker has not looked yet
		d.loader.mu.Unlock()
		d.Renew()
		d.wait(wakeCheck)
		equal(t, "asked", d.loader.loads[len(d.loader.loads)-1].To, tomorrow)
	})
}

func TestARefreshByTheUserReadsWhatIsIncompleteAgain(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.wait(DefaultInterval)
		d.Refresh()
		d.last()
		equal(t, "ages", fmt.Sprint(d.loader.ages), fmt.Sprint([]time.Duration{0, 0, reloadIncomplete}))
	})
}

func TestCallsThatAreNotSavedAreSaid(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		equal(t, "at first", d.last().SaveErr, nil)
		d.loader.mu.Lock()
		d.loader.saveErr = errDisk
		d.loader.mu.Unlock()
		equal(t, "after a refresh", d.wait(DefaultInterval).SaveErr, errDisk)
	})
}

func TestFirstLoadThatFailsShowsNoFigures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		loader := &fakeLoader{}
		loader.set(loader.down)
		var last Snapshot
		w := NewWorker(loader, func(s Snapshot) { last = s }, WorkerOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		go w.Run(ctx)
		synctest.Wait()
		if last.Summary != nil || last.Complete || !errors.Is(last.Err, errDown) {
			t.Errorf("got %+v", last)
		}
		cancel()
		synctest.Wait()
	})
}

// The other way round a success that asked nobody would hide that Exotel is down.
func TestLoadFromTheStoreAloneIsNoNewsFromExotel(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		success := d.last().LastSuccess
		old := d.loader.view(metrics.Yesterday.Period(d.loader.Now()), 3)
		d.loader.set(func(context.Context, metrics.Period, time.Duration, func(Progress)) (*View, error) { return old, nil })
		time.Sleep(time.Minute / 2)
		d.Choose(Choice{Range: metrics.Yesterday})
		equal(t, "calls", d.calls(), 3)
		equal(t, "last success", d.last().LastSuccess, success)
	})
}

func TestPeriodMovesOnAtMidnight(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		first := d.last().Period
		now := d.loader.Now()
		time.Sleep(metrics.DateOf(now).Add(1).In(exotel.India).Sub(now) - time.Second)
		equal(t, "before midnight", d.last().Period, first)
		s := d.wait(time.Minute + time.Second)
		equal(t, "after midnight", s.Period, oneDay(first.From.Add(1)))
		equal(t, "figures", s.Summary.Period, s.Period)
	})
}

func TestPeriodMovesOnAtMidnightWhateverTheInterval(t *testing.T) {
	atDesk(t, WorkerOptions{Interval: time.Hour}, func(t *testing.T, d *desk) {
		first := d.last().Period
		midnight := metrics.DateOf(d.loader.Now()).Add(1).In(exotel.India)
		time.Sleep(midnight.Sub(d.loader.Now()) - 10*time.Minute)
		d.Refresh()
		equal(t, "before midnight", d.wait(10*time.Minute-time.Second).Period, first)
		equal(t, "after midnight", d.wait(wakeCheck+time.Second).Period, oneDay(first.From.Add(1)))
	})
}

// TestADayThatEndsDuringAPauseLacksItsEnd: nobody may take what was known of the
// evening for the whole day.
func TestADayThatEndsDuringAPauseLacksItsEnd(t *testing.T) {
	atDesk(t, WorkerOptions{Interval: time.Hour}, func(t *testing.T, d *desk) {
		first := d.last().Period
		midnight := metrics.DateOf(d.loader.Now()).Add(1).In(exotel.India)
		time.Sleep(midnight.Sub(d.loader.Now()) - 10*time.Minute)
		d.Refresh()
		d.TogglePause()
		s := d.wait(10*time.Minute - time.Second)
		equal(t, "complete before midnight", s.Complete, true)
		s = d.wait(wakeCheck + time.Second)
		equal(t, "period after midnight", s.Period, first)
		equal(t, "complete after midnight", s.Complete, false)
		equal(t, "days that lack their end", s.Tally.DaysCut, 1)
	})
}

func TestLoadThatCrossesMidnightIsFollowedByOneOfTheNewDay(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		now := d.loader.Now()
		midnight := metrics.DateOf(now).Add(1).In(exotel.India)
		time.Sleep(midnight.Sub(now) - 10*time.Second)
		d.loader.set(d.loader.after(30*time.Second, 2))
		d.Refresh()
		s := d.wait(time.Minute + time.Second)
		equal(t, "period", s.Period, oneDay(metrics.DateOf(midnight)))
		equal(t, "figures", s.Summary.Period, s.Period)
		equal(t, "loading", s.Loading, false)
	})
}

// A computer whose clock is a day slow learns the date from the first answer.
func TestClockThatAnAnswerCorrectedMovesThePeriod(t *testing.T) {
	atDesk(t, WorkerOptions{Choice: Choice{Range: metrics.Yesterday}}, func(t *testing.T, d *desk) {
		d.loader.set(func(_ context.Context, p metrics.Period, _ time.Duration, _ func(Progress)) (*View, error) {
			d.loader.mu.Lock()
			d.loader.skew = 24 * time.Hour
			d.loader.mu.Unlock()
			return d.loader.view(p, 2), nil
		})
		d.Refresh()
		s := d.last()
		equal(t, "period", s.Period, metrics.Yesterday.Period(d.loader.Now()))
		equal(t, "figures", s.Summary.Period, s.Period)
	})
}

func TestWakeRefreshesOnce(t *testing.T) {
	for name, awake := range map[string]time.Duration{ // since the last refresh
		"long before the next refresh":                   12 * time.Second,
		"right before it, so that the timer comes first": 61 * time.Second,
	} {
		t.Run(name, func(t *testing.T) {
			atDesk(t, WorkerOptions{Interval: 63 * time.Second}, func(t *testing.T, d *desk) {
				d.wait(awake)
				d.sleepComputer(time.Hour)
				d.wait(20 * time.Second)
				equal(t, "loads", d.loader.count(), 2)
			})
		})
	}
}

func TestWakeDoesNotWaitForWhatWasAskedBefore(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.loader.set(d.loader.after(time.Hour, 7)) // its connection died in the sleep
		d.Refresh()
		d.wait(7 * time.Second)
		d.loader.set(d.loader.after(time.Second, 3))
		d.sleepComputer(time.Hour)
		s := d.wait(7 * time.Second)
		equal(t, "calls", d.calls(), 3)
		equal(t, "error", s.Err, nil)
		equal(t, "loads", d.loader.count(), 3)
	})
}

func TestWakeFromSleepDuringAPauseRefreshesNothing(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.TogglePause()
		d.wait(7 * time.Second)
		d.sleepComputer(time.Hour)
		d.wait(20 * time.Second)
		equal(t, "loads", d.loader.count(), 1)
	})
}

func TestSmallStepsOfTheClockRefreshNothing(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.sleepComputer(10 * time.Second)
		d.wait(20 * time.Second)
		equal(t, "loads", d.loader.count(), 1)
	})
}

func TestClockSetBackRefreshes(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		d.wait(7 * time.Second)
		d.sleepComputer(-time.Hour)
		d.wait(7 * time.Second)
		equal(t, "loads", d.loader.count(), 2)
	})
}

func TestWorkerEndsWithItsLoads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		loader := &fakeLoader{}
		ended := false
		loader.set(func(ctx context.Context, p metrics.Period, _ time.Duration, _ func(Progress)) (*View, error) {
			<-ctx.Done()
			time.Sleep(time.Second)
			ended = true
			return &View{now: loader.Now()}, ctx.Err()
		})
		w := NewWorker(loader, func(Snapshot) {}, WorkerOptions{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		w.Run(ctx)
		equal(t, "the load has ended", ended, true)
		for range 100 { // and whoever still asks is not kept
			w.Refresh()
		}
	})
}

func TestWorkerEndsThoughItsReceiverGivesCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w *Worker
		w = NewWorker(&fakeLoader{}, func(Snapshot) {
			for range 100 {
				w.Renew()
			}
		}, WorkerOptions{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		w.Run(ctx)
	})
}

// TestWorkerShowsWhatTheFillerStores: in fake time, with all that the account has.
func TestWorkerShowsWhatTheFillerStores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		account := exoteltest.New(exoteltest.Options{CallsPerDay: 40})
		client, err := exotel.New(exotel.Options{
			BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token", Transport: wire{account},
		})
		if err != nil {
			t.Fatal(err)
		}
		fetcher, end := kept(t, client, filepath.Join(t.TempDir(), "calls.db"))
		var shown Snapshot
		worker := NewWorker(fetcher, func(s Snapshot) {
			if shown.Summary != nil && s.Summary != nil && s.Summary.Calls() < shown.Summary.Calls() {
				t.Errorf("%d calls are shown after %d", s.Summary.Calls(), shown.Summary.Calls())
			}
			shown = s
		}, WorkerOptions{Choice: Choice{Range: metrics.AllStored}})
		filler := NewFiller(fetcher, func(FillState) { worker.Renew() }, FillerOptions{KeepMonths: 1})
		ctx, cancel := context.WithCancel(t.Context())
		var work sync.WaitGroup
		work.Go(func() { worker.Run(ctx) })
		work.Go(func() { filler.Run(ctx) })
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		now := fetcher.Now()
		month := metrics.Period{From: metrics.DateOf(now.AddDate(0, -1, 0)), To: metrics.DateOf(now)}
		equal(t, "days", shown.Period, month)
		equal(t, "complete", shown.Complete, true)
		equal(t, "error", shown.Err, nil)
		equal(t, "calls", shown.Summary.Calls(), len(account.Calls(month.Start(exotel.India), now.Add(time.Second))))
		cancel()
		work.Wait()
		end()
	})
}

func TestAStoreThatCannotBeReadForAMomentIsAskedAgain(t *testing.T) {
	atDesk(t, WorkerOptions{}, func(t *testing.T, d *desk) {
		store := &fixedStore{n: 7}
		store.broken.Store(true)
		d.loader.set(func(_ context.Context, p metrics.Period, _ time.Duration, _ func(Progress)) (*View, error) {
			view := d.loader.view(p, 7)
			view.store = store
			return view, nil
		})
		d.Refresh()
		s := d.last()
		if s.Summary != nil || s.Complete || !errors.Is(s.Err, errDisk) {
			t.Errorf("figures without a store: %+v", s)
		}
		store.broken.Store(false)
		s = d.wait(wakeCheck)
		equal(t, "calls", d.calls(), 7)
		equal(t, "error", s.Err, nil)
	})
}

// No input makes such figures, so the test does.
func TestUnsoundFiguresAreNotShown(t *testing.T) {
	view := (&fakeLoader{}).view(oneDay(today), 1)
	spoiled := summary(t, view, all)
	spoiled.Counts[metrics.Busy]++
	r := &refresher{
		ctx: t.Context(), worker: NewWorker(&fakeLoader{}, nil, WorkerOptions{}), view: view,
		figures: figures{view: view, summary: spoiled, err: spoiled.Check()},
	}
	if got := r.snapshot(); got.Summary != nil || got.Complete || got.Err == nil {
		t.Errorf("shown: %+v", got)
	}
}
