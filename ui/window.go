package ui

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/settings"
)

// Vault keeps an account's credentials. *settings.Keyring is one.
type Vault interface {
	Load(context.Context) (settings.Credentials, error)
	Save(context.Context, settings.Credentials) error
	Forget(context.Context) error
}

// Params is what the window is made of. All fields are required but Env, Demo and Unread.
type Params struct {
	Env      settings.Credentials // what the environment says of the account
	Demo     bool                 // open the demo account at once
	Settings settings.Settings
	Vault    Vault
	// SaveSettings keeps changed settings for the next start.
	SaveSettings func(settings.Settings) error
	// NewClient makes the client of an account.
	NewClient func(settings.Credentials, settings.Settings) (*exotel.Client, error)
	// StartDemo starts the demo account; close ends it.
	StartDemo func(settings.Settings) (account settings.Credentials, close func(), err error)
	// Unread is what of the saved settings could not be used; nil for nothing.
	Unread error
	// Post hands a function to Fyne's goroutine: fyne.Do.
	Post func(func())
	Log  *slog.Logger
}

// Window is the program's window.
type Window struct {
	Params
	ctx    context.Context
	app    fyne.App
	window fyne.Window

	session   *session // nil unless connected
	endDemo   func()   // nil unless the demo account runs
	dashboard *dashboard
	locked    bool // the keyring was, when it was last asked

	// The screen that is shown; all nil and false for the waiting screen.
	onDashboard bool
	preferences *preferences
	connect     *connectScreen

	numbers   []string          // the account's ExoPhones
	names     map[string]string // their names by number key
	questions sync.WaitGroup    // to the keyring and to Exotel, under way
}

// New builds the window and starts with what it needs: the demo account, the
// environment's, the keyring's, or the question for one. Close ends its work.
func New(ctx context.Context, app fyne.App, p Params) *Window {
	loadTexts()
	app.Settings().SetTheme(newTheme())
	w := &Window{Params: p, ctx: ctx, app: app, window: app.NewWindow("Exotel Monitor")}
	w.window.Resize(fyne.NewSize(1280, 800))
	w.window.SetPadded(false)
	w.window.SetMaster()
	w.bindKeys()
	switch {
	case p.Demo:
		w.openDemo()
	case p.Env.Complete():
		w.open(p.Env)
	default:
		w.askKeyring()
	}
	if p.Unread != nil {
		app.Lifecycle().SetOnStarted(func() { tell(w.window, tr("Settings"), sentence(p.Unread.Error())) })
	}
	return w
}

// ShowAndRun shows the window until it is closed.
func (w *Window) ShowAndRun() { w.window.ShowAndRun() }

// Close ends the work of the window and waits for it. The context that New was
// given must have ended.
func (w *Window) Close() {
	w.questions.Wait()
	w.endSession()
}

// endSession disconnects from the account that is shown, if any.
func (w *Window) endSession() {
	if w.session != nil {
		w.session.Close()
		w.session = nil
	}
	if w.endDemo != nil {
		w.endDemo()
		w.endDemo = nil
	}
}

// inBackground runs a question off Fyne's goroutine, bounded, and hands the
// answer to then back on it.
func inBackground[T any](w *Window, ctx context.Context, bound time.Duration, question func(context.Context) (T, error), then func(T, error)) {
	w.questions.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, bound)
		defer cancel()
		answer, err := question(ctx)
		w.Post(func() {
			if w.ctx.Err() == nil {
				then(answer, err)
			}
		})
	})
}

func (w *Window) openDemo() {
	w.endSession()
	account, end, err := w.StartDemo(w.Settings)
	if err != nil {
		w.showConnect(errorText(err))
		return
	}
	w.endDemo = end
	unhurried := w.Settings
	unhurried.RatePerMinute = 0 // the demo account has nobody to spare
	w.start(account, unhurried)
}

// open shows an account's dashboard.
func (w *Window) open(c settings.Credentials) {
	w.endSession()
	w.start(c, w.Settings)
}

func (w *Window) start(c settings.Credentials, chosen settings.Settings) {
	client, err := w.NewClient(c, chosen)
	if err != nil {
		w.showConnect(errorText(err))
		return
	}
	w.numbers, w.names = nil, map[string]string{}
	var s *session
	w.dashboard = newDashboard(w.Settings.Grouping(), dashboardActions{
		choose:    func(c metrics.Choice) { s.worker.Choose(c) },
		askPeriod: func() { askPeriod(w.window, w.chosenPeriod(), client.Now(), w.dashboard.filters.ShowPeriod) },
		refresh:   func() { s.worker.Refresh() },
		cancel:    func() { s.worker.Cancel() },
		pause:     func() { s.worker.TogglePause() },
		fixKeys:   func() { w.showConnect("") },
	})
	s = newSession(w.ctx, c, client, metrics.WorkerOptions{Interval: w.Settings.Interval(), Log: w.Log}, w.Post, sessionEvents{
		snapshot: func(shot metrics.Snapshot) { w.apply(shot, client) },
		phones:   w.namePhones,
		tick:     func(now time.Time) { w.dashboard.Tick(now, client.PausedUntil()) },
	})
	w.session = s
	w.showDashboard()
}

func (w *Window) apply(s metrics.Snapshot, client *exotel.Client) {
	w.dashboard.Apply(s, client.ClockSkew(), client.PausedUntil())
	w.offerPhones()
}

func (w *Window) namePhones(phones []exotel.ExoPhone) {
	for _, p := range phones {
		number := p.Number
		if number == "" {
			number = p.SID
		}
		w.numbers = append(w.numbers, number)
		w.names[exotel.NumberKey(number)] = p.Name
	}
	w.offerPhones()
}

// offerPhones lets the user choose among the account's numbers, and those that
// occur in the calls.
func (w *Window) offerPhones() {
	w.dashboard.filters.SetPhones(append(slices.Clone(w.numbers), w.dashboard.shown.ExoPhones...), w.names)
}

// chosenPeriod is the days that were chosen last, whether or not their figures
// are there yet.
func (w *Window) chosenPeriod() metrics.Period {
	return w.dashboard.filters.choice.Period(w.session.client.Now())
}

func (w *Window) refresh() {
	if w.session != nil && w.onDashboard {
		w.session.worker.Refresh()
	}
}

// showDashboard and showPreferences change between the two screens of a
// connected account.
func (w *Window) showDashboard() {
	if w.session != nil {
		w.show(w.dashboard.view, true)
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
	})
	w.show(p.view, false)
	w.preferences = p
}

// changeSettings keeps new settings and starts over with them: the zone and
// the rate are the client's for life.
func (w *Window) changeSettings(s settings.Settings) error {
	if err := w.SaveSettings(s); err != nil {
		return err
	}
	w.Settings = s
	if w.endDemo != nil {
		w.openDemo()
	} else {
		w.open(w.session.account)
	}
	return nil
}

// show puts a screen under the header.
func (w *Window) show(screen fyne.CanvasObject, isDashboard bool) {
	name := newBoldWords(plain, theme.SizeNameSubHeadingText)
	name.Set("Exotel Monitor")
	account := newWords(colorMuted, sizeLabel, 1)
	account.most = 360
	account.Set(w.accountText())
	dashboard := newChip(lookTab, tr("Dashboard"), w.showDashboard)
	preferences := newChip(lookTab, tr("Settings"), w.showPreferences)
	dashboard.Choose(isDashboard)
	preferences.Choose(!isDashboard)
	refresh := newChip(lookButton, tr("Refresh"), w.refresh)
	refresh.icon = theme.ViewRefreshIcon()
	refresh.Hidden = !isDashboard
	spacer := canvas.NewRectangle(nil)
	header := newPanel(&fyne.Container{
		Layout:  &rowLayout{gap: 16, spacer: spacer},
		Objects: []fyne.CanvasObject{name, dashboard, preferences, spacer, account, refresh},
	})
	header.square, header.padX, header.padY = true, sizeSide, ""
	// container.NewBorder would put the header last in the order of Tab.
	w.put(container.New(layout.NewBorderLayout(header, nil, nil, nil), header, container.NewVScroll(screen)))
}

// put changes the screen. Dialogs belong to the one they were opened on, and no
// secret stays in a form that is left.
func (w *Window) put(screen fyne.CanvasObject) {
	for closeTop(w.window.Canvas()) {
	}
	if w.connect != nil {
		w.connect.Clear()
	}
	w.onDashboard, w.preferences, w.connect = false, nil, nil
	w.window.SetContent(screen)
}
