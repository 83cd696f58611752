package ui

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
	disc     = shape{"disc", `<circle cx="8" cy="8" r="6.5"/>`}
	triangle = shape{"triangle", `<polygon points="8,1.2 15.4,14.4 0.6,14.4"/>`}
	diamond  = shape{"diamond", `<polygon points="8,0.4 15.6,8 8,15.6 0.4,8"/>`}
	hollow   = shape{"hollow", `<path d="M8 1.5A6.5 6.5 0 0 1 8 14.5A6.5 6.5 0 0 1 8 1.5zM8 3.6A4.4 4.4 0 0 0 8 12.4A4.4 4.4 0 0 0 8 3.6z"/>`}

	tick     = shape{"tick", `<polygon points="6,13.6 0.9,8.5 2.6,6.8 6,10.2 13.4,2.8 15.1,4.5"/>`}
	cross    = shape{"cross", `<polygon points="3.3,1.6 8,6.3 12.7,1.6 14.4,3.3 9.7,8 14.4,12.7 12.7,14.4 8,9.7 3.3,14.4 1.6,12.7 6.3,8 1.6,3.3"/>`}
	question = shape{"question", `<path d="M3.4 5.4A4.6 4.6 0 0 1 12.6 5.4C12.6 8.4 9.2 8.6 9.2 11H6.8C6.8 7.6 10.2 7.2 10.2 5.4A2.2 2.2 0 0 0 5.8 5.4zM6.8 12.6H9.2V15H6.8z"/>`}
)

// shape is a picture of 16 by 16, as SVG without its colour.
type shape struct{ name, svg string }

// in is the shape in a colour, under a name that tells both.
func (s shape) in(ink color.Color) fyne.Resource {
	red, green, blue, _ := ink.RGBA()
	fill := fmt.Sprintf("#%02x%02x%02x", red>>8, green>>8, blue>>8)
	return fyne.NewStaticResource(s.name+fill+".svg", []byte(
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g fill="`+fill+`">`+s.svg+`</g></svg>`))
}

// look is a shape in a colour of the theme.
type look struct {
	shape shape
	color fyne.ThemeColorName
}

// mark shows a look.
type mark struct {
	widget.BaseWidget
	look look
	side float32
}

func newMark(side float32) *mark {
	m := &mark{look: levelLook(heartbeat.Unknown), side: side}
	m.ExtendBaseWidget(m)
	return m
}

// Set shows another look.
func (m *mark) Set(l look) {
	if m.look != l {
		m.look = l
		m.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (m *mark) CreateRenderer() fyne.WidgetRenderer {
	r := &markRenderer{mark: m, image: &canvas.Image{}}
	r.Refresh()
	return r
}

type markRenderer struct {
	mark  *mark
	image *canvas.Image
	scale float32 // of the screen that the image was drawn for
}

func (r *markRenderer) Destroy()                     {}
func (r *markRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.image} }
func (r *markRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(r.mark.side) }
func (r *markRenderer) Layout(size fyne.Size)        { r.image.Resize(size) }

// Refresh draws the shape if it, its colour or the screen is another than
// before: there may be hundreds, and drawing takes time.
func (r *markRenderer) Refresh() {
	ink := r.mark.Theme().Color(r.mark.look.color, fyne.CurrentApp().Settings().ThemeVariant())
	picture := r.mark.look.shape.in(ink)
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

// levelLook is how a level looks.
func levelLook(l heartbeat.Level) look {
	switch l {
	case heartbeat.OK:
		return look{disc, colorHealthy}
	case heartbeat.Warning, heartbeat.TooLarge:
		return look{triangle, theme.ColorNameWarning}
	case heartbeat.Critical:
		return look{diamond, colorCritical}
	default:
		return look{hollow, colorUnknown}
	}
}

// phoneLook is how an ExoPhone looks that carries calls like this: one that is
// down in both directions looks worse than one that still carries some.
func phoneLook(incoming, outgoing heartbeat.State) look {
	switch {
	case incoming == heartbeat.Down && outgoing == heartbeat.Down:
		return levelLook(heartbeat.Critical)
	case incoming == heartbeat.Down || outgoing == heartbeat.Down:
		return levelLook(heartbeat.Warning)
	case incoming == heartbeat.Up && outgoing == heartbeat.Up:
		return levelLook(heartbeat.OK)
	default:
		return levelLook(heartbeat.Unknown)
	}
}

// stateMark is the mark of a line's state.
func stateMark(s heartbeat.State) look {
	switch s {
	case heartbeat.Up:
		return look{tick, colorMuted}
	case heartbeat.Down:
		return look{cross, plain}
	default:
		return look{question, colorMuted}
	}
}
