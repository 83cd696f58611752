package watch

import (
	"context"
	"time"

	"exotel-monitor/heartbeat/alert"
)

// sendAgain is how long after the record could not be read queued notes are
// looked for again.
const sendAgain = 5 * time.Second

// deliver sends what is queued, one after the other, until ctx ends.
func (w *Watch) deliver(ctx, recording context.Context) {
	var again <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-w.post:
			if _, err := w.o.Send(ctx, n); err != nil {
				w.o.Log.Warn("a notification was not accepted", "error", err)
			}
			continue
		case <-w.mail:
		case <-again:
		}
		again = nil
		if err := w.empty(ctx, recording); err != nil && ctx.Err() == nil {
			w.o.Log.Error("notifications wait", "error", err)
			again = time.After(sendAgain)
		}
	}
}

// empty sends all queued notes.
func (w *Watch) empty(ctx, recording context.Context) error {
	for ctx.Err() == nil {
		d, err := w.o.Journal.ToSend(recording)
		w.mu.Lock()
		w.undelivered = err
		w.mu.Unlock()
		if err != nil || d == nil {
			return err
		}
		note := d.Note
		if d.AlertID != 0 {
			note.Alert = &alert.Alert{ID: d.AlertID} // a click on it leads there
		}
		state, err := w.o.Send(ctx, note)
		if ctx.Err() != nil {
			return nil // nobody knows what became of it; the next start reminds
		}
		reason := ""
		if err != nil {
			reason = err.Error()
			w.o.Log.Warn("a notification was not accepted", "error", err)
		}
		if err := w.o.Journal.Sent(recording, d.ID, state, reason); err != nil {
			w.o.Log.Error("what became of a notification is not recorded", "error", err)
		}
		w.told.Add(1)
		poke(w.stir)
	}
	return nil
}
