package alert

import (
	"cmp"
	"slices"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
)

// reminders are how long after it was told an alert is told again, unless it is
// acknowledged.
var reminders = []time.Duration{15 * time.Minute, 60 * time.Minute}

// Desk is who watches the health and decides what to tell. It is not safe for
// concurrent use. Its fields are all it remembers; whoever keeps and restores
// them can stop it at any moment.
type Desk struct {
	// Current is the open alert, or one that ended and is not told yet; nil for
	// none.
	Current *Alert
	// Held are alerts that ended in quiet hours and wait for the summary.
	Held []*Alert
	// Snoozed is until when nobody wants to hear anything.
	Snoozed time.Time

	// gathered is since when the news of pulls is gathered, and news when the
	// last of it came. A restart begins anew.
	gathered, news time.Time
}

// Decision is what a look at the health led to.
type Decision struct {
	Updates []*Update // what has to be kept
	Notes   []Note    // to be told, in order
}

// Update is what changed of an alert.
type Update struct {
	Alert     *Alert
	Incidents []int // places in Alert.Incidents of those that are new or changed
	Steps     []Change
}

// of returns the update of an alert, which then has to be kept.
func (dec *Decision) of(a *Alert) *Update {
	for _, u := range dec.Updates {
		if u.Alert == a {
			return u
		}
	}
	u := &Update{Alert: a}
	dec.Updates = append(dec.Updates, u)
	return u
}

// Look makes incidents of the health at its time and decides what to tell.
func (d *Desk) Look(h heartbeat.Health, rules Rules) Decision {
	var dec Decision
	if d.Current != nil && !d.Current.Open() && trouble(h) {
		d.retire(&dec) // its recovery is old news now
	}
	if d.Current == nil && trouble(h) {
		d.Current = &Alert{Opened: h.Since, Level: h.Level, Worst: h.Level, Untold: true}
		if h.Blind != nil {
			d.Current.Opened = h.BlindSince
		}
		if d.Current.Opened.IsZero() || d.Current.Opened.After(h.At) {
			d.Current.Opened = h.At
		}
		d.gathered, d.news = h.At, h.At
		d.step(&dec, h, Opened)
	}
	if d.Current != nil && d.Current.Open() {
		d.follow(&dec, h)
	}
	d.tell(&dec, h, rules)
	return dec
}

// Acknowledge stops the reminders of the open alert, until something new joins.
func (d *Desk) Acknowledge(now time.Time) Decision {
	var dec Decision
	if d.Current != nil && d.Current.Open() && d.Current.Acknowledged.IsZero() {
		d.Current.Acknowledged = now
		if d.Current.Untold { // who acknowledges it knows
			d.Current.Untold, d.Current.Told = false, now
		}
		u := dec.of(d.Current)
		u.Steps = append(u.Steps, Change{now, Acknowledged, d.Current.Level})
	}
	return dec
}

// tooLargeStays is how long a heartbeat without room for its news may stand before
// it is trouble by itself: until then the numbers are asked for one by one.
const tooLargeStays = 2 * time.Minute

// trouble reports whether an alert is due. What is not known is no trouble of
// the ExoPhones, but that nothing can be learned about them is trouble of the watch.
func trouble(h heartbeat.Health) bool {
	return h.Blind != nil || h.Level == heartbeat.Warning || h.Level == heartbeat.Critical ||
		h.Level == heartbeat.TooLarge && h.At.Sub(h.Since) >= tooLargeStays
}

func (d *Desk) step(dec *Decision, h heartbeat.Health, step Step) {
	u := dec.of(d.Current)
	u.Steps = append(u.Steps, Change{h.At, step, h.Level})
}

// follow brings the open alert up to the health.
func (d *Desk) follow(dec *Decision, h heartbeat.Health) {
	a := d.Current
	a.rekey(h, dec)
	found, first, blind := newIncidents(a, h), len(a.Incidents) == 0, a.blind() != nil
	for _, in := range found {
		u := dec.of(a)
		u.Incidents = append(u.Incidents, len(a.Incidents))
		a.Incidents = append(a.Incidents, in)
	}
	switch {
	case len(found) == 0 || first:
	case h.Blind != nil:
		d.hasNews(h)
		d.step(dec, h, Blinded)
	default:
		d.hasNews(h)
		d.step(dec, h, Joined)
	}
	d.endIncidents(h, dec)
	if blind && a.blind() == nil {
		d.step(dec, h, Sighted)
		if len(a.OpenIncidents()) > 0 { // else its end is the news
			d.hasNews(h)
		}
	}
	switch {
	case !trouble(h), h.Blind != nil: // how bad it is is not known
	case rank(h.Level) > rank(a.Level):
		a.Level = h.Level
		// That it is as bad again as it was lately is no news.
		if rank(h.Level) > rank(a.Worst) || h.At.Sub(a.Told) >= reminders[len(reminders)-1] {
			d.hasNews(h)
		}
		if rank(h.Level) > rank(a.Worst) {
			a.Worst = h.Level
		}
		d.step(dec, h, Worsened)
	case rank(h.Level) < rank(a.Level) && a.unsure(h):
		// It may be as bad as it was: after a restart or a silence the lines
		// come back one by one.
	case rank(h.Level) < rank(a.Level):
		a.Level = h.Level
		d.step(dec, h, Eased)
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
		d.step(dec, h, Closed)
	}
}

// hasNews notes that there is something to tell, whoever has seen the rest.
func (d *Desk) hasNews(h heartbeat.Health) {
	if !d.Current.Untold {
		d.gathered = h.At
	}
	d.Current.Untold, d.Current.Acknowledged, d.news = true, time.Time{}, h.At
}

// unsure reports whether some open incident's line is not known now.
func (a *Alert) unsure(h heartbeat.Health) bool {
	known := map[string]heartbeat.PhoneHealth{}
	for _, p := range h.Phones {
		known[p.Key] = p
	}
	return slices.ContainsFunc(a.OpenIncidents(), func(in Incident) bool {
		return in.Key != "" && known[in.Key].Line(in.Direction).State == heartbeat.NotKnown
	})
}

// rekey gives incidents whose ExoPhone was known by its SID alone, before the
// account's list came, the number that the list has for it.
func (a *Alert) rekey(h heartbeat.Health, dec *Decision) {
	for _, p := range h.Phones {
		sid := exotel.NumberKey(p.SID)
		if sid == "" || sid == p.Key {
			continue
		}
		for i := range a.Incidents {
			if in := &a.Incidents[i]; in.Open() && in.Key == sid && a.find(p.Key, in.Direction) == nil {
				in.Key, in.Number, in.Name = p.Key, p.Number, p.Name
				u := dec.of(a)
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

// newIncidents are the faults in the health that the alert does not have.
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
			if a.find(p.Key, direction) == nil {
				found = append(found, Incident{
					Key: p.Key, Number: p.Number, Name: p.Name, Direction: direction,
					Word: line.Word, Alternates: line.Alternates, Opened: line.Since,
				})
			}
		}
	}
	switch {
	case h.Blind != nil:
		if a.blind() == nil {
			found = append(found, Incident{OfWatch: true, Name: watchName, Word: blindWord(h.Blind), Opened: h.BlindSince})
		}
	case !described && trouble(h) && a.find("", "") == nil: // Exotel said that there is trouble, and not where
		found = append(found, Incident{Opened: h.At})
	}
	return found
}

// find is the open incident of a line, or nil.
func (a *Alert) find(key string, direction heartbeat.Direction) *Incident {
	for i := range a.Incidents {
		if in := &a.Incidents[i]; in.Key == key && in.Direction == direction && in.Open() && !in.OfWatch {
			return in
		}
	}
	return nil
}

// endIncidents closes the incidents that are over and brings the others up to
// date.
func (d *Desk) endIncidents(h heartbeat.Health, dec *Decision) {
	a := d.Current
	phones := map[string]heartbeat.PhoneHealth{}
	described := false
	for _, p := range h.Phones {
		phones[p.Key] = p
		described = described || p.Affected()
	}
	for i := range a.Incidents {
		in := &a.Incidents[i]
		if !in.Open() {
			continue
		}
		was := *in
		in.follow(h, phones, described)
		if !in.equal(was) {
			u := dec.of(a)
			if !slices.Contains(u.Incidents, i) {
				u.Incidents = append(u.Incidents, i)
			}
		}
	}
}

// follow brings an open incident up to the health.
func (in *Incident) follow(h heartbeat.Health, phones map[string]heartbeat.PhoneHealth, described bool) {
	p, listed := phones[in.Key]
	line := p.Line(in.Direction)
	switch {
	case in.OfWatch:
		switch {
		case h.Blind != nil:
			in.Word = blindWord(h.Blind)
		case !h.Learned.IsZero():
			in.Closed = h.Learned
		}
		return
	case in.account():
		// Numbers took its place, or all is said to be well.
		if described || h.Level == heartbeat.OK {
			in.Closed = h.At
		}
		return
	case !listed && h.Listed: // the number is no longer the account's
		in.Closed = h.At
	case line.State == heartbeat.Up:
		in.Closed = line.Since
	case line.State == heartbeat.Down:
		in.Word, in.Alternates = cmp.Or(line.Word, in.Word), line.Alternates
	}
	if p.Name != "" {
		in.Name = p.Name
	}
}

// account reports whether the fault was ascribed to no number.
func (in *Incident) account() bool { return in.Key == "" && in.Direction == "" && !in.OfWatch }

func (in *Incident) equal(other Incident) bool {
	return in.Word == other.Word && in.Name == other.Name && in.Closed.Equal(other.Closed) && slices.Equal(in.Alternates, other.Alternates)
}
