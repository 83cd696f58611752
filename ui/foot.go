package ui

import (
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/layout"

	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

// foot says which days are shown, how fresh and how complete they are, and what
// is going on. Its buttons hold the loading and the regular refresh.
type foot struct {
	view          *fyne.Container
	period, state *words
	cancel, pause *chip
	began         time.Time // when the load under way was first seen; zero when none is
}

func newFoot(cancel, pause func()) *foot {
	f := &foot{
		period: newWords(colorMuted, sizeSub, 1),
		state:  newWords(colorMuted, sizeSub, 1),
		cancel: newChip(lookButton, tr("Cancel"), cancel),
		pause:  newChip(lookButton, tr("Pause"), pause),
	}
	f.cancel.Hidden = true
	f.view = rowOf(10, f.period, layout.NewSpacer(), f.state, f.cancel, f.pause)
	return f
}

// A load is long enough to offer its end when it is of many calls or has taken
// a while.
const (
	cancelFromCalls = 300
	cancelAfter     = 3 * time.Second
)

// Set shows the state of a snapshot at now. waitUntil is when requests go on
// after Exotel asked to wait.
func (f *foot) Set(s *refresh.Snapshot, g metrics.Grouping, now, waitUntil time.Time) {
	switch {
	case !s.Loading:
		f.began = time.Time{}
	case f.began.IsZero():
		f.began = now
	}
	long := s.Progress.Announced >= cancelFromCalls || waitUntil.After(now) || now.Sub(f.began) >= cancelAfter
	pause := tr("Pause")
	if s.Paused {
		pause = tr("Resume")
	}
	period, state, hidden := periodText(s), stateText(s, g, now, waitUntil), !s.Loading || !long
	if f.period.text == period && f.state.text == state && f.pause.text == pause && f.cancel.Hidden == hidden {
		return
	}
	f.period.Set(period)
	f.state.Set(state)
	f.pause.Set(pause)
	f.cancel.Hidden = hidden
	f.view.Refresh()
}

func stateText(s *refresh.Snapshot, g metrics.Grouping, now, waitUntil time.Time) string {
	var parts []string
	if s.Err != nil {
		what := tr("Last refresh failed")
		if errors.Is(s.Err, refresh.ErrCanceled) {
			what = tr("Last refresh cancelled")
		}
		parts = append(parts, what)
	}
	switch {
	case s.AsOf.IsZero():
	case s.Settled:
		parts = append(parts, tr("Final · fetched %s", clock(s.AsOf, now)))
	default:
		parts = append(parts, tr("Updated %s (%s)", clock(s.AsOf, now), ago(now.Sub(s.AsOf))))
	}
	switch {
	case s.Loading && waitUntil.After(now):
		parts = append(parts, waitText(waitUntil, now))
	case s.Loading && s.Progress.Announced > 0:
		parts = append(parts, loadingText(s, g))
	case s.Loading:
		parts = append(parts, tr("loading…"))
	case s.Paused:
		parts = append(parts, tr("paused"))
	case !s.Next.IsZero():
		parts = append(parts, tr("next at %s", clock(s.Next, now)))
	}
	if s.Summary != nil && (!s.Loading || s.Progress.Announced == 0) {
		parts = append(parts, loadedText(s, g))
	}
	return dotted(parts...)
}

// loadingText says what a load has read. How many calls several days have is not
// known before the last of them has been opened.
func loadingText(s *refresh.Snapshot, g metrics.Grouping) string {
	if s.Period.Days() > 1 {
		return trN(s.Progress.Received, "loading, %s call so far", "loading, %s calls so far", g.Count(s.Progress.Received))
	}
	return tr("loading %s of %s", g.Count(s.Progress.Received), g.Count(s.Progress.Announced))
}

// loadedText says how much of the calls is here, "" for all. The figures beside it
// are of those that the filters choose.
func loadedText(s *refresh.Snapshot, g metrics.Grouping) string {
	switch here, of := s.Tally.Loaded(); {
	case here == of:
		return ""
	case s.Choice.Filter.IsZero():
		return tr("%s of %s loaded", g.Count(here), g.Count(of))
	default:
		return tr("%s of %s loaded, before filters", g.Count(here), g.Count(of))
	}
}

// clock writes a time in now's zone, with the day and the year when they are not
// now's.
func clock(at, now time.Time) string {
	at = at.In(now.Location())
	if day := metrics.DateOf(at); day != metrics.DateOf(now) {
		return shortDay(day, now) + at.Format(" 15:04:05")
	}
	return at.Format("15:04:05")
}

// shortDay writes a day of now's zone, with the year when it is not now's.
func shortDay(d metrics.Date, now time.Time) string {
	if d.Year != now.Year() {
		return dayOf(d, now)
	}
	return d.In(now.Location()).Format("2 Jan")
}

// ago writes how long ago something was.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return tr("just now")
	case d < time.Hour:
		return tr("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return tr("%d h ago", int(d.Hours()))
	default:
		return tr("%d days ago", int(d.Hours()/24))
	}
}

// waitText counts a short wait down and names the end of a long one.
func waitText(until, now time.Time) string {
	if wait := until.Sub(now); wait < 2*time.Minute {
		return tr("Exotel asked us to wait %d s", int(wait.Seconds())+1)
	}
	return tr("Exotel asked us to wait until %s", until.In(now.Location()).Format("15:04"))
}
