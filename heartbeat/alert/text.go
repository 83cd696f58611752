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

// maxNames is the number of names in a text before it counts the rest.
const maxNames = 3

func announcement(a *Alert, h heartbeat.Health, rules Rules) Note {
	switch {
	case a.openBlind() != nil:
		return a.note(Announcement, h.At, rules, rules.tr("Exotel Monitor can't see your lines"), a.blindText(h, rules))
	case a.seesAgain():
		return a.note(Announcement, h.At, rules, seesText(rules), a.Level.String()+": "+a.where(h, rules)+". "+a.particulars(h.At, rules))
	}
	return a.note(Announcement, h.At, rules, a.Level.String()+": "+a.where(h, rules), a.particulars(h.At, rules))
}

func reminder(a *Alert, h heartbeat.Health, rules Rules) Note {
	if in := a.openBlind(); in != nil {
		title := rules.tr("Exotel Monitor still can't see your lines after %s", duration(h.At.Sub(in.Opened), rules))
		return a.note(Reminder, h.At, rules, title, a.blindText(h, rules))
	}
	title := rules.tr("Still %s after %s: %s", a.Level, duration(a.Duration(h.At), rules), a.where(h, rules))
	return a.note(Reminder, h.At, rules, title, a.particulars(h.At, rules))
}

func recovery(a *Alert, h heartbeat.Health, rules Rules) Note {
	lasted, from, to := duration(a.Duration(h.At), rules), clock(a.Opened, h.At, rules), clock(a.Closed, h.At, rules)
	title := rules.tr("OK again: %s", names(a.Incidents, rules))
	body := rules.tr("It lasted %s, from %s to %s. The worst level was %s.", lasted, from, to, a.Worst)
	if a.OfMonitor() {
		title, body = seesText(rules), rules.tr("It couldn't see them for %s, from %s to %s.", lasted, from, to)
	}
	n := a.note(Recovery, h.At, rules, title, body)
	n.Urgent, n.Sound = false, false
	return n
}

// seesText is the title when what blindText describes is over.
func seesText(rules Rules) string { return rules.tr("Exotel Monitor can see your lines again") }

// blindText returns why the monitor cannot see the ExoPhones, what to do, and since when.
func (a *Alert) blindText(h heartbeat.Health, rules Rules) string {
	in := a.openBlind()
	text := rules.translated(in.Cause) + ". "
	if h.BlindErr != nil {
		text += blindAdvice(h.BlindErr, rules) + " "
	}
	return text + rules.tr("Since %s, %s.", clock(in.Opened, h.At, rules), duration(h.At.Sub(in.Opened), rules))
}

// blindCause returns in a few words why the monitor cannot see the ExoPhones.
func blindCause(why error) string {
	if errors.Is(why, heartbeat.ErrSilent) {
		return "No heartbeats arrive from Exotel"
	}
	return exotelError(why).Headline()
}

// blindAdvice returns what the user can do about it.
func blindAdvice(why error, rules Rules) string {
	if errors.Is(why, heartbeat.ErrSilent) {
		return rules.tr("Check the webhook and the way to it in Settings.")
	}
	return rules.translated(exotelError(why).Advice())
}

// exotelError returns the account's error behind err, or one that says that Exotel could
// not be reached.
func exotelError(err error) *exotel.Error {
	if failed, ok := errors.AsType[*exotel.Error](err); ok {
		return failed
	}
	return &exotel.Error{Kind: exotel.KindNetwork}
}

// seesAgain reports whether the news of an open alert is that the monitor sees the
// ExoPhones again, after the user was notified that it could not.
func (a *Alert) seesAgain() bool {
	last := a.lastBlind()
	if !a.HasNews || last == nil || a.openBlind() != nil || a.NotifiedAt.Before(last.Opened) || a.NotifiedAt.After(last.Closed) {
		return false
	}
	return !slices.ContainsFunc(a.Incidents, func(in Incident) bool { return !in.OfMonitor && in.Opened.After(last.Opened) })
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
		from, lasted := clock(a.Opened, now, rules), duration(a.Duration(now), rules)
		if a.OfMonitor() {
			lines = append(lines, rules.tr("Couldn't see your lines from %s for %s.", from, lasted))
		} else {
			lines = append(lines, rules.tr("%s from %s for %s: %s.", a.Worst, from, lasted, names(a.Incidents, rules)))
		}
		n.Alert = a
	}
	n.Body = strings.Join(lines, " ")
	return n
}

// NewTrial returns a note that shows whether notes arrive.
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

// where returns how many numbers are down, and in which directions.
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

// downGroups groups the incidents of numbers by the directions that are down, both
// directions first.
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

// particulars returns the impact, since when, and what to use instead.
func (a *Alert) particulars(now time.Time, rules Rules) string {
	open := a.OpenIncidents()
	text := rules.tr("%s. Since %s, %s.", impact(open, rules), clock(a.Opened, now, rules), duration(a.Duration(now), rules))
	for _, i := range open {
		if len(i.Alternates) > 0 {
			return text + " " + rules.tr("Alternate: %s.", i.Alternates[0])
		}
	}
	return text
}

// impact returns what does not work for whom.
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
	if len(parts) == 0 { // Exotel says neither which numbers nor in which direction
		return rules.tr("Calls to and from %s may fail", names(open, rules))
	}
	return strings.Join(parts, ". ")
}

func names(incidents []Incident, rules Rules) string {
	var names []string
	for _, i := range incidents {
		if i.OfMonitor {
			continue
		}
		if name := cmp.Or(i.Name, i.Number, rules.tr("the account's numbers")); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, heartbeat.CompareNames)
	if more := len(names) - maxNames; more > 0 {
		return rules.tr("%s and %d more", strings.Join(names[:maxNames], ", "), more)
	}
	return strings.Join(names, ", ")
}

// clock returns a time in the account's zone, with the day if it is not today.
func clock(t, now time.Time, rules Rules) string {
	t, now = t.In(rules.Zone), now.In(rules.Zone)
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("Mon 2 Jan 15:04")
}

// duration returns a length of time such as "3 h 40 min".
func duration(d time.Duration, rules Rules) string {
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
