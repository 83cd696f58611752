package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
)

// badge shows one ExoPhone: a shape, its name and number, and for each
// direction whether it is up. Pressing it opens the ExoPhone's history.
type badge struct {
	chip *chip
	text badgeText
}

// badgeText is what a badge shows.
type badgeText struct {
	key, name, number  string // no number where it stands for the name
	incoming, outgoing heartbeat.State
}

func newBadgeText(p heartbeat.PhoneHealth) badgeText {
	t := badgeText{key: p.Key, name: oneLine(p.Name, 60), number: phoneText(p.Number), incoming: p.Incoming.State, outgoing: p.Outgoing.State}
	if t.name == "" {
		t.name, t.number = t.number, ""
	}
	return t
}

func newBadge(t badgeText, open func(key string)) *badge {
	b := &badge{text: t}
	b.chip = newChip(lookButton, t.name, func() { open(t.key) })
	b.chip.drawn = b.createRenderer
	b.chip.label = t.label()
	return b
}

// Set shows the ExoPhone as it is now; the same again costs nothing.
func (b *badge) Set(t badgeText) {
	if b.text != t {
		b.text = t
		b.chip.text, b.chip.label = t.name, t.label()
		b.chip.Refresh()
	}
}

// label is the badge for a screen reader.
func (t badgeText) label() string {
	named := t.name
	if t.number != "" {
		named += ", " + t.number
	}
	return tr("%s: incoming %s, outgoing %s. Open its history", named, stateWord(t.incoming), stateWord(t.outgoing))
}

func stateWord(s heartbeat.State) string {
	switch s {
	case heartbeat.Up:
		return tr("up")
	case heartbeat.Down:
		return tr("down")
	default:
		return tr("unknown")
	}
}

const (
	badgePadX     = 10
	badgePadY     = 6
	badgeGap      = 5 // between its parts
	badgeWide     = 7 // before the directions
	badgeNarrow   = 4 // beside a mark
	badgeShape    = 12
	badgeMark     = 9
	badgeNameMost = 140 // a longer name or number ends in "…"
)

func (b *badge) createRenderer() fyne.WidgetRenderer {
	r := &badgeRenderer{badge: b, shape: newMark(badgeShape), in: newMark(badgeMark), out: newMark(badgeMark)}
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
	shape, in, out                *mark
	name, number, inWord, outWord *canvas.Text

	row   []fyne.CanvasObject // from left to right, with their sizes and gaps
	least fyne.Size
}

func (r *badgeRenderer) Destroy() {}

func (r *badgeRenderer) Objects() []fyne.CanvasObject {
	return append(append([]fyne.CanvasObject{r.face, r.shade}, r.row...), r.ring)
}

func (r *badgeRenderer) MinSize() fyne.Size { return r.least }

func (r *badgeRenderer) Layout(size fyne.Size) {
	r.face.Resize(size)
	r.shade.Resize(size)
	r.ring.Move(fyne.NewSquareOffsetPos(-2))
	r.ring.Resize(size.AddWidthHeight(4, 4))
	for _, part := range r.row {
		part.Move(fyne.NewPos(part.Position().X, (size.Height-part.Size().Height)/2))
	}
}

func (r *badgeRenderer) Refresh() {
	chip, t := r.badge.chip, r.badge.text
	th, variant := chip.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	of := func(name fyne.ThemeColorName) color.Color { return th.Color(name, variant) }

	write := func(text *canvas.Text, what string, color fyne.ThemeColorName, size fyne.ThemeSizeName) {
		text.TextSize, text.Color = th.Size(size), of(color)
		text.Text = shorten(what, badgeNameMost, func(what string) fyne.Size {
			return fyne.MeasureText(what, text.TextSize, text.TextStyle)
		})
	}
	r.name.TextStyle.Bold = true
	write(r.name, t.name, plain, sizeLabel)
	write(r.number, t.number, colorMuted, sizeSub)
	write(r.inWord, tr("in"), colorMuted, sizeSub)
	write(r.outWord, "· "+tr("out"), colorMuted, sizeSub)
	r.shape.Set(phoneLook(t.incoming, t.outgoing))
	r.in.Set(stateMark(t.incoming))
	r.out.Set(stateMark(t.outgoing))

	r.row, r.least = r.row[:0], fyne.NewSize(badgePadX, r.name.MinSize().Height+2*badgePadY)
	put := func(part fyne.CanvasObject, gap float32) {
		size := part.MinSize()
		part.Resize(size)
		part.Move(fyne.NewPos(r.least.Width, part.Position().Y))
		r.row = append(r.row, part)
		r.least.Width += size.Width + gap
	}
	put(r.shape, badgeGap)
	put(r.name, badgeGap)
	if t.number != "" {
		put(r.number, badgeWide)
	}
	if t.incoming == heartbeat.NotKnown && t.outgoing == heartbeat.NotKnown {
		r.inWord.Text = stateWord(heartbeat.NotKnown)
		put(r.inWord, badgePadX)
	} else {
		put(r.inWord, badgeNarrow)
		put(r.in, badgeNarrow)
		put(r.outWord, badgeNarrow)
		put(r.out, badgePadX)
	}
	r.least.Width = ceil(r.least.Width)

	r.face.FillColor, r.face.StrokeColor, r.face.StrokeWidth = of(colorSurface), of(colorLine), 1
	r.shade.FillColor, r.ring.StrokeColor, r.ring.StrokeWidth = color.Transparent, color.Transparent, 2
	if chip.hovered {
		r.shade.FillColor = of(theme.ColorNameHover)
	}
	if chip.focused {
		r.ring.StrokeColor = of(plain)
	}
	radius := r.least.Height / 2
	r.face.CornerRadius, r.shade.CornerRadius, r.ring.CornerRadius = radius, radius, radius+2
	r.Layout(chip.Size())
	for _, object := range r.Objects() {
		object.Refresh()
	}
}
