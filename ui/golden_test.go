package ui

import (
	"image"
	"image/draw"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest/sample"
)

// again shows the dashboard's snapshot with a change, as the worker would.
func (r *rig) again(change func(*refresh.Snapshot)) {
	s := r.dashboard.Shown
	change(&s)
	r.dashboard.Apply(s, 0, time.Time{})
	r.Settle()
}

// TestDashboardGolden keeps pictures of the whole window.
func TestDashboardGolden(t *testing.T) {
	size := fyne.NewSize(1280, 800)
	t.Run("sample day", func(t *testing.T) {
		r := sampleRig(t)
		r.picture("day_light", size)
		r.Look(theme.VariantDark)
		r.picture("day_dark", size)
		// The same window goes back to light: nothing keeps a colour of its own.
		r.Look(theme.VariantLight)
		r.picture("day_light", size)

		r.again(func(s *refresh.Snapshot) {
			s.Now = s.Now.Add(20 * time.Minute)
			s.Err, s.Failures, s.Settled = sample.Unreachable, 4, false
			s.LastSuccess = sample.Now
			s.Next = s.Now.Add(time.Minute)
		})
		r.picture("stale", size)
		r.again(func(s *refresh.Snapshot) {
			s.Now, s.Failures, s.Complete, s.Loading, s.Settled = sample.Now, 1, false, true, false
			s.Err = &exotel.IncompleteError{Tally: exotel.Tally{Received: 1240, Announced: 1247}}
			s.Tally = refresh.Tally{Received: 1240, Announced: 1247, Missing: 7}
			s.Progress = refresh.Progress{Received: 1240, Announced: 1247}
		})
		r.picture("incomplete", size)
		r.again(func(s *refresh.Snapshot) {
			*s = refresh.Snapshot{Choice: s.Choice, Period: s.Period, Now: sample.Now, Err: sample.Refused, Failures: 1, Next: sample.Now.Add(time.Minute)}
		})
		r.picture("not_loaded", size)
		r.again(func(s *refresh.Snapshot) {
			s.Err, s.Loading, s.Next = nil, true, time.Time{}
			s.Progress = refresh.Progress{Received: 600, Announced: 1247}
		})
		r.picture("loading", size)
	})
	t.Run("empty day", func(t *testing.T) {
		opened(t, rigOptions{}, metrics.Yesterday).picture("empty", size)
	})
	t.Run("many days", func(t *testing.T) {
		r := opened(t, rigOptions{account: exoteltest.Options{CallsPerDay: 60, Seed: 3}}, metrics.Last30Days)
		r.picture("days_dark", size, theme.VariantDark)
	})
	t.Run("scale 2", func(t *testing.T) {
		r := sampleRig(t)
		r.window.Resize(size)
		r.window.Canvas().(software.WindowlessCanvas).SetScale(2)
		r.Settle()
		whole := r.window.Canvas().Capture()
		part := image.NewNRGBA(image.Rect(0, 0, 1100, 800))
		draw.Draw(part, part.Bounds(), whole, image.Point{}, draw.Src)
		test.AssertImageMatches(t, "window_scale2.png", part)
	})
	t.Run("narrow", func(t *testing.T) {
		r := sampleRig(t)
		r.again(func(s *refresh.Snapshot) { s.Err, s.Failures = sample.Refused, 1 })
		r.picture("narrow", fyne.NewSize(900, 700))
	})
}

func TestOtherScreensGolden(t *testing.T) {
	size := fyne.NewSize(1000, 640)
	t.Run("connect", func(t *testing.T) {
		r := newRig(t, rigOptions{})
		r.until("the form", func() bool { return r.connect != nil })
		r.fillIn(config.Credentials{BaseURL: exotel.Mumbai, Key: "0f3a", Token: "secret", SID: "acme1"})
		r.connect.Ready(text.Error(sample.Refused), false)
		r.window.Canvas().Unfocus()
		r.picture("connect", size)
		r.connect.Busy(text.Tr("Saving to the keyring. Enter its password if prompted."), text.Tr("Continue without it"), nil)
		r.picture("connect_busy_dark", size, theme.VariantDark)
	})
	t.Run("waiting", func(t *testing.T) {
		r := newRig(t, rigOptions{vault: &fakeVault{ask: locked}})
		r.picture("waiting", size)
	})
	t.Run("settings", func(t *testing.T) {
		r := opened(t, rigOptions{}, metrics.Today)
		r.showPreferences()
		r.picture("settings", size)
	})
	t.Run("dialogs", func(t *testing.T) {
		r := opened(t, rigOptions{}, metrics.Today)
		r.dashboard.Actions.AskPeriod()
		r.window.Canvas().Unfocus()
		r.picture("choose_days", fyne.NewSize(900, 700))
		r.Press(fyne.KeyEscape)
		r.Enter("?")
		r.picture("keyboard_dark", fyne.NewSize(900, 700), theme.VariantDark)
	})
}

// Picture compares the window with a golden picture.
func (r *rig) picture(name string, size fyne.Size, variant ...fyne.ThemeVariant) {
	r.T.Helper()
	for _, v := range variant {
		r.Look(v)
	}
	r.window.Resize(size)
	r.Settle()
	r.Settle() // cards that wrap change the heights below them
	test.AssertImageMatches(r.T.(*testing.T), "window_"+name+".png", r.window.Canvas().Capture())
}
