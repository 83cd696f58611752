package notify

import (
	"context"
	"errors"

	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/system/instance"
)

// Teller hands the notes of a monitor to a Notifier, with their phone numbers hidden
// if the user chose that. A click on one leads to its alert, or to the list of alerts
// if it is a summary or its alert is not on record.
func Teller(n Notifier, hideNumbers bool) func(context.Context, journal.Delivery) (journal.DeliveryState, error) {
	return func(ctx context.Context, d journal.Delivery) (journal.DeliveryState, error) {
		if hideNumbers {
			d.Title, d.Body = HideNumbers(d.Title), HideNumbers(d.Body)
		}
		err := n.Notify(ctx, Message{Title: d.Title, Body: d.Body, Urgent: d.Urgent, Sound: d.Sound, Opens: place(d)})
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

func place(d journal.Delivery) instance.Link {
	switch d.Kind {
	case alert.Trial:
		return instance.Link{}
	case alert.Summary:
		return instance.Link{Screen: instance.Alerts}
	default:
		return instance.Link{Screen: instance.Alerts, ID: d.AlertID}
	}
}
