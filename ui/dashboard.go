package ui

import (
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

// What the window does while an account is connected.

func (w *Window) apply(s refresh.Snapshot, client *exotel.Client) {
	w.dashboard.Apply(s, client.ClockSkew(), client.PausedUntil())
	w.dashboard.ApplyRefused(client.Refused())
	if w.data != nil {
		w.data.SetRange(w.dashboard.Shown)
	}
	if w.calls != nil && !s.Loading {
		w.calls.Refresh(s.Now)
	}
	if _, _, down := w.watched.Health.Affected(); down > 1 { // their order is that of their calls
		w.applyHealth(w.watched)
	}
	w.offerPhones()
}

func (w *Window) tick(now time.Time, client *exotel.Client) {
	w.tray.Tick(now)
	w.dashboard.ApplyRefused(client.Refused())
	if w.onDashboard { // what cannot be seen is not drawn
		w.dashboard.Tick(now, client.PausedUntil())
	}
	if w.alerts != nil {
		w.alerts.Tick(now)
	}
	if w.data != nil {
		w.data.Tick(now)
	}
	w.tickExport()
	w.showPhoneHealth(now)
}

func (w *Window) namePhones(d *exotel.Directory) {
	w.directory = d
	w.offerPhones()
}

// offerPhones lets the user choose among the account's numbers, and those that
// occur in the calls.
func (w *Window) offerPhones() {
	w.dashboard.Filters.SetPhones(w.directory, w.dashboard.Shown.ExoPhones, w.watched.Health)
}

// chosenPeriod is the days that were chosen last, whether or not their figures
// are there yet.
func (w *Window) chosenPeriod() metrics.Period {
	d := w.dashboard
	if d.Filters.Choice.Range == metrics.AllStored && d.Shown.Choice.Range == metrics.AllStored {
		return d.Shown.Period // only the store knows which days these are
	}
	return d.Filters.Choice.Period(w.session.client.Now())
}

// refresh asks anew for what is on the screen.
func (w *Window) refresh() {
	switch {
	case w.session == nil:
	case w.onDashboard, w.data != nil:
		w.refreshAll()
	case w.alerts != nil, w.phone != nil:
		w.pull()
	}
}

func (w *Window) refreshAll() {
	if w.session != nil {
		w.session.worker.Refresh()
		w.pull()
	}
}

// now is the time in the account's zone.
func (w *Window) now() time.Time {
	if w.session == nil {
		return time.Now()
	}
	return w.session.client.Now()
}
