package chart

import (
	"image"
	"image/color"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	"github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
)

// Trace is a line of values without axes, from the first at the left to the last at the
// right: how a figure went over some days.
type Trace struct {
	widget.BaseWidget

	values []int
	raster *canvas.Raster
	drawn  traceKey
	image  image.Image
}

// traceKey is everything that makes a trace another one but its values.
type traceKey struct {
	width, height int
	ink           color.Color
}

// NewTrace returns a trace without values.
func NewTrace() *Trace {
	t := &Trace{}
	t.raster = canvas.NewRaster(t.paint)
	t.ExtendBaseWidget(t)
	return t
}

// Set shows other values; the same ones cost nothing. A negative value is not known: the
// line has a gap there.
func (t *Trace) Set(values []int) {
	if !slices.Equal(values, t.values) {
		t.values, t.image = values, nil
		t.raster.Refresh()
	}
}

const (
	traceWidth  = 62
	traceHeight = 18
	traceStroke = 1.5
)

// MinSize implements fyne.Widget.
func (t *Trace) MinSize() fyne.Size { return fyne.NewSize(traceWidth, traceHeight) }

// CreateRenderer implements fyne.Widget.
func (t *Trace) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(t.raster) }

// paint draws the trace in device pixels, or returns the last picture if nothing has
// changed.
func (t *Trace) paint(width, height int) image.Image {
	key := traceKey{width, height, t.Theme().Color(theme.ColorNamePrimary, fyne.CurrentApp().Settings().ThemeVariant())}
	if t.image == nil || key != t.drawn {
		img, err := drawTrace(t.values, key, float64(width)/float64(max(t.Size().Width, 1)))
		if err != nil {
			fyne.LogError("A trace could not be drawn", err)
		}
		t.image, t.drawn = img, key
	}
	return t.image
}

// drawTrace draws values between zero and the greatest of them. A value between unknown
// ones is a dot. An error comes with a blank picture.
func drawTrace(values []int, key traceKey, scale float64) (image.Image, error) {
	blank := image.NewRGBA(image.Rect(0, 0, key.width, key.height))
	most := slices.Max(append([]int{0}, values...))
	if most == 0 || len(values) < 2 || key.width < 2 || key.height < 2 {
		return blank, nil
	}
	r, err := newPixelRenderer(key.width, key.height)
	if err != nil {
		return blank, err
	}
	r.SetStrokeColor(drawing.Color(color.NRGBAModel.Convert(key.ink).(color.NRGBA)))
	r.SetStrokeWidth(traceStroke * scale)
	margin := traceStroke * scale
	unknown := func(i int) bool { return i < 0 || i >= len(values) || values[i] < 0 }
	for i, v := range values {
		if unknown(i) {
			continue
		}
		x := margin + float64(i)/float64(len(values)-1)*(float64(key.width)-2*margin)
		y := margin + (1-float64(v)/float64(most))*(float64(key.height)-2*margin)
		at := image.Pt(int(math.Round(x)), int(math.Round(y)))
		if unknown(i - 1) {
			r.MoveTo(at.X, at.Y)
		}
		if unknown(i-1) && unknown(i+1) {
			at.X++
		}
		r.LineTo(at.X, at.Y)
	}
	r.Stroke()
	var out chart.ImageWriter
	if err := r.Save(&out); err != nil {
		return blank, err
	}
	return out.Image()
}
