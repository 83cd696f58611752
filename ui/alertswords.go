package ui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/metrics"
)

// This file writes what the alert centre says. It knows no widgets.

// namesInTitle is how many numbers a title names before it counts the rest.
const namesInTitle = 3

// alertTitle says which directions were down on which numbers, the worst first.
func alertTitle(level heartbeat.Level, incidents []alert.Incident) string {
	var parts []string
	if i := slices.IndexFunc(incidents, func(in alert.Incident) bool { return in.OfWatch }); i >= 0 {
		blind := slices.ContainsFunc(incidents, func(in alert.Incident) bool { return in.OfWatch && in.Open() })
		switch of := (alert.Alert{Incidents: incidents}); {
		case blind:
			parts = append(parts, tr("Can't see your lines"))
		case of.OfWatch():
			parts = append(parts, tr("Couldn't see your lines"))
		}
	}
	names := namesByDirections(incidents)
	for _, down := range []struct {
		names []string
		text  func(names string) string
	}{
		{names[bothWays], func(names string) string { return tr("Incoming and outgoing down on %s", names) }},
		{names[onlyIncoming], func(names string) string { return tr("Incoming down on %s", names) }},
		{names[onlyOutgoing], func(names string) string { return tr("Outgoing down on %s", names) }},
	} {
		shown := strings.Join(down.names[:min(namesInTitle, len(down.names))], ", ")
		if more := len(down.names) - namesInTitle; more > 0 {
			shown = tr("%s and %d more", shown, more)
		}
		if shown != "" {
			parts = append(parts, down.text(shown))
		}
	}
	switch {
	case len(parts) > 0:
		return dotted(parts...)
	case level == heartbeat.Critical:
		return tr("All numbers are affected")
	default:
		return tr("Some numbers are affected; Exotel doesn't say which")
	}
}

// The ways in which a number can be down.
const (
	bothWays = iota
	onlyIncoming
	onlyOutgoing
	ways
)

// waysDown is in which ways each number of some incidents is down, by its key.
func waysDown(incidents []alert.Incident) map[string]int {
	down := map[string]int{}
	for _, in := range incidents {
		if in.Key == "" {
			continue
		}
		way := onlyIncoming
		if in.Direction == heartbeat.Outgoing {
			way = onlyOutgoing
		}
		if other, again := down[in.Key]; again && other != way {
			way = bothWays
		}
		down[in.Key] = way
	}
	return down
}

// namesByDirections are the names of the numbers of some incidents, by the ways in
// which they are down.
func namesByDirections(incidents []alert.Incident) (names [ways][]string) {
	down := waysDown(incidents)
	for _, in := range incidents {
		if in.Key == "" {
			continue
		}
		name, _ := incidentName(in)
		if of := &names[down[in.Key]]; !slices.Contains(*of, name) {
			*of = append(*of, name)
		}
	}
	return names
}

// incidentName is what an ExoPhone is called, and its number where that is
// something else.
func incidentName(in alert.Incident) (name, number string) {
	name, number = oneLine(in.Name, 60), phoneText(in.Number)
	switch {
	case in.OfWatch:
		return name, ""
	case in.Key == "":
		return tr("The account's numbers"), ""
	case name == "":
		return cmp.Or(number, oneLine(in.Key, 40)), ""
	}
	return name, number
}

// directionWord names a direction; "" if Exotel did not say.
func directionWord(d heartbeat.Direction) string {
	switch d {
	case heartbeat.Incoming:
		return tr("incoming")
	case heartbeat.Outgoing:
		return tr("outgoing")
	default:
		return ""
	}
}

// incidentWord says what was wrong.
func incidentWord(in alert.Incident) string {
	if in.OfWatch {
		return oneLine(in.Word, 80)
	}
	return plainWord(in.Word)
}

// plainWord writes Exotel's word for a line, such as "major_outage", as people do.
func plainWord(word string) string {
	switch word {
	case "major_outage":
		return tr("major outage")
	case "partial_network_outage":
		return tr("partial network outage")
	default:
		return oneLine(strings.ReplaceAll(word, "_", " "), 40)
	}
}

// dayText writes the day of a time, with the year when that is not clear.
func dayText(at, now time.Time, zone *time.Location) string {
	if at = at.In(zone); now.Sub(at) < 300*24*time.Hour {
		return at.Format("Mon 2 Jan")
	}
	return at.Format("2 Jan 2006")
}

// lastedText writes from when to when something lasted and how long that was; to
// is zero while it lasts.
func lastedText(from, to, now time.Time, zone *time.Location) string {
	text := dayText(from, now, zone) + " " + from.In(zone).Format("15:04")
	if to.IsZero() {
		return dotted(text, tr("ongoing, %s", lengthText(max(0, now.Sub(from)))))
	}
	end := to.In(zone).Format("15:04")
	if metrics.DateOf(from.In(zone)) != metrics.DateOf(to.In(zone)) {
		end = dayText(to, now, zone) + " " + end
	}
	return dotted(text+" – "+end, lengthText(max(0, to.Sub(from))))
}

// alertSpan is the line under an alert's title.
func alertSpan(a *alert.Alert, now time.Time, zone *time.Location) string {
	text := lastedText(a.Opened, a.Closed, now, zone)
	if !a.Acknowledged.IsZero() {
		text = dotted(text, tr("acknowledged %s", dayClock(a.Acknowledged, a.Opened, zone)))
	}
	return text
}

// stepText says what happened to an alert.
func stepText(c alert.Change) string {
	switch c.Step {
	case alert.Opened:
		return tr("Opened: %s", c.Level)
	case alert.Joined:
		return tr("Another number or direction went down")
	case alert.Worsened:
		return tr("Escalated to %s", c.Level)
	case alert.Eased:
		return tr("Downgraded to %s", c.Level)
	case alert.Acknowledged:
		return tr("Acknowledged")
	case alert.Closed:
		return tr("Closed")
	case alert.Blinded:
		return tr("Exotel Monitor could no longer see your lines")
	case alert.Sighted:
		return tr("Exotel Monitor could see your lines again")
	default:
		return oneLine(string(c.Step), 40)
	}
}

// kindText says why a notification was sent.
func kindText(k alert.Kind) string {
	switch k {
	case alert.Announcement:
		return tr("Notification")
	case alert.Reminder:
		return tr("Reminder")
	case alert.Recovery:
		return tr("Recovery")
	case alert.Summary:
		return tr("Summary of quiet hours")
	default:
		return oneLine(string(k), 40)
	}
}

// sendingMost is how long a notification can be on its way. One that says so
// after that was left behind by a program that ended.
const sendingMost = 2 * time.Minute

// deliveryText says what became of a notification.
func deliveryText(d journal.Delivery, now time.Time) string {
	switch {
	case d.State == journal.Accepted:
		return tr("delivered")
	case d.State == journal.Refused && d.Error == "":
		return tr("not delivered")
	case d.State == journal.Refused:
		return tr("not delivered: %s", oneLine(d.Error, 300))
	case d.State == journal.Unreported:
		return tr("sent (delivery unknown)")
	case d.State == journal.Sending && now.Sub(d.At) < sendingMost:
		return tr("being sent")
	case d.State == journal.Sending, d.State == journal.Interrupted:
		return tr("unknown (the app closed while sending)")
	default:
		return tr("waiting to be sent")
	}
}

// deliveryMark is the mark of what became of a notification.
func deliveryMark(s journal.DeliveryState) look {
	switch s {
	case journal.Accepted:
		return look{tick, colorMuted}
	case journal.Refused:
		return look{cross, plain}
	default:
		return look{question, colorMuted}
	}
}

// gravity ranks states by how much the user has to know of them.
var gravity = []journal.DeliveryState{journal.Accepted, journal.Queued, journal.Unreported, journal.Sending, journal.Interrupted, journal.Refused}

// onItsWay is how long an announcement can wait before it is sent: faults that
// come together are gathered for a minute at most.
const onItsWay = 90 * time.Second

// untold is when something came that no notification told of; the zero time for
// never. What is as bad as it was before is nothing to tell, nor is what was seen
// or over before a notification was due.
func untold(e *journal.Entry, now time.Time) time.Time {
	var told time.Time
	for _, d := range e.Deliveries {
		if d.Kind != alert.Recovery && d.At.After(told) {
			told = d.At
		}
	}
	known := map[heartbeat.Level]bool{}
	for _, s := range e.Steps {
		news := s.Step == alert.Joined || s.Step == alert.Blinded || s.Step == alert.Worsened && !known[s.Level]
		if known[s.Level] = true; news && s.At.After(told) && unseen(e, s.At, now) > onItsWay {
			return s.At
		}
	}
	return time.Time{}
}

// unseen is how long it took from a time on until an alert was acknowledged or
// over; until now if it is neither.
func unseen(e *journal.Entry, from, now time.Time) time.Duration {
	end := now
	if !e.Open() {
		end = e.Closed
	}
	for _, s := range e.Steps {
		if s.Step == alert.Acknowledged && !s.At.Before(from) {
			end = earlier(end, s.At)
		}
	}
	return end.Sub(from)
}

// toldText says in one line what became of an alert's notifications: of the
// first of those that went worst, and how many they are; and what came that was
// not told.
func toldText(e journal.Entry, now time.Time, zone *time.Location) (look, string) {
	switch {
	case len(e.Deliveries) > 0:
	case e.Announced: // the summary is with the last alert in it
		return look{}, tr("In the summary of quiet hours %s", dayClock(e.Told, e.Opened, zone))
	default:
		return look{}, tr("Not notified (switched off, snoozed or quiet hours)")
	}
	worst, same := e.Deliveries[0], 0
	for _, d := range e.Deliveries {
		if slices.Index(gravity, d.State) > slices.Index(gravity, worst.State) {
			worst = d
		}
	}
	for _, d := range e.Deliveries {
		if d.State == worst.State {
			same++
		}
	}
	at := dayClock(worst.At, e.Opened, zone)
	text := tr("Notification %s", at)
	if worst.State == journal.Accepted || worst.State == journal.Unreported {
		text = tr("Notified %s", at)
	}
	text = dotted(text, deliveryText(worst, now))
	if n := len(e.Deliveries); n > 1 {
		text += " " + tr("(%d of %d)", same, n)
	}
	mark := deliveryMark(worst.State)
	if at := untold(&e, now); !at.IsZero() {
		text = dotted(text, tr("%s not notified (switched off, snoozed or quiet hours)", dayClock(at, e.Opened, zone)))
		if worst.State == journal.Accepted {
			mark = look{}
		}
	}
	return mark, text
}

// snoozes are the ends that the user can choose for a snooze, with their names.
func snoozes(now time.Time, zone *time.Location) []snoozeChoice {
	morning := untilTomorrow(now.In(zone))
	return []snoozeChoice{
		{tr("30 minutes"), now.Add(30 * time.Minute)},
		{tr("2 hours"), now.Add(2 * time.Hour)},
		{tr("Until tomorrow, %s", morning.Format("Mon 2 Jan 15:04")), morning},
	}
}

type snoozeChoice struct {
	name  string
	until time.Time
}
