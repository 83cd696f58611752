package ui

import (
	"errors"
	"exotel-monitor/ui/account"
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

// This file writes what the data screen says. It knows no widgets.

const longDay = "2 Jan 2006"

// fillText is what is said of how far the calls are stored.
type fillText struct {
	look          look
	word          string // the state
	main, detail  string
	bar           bool // there is a share to show
	share         float32
	pause, resume bool // what can be done
	again         bool
}

// fillWords says how far the calls are stored. none says why none are to be, keep
// for how many months they are kept.
func fillWords(s account.Stored, none string, keep int, g metrics.Grouping, now time.Time) fillText {
	f := &s.Filling
	switch {
	case none != "":
		return fillText{look: look{hollow, colorUnknown}, word: tr("Not saved"), main: none}
	case errors.Is(s.Unkept, file.ErrInUse):
		return fillText{look: look{hollow, colorUnknown}, word: tr("Shared"), main: errorText(s.Unkept),
			detail: tr("The other one downloads calls and notifies you of alerts. What it saves is shown here too.")}
	case s.Unkept != nil:
		return fillText{look: look{triangle, theme.ColorNameWarning}, word: tr("Not saved"), main: errorText(s.Unkept),
			detail: tr("Showing what could be read. New calls won't be saved.")}
	case f.Of == 0:
		return fillText{look: look{hollow, colorUnknown}, word: tr("Reading from disk"), main: tr("Checking saved calls…")}
	}
	t := fillText{
		look: look{hollow, colorUnknown}, word: tr("Waiting"), bar: true, share: float32(f.Days) / float32(f.Of),
		main: dotted(tr("%d of %d days", f.Days, f.Of), callCount(f.Calls, g)), pause: true,
	}
	if s.IsFilling() {
		t.word, t.look.color = tr("Downloading"), theme.ColorNamePrimary
		t.detail = readingText(f, g, now)
		if f.Left > 0 && !f.Done() {
			t.main = dotted(t.main, leftText(f.Left))
		}
	}
	all := ""
	if f.All > f.Calls {
		all = tr("%s in total", callCount(f.All, g))
	}
	switch {
	case f.Done():
		t.look, t.word = look{disc, colorHealthy}, tr("Up to date")
		span := dayOf(f.From, now) + " – " + dayOf(f.To, now)
		t.main = tr("Everything Exotel still has is saved: %s", span)
		if keep > 0 && keep < exotelMonths {
			t.main = tr("All days you keep are saved: %s", span)
		}
		t.main = dotted(t.main, callCount(f.Calls, g))
		if f.Oldest.Before(f.From) {
			t.detail = dotted(tr("The oldest saved day is %s.", dayOf(f.Oldest, now)), t.detail)
		}
		if f.Paused {
			t.detail = sentences(tr("Paused. Only days you open are saved."), t.detail)
		}
		t.pause = s.IsFilling()
	case f.Paused:
		t.word = tr("Paused")
		t.detail = tr("Days you open are still saved.")
	case f.Err != nil:
		t.look, t.word, t.again = look{diamond, colorCritical}, tr("Stopped"), true
		t.detail = sentences(tr("Couldn't save one day.")+" "+errorText(f.Err), tr("Next try at %s.", clock(f.Retry, now)))
	case !s.IsFilling() && f.Short > 0:
		t.again = true
	}
	if f.Short > 0 && !f.Paused && f.Err == nil {
		t.detail = sentences(trN(f.Short, "For %d day Exotel lists fewer calls than its own total; will retry.",
			"For %d days Exotel lists fewer calls than its own total; will retry.", f.Short), t.detail)
	}
	if f.Paused {
		t.pause, t.resume = false, true
	}
	t.main = dotted(t.main, all)
	return t
}

// exotelMonths is how far back Exotel has calls.
const exotelMonths = 6

// readingText says which day is being read.
func readingText(f *refresh.Filling, g metrics.Grouping, now time.Time) string {
	day := f.Reading.In(now.Location()).Format("Mon 2 Jan 2006")
	if p := f.Progress; p.Announced > 0 {
		return tr("Downloading %s: %s of %s calls", day, g.Count(p.Received), g.Count(p.Announced))
	}
	return tr("Downloading %s…", day)
}

// leftText says how long the rest takes, no more exactly than it can be known.
func leftText(left time.Duration) string {
	switch {
	case left < time.Minute:
		return tr("less than a minute left")
	case left > time.Hour:
		left = max(left.Round(10*time.Minute), time.Hour)
	}
	return tr("about %s left", lengthText(left))
}

// dayOf writes a day of now's zone.
func dayOf(d metrics.Date, now time.Time) string { return d.In(now.Location()).Format(longDay) }

// factText is a figure with what it means.
type factText struct {
	figure, about string
	bad           bool // it should be otherwise
}

// rangeFacts are the figures of how well the calls on the dashboard are known.
const rangeFacts = 8

func rangeFactNames() [rangeFacts]string {
	return [rangeFacts]string{
		tr("Stored"), tr("Exotel's total"), tr("Missing"), tr("Last sync"),
		tr("Provisional"), tr("With leg details"), tr("Unreadable rows"), tr("Not saved yet"),
	}
}

// factsOf writes the figures of a snapshot at now. none says why nothing is to be
// kept on the disk.
func factsOf(s *refresh.Snapshot, none string, g metrics.Grouping, now time.Time) [rangeFacts]factText {
	d, t := s.Data, s.Tally
	facts := [rangeFacts]factText{
		{g.Count(d.Stored), tr("Calls and legs held here for these days, ignoring filters."), false},
		{g.Count(t.Announced), tr("Exotel's own count for these days, to prove nothing is missing."), false},
		missingFact(t, g),
		syncFact(s, now),
		{g.Count(d.Provisional), tr("Live or just ended; Exotel may still update them. Rechecked for up to a day."), false},
		{g.Count(d.WithDetails), tr("Only these show whether two people talked."), false},
		{g.Count(t.Unreadable), tr("Rows from Exotel that couldn't be read. Not counted."), t.Unreadable > 0},
		{g.Count(d.Stored - d.Saved), tr("In memory only; fetched again after a restart."), d.Stored > d.Saved && none == ""},
	}
	if d.Stored > 0 {
		facts[5].figure += " · " + percent(d.WithDetails, d.Stored)
	}
	switch {
	case none != "":
		facts[7].about = none
	case s.SaveErr != nil:
		facts[7].about = errorText(s.SaveErr)
	}
	return facts
}

func missingFact(t refresh.Tally, g metrics.Grouping) factText {
	var parts, about []string
	if t.Missing > 0 {
		parts = append(parts, callCount(t.Missing, g))
		about = append(about, tr("Counted by Exotel but not received yet."))
	}
	if t.DaysMissing > 0 {
		parts = append(parts, trN(t.DaysMissing, "%d day", "%d days", t.DaysMissing))
		switch {
		case t.DaysGone == t.DaysMissing:
			about = append(about, tr("They are no longer available from Exotel."))
		case t.DaysGone > 0:
			about = append(about, trN(t.DaysGone, "No data for these days; %d is no longer available from Exotel.", "No data for these days; %d are no longer available from Exotel.", t.DaysGone))
		default:
			about = append(about, tr("No data for these days yet."))
		}
	}
	if t.DaysCut > 0 {
		parts = append(parts, trN(t.DaysCut, "the end of %d day", "the ends of %d days", t.DaysCut))
		about = append(about, daysCutText(t))
	}
	if len(parts) == 0 {
		return factText{g.Count(0), tr("Nothing is missing."), false}
	}
	return factText{strings.Join(parts, " · "), strings.Join(about, " "), true}
}

func syncFact(s *refresh.Snapshot, now time.Time) factText {
	switch {
	case s.AsOf.IsZero():
		return factText{unknown, tr("No complete days yet."), false}
	case s.Settled:
		return factText{clock(s.AsOf, now), tr("These days are final."), false}
	}
	about := tr("Last refresh of this day.")
	if s.Period.Days() > 1 {
		about = tr("Last refresh of days that can still change.")
	}
	return factText{clock(s.AsOf, now) + " · " + ago(now.Sub(s.AsOf)), about, s.Stale()}
}

// monthText is a month's row.
type monthText struct{ name, days, calls, state string }

// monthTexts are the months, newest first.
func monthTexts(months []refresh.Month, g metrics.Grouping, now time.Time) []monthText {
	list := make([]monthText, 0, len(months))
	for i := len(months) - 1; i >= 0; i-- {
		m := months[i]
		t := monthText{
			name: m.First.In(now.Location()).Format("January 2006"), days: tr("%d of %d days", m.Days, m.Of),
			calls: callCount(m.Calls, g), state: tr("complete"),
		}
		if missing := m.Of - m.Days; missing > 0 {
			t.state = tr("%d to go", missing)
		}
		if m.Of == 0 {
			t.days, t.state = tr("today only"), ""
		}
		list = append(list, t)
	}
	return list
}

// diskText writes a number of bytes.
func diskText(bytes int64) string {
	const kilo = 1000
	size, unit := float64(bytes), "bytes"
	for _, next := range []string{"kB", "MB", "GB"} {
		if size < kilo {
			break
		}
		size, unit = size/kilo, next
	}
	if unit == "bytes" || size >= 100 {
		return fmt.Sprintf("%.0f %s", size, unit)
	}
	return fmt.Sprintf("%.1f %s", size, unit)
}

// keepName is for how long calls are kept; 0 months is for ever.
func keepName(months int) string {
	if months == 0 {
		return tr("Forever")
	}
	return trN(months, "%d month", "%d months", months)
}
