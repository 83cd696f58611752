package dashboard

import (
	"cmp"
	"errors"
	"time"

	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// This file decides what the notice over the figures says.

// noticeText finds the one thing to say about the figures, the gravest first.
// What it says of the last error stays while the next load is under way.
func (d *Screen) noticeText() kit.NoticeText {
	s, f := &d.Shown, d.format
	known := s.Summary != nil
	blind := kit.BlindNotice(d.health.health, d.refused, f, d.Actions.Blind)
	switch {
	case blind.Title != "":
		blind.Body = text.Sentences(blind.Body, d.missing())
		return blind
	case text.KeysAreWrong(s.Err):
		return kit.NoticeText{Tone: kit.Grave, Title: text.Tr("Not connected"), Body: text.Sentences(text.Error(s.Err), d.missing()), Action: text.Tr("Fix keys"), Do: d.Actions.Blind.FixKeys, Details: text.Details(s.Err)}
	case known && !s.Complete && s.Err == nil && d.missingForGood():
		return kit.NoticeText{Tone: kit.Caution, Title: text.Tr("Incomplete"), Body: d.missing(), Action: "", Do: nil}
	case known && !s.Complete && s.Err == nil && d.onItsWay():
		return kit.NoticeText{Tone: kit.Calm, Title: text.Tr("Loading"), Body: d.arrived(), Action: "", Do: nil}
	case known && !s.Complete:
		return kit.NoticeText{Tone: kit.Grave, Title: text.Tr("Incomplete"), Body: text.Sentences(d.missing(), text.Error(s.Err)), Action: text.Tr("Continue"), Do: d.Actions.GoOn, Details: text.Details(s.Err)}
	case !known && s.Err != nil:
		return kit.NoticeText{Tone: kit.Grave, Title: text.Tr("Not loaded"), Body: text.Error(s.Err), Action: text.Tr("Try again"), Do: d.Actions.Refresh, Details: text.Details(s.Err)}
	case !known && text.ForgottenByExotel(s):
		return kit.NoticeText{Tone: kit.Caution, Title: text.Tr("Missing"), Body: text.TrN(s.Period.Days(), "These days weren't saved and are no longer available from Exotel."), Action: "", Do: nil}
	case known && s.Stale():
		return kit.NoticeText{Tone: kit.Caution, Title: text.Tr("Out of date"), Body: text.Sentences(text.Tr("Last updated %s.", f.ClockSeconds(s.AsOf, s.Now)), text.Error(s.Err)), Action: text.Tr("Try again"), Do: d.Actions.Refresh, Details: text.Details(s.Err)}
	case errors.Is(s.Err, refresh.ErrCanceled):
		return kit.NoticeText{Tone: kit.Caution, Title: text.Tr("Cancelled"), Body: text.Tr("Loading cancelled. Showing the previous figures."), Action: text.Tr("Try again"), Do: d.Actions.Refresh}
	case s.Err != nil:
		return kit.NoticeText{Tone: kit.Caution, Title: text.Tr("Refresh failed"), Body: text.Error(s.Err), Action: text.Tr("Try again"), Do: d.Actions.Refresh, Details: text.Details(s.Err)}
	case d.unkept() != nil:
		about := text.NotSaved(d.unkept(), s.Now)
		if new := s.Data.Stored - s.Data.Saved; new > 0 {
			about = text.Sentences(about, text.TrN(new, "%s of these calls aren't saved to disk.", f.Count(new)))
		}
		return kit.NoticeText{Tone: kit.Caution, Title: text.Tr("Not saved"), Body: about, Action: "", Do: nil}
	case known && s.Tally.Unreadable > 0:
		return kit.NoticeText{Tone: kit.Caution, Title: text.Tr("Unreadable rows"), Body: text.TrN(s.Tally.Unreadable, "%s rows from Exotel couldn't be read and aren't counted.", f.Count(s.Tally.Unreadable)), Action: "", Do: nil}
	case d.skew != 0:
		return kit.NoticeText{Tone: kit.Caution, Title: text.Tr("Clock"), Body: skewText(d.skew), Action: "", Do: nil}
	case known && s.Summary.Calls() == 0 && !s.Choice.Filter.IsZero():
		return kit.NoticeText{Tone: kit.Caution, Title: text.Tr("No calls"), Body: text.Tr("No calls in this range with these filters."), Action: text.Tr("Clear filters"), Do: d.Filters.ClearFilter}
	case known && s.Choice.Range == metrics.AllStored:
		return d.toCome()
	}
	return kit.NoticeText{}
}

// skewText says how far the computer's clock is from Exotel's, which is ahead by skew.
func skewText(skew time.Duration) string {
	off := text.Duration(skew.Abs())
	if skew < 0 {
		return text.Tr("This computer's clock is %s fast. Using Exotel's time instead; please correct the clock.", off)
	}
	return text.Tr("This computer's clock is %s slow. Using Exotel's time instead; please correct the clock.", off)
}

// toCome says which days are still to be stored, and so are not among all that
// are.
func (d *Screen) toCome() kit.NoticeText {
	f := &d.stored.Filling
	days := f.Total - f.Days
	about := text.TrN(days, "%d earlier days still to download.", days)
	switch {
	case days == 0:
		return kit.NoticeText{}
	case f.Paused:
		return kit.NoticeText{Tone: kit.Calm, Title: text.Tr("Paused"), Body: about, Action: text.Tr("Continue"), Do: d.Actions.GoOn}
	case f.Err != nil:
		return kit.NoticeText{Tone: kit.Caution, Title: text.Tr("Stopped"), Body: text.Sentences(about, text.Error(f.Err)), Action: text.Tr("Try again"), Do: d.Actions.GoOn, Details: text.Details(f.Err)}
	default:
		return kit.NoticeText{Tone: kit.Calm, Title: text.Tr("Downloading"), Body: about, Action: "", Do: nil}
	}
}

// missing says what the figures lack, "" when there are none or they are whole.
func (d *Screen) missing() string {
	t, f := d.Shown.Tally, d.format
	if d.Shown.Summary == nil || d.Shown.Complete {
		return ""
	}
	here, of := t.Loaded()
	about := text.Tr("Only %s of %s calls loaded. Figures are incomplete.", f.Count(here), f.Count(of))
	if t.Missing == 0 && t.DaysMissing+t.DaysCut > 0 {
		about = ""
	}
	if t.DaysMissing > 0 {
		about = text.Sentences(about, text.DaysMissing(t))
	}
	if t.DaysCut > 0 {
		about = text.Sentences(about, text.DaysCut(t))
	}
	return about
}

// missingForGood reports whether all that the figures lack is days that Exotel no
// longer has.
func (d *Screen) missingForGood() bool {
	t := d.Shown.Tally
	return t.Missing+t.DaysCut == 0 && t.DaysMissing > 0 && t.DaysMissing == t.DaysGone
}

// onItsWay reports whether what the figures lack is being loaded, or stored in
// the background.
func (d *Screen) onItsWay() bool {
	return d.Shown.Loading || d.Shown.Choice.Range == metrics.AllStored && d.stored.IsFilling()
}

// arrived says how much of what is being loaded is there.
func (d *Screen) arrived() string {
	t, f, period := d.Shown.Tally, d.format, d.Shown.Period
	if today := metrics.DateOf(d.Shown.Now); today.Before(period.To) {
		period.To = today
	}
	if days := period.Days(); t.DaysMissing > 0 && days > 1 {
		return text.Tr("%d of %d days so far.", days-len(d.Shown.PartialDays), days)
	}
	here, of := t.Loaded()
	return text.Tr("%s of %s calls so far.", f.Count(here), f.Count(of))
}

// unkept is why calls are not on the disk that should be, nil if they are.
func (d *Screen) unkept() error {
	if errors.Is(d.stored.Unkept, file.ErrInUse) { // another copy keeps them
		return d.Shown.SaveErr
	}
	return cmp.Or(d.stored.Unkept, d.Shown.SaveErr)
}
