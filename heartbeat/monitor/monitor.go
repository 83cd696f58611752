// Package monitor watches over an account's ExoPhones: it takes in heartbeats, polls
// the ExoPhones, records what happens, and has the user notified. It owns the
// goroutines that do so.
package monitor

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

// evaluateEvery is the time between two evaluations when nothing happens.
const evaluateEvery = 2 * time.Second

// debounce is the shortest time between two evaluations, however many reports come.
// Each may write to the disk and change the window.
const debounce = 50 * time.Millisecond

// maxShutdown is the time that the disk may take after the end of Run's context.
const maxShutdown = 3 * time.Second

// sleptAfter is the time between two evaluations after which the computer must have
// slept.
const sleptAfter = 15 * time.Second

// maxUnrecognized is the largest number of posts that wait for the disk.
const maxUnrecognized = 8

// Options are the settings of a Monitor. Source, AccessErr, PollEvery, PushEvery and
// RecordErr are optional.
type Options struct {
	// Source is polled for the ExoPhones. If it is nil, nothing is polled.
	Source heartbeat.Source
	// AccessErr returns why the account refuses the keys, nil if it accepts them. The
	// ExoPhones are polled as soon as that changes.
	AccessErr func() error
	// PollEvery is the polling interval. If it is 0, Source is polled only when a heartbeat
	// or the user asks for it.
	PollEvery time.Duration
	// PushEvery is the interval set at Exotel; 0 means that it is learned.
	PushEvery time.Duration
	Journal   *journal.Journal
	// RecordErr is why Journal is not the account's own, nil if it is. If it is
	// file.ErrInUse, another copy of the program records what happens and notifies the
	// user. The Monitor then shows what that copy recorded, and does neither.
	RecordErr error
	Rules     alert.Rules
	// Send notifies the user and returns the outcome. Several goroutines may call it at
	// once.
	Send func(context.Context, journal.Delivery) (journal.DeliveryState, error)
	// Publish receives each new Snapshot, on one goroutine of the Monitor.
	Publish func(Snapshot)
	// Now returns the time of Exotel's clock, as far as it is known.
	Now func() time.Time
	// ClockProven reports whether Now can be trusted with removing records for good.
	ClockProven func() bool
	Log         *slog.Logger
}

// Snapshot is the state of the ExoPhones and of the open alert at one moment. It never
// changes.
type Snapshot struct {
	Health heartbeat.Health
	// Alert is the open alert, nil if there is none.
	Alert *alert.Alert
	// SnoozedUntil is the time until which nobody is notified. It may be past.
	SnoozedUntil time.Time
	// UnrecognizedAt is the arrival of the last post that was not a heartbeat.
	UnrecognizedAt time.Time
	// RecordErr is why nothing can be recorded, nil if it can.
	RecordErr error
	// Revision changes with each recorded alert and each notification, so that a list of
	// them knows when it is out of date.
	Revision int
}

// Monitor watches over one account. Make one with New.
type Monitor struct {
	o            Options
	tracker      *heartbeat.Tracker
	poller       *heartbeat.Poller // nil without a Source
	policy       *alert.Policy     // used by the loop only
	unsaved      alert.Decision    // waits for the journal to accept it
	snoozedUntil time.Time         // as recorded
	wake         chan struct{}
	unrecorded   chan journal.Delivery // notes that could not be recorded
	queued       chan struct{}
	revision     atomic.Int64
	published    atomic.Pointer[Snapshot]
	forgotAt     time.Time
	newestSaved  time.Time // as recorded
	evaluatedAt  time.Time // when the last evaluation ended
	refused      bool      // the account refused the keys at the last evaluation
	// recordErr is why the last evaluation could not be recorded, nil if it could.
	recordErr error

	mu             sync.Mutex
	todo           []func(context.Context)
	unrecognized   []journal.Unrecognized
	unrecognizedAt time.Time // when the last such post came
	// deliverErr is why notes wait, nil if they do not.
	deliverErr error
}

// New returns a monitor that continues from what its journal remembers.
func New(ctx context.Context, o Options) (*Monitor, error) {
	newest, err := o.Journal.Newest(ctx)
	if err != nil {
		return nil, err
	}
	m := &Monitor{
		o: o, evaluatedAt: o.Now(),
		tracker: heartbeat.NewTracker(heartbeat.TrackerOptions{Push: o.PushEvery, Poll: o.PollEvery}),
		wake:    make(chan struct{}, 1), queued: make(chan struct{}, 1), unrecorded: make(chan journal.Delivery, 16),
		recordErr: o.RecordErr,
	}
	if m.isFollower() {
		err = m.follow(ctx)
	} else {
		m.policy, err = o.Journal.RestorePolicy(ctx, o.Now())
	}
	if err != nil {
		return nil, err
	}
	m.snoozedUntil = m.policy.SnoozedUntil
	m.tracker.RestoreNewest(newest)
	m.newestSaved = newest
	m.tracker.NoteSleep(m.evaluatedAt)
	if a := m.policy.Current; a != nil {
		for _, p := range a.Phones() {
			m.tracker.Restore(p)
		}
		if a.OfAccount() {
			m.tracker.RestoreAccount(a.Level, a.Opened, o.Now())
		}
	}
	if err := o.Journal.EachLastUp(ctx, func(key string, direction heartbeat.Direction, s journal.Span) {
		m.tracker.RestoreUpTime(key, direction, s.Start, s.End)
	}); err != nil {
		return nil, err
	}
	if o.Source != nil {
		m.poller = heartbeat.NewPoller(o.Source, m.tracker, o.PollEvery, func() { signal(m.wake) }, o.Log)
	}
	m.published.Store(&Snapshot{Health: m.tracker.Health(o.Now()), Alert: m.openAlert(), SnoozedUntil: m.snoozedUntil, RecordErr: o.RecordErr})
	return m, nil
}

// Snapshot returns the result of the last evaluation. It may be called at any time.
func (m *Monitor) Snapshot() Snapshot { return *m.published.Load() }

// Run watches until ctx ends. It records what happened until then, unless the disk takes
// longer than maxShutdown.
func (m *Monitor) Run(ctx context.Context) {
	recording, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	context.AfterFunc(ctx, func() { time.AfterFunc(maxShutdown, func() { stop(file.ErrSlow) }) })
	var work sync.WaitGroup
	if m.poller != nil {
		work.Go(func() { m.poller.Run(ctx) })
	}
	if !m.isFollower() {
		work.Go(func() { m.deliver(ctx, recording) })
	}
	defer work.Wait()
	signal(m.queued) // notes that a crash left
	clock := time.NewTicker(evaluateEvery)
	defer clock.Stop()
	defer m.evaluate(recording) // record what the user chose a moment ago
	for {
		m.evaluate(recording)
		select {
		case <-ctx.Done():
			return
		case <-time.After(debounce):
		}
		select {
		case <-ctx.Done():
			return
		case <-m.wake:
		case <-clock.C:
		}
	}
}

// Heartbeat takes in a body that was posted just now and reports whether it is a
// heartbeat. It returns at once. It takes the time from Options.Now, because the
// computer's clock may be wrong.
func (m *Monitor) Heartbeat(body []byte) bool {
	received := m.o.Now()
	report, err := heartbeat.Parse(body, received)
	if err != nil {
		m.mu.Lock()
		if m.unrecognizedAt = received; len(m.unrecognized) < maxUnrecognized {
			m.unrecognized = append(m.unrecognized, journal.Unrecognized{At: received, Size: len(body), Body: slices.Clone(body[:min(len(body), journal.MaxUnrecognizedSize)])})
		}
		m.mu.Unlock()
		signal(m.wake)
		return false
	}
	if m.tracker.AddReport(report, received) && report.Level == heartbeat.TooLarge {
		m.Poll()
	}
	signal(m.wake)
	return true
}

// Poll has all ExoPhones polled now.
func (m *Monitor) Poll() {
	if m.poller != nil {
		m.poller.Poll()
	}
}

// Acknowledge stops the reminders of the open alert.
func (m *Monitor) Acknowledge() {
	m.enqueue(func(ctx context.Context) { m.save(ctx, m.policy.Acknowledge(m.o.Now())) })
}

// Snooze holds back all notifications until a time. The zero time ends it.
func (m *Monitor) Snooze(until time.Time) {
	m.enqueue(func(ctx context.Context) {
		m.policy.SnoozedUntil = until
		m.save(ctx, alert.Decision{})
	})
}

// SendTest sends a notification that shows whether notifications arrive, and returns
// the outcome.
func (m *Monitor) SendTest(ctx context.Context) journal.Delivery {
	d := journal.NewDelivery(alert.NewTrial(m.o.Now(), m.o.Rules))
	var err error
	if d.State, err = m.o.Send(ctx, d); err != nil {
		d.Error = err.Error()
	}
	return d
}

// isFollower reports whether another copy of the program records what happens and
// notifies the user.
func (m *Monitor) isFollower() bool { return errors.Is(m.o.RecordErr, file.ErrInUse) }

// follow loads the alerts that the other copy recorded.
func (m *Monitor) follow(ctx context.Context) error {
	policy, changes, err := m.o.Journal.Follow(ctx)
	if err == nil {
		m.policy = policy
		m.revision.Store(changes)
	}
	return err
}

// enqueue has the loop run f, and does not wait for it. It does nothing in a follower,
// whose alerts belong to the other copy.
func (m *Monitor) enqueue(f func(context.Context)) {
	if m.isFollower() {
		return
	}
	m.mu.Lock()
	m.todo = append(m.todo, f)
	m.mu.Unlock()
	signal(m.wake)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// evaluate runs what is enqueued, and brings the alerts up to date with the health.
func (m *Monitor) evaluate(ctx context.Context) {
	m.mu.Lock()
	todo, odd, last := m.todo, m.unrecognized, m.unrecognizedAt
	m.todo, m.unrecognized = nil, nil
	m.mu.Unlock()
	for _, f := range todo {
		f(ctx)
	}
	now := m.o.Now()
	if gap := now.Sub(m.evaluatedAt); gap < 0 || gap > sleptAfter {
		m.tracker.NoteSleep(now)
	}
	m.checkKeys()
	health := m.tracker.Health(now)
	var dec alert.Decision
	if !m.isFollower() {
		dec = m.policy.Evaluate(health, m.o.Rules)
	}
	// The window is told before the disk, which may hang.
	p := Snapshot{Health: health, Alert: m.openAlert(), SnoozedUntil: m.policy.SnoozedUntil, UnrecognizedAt: last, RecordErr: m.recordErr, Revision: int(m.revision.Load())}
	m.publish(p)
	if m.isFollower() {
		m.recordErr = cmp.Or(m.follow(ctx), m.o.RecordErr)
	} else {
		m.recordErr = errors.Join(m.o.RecordErr, m.save(ctx, dec), m.record(ctx, odd, health))
	}
	p.Alert, p.SnoozedUntil, p.RecordErr, p.Revision = m.openAlert(), m.policy.SnoozedUntil, m.recordErr, int(m.revision.Load())
	m.publish(p)
	m.evaluatedAt = m.o.Now() // a disk that hangs is not sleep
}

// checkKeys has the ExoPhones polled when the account begins to refuse the keys, or to
// accept them again.
func (m *Monitor) checkKeys() {
	if m.o.AccessErr == nil {
		return
	}
	if locked := m.o.AccessErr() != nil; locked != m.refused {
		m.refused = locked
		m.Poll()
	}
}

// record records everything but decisions.
func (m *Monitor) record(ctx context.Context, odd []journal.Unrecognized, health heartbeat.Health) error {
	var failed []error
	add := func(err error) { failed = append(failed, err) }
	for _, o := range odd {
		add(m.o.Journal.SaveUnrecognized(ctx, o))
	}
	if newest := m.tracker.Newest(); newest.After(m.newestSaved) {
		if err := m.o.Journal.SaveNewest(ctx, newest); err != nil {
			add(err)
		} else {
			m.newestSaved = newest
		}
	}
	add(m.o.Journal.Observe(ctx, health))
	if day := 24 * time.Hour; health.At.Sub(m.forgotAt).Abs() >= day && m.o.ClockProven() {
		m.forgotAt = health.At
		add(m.o.Journal.Forget(ctx, health.At))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return errors.Join(append(failed, m.deliverErr)...)
}

// save records a decision. If it cannot be recorded, its notes are sent all the same, and
// it is recorded as soon as possible.
func (m *Monitor) save(ctx context.Context, dec alert.Decision) error {
	notes := dec.Notes
	if len(m.unsaved.Updates)+len(dec.Updates)+len(notes) == 0 && m.snoozedUntil.Equal(m.policy.SnoozedUntil) {
		return nil
	}
	dec.Updates = append(m.unsaved.Updates, dec.Updates...)
	if err := m.o.Journal.Save(ctx, m.policy, dec); err != nil {
		m.o.Log.Error("incidents are not recorded", "error", err)
		m.unsaved = alert.Decision{Updates: dec.Updates}
		for _, n := range notes {
			select {
			case m.unrecorded <- journal.NewDelivery(n):
			default: // nobody receives them, nor would the next one be received
			}
		}
		return err
	}
	m.unsaved, m.snoozedUntil = alert.Decision{}, m.policy.SnoozedUntil
	if len(dec.Updates)+len(notes) > 0 {
		m.revision.Add(1)
	}
	if len(notes) > 0 {
		signal(m.queued)
	}
	return nil
}

// openAlert returns a copy of the open alert, nil if there is none.
func (m *Monitor) openAlert() *alert.Alert {
	a := m.policy.Current
	if a == nil || !a.Open() {
		return nil
	}
	shown := *a
	shown.Incidents = slices.Clone(a.Incidents)
	return &shown
}

func (m *Monitor) publish(p Snapshot) {
	same := *m.published.Load()
	same.Health.At = p.Health.At
	m.published.Store(&p)
	if !reflect.DeepEqual(same, p) {
		m.o.Publish(p)
	}
}
