package chart

import (
	"image"
	"image/color"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/golang/freetype/truetype"
	"github.com/wcharczuk/go-chart/v2/drawing"

	"exotel-monitor/ui/kit"
)

// This file keeps the chart's picture, and says when another one is drawn.

// pictureKey is everything that makes a picture another one.
type pictureKey struct {
	width, height int
	scale         float64
	textSize      float64
	version       uint64
	palette       chartPalette
	font          *truetype.Font
}

// chartPicture is a drawn picture and where its bars are.
type chartPicture struct {
	key      pictureKey
	image    image.Image
	geometry chartGeometry
	scale    float64
}

// paint is the raster's generator: it returns the picture in the given device
// pixels, the last one if nothing has changed. The marks follow a new picture
// at once, because Fyne paints the raster before what lies over it.
func (c *BarChart) paint(width, height int) image.Image {
	key := c.pictureKey(width, height)
	if key == c.picture.key && c.picture.image != nil {
		return c.picture.image
	}
	c.renders++
	img, geometry, err := drawChart(chartSpec{
		bars:       c.Data.Bars,
		labelEvery: c.Data.LabelEvery,
		number:     c.number,
		width:      width,
		height:     height,
		scale:      key.scale,
		textSize:   key.textSize,
		font:       key.font,
		palette:    key.palette,
	})
	if err != nil {
		fyne.LogError("The calls chart could not be drawn", err)
	}
	c.picture = chartPicture{key, img, geometry, key.scale}
	if c.view != nil {
		c.view.placeMark()
	}
	return img
}

// pictureKey collects what the next picture depends on. The scale is rounded
// because whole pixels make the quotient tremble while a window is resized.
func (c *BarChart) pictureKey(width, height int) pictureKey {
	scale := 1.0
	if units := c.Size().Width; units > 0 {
		scale = math.Round(float64(width)/float64(units)*100) / 100
	}
	th := c.Theme()
	return pictureKey{
		width:    width,
		height:   height,
		scale:    scale,
		textSize: float64(th.Size(kit.SizeSub)),
		version:  c.Data.Version,
		palette:  chartColours(th),
		font:     c.fonts.parsed(th.Font(fyne.TextStyle{})),
	}
}

// chartColours collects the picture's colours from a theme.
func chartColours(th fyne.Theme) chartPalette {
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	named := func(name fyne.ThemeColorName) drawing.Color {
		return drawing.Color(color.NRGBAModel.Convert(th.Color(name, variant)).(color.NRGBA))
	}
	palette := chartPalette{surface: named(kit.ColorSurface), line: named(kit.ColorLine), text: named(kit.ColorMuted)}
	for i, name := range outcomeColors {
		palette.parts[i] = named(name)
	}
	palette.edges = palette.parts
	palette.edges[slices.Index(outcomeColors[:], kit.ColorNoAnswer)] = named(kit.ColorNoAnswerEdge)
	return palette
}

// outcomeColors names the colours of a bar's parts.
var outcomeColors = [Outcomes]fyne.ThemeColorName{kit.ColorAnswered, kit.ColorNoAnswer, kit.ColorBusy, kit.ColorFailed, kit.ColorOther}

// fontCache keeps the last parsed font: parsing takes longer than drawing.
type fontCache struct {
	name string
	font *truetype.Font
}

// parsed returns the theme's font for go-chart, or Fyne's own if the theme's
// is of a kind (OpenType CFF) that go-chart cannot draw.
func (f *fontCache) parsed(res fyne.Resource) *truetype.Font {
	if f.font != nil && f.name == res.Name() {
		return f.font
	}
	font, err := truetype.Parse(res.Content())
	if err != nil {
		font, err = truetype.Parse(theme.DefaultTextFont().Content())
	}
	if err != nil {
		fyne.LogError("No font for the calls chart", err)
		return nil // go-chart brings one along
	}
	f.name, f.font = res.Name(), font
	return font
}
