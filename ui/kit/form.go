package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// Lengths of a form, in units.
const (
	FormWidth   = 720
	labelWidth  = 168 // of the column that all rows share
	NumberWidth = 84  // of a field for a number or a time of day
)

// NewSection returns a part of the sheet: its title, what it is for, and its rows.
func NewSection(title, about string, rows ...fyne.CanvasObject) fyne.CanvasObject {
	parts := []fyne.CanvasObject{NewHeading(title)}
	if about != "" {
		text := NewText(ColorMuted, SizeLabel, 4)
		text.Fit = true
		text.Set(about)
		parts = append(parts, text)
	}
	return NewFormRows(append(parts, rows...)...)
}

// NewFormRows puts rows below each other. Those that are hidden take no room.
func NewFormRows(rows ...fyne.CanvasObject) *fyne.Container {
	return container.New(&PageLayout{Gap: 10}, rows...)
}

// NewFormRow puts a label, "" for none, before a control, and what belongs to the
// control below it.
func NewFormRow(label string, control fyne.CanvasObject, below ...fyne.CanvasObject) *fyne.Container {
	name := NewText(ColorText, theme.SizeNameText, 1)
	name.Set(label)
	return container.New(rowLabelLayout{}, append([]fyne.CanvasObject{name, control}, below...)...)
}

// NewHint returns a line with what to know about a control.
func NewHint(text string) *Text {
	hint := NewText(ColorMuted, theme.SizeNameCaptionText, 2)
	hint.Fit = true
	hint.Set(text)
	return hint
}

// NewAnswer returns a line for what came of something. It is hidden while empty.
func NewAnswer() *Text {
	answer := NewText(ColorText, SizeLabel, 6)
	answer.Fit = true
	answer.Hide()
	return answer
}

// SetAnswer shows a sentence in a line of answers, or hides the line.
func SetAnswer(answer *Text, sentence string, color fyne.ThemeColorName) {
	answer.SetColor(color)
	answer.Set(sentence)
	if sentence == "" {
		answer.Hide()
	} else {
		answer.Show()
	}
}

// rowLabelLayout lays out NewFormRow: the label first, the control second, the rest
// below the control. Fyne's form lines up the labels of one container alone, and these
// are of several sections.
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
