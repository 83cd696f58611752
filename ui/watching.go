package ui

import (
	"context"
	"sync/atomic"

	"exotel-monitor/ui/notify"
	"exotel-monitor/ui/settings"
)

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
