package ui

import (
	"fyne.io/fyne/v2"
)

// legend names the parts of the bars and carries their totals.
type legend struct {
	view    *fyne.Container
	entries [outcomes]*words
	last    *fyne.Container // of "other", hidden while there are none
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

// Set shows the totals of the chart's parts, already written.
func (l *legend) Set(totals [outcomes]string, others bool) {
	names := [outcomes]string{tr("Answered"), tr("No answer"), tr("Busy"), tr("Failed"), tr("Canceled, live, other")}
	for i, entry := range l.entries {
		entry.Set(names[i] + " " + totals[i])
	}
	l.last.Hidden = !others
	l.view.Refresh()
}
