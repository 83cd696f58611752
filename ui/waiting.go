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
		newParagraph(tr("The system's keyring holds the account's keys. If it asks for its password, enter it there; this window goes on by itself.")),
		rowOf(8, newButton(tr("Go on without it"), widget.MediumImportance, goOn)),
	)
}
