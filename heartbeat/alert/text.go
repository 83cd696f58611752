package alert

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"exotel-monitor/heartbeat"
)

// namesInText is how many numbers a text names before it counts the rest.
const namesInText = 3

func announcement(a *Alert, h heartbeat.Health, rules Rules) Note {
	return a.note(Announcement, h.At, rules, a.Level.String()+": "+a.where(h), a.particulars(h.At, rules))
}

func reminder(a *Alert, h heartbeat.Health, rules Rules) Note {
	title := fmt.Sprintf("Still %s after %s: %s", a.Level, lasting(a.Lasted(h.At)), a.where(h))
	return a.note(Reminder, h.At, rules, title, a.particulars(h.At, rules))
}

func recovery(a *Alert, h heartbeat.Health, rules Rules) Note {
	body := fmt.Sprintf("It lasted %s, %s to %s. It was %s at worst.", lasting(a.Lasted(h.At)), clock(a.Opened, h.At, rules), clock(a.Closed, h.At, rules), a.Worst)
	n := a.note(Recovery, h.At, rules, "OK again: "+names(a.Incidents), body)
	n.Urgent, n.Sound = false, false
	return n
}

func summary(alerts []*Alert, over int, now time.Time, rules Rules) Note {
	state := "all over"
	switch {
	case over == 0:
		state = "still open"
	case over < len(alerts):
		state = fmt.Sprintf("%d still open", len(alerts)-over)
	case over == 1:
		state = "over"
	}
	n := Note{Kind: Summary, At: now, Title: fmt.Sprintf("%s in quiet hours, %s", count(len(alerts), "alert", "alerts"), state)}
	var lines []string
	for _, a := range alerts {
		lines = append(lines, fmt.Sprintf("%s from %s for %s: %s.", a.Worst, clock(a.Opened, now, rules), lasting(a.Lasted(now)), names(a.Incidents)))
		n.Alert = a
	}
	n.Body = strings.Join(lines, " ")
	return n
}

// NewTrial is a note that shows whether notes arrive.
func NewTrial(now time.Time, sound bool) Note {
	return Note{
		Kind: Trial, At: now, Title: "Test: notifications of Exotel Monitor arrive", Sound: sound,
		Body: "When an ExoPhone is down you will be told like this.",
	}
}

func (a *Alert) note(kind Kind, now time.Time, rules Rules, title, body string) Note {
	urgent := a.Level == heartbeat.Critical
	return Note{Kind: kind, Alert: a, At: now, Title: title, Body: body, Urgent: urgent, Sound: urgent && rules.Sound}
}

// where says which directions are down, and on how many numbers.
func (a *Alert) where(h heartbeat.Health) string {
	numbers, directions := map[string]bool{}, map[heartbeat.Direction]bool{}
	for _, i := range a.OpenIncidents() {
		if i.Key != "" {
			numbers[i.Key], directions[i.Direction] = true, true
		}
	}
	var down []string
	for _, d := range heartbeat.Directions {
		if directions[d] {
			down = append(down, string(d))
		}
	}
	switch {
	case len(numbers) == 0 && a.Level == heartbeat.Critical:
		return "all numbers are affected"
	case len(numbers) == 0:
		return "some numbers are affected, Exotel does not say which"
	case h.Listed:
		return fmt.Sprintf("%s down on %d of %s", strings.Join(down, " and "), len(numbers), count(len(h.Phones), "number", "numbers"))
	default:
		return fmt.Sprintf("%s down on %s", strings.Join(down, " and "), count(len(numbers), "number", "numbers"))
	}
}

// particulars are the impact, since when, and what to use instead.
func (a *Alert) particulars(now time.Time, rules Rules) string {
	open := a.OpenIncidents()
	text := fmt.Sprintf("%s. Since %s, %s.", impact(open), clock(a.Opened, now, rules), lasting(a.Lasted(now)))
	for _, i := range open {
		if len(i.Alternates) > 0 {
			return text + " Alternate: " + i.Alternates[0] + "."
		}
	}
	return text
}

// impact says what does not work for whom.
func impact(open []Incident) string {
	in, out := false, false
	for _, i := range open {
		in = in || i.Direction != heartbeat.Outgoing // also where Exotel does not say
		out = out || i.Direction != heartbeat.Incoming
	}
	switch {
	case in && out:
		return "Calls to and from " + names(open) + " may fail"
	case out:
		return "Calls from " + names(open) + " may fail"
	default:
		return "Callers may not reach " + names(open)
	}
}

func names(incidents []Incident) string {
	var names []string
	for _, i := range incidents {
		if name := cmp.Or(i.Name, i.Number, "the account's numbers"); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, heartbeat.CompareNames)
	if more := len(names) - namesInText; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:namesInText], ", "), more)
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
func lasting(d time.Duration) string {
	switch minutes := int(d.Round(time.Minute) / time.Minute); {
	case d < time.Minute:
		return "less than a minute"
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes < 48*60:
		return fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
	default:
		return fmt.Sprintf("%d days %d h", minutes/60/24, minutes/60%24)
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
