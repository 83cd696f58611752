package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/text"
)

const DialogWidth = 440

// openDialogs are the dialogs that are open, by their overlays: taking an overlay
// away alone would tell its dialog nothing.
var openDialogs = map[fyne.CanvasObject]*dialog.CustomDialog{}

// ShowDialog opens a dialog and focuses its first button. The window's Escape
// takes it away.
func ShowDialog(w fyne.Window, title string, content fyne.CanvasObject, height float32, buttons ...*Button) *dialog.CustomDialog {
	box := dialog.NewCustomWithoutButtons(title, content, w)
	row := make([]fyne.CanvasObject, len(buttons))
	for i, b := range buttons {
		press := b.OnTapped
		b.OnTapped = func() {
			box.Hide()
			if press != nil {
				press()
			}
		}
		row[i] = b
	}
	box.SetButtons(row)
	box.Resize(fyne.NewSize(DialogWidth, height))
	box.Show()
	overlay := w.Canvas().Overlays().Top()
	openDialogs[overlay] = box
	box.SetOnClosed(func() { delete(openDialogs, overlay) })
	w.Canvas().Focus(buttons[0])
	return box
}

// Confirm asks before something is done. What Enter presses at once is Cancel.
func Confirm(w fyne.Window, title, words, action string, do func()) *dialog.CustomDialog {
	return ShowDialog(w, title, Wrapped(words), 190,
		NewButton(text.Tr("Cancel"), widget.MediumImportance, nil),
		NewButton(action, widget.HighImportance, do))
}

// ShowMessage says something that has to be noticed.
func ShowMessage(w fyne.Window, title, words string) {
	ShowDialog(w, title, Wrapped(words), 170, NewButton(text.Tr("Close"), widget.MediumImportance, nil))
}

// Wrapped is a text on as many lines as it takes.
func Wrapped(text string) *widget.Label {
	label := widget.NewLabel(text)
	label.Wrapping = fyne.TextWrapWord
	return label
}

const definitionWidth = 300

// ShowDefinition shows a definition below the object that asked for it. Escape or a
// click anywhere takes it away.
func ShowDefinition(at fyne.CanvasObject, title, text string) {
	c := fyne.CurrentApp().Driver().CanvasForObject(at)
	if c == nil {
		return
	}
	heading := widget.NewLabelWithStyle(title, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	var bubble *widget.PopUp
	closer := NewButton("", widget.LowImportance, func() { bubble.Hide() })
	closer.Icon = theme.CancelIcon()
	head := container.NewBorder(nil, nil, heading, closer)
	bubble = widget.NewPopUp(container.NewBorder(head, nil, nil, nil, Wrapped(text)), c)
	bubble.Resize(fyne.NewSize(definitionWidth, 0))
	size := fyne.NewSize(definitionWidth, bubble.MinSize().Height)
	bubble.Resize(size)
	const margin = 8
	pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(at).AddXY(0, at.Size().Height+4)
	room := c.Size().SubtractWidthHeight(margin, margin).Subtract(size)
	bubble.ShowAtPosition(fyne.NewPos(max(margin, min(pos.X, room.Width)), max(margin, min(pos.Y, room.Height))))
	c.Focus(closer)
}

// CloseTop takes the topmost dialog, menu or definition away and reports whether
// there was one.
func CloseTop(c fyne.Canvas) bool {
	top := c.Overlays().Top()
	if box := openDialogs[top]; box != nil {
		box.Hide()
	} else if top != nil {
		c.Overlays().Remove(top)
	}
	return top != nil
}

// WindowOf is the window that shows an object; nil if none does.
func WindowOf(object fyne.CanvasObject) fyne.Window {
	driver := fyne.CurrentApp().Driver()
	c := driver.CanvasForObject(object)
	for _, w := range driver.AllWindows() {
		if c != nil && w.Canvas() == c {
			return w
		}
	}
	return nil
}
