package data

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/kit"
)

// fillBar shows how much of something is done. The words beside it say the same. Fyne's
// progress bar is as high as a text and a half, and tells what is left by a paler blue
// alone, at a contrast below 3:1.
type fillBar struct {
	widget.BaseWidget
	share float32 // 0 to 1
}

const fillHeight = 10

func newFillBar() *fillBar {
	b := &fillBar{}
	b.ExtendBaseWidget(b)
	return b
}

// set shows another share; the same one costs nothing.
func (b *fillBar) set(share float32) {
	if share = min(max(share, 0), 1); share != b.share {
		b.share = share
		b.Refresh()
	}
}

// MinSize returns the size of a line.
func (b *fillBar) MinSize() fyne.Size { return fyne.NewSize(kit.MinTableWidth, fillHeight) }

// CreateRenderer implements fyne.Widget.
func (b *fillBar) CreateRenderer() fyne.WidgetRenderer {
	r := &fillBarRenderer{bar: b, rail: canvas.NewRectangle(nil), done: canvas.NewRectangle(nil)}
	r.rail.CornerRadius, r.done.CornerRadius, r.rail.StrokeWidth = fillHeight/2, fillHeight/2, 1
	r.Refresh()
	return r
}

type fillBarRenderer struct {
	bar        *fillBar
	rail, done *canvas.Rectangle
}

// Destroy implements fyne.WidgetRenderer.
func (r *fillBarRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (r *fillBarRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.rail, r.done} }

// MinSize implements fyne.WidgetRenderer.
func (r *fillBarRenderer) MinSize() fyne.Size { return r.bar.MinSize() }

// Layout implements fyne.WidgetRenderer.
func (r *fillBarRenderer) Layout(size fyne.Size) {
	r.rail.Resize(size)
	width := size.Width * r.bar.share
	if r.bar.share > 0 {
		width = max(width, fillHeight) // round at both ends
	}
	r.done.Resize(fyne.NewSize(width, size.Height))
}

// Refresh implements fyne.WidgetRenderer.
func (r *fillBarRenderer) Refresh() {
	th, variant := r.bar.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.rail.FillColor = th.Color(theme.ColorNameButton, variant)
	r.rail.StrokeColor = th.Color(theme.ColorNameInputBorder, variant)
	r.done.FillColor = th.Color(theme.ColorNamePrimary, variant)
	r.Layout(r.bar.Size())
	r.rail.Refresh()
	r.done.Refresh()
}
