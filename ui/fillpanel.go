package ui

import (
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// fillPanel is how far the calls are stored: by shape and word, in figures, and
// as a bar.
type fillPanel struct {
	view         *panel
	shape        *mark
	word         *words
	main, detail *words
	bar          *fillBar
	pause, again *chip
	text         fillText
	actions      dataActions
}

func newFillPanel(actions dataActions) *fillPanel {
	p := &fillPanel{
		shape: newMark(shapeSide), word: newBoldWords(theme.SizeNameText), main: newWords(plain, theme.SizeNameText, 4),
		detail: newWords(colorMuted, sizeLabel, 5), bar: newFillBar(), actions: actions,
	}
	p.main.fit, p.detail.fit = true, true
	p.again = newChip(lookButton, tr("Try now"), actions.again)
	p.pause = newChip(lookButton, tr("Pause"), func() { actions.pause(!p.text.resume) })
	head := container.New(&headLayout{gap: 12}, rowOf(9, p.shape, p.word), p.main, p.again, p.pause)
	p.view = newPanel(container.New(&pageLayout{gap: 10}, heading(tr("Stored calls")), head, p.bar, p.detail))
	p.Set(fillText{})
	return p
}

// Set shows the text, and reports whether it is another one.
func (p *fillPanel) Set(t fillText) bool {
	if t == p.text {
		return false
	}
	p.text = t
	p.shape.Set(t.look)
	p.view.edge = t.look.color
	p.word.Set(t.word)
	p.main.Set(t.main)
	p.detail.Set(t.detail)
	p.detail.Hidden = t.detail == ""
	p.bar.Set(t.share)
	p.bar.Hidden = !t.bar
	p.again.Hidden = !t.again
	p.pause.Set(tr("Pause"))
	if t.resume {
		p.pause.Set(tr("Continue"))
	}
	p.pause.Hidden = !t.pause && !t.resume
	p.view.Refresh()
	return true
}
