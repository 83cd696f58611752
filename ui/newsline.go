package ui

import "fyne.io/fyne/v2"

// newsLine is a quiet line below the figures that tells of a newer version of
// the program. It takes no room while there is none.
type newsLine struct {
	view    *fyne.Container
	text    *words
	version string
}

// newsActions is what the line asks its owner for.
type newsActions struct{ show, download, skip func() }

func newNewsLine(actions newsActions) *newsLine {
	n := &newsLine{text: newWords(colorMuted, sizeSub, 1)}
	n.view = rowOf(10, n.text,
		newChip(lookButton, tr("See what is new"), actions.show),
		newChip(lookButton, tr("Download"), actions.download),
		newChip(lookButton, tr("Skip this version"), actions.skip))
	n.view.Hide()
	return n
}

// Set tells of a version, "" for none.
func (n *newsLine) Set(version string) {
	n.text.Set(tr("Exotel Monitor %s is available", version))
	n.version = version
	n.view.Hidden = version == ""
	n.view.Refresh()
}
