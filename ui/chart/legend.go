package chart

import (
	"fyne.io/fyne/v2"

	"exotel-monitor/ui/kit"
)

// Legend names the parts of the bars and carries their totals.
type Legend struct {
	View    *fyne.Container
	entries [Outcomes]*kit.Text
	last    *fyne.Container // of canceled, live and other calls
	usual   *kit.Text       // the dashed line
}

// NewLegend returns a legend without figures.
func NewLegend() *Legend {
	l := &Legend{View: kit.NewRow(16)}
	for i, name := range outcomeColors {
		outline := name
		if name == kit.ColorNoAnswer {
			outline = kit.ColorNoAnswerEdge
		}
		l.entries[i] = kit.NewText(kit.ColorText, kit.SizeLabel, 1)
		l.last = kit.NewRow(6, kit.NewSwatch(name, outline), l.entries[i])
		l.View.Add(l.last)
	}
	l.usual = kit.NewText(kit.ColorMuted, kit.SizeLabel, 1)
	l.View.Add(l.usual)
	return l
}

// SetUsual names the dashed line, "" for none.
func (l *Legend) SetUsual(name string) {
	l.usual.Hidden = name == ""
	l.usual.Set("┄ " + name)
	l.View.Refresh()
}

// Set shows the names and totals of the chart's parts; an empty last one is hidden.
func (l *Legend) Set(texts [Outcomes]string) {
	for i, entry := range l.entries {
		entry.Set(texts[i])
	}
	l.last.Hidden = texts[Outcomes-1] == ""
	l.View.Refresh()
}
