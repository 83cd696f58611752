package ui

import (
	"time"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"exotel-monitor/metrics"
	"exotel-monitor/ui/dashboard"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// shortcut is what some keys do.
type shortcut struct {
	keys []string
	does string
}

// shortcuts lists what the keyboard does, in the two columns of the help.
func shortcuts() [2][]shortcut {
	return [2][]shortcut{
		{
			{[]string{"Ctrl+1"}, text.Tr("Dashboard")},
			{[]string{"Ctrl+2"}, text.Tr("Calls")},
			{[]string{"Ctrl+3"}, text.Tr("Alerts")},
			{[]string{"Ctrl+4"}, text.Tr("Data")},
			{[]string{"Ctrl+5", "Ctrl+,"}, text.Tr("Settings")},
			{[]string{"R", "F5"}, text.Tr("Refresh")},
			{[]string{"A"}, text.Tr("Acknowledge the alert")},
			{[]string{"Z"}, text.Tr("Snooze notifications for 30 minutes")},
			{[]string{"Esc"}, text.Tr("Close, cancel loading, or go back")},
			{[]string{"Tab"}, text.Tr("Next control")},
			{[]string{"Enter", "Space"}, text.Tr("Press")},
			{[]string{"?"}, text.Tr("This list")},
			{[]string{"Ctrl+Q"}, text.Tr("Quit")},
		},
		{
			{[]string{"T", "Y"}, text.Tr("Today, yesterday")},
			{[]string{"7", "3"}, text.Tr("Last 7 or 30 days")},
			{[]string{"M", "L", "C"}, text.Tr("This month, all, custom days")},
			{[]string{"←", "→"}, text.Tr("Earlier or later days")},
			{[]string{"D", "N", "S"}, text.Tr("Direction, line, status")},
			{[]string{"X"}, text.Tr("Clear the filters")},
			{[]string{"/", "Ctrl+F"}, text.Tr("Search by number")},
			{[]string{"P"}, text.Tr("Pause or resume refreshing")},
			{[]string{"Ctrl+C"}, text.Tr("Copy the figures, or a number")},
			{[]string{"Ctrl+E"}, text.Tr("Export the calls as CSV")},
			{[]string{"↑", "↓"}, text.Tr("Move in a list")},
			{[]string{"Page Up", "Page Down"}, text.Tr("Scroll")},
			{[]string{"Home", "End"}, text.Tr("Begin or end of a list")},
		},
	}
}

// bindKeys makes every action reachable without a mouse. Single letters reach
// the window only while no text is being typed.
func (w *Window) bindKeys() {
	c := w.window.Canvas()
	for _, key := range kit.ControlKeys {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault},
			func(fyne.Shortcut) { w.onKey(kit.WithControl(key)) })
	}
	c.AddShortcut(&fyne.ShortcutCopy{}, func(fyne.Shortcut) { w.copyFigures() })
	c.SetOnTypedKey(func(e *fyne.KeyEvent) { w.onKey(e.Name) })
	c.SetOnTypedRune(func(r rune) { w.onRune(unicode.ToLower(r)) })
}

// onRune does what a letter stands for. Letters are taken as characters, not as
// keys, so that the one that opens a dialog is not typed into it.
func (w *Window) onRune(r rune) {
	switch {
	case w.window.Canvas().Overlays().Top() != nil:
		return
	case r == '?':
		w.showKeys()
		return
	case r == 'a' && (w.onDashboard || w.alerts != nil):
		w.acknowledge()
		return
	case r == 'z' && (w.onDashboard || w.alerts != nil):
		if until := w.now().Add(30 * time.Minute); until.After(w.watched.SnoozedUntil) { // never shorter than it is
			w.snooze(until)
		}
		return
	case !w.onDashboard:
		return
	}
	d := w.dashboard
	ranges := map[rune]metrics.Range{
		't': metrics.Today, 'y': metrics.Yesterday, '7': metrics.Last7Days,
		'3': metrics.Last30Days, 'm': metrics.ThisMonth, 'l': metrics.AllStored, 'c': metrics.Custom,
	}
	if chosen, ok := ranges[r]; ok {
		d.Filters.ChooseRange(chosen)
		return
	}
	switch r {
	case 'r':
		w.refresh()
	case 'd':
		d.Filters.Directions.Open()
	case 'n':
		d.Filters.Phones.Open()
	case 's':
		d.Filters.Statuses.Open()
	case 'x':
		d.Filters.ClearFilter()
	case 'p':
		d.Actions.Pause()
	case '/':
		w.window.Canvas().Focus(d.Filters.Search)
	}
}

func (w *Window) onKey(key fyne.KeyName) {
	idle := w.onDashboard && w.window.Canvas().Overlays().Top() == nil
	switch key {
	case kit.WithControl(fyne.Key1):
		w.leave(w.showDashboard)
	case kit.WithControl(fyne.Key2):
		w.leave(w.showCalls)
	case kit.WithControl(fyne.Key3):
		w.leave(w.showAlerts)
	case kit.WithControl(fyne.Key4):
		w.leave(w.showData)
	case kit.WithControl(fyne.KeyF):
		if idle {
			w.window.Canvas().Focus(w.dashboard.Filters.Search)
		}
	case kit.WithControl(fyne.Key5), kit.WithControl(fyne.KeyComma):
		w.showPreferences()
	case kit.WithControl(fyne.KeyE):
		w.exportShown()
	case kit.WithControl(fyne.KeyQ):
		w.leave(w.Quit)
	case kit.WithControl(fyne.KeyR), fyne.KeyF5:
		w.refresh()
	case fyne.KeyEscape:
		w.escape()
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyHome, fyne.KeyEnd:
		if w.window.Canvas().Overlays().Top() == nil {
			w.scroll(key)
		}
	case fyne.KeyLeft:
		if idle {
			w.movePeriod(-1)
		}
	case fyne.KeyRight:
		if idle {
			w.movePeriod(1)
		}
	}
}

// escape closes what is open on top, ends what is going on, or goes back.
func (w *Window) escape() {
	switch {
	case w.dialogs.CloseTop():
	case w.onDashboard:
		w.dashboard.Actions.Cancel()
	case w.connect != nil && w.connect.Waiting:
		w.connect.Stop.Tapped(nil)
	default:
		w.leave(w.showDashboard)
	}
}

// scroll moves the page that is shown, if it is longer than the window.
func (w *Window) scroll(key fyne.KeyName) {
	page := kit.PageIn(w.window.Canvas())
	if page == nil {
		return
	}
	const line, kept = 48, 64 // of a page, so much stays in sight
	switch key {
	case fyne.KeyUp:
		page.ScrollToOffset(page.Offset.SubtractXY(0, line))
	case fyne.KeyDown:
		page.ScrollToOffset(page.Offset.AddXY(0, line))
	case fyne.KeyPageUp:
		page.ScrollToOffset(page.Offset.SubtractXY(0, page.Size().Height-kept))
	case fyne.KeyPageDown:
		page.ScrollToOffset(page.Offset.AddXY(0, page.Size().Height-kept))
	case fyne.KeyHome:
		page.ScrollToTop()
	case fyne.KeyEnd:
		page.ScrollToBottom()
	}
}

// movePeriod shows the days before or after the chosen ones, as many of them.
func (w *Window) movePeriod(direction int) {
	p := w.chosenPeriod()
	days := p.Days() * direction
	now := w.session.client.Now()
	from, to := p.From.Add(days).In(now.Location()), p.To.Add(days).In(now.Location())
	if moved, trouble := dashboard.CheckPeriod(&from, &to, now, w.stored.Filling.Oldest); trouble == "" {
		w.dashboard.Filters.ShowPeriod(moved)
	}
}

func (w *Window) copyFigures() {
	switch {
	case w.onDashboard:
		w.app.Clipboard().SetContent(w.dashboard.Text())
	case w.calls != nil && w.calls.Copied() != "":
		w.app.Clipboard().SetContent(w.calls.Copied())
	}
}
