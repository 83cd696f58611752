package alert

import (
	"time"

	"exotel-monitor/heartbeat"
)

// notify decides of what the user is notified.
func (p *Policy) notify(dec *Decision, h heartbeat.Health, rules Rules) {
	now := h.At
	quiet := rules.quiet(now)
	if !quiet && !now.Before(p.SnoozedUntil) {
		p.summarize(dec, h, rules)
	}
	a := p.Current
	if a == nil {
		return
	}
	silent := now.Before(p.SnoozedUntil) || quiet && !(rules.CriticalAnyway && a.Worst == heartbeat.Critical)
	switch {
	case !a.Open():
		p.notifyEnd(dec, h, rules, silent, quiet)
	case silent:
	case a.HasNews && p.isGathering(h):
	case a.HasNews && !rules.wantsNews(a): // it may get worse
	case a.HasNews:
		dec.Notes = append(dec.Notes, announcement(a, h, rules))
		a.HasNews, a.NotifiedAt, a.Reminders, a.Announced = false, now, 0, true
		dec.update(a)
	case !isTrouble(h): // nobody knows whether it persists
	case a.Announced && a.Acknowledged.IsZero() && a.Reminders < len(reminderDelays) && now.Sub(a.NotifiedAt) >= reminderDelays[a.Reminders]:
		for a.Reminders < len(reminderDelays) && now.Sub(a.NotifiedAt) >= reminderDelays[a.Reminders] {
			a.Reminders++ // after sleep, one reminder stands for all that were missed
		}
		dec.update(a)
		if rules.wantsNews(a) {
			dec.Notes = append(dec.Notes, reminder(a, h, rules))
		}
	}
}

// Polls bring the news of one outage number by number. It is gathered until none came for
// a while.
const (
	gatherQuiet = 10 * time.Second
	maxGather   = time.Minute
)

// isGathering reports whether more news may follow soon. A heartbeat is complete.
func (p *Policy) isGathering(h heartbeat.Health) bool {
	return (h.LastOrigin == heartbeat.Polled || h.BlindErr != nil) && within(h.At.Sub(p.lastNews), gatherQuiet) && within(h.At.Sub(p.gatheringSince), maxGather)
}

func within(d, most time.Duration) bool { return d >= 0 && d < most }

// notifyEnd notifies the user of the end of an alert, now or later, if the user was
// notified of its beginning.
func (p *Policy) notifyEnd(dec *Decision, h heartbeat.Health, rules Rules, silent, quiet bool) {
	a := p.Current
	switch {
	case silent && quiet:
		a.Held = true
		dec.update(a)
		p.Held = append(p.Held, a)
		p.Current = nil
	case silent:
	default:
		if a.Announced {
			dec.Notes = append(dec.Notes, recovery(a, h, rules))
		}
		p.finish(dec)
	}
}

// finish ends the work on the current alert.
func (p *Policy) finish(dec *Decision) {
	p.Current.Done = true
	dec.update(p.Current)
	p.Current = nil
}

// summarize notifies the user after quiet hours of what happened in them.
func (p *Policy) summarize(dec *Decision, h heartbeat.Health, rules Rules) {
	if len(p.Held) == 0 {
		return
	}
	over := 0
	var wanted []*Alert
	for _, a := range p.Held {
		a.Done = true
		dec.update(a)
		if a.Announced || rules.wantsAfter(a) {
			wanted = append(wanted, a)
			over++
		}
	}
	p.Held = nil
	if open := p.Current; open != nil && open.Open() && open.HasNews && rules.wantsNews(open) {
		wanted = append(wanted, open)
		open.HasNews, open.Reminders = false, 0
		dec.update(open)
	}
	for _, a := range wanted {
		a.Announced, a.NotifiedAt = true, h.At
	}
	if len(wanted) > 0 {
		dec.Notes = append(dec.Notes, summary(wanted, over, h.At, rules))
	}
}

// RemindSoon makes a reminder due, because nobody knows whether the user saw the last
// notification.
func (a *Alert) RemindSoon() {
	if !a.HasNews { // the user will be notified anyway
		a.NotifiedAt, a.Reminders = a.NotifiedAt.Add(-reminderDelays[0]), 0
	}
}
