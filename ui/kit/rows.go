package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Rows is a list of any length that draws only the rows in sight. It knows its top row
// by number: Fyne's own list adds up heights in floats, and jumps or overlaps beyond
// half a million rows. Arrows, Page, Home and End move the selection; Enter opens it.
type Rows struct {
	widget.BaseWidget

	// Create returns an empty row; Fill shows what is in a row of the list.
	create func() fyne.CanvasObject
	fill   func(object fyne.CanvasObject, row int)
	// OpenOnTap opens a row at the first click on it.
	OpenOnTap bool
	// OnSelected is called when another row is selected, OnOpened for Enter and a
	// second click on it. OnShown is called with the rows in sight when others are.
	OnSelected func(row int)
	OnOpened   func(row int)
	OnShown    func(from, to int)

	count    int
	top      int
	selected int     // -1 for none
	rest     float32 // of the wheel, less than a row
	focused  bool
	from, to int // rows that were shown last
}

var (
	_ fyne.Focusable      = (*Rows)(nil)
	_ fyne.Scrollable     = (*Rows)(nil)
	_ fyne.Tappable       = (*Rows)(nil)
	_ fyne.DoubleTappable = (*Rows)(nil)
	_ fyne.Draggable      = (*Rows)(nil)
)

// NewRows returns an empty list.
func NewRows(create func() fyne.CanvasObject, fill func(fyne.CanvasObject, int)) *Rows {
	r := &Rows{create: create, fill: fill, selected: -1}
	r.ExtendBaseWidget(r)
	return r
}

const (
	rowHeight = 29
	barWidth  = 8
	minThumb  = 24
	minRows   = 4 // that a list asks room for
)

// The room beside what is in a row: at its left, and for the scroll bar at its right.
const (
	RowsInset   = 2 * cursorWidth
	RowsBar     = barWidth + 4
	cursorWidth = 3
)

// SetCount shows a list of that many rows. The selected one stays if there is still
// such a row.
func (r *Rows) SetCount(n int) {
	r.count = n
	if r.selected >= n {
		r.selected = n - 1
	}
	r.scrollTo(r.top)
	if r.focused && r.selected < 0 && n > 0 {
		r.Select(0)
	}
}

// Count returns the number of rows.
func (r *Rows) Count() int { return r.count }

// Selected returns the selected row, -1 for none.
func (r *Rows) Selected() int { return r.selected }

// Select selects a row, -1 for none, and shows it.
func (r *Rows) Select(row int) {
	row = min(max(row, -1), r.count-1)
	changed := row != r.selected
	r.selected = row
	switch visible := r.visible(); {
	case row < 0:
	case row < r.top:
		r.top = row
	case row >= r.top+visible:
		r.top = row - visible + 1
	}
	r.scrollTo(r.top)
	if changed && row >= 0 && r.OnSelected != nil {
		r.OnSelected(row)
	}
}

// Reload calls OnShown again with the rows in sight.
func (r *Rows) Reload() {
	r.from, r.to = 0, 0
	r.Refresh()
}

// Reset goes back to the first row and selects none.
func (r *Rows) Reset() {
	r.top, r.selected, r.rest, r.from, r.to = 0, -1, 0, 0, 0
}

// visible returns the number of whole rows that there is room for.
func (r *Rows) visible() int { return max(1, int(r.Size().Height/rowHeight)) }

func (r *Rows) scrollTo(top int) {
	r.top = max(0, min(top, r.count-r.visible()))
	r.Refresh()
}

// TypedKey implements fyne.Focusable.
func (r *Rows) TypedKey(e *fyne.KeyEvent) {
	page := r.visible() - 1
	switch e.Name {
	case fyne.KeyUp:
		r.Select(max(r.selected-1, 0))
	case fyne.KeyDown:
		r.Select(r.selected + 1)
	case fyne.KeyPageUp:
		r.Select(max(r.selected-page, 0))
	case fyne.KeyPageDown:
		r.Select(r.selected + page)
	case fyne.KeyHome:
		r.Select(0)
	case fyne.KeyEnd:
		r.Select(r.count - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		r.open()
	default:
		PassKey(r, e)
	}
}

func (r *Rows) open() {
	if r.selected >= 0 && r.OnOpened != nil {
		r.OnOpened(r.selected)
	}
}

// TypedRune passes on what was typed.
func (r *Rows) TypedRune(char rune) { PassRune(r, char) }

// FocusGained implements fyne.Focusable.
func (r *Rows) FocusGained() {
	r.focused = true
	if r.selected < 0 && r.count > 0 {
		r.Select(r.top)
	}
	r.Refresh()
}

// FocusLost implements fyne.Focusable.
func (r *Rows) FocusLost() {
	r.focused = false
	r.Refresh()
}

// Scrolled implements fyne.Scrollable.
func (r *Rows) Scrolled(e *fyne.ScrollEvent) {
	r.rest -= e.Scrolled.DY
	rows := int(r.rest / rowHeight)
	r.rest -= float32(rows) * rowHeight
	if rows != 0 {
		r.scrollTo(r.top + rows)
	}
}

// Tapped selects the row under the pointer.
func (r *Rows) Tapped(e *fyne.PointEvent) {
	if row := r.top + int(e.Position.Y/rowHeight); row < r.count && e.Position.X < r.Size().Width-barWidth {
		r.Select(row)
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(r); c != nil {
		c.Focus(r)
	}
	if r.OpenOnTap {
		r.open()
	}
}

// DoubleTapped opens the row under the pointer.
func (r *Rows) DoubleTapped(e *fyne.PointEvent) {
	r.Tapped(e)
	if !r.OpenOnTap {
		r.open()
	}
}

// Dragged moves the list with its scroll bar.
func (r *Rows) Dragged(e *fyne.DragEvent) {
	if e.Position.X-e.Dragged.DX < r.Size().Width-3*barWidth {
		return
	}
	share := float64(e.Position.Y) / float64(max(r.Size().Height, 1))
	r.scrollTo(int(share*float64(r.count)) - r.visible()/2)
}

// DragEnd implements fyne.Draggable.
func (r *Rows) DragEnd() {}

// CreateRenderer implements fyne.Widget.
func (r *Rows) CreateRenderer() fyne.WidgetRenderer {
	v := &rowsRenderer{rows: r, mark: canvas.NewRectangle(nil), cursor: canvas.NewRectangle(nil), thumb: canvas.NewRectangle(nil)}
	v.Refresh()
	return v
}

type rowsRenderer struct {
	rows   *Rows
	mark   *canvas.Rectangle // of the selected row
	cursor *canvas.Rectangle // at its left edge, while the list has the focus
	thumb  *canvas.Rectangle // of the scroll bar
	pool   []fyne.CanvasObject
	lines  []*canvas.Rectangle // one below each row of the pool
}

// Destroy implements fyne.WidgetRenderer.
func (v *rowsRenderer) Destroy() {}

// MinSize implements fyne.WidgetRenderer.
func (v *rowsRenderer) MinSize() fyne.Size { return fyne.NewSize(200, minRows*rowHeight) }

// Objects implements fyne.WidgetRenderer.
func (v *rowsRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{v.mark, v.cursor}
	for _, line := range v.lines {
		objects = append(objects, line)
	}
	return append(append(objects, v.pool...), v.thumb)
}

// Layout implements fyne.WidgetRenderer.
func (v *rowsRenderer) Layout(size fyne.Size) {
	r := v.rows
	for len(v.pool) < r.visible() {
		v.pool = append(v.pool, r.create())
		v.lines = append(v.lines, canvas.NewRectangle(nil))
	}
	r.top = max(0, min(r.top, r.count-r.visible()))
	v.Refresh()
}

// Refresh implements fyne.WidgetRenderer.
func (v *rowsRenderer) Refresh() {
	r, size := v.rows, v.rows.Size()
	th, variant := r.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	width := size.Width - RowsBar
	shown := min(r.visible(), r.count-r.top)
	v.mark.Hide()
	v.cursor.Hide()
	for i, object := range v.pool {
		line := v.lines[i]
		if i >= shown {
			object.Hide()
			line.Hide()
			continue
		}
		y := float32(i) * rowHeight
		object.Move(fyne.NewPos(RowsInset, y))
		object.Resize(fyne.NewSize(width-RowsInset, rowHeight))
		r.fill(object, r.top+i)
		object.Show()
		line.FillColor = th.Color(ColorLine, variant)
		line.Move(fyne.NewPos(0, y+rowHeight-1))
		line.Resize(fyne.NewSize(width, 1))
		line.Show()
		if r.top+i == r.selected {
			v.mark.FillColor = th.Color(theme.ColorNameSelection, variant)
			v.mark.Move(fyne.NewPos(0, y))
			v.mark.Resize(fyne.NewSize(width, rowHeight-1))
			v.mark.Show()
			v.cursor.FillColor = th.Color(ColorText, variant)
			v.cursor.Move(v.mark.Position())
			v.cursor.Resize(fyne.NewSize(cursorWidth, rowHeight-1))
			v.cursor.Hidden = !r.focused
		}
	}
	v.placeBar(size)
	for _, shape := range append([]*canvas.Rectangle{v.mark, v.cursor, v.thumb}, v.lines...) {
		shape.Refresh()
	}
	if from, to := r.top, r.top+max(shown, 0); r.OnShown != nil && to > from && (from != r.from || to != r.to) {
		r.from, r.to = from, to
		r.OnShown(from, to)
	}
}

func (v *rowsRenderer) placeBar(size fyne.Size) {
	r := v.rows
	visible := r.visible()
	if v.thumb.Hidden = r.count <= visible; v.thumb.Hidden {
		return
	}
	height := max(minThumb, size.Height*float32(visible)/float32(r.count))
	share := float64(r.top) / float64(r.count-visible)
	v.thumb.FillColor = r.Theme().Color(theme.ColorNameScrollBar, fyne.CurrentApp().Settings().ThemeVariant())
	v.thumb.CornerRadius = barWidth / 2
	v.thumb.Move(fyne.NewPos(size.Width-barWidth, float32(share)*(size.Height-height)))
	v.thumb.Resize(fyne.NewSize(barWidth, height))
}
