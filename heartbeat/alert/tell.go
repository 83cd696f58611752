package alert

import "exotel-monitor/heartbeat"

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
	case a.News.After(a.Told):
		a.Told, a.Reminded = now, 0
		dec.of(a)
		if rules.wants(a.Level) {
			a.Announced = true
			dec.Notes = append(dec.Notes, announcement(a, h, rules))
		}
	case !trouble(h): // that it lasts is not known
	case a.Announced && a.Acknowledged.IsZero() && a.Reminded < len(reminders) && now.Sub(a.Told) >= reminders[a.Reminded]:
		for a.Reminded < len(reminders) && now.Sub(a.Told) >= reminders[a.Reminded] {
			a.Reminded++ // after sleep, one reminder stands for all that were missed
		}
		dec.of(a)
		if rules.wants(a.Level) {
			dec.Notes = append(dec.Notes, reminder(a, h, rules))
		}
	}
}

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
		if a.Announced || rules.wants(a.Worst) {
			wanted = append(wanted, a)
			over++
		}
	}
	d.Held = nil
	if open := d.Current; open != nil && open.Open() && open.News.After(open.Told) && rules.wants(open.Level) {
		wanted = append(wanted, open)
		open.Told, open.Reminded, open.Announced = h.At, 0, true
		dec.of(open)
	}
	if len(wanted) > 0 {
		dec.Notes = append(dec.Notes, summary(wanted, over, h.At, rules))
	}
}

// RemindSoon makes a reminder due, because it is not known whether the alert was
// really told.
func (a *Alert) RemindSoon() {
	if a.News.After(a.Told) {
		return // what is new will be told anyway
	}
	a.Told, a.Reminded = a.Told.Add(-reminders[0]), 0
	a.News = a.Told
}
