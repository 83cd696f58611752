package ui

import (
	"context"
	"time"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/alerts"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/line"
)

// showPhoneHealth brings the screen of an ExoPhone up to date, if it is shown.
func (w *Window) showPhoneHealth(now time.Time) {
	if w.phone == nil {
		return
	}
	if health, ok := phoneOf(w.watched.Health, w.phoneKey); ok {
		w.phone.Set(health, now)
	}
	w.phone.SetNotice(kit.BlindNotice(w.watched.Health, nil, w.format, w.blindActions()))
}

func phoneOf(h heartbeat.Health, key string) (heartbeat.PhoneHealth, bool) {
	for _, p := range h.Phones {
		if p.Key == key {
			return p, true
		}
	}
	return heartbeat.PhoneHealth{}, false
}

func (w *Window) showPhone(key string) {
	health, ok := phoneOf(w.watched.Health, key)
	if w.session == nil || !ok {
		return
	}
	now := w.session.client.Now()
	s := line.New(health, w.format, now, line.Actions{
		Copy: w.copyText, Close: w.showDashboard,
		Load: func(key string, then func(line.History, error)) {
			fromRecord(w, func(ctx context.Context, j *journal.Journal) (line.History, error) {
				return readPhone(ctx, j, key, now)
			}, then)
		},
	})
	w.show(s.View, tabNone)
	w.phone, w.phoneKey = s, key
	w.showPhoneHealth(now)
	w.window.Canvas().Focus(s.Back)
}

func readPhone(ctx context.Context, j *journal.Journal, key string, now time.Time) (line.History, error) {
	history := line.History{Spans: map[heartbeat.Direction][]journal.Span{}}
	for _, direction := range heartbeat.Directions {
		spans, err := j.Spans(ctx, key, direction, now.Add(-line.HistoryLength))
		if err != nil {
			return history, err
		}
		history.Spans[direction] = spans
	}
	var err error
	history.Entries, err = j.Alerts(ctx, journal.Filter{Key: key, From: now.Add(-line.HistoryLength)}, alerts.MaxAlerts)
	return history, err
}
