package alert

import (
	"time"

	"exotel-monitor/heartbeat"
)

// tell decides what has to be told of the health.
func (d *Desk) tell(dec *Decision, h heartbeat.Health, rules Rules) {
	now := h.At
	quiet := rules.quiet(now)
	if !quiet && !now.Before(d.Snoozed) {
		d.sumUp(dec, h, rules)
	}
	a := d.Current
	if a == nil {
		return
	}
	silent := now.Before(d.Snoozed) || quiet && !(rules.CriticalAnyway && a.Worst == heartbeat.Critical)
	switch {
	case !a.Open():
		d.tellEnd(dec, h, rules, silent, quiet)
	case silent:
	case a.Untold && d.gathers(h):
	case a.Untold && !rules.wantsNews(a): // it may get worse
	case a.Untold:
		dec.Notes = append(dec.Notes, announcement(a, h, rules))
		a.Untold, a.Told, a.Reminded, a.Announced = false, now, 0, true
		dec.of(a)
	case !trouble(h): // that it lasts is not known
	case a.Announced && a.Acknowledged.IsZero() && a.Reminded < len(reminders) && now.Sub(a.Told) >= reminders[a.Reminded]:
		for a.Reminded < len(reminders) && now.Sub(a.Told) >= reminders[a.Reminded] {
			a.Reminded++ // after sleep, one reminder stands for all that were missed
		}
		dec.of(a)
		if rules.wantsNews(a) {
			dec.Notes = append(dec.Notes, reminder(a, h, rules))
		}
	}
}

// Numbers that are asked for come one after the other, and so does the news of
// one outage: it is gathered until none came for a while.
const (
	gatherQuiet = 10 * time.Second
	gatherMost  = time.Minute
)

// gathers reports whether more news may follow soon. What Exotel pushes is whole.
func (d *Desk) gathers(h heartbeat.Health) bool {
	return (h.Spoke == heartbeat.Pulled || h.Blind != nil) && within(h.At.Sub(d.news), gatherQuiet) && within(h.At.Sub(d.gathered), gatherMost)
}

func within(d, most time.Duration) bool { return d >= 0 && d < most }

// tellEnd tells that the alert is over, now or later, to whom was told that it
// began.
func (d *Desk) tellEnd(dec *Decision, h heartbeat.Health, rules Rules, silent, quiet bool) {
	a := d.Current
	switch {
	case silent && quiet:
		a.Held = true
		dec.of(a)
		d.Held = append(d.Held, a)
		d.Current = nil
	case silent:
	default:
		if a.Announced {
			dec.Notes = append(dec.Notes, recovery(a, h, rules))
		}
		d.retire(dec)
	}
}

// retire ends the work on the current alert.
func (d *Desk) retire(dec *Decision) {
	d.Current.Done = true
	dec.of(d.Current)
	d.Current = nil
}

// sumUp tells after quiet hours what happened in them.
func (d *Desk) sumUp(dec *Decision, h heartbeat.Health, rules Rules) {
	if len(d.Held) == 0 {
		return
	}
	over := 0
	var wanted []*Alert
	for _, a := range d.Held {
		a.Done = true
		dec.of(a)
		if a.Announced || rules.wantsAfter(a) {
			wanted = append(wanted, a)
			over++
		}
	}
	d.Held = nil
	if open := d.Current; open != nil && open.Open() && open.Untold && rules.wantsNews(open) {
		wanted = append(wanted, open)
		open.Untold, open.Reminded = false, 0
		dec.of(open)
	}
	for _, a := range wanted {
		a.Announced, a.Told = true, h.At
	}
	if len(wanted) > 0 {
		dec.Notes = append(dec.Notes, summary(wanted, over, h.At, rules))
	}
}

// RemindSoon makes a reminder due, because it is not known whether the alert was
// really told.
func (a *Alert) RemindSoon() {
	if !a.Untold { // what is new will be told anyway
		a.Told, a.Reminded = a.Told.Add(-reminders[0]), 0
	}
}
