package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// panel is a surface with a one-pixel border around its content, and a coloured
// left edge if it has one.
type panel struct {
	widget.BaseWidget

	content fyne.CanvasObject
	edge    fyne.ThemeColorName // "" for none
	padX    fyne.ThemeSizeName  // from border to content, "" for none
	padY    fyne.ThemeSizeName
	square  bool // no corners and no side borders: the header
}

func newPanel(content fyne.CanvasObject) *panel {
	p := &panel{content: content, padX: sizeInside, padY: sizeInside}
	p.ExtendBaseWidget(p)
	return p
}

const edgeWidth = 5

// CreateRenderer implements fyne.Widget.
func (p *panel) CreateRenderer() fyne.WidgetRenderer {
	r := &panelRenderer{panel: p, face: canvas.NewRectangle(nil), edge: canvas.NewRectangle(nil)}
	r.face.StrokeWidth = 1
	r.Refresh()
	return r
}

type panelRenderer struct {
	panel      *panel
	face, edge *canvas.Rectangle
}

func (r *panelRenderer) Destroy() {}

func (r *panelRenderer) Objects() []fyne.CanvasObject {
	if r.panel.edge == "" {
		return []fyne.CanvasObject{r.face, r.panel.content}
	}
	return []fyne.CanvasObject{r.face, r.edge, r.panel.content}
}

func (r *panelRenderer) pad(name fyne.ThemeSizeName) float32 {
	if name == "" {
		return 0
	}
	return r.panel.Theme().Size(name)
}

func (r *panelRenderer) MinSize() fyne.Size {
	return r.panel.content.MinSize().AddWidthHeight(2*r.pad(r.panel.padX), 2*r.pad(r.panel.padY))
}

func (r *panelRenderer) Layout(size fyne.Size) {
	r.face.Resize(size)
	if r.panel.square {
		r.face.Move(fyne.NewPos(-1, -1))
		r.face.Resize(size.AddWidthHeight(2, 1))
	}
	r.edge.Resize(fyne.NewSize(edgeWidth, size.Height))
	x, y := r.pad(r.panel.padX), r.pad(r.panel.padY)
	r.panel.content.Move(fyne.NewPos(x, y))
	r.panel.content.Resize(size.SubtractWidthHeight(2*x, 2*y))
}

func (r *panelRenderer) Refresh() {
	th, variant := r.panel.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.face.FillColor = th.Color(colorSurface, variant)
	r.face.StrokeColor = th.Color(colorLine, variant)
	if !r.panel.square {
		r.face.CornerRadius = th.Size(sizeCorner)
	}
	if r.panel.edge != "" {
		r.edge.FillColor = th.Color(r.panel.edge, variant)
		r.edge.TopLeftCornerRadius = th.Size(sizeCorner)
		r.edge.BottomLeftCornerRadius = th.Size(sizeCorner)
	}
	r.Layout(r.panel.Size())
	r.face.Refresh()
	r.edge.Refresh()
	r.panel.content.Refresh()
}

// swatch is a small square of one colour, as in a legend.
type swatch struct {
	widget.BaseWidget
	color, outline fyne.ThemeColorName
}

const swatchSide = 11

func newSwatch(color, outline fyne.ThemeColorName) *swatch {
	s := &swatch{color: color, outline: outline}
	s.ExtendBaseWidget(s)
	return s
}

// MinSize is the square's.
func (s *swatch) MinSize() fyne.Size { return fyne.NewSquareSize(swatchSide) }

// CreateRenderer implements fyne.Widget.
func (s *swatch) CreateRenderer() fyne.WidgetRenderer {
	r := &swatchRenderer{swatch: s, shape: canvas.NewRectangle(nil)}
	r.Refresh()
	return r
}

type swatchRenderer struct {
	swatch *swatch
	shape  *canvas.Rectangle
}

func (r *swatchRenderer) Destroy()                     {}
func (r *swatchRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.shape} }
func (r *swatchRenderer) MinSize() fyne.Size           { return r.swatch.MinSize() }

func (r *swatchRenderer) Layout(size fyne.Size) {
	r.shape.Resize(r.swatch.MinSize())
	r.shape.Move(fyne.NewPos((size.Width-swatchSide)/2, (size.Height-swatchSide)/2))
}

func (r *swatchRenderer) Refresh() {
	th, variant := r.swatch.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.shape.FillColor = th.Color(r.swatch.color, variant)
	r.shape.StrokeColor = th.Color(r.swatch.outline, variant)
	r.shape.StrokeWidth = 1
	r.shape.CornerRadius = 2
	r.shape.Refresh()
}
