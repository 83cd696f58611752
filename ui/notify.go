package ui

import (
	"context"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/system/notify"
	"exotel-monitor/ui/text"
)

// tryNotification sends a test notification and says what became of it.
func (w *Window) tryNotification(then func(*journal.Delivery, error)) {
	parts := w.parts()
	inBackground(w, w.ctx, testWait, func(ctx context.Context) (*journal.Delivery, error) {
		if parts == nil {
			return nil, errNotWatching
		}
		d := parts.Monitor.SendTest(ctx)
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
