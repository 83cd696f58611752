package ui

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/watch"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/archive"
	"exotel-monitor/ui/settings"
)

// session is one connected account: its client, and the worker that keeps its
// figures fresh. Everything it has to say reaches the window through its post,
// and nothing does after Close.
type session struct {
	account settings.Credentials
	client  *exotel.Client
	worker  *metrics.Worker
	cancel  context.CancelFunc
	work    sync.WaitGroup

	watching  atomic.Pointer[watching]            // nil until the record is open
	reception atomic.Pointer[reception.Reception] // nil while heartbeats are not received
}

// sessionEvents is what a session tells the window. Each is called on the
// window's goroutine.
type sessionEvents struct {
	snapshot func(metrics.Snapshot)
	phones   func([]exotel.ExoPhone)
	tick     func(now time.Time)

	health    func(watch.Picture)
	reception func(reception.State)
}

// newSession starts to work. post hands a function to the window's goroutine:
// this is the program's one hop onto it.
// The calls are kept at the path of that name, or nowhere if it is "".
func newSession(ctx context.Context, account settings.Credentials, client *exotel.Client, calls string, o metrics.WorkerOptions, health watchOptions, post func(func()), events sessionEvents) *session {
	ctx, cancel := context.WithCancel(ctx)
	s := &session{account: account, client: client, cancel: cancel}
	tell := func(f func()) {
		post(func() {
			if ctx.Err() == nil {
				f()
			}
		})
	}
	ledger := metrics.NewLedger(client)
	s.worker = metrics.NewWorker(ledger, func(shot metrics.Snapshot) {
		tell(func() { events.snapshot(shot) })
	}, o)
	s.work.Go(func() {
		defer keepCalls(ctx, ledger, calls, o.Log)()
		s.worker.Run(ctx)
	})
	s.work.Go(func() { s.keepWatch(ctx, health, events, tell) })
	s.work.Go(func() {
		s.listPhones(ctx, o.Log, func(phones []exotel.ExoPhone) { tell(func() { events.phones(phones) }) })
	})
	s.work.Go(func() {
		second := time.NewTicker(time.Second)
		defer second.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-second.C:
				tell(func() { events.tick(client.Now()) })
			}
		}
	})
	return s
}

// keepCalls gives the ledger the calls that are kept at a path, and returns what
// closes them. Without them everything is asked for anew.
func keepCalls(ctx context.Context, ledger *metrics.Ledger, path string, log *slog.Logger) (end func()) {
	nothing := func() {}
	if path == "" {
		return nothing
	}
	store, err := archive.Open(ctx, path, ledger.Now().Location(), log)
	if err == nil {
		err = ledger.UseStore(ctx, store, log)
	}
	if err != nil {
		if ctx.Err() == nil {
			log.Warn("calls are not kept on the disk", "error", err)
		}
		return nothing
	}
	return func() { _ = store.Close() } // what was put is on the disk already
}

// listPhones asks once for the numbers' names. Without them the window shows
// the numbers that occur in the calls.
func (s *session) listPhones(ctx context.Context, log *slog.Logger, tell func([]exotel.ExoPhone)) {
	phones, err := s.client.ExoPhones(ctx)
	if err != nil {
		if ctx.Err() == nil {
			log.Warn("the ExoPhones could not be listed", "error", err)
		}
		return
	}
	tell(phones)
}

// Close ends the work and waits for it.
func (s *session) Close() {
	s.cancel()
	s.work.Wait()
	s.client.Close()
}
