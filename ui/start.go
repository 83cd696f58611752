package ui

import (
	"context"
	"time"

	"exotel-monitor/ui/system/instance"
)

// This file is how the window begins, comes back and ends.

// The tray of a desktop may come some seconds after the program at login.
const (
	trayWait  = 10 * time.Second
	trayPause = 250 * time.Millisecond // between two looks
)

// Run runs the program's window until it quits. A hidden one starts in the tray,
// and shows itself where there is none, or where something is asked before an
// account is watched.
func (w *Window) Run(hidden bool) {
	w.begin(hidden)
	w.app.Run()
}

func (w *Window) begin(hidden bool) {
	if w.hidden = hidden && w.connect == nil && w.Unread == nil; !w.hidden {
		w.appear()
		return
	}
	inBackground(w, w.ctx, trayWait, func(ctx context.Context) (bool, error) {
		again := time.NewTicker(trayPause)
		defer again.Stop()
		for !w.hasTray(ctx) {
			select {
			case <-ctx.Done():
				return false, nil
			case <-again.C:
			}
		}
		return true, nil
	}, func(has bool, _ error) {
		if !has && w.hidden {
			w.appear()
		}
	})
}

// appear shows the window, also from the tray or from being minimised.
func (w *Window) appear() {
	comes := !w.shown
	if comes {
		w.place()
	}
	w.hidden, w.appeared, w.shown = false, true, true
	w.window.Show()
	w.Restore(w.window)
	if comes {
		w.fit()
	}
}

// raise shows the window in front of all others.
func (w *Window) raise() {
	w.appear()
	w.window.RequestFocus()
}

// Quit ends the program. A window that was never shown cannot be closed.
func (w *Window) Quit() {
	w.window.Close()
	if !w.appeared {
		w.tray.End()
		w.app.Quit()
	}
}

// Open raises the window and goes where a link leads, as soon as an account is
// connected. The zero Link leaves the screen as it is.
func (w *Window) Open(l instance.Link) {
	follow := func() {
		w.Link = l
		w.follow()
	}
	switch {
	case l == instance.Link{}:
	case l.Screen == instance.Settings:
		follow()
	default:
		w.leave(follow)
	}
	w.raise()
}

// follow goes where the last link leads, if it can.
func (w *Window) follow() {
	if w.session == nil {
		return
	}
	l := w.Link
	w.Link = instance.Link{}
	switch l.Screen {
	case instance.Dashboard:
		w.showDashboard()
	case instance.Alerts:
		w.showAlerts()
		if l.ID != 0 && (l.Account == "" || l.Account == accountOf(w.session.account)) {
			w.alerts.OpenAlert(l.ID)
		}
	case instance.Data:
		w.showData()
	case instance.Settings:
		w.showPreferences()
	}
}

// Door hands the links of later copies of the program to the window of this one,
// which may not be made yet.
type Door struct {
	ctx  context.Context
	do   func(func())
	made chan struct{}
	w    *Window
}

// NewDoor returns a door that is there until ctx ends. do hands a function to
// Fyne's goroutine.
func NewDoor(ctx context.Context, do func(func())) *Door {
	return &Door{ctx: ctx, do: do, made: make(chan struct{})}
}

// Lead has links lead to the window from now on. Call it once.
func (d *Door) Lead(w *Window) {
	d.w = w
	close(d.made)
}

// Open raises the window and goes where a link leads, and reports whether it did:
// one that is closing does not. It is for other goroutines than Fyne's.
func (d *Door) Open(l instance.Link) bool {
	select {
	case <-d.made:
	case <-d.ctx.Done():
		return false
	}
	shown := make(chan struct{})
	d.do(func() {
		if d.ctx.Err() == nil {
			d.w.Open(l)
			close(shown)
		}
	})
	select {
	case <-shown:
		return true
	case <-d.ctx.Done():
		return false
	}
}
