package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/layout"
)

// cardsLayout lays cards out in equal columns: all in one row where there is
// room, in as few equal rows as it takes where there is not.
type cardsLayout struct {
	gap, least float32
	width      float32 // last given, for MinSize
}

func (l *cardsLayout) columns(n int) int {
	if l.width <= 0 {
		return max(n, 1)
	}
	fit := int((l.width + l.gap) / (l.least + l.gap))
	fit = max(1, min(fit, n))
	rows := (n + fit - 1) / fit
	return (n + rows - 1) / rows
}

// Layout implements fyne.Layout.
func (l *cardsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	columns := l.columns(len(objects))
	cell := fyne.NewSize((size.Width-l.gap*float32(columns-1))/float32(columns), l.rowHeight(objects))
	for i, object := range objects {
		object.Resize(cell)
		object.Move(fyne.NewPos(float32(i%columns)*(cell.Width+l.gap), float32(i/columns)*(cell.Height+l.gap)))
	}
}

// MinSize is one column wide and as high as the last width asks for.
func (l *cardsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	columns := l.columns(len(objects))
	rows := float32((len(objects) + columns - 1) / columns)
	return fyne.NewSize(l.least, rows*l.rowHeight(objects)+(rows-1)*l.gap)
}

func (l *cardsLayout) rowHeight(objects []fyne.CanvasObject) float32 {
	height := float32(0)
	for _, object := range objects {
		height = max(height, object.MinSize().Height)
	}
	return height
}

// pageLayout stacks blocks with a gap between them and gives the grower what
// room is left. When its width changes the heights are asked for again, since
// narrow cards wrap.
type pageLayout struct {
	gap, side, end float32 // between blocks, at the sides, above and below
	grower         fyne.CanvasObject
}

// Layout implements fyne.Layout.
func (l *pageLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := size.Width - 2*l.side
	fixed, shown := float32(0), 0
	for _, object := range objects {
		if !object.Visible() {
			continue
		}
		object.Resize(fyne.NewSize(width, object.Size().Height)) // cards learn their width
		shown++
		if object != l.grower {
			fixed += object.MinSize().Height
		}
	}
	fixed += l.gap*float32(shown-1) + 2*l.end
	top := l.end
	for _, object := range objects {
		if !object.Visible() {
			continue
		}
		height := object.MinSize().Height
		if object == l.grower {
			height = max(height, size.Height-fixed)
		}
		object.Move(fyne.NewPos(l.side, top))
		object.Resize(fyne.NewSize(width, height))
		top += height + l.gap
	}
}

// MinSize is the widest block's width and all heights.
func (l *pageLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, object := range objects {
		if object.Visible() {
			least := object.MinSize()
			size.Width = max(size.Width, least.Width)
			size.Height += least.Height + l.gap
		}
	}
	return fyne.NewSize(size.Width+2*l.side, max(0, size.Height-l.gap)+2*l.end)
}

// rowLayout puts objects side by side, centred in height, with a gap; what
// stands behind a layout.Spacer is moved to the right end. Where the row is too
// narrow for both, the right part goes to a second line.
type rowLayout struct {
	gap, end float32 // between objects and lines; below a second line
	width    float32
}

func (l *rowLayout) parts(objects []fyne.CanvasObject) (left, right []fyne.CanvasObject) {
	into := &left
	for _, object := range objects {
		if _, ok := object.(*layout.Spacer); ok {
			into = &right
		} else if object.Visible() {
			*into = append(*into, object)
		}
	}
	return left, right
}

func (l *rowLayout) measure(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i, object := range objects {
		least := object.MinSize()
		size.Width += least.Width
		if i > 0 {
			size.Width += l.gap
		}
		size.Height = max(size.Height, least.Height)
	}
	return size
}

func (l *rowLayout) breaks(left, right fyne.Size) bool {
	return l.width > 0 && right.Width > 0 && left.Width+right.Width+l.gap > l.width
}

// Layout implements fyne.Layout.
func (l *rowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	left, right := l.parts(objects)
	first, second := l.measure(left), l.measure(right)
	if l.breaks(first, second) {
		l.place(left, 0, 0, first.Height)
		l.place(right, 0, first.Height+l.gap, second.Height)
		return
	}
	l.place(left, 0, 0, size.Height)
	l.place(right, size.Width-second.Width, 0, size.Height)
}

func (l *rowLayout) place(objects []fyne.CanvasObject, x, y, height float32) {
	for _, object := range objects {
		least := object.MinSize()
		object.Resize(least)
		object.Move(fyne.NewPos(x, y+(height-least.Height)/2))
		x += least.Width + l.gap
	}
}

// MinSize is one line, or two where the last width was too narrow.
func (l *rowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	left, right := l.parts(objects)
	first, second := l.measure(left), l.measure(right)
	if l.breaks(first, second) {
		return fyne.NewSize(max(first.Width, second.Width), first.Height+l.gap+second.Height+l.end)
	}
	return fyne.NewSize(max(first.Width, second.Width), max(first.Height, second.Height))
}
