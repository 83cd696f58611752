package account

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"exotel-monitor/metrics"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/config"
)

// secretEvery is the interval at which the webhook's secret is asked for again.
const secretEvery = time.Minute

// Options of an Account. All fields but Choice, Text, Confirm and Events are required.
type Options struct {
	Client   *exotel.Client
	Settings config.Settings
	Files    Files
	DataDir  string
	Home     string         // of the user, where SSH keys are
	Demo     bool           // fill a store in memory, too, so that there is a past to show
	Choice   refresh.Choice // what the Worker shows at first
	// Text formats what notifications say in the user's language; nil means English.
	Text func(text string, args ...any) string
	// Send tells the user a note.
	Send func(context.Context, journal.Delivery) (journal.DeliveryState, error)
	// Secret returns the webhook's secret. It is asked for if others can reach the
	// webhook.
	Secret func(context.Context) (string, error)
	// Confirm asks whether an SSH server's key is the right one; nil accepts only
	// known ones.
	Confirm func(ctx context.Context, host, fingerprint string) bool
	Events  Events
	Log     *slog.Logger
}

// Events are what an Account publishes, each on a goroutine of its own. A nil function
// is not called. None may block for long.
type Events struct {
	Snapshot  func(refresh.Snapshot)
	ExoPhones func(*exotel.Directory)
	Stored    func(Stored)
	Health    func(monitor.Snapshot)
	Reception func(reception.State)
}

// Stored says how far an account's calls are stored on this computer.
type Stored struct {
	Filling refresh.FillState // zero until it is known, and where nothing is stored
	Size    int64             // bytes on the disk
	Unkept  error             // why nothing is stored, where something should be
}

// IsFilling reports whether days are being stored now.
func (s *Stored) IsFilling() bool { return s.Filling.Reading != metrics.Date{} }

// Account is one connected account at work: it keeps the stored calls complete and
// fresh, watches the ExoPhones, and records and tells what happens to them. When several
// processes share an account's files, the one that holds the record of alerts works for
// all. The others show what it stores and records, and one of them takes over when it
// ends.
type Account struct {
	// Worker may be used at once. What it is asked for before Run waits.
	Worker *refresh.Worker

	o         Options
	loader    struct{ *refresh.Fetcher } // the Worker's, which is made before Open can make the Fetcher
	parts     atomic.Pointer[Parts]
	reception atomic.Pointer[reception.Reception]
}

// Parts are what an Account works with. They never change; a takeover replaces them.
type Parts struct {
	Store   *Store
	Fetcher *refresh.Fetcher
	Filler  *refresh.Filler // nil where nothing is saved, or another process fills the store
	Monitor *monitor.Monitor
	Journal *journal.Journal
}

// New returns an account that is not open yet.
func New(o Options) *Account {
	o.Events = Events{
		Snapshot: orIgnore(o.Events.Snapshot), ExoPhones: orIgnore(o.Events.ExoPhones), Stored: orIgnore(o.Events.Stored),
		Health: orIgnore(o.Events.Health), Reception: orIgnore(o.Events.Reception),
	}
	a := &Account{o: o}
	a.Worker = refresh.NewWorker(&a.loader, o.Events.Snapshot, refresh.WorkerOptions{
		Interval: o.Settings.Interval(), Choice: o.Choice, Log: o.Log,
	})
	return a
}

// orIgnore returns f, or a function that does nothing if f is nil.
func orIgnore[T any](f func(T)) func(T) {
	if f == nil {
		return func(T) {}
	}
	return f
}

// Parts returns what the account works with now, nil before Open.
func (a *Account) Parts() *Parts { return a.parts.Load() }

// Reception returns what receives heartbeats, nil if none are received.
func (a *Account) Reception() *reception.Reception { return a.reception.Load() }

// Open opens what is stored. Close must be called if it returns nil.
func (a *Account) Open(ctx context.Context) error {
	store, err := Open(ctx, a.o.Files, a.o.Client.Zone(), a.o.Log)
	if err != nil {
		return err
	}
	a.loader.Fetcher = refresh.NewFetcher(a.o.Client, store.Calls, refresh.Options{Temporary: store.Temporary(), Log: a.o.Log})
	if store, err = a.prepare(ctx, store); err != nil {
		store.Close()
	}
	return err
}

// Close closes what is stored, after Run has returned.
func (a *Account) Close() { a.Parts().Store.Close() }

// prepare makes the parts that depend on who has the record. Where that cannot be read,
// an empty one in memory takes its place. prepare returns the store that is used.
func (a *Account) prepare(ctx context.Context, store *Store) (*Store, error) {
	err := a.makeParts(ctx, store)
	if err == nil || ctx.Err() != nil {
		return store, err
	}
	a.o.Log.Error("the record of alerts cannot be read; alerts are not recorded", "error", err)
	if store, err = store.unrecorded(ctx, err, a.o.Log); err == nil {
		err = a.makeParts(ctx, store)
	}
	return store, err
}

func (a *Account) makeParts(ctx context.Context, store *Store) error {
	p := &Parts{Store: store, Fetcher: a.loader.Fetcher, Journal: journal.New(store.Record)}
	shared := store.Shared()
	follow := time.Duration(0)
	if shared {
		follow = a.o.Settings.FollowAge()
	}
	p.Fetcher.SetFollowAge(follow)
	if !shared && (!store.Temporary() || a.o.Demo) {
		p.Filler = refresh.NewFiller(p.Fetcher, a.publishFilling(store), a.o.Settings.Filler(a.o.Log))
	}
	h := a.o.Settings.Health
	var asked heartbeat.Source
	if h.PullMinutes > 0 || h.Webhook { // else nobody wants to know
		asked = a.o.Client
	}
	rules := a.o.Settings.Rules()
	if a.o.Text != nil {
		rules.Text = a.o.Text
	}
	var err error
	p.Monitor, err = monitor.New(ctx, monitor.Options{
		Source: asked, AccessErr: a.o.Client.AccessErr, PollEvery: h.PullEvery(), PushEvery: h.PushEvery(),
		Journal: p.Journal, RecordErr: store.RecordErr, Rules: rules, Send: a.sender(store),
		Publish: a.o.Events.Health,
		Now:     a.o.Client.Now, ClockProven: a.o.Client.ClockProven, Log: a.o.Log,
	})
	if err == nil {
		a.parts.Store(p)
	}
	return err
}

// sender returns what tells the user a note. Where the record was removed another
// process may have begun a new one: that tells, and once is enough.
func (a *Account) sender(store *Store) func(context.Context, journal.Delivery) (journal.DeliveryState, error) {
	return func(ctx context.Context, d journal.Delivery) (journal.DeliveryState, error) {
		lost := store.Record.Read(ctx, func(*sqlite.Conn) error { return nil })
		if errors.Is(lost, file.ErrLost) && file.InUse(store.Files.Record) {
			return journal.Refused, file.ErrInUse
		}
		return a.o.Send(ctx, d)
	}
}

// publishFilling returns the publish function of a Filler.
func (a *Account) publishFilling(store *Store) func(refresh.FillState) {
	done := false
	return func(f refresh.FillState) {
		if f.Done() && !done {
			debug.FreeOSMemory() // storing took more than is needed from now on
		}
		done = f.Done()
		size, err := store.Files.Size()
		if err != nil {
			a.o.Log.Warn("the size of the stored calls is not known", "error", err)
		}
		a.o.Events.Stored(Stored{Filling: f, Size: size})
	}
}

// Run works until ctx ends. Open comes first.
func (a *Account) Run(ctx context.Context) {
	var work sync.WaitGroup
	defer work.Wait()
	work.Go(func() { a.Worker.Run(ctx) })
	work.Go(func() { a.followExoPhones(ctx) })
	for ctx.Err() == nil {
		if err := a.lead(ctx); err != nil && ctx.Err() == nil {
			a.o.Log.Error("the ExoPhones are not watched", "error", err)
			<-ctx.Done()
		}
	}
}

// lead does what one process does for all, or waits for the other process that does
// it and takes over. It returns nil when ctx ends or it has taken over.
func (a *Account) lead(ctx context.Context) error {
	p := a.Parts()
	if err := p.Store.unfilled(); err != nil {
		a.o.Events.Stored(Stored{Unkept: err})
	}
	a.o.Events.Health(p.Monitor.Snapshot())
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	var work sync.WaitGroup
	var taken *Store
	shared := p.Store.Shared()
	if shared {
		work.Go(func() {
			defer cancel()
			taken = p.Store.takeRecord(inner, a.o.Log)
		})
	}
	// The other process has the port and the tunnel of the settings.
	if a.o.Settings.Health.Webhook && (!shared || a.Reception() != nil) {
		work.Go(func() { a.receive(inner) })
	}
	if p.Filler != nil {
		work.Go(func() { p.Filler.Run(inner) })
	}
	p.Monitor.Run(inner)
	work.Wait()
	if taken == nil {
		return nil
	}
	a.o.Log.Info("the other copy of the program has ended; this one stores calls and tells of alerts from now on")
	taken, err := a.prepare(ctx, taken)
	if err != nil {
		for _, c := range taken.closers[len(p.Store.closers):] {
			err = errors.Join(err, c.Close())
		}
	}
	return err
}

// followExoPhones keeps the list of ExoPhones, on which the figures of a line depend.
func (a *Account) followExoPhones(ctx context.Context) {
	joined := false
	a.o.Client.FollowExoPhones(ctx, func(d *exotel.Directory) {
		if joined || d.HasAliases() {
			a.Worker.Renew()
		}
		joined = d.HasAliases()
		a.o.Events.ExoPhones(d)
	})
}

// secret returns the webhook's secret, "" where other computers cannot reach the
// webhook.
func (a *Account) secret(ctx context.Context) (string, error) {
	if !a.o.Settings.Health.Exposed() {
		return "", nil
	}
	return a.o.Secret(ctx)
}

// Listen opens the webhook's listener, which Run otherwise does itself, again and
// again until it can. It is for those who want to know at once.
func (a *Account) Listen(ctx context.Context) error {
	secret, err := a.secret(ctx)
	if err != nil {
		return err
	}
	r := a.newReception(secret)
	if err := r.Listen(); err != nil {
		return err
	}
	a.reception.Store(r)
	return nil
}

func (a *Account) newReception(secret string) *reception.Reception {
	o := a.o.Settings.Health.Reception(secret, a.o.DataDir, a.o.Home)
	o.Deliver = func(body []byte) bool { return a.Parts().Monitor.Heartbeat(body) }
	o.Changed, o.Log = a.o.Events.Reception, a.o.Log
	if o.SSH != nil {
		o.SSH.Confirm = a.o.Confirm
	}
	return reception.New(o)
}

// receive receives heartbeats until ctx ends.
func (a *Account) receive(ctx context.Context) {
	if a.Reception() == nil {
		secret, err := a.secret(ctx)
		for ; err != nil; secret, err = a.secret(ctx) {
			a.o.Log.Error("heartbeats are not received: the webhook's secret is not known", "error", err)
			a.o.Events.Reception(reception.State{Err: err})
			select {
			case <-ctx.Done():
				return
			case <-time.After(secretEvery):
			}
		}
		a.reception.Store(a.newReception(secret))
	}
	a.Reception().Run(ctx)
}
