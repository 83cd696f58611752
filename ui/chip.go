package ui

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// chipLook is how a chip is drawn.
type chipLook int

const (
	lookButton  chipLook = iota // a bordered button
	lookPrimary                 // the one thing to do
	lookSegment                 // one of several that touch each other
	lookTab                     // a heading, underlined when chosen
	lookInfo                    // a small round "i"
)

// chip is everything that can be pressed outside of forms. Enter and Space
// press it; other keys go on to the window, so that shortcuts work while a chip
// has the focus.
type chip struct {
	widget.BaseWidget

	text    string
	look    chipLook
	icon    fyne.Resource // before the text; nil for none
	opens   bool          // shows that a menu opens
	label   string        // for screen readers where the text does not say it
	onTap   func()
	drawn   func() fyne.WidgetRenderer // of a chip that shows more than a text; nil for others
	chosen  bool
	focused bool
	hovered bool
}

var (
	_ fyne.Accessible    = (*chip)(nil)
	_ fyne.Focusable     = (*chip)(nil)
	_ fyne.Tappable      = (*chip)(nil)
	_ desktop.Cursorable = (*chip)(nil)
	_ desktop.Hoverable  = (*chip)(nil)
)

func newChip(look chipLook, text string, onTap func()) *chip {
	c := &chip{text: text, look: look, onTap: onTap}
	c.ExtendBaseWidget(c)
	return c
}

// Set changes the text.
func (c *chip) Set(text string) {
	if c.text != text {
		c.text = text
		c.Refresh()
	}
}

// Choose marks the chip as the chosen one or not.
func (c *chip) Choose(chosen bool) {
	if c.chosen != chosen {
		c.chosen = chosen
		c.Refresh()
	}
}

// AccessibilityLabel says what the chip does.
func (c *chip) AccessibilityLabel() string {
	if c.label != "" {
		return c.label
	}
	return c.text
}

// AccessibilityRole says that this can be pressed.
func (c *chip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// Tapped presses the chip.
func (c *chip) Tapped(*fyne.PointEvent) {
	if c.onTap != nil {
		c.onTap()
	}
}

// FocusGained shows the ring, and the chip if it was scrolled away.
func (c *chip) FocusGained() {
	c.focused = true
	c.Refresh()
	reveal(c)
}

// FocusLost hides the ring.
func (c *chip) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune passes on what was typed.
func (c *chip) TypedRune(r rune) { passRune(c, r) }

// TypedKey presses the chip or passes the key on.
func (c *chip) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		c.Tapped(nil)
	default:
		passKey(c, e)
	}
}

// MouseIn, MouseMoved and MouseOut follow the pointer.
func (c *chip) MouseIn(*desktop.MouseEvent)    { c.hovered = true; c.Refresh() }
func (c *chip) MouseMoved(*desktop.MouseEvent) {}
func (c *chip) MouseOut()                      { c.hovered = false; c.Refresh() }

// Cursor is a hand.
func (c *chip) Cursor() desktop.Cursor { return desktop.PointerCursor }

// showMenu opens a menu below the chip.
func (c *chip) showMenu(menu *fyne.Menu) {
	on := fyne.CurrentApp().Driver().CanvasForObject(c)
	if on == nil {
		return
	}
	reveal(c) // opened by a key, it may be scrolled away
	if widget.NewMenu(menu).MinSize().Height > on.Size().Height {
		newLongMenu(menu).show(on, c)
		return
	}
	widget.ShowPopUpMenuAtRelativePosition(menu, on, fyne.NewPos(0, c.Size().Height+4), c)
}

// CreateRenderer implements fyne.Widget.
func (c *chip) CreateRenderer() fyne.WidgetRenderer {
	if c.drawn != nil {
		return c.drawn()
	}
	r := &chipRenderer{
		chip: c, face: canvas.NewRectangle(nil), shade: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil),
		text: canvas.NewText("", nil), icon: canvas.NewImageFromResource(nil), arrow: canvas.NewImageFromResource(nil),
	}
	r.Refresh()
	return r
}

type chipRenderer struct {
	chip              *chip
	face, shade, ring *canvas.Rectangle
	text              *canvas.Text
	icon, arrow       *canvas.Image
}

const (
	chipPadX     = 12
	chipPadY     = 7
	chipGap      = 6
	chipIcon     = 16
	chipInfoSide = 18
	tabUnderline = 3
	chipTextMost = 220 // a longer text, such as an ExoPhone's name, ends in "…"
)

func (r *chipRenderer) Destroy() {}

func (r *chipRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.face, r.shade, r.text}
	if r.chip.icon != nil {
		objects = append(objects, r.icon)
	}
	if r.chip.opens {
		objects = append(objects, r.arrow)
	}
	return append(objects, r.ring)
}

// MinSize is in whole units, so that the borders of chips that touch each other
// fall on one line.
func (r *chipRenderer) MinSize() fyne.Size {
	if r.chip.look == lookInfo {
		return fyne.NewSquareSize(chipInfoSide)
	}
	size := r.least()
	return fyne.NewSize(ceil(size.Width), ceil(size.Height))
}

func ceil(v float32) float32 { return float32(math.Ceil(float64(v))) }

func (r *chipRenderer) least() fyne.Size {
	size := r.text.MinSize().AddWidthHeight(2*chipPadX, 2*chipPadY)
	if r.chip.icon != nil {
		size.Width += chipIcon + chipGap
	}
	if r.chip.opens {
		size.Width += chipIcon
	}
	if r.chip.look == lookTab {
		size = r.text.MinSize().AddWidthHeight(8, 2*16)
	}
	return size
}

func (r *chipRenderer) Layout(size fyne.Size) {
	face := size
	r.face.Move(fyne.Position{})
	if r.chip.look == lookTab {
		face.Height = tabUnderline
		r.face.Move(fyne.NewPos(0, size.Height-tabUnderline))
	}
	r.face.Resize(face)
	r.shade.Resize(size)
	r.ring.Move(fyne.NewSquareOffsetPos(-2))
	r.ring.Resize(size.AddWidthHeight(4, 4))
	left, right := float32(0), float32(0)
	if r.chip.icon != nil {
		left = chipIcon + chipGap
		r.icon.Resize(fyne.NewSquareSize(chipIcon))
		r.icon.Move(fyne.NewPos(chipPadX, (size.Height-chipIcon)/2))
		left += chipPadX
	}
	if r.chip.opens {
		right = chipIcon + chipPadX/2
		r.arrow.Resize(fyne.NewSquareSize(chipIcon))
		r.arrow.Move(fyne.NewPos(size.Width-right, (size.Height-chipIcon)/2))
	}
	if r.chip.icon != nil {
		right += chipPadX
	}
	text := r.text.MinSize()
	r.text.Resize(fyne.NewSize(size.Width-left-right, text.Height))
	r.text.Move(fyne.NewPos(left, (size.Height-text.Height)/2))
}

func (r *chipRenderer) Refresh() {
	c, th, variant := r.chip, r.chip.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	of := func(name fyne.ThemeColorName) color.Color { return th.Color(name, variant) }
	fill, line, ink := of(colorSurface), of(colorLine), of(plain)
	radius := th.Size(theme.SizeNameButtonRadius)
	r.text.TextSize = th.Size(sizeLabel)
	r.text.TextStyle = fyne.TextStyle{}
	switch {
	case c.look == lookPrimary, c.look == lookSegment && c.chosen:
		fill, line, ink = of(theme.ColorNamePrimary), of(theme.ColorNamePrimary), of(theme.ColorNameForegroundOnPrimary)
	case c.look == lookTab:
		r.text.TextSize = th.Size(theme.SizeNameText)
		fill, line, ink = color.Transparent, color.Transparent, of(colorMuted)
		if c.chosen {
			r.text.TextStyle.Bold = true
			fill, ink = of(theme.ColorNamePrimary), of(plain)
		}
	case c.look == lookInfo:
		r.text.TextSize = th.Size(theme.SizeNameCaptionText) - 1
		ink, radius = of(colorMuted), chipInfoSide/2
	}
	if c.look == lookSegment || c.look == lookTab {
		radius = 0
	}
	r.face.FillColor, r.face.StrokeColor, r.face.StrokeWidth, r.face.CornerRadius = fill, line, 1, radius
	if c.look == lookTab {
		r.face.StrokeWidth = 0
	}
	r.shade.FillColor, r.shade.CornerRadius = color.Transparent, radius
	if c.hovered {
		r.shade.FillColor = of(theme.ColorNameHover)
	}
	r.ring.FillColor, r.ring.StrokeColor, r.ring.StrokeWidth, r.ring.CornerRadius = color.Transparent, color.Transparent, 2, radius+2
	if c.focused {
		r.ring.StrokeColor = of(plain)
	}
	r.text.Text = shortenName(c.text, chipTextMost, func(text string) fyne.Size {
		return fyne.MeasureText(text, r.text.TextSize, r.text.TextStyle)
	})
	r.text.Color, r.text.Alignment = ink, fyne.TextAlignCenter
	if c.icon != nil {
		r.icon.Resource = theme.NewColoredResource(c.icon, plain)
	}
	r.arrow.Resource = theme.NewColoredResource(theme.MenuDropDownIcon(), plain)
	r.Layout(c.Size())
	for _, object := range r.Objects() {
		object.Refresh()
	}
}
