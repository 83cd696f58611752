package connect

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// NewWaiting says that the keyring is being asked, and offers to go on
// without it.
func NewWaiting(goOn func()) fyne.CanvasObject {
	return kit.NewSheet(
		kit.NewHeading(text.Tr("Waiting for the keyring")),
		kit.NewParagraph(text.Tr("Your keys are in the system keyring. Enter its password if prompted; this window will continue automatically.")),
		kit.NewRow(8, kit.NewButton(text.Tr("Continue without it"), widget.MediumImportance, goOn)),
	)
}
