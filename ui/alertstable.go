package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// tableLayout sets objects in rows of a number of columns. A column is as wide
// as its widest object and the last takes what is left; even columns share the
// width and are centred in their rows. Where there is too little room for all, each gets its share of it.
type tableLayout struct {
	columns    int
	gapX, gapY float32
	even       bool
}

// tableLeast is the least width that a table asks for.
const tableLeast = 320

func (l *tableLayout) widths(objects []fyne.CanvasObject, width float32) []float32 {
	list, sum := make([]float32, l.columns), float32(0)
	for i, object := range objects {
		list[i%l.columns] = max(list[i%l.columns], object.MinSize().Width)
	}
	for _, w := range list {
		sum += w
	}
	room := width - l.gapX*float32(l.columns-1)
	for i := range list {
		switch {
		case l.even:
			list[i] = room / float32(l.columns)
		case sum > room:
			list[i] *= room / sum
		}
	}
	if !l.even && sum < room {
		list[l.columns-1] += room - sum
	}
	return list
}

// Layout implements fyne.Layout.
func (l *tableLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	widths, top := l.widths(objects, size.Width), float32(0)
	for first := 0; first < len(objects); first += l.columns {
		row, left, height := objects[first:min(first+l.columns, len(objects))], float32(0), float32(0)
		for i, object := range row {
			object.Resize(fyne.NewSize(widths[i], object.Size().Height)) // texts wrap by their width
			height = max(height, object.MinSize().Height)
		}
		for i, object := range row {
			at, size := fyne.NewPos(left, top), fyne.NewSize(widths[i], object.MinSize().Height)
			if l.even {
				at.Y += (height - size.Height) / 2
			}
			object.Move(at)
			object.Resize(size)
			left += widths[i] + l.gapX
		}
		top += height + l.gapY
	}
}

// MinSize is narrow, and as high as the last width asks for.
func (l *tableLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(tableLeast, 0)
	for first := 0; first < len(objects); first += l.columns {
		height := float32(0)
		for _, object := range objects[first:min(first+l.columns, len(objects))] {
			height = max(height, object.MinSize().Height)
		}
		if first > 0 {
			height += l.gapY
		}
		size.Height += height
	}
	return size
}

// newTable is a table of texts and other objects, row after row.
func newTable(columns int, cells ...fyne.CanvasObject) *fyne.Container {
	return container.New(&tableLayout{columns: columns, gapX: 20, gapY: 6}, cells...)
}

// cell is a text in a table; a long one takes several lines where it stands in
// the last column.
func cell(text string, color fyne.ThemeColorName) *words {
	w := newWords(color, sizeLabel, 1)
	w.Set(text)
	return w
}

func boldCell(text string) *words {
	w := newBoldWords(sizeLabel)
	w.Set(text)
	return w
}

func longCell(text string, color fyne.ThemeColorName) *words {
	w := newWords(color, sizeLabel, 4)
	w.fit = true
	w.Set(text)
	return w
}
