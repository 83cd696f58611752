package ui

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2/container"

	"exotel-monitor/exotel"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/connect"
	"exotel-monitor/ui/text"
)

// This file finds the account to show: in the keyring, from the user, or the
// demo's. Every question to the keyring or to Exotel is asked in the background.

// askKeyring looks for a stored account, without holding up the window.
func (w *Window) askKeyring() {
	ctx, cancel := context.WithCancel(w.ctx)
	screen := connect.NewWaiting(cancel)
	w.put(screen)
	inBackground(w, ctx, config.UnlockWait, w.Vault.Load, func(stored config.Credentials, err error) {
		cancel()
		w.locked = errors.Is(err, config.ErrLocked)
		account := w.Env.Over(stored)
		switch {
		case w.window.Content() != screen: // the user went on to something else
		case err == nil && account.Complete():
			w.open(account)
		case err == nil, errors.Is(err, config.ErrNotStored):
			w.showConnect("")
		case errors.Is(err, config.ErrNoDefault):
			w.showConnect(text.Error(err))
		case w.locked:
			w.showConnect(text.Tr("The keyring was not unlocked, so stored keys couldn't be read. Try it again, or enter the keys here."))
		default:
			w.Log.Warn("no keyring", "error", err)
			w.showConnect(text.Tr("No usable keyring found. Keys are kept only until you quit."))
		}
	})
}

// showConnect asks for an account. note, if any, says why.
func (w *Window) showConnect(note string) {
	known := w.Env
	actions := connect.Actions{
		Test:    func(c config.Credentials) { w.try(c, nil) },
		Connect: func(c config.Credentials) { w.try(c, w.keep) },
		Demo:    w.openDemo,
	}
	if w.locked {
		actions.Unlock = w.askKeyring
	}
	if w.session != nil {
		actions.Back = w.showDashboard
		if w.endDemo == nil {
			known.BaseURL, known.SID = w.session.account.BaseURL, w.session.account.SID
		}
	} else {
		w.tray.Leave() // how an account was that is gone is no news
	}
	form := connect.New(known, actions)
	w.put(container.NewVScroll(form.View))
	w.connect = form
	if note != "" {
		form.Ready(note, false)
	}
	if w.hidden { // nothing is watched before somebody answers
		w.appear()
	}
	w.window.Canvas().Focus(form.Key)
}

const tryFor = 45 * time.Second

// try tests an account and says in words what came of it; then goes on with a
// connection that works.
func (w *Window) try(c config.Credentials, then func(config.Credentials)) {
	form := w.connect
	if err := c.Check(); err != nil {
		form.Ready(text.Error(err), false)
		return
	}
	client, err := w.NewClient(c, w.Settings)
	if err != nil {
		form.Ready(text.Error(err), false)
		return
	}
	ctx, cancel := context.WithCancel(w.ctx)
	form.Busy(text.Tr("Asking Exotel…"), text.Tr("Cancel"), cancel)
	inBackground(w, ctx, tryFor, func(ctx context.Context) (exotel.Account, error) {
		defer client.Close()
		return client.Probe(ctx)
	}, func(a exotel.Account, err error) {
		canceled := ctx.Err() != nil
		cancel()
		switch {
		case w.connect != form:
		case canceled:
			form.Ready(text.Tr("Cancelled."), false)
		case err != nil:
			form.Ready(text.Error(err), false)
		case then != nil:
			then(c)
		default:
			form.Ready(text.Tr("Connected to %s.", accountName(a, c)), true)
		}
	})
}

func accountName(a exotel.Account, c config.Credentials) string {
	if a.Name != "" && a.Name != c.SID {
		return a.Name + " (" + c.SID + ")"
	}
	return c.SID
}

// keep stores credentials that work and opens the dashboard. Where they cannot
// be stored it asks whether this run is enough; they are never written elsewhere.
func (w *Window) keep(c config.Credentials) {
	form := w.connect
	ctx, cancel := context.WithCancel(w.ctx)
	form.Busy(text.Tr("Saving to the keyring. Enter its password if prompted."), text.Tr("Continue without it"), cancel)
	inBackground(w, ctx, config.UnlockWait, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, w.Vault.Save(ctx, c)
	}, func(_ struct{}, err error) {
		cancel()
		if w.connect != form {
			return
		}
		if err == nil {
			w.open(c)
			return
		}
		w.Log.Warn("credentials were not stored", "error", err)
		form.Ready(text.Error(err), false)
		w.dialogs.Confirm(text.Tr("Keys not saved"),
			text.Tr("Couldn't save to the keyring. Use the keys until you quit? They aren't written to disk; you'll be asked again next time."),
			text.Tr("Use until I quit"), func() { w.open(c) })
	})
}

// accountText names the account that is shown.
func (w *Window) accountText() string {
	if w.endDemo != nil {
		return text.Tr("Demo account")
	}
	region := w.session.account.BaseURL
	if base, err := exotel.ParseBaseURL(region); err == nil {
		switch base.String() {
		case exotel.Singapore:
			region = text.Tr("Singapore")
		case exotel.Mumbai:
			region = text.Tr("Mumbai")
		default:
			region = base.Host
		}
	}
	return w.session.account.SID + " · " + region
}
