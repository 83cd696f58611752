// Package notify hands alerts to the system's notification service and says
// whether the system accepted them. It never starts a process.
package notify

import (
	"cmp"
	"context"
	"errors"
	"runtime"

	"exotel-monitor/ui/system/instance"
)

// What a notification shows at most, in runes; services cut longer ones where
// they like.
const (
	titleLimit = 80
	bodyLimit  = 240
)

// Message is one notification. Title and body may hold text that came from
// outside: they are made safe for the system on their way.
type Message struct {
	Title, Body string
	// Urgent asks for the urgency "critical", which on most desktops stays until
	// it is dismissed; only Linux has it.
	Urgent bool
	// Sound asks for a sound, where the service has one; only on Linux.
	Sound bool
	// Opens is where a click on it leads; the zero Link for nowhere. Only on
	// Linux, see System.OnClick.
	Opens instance.Link
	// OpenLabel names that click. Most services do not show it.
	OpenLabel string
}

// Notifier hands a message to the system. Its error is nil if the system
// accepted it, ErrNotReported if the system does not say, and otherwise a
// sentence that tells the user what to do.
type Notifier interface {
	Notify(ctx context.Context, m Message) error
}

// ErrNotReported means that the notification was handed on, and that the system
// does not report what became of it.
var ErrNotReported = errors.New("the system does not report whether it showed the notification")

var errNoWindow = errors.New("this system shows notifications only while the program's window runs; open the window, or look into the alerts there")

// System is the Notifier of the system that the program runs on. It is safe for
// concurrent use.
type System struct {
	appName  string
	bus      *bus                     // nil where fallback delivers
	fallback func(title, body string) // may be nil
	quote    func(string) string      // makes a clean text safe for fallback
}

// New returns the system's notifier for the program of that name. On Linux it
// speaks to the notification service over D-Bus, and connects at the first
// message. Elsewhere it calls fallback, which is Fyne's SendNotification; nil
// means that there is no window, and each message is an error.
func New(appName string, fallback func(title, body string)) *System {
	s := &System{appName: appName, fallback: fallback}
	switch runtime.GOOS {
	case "linux":
		s.bus = newBus()
	case "windows":
		s.quote = inPowerShell
	default: // macOS gets the text as it is, or from a script in which Fyne escapes it
		s.quote = func(text string) string { return text }
	}
	return s
}

// OnClick has open called, on a goroutine of its own, when the user clicks one of
// the notifications. Linux alone offers that: what Fyne sends elsewhere says
// nothing of clicks. Call it before the first message.
func (s *System) OnClick(open func(instance.Link)) {
	if s.bus != nil {
		s.bus.open = open
	}
}

// Notify implements Notifier. It takes a few seconds at most. A title of which
// nothing is left after cleaning is replaced by the program's name.
func (s *System) Notify(ctx context.Context, m Message) error {
	m.Title, m.Body = clean(m.Title, titleLimit), clean(m.Body, bodyLimit)
	switch {
	case s.bus != nil:
		m.Title = cmp.Or(m.Title, s.appName)
		return s.bus.notify(ctx, s.appName, m)
	case s.fallback == nil:
		return errNoWindow
	default:
		s.fallback(cmp.Or(s.quote(m.Title), s.appName), s.quote(m.Body))
		return ErrNotReported
	}
}

// Close waits for a message and a click that are under way and closes the
// connection to the bus, which on GNOME takes the program's notifications off the screen. The
// next message would open another.
func (s *System) Close() {
	if s.bus != nil {
		s.bus.close()
	}
}

var _ Notifier = (*System)(nil)
