package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/watch"
	"exotel-monitor/heartbeat/webhook"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/notify"
	"exotel-monitor/ui/settings"
)

// AppName is what the program calls itself in notifications.
const AppName = "Exotel Monitor"

// watcher is the watch of serve, and what it needs.
type watcher struct {
	*watch.Watch
	notifier  *notify.System
	reception *reception.Reception // nil if heartbeats are not received
}

// newWatcher prepares to watch an account's ExoPhones, and to keep what happens
// in its file. It prints where heartbeats are received to out.
func newWatcher(ctx context.Context, o Options, s settings.Settings, of settings.Credentials, store *account.Store, client *exotel.Client, out io.Writer, log *slog.Logger) (*watcher, error) {
	w := &watcher{notifier: notify.New(AppName, nil)}
	var err error
	w.Watch, err = watch.New(ctx, watch.Options{
		Asked: client, Refused: client.Refused, PullEvery: s.Health.PullEvery(), PushEvery: s.Health.PushEvery(),
		Journal: journal.New(store.Record), Unrecorded: store.RecordErr, Rules: s.Rules(), Send: notify.Teller(w.notifier, s.MaskNumbers),
		Publish: logLevels(log),
		Now:     client.Now, Proven: client.ClockProven, Log: log,
	})
	if err == nil && o.webhook != "" {
		err = w.receive(ctx, o, s, of, out, log)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// logLevels logs each change of the level.
func logLevels(log *slog.Logger) func(watch.Picture) {
	last := heartbeat.Unknown
	return func(p watch.Picture) {
		if p.Health.Level != last {
			last = p.Health.Level
			log.Info("ExoPhone health", "level", last.String())
		}
	}
}

func (w *watcher) receive(ctx context.Context, o Options, s settings.Settings, account settings.Credentials, out io.Writer, log *slog.Logger) error {
	s.Health.Address = o.webhook
	secret := ""
	if s.Health.Exposed() {
		if o.Demo {
			account.BaseURL = "" // it is another each time
		}
		var err error
		if secret, err = webhookSecret(ctx, account); err != nil {
			return err
		}
	}
	home, _ := os.UserHomeDir()
	options := s.Health.Reception(secret, o.DataDir, home)
	options.Deliver, options.Log = w.Heartbeat, log
	w.reception = reception.New(options)
	if err := w.reception.Listen(); err != nil {
		return fmt.Errorf("%w; choose another address with --webhook", err)
	}
	path := webhook.Path
	if options.Secret != "" {
		path += "/<secret>" // output ends up in logs
	}
	fmt.Fprintf(out, "receiving heartbeats at http://%s%s\n", reachable(w.reception.State().Listening), path)
	return nil
}

// leastSecret is how long a secret of the user's own must be.
const leastSecret = 16

// webhookSecret is the one from the environment or the keyring; where there is
// none of the account, a new one is made and kept. The window's settings copy it.
func webhookSecret(ctx context.Context, of settings.Credentials) (string, error) {
	if secret := os.Getenv("EXOTEL_WEBHOOK_SECRET"); secret != "" {
		if len(secret) < leastSecret {
			return "", fmt.Errorf("EXOTEL_WEBHOOK_SECRET must have at least %d characters, so that nobody guesses it", leastSecret)
		}
		if strings.ContainsFunc(secret, func(r rune) bool { return !inAddress(r) }) {
			return "", errors.New("EXOTEL_WEBHOOK_SECRET may have only letters, digits and - . _ ~ because it becomes a part of the webhook's address; choose another one")
		}
		return secret, nil
	}
	secret, err := settings.NewKeyring().WebhookSecret(ctx, of, false)
	if err != nil {
		return "", fmt.Errorf("other computers can reach the webhook, so it needs a secret: %w; set EXOTEL_WEBHOOK_SECRET, or listen on 127.0.0.1 without a public URL", err)
	}
	return secret, nil
}

// inAddress reports whether a character means itself in every part of an address.
func inAddress(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._~", r)
}

// run watches until ctx ends.
func (w *watcher) run(ctx context.Context) {
	var receiving sync.WaitGroup
	if w.reception != nil {
		receiving.Go(func() { w.reception.Run(ctx) })
	}
	w.Run(ctx)
	receiving.Wait()
}

func (w *watcher) close() { w.notifier.Close() }
