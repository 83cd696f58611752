package ui

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/data"
	"exotel-monitor/ui/uitest/sample"
)

// dataOn shows a data screen whose folder is the same on every computer.
func (r *rig) dataOn(o data.Options, stored account.Stored) {
	if o.None == "" {
		o.Folder = "/home/asha/.local/share/exotel-monitor/accounts/acme1-9b2f60aa"
	}
	o.Format.Grouping = metrics.Indian
	s := data.New(o, sample.Now, data.Actions{})
	r.show(s.View, tabData)
	r.data = s
	s.SetStored(stored)
	s.SetRange(r.dashboard.Shown)
	r.Settle()
}

// TestDataGolden keeps pictures of the data screen.
func TestDataGolden(t *testing.T) {
	r := sampleRig(t)
	wide, narrow := fyne.NewSize(1280, 800), fyne.NewSize(820, 1250)
	r.dataOn(data.Options{}, account.Stored{Filling: sample.Filling(), Size: 33_400_000})
	r.picture("data_filling", wide)
	failed := sample.Filling()
	failed.Reading, failed.Err, failed.RetryAt = metrics.Date{}, sample.Unreachable, sample.Now.Add(4*time.Minute)
	r.dataOn(data.Options{Keep: 24}, account.Stored{Filling: failed, Size: 33_400_000})
	r.picture("data_failed_dark", wide, theme.VariantDark)
	r.Look(theme.VariantLight)
	paused := sample.Filling()
	paused.Reading, paused.Paused = metrics.Date{}, true
	r.dataOn(data.Options{}, account.Stored{Filling: paused, Size: 33_400_000})
	r.picture("data_paused_narrow", narrow)
	r.dataOn(data.Options{}, account.Stored{Filling: sample.DoneFilling(), Size: 52_340_000})
	r.picture("data_done", wide)
	r.dataOn(data.Options{None: "Demo data isn't saved."}, account.Stored{})
	r.picture("data_demo_dark", wide, theme.VariantDark)
}

// fillingRig is a window over an account whose days are stored in the background, if
// they can be.
func fillingRig(t *testing.T, o rigOptions) *rig {
	t.Helper()
	change := o.settings
	o.settings = func(s *config.Settings) {
		s.FillPaused = false
		if change != nil {
			change(s)
		}
	}
	r := opened(t, o, metrics.Today)
	r.until("word of what is stored", func() bool { return r.stored.Filling.Total > 0 || r.stored.Unkept != nil })
	return r
}

func TestDaysAreStoredInTheBackground(t *testing.T) {
	r := fillingRig(t, rigOptions{account: exoteltest.Options{CallsPerDay: 3}, settings: func(s *config.Settings) { s.KeepMonths = 3 }})
	r.Control(fyne.Key4)
	r.until("all days", func() bool { return r.Shows("All days you keep are saved: 20 Aug 2026 – 19 Nov 2026") })
	if !r.Shows("kB") && !r.Shows("MB") {
		t.Error("the size on the disk is not shown")
	}
	if !r.Shows("November 2026") || !r.Shows("19 of 19 days") {
		t.Error("the months are not shown")
	}
	r.Control(fyne.Key1)
	before := r.account.Stats().Requests
	r.Enter("l")
	r.until("all that is stored", func() bool {
		s := r.dashboard.Shown
		return s.Choice.Range == metrics.AllStored && !s.Loading && s.Complete && s.Period.From == sample.Date(time.August, 20)
	})
	if got := r.account.Stats().Requests - before; got > 2 {
		t.Errorf("all that is stored cost %d requests", got)
	}
	if !r.Shows("Thu 20 Aug – Fri 20 Nov 2026") {
		t.Error("the foot does not say which days these are")
	}
}

func TestStoringIsPausedAndGoesOnOverRestarts(t *testing.T) {
	paused := func(s *config.Settings) { s.KeepMonths, s.FillPaused = 3, true }
	r := fillingRig(t, rigOptions{settings: paused, params: onDisk(t, paused)})
	r.Control(fyne.Key4)
	r.until("the pause", func() bool { return r.Shows("Paused") })
	r.Tap("Continue")
	r.until("all days", func() bool { return r.Shows("All days you keep are saved") })
	if r.kept().FillPaused || r.Settings.FillPaused {
		t.Errorf("kept: %+v", r.kept())
	}
	r.account.SetFaults(exoteltest.Faults{Delay: patience})
	if err := r.changeSettings(config.Default()); err != nil { // another six months
		t.Fatal(err)
	}
	r.Control(fyne.Key4)
	r.until("a day under way", func() bool { return r.Shows("92 of 183 days") && r.Shows("Downloading ") })
	r.Tap("Pause")
	r.until("the pause", func() bool { return r.Shows("Paused") })
	if !r.kept().FillPaused {
		t.Error("the pause is forgotten at the next start")
	}
}

func TestContinueOfAllThatIsStoredEndsThePause(t *testing.T) {
	r := fillingRig(t, rigOptions{settings: func(s *config.Settings) { s.KeepMonths, s.FillPaused = 3, true }})
	r.changed.FillPaused = true
	r.until("the pause", func() bool { return r.stored.Filling.Paused })
	r.dashboard.Actions.GoOn() // of today
	if !r.changed.FillPaused {
		t.Error("a refresh of today ends the pause")
	}
	r.Enter("l")
	r.idle()
	r.dashboard.Actions.GoOn()
	r.until("all days", func() bool { return r.stored.Filling.Done() })
}

func TestFailureOfStoringIsSaidAndTriedAgain(t *testing.T) {
	r := fillingRig(t, rigOptions{settings: func(s *config.Settings) { s.KeepMonths, s.FillPaused = 3, true }})
	r.account.SetFaults(exoteltest.Faults{FailStatus: 401})
	r.Control(fyne.Key4)
	r.until("the pause", func() bool { return r.Shows("Paused") })
	r.Tap("Continue")
	r.until("the failure", func() bool { return r.Shows("Stopped") && r.Shows("Exotel refused the API key or token") })
	r.account.SetFaults(exoteltest.Faults{})
	r.Tap("Try now")
	r.until("all days", func() bool { return r.Shows("All days you keep are saved") })
}

func TestDataOfTheDemo(t *testing.T) {
	r := newRig(t, rigOptions{demo: true})
	r.idle()
	r.Control(fyne.Key4)
	if !r.Shows("Demo data isn't saved.") || r.Shows("could not") {
		t.Error("it does not say that nothing is kept")
	}
	r.Tap("Delete local data")
	r.Tap("Delete local data")
	if !r.Shows("Demo data isn't saved.") || r.session == nil {
		t.Error("the demo is gone")
	}
}

func TestFileThatCannotBeOpenedIsSaidOnTheDashboard(t *testing.T) {
	r := fillingRig(t, rigOptions{dataDir: func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "accounts"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}})
	r.until("the word", func() bool { return r.Shows("Not saved") && r.Shows("Calls cannot be saved in ") })
	r.Control(fyne.Key4)
	if !r.Shows("New calls won't be saved.") {
		t.Error("the data screen does not say so")
	}
	if !r.Shows("Not available right now. Calls cannot be saved in ") || r.Shows("Nothing is saved to disk") || r.Shows("No days are stored") {
		t.Error("it claims to know what is on the disk")
	}
}

func TestCallsAreKeptForLessOnlyWhenTheUserIsSure(t *testing.T) {
	r := fillingRig(t, rigOptions{account: exoteltest.Options{CallsPerDay: 2}, settings: func(s *config.Settings) { s.KeepMonths = 6 }})
	r.until("all days", func() bool { return r.stored.Filling.Done() })
	r.Control(fyne.Key4)
	r.Tap("Change")
	if r.preferences == nil || r.window.Canvas().Focused() != r.labelled("How long to keep calls")[0] {
		t.Fatal("Change leads elsewhere")
	}
	r.Press(fyne.KeyReturn)
	r.Press(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	r.Tap("Save")
	if !r.Shows("Calls before 20 Aug 2026 are deleted from this computer: 91 days, from 21 May 2026 on.") {
		t.Fatal("it does not say what is deleted")
	}
	r.Tap("Cancel")
	if r.Settings.KeepMonths != 6 || len(r.saved) > 0 {
		t.Error("Cancel saves")
	}
	r.Tap("Save")
	r.Tap("Save and delete")
	if r.Settings.KeepMonths != 3 || !r.Shows("Saved.") {
		t.Errorf("kept for %d months", r.Settings.KeepMonths)
	}
	r.until("the older ones are gone", func() bool { return r.stored.Filling.Done() && r.stored.Filling.Oldest == sample.Date(time.August, 20) })
	// For longer costs nothing, and is not asked.
	r.ChooseFrom("3 months", "Forever")
	r.Tap("Save")
	if r.HasOverlay() || r.Settings.KeepMonths != 0 {
		t.Error("for ever is asked for")
	}
}

// TestFiguresOfDeletedCallsAreGoneAtOnce: not with the next refresh.
func TestFiguresOfDeletedCallsAreGoneAtOnce(t *testing.T) {
	r := fillingRig(t, rigOptions{account: exoteltest.Options{CallsPerDay: 2}, settings: func(s *config.Settings) { s.KeepMonths = 6 }})
	r.until("all days", func() bool { return r.stored.Filling.Done() })
	from := func(day metrics.Date) func() bool {
		return func() bool {
			s := r.dashboard.Shown
			return s.Choice.Range == metrics.AllStored && s.Summary != nil && s.Period.From == day
		}
	}
	r.Enter("l")
	r.until("all that is stored", from(sample.Date(time.May, 21)))
	shorter := r.Settings
	shorter.KeepMonths = 3
	if err := r.changeSettings(shorter); err != nil {
		t.Fatal(err)
	}
	r.until("the older ones are gone", func() bool { return r.stored.Filling.Oldest == sample.Date(time.August, 20) })
	r.until("their figures are gone", from(sample.Date(time.August, 20)))
}

func TestSearchIsTypedAndLeft(t *testing.T) {
	r := sampleRig(t)
	search := r.Field("Search by number")
	for _, open := range []func(){func() { r.Control(fyne.KeyF) }, func() { r.Enter("/") }} {
		open()
		if r.window.Canvas().Focused() != search || search.Text != "" {
			t.Fatalf("the search has no focus, or %q in it", search.Text)
		}
		r.Enter("0980")
		r.until("the filter", func() bool { return r.dashboard.Shown.Choice.Filter.Text == "0980" })
		if r.dashboard.Filters.Choice.Range != metrics.Yesterday || r.dashboard.Shown.Summary.Calls() == 0 {
			t.Error("letters were taken for commands, or nothing was found")
		}
		r.Enter("zz")
		r.until("nobody", func() bool {
			return r.dashboard.Shown.Summary.Calls() == 0 && r.Shows("No calls in this range with these filters.")
		})
		r.Press(fyne.KeyEscape)
		if search.Text != "" || r.window.Canvas().Focused() != nil {
			t.Errorf("Escape leaves %q, and the focus on %v", search.Text, r.window.Canvas().Focused())
		}
		r.until("all calls", func() bool { return r.dashboard.Shown.Choice.Filter.IsZero() })
	}
	r.Control(fyne.KeyF)
	r.Enter(" +91 98-0 ")
	r.until("the filter", func() bool { return r.dashboard.Shown.Choice.Filter.Text == "980" })
	if search.Text != " +91 98-0 " {
		t.Errorf("what was typed became %q", search.Text)
	}
	r.window.Canvas().Unfocus()
	r.Enter("x")
	if search.Text != "" {
		t.Errorf("cleared, but %q stands there", search.Text)
	}
}

func TestDaysThatExotelNoLongerHasAreNotYetToCome(t *testing.T) {
	r := sampleRig(t)
	gone := refresh.Snapshot{Now: sample.Now, Period: metrics.Period{From: sample.Date(time.May, 1), To: sample.Date(time.May, 2)}}
	r.dataOn(data.Options{}, account.Stored{Filling: sample.Filling()})
	r.data.SetRange(gone)
	if !r.Shows("No data for these days. They are no longer available from Exotel.") {
		t.Errorf("it says %q", r.Texts())
	}
}
