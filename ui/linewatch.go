package ui

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/watch"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/alerts"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/csvfile"
	"exotel-monitor/ui/dashboard"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/line"
	"exotel-monitor/ui/system/notify"
	"exotel-monitor/ui/text"
)

// What the window does with the watch over the ExoPhones.

const (
	readWait   = 10 * time.Second // for the record
	exportWait = time.Minute      // for the record and the file
	testWait   = 30 * time.Second // for a test heartbeat
)

var errNotWatching = errors.New("the ExoPhones are not watched yet; try again in a moment")

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
		o.Files = account.InMemory // nothing is left of the demo
		o.Settings.Health.Webhook = false
	}
	return o
}

// applyHealth shows what the watch sees.
func (w *Window) applyHealth(p watch.Picture, zone *time.Location) {
	p.Health = dashboard.WorstFirst(p.Health, w.dashboard.Shown.Busy)
	w.watched = p
	acknowledged := p.Alert != nil && !p.Alert.Acknowledged.IsZero()
	w.dashboard.ApplyHealth(p.Health, p.Alert != nil && !acknowledged, acknowledged, zone)
	w.showAsides()
	w.markAlerts()
	if w.alerts != nil {
		w.alerts.Set(p, w.session.client.Now())
	}
	w.showPhoneHealth(p.Health.At)
	w.tray.Set(p, zone)
	w.offerPhones()
}

func (w *Window) blindActions() kit.BlindActions {
	return kit.BlindActions{FixKeys: func() { w.showConnect("") }, Check: w.refreshAll}
}

// showPhoneHealth brings the screen of an ExoPhone up to date, if it is shown.
func (w *Window) showPhoneHealth(now time.Time) {
	if w.phone == nil {
		return
	}
	if health, ok := phoneOf(w.watched.Health, w.phoneKey); ok {
		w.phone.Set(health, now)
	}
	w.phone.SetNotice(kit.BlindNotice(w.watched.Health, nil, now.Location(), w.blindActions()))
}

func phoneOf(h heartbeat.Health, key string) (heartbeat.PhoneHealth, bool) {
	for _, p := range h.Phones {
		if p.Key == key {
			return p, true
		}
	}
	return heartbeat.PhoneHealth{}, false
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
	unrecorded := w.watched.Trouble
	if errors.Is(unrecorded, file.ErrInUse) { // another copy records
		unrecorded = nil
	}
	w.dashboard.ApplyAsides(dashboard.Asides{
		Deaf: cmp.Or(w.received.Err, w.received.TunnelErr), Unrecorded: unrecorded, Snoozed: w.watched.Snoozed,
	})
}

// markAlerts says in the tab whether an alert is open.
func (w *Window) markAlerts() {
	if w.alertsTab == nil {
		return
	}
	if w.watched.Alert != nil {
		w.alertsTab.Set(text.Tr("Alerts · 1 open"))
	} else {
		w.alertsTab.Set(text.Tr("Alerts"))
	}
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
		parts.Watch.Acknowledge()
	}
}

func (w *Window) snooze(until time.Time) {
	if parts := w.parts(); parts != nil {
		parts.Watch.Snooze(until)
	}
}

func (w *Window) pull() {
	if parts := w.parts(); parts != nil {
		parts.Watch.Pull()
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

func (w *Window) showAlerts() {
	if w.session == nil {
		return
	}
	now := w.session.client.Now()
	s := alerts.New(now.Location(), alerts.Actions{
		Acknowledge: w.acknowledge, Snooze: w.snooze, Pull: w.pull, Export: w.exportAlerts, Blind: w.blindActions(),
		Load: func(f journal.Filter, then func([]journal.Entry, error)) {
			fromRecord(w, func(ctx context.Context, j *journal.Journal) ([]journal.Entry, error) {
				return j.Alerts(ctx, f, alerts.MaxAlerts)
			}, then)
		},
		Find: func(id int64, then func(*journal.Entry, error)) {
			fromRecord(w, func(ctx context.Context, j *journal.Journal) (*journal.Entry, error) { return j.Alert(ctx, id) }, then)
		},
		Odd: func(then func([]journal.Odd, error)) {
			fromRecord(w, func(ctx context.Context, j *journal.Journal) ([]journal.Odd, error) { return j.Odd(ctx) }, then)
		},
	})
	w.show(s.View, tabAlerts)
	w.alerts = s
	s.Set(w.watched, now)
}

// mostExported is above what any account has on record.
const mostExported = 1_000_000

// exportAlerts asks for a file and writes the incidents into it.
func (w *Window) exportAlerts(f journal.Filter) {
	if w.parts() == nil { // a file would be made for nothing
		kit.ShowMessage(w.window, text.Tr("Export"), text.Error(errNotWatching))
		return
	}
	now := w.session.client.Now()
	save := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
		switch {
		case err != nil:
			kit.ShowMessage(w.window, text.Tr("Export"), text.Error(err))
		case file != nil:
			w.exportAlertsTo(file, f, now)
		}
	}, w.window)
	save.SetFileName("exotel-incidents-" + now.Format(time.DateOnly) + ".csv")
	save.SetFilter(storage.NewExtensionFileFilter([]string{".csv"}))
	save.Show()
	w.window.Canvas().Unfocus() // Fyne's own field would keep Escape
}

// exportAlertsTo writes the incidents into a file and closes it, whatever happens.
func (w *Window) exportAlertsTo(file io.WriteCloser, f journal.Filter, now time.Time) {
	parts := w.parts()
	inBackground(w, w.ctx, exportWait, func(ctx context.Context) (rows int, err error) {
		defer func() { err = errors.Join(err, file.Close()) }()
		if parts == nil {
			return 0, errNotWatching
		}
		entries, err := parts.Journal.Alerts(ctx, f, mostExported)
		if err != nil {
			return 0, err
		}
		return csvfile.WriteAlerts(file, entries, now, now.Location())
	}, func(rows int, err error) {
		if err != nil {
			kit.ShowMessage(w.window, text.Tr("Export"), text.Tr("The file is incomplete: %s", text.Error(err)))
			return
		}
		kit.ShowMessage(w.window, text.Tr("Export"), text.Tr("Saved %s (times in %s).", incidentCount(rows), now.Location().String()))
	})
}

func incidentCount(n int) string {
	if n == 1 {
		return text.Tr("1 incident")
	}
	return text.Tr("%d incidents", n)
}

func (w *Window) showPhone(key string) {
	health, ok := phoneOf(w.watched.Health, key)
	if w.session == nil || !ok {
		return
	}
	now := w.session.client.Now()
	s := line.New(health, now.Location(), now, line.Actions{
		Copy: w.copyText, Close: w.showDashboard,
		Load: func(key string, then func(line.History, error)) {
			fromRecord(w, func(ctx context.Context, j *journal.Journal) (line.History, error) {
				return readPhone(ctx, j, key, now)
			}, then)
		},
	})
	w.show(s.View, tabNone)
	w.phone, w.phoneKey = s, key
	w.showPhoneHealth(now)
	w.window.Canvas().Focus(s.Back)
}

func readPhone(ctx context.Context, j *journal.Journal, key string, now time.Time) (line.History, error) {
	history := line.History{Spans: map[heartbeat.Direction][]journal.Span{}}
	for _, direction := range heartbeat.Directions {
		spans, err := j.Spans(ctx, key, direction, now.Add(-line.HistoryLength))
		if err != nil {
			return history, err
		}
		history.Spans[direction] = spans
	}
	var err error
	history.Entries, err = j.Alerts(ctx, journal.Filter{Key: key, From: now.Add(-line.HistoryLength)}, alerts.MaxAlerts)
	return history, err
}

// tryNotification sends a test notification and says what became of it.
func (w *Window) tryNotification(then func(*journal.Delivery, error)) {
	parts := w.parts()
	inBackground(w, w.ctx, testWait, func(ctx context.Context) (*journal.Delivery, error) {
		if parts == nil {
			return nil, errNotWatching
		}
		d := parts.Watch.Try(ctx)
		return &d, nil
	}, then)
}

// accountOf names an account for links: those of one SID in two regions are two.
func accountOf(c config.Credentials) string { return c.Folder("") }

// accountNotifier adds to each message whose alert a click on it opens, as another
// account may be shown by then, and what that is called in the user's language.
type accountNotifier struct {
	notify.Notifier
	account string
}

// Notify implements notify.Notifier.
func (n accountNotifier) Notify(ctx context.Context, m notify.Message) error {
	m.OpenLabel = text.Tr("Open")
	if m.Opens.ID != 0 {
		m.Opens.Account = n.account
	}
	return n.Notifier.Notify(ctx, m)
}
