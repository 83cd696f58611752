package dashboard

import (
	"strings"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// card shows one figure: its name, the figure, and in a line or two what it is
// made of. Pressing it lists the calls behind it; the "i" opens its definition.
type card struct {
	view        *kit.Press
	name        string
	figure, sub *kit.Text
	usual       *kit.Text
}

func newCard(name, definition string, show func()) *card {
	c := &card{
		name:   name,
		figure: kit.NewBoldText(kit.SizeFigure),
		sub:    kit.NewText(kit.ColorMuted, kit.SizeSub, 3),
		usual:  kit.NewText(kit.ColorMuted, kit.SizeSub, 1),
	}
	label := kit.NewText(kit.ColorMuted, kit.SizeLabel, 1)
	label.Set(name)
	info := kit.NewChip(kit.LookInfo, "i", nil)
	info.Label = text.Tr("What %s means", name)
	info.OnTapped = func() { kit.ShowDefinition(info, name, definition) }
	head := container.NewBorder(nil, nil, label, info)
	panel := kit.NewPanel(container.New(layout.NewCustomPaddedVBoxLayout(0), head, c.figure, c.usual, c.sub))
	panel.PadY = kit.SizeBlockGap
	c.view = kit.NewPress(panel, func() string { return text.Tr("%s. Show the calls behind it", c.text()) }, show)
	c.set("…", "")
	return c
}

// set shows a figure and what stands under it.
func (c *card) set(figure, sub string) {
	c.figure.Set(figure)
	c.sub.Set(sub)
}

// setUsual shows what is usual for the figure.
func (c *card) setUsual(u usualText) {
	c.usual.Set(u.words)
	if u.different {
		c.usual.SetColor(theme.ColorNameWarning)
	} else {
		c.usual.SetColor(kit.ColorMuted)
	}
}

// fade shows the figure as one that must not be taken for the present truth.
func (c *card) fade(faded bool) {
	if faded {
		c.figure.SetColor(kit.ColorMuted)
	} else {
		c.figure.SetColor(kit.ColorText)
	}
}

// text is the card in one line, for the clipboard and for screen readers.
func (c *card) text() string {
	words := c.name + ": " + c.figure.Text
	if below := text.Dotted(c.usual.Text, c.sub.Text); below != "" {
		words += " (" + below + ")"
	}
	return strings.ReplaceAll(words, text.NoBreak, " ")
}
