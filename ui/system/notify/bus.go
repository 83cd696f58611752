package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"

	"exotel-monitor/ui/system/instance"
)

// busLimit is how long a question to the bus may take, connecting and waiting
// for others included. It is answered in milliseconds unless something hangs.
const busLimit = 5 * time.Second

// desktopEntry is the name of the program's .desktop file and icon.
const desktopEntry = "in.exotel-monitor.app"

const (
	dbusName    = "org.freedesktop.DBus"
	service     = "org.freedesktop.Notifications"
	servicePath = "/org/freedesktop/Notifications"
)

// Urgencies of the Desktop Notifications Specification.
const (
	urgencyNormal   byte = 1
	urgencyCritical byte = 2
)

var (
	errNoBus     = errors.New("the desktop's message bus cannot be reached, so no notification was shown; start the program from a desktop session, or set DBUS_SESSION_BUS_ADDRESS")
	errNoService = errors.New("this desktop has no notification service; install and start one, such as dunst, and try again")
	errSilent    = errors.New("the notification service does not answer; restart it, or log out and in again")
	errRefused   = errors.New("the notification service refused the notification; look into its settings")
	errGivenUp   = errors.New("the notification was given up before the service answered")
)

// bus sends notifications over a connection of its own. The one that Fyne and
// the keyring share is no place for it, because the keyring's dialogs take each
// signal there for theirs. It stays open until it breaks, because GNOME removes
// the notifications of a program whose connection ends.
type bus struct {
	limit time.Duration // busLimit, but in tests
	turn  chan struct{} // held by whoever uses conn
	conn  *dbus.Conn    // nil before the first message

	open   func(instance.Link)      // nil while nobody wants to know of clicks
	links  map[uint32]instance.Link // where those on the screen lead, by the service's number; used in turn
	clicks sync.WaitGroup
}

func newBus() *bus {
	return &bus{limit: busLimit, turn: make(chan struct{}, 1), links: map[uint32]instance.Link{}}
}

// notify sends one message, and returns nil once the service has accepted it.
func (b *bus) notify(ctx context.Context, appName string, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, b.limit)
	defer cancel()
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		return explain(ctx.Err())
	}
	if b.conn == nil || !b.conn.Connected() {
		conn, err := connect(ctx)
		if err != nil {
			return explain(err)
		}
		b.conn = conn
		b.listen(ctx)
	}
	actions := []string{}
	if b.open != nil && m.Opens != (instance.Link{}) {
		actions = []string{"default", m.OpenLabel} // what a click anywhere on it does
	}
	object := b.conn.Object(service, servicePath)
	// This is asked each time, because another service may have taken over. One that
	// does not answer may read markup.
	var capabilities []string
	if err := object.CallWithContext(ctx, service+".GetCapabilities", 0).Store(&capabilities); err != nil || slices.Contains(capabilities, "body-markup") {
		m.Body = inMarkup(m.Body) // a summary is never markup
	}
	var number uint32
	err := object.CallWithContext(ctx, service+".Notify", 0,
		appName, uint32(0), desktopEntry, m.Title, m.Body, actions, hints(m), int32(-1)).Store(&number)
	if err != nil {
		return explain(err)
	}
	if len(actions) > 0 {
		b.remember(number, m.Opens)
	}
	return nil
}

// mostLinks bounds what is remembered where a service does not say that a
// notification is gone.
const mostLinks = 200

func (b *bus) remember(number uint32, link instance.Link) {
	if len(b.links) >= mostLinks {
		clear(b.links)
	}
	b.links[number] = link
}

// listen hears of clicks for as long as the new connection lasts. That they
// cannot be heard of does not keep a message from being sent.
func (b *bus) listen(ctx context.Context) {
	clear(b.links)
	if b.open == nil {
		return
	}
	conn := b.conn
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchSender(service), dbus.WithMatchInterface(service)},
		{dbus.WithMatchSender(dbusName), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, service)},
	} {
		_ = conn.AddMatchSignalContext(ctx, match...)
	}
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	b.clicks.Go(func() {
		for {
			select {
			case <-conn.Context().Done():
				return
			case s := <-signals:
				if s == nil { // the connection broke
					return
				}
				b.hear(s)
			}
		}
	})
}

// hear follows a click, if it was on a notification of this program: the service
// tells everybody of all clicks.
func (b *bus) hear(s *dbus.Signal) {
	var number uint32
	var action, before, after string
	b.turn <- struct{}{} // a message that is being sent gets its number first
	link, ours := instance.Link{}, false
	switch s.Name {
	case service + ".ActionInvoked":
		if dbus.Store(s.Body, &number, &action) == nil && action == "default" {
			link, ours = b.links[number]
		}
	case service + ".NotificationClosed":
		if len(s.Body) > 0 && dbus.Store(s.Body[:1], &number) == nil {
			delete(b.links, number)
		}
	case dbusName + ".NameOwnerChanged":
		// The next service counts from the beginning.
		if dbus.Store(s.Body, &action, &before, &after) == nil && before != "" {
			clear(b.links)
		}
	}
	<-b.turn
	if ours {
		b.open(link)
	}
}

func hints(m Message) map[string]dbus.Variant {
	h := map[string]dbus.Variant{
		"urgency":       dbus.MakeVariant(urgencyNormal),
		"desktop-entry": dbus.MakeVariant(desktopEntry),
	}
	if m.Urgent {
		h["urgency"] = dbus.MakeVariant(urgencyCritical)
	}
	if m.Sound {
		h["sound-name"] = dbus.MakeVariant("dialog-warning")
	} else {
		h["suppress-sound"] = dbus.MakeVariant(true)
	}
	return h
}

func (b *bus) close() {
	b.turn <- struct{}{}
	if b.conn != nil {
		b.conn.Close()
	}
	<-b.turn
	b.clicks.Wait()
}

// connect opens a connection to the session's bus that belongs to the caller.
// Unlike godbus's own way it starts no bus where there is none, and ends with
// the context.
func connect(ctx context.Context) (*dbus.Conn, error) {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, end)
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(life))
	if err == nil {
		if err = conn.Auth(nil); err == nil {
			err = conn.Hello()
		}
	}
	if stop() && err == nil {
		return conn, nil
	}
	end()
	if conn != nil {
		conn.Close()
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return nil, fmt.Errorf("%w (%w)", errNoBus, err)
}

// explain says what the user can do about an error of the bus.
func explain(err error) error {
	var answer dbus.Error
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%w (%w)", errGivenUp, err)
	case errors.Is(err, errNoBus):
		return err
	case !errors.As(err, &answer), answer.Name == "org.freedesktop.DBus.Error.NoReply":
		return fmt.Errorf("%w (%w)", errSilent, err)
	case answer.Name == "org.freedesktop.DBus.Error.ServiceUnknown",
		strings.HasPrefix(answer.Name, "org.freedesktop.DBus.Error.Spawn."): // the bus failed to start it
		return fmt.Errorf("%w (%w)", errNoService, err)
	default:
		return fmt.Errorf("%w (%w)", errRefused, err)
	}
}
