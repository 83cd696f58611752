package ui

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/watch"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/settings"
)

// session is one connected account: its client, and the worker that keeps its
// figures fresh. Everything it has to say reaches the window through its post,
// and nothing does after Close.
type session struct {
	account settings.Credentials
	client  *exotel.Client
	worker  *refresh.Worker
	log     *slog.Logger
	cancel  context.CancelFunc
	work    sync.WaitGroup

	filler    atomic.Pointer[refresh.Filler]      // nil until the store is open, and where nothing is saved
	watching  atomic.Pointer[watching]            // nil until the record is open
	store     atomic.Pointer[account.Store]       // nil until it is open
	reception atomic.Pointer[reception.Reception] // nil while heartbeats are not received
}

// storedCalls is how far the account's calls are stored on this computer.
type storedCalls struct {
	Filling refresh.Filling // the zero Filling until it is known, and where nothing is stored
	Size    int64           // bytes on the disk
	Unkept  error           // why nothing is stored, where something should be
}

// filling reports whether days are being stored now.
func (s *storedCalls) filling() bool { return s.Filling.Reading != metrics.Date{} }

// sessionEvents is what a session tells the window. Each is called on the
// window's goroutine.
type sessionEvents struct {
	snapshot func(refresh.Snapshot)
	phones   func(*exotel.Directory)
	tick     func(now time.Time)
	stored   func(storedCalls)

	health    func(watch.Picture)
	reception func(reception.State)
}

// newSession starts to work. post hands a function to the window's goroutine:
// this is the program's one hop onto it.
func newSession(ctx context.Context, c settings.Credentials, client *exotel.Client, o refresh.WorkerOptions, health watchOptions, post func(func()), events sessionEvents) *session {
	ctx, cancel := context.WithCancel(ctx)
	s := &session{account: c, client: client, log: o.Log, cancel: cancel}
	tell := func(f func()) {
		post(func() {
			if ctx.Err() == nil {
				f()
			}
		})
	}
	loader := &struct{ *refresh.Fetcher }{} // set before the worker runs
	s.worker = refresh.NewWorker(loader, newestOnly(tell, events.snapshot), o)
	s.work.Go(func() {
		store, err := account.Open(ctx, health.files, client.Zone(), o.Log)
		if err != nil {
			if ctx.Err() == nil {
				o.Log.Error("the account is not watched", "error", err)
				tell(func() { events.stored(storedCalls{Unkept: err}) })
			}
			return
		}
		defer store.Close()
		s.store.Store(store)
		loader.Fetcher = refresh.NewFetcher(client, store.Calls, refresh.Options{Temporary: store.Temporary(), Log: o.Log})
		var users sync.WaitGroup
		users.Go(func() {
			switch {
			case notSaved(store) != nil:
				tell(func() { events.stored(storedCalls{Unkept: notSaved(store)}) })
			case !store.Temporary():
				users.Go(func() { s.fill(ctx, loader.Fetcher, store, health.settings.Filler(o.Log), events, tell) })
			}
			s.worker.Run(ctx)
		})
		users.Go(func() { s.keepWatch(ctx, store, health, events, tell) })
		users.Wait()
	})
	s.work.Go(func() {
		joined := false
		client.FollowExoPhones(ctx, func(d *exotel.Directory) {
			if joined || d.Joins() { // the figures of a line depend on the list
				s.worker.Renew()
			}
			joined = d.Joins()
			tell(func() { events.phones(d) })
		})
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

// notSaved returns why no days are stored here that nobody looks at, nil if they are
// or are not to be. One copy of the program does that for all.
func notSaved(s *account.Store) error {
	if errors.Is(s.RecordErr, file.ErrInUse) {
		return s.RecordErr
	}
	return s.CallsErr
}

// fill stores the days that nobody looks at until ctx ends.
func (s *session) fill(ctx context.Context, fetcher *refresh.Fetcher, store *account.Store, o refresh.FillerOptions, events sessionEvents, tell func(func())) {
	var last refresh.Filling
	show := newestOnly(tell, events.stored)
	filler := refresh.NewFiller(fetcher, func(f refresh.Filling) {
		if f.Days != last.Days || f.Calls != last.Calls || f.Oldest != last.Oldest {
			s.worker.Renew()
		}
		if f.Done() && !last.Done() {
			debug.FreeOSMemory() // storing took more than is needed from now on
		}
		last = f
		size, err := store.Files.Size()
		if err != nil {
			o.Log.Warn("the size of the stored calls is not known", "error", err)
		}
		show(storedCalls{Filling: f, Size: size})
	}, o)
	s.filler.Store(filler)
	filler.Run(ctx)
}

// closeWait is how long the end of the work may take. It waits for the disk, and a
// second start of the program waits a little longer for the end of the first.
const closeWait = 8 * time.Second

// Close ends the work and waits for it. Work that a hanging disk holds is left
// behind after closeWait: nothing comes of it any more.
func (s *session) Close() {
	s.cancel()
	if !within(closeWait, s.work.Wait) {
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
