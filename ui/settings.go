package ui

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/settings"
	"exotel-monitor/ui/text"
)

// showPreferences shows the settings, or leaves them as they are.
func (w *Window) showPreferences() {
	if w.session == nil || w.preferences != nil {
		return
	}
	var p *settings.Screen
	p = settings.New(w.Settings, w.accountText(), settings.Actions{
		Dialogs: w.dialogs,
		Save:    w.changeSettings, Change: func() { w.leave(func() { w.showConnect("") }) }, Forget: func() { w.askForget(p) },
		Shorten: w.askShorten, Replace: w.askReplace, Unusable: func() bool { return w.Unread != nil },
		Copy: w.copyText, Secret: w.askSecret, Find: w.findTunnel, Test: w.testWebhook, Try: w.tryNotification, Reception: w.receptionState,
		Login: w.Login, Feed: w.UpdateFeed, Look: w.lookForUpdate, News: w.showNews,
		Diagnose: w.diagnose, Facts: settings.Facts{Version: w.Version, Folder: w.DataDir},
	})
	p.SetUpdates(w.updates)
	w.showPage(p.View, tabPreferences)
	w.preferences = p
}

// leave goes to another screen, or ends the program, with go on. Settings that are
// not saved are asked about first, and staying does nothing.
func (w *Window) leave(goOn func()) {
	p := w.preferences
	if p == nil || !p.Unsaved() {
		goOn()
		return
	}
	for w.dialogs.CloseTop() { // the same question, perhaps
	}
	w.dialogs.Show(text.Tr("Unsaved changes"), kit.Wrapped(text.Tr("You changed the settings and haven't saved them.")), 170,
		kit.NewButton(text.Tr("Stay"), widget.MediumImportance, nil),
		kit.NewButton(text.Tr("Discard"), widget.MediumImportance, goOn),
		kit.NewButton(text.Tr("Save"), widget.HighImportance, func() { p.SaveThen(goOn) }))
}

// askForget removes the stored keys, once the user is sure.
func (w *Window) askForget(from *settings.Screen) {
	s := w.session
	forget := func() {
		from.Busy(true)
		inBackground(w, w.ctx, config.UnlockWait, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, w.Vault.Forget(ctx)
		}, func(_ struct{}, err error) {
			from.Busy(false)
			switch {
			case err != nil && !errors.Is(err, config.ErrNoKeyring):
				from.Say(text.Error(err), theme.ColorNameError)
				if w.preferences != from {
					w.dialogs.Message(text.Tr("Remove keys"), text.Error(err))
				}
			case w.session == s: // no other account was opened meanwhile
				w.endSession()
				note := ""
				if w.Env.Complete() {
					note = text.Tr("An account is also set in environment variables; the next start will use it again.")
				}
				w.showConnect(note)
			}
		})
	}
	w.dialogs.Confirm(text.Tr("Remove keys"), text.Tr("Remove the account's keys from this computer's keyring? Exotel is not changed."),
		text.Tr("Remove keys"), forget)
}

// changeSettings keeps new settings and starts over with them: the zone and
// the rate are the client's for life.
func (w *Window) changeSettings(s config.Settings) error {
	s.TrayExplained, s.UpdateSkip = w.Settings.TrayExplained, w.Settings.UpdateSkip
	if err := w.SaveSettings(s); err != nil {
		return err
	}
	if s.Theme != w.Settings.Theme {
		w.app.Settings().SetTheme(themeOf(s.Theme))
	}
	w.Settings, w.Unread = s, nil
	w.allowUpdates()
	w.restart()
	return nil
}

// themeOf is the theme of the window for a choice of the settings.
func themeOf(choice string) fyne.Theme {
	switch choice {
	case config.ThemeLight:
		return kit.NewThemeIn(theme.VariantLight)
	case config.ThemeDark:
		return kit.NewThemeIn(theme.VariantDark)
	default:
		return kit.NewTheme()
	}
}

// restart connects anew to the account that is shown, and stays on the screen.
// One that shows the old session is made anew.
func (w *Window) restart() {
	connected, choice := false, w.dashboard.Filters.Choice
	if w.endDemo != nil {
		connected = w.connectDemo()
	} else {
		account := w.session.account
		w.endSession()
		connected = w.start(account, w.Settings)
	}
	if connected {
		w.dashboard.Filters.Mark(choice)
		w.session.worker.Choose(choice)
	}
	switch {
	case !connected:
	case w.alerts != nil:
		w.showAlerts()
	case w.data != nil:
		w.showData()
	case w.onDashboard, w.phone != nil:
		w.showDashboard()
	}
}
