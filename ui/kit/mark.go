package kit

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/heartbeat"
)

// The shapes that tell levels apart without colour, and the marks of a line's
// state. They are drawn, because no font that is sure to be there has them all.
var (
	Disc     = shape{"disc", `<circle cx="8" cy="8" r="6.5"/>`}
	Triangle = shape{"triangle", `<polygon points="8,1.2 15.4,14.4 0.6,14.4"/>`}
	Diamond  = shape{"diamond", `<polygon points="8,0.4 15.6,8 8,15.6 0.4,8"/>`}
	Hollow   = shape{"hollow", `<path d="M8 1.5A6.5 6.5 0 0 1 8 14.5A6.5 6.5 0 0 1 8 1.5zM8 3.6A4.4 4.4 0 0 0 8 12.4A4.4 4.4 0 0 0 8 3.6z"/>`}

	Tick     = shape{"tick", `<polygon points="6,13.6 0.9,8.5 2.6,6.8 6,10.2 13.4,2.8 15.1,4.5"/>`}
	Cross    = shape{"cross", `<polygon points="3.3,1.6 8,6.3 12.7,1.6 14.4,3.3 9.7,8 14.4,12.7 12.7,14.4 8,9.7 3.3,14.4 1.6,12.7 6.3,8 1.6,3.3"/>`}
	Question = shape{"question", `<path d="M3.4 5.4A4.6 4.6 0 0 1 12.6 5.4C12.6 8.4 9.2 8.6 9.2 11H6.8C6.8 7.6 10.2 7.2 10.2 5.4A2.2 2.2 0 0 0 5.8 5.4zM6.8 12.6H9.2V15H6.8z"/>`}
)

// shape is a picture of 16 by 16, as SVG without its colour.
type shape struct{ name, svg string }

// In returns the shape in a colour, under a name that tells both.
func (s shape) In(ink color.Color) fyne.Resource {
	red, green, blue, _ := ink.RGBA()
	fill := fmt.Sprintf("#%02x%02x%02x", red>>8, green>>8, blue>>8)
	return fyne.NewStaticResource(s.name+fill+".svg", []byte(
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g fill="`+fill+`">`+s.svg+`</g></svg>`))
}

// Look is a shape in a colour of the theme.
type Look struct {
	Shape shape
	Color fyne.ThemeColorName
}

// Mark shows a look.
type Mark struct {
	widget.BaseWidget
	look Look
	side float32
}

// NewMark returns a mark of that side, with the look of what is not known.
func NewMark(side float32) *Mark {
	m := &Mark{look: LevelLook(heartbeat.Unknown), side: side}
	m.ExtendBaseWidget(m)
	return m
}

// Set shows another look.
func (m *Mark) Set(l Look) {
	if m.look != l {
		m.look = l
		m.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (m *Mark) CreateRenderer() fyne.WidgetRenderer {
	r := &markRenderer{mark: m, image: &canvas.Image{}}
	r.Refresh()
	return r
}

type markRenderer struct {
	mark  *Mark
	image *canvas.Image
	scale float32 // of the screen that the image was drawn for
}

// Destroy implements fyne.WidgetRenderer.
func (r *markRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (r *markRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.image} }

// MinSize implements fyne.WidgetRenderer.
func (r *markRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(r.mark.side) }

// Layout implements fyne.WidgetRenderer.
func (r *markRenderer) Layout(size fyne.Size) { r.image.Resize(size) }

// Refresh draws the shape if it, its colour or the screen is another than
// before: there may be hundreds, and drawing takes time.
func (r *markRenderer) Refresh() {
	ink := r.mark.Theme().Color(r.mark.look.Color, fyne.CurrentApp().Settings().ThemeVariant())
	picture := r.mark.look.Shape.In(ink)
	scale := float32(0)
	if c := fyne.CurrentApp().Driver().CanvasForObject(r.mark); c != nil {
		scale = c.Scale()
	}
	if r.image.Resource != nil && r.image.Resource.Name() == picture.Name() && r.scale == scale {
		return
	}
	r.scale = scale
	r.image.Resource = picture
	r.image.Refresh()
}

// LevelLook returns how a level looks.
func LevelLook(l heartbeat.Level) Look {
	switch l {
	case heartbeat.OK:
		return Look{Disc, ColorHealthy}
	case heartbeat.Warning, heartbeat.TooLarge:
		return Look{Triangle, theme.ColorNameWarning}
	case heartbeat.Critical:
		return Look{Diamond, ColorCritical}
	default:
		return Look{Hollow, ColorUnknown}
	}
}

// PhoneLook returns how an ExoPhone looks that carries calls like this: one that is
// down in both directions looks worse than one that still carries some.
func PhoneLook(incoming, outgoing heartbeat.State) Look {
	switch {
	case incoming == heartbeat.Down && outgoing == heartbeat.Down:
		return LevelLook(heartbeat.Critical)
	case incoming == heartbeat.Down || outgoing == heartbeat.Down:
		return LevelLook(heartbeat.Warning)
	case incoming == heartbeat.Up && outgoing == heartbeat.Up:
		return LevelLook(heartbeat.OK)
	default:
		return LevelLook(heartbeat.Unknown)
	}
}

// StateMark returns the mark of a line's state.
func StateMark(s heartbeat.State) Look {
	switch s {
	case heartbeat.Up:
		return Look{Tick, ColorMuted}
	case heartbeat.Down:
		return Look{Cross, ColorText}
	default:
		return Look{Question, ColorMuted}
	}
}

// ShapeSide is the side of a shape beside a text.
const ShapeSide = 15

// Lengths of marks in rows and badges, in units.
const (
	BadgeGap  = 5 // between a badge's parts
	BadgeMark = 9
	RowShape  = 14
)
