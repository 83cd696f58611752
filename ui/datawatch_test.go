package ui

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"exotel-monitor/metrics"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest/sample"
)

// onDisk has the window keep its settings in its data folder, where change saved
// some before.
func onDisk(t *testing.T, change func(*config.Settings)) func(*Params) {
	return func(p *Params) {
		dir := p.DataDir
		p.SaveSettings = func(s config.Settings) error { return s.Save(dir) }
		p.ChangeSettings = func(change func(*config.Settings)) error { return config.Change(dir, change) }
		s := config.Default()
		change(&s)
		if err := s.Save(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// kept are the settings in the data folder.
func (r *rig) kept() config.Settings {
	r.T.Helper()
	s, err := config.Load(r.DataDir)
	if err != nil {
		r.T.Fatal(err)
	}
	return s
}

func TestAPauseKeepsNothingElseOfTheRun(t *testing.T) {
	commandLine := func(s *config.Settings) { s.RatePerMinute, s.Zone = 7, "Asia/Singapore" }
	r := fillingRig(t, rigOptions{settings: commandLine, params: onDisk(t, func(s *config.Settings) { s.RatePerMinute = 90 })})
	r.pauseFilling(true)
	if got := r.kept(); got.RatePerMinute != 90 || got.Zone != config.DefaultZone || !got.FillPaused {
		t.Errorf("kept: %+v", got)
	}
	if r.HasOverlay() || r.Settings.RatePerMinute != 7 {
		t.Error("a pause is no trouble, and changes nothing of this run")
	}
}

func TestAPauseLeavesSettingsThatCannotBeReadAsTheyAre(t *testing.T) {
	r := fillingRig(t, rigOptions{params: onDisk(t, func(*config.Settings) {})})
	path := filepath.Join(r.DataDir, "settings.json")
	const broken = `{"zone": "Asia/Kolk`
	if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	r.pauseFilling(true)
	if got, err := os.ReadFile(path); string(got) != broken || err != nil {
		t.Errorf("the file is now %q, %v", got, err)
	}
	if !r.Shows("cannot be used") {
		t.Error("nobody says that the pause ends with this run")
	}
	r.until("the pause", func() bool { return r.stored.Filling.Paused })
}

// TestOnlyWhoHasTheFileDeletesIt: what another copy reads and writes is its own.
func TestOnlyWhoHasTheFileDeletesIt(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	connected, first := r.heldElsewhere()
	r.start(connected, r.Settings)
	r.Control(fyne.Key4)
	refuses := func(sentence string) {
		t.Helper()
		r.Tap("Delete local data")
		if r.HasOverlay() || !r.Shows(sentence) {
			t.Errorf("it is not refused: %q", sentence)
		}
		r.data.Say("", kit.ColorText)
		r.remove() // as if it had been asked before
		if !r.Shows(sentence) {
			t.Errorf("it is not said: %q", sentence)
		}
	}
	refuses("The stored calls are still being opened. Try again in a moment.")
	r.until("the other copy is found", func() bool { return r.stored.Unkept != nil })
	refuses("Another Exotel Monitor is using this data. Delete it there, or quit that one first.")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(account.FilesOf(connected, r.DataDir).Calls); err != nil {
		t.Errorf("it is deleted: %v", err)
	}
}

func TestDeletingWarnsOfCallsThatAreOnlyHere(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	r.Control(fyne.Key4)
	r.until("the file", func() bool { return r.parts() != nil })
	const warning = "exist only here and will be lost."
	for _, oldest := range []metrics.Date{{}, sample.Date(time.May, 21)} {
		r.stored.Filling.Oldest = oldest
		r.Tap("Delete local data")
		if !r.HasOverlay() || r.Shows(warning) {
			t.Errorf("from %v on: it warns of calls that Exotel has", oldest)
		}
		r.Tap("Cancel")
	}
	r.stored.Filling.Oldest = sample.Date(time.May, 20)
	r.Tap("Delete local data")
	if !r.Shows("Calls before 21 May 2026 " + warning) {
		t.Error("it does not say what is lost")
	}
}

func TestCallsAreKeptForLessOnlyWhenTheUserIsSureAlsoBeforeTheDaysAreKnown(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	r.stored = account.Stored{}
	saved := 0
	r.askShorten(3, func() { saved++ })
	if saved > 0 || !r.Shows("Stored calls older than 3 months are deleted from this computer.") {
		t.Fatal("it does not ask")
	}
	r.Tap("Save and delete")
	if saved != 1 {
		t.Errorf("saved %d times", saved)
	}
}

func TestSavedSettingsLeaveTheChoiceAsItIs(t *testing.T) {
	r := sampleRig(t)
	r.dashboard.Filters.ShowPeriod(metrics.Period{From: sample.Date(time.November, 2), To: sample.Date(time.November, 4)})
	r.ChooseFrom("All statuses", "Busy")
	r.Enter("/804")
	chosen := r.dashboard.Filters.Choice
	r.Press(fyne.KeyTab)
	r.Control(fyne.KeyComma)
	before := r.session
	r.preferences.Save()
	if r.session == before || r.dashboard.Filters.Choice != chosen {
		t.Errorf("chosen: %+v", r.dashboard.Filters.Choice)
	}
	r.Control(fyne.Key1)
	r.until("the same days", r.answered)
	if r.Field("Search by number").Text != "804" || !r.Shows("Mon 2 Nov – Wed 4 Nov 2026") {
		t.Error("other days or calls are shown")
	}
}
