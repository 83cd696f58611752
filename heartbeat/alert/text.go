package alert

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
)

// namesInText is how many numbers a text names before it counts the rest.
const namesInText = 3

func announcement(a *Alert, h heartbeat.Health, rules Rules) Note {
	switch {
	case a.blind() != nil:
		return a.note(Announcement, h.At, rules, rules.tr("Exotel Monitor can't see your lines"), a.blindText(h, rules))
	case a.seesAgain():
		return a.note(Announcement, h.At, rules, seesText(rules), a.Level.String()+": "+a.where(h, rules)+". "+a.particulars(h.At, rules))
	}
	return a.note(Announcement, h.At, rules, a.Level.String()+": "+a.where(h, rules), a.particulars(h.At, rules))
}

func reminder(a *Alert, h heartbeat.Health, rules Rules) Note {
	if in := a.blind(); in != nil {
		title := rules.tr("Exotel Monitor still can't see your lines after %s", lasting(h.At.Sub(in.Opened), rules))
		return a.note(Reminder, h.At, rules, title, a.blindText(h, rules))
	}
	title := rules.tr("Still %s after %s: %s", a.Level, lasting(a.Lasted(h.At), rules), a.where(h, rules))
	return a.note(Reminder, h.At, rules, title, a.particulars(h.At, rules))
}

func recovery(a *Alert, h heartbeat.Health, rules Rules) Note {
	lasted, from, to := lasting(a.Lasted(h.At), rules), clock(a.Opened, h.At, rules), clock(a.Closed, h.At, rules)
	title := rules.tr("OK again: %s", names(a.Incidents, rules))
	body := rules.tr("It lasted %s, from %s to %s. The worst level was %s.", lasted, from, to, a.Worst)
	if a.OfWatch() {
		title, body = seesText(rules), rules.tr("It couldn't see them for %s, from %s to %s.", lasted, from, to)
	}
	n := a.note(Recovery, h.At, rules, title, body)
	n.Urgent, n.Sound = false, false
	return n
}

// seesText is told when what blindText tells of is over.
func seesText(rules Rules) string { return rules.tr("Exotel Monitor can see your lines again") }

// blindText says why the watch cannot see the ExoPhones, what to do, and since when.
func (a *Alert) blindText(h heartbeat.Health, rules Rules) string {
	in := a.blind()
	text := rules.translated(in.Word) + ". "
	if h.Blind != nil {
		text += blindAdvice(h.Blind, rules) + " "
	}
	return text + rules.tr("Since %s, %s.", clock(in.Opened, h.At, rules), lasting(h.At.Sub(in.Opened), rules))
}

// blindWord says in a few words why the watch cannot see the ExoPhones.
func blindWord(why error) string {
	if errors.Is(why, heartbeat.ErrSilent) {
		return "No heartbeats arrive from Exotel"
	}
	return exotelError(why).Headline()
}

// blindAdvice says what the user can do about it.
func blindAdvice(why error, rules Rules) string {
	if errors.Is(why, heartbeat.ErrSilent) {
		return rules.tr("Check the webhook and the way to it in Settings.")
	}
	return rules.translated(exotelError(why).Advice())
}

// exotelError is the error of the account behind another, or that it could not be
// reached.
func exotelError(err error) *exotel.Error {
	if failed, ok := errors.AsType[*exotel.Error](err); ok {
		return failed
	}
	return &exotel.Error{Kind: exotel.KindNetwork}
}

// seesAgain reports whether the news of an open alert is that the watch sees the
// ExoPhones again, after somebody was told that it could not.
func (a *Alert) seesAgain() bool {
	last := a.lastSeen()
	if !a.Untold || last == nil || a.blind() != nil || a.Told.Before(last.Opened) || a.Told.After(last.Closed) {
		return false
	}
	return !slices.ContainsFunc(a.Incidents, func(in Incident) bool { return !in.OfWatch && in.Opened.After(last.Opened) })
}

func summary(alerts []*Alert, over int, now time.Time, rules Rules) Note {
	state := rules.tr("all over")
	switch {
	case over == 0:
		state = rules.tr("still open")
	case over < len(alerts):
		state = rules.tr("%d still open", len(alerts)-over)
	case over == 1:
		state = rules.tr("over")
	}
	title := rules.tr("%s in quiet hours, %s", rules.trN(len(alerts), "%d alert", "%d alerts", len(alerts)), state)
	n := Note{Kind: Summary, At: now, Title: title}
	var lines []string
	for _, a := range alerts {
		from, lasted := clock(a.Opened, now, rules), lasting(a.Lasted(now), rules)
		if a.OfWatch() {
			lines = append(lines, rules.tr("Couldn't see your lines from %s for %s.", from, lasted))
		} else {
			lines = append(lines, rules.tr("%s from %s for %s: %s.", a.Worst, from, lasted, names(a.Incidents, rules)))
		}
		n.Alert = a
	}
	n.Body = strings.Join(lines, " ")
	return n
}

// NewTrial is a note that shows whether notes arrive.
func NewTrial(now time.Time, rules Rules) Note {
	return Note{
		Kind: Trial, At: now, Title: rules.tr("Test notification"), Sound: rules.Sound,
		Body: rules.tr("This is how you'll hear that an ExoPhone is down."),
	}
}

func (a *Alert) note(kind Kind, now time.Time, rules Rules, title, body string) Note {
	urgent := a.Level == heartbeat.Critical
	return Note{Kind: kind, Alert: a, At: now, Title: title, Body: body, Urgent: urgent, Sound: urgent && rules.Sound}
}

// where says how many numbers are down, and in which directions.
func (a *Alert) where(h heartbeat.Health, rules Rules) string {
	down := map[heartbeat.Direction]int{}
	groups := downGroups(a.OpenIncidents())
	numbers := 0
	for _, g := range groups {
		numbers += len(g.incidents)
		for _, d := range g.directions {
			down[d] += len(g.incidents)
		}
	}
	of := rules.trN(numbers, "%d number", "%d numbers", numbers)
	if h.Listed {
		of = rules.trN(len(h.Phones), "%d of %d number", "%d of %d numbers", numbers, len(h.Phones))
	}
	switch {
	case numbers == 0 && a.Level == heartbeat.Critical:
		return rules.tr("all numbers are affected")
	case numbers == 0:
		return rules.tr("some numbers are affected; Exotel doesn't say which")
	case len(groups) > 1:
		return rules.tr("%s down (incoming on %d, outgoing on %d)", of, down[heartbeat.Incoming], down[heartbeat.Outgoing])
	case len(groups[0].directions) > 1:
		return rules.tr("incoming and outgoing down on %s", of)
	case groups[0].directions[0] == heartbeat.Outgoing:
		return rules.tr("outgoing down on %s", of)
	default:
		return rules.tr("incoming down on %s", of)
	}
}

// downGroup is the numbers that are down in the same directions, one incident of each.
type downGroup struct {
	directions []heartbeat.Direction
	incidents  []Incident
}

// downGroups groups incidents of numbers by what is down, both directions first.
func downGroups(incidents []Incident) []downGroup {
	downs := map[string]map[heartbeat.Direction]bool{}
	for _, i := range incidents {
		if downs[i.Key] == nil {
			downs[i.Key] = map[heartbeat.Direction]bool{}
		}
		downs[i.Key][i.Direction] = true
	}
	both := heartbeat.Directions[:]
	var groups []downGroup
	for _, directions := range [][]heartbeat.Direction{both, both[:1], both[1:]} {
		g := downGroup{directions: directions}
		seen := map[string]bool{}
		for _, i := range incidents {
			down := downs[i.Key]
			if i.Key == "" || seen[i.Key] || len(down) != len(directions) || !down[directions[0]] {
				continue
			}
			seen[i.Key] = true
			g.incidents = append(g.incidents, i)
		}
		if len(g.incidents) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// particulars are the impact, since when, and what to use instead.
func (a *Alert) particulars(now time.Time, rules Rules) string {
	open := a.OpenIncidents()
	text := rules.tr("%s. Since %s, %s.", impact(open, rules), clock(a.Opened, now, rules), lasting(a.Lasted(now), rules))
	for _, i := range open {
		if len(i.Alternates) > 0 {
			return text + " " + rules.tr("Alternate: %s.", i.Alternates[0])
		}
	}
	return text
}

// impact says what does not work for whom.
func impact(open []Incident, rules Rules) string {
	var parts []string
	for _, g := range downGroups(open) {
		switch {
		case len(g.directions) > 1:
			parts = append(parts, rules.tr("Calls to and from %s may fail", names(g.incidents, rules)))
		case g.directions[0] == heartbeat.Outgoing:
			parts = append(parts, rules.tr("Calls from %s may fail", names(g.incidents, rules)))
		default:
			parts = append(parts, rules.tr("Callers may not reach %s", names(g.incidents, rules)))
		}
	}
	if len(parts) == 0 { // Exotel does not say which numbers, nor in which direction
		return rules.tr("Calls to and from %s may fail", names(open, rules))
	}
	return strings.Join(parts, ". ")
}

func names(incidents []Incident, rules Rules) string {
	var names []string
	for _, i := range incidents {
		if i.OfWatch {
			continue
		}
		if name := cmp.Or(i.Name, i.Number, rules.tr("the account's numbers")); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, heartbeat.CompareNames)
	if more := len(names) - namesInText; more > 0 {
		return rules.tr("%s and %d more", strings.Join(names[:namesInText], ", "), more)
	}
	return strings.Join(names, ", ")
}

// clock writes a time in the account's zone, with the day if it is not today.
func clock(t, now time.Time, rules Rules) string {
	t, now = t.In(rules.Zone), now.In(rules.Zone)
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("Mon 2 Jan 15:04")
}

// lasting writes how long something lasts, like "3 h 40 min".
func lasting(d time.Duration, rules Rules) string {
	switch minutes := int(d.Round(time.Minute) / time.Minute); {
	case d < time.Minute:
		return rules.tr("less than a minute")
	case minutes < 60:
		return rules.tr("%d min", minutes)
	case minutes < 48*60:
		return rules.tr("%d h %02d min", minutes/60, minutes%60)
	default:
		return rules.tr("%d days %d h", minutes/60/24, minutes/60%24)
	}
}
