package alert

import (
	"cmp"
	"slices"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
)

// reminderDelays are the times from a notification to its reminders, unless the alert is
// acknowledged.
var reminderDelays = []time.Duration{15 * time.Minute, 60 * time.Minute}

// Policy follows the health and decides of what the user is notified. Its exported fields
// are all of its state: it can be stopped at any moment and restored from them. It is not
// safe for concurrent use.
type Policy struct {
	// Current is the open alert, or one whose end the user was not notified of yet; nil
	// for none.
	Current *Alert
	// Held are alerts that ended in quiet hours and wait for the summary.
	Held []*Alert
	// SnoozedUntil is the time until which the user is not notified.
	SnoozedUntil time.Time

	// gatheringSince is when the gathering of news began, and lastNews when the last of
	// it came. Neither survives a restart.
	gatheringSince, lastNews time.Time
}

// Decision is the result of an evaluation.
type Decision struct {
	Updates []*Update // to be saved
	Notes   []Note    // to be delivered, in order
}

// Update is what changed of an alert.
type Update struct {
	Alert     *Alert
	Incidents []int // indices into Alert.Incidents of those that are new or changed
	Steps     []Change
}

// update returns the update of an alert, and adds it if it is new.
func (dec *Decision) update(a *Alert) *Update {
	for _, u := range dec.Updates {
		if u.Alert == a {
			return u
		}
	}
	u := &Update{Alert: a}
	dec.Updates = append(dec.Updates, u)
	return u
}

// Evaluate brings the alerts up to date with the health, and decides of what the user is
// notified.
func (p *Policy) Evaluate(h heartbeat.Health, rules Rules) Decision {
	var dec Decision
	if p.Current != nil && !p.Current.Open() && isTrouble(h) {
		p.finish(&dec) // its end is old news now
	}
	if p.Current == nil && isTrouble(h) {
		p.Current = &Alert{Opened: h.Since, Level: h.Level, Worst: h.Level, HasNews: true}
		if h.BlindErr != nil {
			p.Current.Opened = h.BlindSince
		}
		if p.Current.Opened.IsZero() || p.Current.Opened.After(h.At) {
			p.Current.Opened = h.At
		}
		p.gatheringSince, p.lastNews = h.At, h.At
		p.addStep(&dec, h, Opened)
	}
	if p.Current != nil && p.Current.Open() {
		p.update(&dec, h)
	}
	p.notify(&dec, h, rules)
	return dec
}

// Acknowledge stops the reminders of the open alert until something new happens.
func (p *Policy) Acknowledge(now time.Time) Decision {
	var dec Decision
	if p.Current != nil && p.Current.Open() && p.Current.Acknowledged.IsZero() {
		p.Current.Acknowledged = now
		if p.Current.HasNews { // who acknowledges it has seen it
			p.Current.HasNews, p.Current.NotifiedAt = false, now
		}
		u := dec.update(p.Current)
		u.Steps = append(u.Steps, Change{now, Acknowledged, p.Current.Level})
	}
	return dec
}

// tooLargeGrace is how long a heartbeat without its details is no trouble by itself: the
// numbers are polled meanwhile.
const tooLargeGrace = 2 * time.Minute

// isTrouble reports whether the health needs an alert. An unknown state is no trouble of
// the ExoPhones, but a monitor that can learn nothing is in trouble itself.
func isTrouble(h heartbeat.Health) bool {
	return h.BlindErr != nil || h.Level == heartbeat.Warning || h.Level == heartbeat.Critical ||
		h.Level == heartbeat.TooLarge && h.At.Sub(h.Since) >= tooLargeGrace
}

func (p *Policy) addStep(dec *Decision, h heartbeat.Health, addStep Step) {
	u := dec.update(p.Current)
	u.Steps = append(u.Steps, Change{h.At, addStep, h.Level})
}

// update brings the open alert up to date with the health.
func (p *Policy) update(dec *Decision, h heartbeat.Health) {
	a := p.Current
	a.rekey(h, dec)
	found, first, blind := newIncidents(a, h), len(a.Incidents) == 0, a.openBlind() != nil
	for _, in := range found {
		u := dec.update(a)
		u.Incidents = append(u.Incidents, len(a.Incidents))
		a.Incidents = append(a.Incidents, in)
	}
	switch {
	case len(found) == 0 || first:
	case h.BlindErr != nil:
		p.addNews(h)
		p.addStep(dec, h, Blinded)
	default:
		p.addNews(h)
		p.addStep(dec, h, Joined)
	}
	p.updateIncidents(h, dec)
	if blind && a.openBlind() == nil {
		p.addStep(dec, h, Sighted)
		if len(a.OpenIncidents()) > 0 { // else the end of the alert is the news
			p.addNews(h)
		}
	}
	switch {
	case !isTrouble(h), h.BlindErr != nil: // nobody knows how bad it is
	case rank(h.Level) > rank(a.Level):
		a.Level = h.Level
		// To be as bad again as it was lately is no news.
		if rank(h.Level) > rank(a.Worst) || h.At.Sub(a.NotifiedAt) >= reminderDelays[len(reminderDelays)-1] {
			p.addNews(h)
		}
		if rank(h.Level) > rank(a.Worst) {
			a.Worst = h.Level
		}
		p.addStep(dec, h, Worsened)
	case rank(h.Level) < rank(a.Level) && a.isUncertain(h):
		// It may still be as bad: after a restart or a silence the lines come back one by
		// one.
	case rank(h.Level) < rank(a.Level):
		a.Level = h.Level
		p.addStep(dec, h, Eased)
	default:
		a.Level = h.Level
	}
	if len(a.OpenIncidents()) == 0 {
		a.Closed = a.Opened
		for _, i := range a.Incidents {
			if i.Closed.After(a.Closed) {
				a.Closed = i.Closed
			}
		}
		p.addStep(dec, h, Closed)
	}
}

// addNews notes that there is news, also for who has acknowledged the alert.
func (p *Policy) addNews(h heartbeat.Health) {
	if !p.Current.HasNews {
		p.gatheringSince = h.At
	}
	p.Current.HasNews, p.Current.Acknowledged, p.lastNews = true, time.Time{}, h.At
}

// isUncertain reports whether the state of the line of an open incident is unknown.
func (a *Alert) isUncertain(h heartbeat.Health) bool {
	known := map[string]heartbeat.PhoneHealth{}
	for _, p := range h.Phones {
		known[p.Key] = p
	}
	return slices.ContainsFunc(a.OpenIncidents(), func(in Incident) bool {
		return in.Key != "" && known[in.Key].Line(in.Direction).State == heartbeat.StateUnknown
	})
}

// rekey sets the number of incidents whose ExoPhone was known by its SID alone until the
// account's list came.
func (a *Alert) rekey(h heartbeat.Health, dec *Decision) {
	for _, p := range h.Phones {
		sid := exotel.NumberKey(p.SID)
		if sid == "" || sid == p.Key {
			continue
		}
		for i := range a.Incidents {
			if in := &a.Incidents[i]; in.Open() && in.Key == sid && a.openIncident(p.Key, in.Direction) == nil {
				in.Key, in.Number, in.Name = p.Key, p.Number, p.Name
				u := dec.update(a)
				u.Incidents = append(u.Incidents, i)
			}
		}
	}
}

func rank(l heartbeat.Level) int {
	switch l {
	case heartbeat.Critical:
		return 2
	case heartbeat.Warning, heartbeat.TooLarge:
		return 1
	}
	return 0
}

// newIncidents returns the faults in the health that the alert does not have.
func newIncidents(a *Alert, h heartbeat.Health) []Incident {
	var found []Incident
	described := false
	for _, p := range h.Phones {
		for _, direction := range heartbeat.Directions {
			line := p.Line(direction)
			if line.State != heartbeat.Down {
				continue
			}
			described = true
			if a.openIncident(p.Key, direction) == nil {
				found = append(found, Incident{
					Key: p.Key, Number: p.Number, Name: p.Name, Direction: direction,
					Cause: line.Status, Alternates: line.Alternates, Opened: line.Since,
				})
			}
		}
	}
	switch {
	case h.BlindErr != nil:
		if a.openBlind() == nil {
			found = append(found, Incident{OfMonitor: true, Name: monitorName, Cause: blindCause(h.BlindErr), Opened: h.BlindSince})
		}
	case !described && isTrouble(h) && a.openIncident("", "") == nil: // Exotel said that there is trouble, and not where
		found = append(found, Incident{Opened: h.At})
	}
	return found
}

// openIncident returns the open incident of a line, nil if there is none.
func (a *Alert) openIncident(key string, direction heartbeat.Direction) *Incident {
	for i := range a.Incidents {
		if in := &a.Incidents[i]; in.Key == key && in.Direction == direction && in.Open() && !in.OfMonitor {
			return in
		}
	}
	return nil
}

// updateIncidents closes the incidents that are over and brings the others up to date.
func (p *Policy) updateIncidents(h heartbeat.Health, dec *Decision) {
	a := p.Current
	phones := map[string]heartbeat.PhoneHealth{}
	described := false
	for _, p := range h.Phones {
		phones[p.Key] = p
		described = described || p.IsAffected()
	}
	for i := range a.Incidents {
		in := &a.Incidents[i]
		if !in.Open() {
			continue
		}
		was := *in
		in.update(h, phones, described)
		if !in.equal(was) {
			u := dec.update(a)
			if !slices.Contains(u.Incidents, i) {
				u.Incidents = append(u.Incidents, i)
			}
		}
	}
}

// update brings an open incident up to date with the health.
func (in *Incident) update(h heartbeat.Health, phones map[string]heartbeat.PhoneHealth, described bool) {
	p, listed := phones[in.Key]
	line := p.Line(in.Direction)
	switch {
	case in.OfMonitor:
		switch {
		case h.BlindErr != nil:
			in.Cause = blindCause(h.BlindErr)
		case !h.LastContact.IsZero():
			in.Closed = h.LastContact
		}
		return
	case in.isOfAccount():
		// Numbers replace it, or all is reported to be well.
		if described || h.Level == heartbeat.OK {
			in.Closed = h.At
		}
		return
	case !listed && h.Listed: // the number is no longer the account's
		in.Closed = h.At
	case line.State == heartbeat.Up:
		in.Closed = line.Since
	case line.State == heartbeat.Down:
		in.Cause, in.Alternates = cmp.Or(line.Status, in.Cause), line.Alternates
	}
	if p.Name != "" {
		in.Name = p.Name
	}
}

// isOfAccount reports whether the fault was ascribed to no number.
func (in *Incident) isOfAccount() bool { return in.Key == "" && in.Direction == "" && !in.OfMonitor }

func (in *Incident) equal(other Incident) bool {
	return in.Cause == other.Cause && in.Name == other.Name && in.Closed.Equal(other.Closed) && slices.Equal(in.Alternates, other.Alternates)
}
