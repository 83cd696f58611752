// Package alert makes incidents of the ExoPhones' health, groups them into one alert of
// the account, and decides when the user is notified. It has no clock, no storage and no
// way out: its callers pass in the time and the health, and store and deliver what it
// decides.
package alert

import (
	"slices"
	"time"

	"exotel-monitor/heartbeat"
)

// Incident is one fault of one ExoPhone in one direction, or a time in which the monitor
// could not see the ExoPhones.
type Incident struct {
	ID int64 // unique in the account, 0 until it is saved
	// OfMonitor means that the fault is the monitor's own: it could not see the
	// ExoPhones.
	OfMonitor bool
	// Key, Number and Name are those of heartbeat.PhoneHealth. All are empty for a fault
	// of the account that Exotel did not ascribe to a number. A fault of the monitor has
	// only a Name.
	Key, Number, Name string
	Direction         heartbeat.Direction // "" if Exotel did not say
	Cause             string              // Exotel's last status, such as "major_outage", or why the monitor could not see
	Alternates        []string            // suggested by Exotel
	Opened            time.Time
	Closed            time.Time // zero while it is open
}

const monitorName = "Exotel Monitor"

// Open reports whether the fault persists.
func (i Incident) Open() bool { return i.Closed.IsZero() }

// Alert is the trouble of an account from the first incident to the end of the last one
// that overlaps it.
type Alert struct {
	ID           int64           // unique in the account, 0 until it is saved
	Level        heartbeat.Level // the current one, or the last
	Worst        heartbeat.Level
	Opened       time.Time
	Closed       time.Time // zero while it is open
	Acknowledged time.Time // zero unless somebody acknowledged it, and nothing new has happened since
	Incidents    []Incident

	// The state of the Policy, saved so that a restart repeats nothing.

	HasNews    bool      // something happened of which the user was not notified
	NotifiedAt time.Time // when the user was last notified, or chose not to be; zero for never
	Reminders  int       // since NotifiedAt
	Announced  bool      // the user was notified of the alert
	Held       bool      // it ended in quiet hours and waits for the summary
	Done       bool      // no notification is due any more
}

// Open reports whether the trouble persists.
func (a *Alert) Open() bool { return a.Closed.IsZero() }

// Duration returns how long the trouble has lasted at now, or until its end.
func (a *Alert) Duration(now time.Time) time.Duration {
	if !a.Open() {
		now = a.Closed
	}
	return now.Sub(a.Opened)
}

// OpenIncidents returns the incidents that persist.
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
	Blinded      Step = "blinded" // the monitor could no longer see the ExoPhones
	Sighted      Step = "sighted" // the monitor could see them again
)

// Change is a step of an alert at a time.
type Change struct {
	At    time.Time
	Step  Step
	Level heartbeat.Level
}

// Kind is the reason for a note.
type Kind string

// The kinds.
const (
	Announcement Kind = "announcement" // trouble, or more of it
	Reminder     Kind = "reminder"
	Recovery     Kind = "recovery"
	Summary      Kind = "summary" // of what happened in quiet hours
	Trial        Kind = "trial"   // asked for in the settings
)

// Note is a notification to the user outside the window.
type Note struct {
	Kind   Kind
	Alert  *Alert // nil if it is about no alert
	At     time.Time
	Title  string
	Body   string
	Urgent bool
	Sound  bool
}

// openBlind returns the open incident of the monitor, nil if there is none.
func (a *Alert) openBlind() *Incident {
	for i := range a.Incidents {
		if in := &a.Incidents[i]; in.OfMonitor && in.Open() {
			return in
		}
	}
	return nil
}

// lastBlind returns the incident of the monitor that ended last, nil if there is none.
func (a *Alert) lastBlind() *Incident {
	var last *Incident
	for i := range a.Incidents {
		if in := &a.Incidents[i]; in.OfMonitor && !in.Open() && (last == nil || in.Closed.After(last.Closed)) {
			last = in
		}
	}
	return last
}

// OfMonitor reports whether all incidents are the monitor's own.
func (a *Alert) OfMonitor() bool {
	return len(a.Incidents) > 0 && !slices.ContainsFunc(a.Incidents, func(in Incident) bool { return !in.OfMonitor })
}

// OfAccount reports whether Exotel reports trouble that it ascribes to no number.
func (a *Alert) OfAccount() bool { return a.openIncident("", "") != nil }

// Phones returns the ExoPhones that are down in the alert. A heartbeat.Tracker restores
// them after a restart.
func (a *Alert) Phones() []heartbeat.PhoneHealth {
	var phones []heartbeat.PhoneHealth
	for _, i := range a.OpenIncidents() {
		if i.Key == "" {
			continue
		}
		line := heartbeat.LineHealth{State: heartbeat.Down, Status: i.Cause, Since: i.Opened, Alternates: i.Alternates}
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
