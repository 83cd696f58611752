package ui

import (
	"context"
	"errors"
	"io"
	"time"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/alerts"
	"exotel-monitor/ui/csvfile"
	"exotel-monitor/ui/text"
)

const (
	readWait   = 10 * time.Second // for the record
	exportWait = time.Minute      // for the record and the file
	testWait   = 30 * time.Second // for a test heartbeat
)

// markAlerts says in the tab whether an alert is open.
func (w *Window) markAlerts() {
	if w.alertsTab == nil {
		return
	}
	if w.watched.Alert != nil {
		w.alertsTab.Set(text.Tr("Alerts · 1 open"))
	} else {
		w.alertsTab.Set(text.Tr("Alerts"))
	}
}

func (w *Window) showAlerts() {
	if w.session == nil {
		return
	}
	now := w.session.client.Now()
	s := alerts.New(w.format, alerts.Actions{
		Dialogs:     w.dialogs,
		Acknowledge: w.acknowledge, Snooze: w.snooze, Pull: w.pull, Export: w.exportAlerts, Blind: w.blindActions(),
		Load: func(f journal.Filter, then func([]journal.Entry, error)) {
			fromRecord(w, func(ctx context.Context, j *journal.Journal) ([]journal.Entry, error) {
				return j.Alerts(ctx, f, alerts.MaxAlerts)
			}, then)
		},
		Find: func(id int64, then func(*journal.Entry, error)) {
			fromRecord(w, func(ctx context.Context, j *journal.Journal) (*journal.Entry, error) { return j.Alert(ctx, id) }, then)
		},
		Odd: func(then func([]journal.Unrecognized, error)) {
			fromRecord(w, func(ctx context.Context, j *journal.Journal) ([]journal.Unrecognized, error) {
				return j.Unrecognized(ctx)
			}, then)
		},
	})
	w.show(s.View, tabAlerts)
	w.alerts = s
	s.Set(w.watched, now)
}

// mostExported is above what any account has on record.
const mostExported = 1_000_000

// exportAlerts asks for a file and writes the incidents into it.
func (w *Window) exportAlerts(f journal.Filter) {
	if w.parts() == nil { // a file would be made for nothing
		w.dialogs.Message(text.Tr("Export"), text.Error(errNotWatching))
		return
	}
	now := w.session.client.Now()
	w.askFile("exotel-incidents-"+now.Format(time.DateOnly)+".csv", func(file io.WriteCloser) { w.exportAlertsTo(file, f, now) })
}

// exportAlertsTo writes the incidents into a file and closes it, whatever happens.
func (w *Window) exportAlertsTo(file io.WriteCloser, f journal.Filter, now time.Time) {
	parts := w.parts()
	inBackground(w, w.ctx, exportWait, func(ctx context.Context) (rows int, err error) {
		defer func() { err = errors.Join(err, file.Close()) }()
		if parts == nil {
			return 0, errNotWatching
		}
		entries, err := parts.Journal.Alerts(ctx, f, mostExported)
		if err != nil {
			return 0, err
		}
		return csvfile.WriteAlerts(file, entries, now, now.Location())
	}, func(rows int, err error) {
		if err != nil {
			w.dialogs.Message(text.Tr("Export"), text.Tr("The file is incomplete: %s", text.Error(err)))
			return
		}
		w.dialogs.Message(text.Tr("Export"), text.Tr("Saved %s (times in %s).", incidentCount(rows), now.Location().String()))
	})
}

func incidentCount(n int) string {
	if n == 1 {
		return text.Tr("1 incident")
	}
	return text.Tr("%d incidents", n)
}
