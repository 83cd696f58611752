package monitor

import (
	"context"
	"time"
)

// retryDelay is the time after which queued notes are looked for again when the journal
// could not be read.
const retryDelay = 5 * time.Second

// deliver sends the queued notes, one after the other, until ctx ends.
func (m *Monitor) deliver(ctx, recording context.Context) {
	var again <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case d := <-m.unrecorded:
			if _, err := m.o.Send(ctx, d); err != nil {
				m.o.Log.Warn("a notification was not accepted", "error", err)
			}
			continue
		case <-m.queued:
		case <-again:
		}
		again = nil
		if err := m.deliverAll(ctx, recording); err != nil && ctx.Err() == nil {
			m.o.Log.Error("notifications wait", "error", err)
			again = time.After(retryDelay)
		}
	}
}

// deliverAll sends all queued notes.
func (m *Monitor) deliverAll(ctx, recording context.Context) error {
	for ctx.Err() == nil {
		d, err := m.o.Journal.NextDelivery(recording)
		m.mu.Lock()
		m.deliverErr = err
		m.mu.Unlock()
		if err != nil || d == nil {
			return err
		}
		state, err := m.o.Send(ctx, *d)
		if ctx.Err() != nil {
			return nil // nobody knows what became of it; the next start reminds
		}
		reason := ""
		if err != nil {
			reason = err.Error()
			m.o.Log.Warn("a notification was not accepted", "error", err)
		}
		if err := m.o.Journal.RecordDelivery(recording, d.ID, state, reason); err != nil {
			m.o.Log.Error("what became of a notification is not recorded", "error", err)
		}
		m.revision.Add(1)
		signal(m.wake)
	}
	return nil
}
