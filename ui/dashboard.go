package ui

import (
	"context"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/pattern"
	"exotel-monitor/metrics/refresh"
)

// What the window does while an account is connected.

func (w *Window) apply(s refresh.Snapshot, client *exotel.Client) {
	w.dashboard.Apply(s, client.ClockSkew(), client.PausedUntil())
	w.dashboard.ApplyRefused(client.AccessErr())
	if w.data != nil {
		w.data.SetRange(w.dashboard.Shown)
	}
	w.askUsual()
	w.askParts(w.dashboard.ShowsAgents())
	if w.calls != nil && !s.Loading {
		w.calls.Refresh(s.Now)
	}
	if _, _, down := w.watched.Health.AffectedCounts(); down > 1 { // their order is that of their calls
		w.applyHealth(w.watched)
	}
	w.offerPhones()
}

func (w *Window) tick(now time.Time, client *exotel.Client) {
	w.tray.Tick(now)
	w.dashboard.ApplyRefused(client.AccessErr())
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

// askUsual asks the stored calls what is usual for those on the dashboard, once for each
// snapshot of a single day.
func (w *Window) askUsual() {
	s := &w.dashboard.Shown
	parts := w.parts()
	if parts == nil || s.Summary == nil || s.Loading || s.Period.Days() != 1 {
		return
	}
	if s.Choice == w.usualChoice && s.AsOf.Equal(w.usualAt) {
		return
	}
	w.usualChoice, w.usualAt = s.Choice, s.AsOf
	session, q, date, now := w.session, s.Query, s.Period.From, s.AsOf.In(s.Now.Location())
	inBackground(w, w.ctx, readWait, func(ctx context.Context) (pattern.Usual, error) {
		return pattern.ReadUsual(ctx, parts.Store.Calls, q, date, now)
	}, func(u pattern.Usual, err error) {
		switch {
		case w.session != session:
		case err != nil:
			w.Log.Warn("what is usual is not known", "error", err)
		default:
			w.dashboard.ApplyUsual(u, q)
		}
	})
}

// traceDays is the number of days that the dashboard's table shows of each line.
const traceDays = 14

// askParts asks the stored calls for the lines or agents of those on the dashboard.
func (w *Window) askParts(agents bool) {
	s := &w.dashboard.Shown
	parts := w.parts()
	if parts == nil || s.Summary == nil || s.Loading {
		return
	}
	session, q, by := w.session, s.Query, calls.ByLine
	if agents {
		by = calls.ByAgent
	}
	trace := metrics.Period{From: s.Period.To.Add(1 - traceDays), To: s.Period.To}
	var unreached calls.Unreached
	inBackground(w, w.ctx, readWait, func(ctx context.Context) (list []calls.Part, err error) {
		if unreached, err = calls.ReadUnreached(ctx, parts.Store.Calls, q); err != nil {
			return nil, err
		}
		return calls.Parts(ctx, parts.Store.Calls, q, by, trace)
	}, func(list []calls.Part, err error) {
		switch {
		case w.session != session:
		case err != nil:
			w.Log.Warn("the figures of lines are not known", "error", err)
		default:
			w.dashboard.ApplyParts(list, agents, unreached, q)
		}
	})
}
