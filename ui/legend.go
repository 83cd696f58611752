package ui

import (
	"fyne.io/fyne/v2"
)

// legend names the parts of the bars and carries their totals.
type legend struct {
	view    *fyne.Container
	entries [outcomes]*words
	last    *fyne.Container // of canceled, live and other calls
}

func newLegend() *legend {
	l := &legend{view: rowOf(16)}
	for i, name := range outcomeColors {
		outline := name
		if name == colorNoAnswer {
			outline = colorNoAnswerEdge
		}
		l.entries[i] = newWords(plain, sizeLabel, 1)
		l.last = rowOf(6, newSwatch(name, outline), l.entries[i])
		l.view.Add(l.last)
	}
	return l
}

// Set shows the names and totals of the chart's parts; an empty last one is hidden.
func (l *legend) Set(texts [outcomes]string) {
	for i, entry := range l.entries {
		entry.Set(texts[i])
	}
	l.last.Hidden = texts[outcomes-1] == ""
	l.view.Refresh()
}
