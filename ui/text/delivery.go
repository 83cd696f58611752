package text

import (
	"time"

	"exotel-monitor/heartbeat/journal"
)

// sendingMost is how long a notification can be on its way. One that says so
// after that was left behind by a program that ended.
const sendingMost = 2 * time.Minute

// Delivery says what became of a notification.
func (f Format) Delivery(d journal.Delivery, now time.Time) string {
	switch {
	case d.State == journal.Accepted:
		return Tr("delivered")
	case d.State == journal.Refused && d.Error == "":
		return Tr("not delivered")
	case d.State == journal.Refused:
		return Tr("not delivered: %s", f.OneLine(d.Error, 300))
	case d.State == journal.Unreported:
		return Tr("sent (delivery unknown)")
	case d.State == journal.Sending && now.Sub(d.At) < sendingMost:
		return Tr("being sent")
	case d.State == journal.Sending, d.State == journal.Interrupted:
		return Tr("unknown (the app closed while sending)")
	default:
		return Tr("waiting to be sent")
	}
}
