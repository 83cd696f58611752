package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// tab is a screen with a name in the header.
type tab int

const (
	tabNone tab = iota
	tabDashboard
	tabCalls
	tabAlerts
	tabData
	tabPreferences
)

// showDashboard, showAlerts and showPreferences change between the screens of a
// connected account.
func (w *Window) showDashboard() {
	if w.session != nil {
		client := w.session.client
		w.dashboard.Tick(client.Now(), client.PausedUntil())
		w.show(w.dashboard.View, tabDashboard)
		w.onDashboard = true
	}
}

// show puts a screen that scrolls under the header.
func (w *Window) show(screen fyne.CanvasObject, at tab) { w.showPage(container.NewVScroll(screen), at) }

// showPage puts a screen as high as the window under the header.
func (w *Window) showPage(screen fyne.CanvasObject, at tab) {
	name := kit.NewBoldText(theme.SizeNameSubHeadingText)
	name.Set("Exotel Monitor")
	account := kit.NewText(kit.ColorMuted, kit.SizeLabel, 1)
	account.MaxWidth = 360
	account.Set(w.accountText())
	chip := func(name string, of tab, show func()) *kit.Chip {
		c := kit.NewChip(kit.LookTab, name, func() { w.leave(show) })
		c.Choose(at == of)
		return c
	}
	dashboard := chip(text.Tr("Dashboard"), tabDashboard, w.showDashboard)
	list := chip(text.Tr("Calls"), tabCalls, w.showCalls)
	alerts := chip("", tabAlerts, w.showAlerts)
	data := chip(text.Tr("Data"), tabData, w.showData)
	preferences := kit.NewChip(kit.LookTab, text.Tr("Settings"), w.showPreferences)
	preferences.Choose(at == tabPreferences)
	refresh := kit.NewChip(kit.LookButton, text.Tr("Refresh"), w.refresh)
	refresh.Icon = theme.ViewRefreshIcon()
	refresh.Hidden = at == tabPreferences
	header := kit.NewPanel(container.New(&kit.RowLayout{Gap: 16, End: 10},
		name, dashboard, list, alerts, data, preferences, layout.NewSpacer(), account, refresh))
	header.Square, header.PadX, header.PadY = true, kit.SizeSide, ""
	// container.NewBorder would put the header last in the order of Tab.
	w.put(container.New(layout.NewBorderLayout(header, nil, nil, nil), header, screen))
	w.alertsTab = alerts
	w.markAlerts()
}

// put changes the screen. Dialogs belong to the one they were opened on, and no
// secret stays in a form that is left.
func (w *Window) put(screen fyne.CanvasObject) {
	for w.dialogs.CloseTop() {
	}
	if w.connect != nil {
		w.connect.Clear()
	}
	if w.preferences != nil {
		w.preferences.Leave()
	}
	w.onDashboard, w.preferences, w.connect, w.calls, w.alerts, w.data, w.phone, w.alertsTab = false, nil, nil, nil, nil, nil, nil, nil
	w.window.SetContent(screen)
}
