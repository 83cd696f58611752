package chart

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/kit"
)

// This file draws the strips of an ExoPhone's history.

// stripPalette holds the colours of a strip.
type stripPalette struct{ up, down, surface, line color.Color }

func stripColours(th fyne.Theme) stripPalette {
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	return stripPalette{th.Color(kit.ColorHealthy, variant), th.Color(kit.ColorCritical, variant), th.Color(kit.ColorSurface, variant), th.Color(kit.ColorUnknown, variant)}
}

// drawStrip draws parts at an exact size in pixels. Those that were down come
// last and are never too thin to be seen.
func drawStrip(parts []Part, share func(time.Time) float64, width, height int, scale float64, p stripPalette) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	px := func(units float64) int { return max(1, int(math.Round(units*scale))) }
	fill := func(area image.Rectangle, c color.Color) {
		draw.Draw(img, area, image.NewUniform(c), image.Point{}, draw.Src)
	}
	for _, state := range []heartbeat.State{heartbeat.StateUnknown, heartbeat.Up, heartbeat.Down} {
		for _, part := range parts {
			if part.State != state {
				continue
			}
			left, right := int(math.Round(share(part.Began)*float64(width))), int(math.Round(share(part.Ended)*float64(width)))
			area := image.Rect(left, 0, right, height)
			switch state {
			case heartbeat.Up:
				fill(area, p.up)
			case heartbeat.StateUnknown:
				fill(area, p.line)
				fill(area.Inset(px(1)), p.surface)
			case heartbeat.Down:
				if thin := px(stripThin); area.Dx() < thin {
					area.Min.X = max(0, min(left, width-thin))
					area.Max.X = area.Min.X + thin
				}
				fill(area, p.down)
				hatchStrip(img, area.Inset(px(1)), px(hatchPeriod), px(hatchWidth), p.surface)
			}
		}
	}
	return img
}

// hatchStrip draws rising stripes over an area.
func hatchStrip(img *image.RGBA, area image.Rectangle, period, thick int, c color.Color) {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if (x+y)%period < thick {
				img.Set(x, y, c)
			}
		}
	}
}

// NewStripSample returns a small piece of a strip, as in a legend.
func NewStripSample(state heartbeat.State) fyne.CanvasObject {
	began := time.Unix(0, 0)
	parts := []Part{{began, began.Add(time.Hour), state}}
	share := func(at time.Time) float64 { return at.Sub(began).Hours() }
	sample := canvas.NewRaster(func(width, height int) image.Image {
		return drawStrip(parts, share, width, height, float64(height)/kit.SwatchSide, stripColours(theme.Current()))
	})
	sample.ScaleMode = canvas.ImageScalePixels
	sample.SetMinSize(fyne.NewSize(2*kit.SwatchSide, kit.SwatchSide))
	return sample
}
