package ui

import (
	"cmp"
	"errors"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

// This file decides what the notice over the figures says.

// noticeText finds the one thing to say about the figures, the gravest first.
// What it says of the last error stays while the next load is under way.
func (d *dashboard) noticeText() noticeText {
	s, g := &d.shown, d.grouping
	known := s.Summary != nil
	blind := blindNotice(d.health.health, d.refused, d.health.zone, d.actions.blind)
	switch {
	case blind.word != "":
		blind.about = sentences(blind.about, d.missing())
		return blind
	case keysAreWrong(s.Err):
		return noticeText{grave, tr("Not connected"), sentences(errorText(s.Err), d.missing()), tr("Fix keys"), d.actions.blind.fixKeys}
	case known && !s.Complete && s.Err == nil && d.missingForGood():
		return noticeText{caution, tr("Incomplete"), d.missing(), "", nil}
	case known && !s.Complete && s.Err == nil && d.onItsWay():
		return noticeText{calm, tr("Loading"), d.arrived(), "", nil}
	case known && !s.Complete:
		return noticeText{grave, tr("Incomplete"), sentences(d.missing(), errorText(s.Err)), tr("Continue"), d.actions.goOn}
	case !known && s.Err != nil:
		return noticeText{grave, tr("Not loaded"), errorText(s.Err), tr("Try again"), d.actions.refresh}
	case !known && exotelForgot(s):
		return noticeText{caution, tr("Missing"), trN(s.Period.Days(), "This day wasn't saved and is no longer available from Exotel.",
			"These days weren't saved and are no longer available from Exotel."), "", nil}
	case known && s.Stale():
		return noticeText{caution, tr("Out of date"), sentences(tr("Last updated %s.", clock(s.AsOf, s.Now)), errorText(s.Err)), tr("Try again"), d.actions.refresh}
	case errors.Is(s.Err, refresh.ErrCanceled):
		return noticeText{caution, tr("Cancelled"), tr("Loading cancelled. Showing the previous figures."), tr("Try again"), d.actions.refresh}
	case s.Err != nil:
		return noticeText{caution, tr("Refresh failed"), errorText(s.Err), tr("Try again"), d.actions.refresh}
	case d.unkept() != nil:
		about := unkeptText(d.unkept(), s.Now)
		if new := s.Data.Stored - s.Data.Saved; new > 0 {
			about = sentences(about, trN(new, "%s of these calls isn't saved to disk.", "%s of these calls aren't saved to disk.", g.Count(new)))
		}
		return noticeText{caution, tr("Not saved"), about, "", nil}
	case known && s.Tally.Unreadable > 0:
		return noticeText{caution, tr("Unreadable rows"), trN(s.Tally.Unreadable, "%s row from Exotel couldn't be read and isn't counted.",
			"%s rows from Exotel couldn't be read and aren't counted.", g.Count(s.Tally.Unreadable)), "", nil}
	case d.skew != 0:
		return noticeText{caution, tr("Clock"), skewText(d.skew), "", nil}
	case known && s.Summary.Calls() == 0 && !s.Choice.Filter.IsZero():
		return noticeText{caution, tr("No calls"), tr("No calls in this range with these filters."), tr("Clear filters"), d.filters.ClearFilter}
	case known && s.Choice.Range == metrics.AllStored:
		return d.toCome()
	}
	return noticeText{}
}

// skewText says how far the computer's clock is from Exotel's, which is ahead by skew.
func skewText(skew time.Duration) string {
	off := lengthText(skew.Abs())
	if skew < 0 {
		return tr("This computer's clock is %s fast. Using Exotel's time instead; please correct the clock.", off)
	}
	return tr("This computer's clock is %s slow. Using Exotel's time instead; please correct the clock.", off)
}

// toCome says which days are still to be stored, and so are not among all that
// are.
func (d *dashboard) toCome() noticeText {
	f := &d.stored.Filling
	days := f.Of - f.Days
	about := trN(days, "%d earlier day still to download.", "%d earlier days still to download.", days)
	switch {
	case days == 0:
		return noticeText{}
	case f.Paused:
		return noticeText{calm, tr("Paused"), about, tr("Continue"), d.actions.goOn}
	case f.Err != nil:
		return noticeText{caution, tr("Stopped"), sentences(about, errorText(f.Err)), tr("Try again"), d.actions.goOn}
	default:
		return noticeText{calm, tr("Downloading"), about, "", nil}
	}
}

// exotelForgot reports whether Exotel no longer has any of a snapshot's days.
func exotelForgot(s *refresh.Snapshot) bool {
	return s.Err == nil && !s.Loading && !s.Now.IsZero() && s.Period.To.Before(refresh.FirstAskable(s.Now))
}

// keysAreWrong reports whether other keys, or another SID, are what helps.
func keysAreWrong(err error) bool {
	refused, ok := errors.AsType[*exotel.Error](err)
	return ok && (refused.Kind == exotel.KindCredentials || refused.Kind == exotel.KindNotFound)
}

// missing says what the figures lack, "" when there are none or they are whole.
func (d *dashboard) missing() string {
	t, g := d.shown.Tally, d.grouping
	if d.shown.Summary == nil || d.shown.Complete {
		return ""
	}
	here, of := t.Loaded()
	about := tr("Only %s of %s calls loaded. Figures are incomplete.", g.Count(here), g.Count(of))
	if t.Missing == 0 && t.DaysMissing+t.DaysCut > 0 {
		about = ""
	}
	if t.DaysMissing > 0 {
		about = sentences(about, daysMissingText(t))
	}
	if t.DaysCut > 0 {
		about = sentences(about, daysCutText(t))
	}
	return about
}

// daysCutText says how many days lack their last hours.
func daysCutText(t refresh.Tally) string {
	return trN(t.DaysCut, "%d day is cut short: it was downloaded before the day ended.", "%d days are cut short: they were downloaded before the days ended.", t.DaysCut)
}

// daysMissingText says how many days are missing, and whether they can still be had.
func daysMissingText(t refresh.Tally) string {
	if t.DaysGone == t.DaysMissing {
		return trN(t.DaysMissing, "%d day is missing and no longer available from Exotel.", "%d days are missing and no longer available from Exotel.", t.DaysMissing)
	}
	about := trN(t.DaysMissing, "%d day is missing.", "%d days are missing.", t.DaysMissing)
	if t.DaysGone > 0 {
		about = sentences(about, trN(t.DaysGone, "%d of them is no longer available from Exotel.", "%d of them are no longer available from Exotel.", t.DaysGone))
	}
	return about
}

// missingForGood reports whether all that the figures lack is days that Exotel no
// longer has.
func (d *dashboard) missingForGood() bool {
	t := d.shown.Tally
	return t.Missing+t.DaysCut == 0 && t.DaysMissing > 0 && t.DaysMissing == t.DaysGone
}

// onItsWay reports whether what the figures lack is being loaded, or stored in
// the background.
func (d *dashboard) onItsWay() bool {
	return d.shown.Loading || d.shown.Choice.Range == metrics.AllStored && d.stored.IsFilling()
}

// arrived says how much of what is being loaded is there.
func (d *dashboard) arrived() string {
	t, g, period := d.shown.Tally, d.grouping, d.shown.Period
	if today := metrics.DateOf(d.shown.Now); today.Before(period.To) {
		period.To = today
	}
	if days := period.Days(); t.DaysMissing > 0 && days > 1 {
		return tr("%d of %d days so far.", days-len(d.shown.Partial), days)
	}
	here, of := t.Loaded()
	return tr("%s of %s calls so far.", g.Count(here), g.Count(of))
}

// unkept is why calls are not on the disk that should be, nil if they are.
func (d *dashboard) unkept() error {
	if errors.Is(d.stored.Unkept, file.ErrInUse) { // another copy keeps them
		return d.shown.SaveErr
	}
	return cmp.Or(d.stored.Unkept, d.shown.SaveErr)
}
