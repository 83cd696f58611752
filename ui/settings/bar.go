package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// bar is the foot of the settings screen: it says that something is not saved, or
// what came of saving, and stays in sight while the page scrolls.
type bar struct {
	view          fyne.CanvasObject
	panel         *kit.Panel
	mark          *kit.Text
	Status        *kit.Text
	save, discard *kit.Button
}

// said is what the bar says. The zero value says nothing, and hides the bar.
type said struct {
	unsaved  bool
	saved    bool
	unusable bool  // saved settings could not be used, and are still in their file
	err      error // why nothing was saved
}

func newBar(save, discard func()) *bar {
	b := &bar{
		mark: kit.NewBoldText(kit.SizeLabel), Status: kit.NewText(kit.ColorText, kit.SizeLabel, 4),
		save:    kit.NewButton(text.Tr("Save"), widget.HighImportance, save),
		discard: kit.NewButton(text.Tr("Discard"), widget.MediumImportance, discard),
	}
	b.Status.Fit = true
	b.panel = kit.NewPanel(container.New(&kit.StripLayout{Gap: 8}, b.mark, b.Status, b.save, b.discard))
	b.panel.PadY = kit.SizeSub
	b.panel.Edge = theme.ColorNameWarning
	b.view = container.New(layout.NewCustomPaddedLayout(8, 8, 0, 0), container.NewCenter(container.New(&kit.WidthLayout{Width: kit.FormWidth}, b.panel)))
	b.view.Hide()
	return b
}

// Set shows the bar, or hides it when there is nothing to say, and reports whether
// it wants another height than before.
func (b *bar) Set(s said) bool {
	before := b.height()
	mark, sentence, color := "▲", "", theme.ColorNameWarning
	switch {
	case s.err != nil:
		mark, sentence, color = "◆", text.Error(s.err), theme.ColorNameError
	case s.unsaved:
		sentence = text.Tr("Unsaved changes")
	case s.saved:
		mark, sentence, color = "", text.Tr("Saved."), theme.ColorNameSuccess
	case s.unusable:
		sentence = text.Tr("The settings file can't be used. Save to replace it with these settings.")
	}
	b.hide(b.save, !s.unsaved && !s.unusable)
	b.hide(b.discard, !s.unsaved)
	b.mark.Set(mark)
	b.Status.Set(sentence)
	b.panel.Edge = color
	b.view.(*fyne.Container).Hidden = sentence == ""
	b.panel.Refresh()
	return b.height() != before
}

// hide hides a button, which then has the focus no more, or shows it.
func (b *bar) hide(button *kit.Button, hidden bool) {
	button.Hidden = hidden
	if c := fyne.CurrentApp().Driver().CanvasForObject(button); hidden && c != nil && c.Focused() == fyne.Focusable(button) {
		c.Unfocus()
	}
}

// height is the height that the bar wants.
func (b *bar) height() float32 {
	if !b.view.Visible() {
		return 0
	}
	return b.view.MinSize().Height
}
