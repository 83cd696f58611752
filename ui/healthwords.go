package ui

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
)

// levelSentence says in one line how the ExoPhones are: the level, what is
// affected, and since when, in zone's time.
func levelSentence(h heartbeat.Health, now time.Time, zone *time.Location) string {
	return h.Level.String() + " · " + healthText(h, now, zone)
}

// healthText is levelSentence without the level.
func healthText(h heartbeat.Health, now time.Time, zone *time.Location) string {
	switch h.Level {
	case heartbeat.OK:
		return dotted(cmp.Or(failedText(h), wellText(h)), tr("checked %s", dayClock(h.Heard, now, zone)))
	case heartbeat.Warning, heartbeat.Critical:
		return dotted(affectedText(h), sinceText(h.Since, now, zone))
	case heartbeat.TooLarge:
		return tr("Too many numbers affected for one heartbeat. Checking them one by one.")
	default:
		return unknownText(h, now)
	}
}

// wellText counts the numbers of an account that is well.
func wellText(h heartbeat.Health) string {
	n := len(h.Phones)
	if !h.Listed || n == 0 {
		return tr("Exotel reports all numbers up, both directions")
	}
	if n == 1 {
		return tr("The number is up, both directions")
	}
	return tr("All %d numbers up, both directions", n)
}

// failedText counts the numbers that failed once, "" for none.
func failedText(h heartbeat.Health) string {
	n := h.Failed()
	if n == 0 {
		return ""
	}
	return trN(n, "%d line failed, confirming…", "%d lines failed, confirming…", n)
}

// affectedText counts the affected numbers by direction. A level alone says
// neither: CRITICAL means that every number is affected in one direction or
// the other.
func affectedText(h heartbeat.Health) string {
	incoming, outgoing, affected := h.Affected()
	n := len(h.Phones)
	numbers := trN(n, "%d of %d number", "%d of %d numbers", affected, n)
	if !h.Listed {
		numbers = trN(affected, "%d number", "%d numbers", affected)
	}
	switch {
	case affected == 0 && h.Level == heartbeat.Critical:
		return tr("All numbers are affected; Exotel doesn't say in which direction")
	case affected == 0:
		return tr("Exotel doesn't say which numbers")
	case outgoing == 0:
		numbers = tr("%s down, incoming", numbers)
	case incoming == 0:
		numbers = tr("%s down, outgoing", numbers)
	case incoming == affected && outgoing == affected:
		numbers = tr("%s down, incoming and outgoing", numbers)
	default:
		numbers = tr("%s down (incoming on %d, outgoing on %d)", numbers, incoming, outgoing)
	}
	if h.Level == heartbeat.Critical && h.Listed && affected < n {
		return dotted(numbers, tr("Exotel reports it for all numbers"))
	}
	return dotted(numbers, failedText(h))
}

// unknownText says why it is not known how the numbers are.
func unknownText(h heartbeat.Health, now time.Time) string {
	silence := max(0, now.Sub(h.Heard))
	switch up := h.Up(); h.Reason() {
	case heartbeat.WordStrange:
		return tr("Exotel sent an unrecognised status: “%s”", oneLine(h.Word, 40))
	case heartbeat.SomeNotKnown:
		return dotted(trN(up, "%d of %d numbers is up", "%d of %d numbers are up", up, len(h.Phones)),
			tr("%d unknown", len(h.Phones)-up), failedText(h))
	case heartbeat.NotAsked:
		return tr("Can't check line status: %s. Line status is unknown", reasonText(h.Trouble))
	case heartbeat.NoExoPhones:
		return tr("This account has no ExoPhones")
	case heartbeat.NothingYet:
		return tr("Checking your ExoPhones…")
	case heartbeat.Silence:
		if h.Source == heartbeat.Pulled {
			return tr("Last checked %s ago (expected every %s)", lengthText(silence), lengthText(h.Every))
		}
		return tr("No heartbeat for %s (expected every %s)", lengthText(silence), lengthText(h.Every))
	default:
		return tr("Line status unknown")
	}
}

// troubleText says what is wrong with our own connection where the level is
// known all the same, else "".
func troubleText(h heartbeat.Health) string {
	if h.Trouble == nil || h.Reason() == heartbeat.NotAsked {
		return ""
	}
	return tr("Can't check line status: %s", reasonText(h.Trouble))
}

// ownTroubleText says what does not work on our own side, else "".
func ownTroubleText(a healthAsides) string {
	deaf, unrecorded := "", ""
	if a.deaf != nil {
		deaf = tr("Heartbeats are not received: %s", oneLine(reasonText(a.deaf), 200))
	}
	if a.unrecorded != nil {
		unrecorded = tr("Incidents cannot be recorded: %s", oneLine(reasonText(a.unrecorded), 600))
	}
	return dotted(deaf, unrecorded)
}

// sinceText says since when something is so, and how long that is.
func sinceText(since, now time.Time, zone *time.Location) string {
	if since.IsZero() {
		return ""
	}
	text := tr("since %s", dayClock(since, now, zone))
	if span := now.Sub(since); span >= time.Minute {
		text += " (" + lengthText(span) + ")"
	}
	return text
}

// dayClock writes a time in a zone, with the day when it is not now's.
func dayClock(at, now time.Time, zone *time.Location) string {
	at, now = at.In(zone), now.In(zone)
	switch {
	case metrics.DateOf(at) == metrics.DateOf(now):
		return at.Format("15:04")
	case now.Sub(at).Abs() < 300*24*time.Hour:
		return at.Format("Mon 2 Jan 15:04")
	default:
		return at.Format("2 Jan 2006 15:04")
	}
}

// lengthText writes a length of time in one or two units.
func lengthText(d time.Duration) string {
	minutes := int(d.Minutes())
	switch {
	case d < time.Minute:
		return tr("%d s", int(d.Seconds()))
	case d < time.Hour:
		return tr("%d min", minutes)
	case d < 48*time.Hour && minutes%60 == 0:
		return tr("%d h", minutes/60)
	case d < 48*time.Hour:
		return tr("%d h %d min", minutes/60, minutes%60)
	default:
		return tr("%d days", minutes/60/24)
	}
}

// alternate is the number to use instead of the worst line that is down, "" for none.
func alternate(h heartbeat.Health) (number, name string) {
	worst := slices.IndexFunc(h.Phones, heartbeat.PhoneHealth.Affected)
	if worst < 0 {
		return "", ""
	}
	known := map[string]heartbeat.PhoneHealth{}
	for _, p := range h.Phones {
		known[p.Key] = p
	}
	p := h.Phones[worst]
	line := p.Incoming
	if line.State != heartbeat.Down {
		line = p.Outgoing
	}
	for _, number := range line.Alternates {
		if p := known[exotel.NumberKey(number)]; !p.Affected() {
			return number, p.Name
		}
	}
	return "", ""
}

// phoneText writes an ExoPhone's number in groups: an Indian one the way it is
// dialled there, another as it is. It is masked if the user wants that.
func phoneText(number string) string {
	if numbersHidden {
		return oneLine(number, 40)
	}
	key := exotel.NumberKey(number)
	prefix, ours := strings.CutSuffix(strings.TrimPrefix(number, "+"), key)
	if !ours || len(key) != 10 || prefix != "91" && (prefix != "0" && prefix != "" || number[0] == '+') {
		return oneLine(number, 40)
	}
	area := 3
	switch {
	case strings.Contains("11 20 22 33 40 44 79 80", key[:2]):
		area = 2
	case key[0] >= '6': // a mobile number
		return "0" + key[:5] + " " + key[5:]
	}
	return "0" + key[:area] + " " + key[area:6] + " " + key[6:]
}

// oneLine makes a text from outside fit to be shown: no more than most
// characters, on one line, and nothing that is not seen. Joiners stay, which
// Indian scripts need; phone numbers as the user wants them.
func oneLine(text string, most int) string {
	text = text[:min(len(text), 8*most)] // it may be megabytes
	printed := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || r == '\u200c' || r == '\u200d' {
			return r
		}
		return ' '
	}, text)
	runes := []rune(hiding(strings.Join(strings.Fields(printed), " ")))
	if len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return string(runes)
}

// dotted joins the parts of a line that are there.
func dotted(parts ...string) string {
	var there []string
	for _, part := range parts {
		if part != "" {
			there = append(there, part)
		}
	}
	return strings.Join(there, " · ")
}
