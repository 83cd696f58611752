package notify

import (
	"context"
	"errors"

	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/system/instance"
)

// Teller hands the notes of a watch to a Notifier, with their phone numbers hidden
// if the user chose that. A click on one leads to its alert, or to all of them if
// it sums up several.
func Teller(n Notifier, hideNumbers bool) func(context.Context, alert.Note) (journal.DeliveryState, error) {
	return func(ctx context.Context, note alert.Note) (journal.DeliveryState, error) {
		if hideNumbers {
			note.Title, note.Body = HideNumbers(note.Title), HideNumbers(note.Body)
		}
		err := n.Notify(ctx, Message{Title: note.Title, Body: note.Body, Urgent: note.Urgent, Sound: note.Sound, Opens: place(note)})
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

func place(note alert.Note) instance.Link {
	switch {
	case note.Kind == alert.Trial:
		return instance.Link{}
	case note.Alert == nil:
		return instance.Link{Screen: instance.Alerts}
	default:
		return instance.Link{Screen: instance.Alerts, ID: note.Alert.ID}
	}
}
