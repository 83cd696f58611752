package dashboard

import (
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/layout"

	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// foot says which days are shown, how fresh and how complete they are, and what
// is going on. Its buttons hold the loading and the regular refresh.
type foot struct {
	view          *fyne.Container
	period, state *kit.Text
	cancel, pause *kit.Chip
	began         time.Time // when the load under way was first seen; zero when none is
}

func newFoot(cancel, pause func()) *foot {
	f := &foot{
		period: kit.NewText(kit.ColorMuted, kit.SizeSub, 1),
		state:  kit.NewText(kit.ColorMuted, kit.SizeSub, 1),
		cancel: kit.NewChip(kit.LookButton, text.Tr("Cancel"), cancel),
		pause:  kit.NewChip(kit.LookButton, text.Tr("Pause"), pause),
	}
	f.cancel.Hidden = true
	f.view = kit.NewRow(10, f.period, layout.NewSpacer(), f.state, f.cancel, f.pause)
	return f
}

// A load is long enough to offer its end when it is of many calls or has taken
// a while.
const (
	cancelFromCalls = 300
	cancelAfter     = 3 * time.Second
)

// set shows the state of a snapshot at now. waitUntil is when requests go on
// after Exotel asked to wait.
func (f *foot) set(s *refresh.Snapshot, format text.Format, now, waitUntil time.Time) {
	switch {
	case !s.Loading:
		f.began = time.Time{}
	case f.began.IsZero():
		f.began = now
	}
	long := s.Progress.Announced >= cancelFromCalls || waitUntil.After(now) || now.Sub(f.began) >= cancelAfter
	pause := text.Tr("Pause")
	if s.Paused {
		pause = text.Tr("Resume")
	}
	period, state, hidden := text.Period(s), stateText(s, format, now, waitUntil), !s.Loading || !long
	if f.period.Text == period && f.state.Text == state && f.pause.Text == pause && f.cancel.Hidden == hidden {
		return
	}
	f.period.Set(period)
	f.state.Set(state)
	f.pause.Set(pause)
	f.cancel.Hidden = hidden
	f.view.Refresh()
}

func stateText(s *refresh.Snapshot, f text.Format, now, waitUntil time.Time) string {
	var parts []string
	if s.Err != nil {
		what := text.Tr("Last refresh failed")
		if errors.Is(s.Err, refresh.ErrCanceled) {
			what = text.Tr("Last refresh cancelled")
		}
		parts = append(parts, what)
	}
	switch {
	case s.AsOf.IsZero():
	case s.Settled:
		parts = append(parts, text.Tr("Final · fetched %s", f.ClockSeconds(s.AsOf, now)))
	default:
		parts = append(parts, text.Tr("Updated %s (%s)", f.ClockSeconds(s.AsOf, now), text.Ago(now.Sub(s.AsOf))))
	}
	switch {
	case s.Loading && waitUntil.After(now):
		parts = append(parts, waitText(waitUntil, now, f))
	case s.Loading && s.Progress.Announced > 0:
		parts = append(parts, loadingText(s, f))
	case s.Loading:
		parts = append(parts, text.Tr("loading…"))
	case s.Paused:
		parts = append(parts, text.Tr("paused"))
	case !s.Next.IsZero():
		parts = append(parts, text.Tr("next at %s", f.ClockSeconds(s.Next, now)))
	}
	if s.Summary != nil && (!s.Loading || s.Progress.Announced == 0) {
		parts = append(parts, loadedText(s, f))
	}
	return text.Dotted(parts...)
}

// loadingText says what a load has read. How many calls several days have is not
// known before the last of them has been opened.
func loadingText(s *refresh.Snapshot, f text.Format) string {
	if s.Period.Days() > 1 {
		return text.TrN(s.Progress.Received, "loading, %s calls so far", f.Count(s.Progress.Received))
	}
	return text.Tr("loading %s of %s", f.Count(s.Progress.Received), f.Count(s.Progress.Announced))
}

// loadedText says how much of the calls is here, "" for all. The figures beside it
// are of those that the filters choose.
func loadedText(s *refresh.Snapshot, f text.Format) string {
	switch here, of := s.Tally.Loaded(); {
	case here == of:
		return ""
	case s.Choice.Filter.IsZero():
		return text.Tr("%s of %s loaded", f.Count(here), f.Count(of))
	default:
		return text.Tr("%s of %s loaded, before filters", f.Count(here), f.Count(of))
	}
}

// waitText counts a short wait down and names the end of a long one.
func waitText(until, now time.Time, f text.Format) string {
	if wait := until.Sub(now); wait < 2*time.Minute {
		return text.Tr("Exotel asked us to wait %d s", int(wait.Seconds())+1)
	}
	return text.Tr("Exotel asked us to wait until %s", f.Clock(until))
}
