package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
)

// tab is a screen with a name in the header.
type tab int

const (
	tabNone tab = iota
	tabDashboard
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
		w.show(w.dashboard.view, tabDashboard)
		w.onDashboard = true
	}
}

func (w *Window) showPreferences() {
	if w.session == nil {
		return
	}
	var p *preferences
	p = newPreferences(w.Settings, w.accountText(), preferenceActions{
		save: w.changeSettings, change: func() { w.showConnect("") }, forget: func() { w.askForget(p) },
		shorten: w.askShorten, replace: w.askReplace,
		copy: w.copyText, secret: w.askSecret, find: w.findTunnel, test: w.testWebhook, try: w.tryNotification, reception: w.receptionState,
		login: w.Login, feed: w.UpdateFeed, look: w.lookForUpdate, news: w.showNews,
		diagnose: w.diagnose, helpFacts: helpFacts{w.Version, w.DataDir},
	})
	p.SetUpdates(w.updates)
	w.show(p.view, tabPreferences)
	w.preferences = p
}

// show puts a screen under the header.
func (w *Window) show(screen fyne.CanvasObject, at tab) {
	name := newBoldWords(theme.SizeNameSubHeadingText)
	name.Set("Exotel Monitor")
	account := newWords(colorMuted, sizeLabel, 1)
	account.most = 360
	account.Set(w.accountText())
	dashboard := newChip(lookTab, tr("Dashboard"), w.showDashboard)
	alerts := newChip(lookTab, "", w.showAlerts)
	data := newChip(lookTab, tr("Data"), w.showData)
	preferences := newChip(lookTab, tr("Settings"), w.showPreferences)
	dashboard.Choose(at == tabDashboard)
	alerts.Choose(at == tabAlerts)
	data.Choose(at == tabData)
	preferences.Choose(at == tabPreferences)
	refresh := newChip(lookButton, tr("Refresh"), w.refresh)
	refresh.icon = theme.ViewRefreshIcon()
	refresh.Hidden = at == tabPreferences
	header := newPanel(container.New(&rowLayout{gap: 16, end: 10},
		name, dashboard, alerts, data, preferences, layout.NewSpacer(), account, refresh))
	header.square, header.padX, header.padY = true, sizeSide, ""
	// container.NewBorder would put the header last in the order of Tab.
	w.put(container.New(layout.NewBorderLayout(header, nil, nil, nil), header, container.NewVScroll(screen)))
	w.alertsTab = alerts
	w.markAlerts()
}

// put changes the screen. Dialogs belong to the one they were opened on, and no
// secret stays in a form that is left.
func (w *Window) put(screen fyne.CanvasObject) {
	for closeTop(w.window.Canvas()) {
	}
	if w.connect != nil {
		w.connect.Clear()
	}
	if w.preferences != nil {
		w.preferences.Leave()
	}
	w.onDashboard, w.preferences, w.connect, w.alerts, w.data, w.phone, w.alertsTab = false, nil, nil, nil, nil, nil, nil
	w.window.SetContent(screen)
}
