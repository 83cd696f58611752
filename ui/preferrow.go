package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// What the settings screen is laid out with.

const (
	preferWidth = 720
	labelWidth  = 168 // of the column that all rows share
	numberWidth = 84  // of a field for a number or a time of day
)

// newPreferSheet puts sections below each other, in the middle of the window.
func newPreferSheet(sections ...fyne.CanvasObject) fyne.CanvasObject {
	box := newPanel(container.New(&pageLayout{gap: 14}, sections...))
	sheet := container.NewCenter(container.New(&widthLayout{preferWidth}, box))
	return container.New(layout.NewCustomPaddedLayout(24, 24, 0, 0), sheet)
}

// newSection is a part of the sheet: its title, what it is for, and its rows.
func newSection(title, about string, rows ...fyne.CanvasObject) fyne.CanvasObject {
	parts := []fyne.CanvasObject{heading(title)}
	if about != "" {
		text := newWords(colorMuted, sizeLabel, 4)
		text.fit = true
		text.Set(about)
		parts = append(parts, text)
	}
	return newRows(append(parts, rows...)...)
}

// newRows puts rows below each other. Those that are hidden take no room.
func newRows(rows ...fyne.CanvasObject) *fyne.Container {
	return container.New(&pageLayout{gap: 10}, rows...)
}

// newRow puts a label, "" for none, before a control, and what belongs to the
// control below it.
func newRow(label string, control fyne.CanvasObject, below ...fyne.CanvasObject) *fyne.Container {
	name := newWords(plain, theme.SizeNameText, 1)
	name.Set(label)
	return container.New(rowLabelLayout{}, append([]fyne.CanvasObject{name, control}, below...)...)
}

// newHint is what to know about a control, in few words.
func newHint(text string) *words {
	hint := newWords(colorMuted, theme.SizeNameCaptionText, 2)
	hint.fit = true
	hint.Set(text)
	return hint
}

// beside puts a hint to the right of a narrow field.
func beside(f *field, text string) fyne.CanvasObject {
	hint := newWords(colorMuted, theme.SizeNameCaptionText, 1)
	hint.Set(text)
	return rowOf(10, container.New(&widthLayout{numberWidth}, f), hint)
}

// newAnswer is a line for what came of something. It is hidden while empty.
func newAnswer() *words {
	answer := newWords(plain, sizeLabel, 6)
	answer.fit = true
	answer.Hide()
	return answer
}

// say shows a sentence in a line of answers, or hides the line.
func say(answer *words, sentence string, color fyne.ThemeColorName) {
	answer.SetColor(color)
	answer.Set(sentence)
	if sentence == "" {
		answer.Hide()
	} else {
		answer.Show()
	}
}

// rowLabelLayout lays out newRow: the label first, the control second, the rest
// below the control.
type rowLabelLayout struct{}

const (
	belowGap      = 6
	controlHeight = 36
)

// Layout implements fyne.Layout.
func (rowLabelLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	label := objects[0].MinSize()
	objects[0].Resize(fyne.NewSize(labelWidth, label.Height))
	first := min(objects[1].MinSize().Height, controlHeight) // the label belongs to the first line
	objects[0].Move(fyne.NewPos(0, (first-label.Height)/2))
	top := float32(0)
	for _, object := range objects[1:] {
		if !object.Visible() {
			continue
		}
		object.Resize(fyne.NewSize(size.Width-labelWidth, object.Size().Height)) // texts wrap by their width
		height := object.MinSize().Height
		object.Resize(fyne.NewSize(size.Width-labelWidth, height))
		object.Move(fyne.NewPos(labelWidth, top))
		top += height + belowGap
	}
}

// MinSize implements fyne.Layout.
func (rowLabelLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, object := range objects[1:] {
		if object.Visible() {
			least := object.MinSize()
			size.Width = max(size.Width, least.Width)
			size.Height += least.Height + belowGap
		}
	}
	return fyne.NewSize(size.Width+labelWidth, size.Height-belowGap)
}

// check is Fyne's check box, on which Enter does what it does in a field.
type check struct {
	widget.Check
	submit func()
}

func newCheck(text string, submit func()) *check {
	c := &check{submit: submit}
	c.Text = text
	c.ExtendBaseWidget(c)
	return c
}

// TypedKey submits the form or passes the key on.
func (c *check) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		c.submit()
	case fyne.KeySpace: // comes as a character, too
	default:
		passKey(c, e)
	}
}

// TypedRune toggles the box or passes on what was typed.
func (c *check) TypedRune(r rune) {
	if r == ' ' {
		c.Check.TypedRune(r)
	} else {
		passRune(c, r)
	}
}

// FocusGained shows the focus, and the box if it was scrolled away.
func (c *check) FocusGained() {
	c.Check.FocusGained()
	reveal(c)
}

// FocusGained shows the focus, and the field if it was scrolled away.
func (f *field) FocusGained() {
	f.Entry.FocusGained()
	reveal(f)
}

// FocusGained shows the focus, and the button if it was scrolled away.
func (b *button) FocusGained() {
	b.Button.FocusGained()
	reveal(b)
}
