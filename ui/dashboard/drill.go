package dashboard

import (
	"slices"
	"strings"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/ui/text"
)

// missed are the statuses of the card Missed.
var missed = []metrics.Status{metrics.NoAnswer, metrics.Busy, metrics.Failed, metrics.Canceled}

// The cards, in their order on the screen.
const (
	cardCalls = iota
	cardAnswerRate
	cardDuration
	cardPeak
	cardMissed
	cardUnreached
)

// showCard lists the calls behind a card's figure.
func (d *Screen) showCard(i int) {
	q := d.Shown.Query
	switch i {
	case cardCalls:
		d.list(q, "")
	case cardAnswerRate:
		d.list(only(q, metrics.Answered), text.Tr("Answered"))
	case cardDuration:
		q.Order.By = calls.Duration
		d.list(only(q, metrics.Answered), text.Tr("Answered, longest first"))
	case cardPeak:
		if d.Shown.Summary == nil {
			return
		}
		if peak, ok := d.Shown.Summary.PeakHour(); ok {
			d.showHours(peak.Hours...)
		}
	case cardMissed:
		d.list(only(q, missed...), text.Tr("Missed"))
	case cardUnreached:
		if u := d.unreached; u != nil && len(u.Callers) > 0 {
			q.Callers, q.Directions, q.Outcomes = u.Callers, []calls.Direction{calls.Inbound}, calls.Misses()
			d.list(q, text.TrN(len(u.Callers), "of %s callers who reached nobody", d.format.Count(len(u.Callers))))
		}
	}
}

// showHours lists the calls of hours of the day.
func (d *Screen) showHours(hours ...int) {
	q := d.Shown.Query
	q.Hours = hours
	var names []string
	for _, hour := range hours {
		names = append(names, d.format.HourRange(hour))
	}
	d.list(q, strings.Join(names, ", "))
}

// only narrows a query to some statuses. Where it has others already, none is left.
func only(q calls.Query, statuses ...metrics.Status) calls.Query {
	if len(q.Statuses) == 0 {
		q.Statuses = statuses
		return q
	}
	q.Statuses = slices.DeleteFunc(slices.Clone(q.Statuses), func(s metrics.Status) bool { return !slices.Contains(statuses, s) })
	if len(q.Statuses) == 0 {
		q.Hours = []int{-1} // no call is of it
	}
	return q
}

// list shows calls; also says which of the figures' calls they are, "" for all.
func (d *Screen) list(q calls.Query, also string) {
	if d.Shown.Summary != nil {
		d.Actions.Calls(q, text.Dotted(d.About(), also))
	}
}
