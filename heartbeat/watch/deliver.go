package watch

import "context"

// deliver sends what is queued, one after the other.
func (w *Watch) deliver(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-w.post:
			if _, err := w.o.Send(ctx, n); err != nil {
				w.o.Log.Warn("a notification was not accepted", "error", err)
			}
		case <-w.mail:
			w.empty(ctx)
		}
	}
}

func (w *Watch) empty(ctx context.Context) {
	for ctx.Err() == nil {
		d, err := w.o.Journal.ToSend()
		if err != nil {
			w.o.Log.Error("notifications wait", "error", err)
			return
		}
		if d == nil {
			return
		}
		state, err := w.o.Send(ctx, d.Note)
		reason := ""
		if err != nil {
			reason = err.Error()
			w.o.Log.Warn("a notification was not accepted", "error", err)
		}
		if err := w.o.Journal.Sent(d.ID, state, reason); err != nil {
			w.o.Log.Error("what became of a notification is not recorded", "error", err)
		}
		w.told.Add(1)
		poke(w.stir)
	}
}
