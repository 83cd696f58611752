package ui

import (
	"bytes"
	"context"
	"image/png"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// tray is the program in the system's tray: how the ExoPhones are by shape and
// colour, and what can be done without the window.
type tray struct {
	desktop desktop.App // nil where there is no tray
	tooltip func(string)
	actions trayActions

	level   heartbeat.Level
	text    string
	until   time.Time // of the snooze
	snoozed bool
	alert   bool
	update  string // the newer version, "" for none
	now     time.Time
	format  text.Format
}

// trayActions is what the tray asks its owner for.
type trayActions struct {
	open    func()
	refresh func()
	snooze  func(until time.Time)
	alerts  func()
	choose  func() // settings
	news    func()
	quit    func()
	now     func() time.Time
}

func newTray(app fyne.App, tooltip func(string), actions trayActions) *tray {
	t := &tray{tooltip: tooltip, actions: actions}
	t.desktop, _ = app.(desktop.App)
	t.draw()
	return t
}

// Set shows what the watch sees. Menus are made anew as seldom as possible:
// each costs the system's tray a round of questions.
func (t *tray) Set(p monitor.Snapshot, f text.Format) {
	t.format = f
	text := f.LevelSentence(p.Health, p.Health.At)
	if p.Health.At.After(t.now) {
		t.now = p.Health.At
	}
	snoozed := p.SnoozedUntil.After(t.now)
	t.until = p.SnoozedUntil
	if t.desktop == nil || t.text == text && t.snoozed == snoozed && t.alert == (p.Alert != nil) {
		return
	}
	t.level, t.text, t.snoozed, t.alert = p.Health.Level, text, snoozed, p.Alert != nil
	t.draw()
}

// Leave shows that no account is connected any more, so that nothing is watched.
func (t *tray) Leave() {
	t.level, t.text = heartbeat.Unknown, text.Dotted(heartbeat.Unknown.String(), text.Tr("No account is connected"))
	t.until, t.snoozed, t.alert = time.Time{}, false, false
	t.draw()
}

// SetUpdate tells of a newer version, "" for none.
func (t *tray) SetUpdate(version string) {
	if t.update != version {
		t.update = version
		t.draw()
	}
}

// Tick takes away the end of a snooze that has run out.
func (t *tray) Tick(now time.Time) {
	t.now = now
	if t.snoozed && !t.until.After(now) {
		t.snoozed = false
		t.draw()
	}
}

// End leaves the tray alone from now on. When the program ends, Fyne closes the
// connection to it, and panics if it is told something after that; what was posted
// before may come after.
func (t *tray) End() { t.desktop = nil }

func (t *tray) draw() {
	if t.desktop == nil {
		return
	}
	look, set := kit.LevelLook(t.level), fyne.CurrentApp().Settings()
	t.desktop.SetSystemTrayIcon(drawn(look.Shape.In(set.Theme().Color(look.Color, set.ThemeVariant()))))
	t.tooltip("Exotel Monitor: " + t.text)
	status := fyne.NewMenuItem(t.format.OneLine(t.text, 60), nil)
	status.Disabled = true
	items := []*fyne.MenuItem{status, fyne.NewMenuItem(text.Tr("Open"), t.actions.open), fyne.NewMenuItem(text.Tr("Refresh"), t.actions.refresh)}
	if t.snoozed {
		items = append(items, fyne.NewMenuItem(text.Tr("End snooze"), func() { t.actions.snooze(time.Time{}) }))
	} else {
		snooze := fyne.NewMenuItem(text.Tr("Snooze notifications"), nil)
		snooze.ChildMenu = fyne.NewMenu("",
			fyne.NewMenuItem(text.Tr("30 minutes"), func() { t.actions.snooze(t.actions.now().Add(30 * time.Minute)) }),
			fyne.NewMenuItem(text.Tr("2 hours"), func() { t.actions.snooze(t.actions.now().Add(2 * time.Hour)) }),
			fyne.NewMenuItem(text.Tr("Until tomorrow"), func() { t.actions.snooze(text.UntilTomorrow(t.actions.now())) }),
		)
		items = append(items, snooze)
	}
	items = append(items, fyne.NewMenuItem(text.Tr("Last alert"), t.actions.alerts), fyne.NewMenuItem(text.Tr("Settings"), t.actions.choose))
	if t.update != "" {
		items = append(items, fyne.NewMenuItem(text.Tr("Exotel Monitor %s is available", t.update), t.actions.news))
	}
	items = append(items, fyne.NewMenuItemSeparator())
	quit := fyne.NewMenuItem(text.Tr("Quit"), t.actions.quit)
	quit.IsQuit = true
	t.desktop.SetSystemTrayMenu(fyne.NewMenu("Exotel Monitor", slices.Concat(items, []*fyne.MenuItem{quit})...))
}

// drawn is a picture of an SVG, of the size of a tray's icon. Fyne would draw it for
// the tray on a goroutine of its own, into a cache that the window writes, too.
func drawn(svg fyne.Resource) fyne.Resource {
	const side = 64 // as Fyne's
	c := software.NewTransparentCanvas()
	c.SetPadded(false)
	c.SetContent(canvas.NewImageFromResource(svg))
	c.Resize(fyne.NewSquareSize(side))
	var picture bytes.Buffer
	if err := png.Encode(&picture, c.Capture()); err != nil {
		return svg
	}
	return fyne.NewStaticResource(svg.Name()+".png", picture.Bytes())
}

// quitFromTray ends the program. The window is raised if there is something to ask.
func (w *Window) quitFromTray() {
	if w.preferences != nil && w.preferences.Unsaved() {
		w.raise()
	}
	w.leave(w.Quit)
}

// onClose is what closing the window does: with a tray the watch goes on and
// says so the first time; without one, it would end unseen. Whether there is a
// tray is asked each time, because it may have gone.
func (w *Window) onClose() {
	switch {
	case w.session == nil:
		w.window.Close()
	case !w.closing:
		w.closing = true
		inBackground(w, w.ctx, readWait, func(ctx context.Context) (bool, error) { return w.hasTray(ctx), nil },
			func(has bool, _ error) { w.closeTo(has) })
	}
}

// closeTo closes the window to the tray, if there is one.
func (w *Window) closeTo(tray bool) {
	var box *dialog.CustomDialog
	switch {
	case w.session == nil:
		w.window.Close()
		return
	case tray && w.Settings.TrayExplained:
		w.closing = false
		w.hide()
		return
	case tray:
		box = w.dialogs.Show(text.Tr("Still watching"), kit.Wrapped(text.Tr("Exotel Monitor keeps watching in the system tray. Open it from there, or quit.")), 200,
			kit.NewButton(text.Tr("Close the window"), widget.HighImportance, func() {
				w.Settings.TrayExplained = true
				if err := w.ChangeSettings(func(s *config.Settings) { s.TrayExplained = true }); err != nil { // it is said again next time
					w.Log.Warn("it was not kept that the tray is known", "error", err)
				}
				w.hide()
			}),
			kit.NewButton(text.Tr("Quit"), widget.MediumImportance, func() { w.leave(w.window.Close) }))
	default:
		box = w.dialogs.Confirm(text.Tr("Quit?"), text.Tr("There's no system tray, so monitoring stops when you close the window."), text.Tr("Quit"), func() { w.leave(w.window.Close) })
	}
	box.SetOnClosed(func() { w.closing = false })
}

// hide leaves the program in the tray. It may never come back from there: the
// computer may be turned off.
func (w *Window) hide() {
	w.keepBounds()
	w.shown = false
	w.window.Hide()
}
