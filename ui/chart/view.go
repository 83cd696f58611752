package chart

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/ui/kit"
)

// Lengths of what lies over the picture, in units.
const (
	readOutPad    = 12 // from the panel's border to its text
	readOutGap    = 10 // from the marked column to the panel
	readOutLead   = 2  // between the lines
	readOutRadius = 8
	leastMark     = 3 // a narrower mark could not be seen
	ringWidth     = 2
)

// chartView draws a BarChart: the picture, the marked column, the read-out
// and the focus ring, in this order.
type chartView struct {
	chart   *BarChart
	picture *canvas.Raster
	note    *canvas.Text
	column  *canvas.Rectangle
	panel   *fyne.Container // a border and one text per line
	border  *canvas.Rectangle
	ring    *canvas.Rectangle
}

func newChartView(c *BarChart) *chartView {
	v := &chartView{
		chart:   c,
		picture: canvas.NewRaster(c.paint),
		note:    canvas.NewText("", color.Transparent),
		column:  canvas.NewRectangle(color.Transparent),
		border:  canvas.NewRectangle(color.Transparent),
		ring:    canvas.NewRectangle(color.Transparent),
	}
	v.picture.ScaleMode = canvas.ImageScalePixels
	v.note.Alignment = fyne.TextAlignCenter
	v.border.StrokeWidth, v.border.CornerRadius = 1, readOutRadius
	v.ring.StrokeWidth, v.ring.CornerRadius = ringWidth, readOutRadius
	v.panel = &fyne.Container{Objects: []fyne.CanvasObject{v.border}}
	v.style()
	return v
}

// Destroy has nothing to free.
func (v *chartView) Destroy() {}

// MinSize returns the widget's.
func (v *chartView) MinSize() fyne.Size { return v.chart.MinSize() }

// Objects lists the parts from back to front.
func (v *chartView) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{v.picture, v.note, v.column, v.ring, v.panel}
}

// Layout fits the parts into a new size.
func (v *chartView) Layout(size fyne.Size) {
	v.picture.Resize(size)
	v.ring.Resize(size)
	height := v.note.MinSize().Height
	v.note.Move(fyne.NewPos(0, (size.Height-height)/2))
	v.note.Resize(fyne.NewSize(size.Width, height))
	v.placeMark()
}

// Refresh follows new data, theme or scale. Fyne then asks for the picture
// again and gets the last one if none of them matters to it.
func (v *chartView) Refresh() {
	v.style()
	v.Layout(v.chart.Size())
	v.picture.Refresh()
	canvas.Refresh(v.chart)
}

// style takes texts, colours and sizes from the data and the theme.
func (v *chartView) style() {
	v.note.Text = v.chart.Data.Note
	v.note.Color = v.colour(kit.ColorMuted)
	v.note.TextSize = v.chart.Theme().Size(theme.SizeNameText)
	v.column.FillColor = v.colour(theme.ColorNameHover)
	v.border.FillColor = v.colour(theme.ColorNameMenuBackground)
	v.border.StrokeColor = v.colour(kit.ColorLine)
	v.ring.StrokeColor = v.colour(theme.ColorNamePrimary)
	v.ring.Hidden = !v.chart.focused
	v.fillPanel()
}

func (v *chartView) colour(name fyne.ThemeColorName) color.Color {
	return v.chart.Theme().Color(name, fyne.CurrentApp().Settings().ThemeVariant())
}

// showFocus follows the focus.
func (v *chartView) showFocus() {
	v.ring.Hidden = !v.chart.focused
	canvas.Refresh(v.ring)
}

// showMark follows the marked bar. The picture is left alone.
func (v *chartView) showMark() {
	v.fillPanel()
	v.placeMark()
	canvas.Refresh(v.column)
	canvas.Refresh(v.panel)
}

// fillPanel writes the read-out of the marked bar and sizes the panel to it.
func (v *chartView) fillPanel() {
	i := v.chart.marked()
	v.panel.Objects = []fyne.CanvasObject{v.border}
	if i == noBar {
		return
	}
	texts := append([]string{v.chart.Data.Bars[i].Name}, v.chart.readOut(i)...)
	width, y := float32(0), float32(readOutPad)
	for row, text := range texts {
		line := v.panelLine(row, text)
		size := line.MinSize()
		line.Move(fyne.NewPos(readOutPad, y))
		line.Resize(size)
		width, y = max(width, size.Width), y+size.Height+readOutLead
		v.panel.Objects = append(v.panel.Objects, line)
	}
	size := fyne.NewSize(width+2*readOutPad, y-readOutLead+readOutPad)
	v.border.Resize(size)
	v.panel.Resize(size)
}

// panelLine is a line of the read-out: the title bold, the first line plain,
// what follows muted.
func (v *chartView) panelLine(row int, text string) *canvas.Text {
	name := theme.ColorNameForeground
	if row > 1 {
		name = kit.ColorMuted
	}
	line := canvas.NewText(text, v.colour(name))
	line.TextSize = v.chart.Theme().Size(kit.SizeLabel)
	line.TextStyle.Bold = row == 0
	return line
}

// placeMark puts the mark on its column and the read-out beside it: at the
// right, or at the left if that has more room, and never outside the widget.
func (v *chartView) placeMark() {
	i, p := v.chart.marked(), v.chart.picture
	v.column.Hidden = i == noBar || i >= p.geometry.bars
	v.panel.Hidden = v.column.Hidden
	if v.column.Hidden {
		return
	}
	slot := p.geometry.column(i)
	units := func(px int) float32 { return float32(float64(px) / p.scale) }
	left, right := units(slot.Min.X), units(slot.Max.X)
	if lack := leastMark - (right - left); lack > 0 {
		left, right = left-lack/2, right+lack/2
	}
	top := units(slot.Min.Y)
	v.column.Move(fyne.NewPos(left, top))
	v.column.Resize(fyne.NewSize(right-left, units(slot.Dy())))

	room, panel := v.chart.Size(), v.panel.Size()
	x := right + readOutGap
	if x+panel.Width > room.Width {
		x = left - readOutGap - panel.Width
	}
	v.panel.Move(fyne.NewPos(clamp(x, room.Width-panel.Width), clamp(top+readOutGap, room.Height-panel.Height)))
}

// clamp keeps v between 0 and most; 0 wins when there is no room at all.
func clamp(v, most float32) float32 { return max(0, min(v, most)) }
