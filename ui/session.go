package ui

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/watch"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/archive"
	"exotel-monitor/metrics/archive/file"
	"exotel-monitor/ui/settings"
)

// session is one connected account: its client, and the worker that keeps its
// figures fresh. Everything it has to say reaches the window through its post,
// and nothing does after Close.
type session struct {
	account settings.Credentials
	client  *exotel.Client
	worker  *metrics.Worker
	log     *slog.Logger
	cancel  context.CancelFunc
	work    sync.WaitGroup

	filler    atomic.Pointer[metrics.Filler]      // nil until the store is open, and without one
	watching  atomic.Pointer[watching]            // nil until the record is open
	holds     atomic.Bool                         // the account's file, which no other copy then has
	reception atomic.Pointer[reception.Reception] // nil while heartbeats are not received
}

// storedCalls is how far the account's calls are stored on this computer.
type storedCalls struct {
	Filling metrics.Filling // the zero Filling until it is known, and where nothing is stored
	Size    int64           // bytes on the disk
	Unkept  error           // why nothing is stored, where something should be
}

// filling reports whether days are being stored now.
func (s *storedCalls) filling() bool { return s.Filling.Reading != metrics.Date{} }

// sessionEvents is what a session tells the window. Each is called on the
// window's goroutine.
type sessionEvents struct {
	snapshot func(metrics.Snapshot)
	phones   func(*exotel.Directory)
	tick     func(now time.Time)
	stored   func(storedCalls)

	health    func(watch.Picture)
	reception func(reception.State)
}

// newSession starts to work. post hands a function to the window's goroutine:
// this is the program's one hop onto it.
func newSession(ctx context.Context, account settings.Credentials, client *exotel.Client, o metrics.WorkerOptions, health watchOptions, post func(func()), events sessionEvents) *session {
	ctx, cancel := context.WithCancel(ctx)
	s := &session{account: account, client: client, log: o.Log, cancel: cancel}
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
		kept := openFile(ctx, health.file, o.Log)
		defer kept.close()
		s.holds.Store(kept.unkept == nil && kept.File != nil)
		var users sync.WaitGroup
		users.Go(func() {
			switch keeps, err := kept.keepCalls(ctx, ledger, o.Log); {
			case err != nil && ctx.Err() == nil:
				tell(func() { events.stored(storedCalls{Unkept: err}) })
			case keeps:
				users.Go(func() { s.fill(ctx, ledger, kept, health.settings.Filler(o.Log), events, tell) })
			}
			s.worker.Run(ctx)
		})
		users.Go(func() { s.keepWatch(ctx, kept, health, events, tell) })
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

// keptFile is the account's file while a session has it.
type keptFile struct {
	*file.File // one in memory with what it holds, if it cannot be written
	// unkept is why it cannot; nil if it can.
	unkept error
}

// openFile opens the file at path. Where that cannot be written, or another copy of
// the program has it, the session goes on with what can be read of it, and what it
// learns is gone at its end.
func openFile(ctx context.Context, path string, log *slog.Logger) (kept keptFile) {
	if kept.File, kept.unkept = file.Open(ctx, path, log); kept.unkept == nil || ctx.Err() != nil {
		return kept
	}
	log.Error("nothing is kept on the disk", "error", kept.unkept)
	var err error
	if kept.File, err = file.Copy(ctx, path); err == nil || ctx.Err() != nil {
		return kept
	}
	log.Warn("nothing that is stored can be shown", "error", err)
	kept.File, err = file.Open(ctx, file.InMemory, log)
	kept.unkept = errors.Join(kept.unkept, err)
	return kept
}

func (k keptFile) close() {
	if k.File != nil {
		_ = k.Close() // what was kept is on the disk already
	}
}

// keepCalls has the ledger keep its calls in the file, and reports whether that is
// for longer than this run.
func (k keptFile) keepCalls(ctx context.Context, ledger *metrics.Ledger, log *slog.Logger) (bool, error) {
	if k.File == nil {
		return false, k.unkept
	}
	store, err := archive.New(ctx, k.File, ledger.Now().Location())
	if err == nil {
		err = ledger.UseStore(ctx, store, log)
	}
	if err != nil && ctx.Err() == nil {
		log.Warn("calls are not kept", "error", err)
	}
	return err == nil && store.Lasting(), cmp.Or(k.unkept, err)
}

// fill stores the days that nobody looks at until ctx ends.
func (s *session) fill(ctx context.Context, ledger *metrics.Ledger, kept keptFile, o metrics.FillerOptions, events sessionEvents, tell func(func())) {
	var last metrics.Filling
	filler := metrics.NewFiller(ledger, func(f metrics.Filling) {
		if f.Days != last.Days || f.Calls != last.Calls || f.Oldest != last.Oldest {
			s.worker.Renew()
		}
		if f.Done() && !last.Done() {
			debug.FreeOSMemory() // storing took more than is needed from now on
		}
		last = f
		size, err := kept.Size()
		if err != nil {
			o.Log.Warn("the size of the stored calls is not known", "error", err)
		}
		tell(func() { events.stored(storedCalls{Filling: f, Size: size}) })
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
