package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Press makes a panel that can be pressed: with the pointer, or with Enter and Space
// while it has the focus. What can be pressed inside it stays so.
type Press struct {
	widget.BaseWidget

	panel    *Panel
	label    func() string // for screen readers
	onTapped func()
	focused  bool
	hovered  bool
}

var (
	_ fyne.Accessible    = (*Press)(nil)
	_ fyne.Focusable     = (*Press)(nil)
	_ fyne.Tappable      = (*Press)(nil)
	_ desktop.Cursorable = (*Press)(nil)
	_ desktop.Hoverable  = (*Press)(nil)
)

// NewPress returns a panel that calls onTapped when it is pressed.
func NewPress(panel *Panel, label func() string, onTapped func()) *Press {
	p := &Press{panel: panel, label: label, onTapped: onTapped}
	p.ExtendBaseWidget(p)
	return p
}

// AccessibilityLabel implements fyne.Accessible.
func (p *Press) AccessibilityLabel() string { return p.label() }

// AccessibilityRole implements fyne.Accessible.
func (p *Press) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// Tapped presses the panel.
func (p *Press) Tapped(*fyne.PointEvent) { p.onTapped() }

// FocusGained shows the focus, and the panel if it was scrolled away.
func (p *Press) FocusGained() {
	p.focused = true
	Reveal(p)
	p.Refresh()
}

// FocusLost implements fyne.Focusable.
func (p *Press) FocusLost() { p.focused = false; p.Refresh() }

// TypedRune passes on what was typed.
func (p *Press) TypedRune(r rune) {
	if r != ' ' { // comes as a key, too
		PassRune(p, r)
	}
}

// TypedKey presses the panel or passes the key on.
func (p *Press) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		p.onTapped()
	default:
		PassKey(p, e)
	}
}

// MouseIn implements desktop.Hoverable.
func (p *Press) MouseIn(*desktop.MouseEvent) { p.hovered = true; p.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (p *Press) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (p *Press) MouseOut() { p.hovered = false; p.Refresh() }

// Cursor implements desktop.Cursorable.
func (p *Press) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer implements fyne.Widget.
func (p *Press) CreateRenderer() fyne.WidgetRenderer {
	r := &pressRenderer{press: p, shade: canvas.NewRectangle(color.Transparent), ring: canvas.NewRectangle(color.Transparent)}
	r.ring.StrokeWidth = 2
	r.Refresh()
	return r
}

type pressRenderer struct {
	press       *Press
	shade, ring *canvas.Rectangle
}

// Destroy implements fyne.WidgetRenderer.
func (r *pressRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (r *pressRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.press.panel, r.shade, r.ring}
}

// MinSize implements fyne.WidgetRenderer.
func (r *pressRenderer) MinSize() fyne.Size { return r.press.panel.MinSize() }

// Layout implements fyne.WidgetRenderer.
func (r *pressRenderer) Layout(size fyne.Size) {
	r.press.panel.Resize(size)
	r.shade.Resize(size)
	r.ring.Move(fyne.NewSquareOffsetPos(-2))
	r.ring.Resize(size.AddWidthHeight(4, 4))
}

// Refresh implements fyne.WidgetRenderer.
func (r *pressRenderer) Refresh() {
	th, variant := r.press.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.shade.FillColor, r.ring.StrokeColor = color.Transparent, color.Transparent
	if r.press.hovered {
		r.shade.FillColor = th.Color(theme.ColorNameHover, variant)
	}
	if r.press.focused {
		r.ring.StrokeColor = th.Color(ColorText, variant)
	}
	radius := th.Size(sizeCorner)
	r.shade.CornerRadius, r.ring.CornerRadius = radius, radius+2
	r.press.panel.Refresh()
	r.shade.Refresh()
	r.ring.Refresh()
}
