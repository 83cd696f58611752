package notify

import (
	"context"
	"errors"

	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
)

// Teller hands the notes of a watch to a Notifier.
func Teller(n Notifier) func(context.Context, alert.Note) (journal.DeliveryState, error) {
	return func(ctx context.Context, note alert.Note) (journal.DeliveryState, error) {
		err := n.Notify(ctx, Message{Title: note.Title, Body: note.Body, Urgent: note.Urgent, Sound: note.Sound})
		switch {
		case err == nil:
			return journal.Accepted, nil
		case errors.Is(err, ErrNotReported):
			return journal.Unreported, nil
		default:
			return journal.Refused, err
		}
	}
}
