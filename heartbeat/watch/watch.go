// Package watch keeps watch over an account's ExoPhones: it takes in heartbeats,
// asks for the numbers, records what happens, and sees to it that somebody is
// told. It owns all goroutines that this takes.
package watch

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
)

// lookEvery is how often the watch looks at the clock when nothing happens.
const lookEvery = 2 * time.Second

// breath lies between two looks, however many words come: each look may write
// to the disk and change the window.
const breath = 50 * time.Millisecond

// endWait is how long after the end of Run's context the disk may take.
const endWait = 3 * time.Second

// sleptAfter is the time between two looks after which this computer must have slept.
const sleptAfter = 15 * time.Second

// mostOddWaiting bounds the posts that wait for the disk.
const mostOddWaiting = 8

// Options of a watch. All fields are required but Asked, Refused, PushEvery,
// PullEvery and Unrecorded.
type Options struct {
	// Asked is who is asked for the numbers; nil for nobody.
	Asked heartbeat.Asked
	// Refused returns why the account refuses the keys, whatever it was asked for, and
	// nil if it does not. The ExoPhones are asked for as soon as that changes.
	Refused func() error
	// PullEvery is how often Asked is asked; 0 means only when a heartbeat or the user
	// wants it.
	PullEvery time.Duration
	// PushEvery is the interval set at Exotel; 0 means that it is learned.
	PushEvery time.Duration
	Journal   *journal.Journal
	// Unrecorded is why Journal is not the account's own; nil if it is. If it is
	// file.ErrInUse, another copy of the program records and tells what happens. The
	// watch shows what that copy recorded, and does neither.
	Unrecorded error
	Rules      alert.Rules
	// Send tells the user, and says what became of it. It may be called by
	// several goroutines.
	Send func(context.Context, alert.Note) (journal.DeliveryState, error)
	// Publish takes in each new picture, on one goroutine of the watch.
	Publish func(Picture)
	// Now returns the time by Exotel's clock, as far as it is known.
	Now func() time.Time
	// Proven reports whether Now can be believed for what is removed for good.
	Proven func() bool
	Log    *slog.Logger
}

// Picture is what the watch sees. It never changes.
type Picture struct {
	Health heartbeat.Health
	// Alert is the open one, or nil.
	Alert *alert.Alert
	// Snoozed is until when nobody is told anything; it may be past.
	Snoozed time.Time
	// Odd is when a post last came that was no heartbeat in any known form.
	Odd time.Time
	// Trouble is why nothing can be recorded; nil if it can.
	Trouble error
	// Told counts the changes of what was told, so that a list of it knows when
	// it is old.
	Told int
}

// Watch is over one account.
type Watch struct {
	o      Options
	board  *heartbeat.Board
	puller *heartbeat.Puller // nil if nobody is asked
	desk   *alert.Desk       // the loop's own
	unkept alert.Decision    // what could not be recorded yet
	snooze time.Time         // the desk's, as it is recorded
	stir   chan struct{}
	post   chan alert.Note // notes that could not be recorded
	mail   chan struct{}
	told   atomic.Int64
	shown  atomic.Pointer[Picture]
	forgot time.Time
	newest time.Time // the board's, as it is recorded
	looked time.Time // when the last look ended
	locked bool      // the account refused the keys then
	// trouble is why the last look could not be recorded; nil if it could.
	trouble error

	mu   sync.Mutex
	todo []func(context.Context)
	odd  []journal.Odd
	last time.Time // when the last odd post came
	// undelivered is why notes wait; nil if they do not.
	undelivered error
}

// New returns a watch that knows what its journal remembers.
func New(ctx context.Context, o Options) (*Watch, error) {
	newest, err := o.Journal.Newest(ctx)
	if err != nil {
		return nil, err
	}
	w := &Watch{
		o: o, looked: o.Now(),
		board: heartbeat.NewBoard(heartbeat.BoardOptions{Push: o.PushEvery, Pull: o.PullEvery}),
		stir:  make(chan struct{}, 1), mail: make(chan struct{}, 1), post: make(chan alert.Note, 16),
		trouble: o.Unrecorded,
	}
	if w.follows() {
		err = w.follow(ctx)
	} else {
		w.desk, err = o.Journal.Desk(ctx, o.Now())
	}
	if err != nil {
		return nil, err
	}
	w.snooze = w.desk.Snoozed
	w.board.RestoreNewest(newest)
	w.newest = newest
	w.board.Woke(w.looked)
	if a := w.desk.Current; a != nil {
		for _, p := range a.Phones() {
			w.board.Restore(p)
		}
		if a.OfAccount() {
			w.board.RestoreAccount(a.Level, a.Opened, o.Now())
		}
	}
	if err := o.Journal.LastUp(ctx, func(key string, direction heartbeat.Direction, s journal.Span) {
		w.board.Remember(key, direction, s.Began, s.Ended)
	}); err != nil {
		return nil, err
	}
	if o.Asked != nil {
		w.puller = heartbeat.NewPuller(o.Asked, w.board, o.PullEvery, func() { poke(w.stir) }, o.Log)
	}
	w.shown.Store(&Picture{Health: w.board.Health(o.Now()), Alert: w.openAlert(), Snoozed: w.snooze, Trouble: o.Unrecorded})
	return w, nil
}

// Picture is what the watch saw last. It can be called at any time.
func (w *Watch) Picture() Picture { return *w.shown.Load() }

// Run keeps watch until ctx ends. What happened until then is recorded, unless the
// disk takes longer than endWait.
func (w *Watch) Run(ctx context.Context) {
	recording, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	context.AfterFunc(ctx, func() { time.AfterFunc(endWait, func() { stop(file.ErrSlow) }) })
	var work sync.WaitGroup
	if w.puller != nil {
		work.Go(func() { w.puller.Run(ctx) })
	}
	if !w.follows() {
		work.Go(func() { w.deliver(ctx, recording) })
	}
	defer work.Wait()
	poke(w.mail) // what a crash left
	clock := time.NewTicker(lookEvery)
	defer clock.Stop()
	defer w.look(recording) // what was chosen a moment ago is recorded
	for {
		w.look(recording)
		select {
		case <-ctx.Done():
			return
		case <-time.After(breath):
		}
		select {
		case <-ctx.Done():
			return
		case <-w.stir:
		case <-clock.C:
		}
	}
}

// Heartbeat takes in a body that was posted just now and reports whether it is a
// heartbeat. It returns at once, and takes the time from Options.Now, because this
// computer's own clock may be wrong.
func (w *Watch) Heartbeat(body []byte) bool {
	received := w.o.Now()
	report, err := heartbeat.Parse(body, received)
	if err != nil {
		w.mu.Lock()
		if w.last = received; len(w.odd) < mostOddWaiting {
			w.odd = append(w.odd, journal.Odd{At: received, Size: len(body), Body: slices.Clone(body[:min(len(body), journal.MostOddSize)])})
		}
		w.mu.Unlock()
		poke(w.stir)
		return false
	}
	if w.board.Hear(report, received) && report.Level == heartbeat.TooLarge {
		w.Pull()
	}
	poke(w.stir)
	return true
}

// Pull asks for all ExoPhones now.
func (w *Watch) Pull() {
	if w.puller != nil {
		w.puller.Pull()
	}
}

// Acknowledge stops the reminders of the open alert.
func (w *Watch) Acknowledge() {
	w.do(func(ctx context.Context) { w.keep(ctx, w.desk.Acknowledge(w.o.Now())) })
}

// Snooze holds back all notifications until a time; a zero time ends it.
func (w *Watch) Snooze(until time.Time) {
	w.do(func(ctx context.Context) {
		w.desk.Snoozed = until
		w.keep(ctx, alert.Decision{})
	})
}

// Try sends a notification that shows whether they arrive, and says what became
// of it.
func (w *Watch) Try(ctx context.Context) journal.Delivery {
	d := journal.Delivery{Note: alert.NewTrial(w.o.Now(), w.o.Rules)}
	var err error
	if d.State, err = w.o.Send(ctx, d.Note); err != nil {
		d.Error = err.Error()
	}
	return d
}

// follows reports whether another copy of the program records and tells what happens.
func (w *Watch) follows() bool { return errors.Is(w.o.Unrecorded, file.ErrInUse) }

// follow makes the desk that of the other copy.
func (w *Watch) follow(ctx context.Context) error {
	desk, changes, err := w.o.Journal.Follow(ctx)
	if err == nil {
		w.desk = desk
		w.told.Store(changes)
	}
	return err
}

// do has the loop do something, and does not wait for it. What the desk of another
// copy decides is not this one's to change.
func (w *Watch) do(f func(context.Context)) {
	if w.follows() {
		return
	}
	w.mu.Lock()
	w.todo = append(w.todo, f)
	w.mu.Unlock()
	poke(w.stir)
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// look does what waits, and lets the desk look at the health.
func (w *Watch) look(ctx context.Context) {
	w.mu.Lock()
	todo, odd, last := w.todo, w.odd, w.last
	w.todo, w.odd = nil, nil
	w.mu.Unlock()
	for _, f := range todo {
		f(ctx)
	}
	now := w.o.Now()
	if gap := now.Sub(w.looked); gap < 0 || gap > sleptAfter {
		w.board.Woke(now)
	}
	w.checkKeys()
	health := w.board.Health(now)
	var dec alert.Decision
	if !w.follows() {
		dec = w.desk.Look(health, w.o.Rules)
	}
	// The window knows before the disk does, which may hang.
	p := Picture{Health: health, Alert: w.openAlert(), Snoozed: w.desk.Snoozed, Odd: last, Trouble: w.trouble, Told: int(w.told.Load())}
	w.publish(p)
	if w.follows() {
		w.trouble = cmp.Or(w.follow(ctx), w.o.Unrecorded)
	} else {
		w.trouble = errors.Join(w.o.Unrecorded, w.keep(ctx, dec), w.record(ctx, odd, health))
	}
	p.Alert, p.Snoozed, p.Trouble, p.Told = w.openAlert(), w.desk.Snoozed, w.trouble, int(w.told.Load())
	w.publish(p)
	w.looked = w.o.Now() // a disk that hangs is no sleep
}

// checkKeys asks for the ExoPhones when something else that the account was asked for
// shows that it refuses the keys, or accepts them again.
func (w *Watch) checkKeys() {
	if w.o.Refused == nil {
		return
	}
	if locked := w.o.Refused() != nil; locked != w.locked {
		w.locked = locked
		w.Pull()
	}
}

// record records what is no decision.
func (w *Watch) record(ctx context.Context, odd []journal.Odd, health heartbeat.Health) error {
	var trouble error
	for _, o := range odd {
		trouble = errors.Join(trouble, w.o.Journal.KeepOdd(ctx, o))
	}
	if newest := w.board.Newest(); newest.After(w.newest) {
		if err := w.o.Journal.KeepNewest(ctx, newest); err != nil {
			trouble = errors.Join(trouble, err)
		} else {
			w.newest = newest
		}
	}
	trouble = errors.Join(trouble, w.o.Journal.Observe(ctx, health))
	if day := 24 * time.Hour; health.At.Sub(w.forgot).Abs() >= day && w.o.Proven() {
		w.forgot = health.At
		trouble = errors.Join(trouble, w.o.Journal.Forget(ctx, health.At))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return errors.Join(trouble, w.undelivered)
}

// keep records a decision. What cannot be recorded is told all the same, and
// recorded when that is possible again.
func (w *Watch) keep(ctx context.Context, dec alert.Decision) error {
	notes := dec.Notes
	if len(w.unkept.Updates)+len(dec.Updates)+len(notes) == 0 && w.snooze.Equal(w.desk.Snoozed) {
		return nil
	}
	dec.Updates = append(w.unkept.Updates, dec.Updates...)
	if err := w.o.Journal.Keep(ctx, w.desk, dec); err != nil {
		w.o.Log.Error("incidents are not recorded", "error", err)
		w.unkept = alert.Decision{Updates: dec.Updates}
		for _, n := range notes {
			select {
			case w.post <- n:
			default: // nobody takes them, which the next one will not change
			}
		}
		return err
	}
	w.unkept, w.snooze = alert.Decision{}, w.desk.Snoozed
	if len(dec.Updates)+len(notes) > 0 {
		w.told.Add(1)
	}
	if len(notes) > 0 {
		poke(w.mail)
	}
	return nil
}

// openAlert is a copy of the open alert for others to keep.
func (w *Watch) openAlert() *alert.Alert {
	a := w.desk.Current
	if a == nil || !a.Open() {
		return nil
	}
	shown := *a
	shown.Incidents = slices.Clone(a.Incidents)
	return &shown
}

func (w *Watch) publish(p Picture) {
	same := *w.shown.Load()
	same.Health.At = p.Health.At
	w.shown.Store(&p)
	if !reflect.DeepEqual(same, p) {
		w.o.Publish(p)
	}
}
