package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest"
)

// TestTheTopmostIsClosedFirst: each dialog hears of its own end only.
func TestTheTopmostIsClosedFirst(t *testing.T) {
	uitest.UseTheme(t, theme.VariantLight)
	label := widget.NewLabel("below")
	w := test.NewTempWindow(t, container.NewStack(label))
	w.Resize(fyne.NewSize(600, 400))
	d := kit.Dialogs{Window: w}
	if d.CloseTop() {
		t.Error("there is something to close at the start")
	}
	var closed []string
	open := func(name string) {
		d.Confirm(name, "Go on?", "Go on", func() {}).SetOnClosed(func() { closed = append(closed, name) })
	}
	open("first")
	open("second")
	kit.ShowDefinition(label, "Calls", "All of them.")
	for step, want := range [][]string{{}, {"second"}, {"second", "first"}} {
		if !d.CloseTop() || len(closed) != len(want) || len(w.Canvas().Overlays().List()) != 2-step {
			t.Errorf("step %d: closed %q, want %q", step, closed, want)
		}
	}
	if d.CloseTop() {
		t.Error("something is left")
	}
}

func TestAButtonClosesItsDialogFirst(t *testing.T) {
	uitest.UseTheme(t, theme.VariantLight)
	w := test.NewTempWindow(t, widget.NewLabel("below"))
	d := kit.Dialogs{Window: w}
	var heard []string
	d.Show("Quit?", kit.Wrapped("Go on?"), 0, kit.NewButton("Yes", widget.MediumImportance, func() {
		heard = append(heard, "yes")
		if w.Canvas().Overlays().Top() != nil {
			t.Error("the dialog is still open")
		}
	})).SetOnClosed(func() { heard = append(heard, "closed") })
	w.Canvas().Focused().(*kit.Button).OnTapped()
	if len(heard) != 2 || heard[0] != "closed" || d.CloseTop() {
		t.Errorf("heard %q", heard)
	}
}
