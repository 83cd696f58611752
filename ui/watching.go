package ui

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/watch"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/notify"
	"exotel-monitor/ui/settings"
)

// watchOptions say how a session watches the ExoPhones.
type watchOptions struct {
	settings settings.Settings
	files    account.Files // of the account
	dataDir  string
	home     string
	notifier notify.Notifier
	// secret is the webhook's; it is asked for if others can reach the webhook.
	secret func(context.Context) (string, error)
	// confirm asks whether an SSH server's key is the right one.
	confirm func(ctx context.Context, host, fingerprint string) bool
	log     *slog.Logger
}

// watching is what a session watches the ExoPhones with.
type watching struct {
	*watch.Watch
	journal *journal.Journal
}

// startWatching prepares to watch. That nothing is kept does not keep the health
// from being watched.
func (s *session) startWatching(ctx context.Context, store *account.Store, o watchOptions, events sessionEvents, tell func(func())) (*watching, error) {
	record := journal.New(store.Record)
	send := notify.Teller(accountNotifier{o.notifier, accountOf(s.account)}, o.settings.MaskNumbers)
	if errors.Is(store.RecordErr, file.ErrInUse) { // the other copy tells, and once is enough
		send = func(context.Context, alert.Note) (journal.DeliveryState, error) {
			return journal.Refused, store.RecordErr
		}
	}
	var asked heartbeat.Asked
	if h := o.settings.Health; h.PullMinutes > 0 || h.Webhook { // else nobody wants to know
		asked = s.client
	}
	rules := o.settings.Rules()
	rules.Text = tr
	w, err := watch.New(ctx, watch.Options{
		Asked: asked, Refused: s.client.Refused, PullEvery: o.settings.Health.PullEvery(), PushEvery: o.settings.Health.PushEvery(),
		Journal: record, Unrecorded: store.RecordErr, Rules: rules, Send: send,
		Publish: newestOnly(tell, events.health),
		Now:     s.client.Now, Proven: s.client.ClockProven, Log: o.log,
	})
	if err != nil {
		return nil, err
	}
	return &watching{Watch: w, journal: record}, nil
}

// newestOnly tells of values, but of one that still waits when a newer one comes
// never: a window that needs longer than the watch would be ever further behind,
// and hold ever more of them.
func newestOnly[T any](tell func(func()), show func(T)) func(T) {
	var waits atomic.Pointer[T]
	return func(value T) {
		if waits.Swap(&value) == nil {
			tell(func() { show(*waits.Swap(nil)) })
		}
	}
}

// accountOf names an account for links: those of one SID in two regions are two.
func accountOf(c settings.Credentials) string { return c.Folder("") }

// accountNotifier adds to each message whose alert a click on it opens, as another
// account may be shown by then, and what that is called in the user's language.
type accountNotifier struct {
	notify.Notifier
	account string
}

// Notify implements notify.Notifier.
func (n accountNotifier) Notify(ctx context.Context, m notify.Message) error {
	m.OpenLabel = tr("Open")
	if m.Opens.ID != 0 {
		m.Opens.Account = n.account
	}
	return n.Notifier.Notify(ctx, m)
}

// keepWatch watches the ExoPhones until ctx ends.
func (s *session) keepWatch(ctx context.Context, store *account.Store, o watchOptions, events sessionEvents, tell func(func())) {
	w, err := s.startWatching(ctx, store, o, events, tell)
	if err != nil {
		if ctx.Err() == nil {
			o.log.Error("the ExoPhones are not watched", "error", err)
		}
		return
	}
	s.watching.Store(w)
	tell(func() { events.health(w.Picture()) })
	if o.settings.Health.Webhook {
		s.work.Go(func() { s.receive(ctx, o, w, events, tell) })
	}
	w.Run(ctx)
}

// receive receives heartbeats until ctx ends.
func (s *session) receive(ctx context.Context, o watchOptions, w *watching, events sessionEvents, tell func(func())) {
	secret := ""
	for o.settings.Health.Exposed() && secret == "" {
		var err error
		if secret, err = o.secret(ctx); err != nil {
			o.log.Error("heartbeats are not received: the webhook's secret is not known", "error", err)
			tell(func() { events.reception(reception.State{Err: err}) })
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Minute):
			}
		}
	}
	options := o.settings.Health.Reception(secret, o.dataDir, o.home)
	options.Deliver, options.Log = w.Heartbeat, o.log
	options.Changed = func(state reception.State) { tell(func() { events.reception(state) }) }
	if options.SSH != nil {
		options.SSH.Confirm = o.confirm
	}
	r := reception.New(options)
	s.reception.Store(r)
	r.Run(ctx)
}
