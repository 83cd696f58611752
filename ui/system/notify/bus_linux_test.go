package notify

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"exotel-monitor/ui/system/instance"
)

func TestServiceGetsTheWholeMessage(t *testing.T) {
	startBus(t, shortFolder(t))
	f, s := startService(t, nil), newSystem(t, patience)
	for name, c := range map[string]struct {
		message Message
		hints   map[string]any
	}{
		"ordinary":   {Message{}, map[string]any{"urgency": byte(1), "suppress-sound": true}},
		"urgent":     {Message{Urgent: true}, map[string]any{"urgency": byte(2), "suppress-sound": true}},
		"with sound": {Message{Sound: true}, map[string]any{"urgency": byte(1), "sound-name": "dialog-warning"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.message.Title, c.message.Body = "CRITICAL: विक्रय, incoming", "Since 10:42"
			if err := s.Notify(t.Context(), c.message); err != nil {
				t.Fatal(err)
			}
			c.hints["desktop-entry"] = "in.exotel-monitor.app"
			want := notification{
				App: "Exotel Monitor", Icon: "in.exotel-monitor.app",
				Summary: "CRITICAL: विक्रय, incoming", Body: "Since 10:42",
				Actions: []string{}, Hints: c.hints, Expire: -1,
			}
			got := <-f.got
			if got.Sender = ""; !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestServiceGetsEachTextAsItReadsIt(t *testing.T) {
	startBus(t, shortFolder(t))
	f, s := startService(t, nil), newSystem(t, patience)
	const owner = `R&D, <b>Owner's "desk"</b> $(x)`
	const escaped = `R&amp;D, &lt;b&gt;Owner's "desk"&lt;/b&gt; $(x)`
	plain, markup := &[]string{"body", "actions"}, &[]string{"body", "body-markup"}
	for name, c := range map[string]struct {
		can                              *[]string
		title, body, wantTitle, wantBody string
	}{
		"markup":                  {markup, owner, owner, owner, escaped},
		"no markup":               {plain, owner, owner, owner, owner},
		"it does not say":         {nil, owner, owner, owner, escaped},
		"looks like an entity":    {markup, "&lt;", "&lt;", "&lt;", "&amp;lt;"},
		"too long":                {markup, strings.Repeat("t", 81), strings.Repeat("&", 241), strings.Repeat("t", 79) + "…", strings.Repeat("&amp;", 239) + "…"},
		"no string of the bus":    {plain, "a\xffb", "c\x00d", "ab", "cd"}, // it would end the connection
		"nothing left":            {plain, "\u202e\x00", "\x1b", "Exotel Monitor", ""},
		"scripts that need a ZWJ": {markup, "क्\u200dष", "മലയാളം ന്\u200d", "क्\u200dष", "മലയാളം ന്\u200d"},
	} {
		t.Run(name, func(t *testing.T) {
			f.can.Store(c.can)
			if err := s.Notify(t.Context(), Message{Title: c.title, Body: c.body}); err != nil {
				t.Fatal(err)
			}
			if got := <-f.got; got.Summary != c.wantTitle || got.Body != c.wantBody {
				t.Errorf("got %q, %q", got.Summary, got.Body)
			}
		})
	}
}

// advised fails unless err is of the kind and says what to do.
func advised(t *testing.T, err, kind error, advice string) {
	t.Helper()
	if !errors.Is(err, kind) || !strings.Contains(err.Error(), advice) {
		t.Errorf("got %v", err)
	}
}

func TestWithoutABusTheUserLearnsWhatToDo(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(shortFolder(t), "bus"))
	err := newSystem(t, patience).Notify(t.Context(), Message{Title: "x"})
	advised(t, err, errNoBus, "start the program from a desktop session")
}

func TestWithoutAServiceTheUserLearnsWhatToDo(t *testing.T) {
	startBus(t, shortFolder(t))
	err := newSystem(t, patience).Notify(t.Context(), Message{Title: "x"})
	advised(t, err, errNoService, "install and start one")
}

func TestServiceThatRefusesIsQuoted(t *testing.T) {
	startBus(t, shortFolder(t))
	startService(t, func() *dbus.Error { return dbus.NewError("org.example.Full", []any{"too many at once"}) })
	err := newSystem(t, patience).Notify(t.Context(), Message{Title: "x"})
	advised(t, err, errRefused, "too many at once")
}

// hanging is a notifier of little patience, connected to a service that answers
// nothing more until wake is closed.
func hanging(t *testing.T) (s *System, wake chan struct{}) {
	t.Helper()
	wake = make(chan struct{}, 1)
	wake <- struct{}{} // for the message that connects, which may take longer
	startService(t, func() *dbus.Error { <-wake; return nil })
	s = newSystem(t, patience)
	s.mustNotify(t, instance.Link{})
	s.bus.limit = 100 * time.Millisecond
	return s, wake
}

func TestServiceThatDoesNotAnswerIsGivenUp(t *testing.T) {
	startBus(t, shortFolder(t))
	s, wake := hanging(t)
	defer close(wake)
	began := time.Now()
	advised(t, s.Notify(t.Context(), Message{Title: "x"}), errSilent, "restart it")
	if took := time.Since(began); took > patience/2 {
		t.Errorf("it took %v", took)
	}
}

func TestMessageBehindOneThatHangsIsGivenUpToo(t *testing.T) {
	startBus(t, shortFolder(t))
	wake := make(chan struct{})
	f := startService(t, func() *dbus.Error { <-wake; return nil })
	s := newSystem(t, patience)
	first := make(chan error)
	go func() { first <- s.Notify(t.Context(), Message{Title: "first"}) }()
	<-f.got // it has the turn
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	advised(t, s.Notify(ctx, Message{Title: "second"}), errSilent, "restart it")
	close(wake)
	if err := <-first; err != nil {
		t.Errorf("the first: %v", err)
	}
}

func TestBusThatDoesNotAnswerIsGivenUp(t *testing.T) {
	path := filepath.Join(shortFolder(t), "bus")
	silent, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+path)
	s, began := newSystem(t, 100*time.Millisecond), time.Now()
	err = s.Notify(t.Context(), Message{Title: "x"})
	if advised(t, err, errNoBus, "start the program"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > patience/2 {
		t.Errorf("it took %v", took)
	}
}

func TestCallerThatStopsWaitingIsFreeAtOnce(t *testing.T) {
	startBus(t, shortFolder(t))
	wake := make(chan struct{})
	f := startService(t, func() *dbus.Error { <-wake; return nil })
	defer close(wake)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-f.got; cancel() }()
	err := newSystem(t, 2*patience).Notify(ctx, Message{Title: "x"})
	if !errors.Is(err, errGivenUp) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestServiceThatEndsInTheMiddleIsAnError(t *testing.T) {
	startBus(t, shortFolder(t))
	wake := make(chan struct{})
	f := startService(t, func() *dbus.Error { <-wake; return nil })
	defer close(wake)
	go func() { <-f.got; f.conn.Close() }()
	advised(t, newSystem(t, patience).Notify(t.Context(), Message{Title: "x"}), errSilent, "restart it")
}

func TestServiceThatWasRestartedIsFoundAgain(t *testing.T) {
	startBus(t, shortFolder(t))
	s := newSystem(t, patience)
	watch := newConn(t)
	for range 2 {
		f := startService(t, nil)
		if err := s.Notify(t.Context(), Message{Title: "it runs"}); err != nil {
			t.Fatal(err)
		}
		f.conn.Close()
		until(t, "the name is free", func() bool { return !owned(t, watch, service) })
		advised(t, s.Notify(t.Context(), Message{Title: "it does not"}), errNoService, "install and start one")
	}
}

func TestServiceIsAskedAgainAfterItHung(t *testing.T) {
	startBus(t, shortFolder(t))
	s, wake := hanging(t)
	advised(t, s.Notify(t.Context(), Message{Title: "it hangs"}), errSilent, "restart it")
	close(wake)
	s.bus.limit = patience
	if err := s.Notify(t.Context(), Message{Title: "it works"}); err != nil {
		t.Error(err)
	}
}

func TestBusThatWasRestartedIsFoundAgain(t *testing.T) {
	folder := shortFolder(t)
	stop := startBus(t, folder)
	startService(t, nil)
	s := newSystem(t, patience)
	if err := s.Notify(t.Context(), Message{Title: "before"}); err != nil {
		t.Fatal(err)
	}
	stop()
	if s.Notify(t.Context(), Message{Title: "meanwhile"}) == nil {
		t.Error("accepted by nobody")
	}
	startBus(t, folder)
	startService(t, nil)
	until(t, "a message is accepted", func() bool { return s.Notify(t.Context(), Message{Title: "after"}) == nil })
}

func TestMessagesOfManyGoroutinesShareOneConnection(t *testing.T) {
	startBus(t, shortFolder(t))
	f, s := startService(t, nil), newSystem(t, patience)
	const many = 20
	var all sync.WaitGroup
	for range many {
		all.Go(func() {
			if err := s.Notify(t.Context(), Message{Title: "x"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	senders := map[string]int{}
	for range len(f.got) {
		senders[(<-f.got).Sender]++
	}
	for sender, n := range senders {
		if len(senders) != 1 || n != many {
			t.Errorf("%s sent %d", sender, n)
		}
	}
}

func TestClosedNotifierHasNoConnectionAndCanOpenAnother(t *testing.T) {
	startBus(t, shortFolder(t))
	f, s := startService(t, nil), newSystem(t, patience)
	if err := s.Notify(t.Context(), Message{Title: "x"}); err != nil {
		t.Fatal(err)
	}
	sender := (<-f.got).Sender
	s.Close()
	until(t, "the connection is closed", func() bool { return !owned(t, f.conn, sender) })
	s.Close() // the second time is no trouble
	if err := s.Notify(t.Context(), Message{Title: "x"}); err != nil {
		t.Error(err)
	}
}
