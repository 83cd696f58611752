package notify

import (
	"os"
	"slices"
	"testing"

	"exotel-monitor/ui/system/instance"
)

// clicked has a notifier note where clicks lead.
func clicked(t *testing.T) (*System, chan instance.Link) {
	t.Helper()
	s, links := newSystem(t, patience), make(chan instance.Link, 10)
	s.OnClick(func(l instance.Link) { links <- l })
	return s, links
}

var twelve = instance.Link{Screen: instance.Alerts, ID: 12}

func (s *System) mustNotify(t *testing.T, opens instance.Link) {
	t.Helper()
	if err := s.Notify(t.Context(), Message{Title: "x", Opens: opens, OpenLabel: "Öffnen"}); err != nil {
		t.Fatal(err)
	}
}

func TestOnlyWhatLeadsSomewhereOffersAClick(t *testing.T) {
	startBus(t, shortFolder(t))
	f := startService(t, nil)
	s, _ := clicked(t)
	s.mustNotify(t, twelve)
	if got := (<-f.got).Actions; !slices.Equal(got, []string{"default", "Öffnen"}) {
		t.Errorf("an alert: %q", got)
	}
	s.mustNotify(t, instance.Link{})
	if got := (<-f.got).Actions; len(got) > 0 {
		t.Errorf("nothing in particular: %q", got)
	}
	deaf := newSystem(t, patience)
	deaf.mustNotify(t, twelve)
	if got := (<-f.got).Actions; len(got) > 0 {
		t.Errorf("nobody to follow it: %q", got)
	}
}

// TestAClickIsFollowedToItsAlert, and none on what is not ours, or no longer
// there. All signals come in order, so that a later click proves that an earlier
// one led nowhere.
func TestAClickIsFollowedToItsAlert(t *testing.T) {
	startBus(t, shortFolder(t))
	f := startService(t, nil)
	s, links := clicked(t)
	s.mustNotify(t, twelve)
	s.mustNotify(t, instance.Link{Screen: instance.Alerts, ID: 13})
	s.mustNotify(t, instance.Link{})
	for _, odd := range [][]any{
		{uint32(3), "default"}, // has no link
		{uint32(99), "default"},
		{uint32(1), "reply"},
		{"1", "default"},
		{},
	} {
		f.signal(t, "ActionInvoked", odd...)
	}
	f.signal(t, "NotificationClosed", uint32(2), uint32(1))
	f.signal(t, "ActionInvoked", uint32(2), "default")
	f.signal(t, "ActionInvoked", uint32(1), "default")
	if got := <-links; got != twelve {
		t.Errorf("it leads to %v", got)
	}
	s.Close()
	if len(links) > 0 {
		t.Errorf("and to %v", <-links)
	}
}

// TestANewServicesNumbersAreOthers: it counts from one again.
func TestANewServicesNumbersAreOthers(t *testing.T) {
	startBus(t, shortFolder(t))
	first := startService(t, nil)
	s, links := clicked(t)
	s.mustNotify(t, twelve)
	watch := newConn(t)
	first.conn.Close()
	until(t, "the name is free", func() bool { return !owned(t, watch, service) })
	second := startService(t, nil)
	second.signal(t, "ActionInvoked", uint32(1), "default") // on somebody else's
	second.count.Store(6)
	s.mustNotify(t, instance.Link{Screen: instance.Alerts})
	second.signal(t, "ActionInvoked", uint32(7), "default")
	if got := <-links; got.ID != 0 {
		t.Errorf("it leads to %v", got)
	}
}

func TestClicksAreHeardAfterTheBusWasRestarted(t *testing.T) {
	folder := shortFolder(t)
	stop := startBus(t, folder)
	startService(t, nil)
	s, links := clicked(t)
	s.mustNotify(t, twelve)
	stop()
	startBus(t, folder)
	f := startService(t, nil)
	until(t, "a message is accepted", func() bool {
		return s.Notify(t.Context(), Message{Title: "after", Opens: instance.Link{Screen: instance.Data}}) == nil
	})
	f.signal(t, "ActionInvoked", f.count.Load(), "default")
	if got := <-links; got.Screen != instance.Data {
		t.Errorf("it leads to %v", got)
	}
}

func TestRealDaemonsClickLeadsToTheAlert(t *testing.T) {
	startDunst(t, "full")
	s, links := clicked(t)
	s.mustNotify(t, twelve)
	until(t, "it is on the screen", func() bool { return displayed(t) == "1" })
	act := command(t, "dunstctl", "action")
	act.Stderr = os.Stderr
	if err := act.Run(); err != nil {
		t.Fatal(err)
	}
	if got := <-links; got != twelve {
		t.Errorf("it leads to %v", got)
	}
}
