package data

import (
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// fillPanel is how far the calls are stored: by shape and word, in figures, and
// as a bar.
type fillPanel struct {
	view         *kit.Panel
	shape        *kit.Mark
	word         *kit.Text
	main, detail *kit.Text
	bar          *fillBar
	pause, again *kit.Chip
	text         fillText
	actions      Actions
}

func newFillPanel(actions Actions) *fillPanel {
	p := &fillPanel{
		shape: kit.NewMark(kit.ShapeSide), word: kit.NewBoldText(theme.SizeNameText), main: kit.NewText(kit.ColorText, theme.SizeNameText, 4),
		detail: kit.NewText(kit.ColorMuted, kit.SizeLabel, 5), bar: newFillBar(), actions: actions,
	}
	p.main.Fit, p.detail.Fit = true, true
	p.again = kit.NewChip(kit.LookButton, text.Tr("Try now"), actions.Again)
	p.pause = kit.NewChip(kit.LookButton, text.Tr("Pause"), func() { actions.Pause(!p.text.resume) })
	head := container.New(&kit.HeadLayout{Gap: 12}, kit.NewRow(9, p.shape, p.word), p.main, p.again, p.pause)
	p.view = kit.NewPanel(container.New(&kit.PageLayout{Gap: 10}, kit.NewHeading(text.Tr("Stored calls")), head, p.bar, p.detail))
	p.set(fillText{})
	return p
}

// set shows the text, and reports whether it is another one.
func (p *fillPanel) set(t fillText) bool {
	if t == p.text {
		return false
	}
	p.text = t
	p.shape.Set(t.look)
	p.view.Edge = t.look.Color
	p.word.Set(t.word)
	p.main.Set(t.main)
	p.detail.Set(t.detail)
	p.detail.Hidden = t.detail == ""
	p.bar.set(t.share)
	p.bar.Hidden = !t.bar
	p.again.Hidden = !t.again
	p.pause.Set(text.Tr("Pause"))
	if t.resume {
		p.pause.Set(text.Tr("Continue"))
	}
	p.pause.Hidden = !t.pause && !t.resume
	p.view.Refresh()
	return true
}
