package data

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// This file writes what the data screen says. It knows no widgets.

// fillText is what is said of how far the calls are stored.
type fillText struct {
	look          kit.Look
	word          string // the state
	main, detail  string
	bar           bool // there is a share to show
	share         float32
	pause, resume bool // what can be done
	again         bool
}

// fillWords says how far the calls are stored. none says why none are to be, keep
// for how many months they are kept.
func fillWords(s account.Stored, none string, keep int, format text.Format, now time.Time) fillText {
	f := &s.Filling
	switch {
	case none != "":
		return fillText{look: kit.Look{Shape: kit.Hollow, Color: kit.ColorUnknown}, word: text.Tr("Not saved"), main: none}
	case errors.Is(s.Unkept, file.ErrInUse):
		return fillText{look: kit.Look{Shape: kit.Hollow, Color: kit.ColorUnknown}, word: text.Tr("Shared"), main: text.Error(s.Unkept),
			detail: text.Tr("The other one downloads calls and notifies you of alerts. What it saves is shown here too.")}
	case s.Unkept != nil:
		return fillText{look: kit.Look{Shape: kit.Triangle, Color: theme.ColorNameWarning}, word: text.Tr("Not saved"), main: text.Error(s.Unkept),
			detail: text.Tr("Showing what could be read. New calls won't be saved.")}
	case f.Total == 0:
		return fillText{look: kit.Look{Shape: kit.Hollow, Color: kit.ColorUnknown}, word: text.Tr("Reading from disk"), main: text.Tr("Checking saved calls…")}
	}
	t := fillText{
		look: kit.Look{Shape: kit.Hollow, Color: kit.ColorUnknown}, word: text.Tr("Waiting"), bar: true, share: float32(f.Days) / float32(f.Total),
		main: text.Dotted(text.Tr("%d of %d days", f.Days, f.Total), format.CallCount(f.Calls)), pause: true,
	}
	if s.IsFilling() {
		t.word, t.look.Color = text.Tr("Downloading"), theme.ColorNamePrimary
		t.detail = readingText(f, format, now)
		if f.Remaining > 0 && !f.Done() {
			t.main = text.Dotted(t.main, leftText(f.Remaining))
		}
	}
	all := ""
	if f.AllCalls > f.Calls {
		all = text.Tr("%s in total", format.CallCount(f.AllCalls))
	}
	switch {
	case f.Done():
		t.look, t.word = kit.Look{Shape: kit.Disc, Color: kit.ColorHealthy}, text.Tr("Up to date")
		span := text.Day(f.From, now) + " – " + text.Day(f.To, now)
		t.main = text.Tr("Everything Exotel still has is saved: %s", span)
		if keep > 0 && keep < exotelMonths {
			t.main = text.Tr("All days you keep are saved: %s", span)
		}
		t.main = text.Dotted(t.main, format.CallCount(f.Calls))
		if f.Oldest.Before(f.From) {
			t.detail = text.Dotted(text.Tr("The oldest saved day is %s.", text.Day(f.Oldest, now)), t.detail)
		}
		if f.Paused {
			t.detail = text.Sentences(text.Tr("Paused. Only days you open are saved."), t.detail)
		}
		t.pause = s.IsFilling()
	case f.Paused:
		t.word = text.Tr("Paused")
		t.detail = text.Tr("Days you open are still saved.")
	case f.Err != nil:
		t.look, t.word, t.again = kit.Look{Shape: kit.Diamond, Color: kit.ColorCritical}, text.Tr("Stopped"), true
		t.detail = text.Sentences(text.Tr("Couldn't save one day.")+" "+text.Error(f.Err), text.Tr("Next try at %s.", format.ClockSeconds(f.RetryAt, now)))
	case !s.IsFilling() && f.ShortDays > 0:
		t.again = true
	}
	if f.ShortDays > 0 && !f.Paused && f.Err == nil {
		t.detail = text.Sentences(text.TrN(f.ShortDays, "For %d days Exotel lists fewer calls than its own total; will retry.", f.ShortDays), t.detail)
	}
	if f.Paused {
		t.pause, t.resume = false, true
	}
	t.main = text.Dotted(t.main, all)
	return t
}

// exotelMonths is how far back Exotel has calls.
const exotelMonths = 6

// readingText says which day is being read.
func readingText(f *refresh.FillState, format text.Format, now time.Time) string {
	day := f.Reading.In(now.Location()).Format("Mon 2 Jan 2006")
	if p := f.Progress; p.Announced > 0 {
		return text.Tr("Downloading %s: %s of %s calls", day, format.Count(p.Received), format.Count(p.Announced))
	}
	return text.Tr("Downloading %s…", day)
}

// leftText says how long the rest takes, no more exactly than it can be known.
func leftText(left time.Duration) string {
	switch {
	case left < time.Minute:
		return text.Tr("less than a minute left")
	case left > time.Hour:
		left = max(left.Round(10*time.Minute), time.Hour)
	}
	return text.Tr("about %s left", text.Duration(left))
}

// factText is a figure with what it means.
type factText struct {
	figure, about string
	bad           bool // it should be otherwise
}

// rangeFacts are the figures of how well the calls on the dashboard are known.
const rangeFacts = 8

func rangeFactNames() [rangeFacts]string {
	return [rangeFacts]string{
		text.Tr("Stored"), text.Tr("Exotel's total"), text.Tr("Missing"), text.Tr("Last sync"),
		text.Tr("Provisional"), text.Tr("With leg details"), text.Tr("Unreadable rows"), text.Tr("Not saved yet"),
	}
}

// factsOf writes the figures of a snapshot at now. none says why nothing is to be
// kept on the disk.
func factsOf(s *refresh.Snapshot, none string, f text.Format, now time.Time) [rangeFacts]factText {
	d, t := s.Data, s.Tally
	facts := [rangeFacts]factText{
		{f.Count(d.Stored), text.Tr("Calls and legs held here for these days, ignoring filters."), false},
		{f.Count(t.Announced), text.Tr("Exotel's own count for these days, to prove nothing is missing."), false},
		missingFact(t, f),
		syncFact(s, f, now),
		{f.Count(d.Provisional), text.Tr("Live or just ended; Exotel may still update them. Rechecked for up to a day."), false},
		{f.Count(d.WithDetails), text.Tr("Only these show whether two people talked."), false},
		{f.Count(t.Unreadable), text.Tr("Rows from Exotel that couldn't be read. Not counted."), t.Unreadable > 0},
		{f.Count(d.Stored - d.Saved), text.Tr("In memory only; fetched again after a restart."), d.Stored > d.Saved && none == ""},
	}
	if d.Stored > 0 {
		facts[5].figure += " · " + text.Percent(d.WithDetails, d.Stored)
	}
	switch {
	case none != "":
		facts[7].about = none
	case s.SaveErr != nil:
		facts[7].about = text.Error(s.SaveErr)
	}
	return facts
}

func missingFact(t refresh.Tally, f text.Format) factText {
	var parts, about []string
	if t.Missing > 0 {
		parts = append(parts, f.CallCount(t.Missing))
		about = append(about, text.Tr("Counted by Exotel but not received yet."))
	}
	if t.DaysMissing > 0 {
		parts = append(parts, text.TrN(t.DaysMissing, "%d days", t.DaysMissing))
		switch {
		case t.DaysGone == t.DaysMissing:
			about = append(about, text.Tr("They are no longer available from Exotel."))
		case t.DaysGone > 0:
			about = append(about, text.TrN(t.DaysGone, "No data for these days; %d are no longer available from Exotel.", t.DaysGone))
		default:
			about = append(about, text.Tr("No data for these days yet."))
		}
	}
	if t.DaysCut > 0 {
		parts = append(parts, text.TrN(t.DaysCut, "the ends of %d days", t.DaysCut))
		about = append(about, text.DaysCut(t))
	}
	if len(parts) == 0 {
		return factText{f.Count(0), text.Tr("Nothing is missing."), false}
	}
	return factText{strings.Join(parts, " · "), strings.Join(about, " "), true}
}

func syncFact(s *refresh.Snapshot, f text.Format, now time.Time) factText {
	switch {
	case s.AsOf.IsZero():
		return factText{text.Unknown, text.Tr("No complete days yet."), false}
	case s.Settled:
		return factText{f.ClockSeconds(s.AsOf, now), text.Tr("These days are final."), false}
	}
	about := text.Tr("Last refresh of this day.")
	if s.Period.Days() > 1 {
		about = text.Tr("Last refresh of days that can still change.")
	}
	return factText{f.ClockSeconds(s.AsOf, now) + " · " + text.Ago(now.Sub(s.AsOf)), about, s.Stale()}
}

// monthText is a month's row.
type monthText struct{ name, days, calls, state string }

// monthTexts are the months, newest first.
func monthTexts(months []refresh.Month, f text.Format, now time.Time) []monthText {
	list := make([]monthText, 0, len(months))
	for i := len(months) - 1; i >= 0; i-- {
		m := months[i]
		t := monthText{
			name: m.First.In(now.Location()).Format("January 2006"), days: text.Tr("%d of %d days", m.Days, m.Total),
			calls: f.CallCount(m.Calls), state: text.Tr("complete"),
		}
		if missing := m.Total - m.Days; missing > 0 {
			t.state = text.Tr("%d to go", missing)
		}
		if m.Total == 0 {
			t.days, t.state = text.Tr("today only"), ""
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
