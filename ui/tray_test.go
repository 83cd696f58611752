package ui

import (
	"bytes"
	"context"
	"image/png"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

func TestClosingWithoutATrayAsks(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	closed := false
	r.window.SetOnClosed(func() { closed = true })
	r.hasTray = func(context.Context) bool { return false }
	for range 3 { // an impatient hand
		r.onClose()
	}
	r.until("the question", r.HasOverlay)
	r.box.drain()
	if n := len(r.window.Canvas().Overlays().List()); n != 1 {
		t.Errorf("%d questions", n)
	}
	if !r.Shows("There's no system tray") || closed {
		t.Fatal("it does not ask")
	}
	r.Tap("Quit")
	if !closed {
		t.Error("it does not quit")
	}
}

func TestClosingWithATraySaysOnceThatTheWatchGoesOn(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	has := true
	r.hasTray = func(context.Context) bool { return has }
	r.onClose()
	r.until("the word of it", r.HasOverlay)
	if !r.Shows("keeps watching") {
		t.Fatal("it does not say so")
	}
	r.Tap("Close the window")
	if !r.changed.TrayExplained || len(r.saved) != 0 || r.session == nil {
		t.Errorf("kept %v, saved %+v", r.changed.TrayExplained, r.saved)
	}
	r.onClose()
	r.until("the end of the question", func() bool { return !r.closing })
	if r.HasOverlay() {
		t.Error("it says so again")
	}
	has = false // the tray went away since
	r.onClose()
	r.until("the question", r.HasOverlay)
	if !r.Shows("There's no system tray") {
		t.Error("it hides with nothing to bring it back")
	}
	r.Press(fyne.KeyEscape)
	r.onClose()
	r.until("the question again", r.HasOverlay)
}

// trayApp is an app with a tray that notes what it is given.
type trayApp struct {
	fyne.App
	menu *fyne.Menu
	icon fyne.Resource
}

func (a *trayApp) SetSystemTrayMenu(menu *fyne.Menu) { a.menu = menu }

func (a *trayApp) SetSystemTrayIcon(icon fyne.Resource) { a.icon = icon }

func (a *trayApp) SetSystemTrayWindow(fyne.Window) {}

func (a *trayApp) item(label string) *fyne.MenuItem { return itemOf(a.menu, label) }

func itemOf(menu *fyne.Menu, label string) *fyne.MenuItem {
	for _, item := range menu.Items {
		if item.Label == label {
			return item
		}
		if item.ChildMenu != nil {
			if found := itemOf(item.ChildMenu, label); found != nil {
				return found
			}
		}
	}
	return nil
}

func TestTheTrayShowsTheLevelAndWhatCanBeDone(t *testing.T) {
	r := heard(t, nil)
	app := &trayApp{App: r.app}
	var tooltip string
	var snoozed time.Time
	tr := newTray(app, func(text string) { tooltip = text }, trayActions{
		now: func() time.Time { return sample.Now }, snooze: func(until time.Time) { snoozed = until },
	})
	icons := map[string]bool{app.icon.Name(): true}
	tr.Set(r.watched, text.Format{Zone: exotel.India})
	if icons[app.icon.Name()] || !strings.HasPrefix(tooltip, "Exotel Monitor: OK") {
		t.Errorf("OK: %s, %q", app.icon.Name(), tooltip)
	}
	icons[app.icon.Name()] = true
	r.beat("WARNING", `["08040000001"]`)
	tr.Set(r.watched, text.Format{Zone: exotel.India})
	if icons[app.icon.Name()] || !strings.Contains(tooltip, "1 of 6 numbers down, incoming") {
		t.Errorf("WARNING: %s, %q", app.icon.Name(), tooltip)
	}
	for _, label := range []string{"Open", "Refresh", "Last alert", "Quit"} {
		if app.item(label) == nil {
			t.Errorf("the menu lacks %s", label)
		}
	}
	for label, want := range map[string]time.Time{
		"30 minutes": sample.Now.Add(30 * time.Minute), "2 hours": sample.Now.Add(2 * time.Hour),
		"Until tomorrow": time.Date(2026, 11, 21, 8, 0, 0, 0, exotel.India),
	} {
		if app.item(label).Action(); !snoozed.Equal(want) {
			t.Errorf("%s: until %v", label, snoozed)
		}
	}
	p := r.watched
	p.SnoozedUntil = sample.Now.Add(time.Hour)
	tr.Set(p, text.Format{Zone: exotel.India})
	if app.item("End snooze").Action(); !snoozed.IsZero() {
		t.Error("the snooze does not end")
	}
	menu := app.menu
	tr.Tick(sample.Now.Add(59 * time.Minute))
	if app.menu != menu {
		t.Error("the menu is made anew for nothing")
	}
	tr.Tick(sample.Now.Add(time.Hour))
	if app.item("End snooze") != nil {
		t.Error("a snooze that ran out can be ended")
	}
}

// TestTheTrayLeavesAForgottenAccount: nothing watches it any more.
func TestTheTrayLeavesAForgottenAccount(t *testing.T) {
	r := heard(t, nil)
	app := &trayApp{App: r.app}
	r.tray.desktop = app
	r.beat("WARNING", `["08040000001"]`)
	r.snooze(sample.Now.Add(time.Hour))
	r.until("the tray to know", func() bool { return r.tray.alert && r.tray.snoozed })
	r.showPreferences()
	r.Tap("Remove keys")
	r.Tap("Remove keys")
	r.firstRun()
	if want := "UNKNOWN · No account is connected"; r.tray.text != want || r.tray.level != heartbeat.Unknown || app.item(want) == nil {
		t.Errorf("the tray says %s, %q", r.tray.level, r.tray.text)
	}
	if r.tray.alert || app.item("End snooze") != nil {
		t.Error("the tray still has its alert or its snooze")
	}
}

// TestTheTrayIsLeftAloneOnceTheProgramEnds: Fyne has ended its connection then, and
// panics when it is told something.
func TestTheTrayIsLeftAloneOnceTheProgramEnds(t *testing.T) {
	for name, ends := range map[string]func(*rig){
		"its window closes":       func(r *rig) { r.window.Close() },
		"it quits, hidden so far": func(r *rig) { r.appeared = false; r.Quit() },
	} {
		t.Run(name, func(t *testing.T) {
			r := heard(t, nil)
			app := &trayApp{App: r.app}
			r.tray.desktop = app
			ends(r)
			r.tray.SetUpdate("9.9.9")
			if app.menu != nil || app.icon != nil {
				t.Error("the tray is told something")
			}
		})
	}
}

// Fyne draws another one on a goroutine of its own, beside the window.
func TestTheTraysIconIsAPicture(t *testing.T) {
	a := &trayApp{App: uitest.NewApp(t)}
	a.Settings().SetTheme(kit.NewTheme())
	newTray(a, func(string) {}, trayActions{})
	if _, err := png.Decode(bytes.NewReader(a.icon.Content())); err != nil {
		t.Error(err)
	}
}
