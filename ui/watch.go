package ui

import (
	"cmp"
	"context"
	"errors"
	"os"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/dashboard"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/system/notify"
	"exotel-monitor/ui/text"
)

// What the window does with the watch over the ExoPhones.

var errNotWatching = errors.New("the ExoPhones are not watched yet; try again in a moment")

// demoMonths is the length of the demo's past: enough for what is usual.
const demoMonths = 2

// accountOptions are those of the next session.
func (w *Window) accountOptions(of config.Credentials, client *exotel.Client) account.Options {
	home, _ := os.UserHomeDir()
	o := account.Options{
		Client: client, Settings: w.Settings, Files: account.FilesOf(of, w.DataDir), DataDir: w.DataDir, Home: home,
		Text: text.Tr, Send: notify.Teller(accountNotifier{w.Notifier, accountOf(of)}, w.Settings.MaskNumbers),
		Secret:  func(ctx context.Context) (string, error) { return w.Vault.WebhookSecret(ctx, of, false) },
		Confirm: w.confirmServer, Log: w.Log,
	}
	if w.endDemo != nil {
		o.Files, o.Demo = account.InMemory, true // nothing is left of the demo
		o.Settings.KeepMonths, o.Settings.FillPaused = demoMonths, false
		o.Settings.Health.Webhook = false
	}
	return o
}

// applyHealth shows what the watch sees.
func (w *Window) applyHealth(p monitor.Snapshot) {
	p.Health = dashboard.WorstFirst(p.Health, w.dashboard.Shown.CallsByLine)
	w.watched = p
	acknowledged := p.Alert != nil && !p.Alert.Acknowledged.IsZero()
	w.dashboard.ApplyHealth(p.Health, p.Alert != nil && !acknowledged, acknowledged)
	w.showAsides()
	w.markAlerts()
	if w.alerts != nil {
		w.alerts.Set(p, w.session.client.Now())
	}
	w.showPhoneHealth(p.Health.At)
	w.tray.Set(p, w.format)
	w.offerPhones()
}

func (w *Window) blindActions() kit.BlindActions {
	return kit.BlindActions{FixKeys: func() { w.showConnect("") }, Check: w.refreshAll}
}

func (w *Window) applyReception(state reception.State) {
	w.received = state
	w.showAsides()
	if w.preferences != nil {
		w.preferences.SetReception(state)
	}
}

// showAsides says on the dashboard what it has to say besides the health.
func (w *Window) showAsides() {
	unrecorded := w.watched.RecordErr
	if errors.Is(unrecorded, file.ErrInUse) { // another copy records
		unrecorded = nil
	}
	w.dashboard.ApplyAsides(dashboard.Asides{
		Deaf: cmp.Or(w.received.Err, w.received.TunnelErr), Unrecorded: unrecorded, Snoozed: w.watched.SnoozedUntil,
	})
}

// parts are those of the session's account, or nil while it is not open.
func (w *Window) parts() *account.Parts {
	if w.session == nil {
		return nil
	}
	return w.session.work.Parts()
}

func (w *Window) acknowledge() {
	if parts := w.parts(); parts != nil {
		parts.Monitor.Acknowledge()
	}
}

func (w *Window) snooze(until time.Time) {
	if parts := w.parts(); parts != nil {
		parts.Monitor.Snooze(until)
	}
}

func (w *Window) pull() {
	if parts := w.parts(); parts != nil {
		parts.Monitor.Poll()
	}
}

func (w *Window) copyText(text string) { w.app.Clipboard().SetContent(text) }

// fromRecord asks the record something in the background.
func fromRecord[T any](w *Window, question func(context.Context, *journal.Journal) (T, error), then func(T, error)) {
	parts := w.parts()
	inBackground(w, w.ctx, readWait, func(ctx context.Context) (answer T, err error) {
		if parts == nil {
			return answer, errNotWatching
		}
		return question(ctx, parts.Journal)
	}, then)
}
