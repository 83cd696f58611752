package line

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/text"
)

// This file works out what an ExoPhone's history says. It knows no widgets.

// stripParts divides the time from from to to by what was seen of a line. Spans
// are given oldest first, as the journal has them.
func stripParts(spans []journal.Span, from, to time.Time) []chart.Part {
	var parts []chart.Part
	at := from
	add := func(until time.Time, state heartbeat.State) {
		if !until.After(at) {
			return
		}
		if last := len(parts) - 1; last >= 0 && parts[last].State == state {
			parts[last].Ended = until
		} else {
			parts = append(parts, chart.Part{Began: at, Ended: until, State: state})
		}
		at = until
	}
	for _, s := range spans {
		if s.End.Before(from) || s.Start.After(to) {
			continue
		}
		state := heartbeat.Down
		if s.Up {
			state = heartbeat.Up
		}
		add(s.Start, heartbeat.StateUnknown)
		add(text.Earlier(s.End, to), state)
	}
	add(to, heartbeat.StateUnknown)
	return parts
}

// uptoNow lengthens the last span until now while what it says still holds: the
// next word is not due yet.
func uptoNow(spans []journal.Span, line heartbeat.LineHealth, now time.Time) []journal.Span {
	last := len(spans) - 1
	if last < 0 || line.State == heartbeat.StateUnknown || spans[last].Up != (line.State == heartbeat.Up) {
		return spans
	}
	// The journal keeps milliseconds.
	if spans[last].End.Before(line.ReportedAt.Truncate(time.Millisecond)) || !now.After(spans[last].End) {
		return spans
	}
	spans = slices.Clone(spans)
	spans[last].End = now
	return spans
}

// stripText is a strip in words.
func stripText(parts []chart.Part) string {
	length := map[heartbeat.State]time.Duration{}
	for _, p := range parts {
		length[p.State] += p.Ended.Sub(p.Began)
	}
	unseen := ""
	if length[heartbeat.StateUnknown] >= time.Minute {
		unseen = text.Tr("not observed %s", text.Duration(length[heartbeat.StateUnknown]))
	}
	switch {
	case length[heartbeat.Up]+length[heartbeat.Down] == 0:
		return text.Tr("No data for the last 24 h")
	case length[heartbeat.Down] == 0 && unseen == "":
		return text.Tr("Up for all of the last 24 h")
	case length[heartbeat.Down] == 0:
		return text.Tr("No outage seen in 24 h (%s)", unseen)
	case unseen == "":
		return text.Tr("Down %s in 24 h", text.Duration(length[heartbeat.Down]))
	default:
		return text.Tr("Down %s in 24 h (%s)", text.Duration(length[heartbeat.Down]), unseen)
	}
}

// partText reads a part of a strip out.
func partText(p chart.Part, now time.Time, f text.Format) string {
	end := f.Clock(p.Ended)
	if !p.Ended.Before(now) {
		end = text.Tr("now")
	}
	state := text.Tr("not observed")
	if p.State != heartbeat.StateUnknown {
		state = text.State(p.State)
	}
	return fmt.Sprintf("%s–%s %s (%s)", f.Clock(p.Began), end, state, text.Duration(p.Ended.Sub(p.Began)))
}

// lineText says how an ExoPhone is in one direction.
func lineText(line heartbeat.LineHealth, now time.Time, f text.Format) string {
	checked := ""
	if !line.Checked.IsZero() {
		checked = text.Tr("last check %s", f.DayClock(line.Checked, now))
	}
	if line.Suspect {
		checked = text.Tr("the check of %s failed, confirming…", f.DayClock(line.Checked, now))
	}
	switch line.State {
	case heartbeat.Up:
		word := ""
		if line.Status != "" && !(heartbeat.Line{Status: line.Status}).Healthy() {
			word = text.Tr("last report: %s", f.Plain(line.Status))
		}
		if line.Since.IsZero() {
			return text.Dotted(text.State(heartbeat.Up), word, checked)
		}
		return text.Dotted(text.Tr("up since %s", f.DayClock(line.Since, now)), word, checked)
	case heartbeat.Down:
		words := text.State(heartbeat.Down)
		if since := f.Since(line.Since, now); since != "" {
			words += " " + since
		}
		return text.Dotted(words, f.Plain(line.Status), checked)
	default:
		return text.Dotted(text.Tr("unknown"), checked)
	}
}

// leastObserved is how long a line must have been observed for its share to mean
// anything: a day, less what restarts take from the window of a day.
const leastObserved = 23*time.Hour + 30*time.Minute

// shareText is an availability in per cent, cut to a tenth: what was down for a
// moment never reads 100%. It is a dash where less than a day was observed.
func shareText(a journal.Availability) string {
	switch {
	case a.Observed < leastObserved:
		return text.Unknown
	case a.Up == a.Observed:
		return "100%"
	}
	tenths := int64(a.Up) * 1000 / int64(a.Observed) // both are a month at most
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// seenText says how much of its window an availability rests on.
func seenText(a journal.Availability) string {
	percent := int64(a.Observed) * 100 / int64(a.Window)
	switch {
	case a.Observed <= 0:
		return text.Tr("not observed")
	case percent < 1:
		return text.Tr("observed <%s", "1%")
	default:
		return text.Tr("observed %s", fmt.Sprintf("%d%%", min(percent, 100)))
	}
}

// phoneIncidents are an ExoPhone's incidents in these alerts, newest first.
func phoneIncidents(entries []journal.Entry, key string) []alert.Incident {
	var list []alert.Incident
	for _, e := range entries {
		for _, in := range e.Incidents {
			if in.Key == key {
				list = append(list, in)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b alert.Incident) int { return cmp.Or(b.Opened.Compare(a.Opened), cmp.Compare(b.ID, a.ID)) })
	return list
}
