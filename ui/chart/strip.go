package chart

import (
	"image"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// Strip shows a day of one line: plain while it was up, hatched while it
// was down, hollow while nobody looked. Pointer, arrow keys, Home and End mark a
// part, Escape takes the mark away.
type Strip struct {
	widget.BaseWidget

	Parts    []Part
	format   text.Format
	name     string        // for screen readers: what line this is
	onMark   func()        // hears of another mark
	readOut  func() string // what is marked, or all of it, in words
	hovered  int
	cursor   int
	focused  bool
	renderer *stripRenderer // nil until the strip is first shown
}

var (
	_ fyne.Accessible   = (*Strip)(nil)
	_ fyne.Focusable    = (*Strip)(nil)
	_ fyne.Tappable     = (*Strip)(nil)
	_ desktop.Hoverable = (*Strip)(nil)
)

// NoPart stands for "no part is marked".
const NoPart = -1

// NewStrip returns an empty strip. onMark is called when another part is marked, and
// readOut returns what a screen reader is told of it.
func NewStrip(name string, f text.Format, onMark func(), readOut func() string) *Strip {
	s := &Strip{name: name, format: f, onMark: onMark, readOut: readOut, hovered: NoPart, cursor: NoPart}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows other parts. The mark stays on its time.
func (s *Strip) Set(parts []Part) {
	hovered, cursor := s.middle(s.hovered), s.middle(s.cursor)
	s.Parts = parts
	s.hovered, s.cursor = s.partOf(hovered), s.partOf(cursor)
	s.Refresh()
}

func (s *Strip) middle(i int) time.Time {
	if i == NoPart {
		return time.Time{}
	}
	p := s.Parts[i]
	return p.Began.Add(p.Ended.Sub(p.Began) / 2)
}

// partOf is the part that holds a time.
func (s *Strip) partOf(at time.Time) int {
	for i, p := range s.Parts {
		if !at.Before(p.Began) && at.Before(p.Ended) {
			return i
		}
	}
	return NoPart
}

// Marked returns the part to read out: the pointer's before the keyboard's.
func (s *Strip) Marked() int {
	if s.hovered != NoPart {
		return s.hovered
	}
	return s.cursor
}

func (s *Strip) mark(hovered, cursor int) {
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
func (s *Strip) at(x float32) int {
	from, length := s.window()
	if width := s.Size().Width; width > 0 && length > 0 && x >= 0 && x < width {
		return s.partOf(from.Add(time.Duration(float64(length) * float64(x/width))))
	}
	return NoPart
}

// window is the time that the strip shows.
func (s *Strip) window() (from time.Time, length time.Duration) {
	if len(s.Parts) == 0 {
		return time.Time{}, 0
	}
	from = s.Parts[0].Began
	return from, s.Parts[len(s.Parts)-1].Ended.Sub(from)
}

// share is where in the strip a time is, from 0 to 1.
func (s *Strip) share(at time.Time) float64 {
	from, length := s.window()
	return float64(at.Sub(from)) / float64(max(length, 1))
}

// MouseIn marks the part under the pointer.
func (s *Strip) MouseIn(ev *desktop.MouseEvent) { s.MouseMoved(ev) }

// MouseMoved marks the part under the pointer.
func (s *Strip) MouseMoved(ev *desktop.MouseEvent) { s.mark(s.at(ev.Position.X), s.cursor) }

// MouseOut leaves the mark to the keyboard.
func (s *Strip) MouseOut() { s.mark(NoPart, s.cursor) }

// Tapped takes the focus, so that the keys go on from here.
func (s *Strip) Tapped(ev *fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(s); c != nil {
		c.Focus(s)
	}
	s.mark(s.hovered, s.at(ev.Position.X))
}

// FocusGained shows the focus ring.
func (s *Strip) FocusGained() {
	s.focused = true
	s.Refresh()
	kit.Reveal(s)
}

// FocusLost hides the focus ring and the keyboard's mark.
func (s *Strip) FocusLost() {
	s.focused = false
	s.mark(s.hovered, NoPart)
	s.Refresh()
}

// TypedRune passes letters on: the strip takes none.
func (s *Strip) TypedRune(r rune) { kit.PassRune(s, r) }

// TypedKey moves the mark or passes the key on. A key goes on from the part
// that is read out; before any is, from the newest.
func (s *Strip) TypedKey(ev *fyne.KeyEvent) {
	last, from := len(s.Parts)-1, s.Marked()
	switch {
	case ev.Name == fyne.KeyEscape && from != NoPart:
		s.mark(NoPart, NoPart)
	case ev.Name == fyne.KeyHome:
		s.mark(NoPart, min(0, last))
	case ev.Name == fyne.KeyEnd:
		s.mark(NoPart, last)
	case ev.Name == fyne.KeyRight && from != NoPart:
		s.mark(NoPart, min(from+1, last))
	case ev.Name == fyne.KeyLeft && from != NoPart:
		s.mark(NoPart, max(from-1, 0))
	case ev.Name == fyne.KeyLeft, ev.Name == fyne.KeyRight:
		s.mark(NoPart, last)
	default:
		kit.PassKey(s, ev)
	}
}

// AccessibilityLabel returns what the strip says in words.
func (s *Strip) AccessibilityLabel() string { return s.name + ": " + s.readOut() }

// AccessibilityRole returns that of texts: there is none for pictures.
func (s *Strip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// Lengths of a strip, in units.
const (
	stripHeight = 20
	stripAxis   = 18 // the labels under it
	stripWidth  = 240
	stripThin   = 2 // least width of a part that was down
	labelApart  = 8
)

// CreateRenderer implements fyne.Widget.
func (s *Strip) CreateRenderer() fyne.WidgetRenderer {
	s.ExtendBaseWidget(s)
	r := &stripRenderer{strip: s, mark: canvas.NewRectangle(color.Transparent), ring: canvas.NewRectangle(color.Transparent)}
	r.picture = canvas.NewRaster(r.paint)
	r.picture.ScaleMode = canvas.ImageScalePixels
	r.mark.StrokeWidth, r.ring.StrokeWidth, r.ring.CornerRadius = 2, ringWidth, 4
	s.renderer = r
	r.Refresh()
	return r
}

type stripRenderer struct {
	strip      *Strip
	picture    *canvas.Raster
	mark, ring *canvas.Rectangle
	labels     []fyne.CanvasObject
}

// Destroy implements fyne.WidgetRenderer.
func (r *stripRenderer) Destroy() {}

// MinSize implements fyne.WidgetRenderer.
func (r *stripRenderer) MinSize() fyne.Size {
	return fyne.NewSize(stripWidth, stripHeight+stripAxis)
}

// Objects implements fyne.WidgetRenderer.
func (r *stripRenderer) Objects() []fyne.CanvasObject {
	return append(append([]fyne.CanvasObject{r.picture}, r.labels...), r.mark, r.ring)
}

// Layout implements fyne.WidgetRenderer.
func (r *stripRenderer) Layout(size fyne.Size) {
	r.picture.Resize(fyne.NewSize(size.Width, stripHeight))
	r.ring.Move(fyne.NewSquareOffsetPos(-3))
	r.ring.Resize(fyne.NewSize(size.Width+6, stripHeight+6))
	r.placeLabels(size.Width)
	r.placeMark()
}

// placeLabels writes the hours below the strip, as many as there is room for.
func (r *stripRenderer) placeLabels(width float32) {
	s := r.strip
	th, variant := s.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.labels = nil
	from, length := s.window()
	free := float32(0)
	for _, m := range hourMarks(from, from.Add(length), s.format) {
		label := canvas.NewText(m.text, th.Color(kit.ColorMuted, variant))
		label.TextSize = th.Size(kit.SizeSub)
		size := label.MinSize()
		left := width*float32(s.share(m.at)) - size.Width/2
		if left < free || left+size.Width > width {
			continue
		}
		free = left + size.Width + labelApart
		label.Resize(size)
		label.Move(fyne.NewPos(left, stripHeight+(stripAxis-size.Height)))
		r.labels = append(r.labels, label)
	}
}

// placeMark draws a frame around the marked part.
func (r *stripRenderer) placeMark() {
	s := r.strip
	i := s.Marked()
	if r.mark.Hidden = i == NoPart; !r.mark.Hidden {
		width := s.Size().Width
		left, right := width*float32(s.share(s.Parts[i].Began)), width*float32(s.share(s.Parts[i].Ended))
		if lack := 6 - (right - left); lack > 0 {
			left, right = left-lack/2, right+lack/2
		}
		r.mark.Move(fyne.NewPos(left, 0))
		r.mark.Resize(fyne.NewSize(right-left, stripHeight))
	}
	canvas.Refresh(r.mark)
}

// Refresh implements fyne.WidgetRenderer.
func (r *stripRenderer) Refresh() {
	th, variant := r.strip.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.mark.StrokeColor, r.ring.StrokeColor = th.Color(kit.ColorText, variant), th.Color(kit.ColorText, variant)
	r.ring.Hidden = !r.strip.focused
	r.Layout(r.strip.Size())
	r.picture.Refresh()
	canvas.Refresh(r.strip)
}

func (r *stripRenderer) paint(width, height int) image.Image {
	s := r.strip
	scale := float64(height) / stripHeight
	return drawStrip(s.Parts, s.share, width, height, scale, stripColours(s.Theme()))
}

// StripWindow is how long a strip looks back.
const StripWindow = 24 * time.Hour

// Part is a time through which a line was up, or down, or not observed.
type Part struct {
	Began, Ended time.Time
	State        heartbeat.State
}

// hourMark is a label under a strip.
type hourMark struct {
	at   time.Time
	text string
}

// hourMarks are every third full hour of the day in a time.
func hourMarks(from, to time.Time, f text.Format) []hourMark {
	var marks []hourMark
	at := f.In(from)
	at = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), 0, 0, 0, at.Location())
	for ; !at.After(to); at = at.Add(time.Hour) {
		if !at.Before(from) && at.Hour()%3 == 0 {
			marks = append(marks, hourMark{at, f.Clock(at)})
		}
	}
	return marks
}
