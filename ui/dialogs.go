package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

const dialogWidth = 440

// openDialogs are the dialogs that are open, by their overlays: taking an overlay
// away alone would tell its dialog nothing.
var openDialogs = map[fyne.CanvasObject]*dialog.CustomDialog{}

// showDialog opens a dialog and focuses its first button. The window's Escape
// takes it away.
func showDialog(w fyne.Window, title string, content fyne.CanvasObject, height float32, buttons ...*button) *dialog.CustomDialog {
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
	box.Resize(fyne.NewSize(dialogWidth, height))
	box.Show()
	overlay := w.Canvas().Overlays().Top()
	openDialogs[overlay] = box
	box.SetOnClosed(func() { delete(openDialogs, overlay) })
	w.Canvas().Focus(buttons[0])
	return box
}

// confirm asks before something is done. What Enter presses at once is Cancel.
func confirm(w fyne.Window, title, text, action string, do func()) *dialog.CustomDialog {
	return showDialog(w, title, wrapped(text), 190,
		newButton(tr("Cancel"), widget.MediumImportance, nil),
		newButton(action, widget.HighImportance, do))
}

// tell says something that has to be noticed.
func tell(w fyne.Window, title, text string) {
	showDialog(w, title, wrapped(text), 170, newButton(tr("Close"), widget.MediumImportance, nil))
}

// wrapped is a text on as many lines as it takes.
func wrapped(text string) *widget.Label {
	label := widget.NewLabel(text)
	label.Wrapping = fyne.TextWrapWord
	return label
}

const definitionWidth = 300

// explain shows a definition below the object that asked for it. Escape or a
// click anywhere takes it away.
func explain(at fyne.CanvasObject, title, text string) {
	c := fyne.CurrentApp().Driver().CanvasForObject(at)
	if c == nil {
		return
	}
	heading := widget.NewLabelWithStyle(title, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	var bubble *widget.PopUp
	closer := newButton("", widget.LowImportance, func() { bubble.Hide() })
	closer.Icon = theme.CancelIcon()
	head := container.NewBorder(nil, nil, heading, closer)
	bubble = widget.NewPopUp(container.NewBorder(head, nil, nil, nil, wrapped(text)), c)
	bubble.Resize(fyne.NewSize(definitionWidth, 0))
	size := fyne.NewSize(definitionWidth, bubble.MinSize().Height)
	bubble.Resize(size)
	const margin = 8
	pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(at).AddXY(0, at.Size().Height+4)
	room := c.Size().SubtractWidthHeight(margin, margin).Subtract(size)
	bubble.ShowAtPosition(fyne.NewPos(max(margin, min(pos.X, room.Width)), max(margin, min(pos.Y, room.Height))))
	c.Focus(closer)
}

// closeTop takes the topmost dialog, menu or definition away and reports whether
// there was one.
func closeTop(c fyne.Canvas) bool {
	top := c.Overlays().Top()
	if box := openDialogs[top]; box != nil {
		box.Hide()
	} else if top != nil {
		c.Overlays().Remove(top)
	}
	return top != nil
}
