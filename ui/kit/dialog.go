package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/text"
)

// DialogWidth is the width of a dialog.
const DialogWidth = 440

// Dialogs opens the dialogs of a window, and closes them.
type Dialogs struct {
	Window fyne.Window

	// open are the dialogs that are open, by their overlays: taking an overlay away
	// alone would tell its dialog nothing.
	open map[fyne.CanvasObject]*dialog.CustomDialog
}

// Show opens a dialog and focuses its first button. CloseTop closes it, too.
func (d *Dialogs) Show(title string, content fyne.CanvasObject, height float32, buttons ...*Button) *dialog.CustomDialog {
	box := dialog.NewCustomWithoutButtons(title, content, d.Window)
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
	c := d.Window.Canvas()
	overlay := c.Overlays().Top()
	if d.open == nil {
		d.open = map[fyne.CanvasObject]*dialog.CustomDialog{}
	}
	d.open[overlay] = box
	box.SetOnClosed(func() { delete(d.open, overlay) })
	c.Focus(buttons[0])
	return box
}

// Confirm asks before something is done. What Enter presses at once is Cancel.
func (d *Dialogs) Confirm(title, words, action string, do func()) *dialog.CustomDialog {
	return d.Show(title, Wrapped(words), 190,
		NewButton(text.Tr("Cancel"), widget.MediumImportance, nil),
		NewButton(action, widget.HighImportance, do))
}

// Message says something that has to be noticed.
func (d *Dialogs) Message(title, words string) {
	d.Show(title, Wrapped(words), 170, NewButton(text.Tr("Close"), widget.MediumImportance, nil))
}

// CloseTop takes the topmost dialog, menu or definition away and reports whether
// there was one.
func (d *Dialogs) CloseTop() bool {
	overlays := d.Window.Canvas().Overlays()
	top := overlays.Top()
	if box := d.open[top]; box != nil {
		box.Hide()
	} else if top != nil {
		overlays.Remove(top)
	}
	return top != nil
}

// Wrapped returns a text on as many lines as it takes.
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
