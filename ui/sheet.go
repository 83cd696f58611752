package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
)

const sheetWidth = 600

// newSheet puts the parts of a form below each other, in the middle of the
// window.
func newSheet(parts ...fyne.CanvasObject) fyne.CanvasObject {
	box := newPanel(container.New(layout.NewCustomPaddedVBoxLayout(12), parts...))
	return container.NewCenter(container.New(&widthLayout{sheetWidth}, box))
}

// heading is the title of a sheet or of a part of it.
func heading(text string) fyne.CanvasObject {
	h := newBoldWords(theme.SizeNameSubHeadingText)
	h.Set(text)
	return h
}

// newParagraph is a text of a sheet, on as many lines as it takes.
func newParagraph(text string) *words {
	w := newWords(plain, theme.SizeNameText, 8)
	w.fit = true
	w.Set(text)
	return w
}

// widthLayout gives its content a width, or more where the content needs it, and
// the height it wants there.
type widthLayout struct{ width float32 }

func (l *widthLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, object := range objects {
		object.Resize(size)
	}
}

func (l *widthLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(l.width, 0)
	for _, object := range objects {
		size.Width = max(size.Width, object.MinSize().Width)
		object.Resize(fyne.NewSize(size.Width, object.Size().Height)) // texts wrap by their width
		size.Height = max(size.Height, object.MinSize().Height)
	}
	return size
}
