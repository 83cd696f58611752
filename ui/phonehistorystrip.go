package ui

import (
	"image"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// phoneStrip shows a day of one line: plain while it was up, hatched while it
// was down, hollow while nobody looked. Pointer, arrow keys, Home and End mark a
// part, Escape takes the mark away.
type phoneStrip struct {
	widget.BaseWidget

	parts    []stripPart
	zone     *time.Location
	name     string        // for screen readers: what line this is
	onMark   func()        // hears of another mark
	readOut  func() string // what is marked, or all of it, in words
	hovered  int
	cursor   int
	focused  bool
	renderer *phoneStripRenderer // nil until the strip is first shown
}

var (
	_ fyne.Accessible   = (*phoneStrip)(nil)
	_ fyne.Focusable    = (*phoneStrip)(nil)
	_ fyne.Tappable     = (*phoneStrip)(nil)
	_ desktop.Hoverable = (*phoneStrip)(nil)
)

// noPart stands for "no part is marked".
const noPart = -1

func newPhoneStrip(name string, zone *time.Location, onMark func(), readOut func() string) *phoneStrip {
	s := &phoneStrip{name: name, zone: zone, onMark: onMark, readOut: readOut, hovered: noPart, cursor: noPart}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows other parts. The mark stays on its time.
func (s *phoneStrip) Set(parts []stripPart) {
	hovered, cursor := s.middle(s.hovered), s.middle(s.cursor)
	s.parts = parts
	s.hovered, s.cursor = s.partOf(hovered), s.partOf(cursor)
	s.Refresh()
}

func (s *phoneStrip) middle(i int) time.Time {
	if i == noPart {
		return time.Time{}
	}
	p := s.parts[i]
	return p.Began.Add(p.Ended.Sub(p.Began) / 2)
}

// partOf is the part that holds a time.
func (s *phoneStrip) partOf(at time.Time) int {
	for i, p := range s.parts {
		if !at.Before(p.Began) && at.Before(p.Ended) {
			return i
		}
	}
	return noPart
}

// marked is the part to read out: the pointer's before the keyboard's.
func (s *phoneStrip) marked() int {
	if s.hovered != noPart {
		return s.hovered
	}
	return s.cursor
}

func (s *phoneStrip) mark(hovered, cursor int) {
	if hovered == s.hovered && cursor == s.cursor {
		return
	}
	s.hovered, s.cursor = hovered, cursor
	if s.renderer != nil {
		s.renderer.placeMark()
	}
	s.onMark()
}

// at is the part that is drawn at a position.
func (s *phoneStrip) at(x float32) int {
	from, length := s.window()
	if width := s.Size().Width; width > 0 && length > 0 && x >= 0 && x < width {
		return s.partOf(from.Add(time.Duration(float64(length) * float64(x/width))))
	}
	return noPart
}

// window is the time that the strip shows.
func (s *phoneStrip) window() (from time.Time, length time.Duration) {
	if len(s.parts) == 0 {
		return time.Time{}, 0
	}
	from = s.parts[0].Began
	return from, s.parts[len(s.parts)-1].Ended.Sub(from)
}

// share is where in the strip a time is, from 0 to 1.
func (s *phoneStrip) share(at time.Time) float64 {
	from, length := s.window()
	return float64(at.Sub(from)) / float64(max(length, 1))
}

// MouseIn marks the part under the pointer.
func (s *phoneStrip) MouseIn(ev *desktop.MouseEvent) { s.MouseMoved(ev) }

// MouseMoved marks the part under the pointer.
func (s *phoneStrip) MouseMoved(ev *desktop.MouseEvent) { s.mark(s.at(ev.Position.X), s.cursor) }

// MouseOut leaves the mark to the keyboard.
func (s *phoneStrip) MouseOut() { s.mark(noPart, s.cursor) }

// Tapped takes the focus, so that the keys go on from here.
func (s *phoneStrip) Tapped(ev *fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(s); c != nil {
		c.Focus(s)
	}
	s.mark(s.hovered, s.at(ev.Position.X))
}

// FocusGained shows the focus ring.
func (s *phoneStrip) FocusGained() {
	s.focused = true
	s.Refresh()
	reveal(s)
}

// FocusLost hides the focus ring and the keyboard's mark.
func (s *phoneStrip) FocusLost() {
	s.focused = false
	s.mark(s.hovered, noPart)
	s.Refresh()
}

// TypedRune passes letters on: the strip takes none.
func (s *phoneStrip) TypedRune(r rune) { passRune(s, r) }

// TypedKey moves the mark or passes the key on. A key goes on from the part
// that is read out; before any is, from the newest.
func (s *phoneStrip) TypedKey(ev *fyne.KeyEvent) {
	last, from := len(s.parts)-1, s.marked()
	switch {
	case ev.Name == fyne.KeyEscape && from != noPart:
		s.mark(noPart, noPart)
	case ev.Name == fyne.KeyHome:
		s.mark(noPart, min(0, last))
	case ev.Name == fyne.KeyEnd:
		s.mark(noPart, last)
	case ev.Name == fyne.KeyRight && from != noPart:
		s.mark(noPart, min(from+1, last))
	case ev.Name == fyne.KeyLeft && from != noPart:
		s.mark(noPart, max(from-1, 0))
	case ev.Name == fyne.KeyLeft, ev.Name == fyne.KeyRight:
		s.mark(noPart, last)
	default:
		passKey(s, ev)
	}
}

// AccessibilityLabel is what the strip says in words.
func (s *phoneStrip) AccessibilityLabel() string { return s.name + ": " + s.readOut() }

// AccessibilityRole is text: there is no role for pictures.
func (s *phoneStrip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// Lengths of a strip, in units.
const (
	stripHeight = 20
	stripAxis   = 18 // the labels under it
	stripWidth  = 240
	stripThin   = 2 // least width of a part that was down
	labelApart  = 8
)

// CreateRenderer implements fyne.Widget.
func (s *phoneStrip) CreateRenderer() fyne.WidgetRenderer {
	s.ExtendBaseWidget(s)
	r := &phoneStripRenderer{strip: s, mark: canvas.NewRectangle(color.Transparent), ring: canvas.NewRectangle(color.Transparent)}
	r.picture = canvas.NewRaster(r.paint)
	r.picture.ScaleMode = canvas.ImageScalePixels
	r.mark.StrokeWidth, r.ring.StrokeWidth, r.ring.CornerRadius = 2, ringWidth, 4
	s.renderer = r
	r.Refresh()
	return r
}

type phoneStripRenderer struct {
	strip      *phoneStrip
	picture    *canvas.Raster
	mark, ring *canvas.Rectangle
	labels     []fyne.CanvasObject
}

func (r *phoneStripRenderer) Destroy() {}

func (r *phoneStripRenderer) MinSize() fyne.Size {
	return fyne.NewSize(stripWidth, stripHeight+stripAxis)
}

func (r *phoneStripRenderer) Objects() []fyne.CanvasObject {
	return append(append([]fyne.CanvasObject{r.picture}, r.labels...), r.mark, r.ring)
}

func (r *phoneStripRenderer) Layout(size fyne.Size) {
	r.picture.Resize(fyne.NewSize(size.Width, stripHeight))
	r.ring.Move(fyne.NewSquareOffsetPos(-3))
	r.ring.Resize(fyne.NewSize(size.Width+6, stripHeight+6))
	r.placeLabels(size.Width)
	r.placeMark()
}

// placeLabels writes the hours below the strip, as many as there is room for.
func (r *phoneStripRenderer) placeLabels(width float32) {
	s := r.strip
	th, variant := s.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.labels = nil
	from, length := s.window()
	free := float32(0)
	for _, m := range hourMarks(from, from.Add(length), s.zone) {
		text := canvas.NewText(m.text, th.Color(colorMuted, variant))
		text.TextSize = th.Size(sizeSub)
		size := text.MinSize()
		left := width*float32(s.share(m.at)) - size.Width/2
		if left < free || left+size.Width > width {
			continue
		}
		free = left + size.Width + labelApart
		text.Resize(size)
		text.Move(fyne.NewPos(left, stripHeight+(stripAxis-size.Height)))
		r.labels = append(r.labels, text)
	}
}

// placeMark draws a frame around the marked part.
func (r *phoneStripRenderer) placeMark() {
	s := r.strip
	i := s.marked()
	if r.mark.Hidden = i == noPart; !r.mark.Hidden {
		width := s.Size().Width
		left, right := width*float32(s.share(s.parts[i].Began)), width*float32(s.share(s.parts[i].Ended))
		if lack := 6 - (right - left); lack > 0 {
			left, right = left-lack/2, right+lack/2
		}
		r.mark.Move(fyne.NewPos(left, 0))
		r.mark.Resize(fyne.NewSize(right-left, stripHeight))
	}
	canvas.Refresh(r.mark)
}

func (r *phoneStripRenderer) Refresh() {
	th, variant := r.strip.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.mark.StrokeColor, r.ring.StrokeColor = th.Color(plain, variant), th.Color(plain, variant)
	r.ring.Hidden = !r.strip.focused
	r.Layout(r.strip.Size())
	r.picture.Refresh()
	canvas.Refresh(r.strip)
}

func (r *phoneStripRenderer) paint(width, height int) image.Image {
	s := r.strip
	scale := float64(height) / stripHeight
	return drawStrip(s.parts, s.share, width, height, scale, stripColours(s.Theme()))
}
