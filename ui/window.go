package ui

import (
	"context"
	"image"
	"log/slog"
	"sync"
	"time"

	"exotel-monitor/ui/calls"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/alerts"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/connect"
	"exotel-monitor/ui/dashboard"
	"exotel-monitor/ui/data"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/line"
	"exotel-monitor/ui/settings"
	"exotel-monitor/ui/system/instance"
	"exotel-monitor/ui/system/notify"
	"exotel-monitor/ui/system/update"
	"exotel-monitor/ui/text"
)

// Vault keeps an account's credentials. *config.Keyring is one.
type Vault interface {
	Load(context.Context) (config.Credentials, error)
	Save(context.Context, config.Credentials) error
	Forget(context.Context) error
	WebhookSecret(ctx context.Context, of config.Credentials, renew bool) (string, error)
}

// Params is what the window is made of. All fields are required but Env, Demo,
// Link, Bounds, UpdateFeed and Unread.
type Params struct {
	Version  string             // of the program
	Env      config.Credentials // what the environment says of the account
	Demo     bool               // open the demo account at once
	Link     instance.Link      // where to begin
	Bounds   config.Bounds      // of the window when it was last closed
	Settings config.Settings
	Vault    Vault
	DataDir  string          // where the records of incidents are
	Notifier notify.Notifier // tells the user outside the window
	// SetTooltip changes the tooltip of the tray's icon.
	SetTooltip func(string)
	// SaveSettings keeps changed settings for the next start.
	SaveSettings func(config.Settings) error
	// ChangeSettings changes the saved settings, without what the command line said.
	ChangeSettings func(change func(*config.Settings)) error
	// SaveBounds keeps the window's size and place for the next start.
	SaveBounds func(config.Bounds) error
	// Screens are the parts of the screens that no panel covers, in the system's
	// units; the main one first.
	Screens func() []image.Rectangle
	// PlaceOf is where on the screens the content of a window is; not known of one
	// that is not shown, minimised or maximised.
	PlaceOf func(fyne.Window) (content image.Rectangle, known bool)
	// Restore gives a window that is minimised its size back.
	Restore func(fyne.Window)
	Login   settings.LoginStart
	// UpdateFeed is the address of the release feed, where it is not for the user
	// to choose.
	UpdateFeed string
	// LogTail is the last warnings and errors in the log, n at most.
	LogTail func(n int) []string
	// NewClient makes the client of an account.
	NewClient func(config.Credentials, config.Settings) (*exotel.Client, error)
	// StartDemo starts the demo account; close ends it.
	StartDemo func(config.Settings) (account config.Credentials, close func(), err error)
	// Unread is why the saved settings cannot be used; nil if they can. It ends
	// when they are replaced.
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

	dialogs   *kit.Dialogs
	session   *session    // nil unless connected
	endDemo   func()      // nil unless the demo account runs
	format    text.Format // of what the screens say
	dashboard *dashboard.Screen
	tray      *tray
	hasTray   func(context.Context) bool // asks whether the system shows one
	closing   bool                       // what closing the window does is asked, or was
	watched   monitor.Snapshot           // what the watch sees
	received  reception.State            // how heartbeats are received
	stored    account.Stored             // how far the account's calls are stored
	locked    bool                       // the keyring was, when it was last asked
	hidden    bool                       // started in the tray, and not shown since
	appeared  bool                       // shown at least once
	shown     bool                       // and not in the tray, though it may be minimised
	checker   *update.Checker
	updates   settings.Updates

	// The screen that is shown; all nil and false for the waiting screen.
	onDashboard bool
	calls       *calls.Screen
	callsAbout  string // which calls it lists, in words
	alerts      *alerts.Screen
	data        *data.Screen
	phone       *line.Screen
	phoneKey    string // of the ExoPhone on it
	preferences *settings.Screen
	connect     *connect.Screen
	alertsTab   *kit.Chip // in the header

	exporting *export // nil unless calls are exported

	// What usual was asked for last.
	usualChoice refresh.Choice
	usualAt     time.Time
	directory   *exotel.Directory // the account's ExoPhones; nil until they are listed
	questions   sync.WaitGroup    // to the keyring and to Exotel, under way
	looking     sync.WaitGroup    // for newer versions of the program
}

// New builds the window and starts with what it needs: the demo account, the
// environment's, the keyring's, or the question for one. Close ends its work.
func New(ctx context.Context, app fyne.App, p Params) *Window {
	text.Load()
	app.Settings().SetTheme(themeOf(p.Settings.Theme))
	w := &Window{Params: p, ctx: ctx, app: app, window: app.NewWindow("Exotel Monitor"), hasTray: notify.HasTray}
	w.dialogs = &kit.Dialogs{Window: w.window}
	w.window.Resize(p.firstSize())
	w.window.SetPadded(false)
	w.window.SetMaster()
	w.window.SetCloseIntercept(w.onClose)
	w.window.SetOnClosed(func() {
		w.keepBounds()
		w.tray.End()
	})
	w.bindKeys()
	raised := func(show func()) func() {
		return func() {
			show()
			w.raise()
		}
	}
	w.tray = newTray(app, p.SetTooltip, trayActions{
		open: w.raise, refresh: w.refreshAll, snooze: w.snooze, quit: w.quitFromTray, now: w.now,
		alerts: raised(func() { w.leave(w.showAlerts) }), choose: raised(w.showPreferences), news: raised(w.showNews),
	})
	w.checker = update.NewChecker(p.Version, nil, func(r *update.Release, err error) {
		w.Post(func() {
			if ctx.Err() == nil {
				w.applyUpdate(r, err)
			}
		})
	})
	w.allowUpdates()
	w.looking.Go(func() { w.checker.Run(ctx) })
	if p.Unread != nil {
		w.askDefaults()
	} else {
		w.connectFirst()
	}
	return w
}

// connectFirst opens the account that the program starts with, or asks for one.
func (w *Window) connectFirst() {
	switch {
	case w.Demo:
		w.openDemo()
	case w.Env.Complete():
		w.open(w.Env)
	default:
		w.askKeyring()
	}
}

// Close ends the work of the window and waits for it, but not for a disk that hangs.
// The context that New was given must have ended.
func (w *Window) Close() {
	if !within(closeWait, w.questions.Wait) {
		w.Log.Error("a question does not end; the disk or the keyring may hang")
	}
	w.looking.Wait()
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

// confirmServer asks the user about an SSH server that is met for the first time.
func (w *Window) confirmServer(ctx context.Context, host, fingerprint string) bool {
	answer := make(chan bool, 1)
	w.Post(func() {
		if ctx.Err() != nil {
			return
		}
		words := text.Tr("First connection to %s. Its key is\n%s\nCheck it with the server's administrator; if it differs, someone may be intercepting the connection.", host, fingerprint)
		box := w.dialogs.Show(text.Tr("SSH server"), kit.Wrapped(words), 240,
			kit.NewButton(text.Tr("Don't connect"), widget.MediumImportance, func() { answer <- false }),
			kit.NewButton(text.Tr("Key matches, connect"), widget.HighImportance, func() { answer <- true }))
		// Closed without a choice, it is a no; a choice is made right after closing.
		box.SetOnClosed(func() {
			w.Post(func() {
				select {
				case answer <- false:
				default:
				}
			})
		})
	})
	select {
	case <-ctx.Done():
		return false
	case yes := <-answer:
		return yes
	}
}

func (w *Window) openDemo() {
	if w.connectDemo() {
		w.showDashboard()
		w.follow()
	}
}

func (w *Window) connectDemo() bool {
	w.endSession()
	account, end, err := w.StartDemo(w.Settings)
	if err != nil {
		w.showConnect(text.Error(err))
		return false
	}
	w.endDemo = end
	unhurried := w.Settings
	unhurried.RatePerMinute = 0 // the demo account has nobody to spare
	return w.start(account, unhurried)
}

// open shows an account's dashboard.
func (w *Window) open(c config.Credentials) {
	w.endSession()
	if w.start(c, w.Settings) {
		w.showDashboard()
		w.follow()
	}
}

// start connects to an account, or shows what keeps it from that.
func (w *Window) start(c config.Credentials, chosen config.Settings) bool {
	client, err := w.NewClient(c, chosen)
	if err != nil {
		w.showConnect(text.Error(err))
		return false
	}
	w.usualAt = time.Time{}
	w.directory, w.watched, w.received, w.stored = nil, monitor.Snapshot{}, reception.State{}, account.Stored{}
	w.format = text.FormatOf(w.Settings)
	var s *session
	w.dashboard = dashboard.New(w.format, dashboard.Actions{
		Choose: func(c refresh.Choice) { s.worker.Choose(c) },
		AskPeriod: func() {
			dashboard.AskPeriod(w.window, w.chosenPeriod(), client.Now(), client.ClockError(), w.stored.Filling.Oldest, w.dashboard.Filters.ShowPeriod)
		},
		Calls:   w.listCalls,
		Parts:   w.askParts,
		Refresh: func() { s.worker.Refresh() },
		GoOn:    w.loadMissing,
		Cancel:  func() { s.worker.Cancel() },
		Pause:   func() { s.worker.TogglePause() },
		Blind:   w.blindActions(),
		News:    dashboard.NewsActions{Show: w.showNews, Download: w.download, Skip: w.skipUpdate},
		Health:  dashboard.HealthActions{Acknowledge: w.acknowledge, EndSnooze: func() { w.snooze(time.Time{}) }, OpenPhone: w.showPhone, Copy: w.copyText},
	})
	w.dashboard.ApplyHealth(w.watched.Health, false, false)
	s = newSession(w.ctx, c, w.accountOptions(c, client), w.Post, sessionEvents{
		snapshot:  func(shot refresh.Snapshot) { w.apply(shot, client) },
		phones:    w.namePhones,
		tick:      func(now time.Time) { w.tick(now, client) },
		stored:    w.applyStored,
		health:    w.applyHealth,
		reception: w.applyReception,
	})
	w.session = s
	w.showUpdate()
	return true
}
