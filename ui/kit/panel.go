package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Panel is a surface with a one-pixel border around its content, and a coloured
// left edge if it has one.
type Panel struct {
	widget.BaseWidget

	content fyne.CanvasObject
	Edge    fyne.ThemeColorName // "" for none
	PadX    fyne.ThemeSizeName  // from border to content, "" for none
	PadY    fyne.ThemeSizeName
	Square  bool // no corners and no side borders: the header
}

// NewPanel returns a panel around its content.
func NewPanel(content fyne.CanvasObject) *Panel {
	p := &Panel{content: content, PadX: sizeInside, PadY: sizeInside}
	p.ExtendBaseWidget(p)
	return p
}

const edgeWidth = 5

// CreateRenderer implements fyne.Widget.
func (p *Panel) CreateRenderer() fyne.WidgetRenderer {
	r := &panelRenderer{panel: p, face: canvas.NewRectangle(nil), edge: canvas.NewRectangle(nil)}
	r.face.StrokeWidth = 1
	r.Refresh()
	return r
}

type panelRenderer struct {
	panel      *Panel
	face, edge *canvas.Rectangle
}

// Destroy implements fyne.WidgetRenderer.
func (r *panelRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (r *panelRenderer) Objects() []fyne.CanvasObject {
	if r.panel.Edge == "" {
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

// MinSize implements fyne.WidgetRenderer.
func (r *panelRenderer) MinSize() fyne.Size {
	return r.panel.content.MinSize().AddWidthHeight(2*r.pad(r.panel.PadX), 2*r.pad(r.panel.PadY))
}

// Layout implements fyne.WidgetRenderer.
func (r *panelRenderer) Layout(size fyne.Size) {
	r.face.Resize(size)
	if r.panel.Square {
		r.face.Move(fyne.NewPos(-1, -1))
		r.face.Resize(size.AddWidthHeight(2, 1))
	}
	r.edge.Resize(fyne.NewSize(edgeWidth, size.Height))
	x, y := r.pad(r.panel.PadX), r.pad(r.panel.PadY)
	r.panel.content.Move(fyne.NewPos(x, y))
	r.panel.content.Resize(size.SubtractWidthHeight(2*x, 2*y))
}

// Refresh implements fyne.WidgetRenderer.
func (r *panelRenderer) Refresh() {
	th, variant := r.panel.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.face.FillColor = th.Color(ColorSurface, variant)
	r.face.StrokeColor = th.Color(ColorLine, variant)
	if !r.panel.Square {
		r.face.CornerRadius = th.Size(sizeCorner)
	}
	if r.panel.Edge != "" {
		r.edge.FillColor = th.Color(r.panel.Edge, variant)
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

// SwatchSide is the side of a swatch.
const SwatchSide = 11

// NewSwatch returns a small square of one colour.
func NewSwatch(color, outline fyne.ThemeColorName) *swatch {
	s := &swatch{color: color, outline: outline}
	s.ExtendBaseWidget(s)
	return s
}

// MinSize returns the square's.
func (s *swatch) MinSize() fyne.Size { return fyne.NewSquareSize(SwatchSide) }

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

// Destroy implements fyne.WidgetRenderer.
func (r *swatchRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (r *swatchRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.shape} }

// MinSize implements fyne.WidgetRenderer.
func (r *swatchRenderer) MinSize() fyne.Size { return r.swatch.MinSize() }

// Layout implements fyne.WidgetRenderer.
func (r *swatchRenderer) Layout(size fyne.Size) {
	r.shape.Resize(r.swatch.MinSize())
	r.shape.Move(fyne.NewPos((size.Width-SwatchSide)/2, (size.Height-SwatchSide)/2))
}

// Refresh implements fyne.WidgetRenderer.
func (r *swatchRenderer) Refresh() {
	th, variant := r.swatch.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.shape.FillColor = th.Color(r.swatch.color, variant)
	r.shape.StrokeColor = th.Color(r.swatch.outline, variant)
	r.shape.StrokeWidth = 1
	r.shape.CornerRadius = 2
	r.shape.Refresh()
}
