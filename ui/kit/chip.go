package kit

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
	LookButton  chipLook = iota // a bordered button
	lookPrimary                 // the one thing to do
	LookSegment                 // one of several that touch each other
	LookTab                     // a heading, underlined when chosen
	LookInfo                    // a small round "i"
	LookHeading                 // the heading of a column, that sorts by it
)

// Chip is everything that can be pressed outside of forms. Enter and Space
// press it; other keys go on to the window, so that shortcuts work while a chip
// has the focus.
type Chip struct {
	widget.BaseWidget

	Text     string
	look     chipLook
	Icon     fyne.Resource // before the text; nil for none
	Opens    bool          // shows that a menu opens
	Label    string        // for screen readers where the text does not say it
	OnTapped func()
	Render   func() fyne.WidgetRenderer // of a chip that shows more than a text; nil for others
	Chosen   bool
	Focused  bool
	Hovered  bool
}

var (
	_ fyne.Accessible    = (*Chip)(nil)
	_ fyne.Focusable     = (*Chip)(nil)
	_ fyne.Tappable      = (*Chip)(nil)
	_ desktop.Cursorable = (*Chip)(nil)
	_ desktop.Hoverable  = (*Chip)(nil)
)

// NewChip returns a chip that calls onTap when it is pressed.
func NewChip(look chipLook, text string, onTap func()) *Chip {
	c := &Chip{Text: text, look: look, OnTapped: onTap}
	c.ExtendBaseWidget(c)
	return c
}

// Set changes the text.
func (c *Chip) Set(text string) {
	if c.Text != text {
		c.Text = text
		c.Refresh()
	}
}

// Choose marks the chip as the chosen one or not.
func (c *Chip) Choose(chosen bool) {
	if c.Chosen != chosen {
		c.Chosen = chosen
		c.Refresh()
	}
}

// AccessibilityLabel says what the chip does.
func (c *Chip) AccessibilityLabel() string {
	if c.Label != "" {
		return c.Label
	}
	return c.Text
}

// AccessibilityRole says that this can be pressed.
func (c *Chip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// Tapped presses the chip.
func (c *Chip) Tapped(*fyne.PointEvent) {
	if c.OnTapped != nil {
		c.OnTapped()
	}
}

// FocusGained shows the ring, and the chip if it was scrolled away.
func (c *Chip) FocusGained() {
	c.Focused = true
	c.Refresh()
	Reveal(c)
}

// FocusLost hides the ring.
func (c *Chip) FocusLost() { c.Focused = false; c.Refresh() }

// TypedRune passes on what was typed.
func (c *Chip) TypedRune(r rune) { PassRune(c, r) }

// TypedKey presses the chip or passes the key on.
func (c *Chip) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		c.Tapped(nil)
	default:
		PassKey(c, e)
	}
}

// MouseIn implements desktop.Hoverable.
func (c *Chip) MouseIn(*desktop.MouseEvent) { c.Hovered = true; c.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (c *Chip) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (c *Chip) MouseOut() { c.Hovered = false; c.Refresh() }

// Cursor returns a hand.
func (c *Chip) Cursor() desktop.Cursor { return desktop.PointerCursor }

// ShowMenu opens a menu below the chip.
func (c *Chip) ShowMenu(menu *fyne.Menu) {
	on := fyne.CurrentApp().Driver().CanvasForObject(c)
	if on == nil {
		return
	}
	Reveal(c) // opened by a key, it may be scrolled away
	if widget.NewMenu(menu).MinSize().Height > on.Size().Height {
		newLongMenu(menu).show(on, c)
		return
	}
	widget.ShowPopUpMenuAtRelativePosition(menu, on, fyne.NewPos(0, c.Size().Height+4), c)
}

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	if c.Render != nil {
		return c.Render()
	}
	r := &chipRenderer{
		chip: c, face: canvas.NewRectangle(nil), shade: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil),
		text: canvas.NewText("", nil), icon: canvas.NewImageFromResource(nil), arrow: canvas.NewImageFromResource(nil),
	}
	r.Refresh()
	return r
}

type chipRenderer struct {
	chip              *Chip
	face, shade, ring *canvas.Rectangle
	text              *canvas.Text
	icon, arrow       *canvas.Image
}

// Lengths in a chip, in units.
const (
	ChipPadX     = 12
	chipPadY     = 7
	chipGap      = 6
	ChipIcon     = 16
	chipInfoSide = 18
	tabUnderline = 3
	chipTextMost = 220 // a longer text, such as an ExoPhone's name, ends in "…"
)

// Destroy implements fyne.WidgetRenderer.
func (r *chipRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (r *chipRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.face, r.shade, r.text}
	if r.chip.Icon != nil {
		objects = append(objects, r.icon)
	}
	if r.chip.Opens {
		objects = append(objects, r.arrow)
	}
	return append(objects, r.ring)
}

// MinSize returns whole units, so that the borders of chips that touch each other
// fall on one line.
func (r *chipRenderer) MinSize() fyne.Size {
	if r.chip.look == LookInfo {
		return fyne.NewSquareSize(chipInfoSide)
	}
	size := r.least()
	return fyne.NewSize(Ceil(size.Width), Ceil(size.Height))
}

// Ceil returns the least whole number that is not below v.
func Ceil(v float32) float32 { return float32(math.Ceil(float64(v))) }

func (r *chipRenderer) least() fyne.Size {
	size := r.text.MinSize().AddWidthHeight(2*ChipPadX, 2*chipPadY)
	if r.chip.Icon != nil {
		size.Width += ChipIcon + chipGap
	}
	if r.chip.Opens {
		size.Width += ChipIcon
	}
	switch r.chip.look {
	case LookTab:
		size = r.text.MinSize().AddWidthHeight(8, 2*16)
	case LookHeading:
		size = r.text.MinSize().AddWidthHeight(0, 8)
	}
	return size
}

// Layout implements fyne.WidgetRenderer.
func (r *chipRenderer) Layout(size fyne.Size) {
	face := size
	r.face.Move(fyne.Position{})
	if r.chip.look == LookTab {
		face.Height = tabUnderline
		r.face.Move(fyne.NewPos(0, size.Height-tabUnderline))
	}
	r.face.Resize(face)
	r.shade.Resize(size)
	r.ring.Move(fyne.NewSquareOffsetPos(-2))
	r.ring.Resize(size.AddWidthHeight(4, 4))
	left, right := float32(0), float32(0)
	if r.chip.Icon != nil {
		left = ChipIcon + chipGap
		r.icon.Resize(fyne.NewSquareSize(ChipIcon))
		r.icon.Move(fyne.NewPos(ChipPadX, (size.Height-ChipIcon)/2))
		left += ChipPadX
	}
	if r.chip.Opens {
		right = ChipIcon + ChipPadX/2
		r.arrow.Resize(fyne.NewSquareSize(ChipIcon))
		r.arrow.Move(fyne.NewPos(size.Width-right, (size.Height-ChipIcon)/2))
	}
	if r.chip.Icon != nil {
		right += ChipPadX
	}
	text := r.text.MinSize()
	r.text.Resize(fyne.NewSize(size.Width-left-right, text.Height))
	r.text.Move(fyne.NewPos(left, (size.Height-text.Height)/2))
}

// Refresh implements fyne.WidgetRenderer.
func (r *chipRenderer) Refresh() {
	c, th, variant := r.chip, r.chip.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	of := func(name fyne.ThemeColorName) color.Color { return th.Color(name, variant) }
	fill, line, ink := of(ColorSurface), of(ColorLine), of(ColorText)
	radius := th.Size(theme.SizeNameButtonRadius)
	r.text.TextSize = th.Size(SizeLabel)
	r.text.TextStyle = fyne.TextStyle{}
	switch {
	case c.look == lookPrimary, c.look == LookSegment && c.Chosen:
		fill, line, ink = of(theme.ColorNamePrimary), of(theme.ColorNamePrimary), of(theme.ColorNameForegroundOnPrimary)
	case c.look == LookTab:
		r.text.TextSize = th.Size(theme.SizeNameText)
		fill, line, ink = color.Transparent, color.Transparent, of(ColorMuted)
		if c.Chosen {
			r.text.TextStyle.Bold = true
			fill, ink = of(theme.ColorNamePrimary), of(ColorText)
		}
	case c.look == LookHeading:
		r.text.TextSize = th.Size(SizeSub)
		fill, line, ink = color.Transparent, color.Transparent, of(ColorMuted)
	case c.look == LookInfo:
		r.text.TextSize = th.Size(theme.SizeNameCaptionText) - 1
		ink, radius = of(ColorMuted), chipInfoSide/2
	}
	if c.look == LookSegment || c.look == LookTab {
		radius = 0
	}
	r.face.FillColor, r.face.StrokeColor, r.face.StrokeWidth, r.face.CornerRadius = fill, line, 1, radius
	if c.look == LookTab {
		r.face.StrokeWidth = 0
	}
	r.shade.FillColor, r.shade.CornerRadius = color.Transparent, radius
	if c.Hovered {
		r.shade.FillColor = of(theme.ColorNameHover)
	}
	r.ring.FillColor, r.ring.StrokeColor, r.ring.StrokeWidth, r.ring.CornerRadius = color.Transparent, color.Transparent, 2, radius+2
	if c.Focused {
		r.ring.StrokeColor = of(ColorText)
	}
	r.text.Text = shortenName(c.Text, chipTextMost, func(text string) fyne.Size {
		return fyne.MeasureText(text, r.text.TextSize, r.text.TextStyle)
	})
	r.text.Color, r.text.Alignment = ink, fyne.TextAlignCenter
	if c.look == LookHeading {
		r.text.Alignment = fyne.TextAlignLeading
	}
	if c.Icon != nil {
		r.icon.Resource = theme.NewColoredResource(c.Icon, ColorText)
	}
	r.arrow.Resource = theme.NewColoredResource(theme.MenuDropDownIcon(), ColorText)
	r.Layout(c.Size())
	for _, object := range r.Objects() {
		object.Refresh()
	}
}
