package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// CardsLayout lays cards out in equal columns: all in one row where there is
// room, in as few equal rows as it takes where there is not. Fyne's grids have either a
// fixed number of columns or cells of a fixed size.
type CardsLayout struct {
	Gap, MinWidth float32
	width         float32 // last given, for MinSize
}

func (l *CardsLayout) columns(n int) int {
	if l.width <= 0 {
		return max(n, 1)
	}
	fit := int((l.width + l.Gap) / (l.MinWidth + l.Gap))
	fit = max(1, min(fit, n))
	rows := (n + fit - 1) / fit
	return (n + rows - 1) / rows
}

// Layout implements fyne.Layout.
func (l *CardsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	columns := l.columns(len(objects))
	cell := fyne.NewSize((size.Width-l.Gap*float32(columns-1))/float32(columns), l.rowHeight(objects))
	for i, object := range objects {
		object.Resize(cell)
		object.Move(fyne.NewPos(float32(i%columns)*(cell.Width+l.Gap), float32(i/columns)*(cell.Height+l.Gap)))
	}
}

// MinSize returns the width of a column, and the height that the last width asks for.
func (l *CardsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	columns := l.columns(len(objects))
	rows := float32((len(objects) + columns - 1) / columns)
	return fyne.NewSize(l.MinWidth, rows*l.rowHeight(objects)+(rows-1)*l.Gap)
}

func (l *CardsLayout) rowHeight(objects []fyne.CanvasObject) float32 {
	height := float32(0)
	for _, object := range objects {
		height = max(height, object.MinSize().Height)
	}
	return height
}

// PageLayout stacks blocks with a gap between them and gives the grower what
// room is left. When its width changes the heights are asked for again, since
// narrow cards wrap. Fyne's boxes ask for heights before they give the width.
type PageLayout struct {
	Gap, Side, End float32 // between blocks, at the sides, above and below
	Grower         fyne.CanvasObject
}

// Layout implements fyne.Layout.
func (l *PageLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := size.Width - 2*l.Side
	fixed, shown := float32(0), 0
	for _, object := range objects {
		if !object.Visible() {
			continue
		}
		object.Resize(fyne.NewSize(width, object.Size().Height)) // cards learn their width
		shown++
		if object != l.Grower {
			fixed += object.MinSize().Height
		}
	}
	fixed += l.Gap*float32(shown-1) + 2*l.End
	top := l.End
	for _, object := range objects {
		if !object.Visible() {
			continue
		}
		height := object.MinSize().Height
		if object == l.Grower {
			height = max(height, size.Height-fixed)
		}
		object.Move(fyne.NewPos(l.Side, top))
		object.Resize(fyne.NewSize(width, height))
		top += height + l.Gap
	}
}

// MinSize returns the width of the widest block and the height of all together.
func (l *PageLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, object := range objects {
		if object.Visible() {
			least := object.MinSize()
			size.Width = max(size.Width, least.Width)
			size.Height += least.Height + l.Gap
		}
	}
	return fyne.NewSize(size.Width+2*l.Side, max(0, size.Height-l.Gap)+2*l.End)
}

// RowLayout puts objects side by side, centred in height, with a gap; what
// stands behind a layout.Spacer is moved to the right end. Where the row is too
// narrow for both, the right part goes to a second line. Fyne's boxes stretch objects
// over the height and never break, and its rows that break have no right end.
type RowLayout struct {
	Gap, End float32 // between objects and lines; below a second line
	width    float32
}

func (l *RowLayout) parts(objects []fyne.CanvasObject) (left, right []fyne.CanvasObject) {
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

func (l *RowLayout) measure(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i, object := range objects {
		least := object.MinSize()
		size.Width += least.Width
		if i > 0 {
			size.Width += l.Gap
		}
		size.Height = max(size.Height, least.Height)
	}
	return size
}

func (l *RowLayout) breaks(left, right fyne.Size) bool {
	return l.width > 0 && right.Width > 0 && left.Width+right.Width+l.Gap > l.width
}

// Layout implements fyne.Layout.
func (l *RowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	left, right := l.parts(objects)
	first, second := l.measure(left), l.measure(right)
	if l.breaks(first, second) {
		l.place(left, 0, 0, first.Height)
		l.place(right, 0, first.Height+l.Gap, second.Height)
		return
	}
	l.place(left, 0, 0, size.Height)
	l.place(right, size.Width-second.Width, 0, size.Height)
}

func (l *RowLayout) place(objects []fyne.CanvasObject, x, y, height float32) {
	for _, object := range objects {
		least := object.MinSize()
		object.Resize(least)
		object.Move(fyne.NewPos(x, y+(height-least.Height)/2))
		x += least.Width + l.Gap
	}
}

// MinSize returns the size of a line, or of two where the last width was too narrow.
func (l *RowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	left, right := l.parts(objects)
	first, second := l.measure(left), l.measure(right)
	if l.breaks(first, second) {
		return fyne.NewSize(max(first.Width, second.Width), first.Height+l.Gap+second.Height+l.End)
	}
	return fyne.NewSize(max(first.Width, second.Width), max(first.Height, second.Height))
}

// ColumnsLayout sets two objects side by side, each as high as it wants, or one
// below the other where they would be too narrow. Fyne's adaptive grid asks how the
// device is held, and not how wide the window is.
type ColumnsLayout struct {
	Gap, MinWidth float32
	width         float32 // last given, for MinSize
}

func (l *ColumnsLayout) column() (width float32, beside bool) {
	if half := (l.width - l.Gap) / 2; half >= l.MinWidth {
		return half, true
	}
	return l.width, false
}

// Layout implements fyne.Layout.
func (l *ColumnsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	width, beside := l.column()
	var at fyne.Position
	for _, object := range objects {
		object.Resize(fyne.NewSize(width, object.Size().Height)) // texts wrap by their width
		height := object.MinSize().Height
		object.Move(at)
		object.Resize(fyne.NewSize(width, height))
		if beside {
			at.X += width + l.Gap
		} else {
			at.Y += height + l.Gap
		}
	}
}

// MinSize returns a narrow width, and the height that the last width asks for.
func (l *ColumnsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(0, 0)
	_, beside := l.column()
	for i, object := range objects {
		least := object.MinSize()
		size.Width = max(size.Width, least.Width)
		switch {
		case beside:
			size.Height = max(size.Height, least.Height)
		case i > 0:
			size.Height += l.Gap + least.Height
		default:
			size.Height = least.Height
		}
	}
	return size
}

// HeadLayout is StripLayout for more than one thing to do: where the sentence
// would get too little room beside them, they stand on a line of their own. Fyne's
// border keeps them on one.
type HeadLayout struct {
	Gap   float32
	width float32 // last given, for MinSize
}

// aboutLeast is how wide the sentence is at least beside what can be done.
const aboutLeast = 260

func (l *HeadLayout) breaks(objects []fyne.CanvasObject) bool {
	actions := l.actions(objects)
	return l.width > 0 && actions.Width > 0 && l.width-objects[0].MinSize().Width-actions.Width-2*l.Gap < aboutLeast
}

// actions is how large what can be done is together.
func (l *HeadLayout) actions(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(-l.Gap, 0)
	for _, object := range objects[2:] {
		if object.Visible() {
			least := object.MinSize()
			size = fyne.NewSize(size.Width+l.Gap+least.Width, max(size.Height, least.Height))
		}
	}
	return size
}

// Layout implements fyne.Layout.
func (l *HeadLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	actions := l.actions(objects)
	first, left := size, size.Width-actions.Width
	top := (size.Height - actions.Height) / 2
	if l.breaks(objects) {
		first.Height -= actions.Height + l.Gap
		left, top = 0, first.Height+l.Gap
	} else if actions.Width > 0 {
		first.Width = left - l.Gap
	}
	lead, about := objects[0], objects[1]
	lead.Resize(fyne.NewSize(lead.MinSize().Width, first.Height))
	about.Move(fyne.NewPos(lead.Size().Width+l.Gap, 0))
	about.Resize(fyne.NewSize(first.Width-about.Position().X, first.Height))
	for _, object := range objects[2:] {
		if object.Visible() {
			least := object.MinSize()
			object.Resize(least)
			object.Move(fyne.NewPos(left, top+(actions.Height-least.Height)/2))
			left += least.Width + l.Gap
		}
	}
}

// MinSize returns the size of a line, or of two where the last width was too narrow.
func (l *HeadLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	lead, about, actions := objects[0].MinSize(), objects[1].MinSize(), l.actions(objects)
	size := fyne.NewSize(max(lead.Width+l.Gap+about.Width, actions.Width), max(lead.Height, about.Height))
	if l.breaks(objects) {
		size.Height += l.Gap + actions.Height
	} else {
		size.Height = max(size.Height, actions.Height)
	}
	return size
}

// NewRow puts objects side by side.
func NewRow(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&RowLayout{Gap: gap}, objects...)
}
