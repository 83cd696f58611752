package alerts

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// This file writes what the alert centre says. It knows no widgets.

// namesInTitle is how many numbers a title names before it counts the rest.
const namesInTitle = 3

// alertTitle says which directions were down on which numbers, the worst first.
func alertTitle(level heartbeat.Level, incidents []alert.Incident, f text.Format) string {
	var parts []string
	if i := slices.IndexFunc(incidents, func(in alert.Incident) bool { return in.OfMonitor }); i >= 0 {
		blind := slices.ContainsFunc(incidents, func(in alert.Incident) bool { return in.OfMonitor && in.Open() })
		switch of := (alert.Alert{Incidents: incidents}); {
		case blind:
			parts = append(parts, text.Tr("Can't see your lines"))
		case of.OfMonitor():
			parts = append(parts, text.Tr("Couldn't see your lines"))
		}
	}
	names := namesByDirections(incidents, f)
	for _, down := range []struct {
		names []string
		text  func(names string) string
	}{
		{names[bothWays], func(names string) string { return text.Tr("Incoming and outgoing down on %s", names) }},
		{names[onlyIncoming], func(names string) string { return text.Tr("Incoming down on %s", names) }},
		{names[onlyOutgoing], func(names string) string { return text.Tr("Outgoing down on %s", names) }},
	} {
		shown := strings.Join(down.names[:min(namesInTitle, len(down.names))], ", ")
		if more := len(down.names) - namesInTitle; more > 0 {
			shown = text.Tr("%s and %d more", shown, more)
		}
		if shown != "" {
			parts = append(parts, down.text(shown))
		}
	}
	switch {
	case len(parts) > 0:
		return text.Dotted(parts...)
	case level == heartbeat.Critical:
		return text.Tr("All numbers are affected")
	default:
		return text.Tr("Some numbers are affected; Exotel doesn't say which")
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
func namesByDirections(incidents []alert.Incident, f text.Format) (names [ways][]string) {
	down := waysDown(incidents)
	for _, in := range incidents {
		if in.Key == "" {
			continue
		}
		name, _ := incidentName(in, f)
		if of := &names[down[in.Key]]; !slices.Contains(*of, name) {
			*of = append(*of, name)
		}
	}
	return names
}

// incidentName is what an ExoPhone is called, and its number where that is
// something else.
func incidentName(in alert.Incident, f text.Format) (name, number string) {
	name, number = f.OneLine(in.Name, 60), f.Phone(in.Number)
	switch {
	case in.OfMonitor:
		return name, ""
	case in.Key == "":
		return text.Tr("The account's numbers"), ""
	case name == "":
		return cmp.Or(number, f.OneLine(in.Key, 40)), ""
	}
	return name, number
}

// incidentWord says what was wrong.
func incidentWord(in alert.Incident, f text.Format) string {
	if in.OfMonitor {
		return f.OneLine(in.Cause, 80)
	}
	return f.Plain(in.Cause)
}

// alertSpan is the line under an alert's title.
func alertSpan(a *alert.Alert, now time.Time, f text.Format) string {
	words := f.Lasted(a.Opened, a.Closed, now)
	if !a.Acknowledged.IsZero() {
		words = text.Dotted(words, text.Tr("acknowledged %s", f.DayClock(a.Acknowledged, a.Opened)))
	}
	return words
}

// stepText says what happened to an alert.
func stepText(c alert.Change, f text.Format) string {
	switch c.Step {
	case alert.Opened:
		return text.Tr("Opened: %s", c.Level)
	case alert.Joined:
		return text.Tr("Another number or direction went down")
	case alert.Worsened:
		return text.Tr("Escalated to %s", c.Level)
	case alert.Eased:
		return text.Tr("Downgraded to %s", c.Level)
	case alert.Acknowledged:
		return text.Tr("Acknowledged")
	case alert.Closed:
		return text.Tr("Closed")
	case alert.Blinded:
		return text.Tr("Exotel Monitor could no longer see your lines")
	case alert.Sighted:
		return text.Tr("Exotel Monitor could see your lines again")
	default:
		return f.OneLine(string(c.Step), 40)
	}
}

// kindText says why a notification was sent.
func kindText(k alert.Kind, f text.Format) string {
	switch k {
	case alert.Announcement:
		return text.Tr("Notification")
	case alert.Reminder:
		return text.Tr("Reminder")
	case alert.Recovery:
		return text.Tr("Recovery")
	case alert.Summary:
		return text.Tr("Summary of quiet hours")
	default:
		return f.OneLine(string(k), 40)
	}
}

// deliveryMark is the mark of what became of a notification.
func deliveryMark(s journal.DeliveryState) kit.Look {
	switch s {
	case journal.Accepted:
		return kit.Look{Shape: kit.Tick, Color: kit.ColorMuted}
	case journal.Refused:
		return kit.Look{Shape: kit.Cross, Color: kit.ColorText}
	default:
		return kit.Look{Shape: kit.Question, Color: kit.ColorMuted}
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
			end = text.Earlier(end, s.At)
		}
	}
	return end.Sub(from)
}

// toldText says in one line what became of an alert's notifications: of the
// first of those that went worst, and how many they are; and what came that was
// not told.
func toldText(e journal.Entry, now time.Time, f text.Format) (kit.Look, string) {
	switch {
	case len(e.Deliveries) > 0:
	case e.Announced: // the summary is with the last alert in it
		return kit.Look{}, text.Tr("In the summary of quiet hours %s", f.DayClock(e.NotifiedAt, e.Opened))
	default:
		return kit.Look{}, text.Tr("Not notified (switched off, snoozed or quiet hours)")
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
	at := f.DayClock(worst.At, e.Opened)
	words := text.Tr("Notification %s", at)
	if worst.State == journal.Accepted || worst.State == journal.Unreported {
		words = text.Tr("Notified %s", at)
	}
	words = text.Dotted(words, f.Delivery(worst, now))
	if n := len(e.Deliveries); n > 1 {
		words += " " + text.Tr("(%d of %d)", same, n)
	}
	mark := deliveryMark(worst.State)
	if at := untold(&e, now); !at.IsZero() {
		words = text.Dotted(words, text.Tr("%s not notified (switched off, snoozed or quiet hours)", f.DayClock(at, e.Opened)))
		if worst.State == journal.Accepted {
			mark = kit.Look{}
		}
	}
	return mark, words
}

// snoozes are the ends that the user can choose for a snooze, with their names.
func snoozes(now time.Time, f text.Format) []snoozeChoice {
	morning := text.UntilTomorrow(f.In(now))
	return []snoozeChoice{
		{text.Tr("30 minutes"), now.Add(30 * time.Minute)},
		{text.Tr("2 hours"), now.Add(2 * time.Hour)},
		{text.Tr("Until tomorrow, %s", f.Time(morning, "Mon 2 Jan 15:04")), morning},
	}
}

type snoozeChoice struct {
	name  string
	until time.Time
}

// byName are incidents that last, then the others: first those of the watch itself,
// then those of numbers that are down both ways, each in the order of names.
func byName(incidents []alert.Incident) []alert.Incident {
	var open []alert.Incident
	for _, in := range incidents {
		if in.Open() {
			open = append(open, in)
		}
	}
	down := waysDown(open)
	rank := func(in alert.Incident) int {
		way, known := down[in.Key]
		switch {
		case !in.Open():
			return 3
		case in.OfMonitor:
			return 0
		case known && way == bothWays:
			return 1
		default:
			return 2
		}
	}
	sorted := slices.Clone(incidents)
	slices.SortStableFunc(sorted, func(a, b alert.Incident) int {
		return cmp.Or(rank(a)-rank(b), heartbeat.CompareNames(cmp.Or(a.Name, a.Number), cmp.Or(b.Name, b.Number)), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Direction, b.Direction))
	})
	return sorted
}
