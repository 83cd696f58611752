package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
)

// healthLine says how the ExoPhones are: by shape, word and the colour of its
// edge. As long as nothing reports on them it is hollow and grey.
type healthLine struct {
	view         *panel
	shape        *swatch
	level, about *words
}

func newHealthLine() *healthLine {
	h := &healthLine{
		shape: newHollow(colorUnknown),
		level: newBoldWords(plain, theme.SizeNameText),
		about: newWords(colorMuted, theme.SizeNameText, 2),
	}
	h.about.fit = true
	lead := rowOf(10, h.shape, h.level)
	h.view = newPanel(&fyne.Container{Layout: &stripLayout{gap: 12}, Objects: []fyne.CanvasObject{lead, h.about}})
	h.view.edge = colorUnknown
	h.view.padY = sizeBlockGap
	h.level.Set(heartbeat.Unknown.String())
	h.about.Set(tr("ExoPhone health · nothing has reported on the numbers, so it is not known whether they are up"))
	return h
}

// rowOf puts objects side by side.
func rowOf(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &rowLayout{gap: gap}, Objects: objects}
}
