package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
)

const sheetWidth = 600

// NewSheet puts the parts of a form below each other, in the middle of the
// window.
func NewSheet(parts ...fyne.CanvasObject) fyne.CanvasObject {
	box := NewPanel(container.New(layout.NewCustomPaddedVBoxLayout(12), parts...))
	return container.NewCenter(container.New(&WidthLayout{sheetWidth}, box))
}

// NewHeading returns the title of a sheet or of a part of it.
func NewHeading(text string) fyne.CanvasObject {
	h := NewBoldText(theme.SizeNameSubHeadingText)
	h.Set(text)
	return h
}

// NewParagraph returns a text of a sheet, on as many lines as it takes.
func NewParagraph(text string) *Text {
	w := NewText(ColorText, theme.SizeNameText, 8)
	w.Fit = true
	w.Set(text)
	return w
}

// WidthLayout gives its content a width, or more where the content needs it, and
// the height it wants there. Fyne's cells of a fixed size have a fixed height, too.
type WidthLayout struct{ Width float32 }

// Layout implements fyne.Layout.
func (l *WidthLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, object := range objects {
		object.Resize(size)
	}
}

// MinSize implements fyne.Layout.
func (l *WidthLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(l.Width, 0)
	for _, object := range objects {
		size.Width = max(size.Width, object.MinSize().Width)
		object.Resize(fyne.NewSize(size.Width, object.Size().Height)) // texts wrap by their width
		size.Height = max(size.Height, object.MinSize().Height)
	}
	return size
}
