package ui

import (
	"errors"
	"testing"

	"fyne.io/fyne/v2"

	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/system/instance"
)

// changed is a window whose settings are shown and were changed.
func changed(t *testing.T) *rig {
	r := opened(t, rigOptions{}, metrics.Today)
	r.showPreferences()
	r.preferences.Interval.SetText("30")
	r.Settle()
	return r
}

const leaving = "You changed the settings and haven't saved them."

// TestUnsavedSettingsAreNotLeftSilently, whichever way leads elsewhere.
func TestUnsavedSettingsAreNotLeftSilently(t *testing.T) {
	for name, leave := range map[string]func(*rig){
		"a tab":           func(r *rig) { r.Tap("Dashboard") },
		"Ctrl+1":          func(r *rig) { r.Control(fyne.Key1) },
		"Ctrl+2":          func(r *rig) { r.Control(fyne.Key2) },
		"Ctrl+3":          func(r *rig) { r.Control(fyne.Key3) },
		"Ctrl+4":          func(r *rig) { r.Control(fyne.Key4) },
		"Ctrl+Q":          func(r *rig) { r.Control(fyne.KeyQ) },
		"Escape":          func(r *rig) { r.Press(fyne.KeyEscape) },
		"a link":          func(r *rig) { r.Open(instance.Link{Screen: instance.Alerts}) },
		"another account": func(r *rig) { r.Tap("Change account or keys") },
		"the tray's Quit": func(r *rig) { r.quitFromTray() },
		"two keys": func(r *rig) {
			r.Control(fyne.Key1)
			r.Control(fyne.Key3)
		},
	} {
		r := changed(t)
		p := r.preferences
		leave(r)
		if r.preferences != p || !r.Shows(leaving) {
			t.Errorf("%s: not asked", name)
			continue
		}
		r.Press(fyne.KeyReturn) // Stay has the focus
		if r.HasOverlay() || r.preferences != p || p.Interval.Text != "30" || !r.Shows("Unsaved changes") {
			t.Errorf("%s: Stay does not stay", name)
		}
	}
}

func TestUnsavedSettingsAreSavedOrDiscarded(t *testing.T) {
	r := changed(t)
	r.Control(fyne.Key3)
	r.Tap("Discard")
	if r.alerts == nil || len(r.saved) > 0 {
		t.Error("Discard does not go on")
	}
	r.showPreferences()
	if r.preferences.Interval.Text != "60" {
		t.Error("what was discarded is back")
	}

	r = changed(t)
	r.Control(fyne.Key3)
	r.Tap("Save")
	if r.alerts == nil || len(r.saved) != 1 || r.Settings.RefreshSeconds != 30 {
		t.Error("Save does not save, or does not go on")
	}

	r = changed(t)
	p := r.preferences
	r.SaveSettings = func(config.Settings) error { return errors.New("the disk is full") }
	r.Control(fyne.Key3)
	r.Tap("Save")
	if r.preferences != p || !r.Shows("The disk is full.") || p.Interval.Text != "30" {
		t.Error("what could not be saved is lost")
	}
}

// TestWaysThatLoseNothingAreNotAsked: the settings stay as they are.
func TestWaysThatLoseNothingAreNotAsked(t *testing.T) {
	for name, stay := range map[string]func(*rig){
		"Ctrl+5":          func(r *rig) { r.Control(fyne.Key5) },
		"its tab":         func(r *rig) { r.Tap("Settings") },
		"a link to them":  func(r *rig) { r.Open(instance.Link{Screen: instance.Settings}) },
		"a link nowhere":  func(r *rig) { r.Open(instance.Link{}) },
		"a new session":   func(r *rig) { r.restart() },
		"the keys' table": func(r *rig) { r.window.Canvas().Unfocus(); r.Enter("?"); r.Press(fyne.KeyEscape) },
	} {
		r := changed(t)
		p := r.preferences
		stay(r)
		if r.HasOverlay() || r.preferences != p || p.Interval.Text != "30" {
			t.Errorf("%s: asked, or lost", name)
		}
	}
	r := changed(t)
	r.Tap("Discard")
	r.Press(fyne.KeyEscape)
	if !r.onDashboard {
		t.Error("asked though nothing is changed")
	}
}
