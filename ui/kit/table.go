package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// TableLayout sets objects in rows of a number of columns. A column is as wide
// as its widest object and the last takes what is left. Where there is too little
// room for all, each gets its share of it. Fyne's form has two columns alone, and none
// of its layouts lets a text wrap before it asks for the height.
type TableLayout struct {
	Columns    int
	GapX, GapY float32
}

// MinTableWidth is the least width that a table asks for.
const MinTableWidth = 320

func (l *TableLayout) widths(objects []fyne.CanvasObject, width float32) []float32 {
	list, sum := make([]float32, l.Columns), float32(0)
	for i, object := range objects {
		list[i%l.Columns] = max(list[i%l.Columns], object.MinSize().Width)
	}
	for _, w := range list {
		sum += w
	}
	room := width - l.GapX*float32(l.Columns-1)
	for i := range list {
		if sum > room {
			list[i] *= room / sum
		}
	}
	if sum < room {
		list[l.Columns-1] += room - sum
	}
	return list
}

// Layout implements fyne.Layout.
func (l *TableLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	widths, top := l.widths(objects, size.Width), float32(0)
	for first := 0; first < len(objects); first += l.Columns {
		row, left, height := objects[first:min(first+l.Columns, len(objects))], float32(0), float32(0)
		for i, object := range row {
			object.Resize(fyne.NewSize(widths[i], object.Size().Height)) // texts wrap by their width
			height = max(height, object.MinSize().Height)
		}
		for i, object := range row {
			object.Move(fyne.NewPos(left, top))
			object.Resize(fyne.NewSize(widths[i], object.MinSize().Height))
			left += widths[i] + l.GapX
		}
		top += height + l.GapY
	}
}

// MinSize returns a narrow width, and the height that the last width asks for.
func (l *TableLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(MinTableWidth, 0)
	for first := 0; first < len(objects); first += l.Columns {
		height := float32(0)
		for _, object := range objects[first:min(first+l.Columns, len(objects))] {
			height = max(height, object.MinSize().Height)
		}
		if first > 0 {
			height += l.GapY
		}
		size.Height += height
	}
	return size
}

// NewTable returns a table of texts and other objects, row after row.
func NewTable(columns int, cells ...fyne.CanvasObject) *fyne.Container {
	return container.New(&TableLayout{Columns: columns, GapX: 20, GapY: 6}, cells...)
}

// Cell returns a text of a table.
func Cell(text string, color fyne.ThemeColorName) *Text {
	w := NewText(color, SizeLabel, 1)
	w.Set(text)
	return w
}

// BoldCell returns a text of a table that stands out.
func BoldCell(text string) *Text {
	w := NewBoldText(SizeLabel)
	w.Set(text)
	return w
}

// LongCell returns a text for the last column of a table, on as many lines as it takes.
func LongCell(text string, color fyne.ThemeColorName) *Text {
	w := NewText(color, SizeLabel, 4)
	w.Fit = true
	w.Set(text)
	return w
}
