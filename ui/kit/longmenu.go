package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// longMenu is a menu with more lines than the window has room for. Keys choose
// them in Fyne's own menu, too, but it does not scroll to the chosen one.
type longMenu struct {
	widget.List
	lines []*fyne.MenuItem
	at    int // the line that Enter takes
	hide  func()
}

func newLongMenu(menu *fyne.Menu) *longMenu {
	m := &longMenu{lines: menu.Items}
	m.Length = func() int { return len(m.lines) }
	m.CreateItem = func() fyne.CanvasObject {
		return container.NewHBox(widget.NewIcon(nil), NewText(ColorText, theme.SizeNameText, 1))
	}
	m.UpdateItem = func(i int, row fyne.CanvasObject) {
		parts := row.(*fyne.Container).Objects
		var mark fyne.Resource
		if m.lines[i].Checked {
			mark = theme.ConfirmIcon()
		}
		parts[0].(*widget.Icon).SetResource(mark)
		parts[1].(*Text).Set(m.lines[i].Label)
	}
	m.OnHighlighted = func(i int) { m.at = i }
	m.OnSelected = m.take // by the mouse
	m.HideSeparators = true
	m.ExtendBaseWidget(m)
	return m
}

// width is what the widest line needs.
func (m *longMenu) width() float32 {
	row, widest := m.CreateItem(), float32(0)
	for i := range m.lines {
		m.UpdateItem(i, row)
		widest = max(widest, row.MinSize().Width)
	}
	return widest + 4*m.Theme().Size(theme.SizeNamePadding)
}

// show opens the menu over an object, as high as the window.
func (m *longMenu) show(on fyne.Canvas, over fyne.CanvasObject) {
	margin := m.Theme().Size(theme.SizeNamePadding)
	room := on.Size().SubtractWidthHeight(2*margin, 2*margin)
	width := min(m.width(), room.Width)
	left := min(fyne.CurrentApp().Driver().AbsolutePositionForObject(over).X, margin+room.Width-width)
	bubble := widget.NewPopUp(m, on)
	m.hide = bubble.Hide
	bubble.Resize(fyne.NewSize(width, room.Height))
	bubble.ShowAtPosition(fyne.NewPos(left, margin))
	on.Focus(m)
	m.Highlight(max(0, slices.IndexFunc(m.lines, func(l *fyne.MenuItem) bool { return l.Checked })))
}

func (m *longMenu) take(i int) {
	m.hide()
	m.lines[i].Action()
}

// TypedKey moves between the lines, takes one, or closes the menu.
func (m *longMenu) TypedKey(e *fyne.KeyEvent) {
	last, page := len(m.lines)-1, 10
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		m.take(m.at)
	case fyne.KeyEscape:
		m.hide()
	case fyne.KeyHome:
		m.Highlight(0)
	case fyne.KeyEnd:
		m.Highlight(last)
	case fyne.KeyPageUp:
		m.Highlight(max(0, m.at-page))
	case fyne.KeyPageDown:
		m.Highlight(min(last, m.at+page))
	default:
		m.List.TypedKey(e)
	}
}
