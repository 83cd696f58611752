package chart

import (
	"fmt"
	"image"
	"math"

	"github.com/golang/freetype/truetype"
	"github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
)

// This file draws the calls chart. It knows go-chart and pixels, nothing of
// Fyne and nothing of calls beyond five counts per bar.

// Outcomes is the number of parts of a bar, in the order of the legend:
// answered, no answer, busy, failed, other.
const Outcomes = 5

// Bar is one hour or one day.
type Bar struct {
	Label string        // under the axis, "" for none
	Name  string        // title of the read-out
	Parts [Outcomes]int // calls by outcome, from the bottom up
	Open  bool          // not over yet: drawn hatched
	Usual float64       // what is usual, a step of the dashed line; 0 for none
}

// total is the height of the bar.
func (b Bar) total() int {
	sum := 0
	for _, part := range b.Parts {
		sum += part
	}
	return sum
}

// chartPalette holds the colours of a picture. It is comparable, so that a
// change of theme is a change of the cache's key.
type chartPalette struct {
	parts   [Outcomes]drawing.Color
	edges   [Outcomes]drawing.Color // outline of a part; equal to its fill for none
	surface drawing.Color           // what the chart lies on
	line    drawing.Color
	text    drawing.Color
}

// chartSpec is everything a picture depends on.
type chartSpec struct {
	bars       []Bar
	labelEvery int              // least distance of two labels, in bars
	number     func(int) string // writes the figures of the axis
	width      int              // device pixels
	height     int
	scale      float64 // device pixels per unit of length
	textSize   float64 // units
	font       *truetype.Font
	palette    chartPalette
}

// chartGeometry says where the bars of a picture are, in device pixels.
type chartGeometry struct {
	plot image.Rectangle
	bars int
}

// Lengths of the picture in units; one unit is Scale pixels.
const (
	leastWidth  = 200 // a smaller picture stays blank
	leastHeight = 100
	padTop      = 4
	padLeft     = 4
	padRight    = 6
	padBottom   = 26 // the labels under the axis
	axisGap     = 8  // between the axis and its labels
	labelGap    = 10 // least space between two labels
	barShare    = 0.68
	denseSlot   = 2.5 // narrower slots leave no space between bars
	hatchPeriod = 6
	hatchWidth  = 2
	axisSteps   = 4
	usualWidth  = 1.5
	dashLength  = 4
	dashGap     = 3
)

// drawChart draws the picture on a transparent ground, so that the ground,
// which go-chart would fill twice, costs nothing. An error comes with a blank
// picture.
func drawChart(spec chartSpec) (image.Image, chartGeometry, error) {
	if len(spec.bars) == 0 || spec.width < spec.px(leastWidth) || spec.height < spec.px(leastHeight) {
		return spec.blank(), chartGeometry{}, nil
	}
	var geometry chartGeometry
	picture := spec.frame()
	picture.Elements = []chart.Renderable{func(r chart.Renderer, plot chart.Box, _ chart.Style) {
		geometry = chartGeometry{image.Rect(plot.Left, plot.Top, plot.Right, plot.Bottom), len(spec.bars)}
		spec.drawBars(r, geometry)
		spec.drawUsual(r, geometry)
		spec.drawLabels(r, geometry)
	}}
	var out chart.ImageWriter
	if err := picture.Render(newPixelRenderer, &out); err != nil {
		return spec.blank(), chartGeometry{}, fmt.Errorf("draw chart: %w", err)
	}
	img, err := out.Image()
	if err != nil {
		return spec.blank(), chartGeometry{}, fmt.Errorf("collect chart: %w", err)
	}
	return img, geometry, nil
}

// blank is a picture with nothing in it.
func (s chartSpec) blank() image.Image {
	return image.NewRGBA(image.Rect(0, 0, s.width, s.height))
}

// frame is go-chart's part of the picture: the range, the axis with its
// figures and the grid. go-chart places bars in slots of whole pixels, which
// would leave up to one pixel per bar empty at the right; so its only bar is
// an invisible one, which it asks for, and ours are an element over the grid.
func (s chartSpec) frame() chart.BarChart {
	top := axisTop(s.highest())
	unseen := chart.Style{FillColor: drawing.ColorTransparent, StrokeColor: drawing.ColorTransparent}
	background := unseen
	// go-chart knows only a fixed margin of ten pixels between the axis and
	// its figures and adds the width of the (unseen) axis line to it.
	widen := max(0, s.px(axisGap)-chart.DefaultYAxisMargin)
	background.Padding = chart.Box{Top: s.px(padTop), Left: widen + s.px(padLeft), Right: s.px(padRight), Bottom: s.px(padBottom)}
	axis := s.textStyle()
	axis.StrokeColor, axis.StrokeWidth = drawing.ColorTransparent, float64(widen)
	ticks := make([]chart.Tick, axisSteps+1)
	lines := make([]chart.GridLine, axisSteps+1)
	for i := range ticks {
		value := i * top / axisSteps
		ticks[i] = chart.Tick{Value: float64(value), Label: s.number(value)}
		lines[i] = chart.GridLine{Value: float64(value)}
	}
	return chart.BarChart{
		Width:      s.width,
		Height:     s.height,
		DPI:        64 * s.scale, // go-chart's rasteriser counts 64 points per inch: a point is a unit
		Font:       s.font,
		Background: background,
		Canvas:     unseen,
		XAxis:      chart.Hidden(),
		YAxis: chart.YAxis{
			AxisType:       chart.YAxisSecondary, // which go-chart puts at the left
			Style:          axis,
			Range:          &chart.ContinuousRange{Max: float64(top)},
			Ticks:          ticks,
			GridLines:      lines,
			GridMajorStyle: chart.Style{StrokeColor: s.palette.line, StrokeWidth: float64(s.px(1))},
		},
		Bars: []chart.Value{{Style: unseen}},
	}
}

// drawBars draws the stacked bars.
func (s chartSpec) drawBars(r chart.Renderer, g chartGeometry) {
	top := axisTop(s.highest())
	for i, b := range s.bars {
		column := g.bar(i, s.scale)
		column.Min.Y = column.Max.Y - barHeight(b.total(), top, g.plot.Dy())
		if column.Empty() {
			continue
		}
		cuts := stackCuts(b.Parts, column.Dy())
		for part := range b.Parts {
			area := column
			area.Max.Y, area.Min.Y = column.Max.Y-cuts[part], column.Max.Y-cuts[part+1]
			s.drawPart(r, part, area, part > 0 && cuts[part] > 0)
		}
		if b.Open {
			s.hatch(r, column)
		}
	}
}

// drawUsual draws what is usual as a dashed line of steps over the bars.
func (s chartSpec) drawUsual(r chart.Renderer, g chartGeometry) {
	top, thick, before := axisTop(s.highest()), s.px(usualWidth), -1
	for i, b := range s.bars {
		if b.Usual <= 0 {
			before = -1
			continue
		}
		slot := g.column(i)
		y := g.plot.Max.Y - int(math.Round(b.Usual/float64(top)*float64(g.plot.Dy())))
		s.dash(r, image.Rect(slot.Min.X, y, slot.Max.X, y+thick))
		if before >= 0 && before != y {
			s.dash(r, image.Rect(slot.Min.X, min(before, y), slot.Min.X+thick, max(before, y)+thick))
		}
		before = y
	}
}

// dash fills a line by dashes along its longer side.
func (s chartSpec) dash(r chart.Renderer, line image.Rectangle) {
	length, gap := s.px(dashLength), s.px(dashGap)
	if line.Dx() >= line.Dy() {
		for x := line.Min.X; x < line.Max.X; x += length + gap {
			fillBox(r, image.Rect(x, line.Min.Y, min(x+length, line.Max.X), line.Max.Y), s.palette.text)
		}
		return
	}
	for y := line.Min.Y; y < line.Max.Y; y += length + gap {
		fillBox(r, image.Rect(line.Min.X, y, line.Max.X, min(y+length, line.Max.Y)), s.palette.text)
	}
}

// drawPart fills one part, with its outline and, if it lies on another part, a
// separator of one unit, as far as the part is big enough to keep a core.
func (s chartSpec) drawPart(r chart.Renderer, part int, area image.Rectangle, onAnother bool) {
	line := s.px(1)
	fill, edge := s.palette.parts[part], s.palette.edges[part]
	if onAnother && area.Dy() >= 3*line {
		cut := area
		cut.Min.Y = cut.Max.Y - line
		fillBox(r, cut, s.palette.surface)
		area.Max.Y -= line
	}
	if edge != fill && area.Dx() >= 6*line && area.Dy() >= 3*line {
		fillBox(r, area, edge)
		area = area.Inset(line)
	}
	fillBox(r, area, fill)
}

// hatch draws rising stripes over a bar. Wide bars keep an unbroken border so
// that their outline stays clear.
func (s chartSpec) hatch(r chart.Renderer, area image.Rectangle) {
	if border := s.px(1); area.Dx() >= 8*border && area.Dy() >= 4*border {
		area = area.Inset(border)
	}
	thick, period := s.px(hatchWidth), s.px(hatchPeriod)
	r.SetFillColor(s.palette.surface.WithAlpha(0xb0))
	bottom := area.Max.Y - thick
	// A stripe is the set of points whose x+y lies in [c, c+thick]; its ends
	// are upright so that it never leaves the bar.
	for c := area.Min.X + area.Min.Y + period/2; c < area.Max.X+bottom; c += period {
		left, right := max(area.Min.X, c-bottom), min(area.Max.X, c-area.Min.Y)
		if left >= right {
			continue
		}
		r.MoveTo(left, c-left)
		r.LineTo(right, c-right)
		r.LineTo(right, c-right+thick)
		r.LineTo(left, c-left+thick)
		r.LineTo(left, c-left)
	}
	r.Fill()
	r.ResetStyle()
}

// drawLabels writes the labels under the axis.
func (s chartSpec) drawLabels(r chart.Renderer, g chartGeometry) {
	style := s.textStyle()
	height := 0
	measure := func(text string) int {
		box := chart.Draw.MeasureText(r, text, style)
		height = max(height, box.Height())
		return box.Width()
	}
	placed := placeLabels(s, g, measure)
	baseline := g.plot.Max.Y + s.px(axisGap) + height
	for _, label := range placed {
		chart.Draw.Text(r, label.text, label.left, baseline, style)
	}
}

// textStyle is the style of every text in the picture.
func (s chartSpec) textStyle() chart.Style {
	return chart.Style{Font: s.font, FontSize: s.textSize, FontColor: s.palette.text}
}

// highest is the total of the highest bar.
func (s chartSpec) highest() int {
	most := 0
	for _, b := range s.bars {
		most = max(most, b.total(), int(math.Ceil(b.Usual)))
	}
	return most
}

// px turns a length into device pixels, at least one.
func (s chartSpec) px(units float64) int {
	return max(1, int(math.Round(units*s.scale)))
}

// fillBox fills a rectangle.
func fillBox(r chart.Renderer, area image.Rectangle, fill drawing.Color) {
	if area.Empty() {
		return
	}
	box := chart.Box{Left: area.Min.X, Top: area.Min.Y, Right: area.Max.X, Bottom: area.Max.Y}
	chart.Draw.Box(r, box, chart.Style{FillColor: fill, StrokeColor: drawing.ColorTransparent})
}
