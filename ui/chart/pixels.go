package chart

import (
	"image"
	"image/draw"

	"github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
)

// pixelRenderer is go-chart's raster renderer with a short cut for the shapes
// that bar charts are made of. What is invisible is left out; upright boxes and
// level lines go straight into whole pixels, where the rasteriser would smear a
// line of one pixel over two rows and make a redraw take about ten times as
// long. All other shapes and all text are the rasteriser's.
type pixelRenderer struct {
	chart.Renderer
	pixels *image.RGBA
	path   []pathPoint
	fill   drawing.Color
	stroke drawing.Color
	width  float64
}

// pathPoint is a step of a path: a line to it, or a start at it.
type pathPoint struct {
	image.Point
	start bool
}

// newPixelRenderer is a chart.RendererProvider.
func newPixelRenderer(width, height int) (chart.Renderer, error) {
	raster, err := chart.PNG(width, height)
	if err != nil {
		return nil, err
	}
	r := &pixelRenderer{Renderer: raster}
	return r, raster.Save(pixelCollector{r})
}

// pixelCollector takes the image of a raster renderer, which go-chart hands
// out unencoded to a writer with this method.
type pixelCollector struct{ to *pixelRenderer }

// SetRGBA takes the image.
func (c pixelCollector) SetRGBA(img *image.RGBA) { c.to.pixels = img }

// Write implements io.Writer and drops what is written.
func (c pixelCollector) Write(p []byte) (int, error) { return len(p), nil }

// SetFillColor implements chart.Renderer.
func (r *pixelRenderer) SetFillColor(c drawing.Color) {
	r.fill = c
	r.Renderer.SetFillColor(c)
}

// SetStrokeColor implements chart.Renderer.
func (r *pixelRenderer) SetStrokeColor(c drawing.Color) {
	r.stroke = c
	r.Renderer.SetStrokeColor(c)
}

// SetStrokeWidth implements chart.Renderer.
func (r *pixelRenderer) SetStrokeWidth(width float64) {
	r.width = width
	r.Renderer.SetStrokeWidth(width)
}

// MoveTo implements chart.Renderer.
func (r *pixelRenderer) MoveTo(x, y int) {
	r.path = append(r.path, pathPoint{image.Pt(x, y), true})
}

// LineTo implements chart.Renderer.
func (r *pixelRenderer) LineTo(x, y int) {
	r.path = append(r.path, pathPoint{image.Pt(x, y), false})
}

// Stroke draws the path's line.
func (r *pixelRenderer) Stroke() {
	if r.stroke.IsTransparent() {
		r.path = r.path[:0]
		return
	}
	if line, level := r.levelLine(); level {
		r.paint(line, r.stroke)
		return
	}
	r.replay()
	r.Renderer.Stroke()
}

// Fill fills the path.
func (r *pixelRenderer) Fill() {
	if r.fill.IsTransparent() {
		r.path = r.path[:0]
		return
	}
	if area, upright := r.box(); upright {
		r.paint(area, r.fill)
		return
	}
	r.replay()
	r.Renderer.Fill()
}

// FillStroke fills the path and draws its line.
func (r *pixelRenderer) FillStroke() {
	if r.stroke.IsTransparent() {
		r.Fill()
		return
	}
	r.replay()
	r.Renderer.FillStroke()
}

// replay hands the path to the rasteriser.
func (r *pixelRenderer) replay() {
	for _, p := range r.path {
		if p.start {
			r.Renderer.MoveTo(p.X, p.Y)
		} else {
			r.Renderer.LineTo(p.X, p.Y)
		}
	}
	r.path = r.path[:0]
}

// paint fills an area and ends the path.
func (r *pixelRenderer) paint(area image.Rectangle, c drawing.Color) {
	draw.Draw(r.pixels, area, image.NewUniform(c), image.Point{}, draw.Over)
	r.path = r.path[:0]
}

// box returns the path as a rectangle if it is one as chart.Draw.Box makes it.
func (r *pixelRenderer) box() (image.Rectangle, bool) {
	p := r.path
	if len(p) != 5 || p[0].Point != p[4].Point ||
		p[0].Y != p[1].Y || p[1].X != p[2].X || p[2].Y != p[3].Y || p[3].X != p[0].X {
		return image.Rectangle{}, false
	}
	return image.Rectangle{Min: p[0].Point, Max: p[2].Point}.Canon(), true
}

// levelLine returns the pixels of the path if it is one level line. The line
// lies on the row of its height and below, as the top row of a bar does.
func (r *pixelRenderer) levelLine() (image.Rectangle, bool) {
	p := r.path
	if len(p) != 2 || p[0].Y != p[1].Y {
		return image.Rectangle{}, false
	}
	line := image.Rectangle{Min: p[0].Point, Max: p[1].Point}.Canon()
	line.Max.Y += max(1, int(r.width))
	return line, true
}
