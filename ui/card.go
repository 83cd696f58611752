package ui

import (
	"strings"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// card shows one figure: its name, the figure, and in a line or two what it is
// made of. The "i" opens its definition.
type card struct {
	view        *panel
	name        string
	figure, sub *words
}

func newCard(name, definition string) *card {
	c := &card{
		name:   name,
		figure: newBoldWords(sizeFigure),
		sub:    newWords(colorMuted, sizeSub, 2),
	}
	label := newWords(colorMuted, sizeLabel, 1)
	label.Set(name)
	info := newChip(lookInfo, "i", nil)
	info.label = tr("What %s means", name)
	info.onTap = func() { explain(info, name, definition) }
	head := container.NewBorder(nil, nil, label, info)
	c.view = newPanel(container.New(layout.NewCustomPaddedVBoxLayout(0), head, c.figure, c.sub))
	c.view.padY = sizeBlockGap
	c.Set("…", "")
	return c
}

// Set shows a figure and what stands under it.
func (c *card) Set(figure, sub string) {
	c.figure.Set(figure)
	c.sub.Set(sub)
}

// Fade shows the figure as one that must not be taken for the present truth.
func (c *card) Fade(faded bool) {
	if faded {
		c.figure.SetColor(colorMuted)
	} else {
		c.figure.SetColor(plain)
	}
}

// Text is the card in one line, for the clipboard and for screen readers.
func (c *card) Text() string {
	text := c.name + ": " + c.figure.text
	if c.sub.text != "" {
		text += " (" + c.sub.text + ")"
	}
	return strings.ReplaceAll(text, noBreak, " ")
}
