package ui

import (
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/system/instance"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

func TestAFailedStartIsSaidInAWindow(t *testing.T) {
	for name, closes := range map[string]func(fyne.Window){
		"the button": func(w fyne.Window) { w.Canvas().Focused().(*kit.Button).OnTapped() },
		"Escape":     func(w fyne.Window) { w.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape}) },
	} {
		t.Run(name, func(t *testing.T) {
			w := NewFailure(uitest.NewApp(t), instance.ErrSilent)
			closed := false
			w.SetOnClosed(func() { closed = true })
			var said []string
			uitest.Walk(w.Content(), func(o fyne.CanvasObject) {
				switch text := o.(type) {
				case *kit.Text:
					said = append(said, text.Text)
				case *widget.Label:
					said = append(said, text.Text)
				}
			})
			want := "Exotel Monitor can't start\n" +
				"Another copy of Exotel Monitor is running but does not answer; wait a little, or end it in the system's list of programs and start again."
			if got := strings.Join(said, "\n"); got != want {
				t.Errorf("it says %q", got)
			}
			closes(w)
			if !closed {
				t.Error("it stays")
			}
		})
	}
}

// unread is a rig whose saved settings cannot be used.
func unread(t *testing.T, masked bool) *rig {
	t.Helper()
	return newRig(t, rigOptions{env: true, params: func(p *Params) {
		p.Unread, p.Settings.MaskNumbers = errors.New("the settings in /data/settings.json cannot be used: no JSON"), masked
	}})
}

func TestNothingStartsBeforeTheUserTakesDefaults(t *testing.T) {
	for _, masked := range []bool{false, true} {
		r := unread(t, masked)
		if !r.Shows("The settings in /data/settings.json cannot be used: no JSON. Correct the file") || r.Shows("Phone numbers are hidden.") != masked {
			t.Errorf("masked %v: it says something else", masked)
		}
		if r.session != nil || r.account.Stats().Requests > 0 {
			t.Error("the account is connected")
		}
		w, _ := r.counted()
		if r.begin(true); w.shown != 1 {
			t.Errorf("started hidden, it is shown %d times", w.shown)
		}
		r.Tap("Continue with defaults")
		if r.session == nil || !r.onDashboard {
			t.Error("it does not go on")
		}
	}
}

func TestTheUserMayQuitWhenSettingsCannotBeUsed(t *testing.T) {
	r := unread(t, false)
	closed := false
	r.window.SetOnClosed(func() { closed = true })
	r.Tap("Quit")
	if !closed || r.session != nil {
		t.Error("it goes on")
	}
}

func TestSettingsThatCannotBeUsedAreReplacedOnlyWhenTheUserSaysSo(t *testing.T) {
	r := unread(t, false)
	r.Tap("Continue with defaults")
	r.showPreferences()
	r.Tap("Save")
	if !r.Shows("The settings in /data/settings.json cannot be used: no JSON. Saving replaces the file") || len(r.saved) > 0 {
		t.Fatalf("saved %d times without a question", len(r.saved))
	}
	r.Tap("Cancel")
	if len(r.saved) > 0 {
		t.Fatal("saved all the same")
	}
	r.Tap("Save")
	r.Tap("Replace")
	r.Tap("Indian number format (1,24,700)")
	r.Tap("Save") // asks no more
	if len(r.saved) != 2 || r.HasOverlay() {
		t.Errorf("saved %d times", len(r.saved))
	}
}

// TestTheSystemsWordsAreShownOnRequestOnly: the notice says it as a person would, and
// the strip does not say it again.
func TestTheSystemsWordsAreShownOnRequestOnly(t *testing.T) {
	r := sampleRig(t)
	r.again(func(s *refresh.Snapshot) { s.Err, s.Failures = sample.Unreachable, 1 })
	h := r.watched.Health
	h.PollErr = sample.Unreachable
	r.dashboard.ApplyHealth(h, false, false)
	r.Settle()
	r.Says("Exotel could not be reached: no internet connection?", "Can't check line status: Exotel could not be reached. Line status is unknown")
	r.SaysNot("no such host")
	if said := r.Texts(); strings.Count(said, "no internet connection?") != 1 {
		t.Errorf("it is said more than once:\n%s", said)
	}
	r.Tap("Details")
	r.Says("Dial tcp: lookup api.exotel.com: no such host.")
	r.Press(fyne.KeyEscape)
	r.again(func(s *refresh.Snapshot) { s.Err = sample.Refused })
	if r.HasOverlay() || r.CanTap("Details") {
		t.Error("there are details of what is all said")
	}
}
