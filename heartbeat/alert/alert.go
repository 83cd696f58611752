// Package alert makes incidents of the ExoPhones' health, groups them into one
// alert of the account, and decides when somebody is told. It takes times and
// health as they are given and does nothing else: what it decides is kept and
// delivered by others.
package alert

import (
	"slices"
	"time"

	"exotel-monitor/heartbeat"
)

// Incident is one fault of one ExoPhone in one direction, or a time in which the
// watch could not see the ExoPhones.
type Incident struct {
	ID int64 // unique in the account, 0 until it is kept
	// OfWatch says that the fault is the watch's own: it could not see the ExoPhones.
	OfWatch bool
	// Key, Number and Name are the ExoPhone's, see heartbeat.PhoneHealth. All are
	// "" for a fault of the account that Exotel did not ascribe to a number. One of the
	// watch has a name only.
	Key, Number, Name string
	Direction         heartbeat.Direction // "" if Exotel did not say
	Word              string              // Exotel's last, such as "major_outage"; or why the watch could not see
	Alternates        []string            // ExoPhones that Exotel suggests instead
	Opened            time.Time
	Closed            time.Time // zero while it is open
}

const watchName = "Exotel Monitor"

// Open reports whether the fault lasts.
func (i Incident) Open() bool { return i.Closed.IsZero() }

// Alert is the trouble of an account from the first incident to the end of the
// last one that overlaps it.
type Alert struct {
	ID           int64           // unique in the account, 0 until it is kept
	Level        heartbeat.Level // now, or at last
	Worst        heartbeat.Level
	Opened       time.Time
	Closed       time.Time // zero while it is open
	Acknowledged time.Time // zero unless somebody saw it, and nothing new came since
	Incidents    []Incident

	// What the desk remembers, kept so that a restart repeats nothing.

	Untold    bool      // there is news that nobody was told of
	Told      time.Time // when the last was told, or left untold by choice; zero for never
	Reminded  int       // reminders since then
	Announced bool      // somebody was told of it at all
	Held      bool      // it ended in quiet hours and waits for the summary
	Done      bool      // nothing is left to tell
}

// Open reports whether the trouble lasts.
func (a *Alert) Open() bool { return a.Closed.IsZero() }

// Lasted is how long the trouble lasted until now, or until its end.
func (a *Alert) Lasted(now time.Time) time.Duration {
	if !a.Open() {
		now = a.Closed
	}
	return now.Sub(a.Opened)
}

// OpenIncidents are those that last.
func (a *Alert) OpenIncidents() []Incident {
	var open []Incident
	for _, i := range a.Incidents {
		if i.Open() {
			open = append(open, i)
		}
	}
	return open
}

// Step is what happened to an alert.
type Step string

// The steps.
const (
	Opened       Step = "opened"
	Joined       Step = "joined" // one more incident
	Worsened     Step = "worsened"
	Eased        Step = "eased"
	Acknowledged Step = "acknowledged"
	Closed       Step = "closed"
	Blinded      Step = "blinded" // the watch could not see the ExoPhones any more
	Sighted      Step = "sighted" // it could again
)

// Change is a step of an alert at a time.
type Change struct {
	At    time.Time
	Step  Step
	Level heartbeat.Level
}

// Kind is why a note is sent.
type Kind string

// The kinds.
const (
	Announcement Kind = "announcement" // trouble, or more of it
	Reminder     Kind = "reminder"
	Recovery     Kind = "recovery"
	Summary      Kind = "summary" // of what happened in quiet hours
	Trial        Kind = "trial"   // asked for in the settings
)

// Note is something to tell the user outside the window.
type Note struct {
	Kind   Kind
	Alert  *Alert // nil for none in particular
	At     time.Time
	Title  string
	Body   string
	Urgent bool
	Sound  bool
}

// blind is the open incident of the watch, or nil.
func (a *Alert) blind() *Incident {
	for i := range a.Incidents {
		if in := &a.Incidents[i]; in.OfWatch && in.Open() {
			return in
		}
	}
	return nil
}

// lastSeen is the incident of the watch that ended last, or nil.
func (a *Alert) lastSeen() *Incident {
	var last *Incident
	for i := range a.Incidents {
		if in := &a.Incidents[i]; in.OfWatch && !in.Open() && (last == nil || in.Closed.After(last.Closed)) {
			last = in
		}
	}
	return last
}

// OfWatch reports whether all of it was that the watch could not see the ExoPhones.
func (a *Alert) OfWatch() bool {
	return len(a.Incidents) > 0 && !slices.ContainsFunc(a.Incidents, func(in Incident) bool { return !in.OfWatch })
}

// OfAccount reports whether Exotel reported trouble that it ascribed to no
// number, and did not take it back.
func (a *Alert) OfAccount() bool { return a.find("", "") != nil }

// Phones are the ExoPhones that were down in it when it was last looked at, as a
// Board restores them after a restart.
func (a *Alert) Phones() []heartbeat.PhoneHealth {
	var phones []heartbeat.PhoneHealth
	for _, i := range a.OpenIncidents() {
		if i.Key == "" {
			continue
		}
		line := heartbeat.LineHealth{State: heartbeat.Down, Word: i.Word, Since: i.Opened, Alternates: i.Alternates}
		p := heartbeat.PhoneHealth{Key: i.Key, Number: i.Number, Name: i.Name}
		if i.Direction == heartbeat.Outgoing {
			p.Outgoing = line
		} else {
			p.Incoming = line
		}
		phones = append(phones, p)
	}
	return phones
}
