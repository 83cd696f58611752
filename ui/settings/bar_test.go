package settings

import (
	"testing"

	"fyne.io/fyne/v2"

	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
)

// TestChangesAreSaidUntilTheyAreSavedOrDiscarded: whatever was changed.
func TestChangesAreSaidUntilTheyAreSavedOrDiscarded(t *testing.T) {
	const unsaved = "Unsaved changes"
	for what, change := range map[string]func(*rig){
		"a field":          func(r *rig) { r.Interval.SetText("30") },
		"nonsense":         func(r *rig) { r.Interval.SetText("often") },
		"a box":            func(r *rig) { r.Indian.SetChecked(false) },
		"a menu":           func(r *rig) { r.Choose("24-hour", 1) },
		"how long to keep": func(r *rig) { r.Choose("Forever", 1) },
		"quiet hours":      func(r *rig) { r.notify.quiet[0].on.SetChecked(true) },
		"copied hours": func(r *rig) {
			r.notify.quiet[1].on.SetChecked(true)
			r.Tap("Copy to all days")
		},
		"the start at login": func(r *rig) { r.Start.login.SetChecked(true) },
		"the webhook":        func(r *rig) { r.webhook.on.SetChecked(false) },
		"its address":        func(r *rig) { r.webhook.address.SetText("") },
	} {
		r := open(t, receiving())
		if r.Shows(unsaved) || r.CanTap("Save") || r.Unsaved() {
			t.Fatal("nothing was changed")
		}
		change(r)
		if !r.Shows(unsaved) || !r.CanTap("Save") || !r.Unsaved() {
			t.Errorf("%s: it is not said", what)
		}
		r.Tap("Discard")
		if r.Shows(unsaved) || r.CanTap("Save") || r.Unsaved() || len(r.stored) > 0 || r.saved != receiving() {
			t.Errorf("%s: not discarded", what)
		}
	}
	r := open(t, config.Default())
	r.Interval.SetText("30")
	r.Interval.SetText("60")
	if r.Shows(unsaved) {
		t.Error("what was changed back is a change")
	}
	r.webhook.address.SetText("hidden")
	if r.Shows(unsaved) {
		t.Error("what is hidden is a change")
	}
	r.Interval.SetText("30")
	r.Tap("Save")
	if !r.Shows("Saved.") || r.CanTap("Save") || r.CanTap("Discard") {
		t.Error("it does not say that it is saved")
	}
	r.Interval.SetText("5")
	r.Tap("Save")
	if !r.Shows("must be 15 to") || !r.CanTap("Save") {
		t.Error("it does not say why it is not saved")
	}
	if r.Interval.SetText("50"); !r.Shows(unsaved) || r.Shows("must be 15 to") {
		t.Error("what was wrong before is said")
	}
}

// TestTheBarStaysInSight, wherever the page is.
func TestTheBarStaysInSight(t *testing.T) {
	r := open(t, config.Default())
	page := kit.PageIn(r.Window.Canvas())
	whole := page.Size().Height
	r.Interval.SetText("30")
	r.Settle()
	for _, scroll := range []func(){page.ScrollToTop, page.ScrollToBottom} {
		scroll()
		bottom := fyne.CurrentApp().Driver().AbsolutePositionForObject(r.bar.save).Y + r.bar.save.Size().Height
		if bottom > r.Window.Canvas().Size().Height || page.Size().Height >= whole {
			t.Errorf("Save ends at %v", bottom)
		}
	}
}

func TestFocusDoesNotStayOnAHiddenButton(t *testing.T) {
	for _, button := range []string{"Save", "Discard"} {
		r := open(t, config.Default())
		r.Interval.SetText("30")
		r.Settle()
		c := r.Window.Canvas()
		if c.Focus(r.bar.save); button == "Discard" {
			c.Focus(r.bar.discard)
		}
		r.Press(fyne.KeyReturn)
		if c.Focused() != nil {
			t.Errorf("%s: %T has the focus", button, c.Focused())
		}
	}
}

// TestAnUnusableFileCanBeReplaced though nothing is changed.
func TestAnUnusableFileCanBeReplaced(t *testing.T) {
	r := open(t, config.Default(), func(r *rig) { r.unusable = true })
	if !r.Shows("The settings file can't be used.") || r.Unsaved() {
		t.Error("it is not offered")
	}
	r.Tap("Save")
	if len(r.stored) != 1 || !r.Shows("Saved.") {
		t.Error("not replaced")
	}
}

// TestTheListLeadsToTheSections by the mouse and by the keyboard.
func TestTheListLeadsToTheSections(t *testing.T) {
	r := open(t, config.Default())
	page := kit.PageIn(r.Window.Canvas())
	last := float32(-1)
	for _, title := range []string{"General", "Notifications", "Lines", "Data", "Webhook", "Advanced"} {
		r.Press(fyne.KeyTab)
		chip, ok := r.Window.Canvas().Focused().(*kit.Chip)
		if !ok || chip.Text != title {
			t.Fatalf("%s: Tab leads elsewhere", title)
		}
		r.Press(fyne.KeyReturn)
		if page.Offset.Y <= last {
			t.Errorf("%s: scrolled to %v after %v", title, page.Offset.Y, last)
		}
		last = page.Offset.Y
		if focused, ok := r.Window.Canvas().Focused().(fyne.CanvasObject); !ok || !kit.Contains(page.Content, focused) {
			t.Errorf("%s: the focus is not in it", title)
		}
		r.Window.Canvas().Focus(chip)
	}
}
