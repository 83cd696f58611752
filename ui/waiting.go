package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// newWaitingScreen says that the keyring is being asked, and offers to go on
// without it.
func newWaitingScreen(goOn func()) fyne.CanvasObject {
	return newSheet(
		heading(tr("Waiting for the keyring")),
		newParagraph(tr("Your keys are in the system keyring. Enter its password if prompted; this window will continue automatically.")),
		rowOf(8, newButton(tr("Continue without it"), widget.MediumImportance, goOn)),
	)
}
