package dashboard

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// badge shows one ExoPhone: a shape, its name and number, and for each
// direction whether it is up. Pressing it opens the ExoPhone's history.
type badge struct {
	chip *kit.Chip
	text badgeText
}

// Lengths of a badge, in units.
const (
	badgePadX     = 10
	badgePadY     = 6
	badgeWide     = 7 // before the directions
	badgeNarrow   = 4 // beside a mark
	badgeShape    = 12
	badgeNameMost = 140 // a longer name or number ends in "…"
)

// badgeText is what a badge shows.
type badgeText struct {
	key, name, number  string // no number where it stands for the name
	incoming, outgoing heartbeat.State
}

func newBadgeText(p heartbeat.PhoneHealth, f text.Format) badgeText {
	t := badgeText{key: p.Key, name: f.OneLine(p.Name, 60), number: f.Phone(p.Number), incoming: p.Incoming.State, outgoing: p.Outgoing.State}
	if t.name == "" {
		t.name, t.number = t.number, ""
	}
	return t
}

func newBadge(t badgeText, open func(key string)) *badge {
	b := &badge{text: t}
	b.chip = kit.NewChip(kit.LookButton, t.name, func() { open(t.key) })
	b.chip.Render = b.createRenderer
	b.chip.Label = t.label()
	return b
}

// set shows the ExoPhone as it is now; the same again costs nothing.
func (b *badge) set(t badgeText) {
	if b.text != t {
		b.text = t
		b.chip.Text, b.chip.Label = t.name, t.label()
		b.chip.Refresh()
	}
}

// label is the badge for a screen reader.
func (t badgeText) label() string {
	named := t.name
	if t.number != "" {
		named += ", " + t.number
	}
	return text.Tr("%s: incoming %s, outgoing %s. Open its history", named, text.State(t.incoming), text.State(t.outgoing))
}

func (b *badge) createRenderer() fyne.WidgetRenderer {
	r := &badgeRenderer{badge: b, shape: kit.NewMark(badgeShape), in: kit.NewMark(kit.BadgeMark), out: kit.NewMark(kit.BadgeMark)}
	for _, box := range []**canvas.Rectangle{&r.face, &r.shade, &r.ring} {
		*box = canvas.NewRectangle(color.Transparent)
	}
	for _, text := range []**canvas.Text{&r.name, &r.number, &r.inWord, &r.outWord} {
		*text = canvas.NewText("", nil)
	}
	r.Refresh()
	return r
}

type badgeRenderer struct {
	badge                         *badge
	face, shade, ring             *canvas.Rectangle
	shape, in, out                *kit.Mark
	name, number, inWord, outWord *canvas.Text

	row   []fyne.CanvasObject // from left to right, with their sizes and gaps
	least fyne.Size
}

// Destroy implements fyne.WidgetRenderer.
func (r *badgeRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (r *badgeRenderer) Objects() []fyne.CanvasObject {
	return append(append([]fyne.CanvasObject{r.face, r.shade}, r.row...), r.ring)
}

// MinSize implements fyne.WidgetRenderer.
func (r *badgeRenderer) MinSize() fyne.Size { return r.least }

// Layout implements fyne.WidgetRenderer.
func (r *badgeRenderer) Layout(size fyne.Size) {
	r.face.Resize(size)
	r.shade.Resize(size)
	r.ring.Move(fyne.NewSquareOffsetPos(-2))
	r.ring.Resize(size.AddWidthHeight(4, 4))
	for _, part := range r.row {
		part.Move(fyne.NewPos(part.Position().X, (size.Height-part.Size().Height)/2))
	}
}

// Refresh implements fyne.WidgetRenderer.
func (r *badgeRenderer) Refresh() {
	chip, t := r.badge.chip, r.badge.text
	th, variant := chip.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	of := func(name fyne.ThemeColorName) color.Color { return th.Color(name, variant) }

	write := func(text *canvas.Text, what string, color fyne.ThemeColorName, size fyne.ThemeSizeName) {
		text.TextSize, text.Color = th.Size(size), of(color)
		text.Text = kit.Shorten(what, badgeNameMost, func(what string) fyne.Size {
			return fyne.MeasureText(what, text.TextSize, text.TextStyle)
		})
	}
	r.name.TextStyle.Bold = true
	write(r.name, t.name, kit.ColorText, kit.SizeLabel)
	write(r.number, t.number, kit.ColorMuted, kit.SizeSub)
	write(r.inWord, text.Tr("in"), kit.ColorMuted, kit.SizeSub)
	write(r.outWord, "· "+text.Tr("out"), kit.ColorMuted, kit.SizeSub)
	r.shape.Set(kit.PhoneLook(t.incoming, t.outgoing))
	r.in.Set(kit.StateMark(t.incoming))
	r.out.Set(kit.StateMark(t.outgoing))

	r.row, r.least = r.row[:0], fyne.NewSize(badgePadX, r.name.MinSize().Height+2*badgePadY)
	put := func(part fyne.CanvasObject, gap float32) {
		size := part.MinSize()
		part.Resize(size)
		part.Move(fyne.NewPos(r.least.Width, part.Position().Y))
		r.row = append(r.row, part)
		r.least.Width += size.Width + gap
	}
	put(r.shape, kit.BadgeGap)
	put(r.name, kit.BadgeGap)
	if t.number != "" {
		put(r.number, badgeWide)
	}
	if t.incoming == heartbeat.StateUnknown && t.outgoing == heartbeat.StateUnknown {
		r.inWord.Text = text.State(heartbeat.StateUnknown)
		put(r.inWord, badgePadX)
	} else {
		put(r.inWord, badgeNarrow)
		put(r.in, badgeNarrow)
		put(r.outWord, badgeNarrow)
		put(r.out, badgePadX)
	}
	r.least.Width = kit.Ceil(r.least.Width)

	r.face.FillColor, r.face.StrokeColor, r.face.StrokeWidth = of(kit.ColorSurface), of(kit.ColorLine), 1
	r.shade.FillColor, r.ring.StrokeColor, r.ring.StrokeWidth = color.Transparent, color.Transparent, 2
	if chip.Hovered {
		r.shade.FillColor = of(theme.ColorNameHover)
	}
	if chip.Focused {
		r.ring.StrokeColor = of(kit.ColorText)
	}
	radius := r.least.Height / 2
	r.face.CornerRadius, r.shade.CornerRadius, r.ring.CornerRadius = radius, radius, radius+2
	r.Layout(chip.Size())
	for _, object := range r.Objects() {
		object.Refresh()
	}
}
