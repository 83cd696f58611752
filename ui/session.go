package ui

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
)

// session is one connected account at work. Everything it has to say reaches the
// window through its post, and nothing does after Close.
type session struct {
	account config.Credentials
	client  *exotel.Client
	worker  *refresh.Worker
	work    *account.Account
	log     *slog.Logger
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// sessionEvents is what a session tells the window. Each is called on the
// window's goroutine.
type sessionEvents struct {
	snapshot func(refresh.Snapshot)
	phones   func(*exotel.Directory)
	tick     func(now time.Time)
	stored   func(account.Stored)

	health    func(monitor.Snapshot)
	reception func(reception.State)
}

// newSession starts to work. post hands a function to the window's goroutine:
// this is the program's one hop onto it.
func newSession(ctx context.Context, c config.Credentials, o account.Options, post func(func()), events sessionEvents) *session {
	ctx, cancel := context.WithCancel(ctx)
	tell := func(f func()) {
		post(func() {
			if ctx.Err() == nil {
				f()
			}
		})
	}
	stored := newestOnly(tell, events.stored)
	o.Events = account.Events{
		Snapshot:  newestOnly(tell, events.snapshot),
		ExoPhones: newestOnly(tell, events.phones),
		Stored:    stored,
		Health:    newestOnly(tell, events.health),
		Reception: newestOnly(tell, events.reception),
	}
	s := &session{account: c, client: o.Client, work: account.New(o), log: o.Log, cancel: cancel}
	s.worker = s.work.Worker
	s.running.Go(func() {
		if err := s.work.Open(ctx); err != nil {
			if ctx.Err() == nil {
				o.Log.Error("the account is not watched", "error", err)
				stored(account.Stored{Unkept: err})
			}
			return
		}
		defer s.work.Close()
		s.work.Run(ctx)
	})
	s.running.Go(func() {
		second := time.NewTicker(time.Second)
		defer second.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-second.C:
				tell(func() { events.tick(o.Client.Now()) })
			}
		}
	})
	return s
}

// closeWait is how long the end of the work may take. It waits for the disk, and a
// second start of the program waits a little longer for the end of the first.
const closeWait = 8 * time.Second

// Close ends the work and waits for it. Work that a hanging disk holds is left
// behind after closeWait: nothing comes of it any more.
func (s *session) Close() {
	s.cancel()
	if !within(closeWait, s.running.Wait) {
		s.log.Error("the work on the account does not end; the disk may hang")
	}
	s.client.Close()
}

// within waits for wait and reports whether it returned in time.
func within(most time.Duration, wait func()) bool {
	done := make(chan struct{})
	var waiting sync.WaitGroup
	waiting.Go(func() {
		defer close(done)
		wait()
	})
	select {
	case <-done:
		waiting.Wait()
		return true
	case <-time.After(most):
		return false
	}
}

// newestOnly returns a function that passes values to show through tell. A value that
// still waits when a newer one comes is dropped, so that a slow window neither falls
// behind nor piles them up.
func newestOnly[T any](tell func(func()), show func(T)) func(T) {
	var waits atomic.Pointer[T]
	return func(value T) {
		if waits.Swap(&value) == nil {
			tell(func() { show(*waits.Swap(nil)) })
		}
	}
}
