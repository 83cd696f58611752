package ui

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/system/instance"
)

// countedWindow notes when it is shown, which the test's windows do not tell.
type countedWindow struct {
	fyne.Window
	shown, closed int
}

func (w *countedWindow) Show()  { w.shown++; w.Window.Show() }
func (w *countedWindow) Close() { w.closed++ }

// countedApp notes that the program is asked to quit, and what the browser shows.
type countedApp struct {
	fyne.App
	quits   int
	browser []string
	err     error
}

func (a *countedApp) Quit() { a.quits++ }

// counted replaces the rig's window and app.
func (r *rig) counted() (*countedWindow, *countedApp) {
	w, a := &countedWindow{Window: r.window}, &countedApp{App: r.app}
	r.window, r.app = w, a
	return w, a
}

func TestALinkLeadsToItsScreen(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	for _, tt := range []struct {
		screen string
		shown  func() bool
	}{
		{instance.Alerts, func() bool { return r.alerts != nil }},
		{instance.Data, func() bool { return r.data != nil }},
		{instance.Settings, func() bool { return r.preferences != nil }},
		{"", func() bool { return r.preferences != nil }}, // as it was
		{instance.Dashboard, func() bool { return r.onDashboard }},
	} {
		w, _ := r.counted()
		r.Open(instance.Link{Screen: tt.screen})
		if !tt.shown() || w.shown != 1 {
			t.Errorf("%q: shown %d times, and another screen", tt.screen, w.shown)
		}
	}
}

func TestALinkWaitsForAnAccount(t *testing.T) {
	t.Run("from another copy", func(t *testing.T) {
		r := newRig(t, rigOptions{}).firstRun()
		w, _ := r.counted()
		r.Open(instance.Link{Screen: instance.Data})
		r.Open(instance.Link{}) // takes nothing back
		if r.connect == nil || w.shown != 2 {
			t.Fatalf("shown %d times", w.shown)
		}
		r.fillIn(r.good)
		r.Tap("Connect")
		r.until("the screen", func() bool { return r.data != nil })
		r.showDashboard()
		r.open(r.session.account)
		if !r.onDashboard {
			t.Error("it is followed twice")
		}
	})
	t.Run("from the command line", func(t *testing.T) {
		r := newRig(t, rigOptions{params: func(p *Params) { p.Link = instance.Link{Screen: instance.Settings} }, demo: true})
		if r.preferences == nil {
			t.Error("another screen")
		}
	})
}

func TestAHiddenStartShowsTheWindowWhereThereIsNoTray(t *testing.T) {
	test.NewTempApp(t)
	for name, tt := range map[string]struct {
		comes time.Duration // after which there is a tray; 0 for never
		shown int
		after time.Duration
	}{
		"a tray that is there":             {time.Nanosecond, 0, 0},
		"a tray that comes late":           {9 * time.Second, 0, 9 * time.Second},
		"none, or one that comes too late": {11 * time.Second, 1, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				box := &postbox{news: make(chan struct{}, 1)}
				w := &countedWindow{Window: test.NewTempWindow(t, nil)}
				began := time.Now()
				desk := newFakeDesk()
				window := &Window{ctx: ctx, window: w, Params: Params{
					Post: box.post, Screens: desk.areas, PlaceOf: desk.placeOf, Restore: func(fyne.Window) {},
				}, hasTray: func(context.Context) bool {
					return time.Since(began) >= tt.comes-time.Nanosecond
				}}
				window.begin(true)
				if w.shown != 0 {
					t.Error("shown before it was asked")
				}
				window.questions.Wait()
				if took := time.Since(began); took < tt.after || took > tt.after+2*trayPause {
					t.Errorf("it took %v", took)
				}
				box.drain()
				if w.shown != tt.shown {
					t.Errorf("shown %d times", w.shown)
				}
				cancel()
			})
		})
	}
}

func TestAVisibleStartAsksNobody(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	w, _ := r.counted()
	r.hasTray = func(context.Context) bool { t.Error("it asks for a tray"); return true }
	if r.begin(false); w.shown != 1 {
		t.Errorf("shown %d times", w.shown)
	}
}

// TestAHiddenStartShowsItselfWhereAnAccountIsAskedFor: nothing would be watched,
// and nobody would know.
func TestAHiddenStartShowsItselfWhereAnAccountIsAskedFor(t *testing.T) {
	asked := make(chan struct{})
	vault := &fakeVault{ask: func(context.Context) error { <-asked; return config.ErrLocked }}
	r := newRig(t, rigOptions{vault: vault})
	w, _ := r.counted()
	r.hasTray = func(context.Context) bool { return true }
	r.begin(true)
	if w.shown != 0 {
		t.Error("shown while the keyring is asked")
	}
	close(asked)
	r.firstRun()
	if w.shown != 1 {
		t.Errorf("shown %d times", w.shown)
	}
	again := newRig(t, rigOptions{}).firstRun()
	w, _ = again.counted()
	if again.begin(true); w.shown != 1 {
		t.Errorf("asked before it began: shown %d times", w.shown)
	}
}

// TestAWindowThatWasNeverShownCanQuit: Fyne does not close it.
func TestAWindowThatWasNeverShownCanQuit(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	r.hasTray = func(context.Context) bool { return true }
	w, app := r.counted()
	r.begin(true)
	if r.Quit(); app.quits != 1 {
		t.Error("it goes on")
	}
	r.appear()
	if r.Quit(); app.quits != 1 || w.closed != 2 {
		t.Errorf("shown, it quits %d times and closes %d times", app.quits, w.closed)
	}
}

func TestTheDoorWaitsForTheWindowAndCloses(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	ctx, cancel := context.WithCancel(t.Context())
	door := NewDoor(ctx, r.box.post)
	answers := make(chan bool)
	var callers sync.WaitGroup
	open := func() {
		callers.Go(func() { answers <- door.Open(instance.Link{Screen: instance.Data}) })
	}
	open()
	door.Lead(r.Window)
	r.until("the screen", func() bool { return r.data != nil })
	if !<-answers {
		t.Error("it says that nothing was shown")
	}
	r.showDashboard()
	open()
	cancel()
	if <-answers {
		t.Error("closing, it says that something was shown")
	}
	r.box.drain()
	if r.data != nil {
		t.Error("closing, it shows something")
	}
	early := NewDoor(ctx, r.box.post)
	if early.Open(instance.Link{}) {
		t.Error("without a window it says that something was shown")
	}
	callers.Wait()
}

// TestANotificationLeadsToItsAlert, which the record of what is sent has lost.
func TestANotificationLeadsToItsAlert(t *testing.T) {
	r := heard(t, nil)
	r.beat("CRITICAL", `["08040000001"]`)
	r.until("the notification", func() bool { return len(r.told.all()) > 0 })
	m := r.told.all()[0]
	if !strings.Contains(m.Title, "CRITICAL") || m.Opens.Screen != instance.Alerts || m.Opens.ID == 0 {
		t.Fatalf("%q leads to %v", m.Title, m.Opens)
	}
	r.Open(m.Opens)
	r.until("the alert", func() bool { return len(r.labelled("Hide details")) == 1 })
	of := m.Opens
	of.Account = "accounts/another"
	r.Open(of)
	r.until("the list", func() bool { return len(r.labelled("details")) > 0 })
	if len(r.labelled("Hide details")) > 0 {
		t.Error("another account's notification opens this one's alert")
	}
	r.Open(instance.Link{Screen: instance.Alerts, ID: m.Opens.ID + 1})
	r.until("the word of it", func() bool { return r.Shows("isn't in this account's history") })
}
