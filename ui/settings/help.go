package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/system/logfile"
	"exotel-monitor/ui/text"
)

// DiagnosisCopied says what is in the clipboard now.
func DiagnosisCopied() string {
	return text.Tr("Copied. Versions, settings and the last errors, without keys, names or whole phone numbers: paste it where you ask for help.")
}

// helpSection is the part of the settings screen for somebody who needs help.
type helpSection struct {
	rows []fyne.CanvasObject
	ask  *kit.Inquiry
}

// Facts is what the part says that does not change.
type Facts struct{ Version, Folder string }

func newHelpSection(actions Actions) *helpSection {
	version, folder := kit.NewText(kit.ColorText, theme.SizeNameText, 1), kit.NewText(kit.ColorText, kit.SizeLabel, 1)
	version.Set(actions.Version)
	folder.MaxWidth = kit.FormWidth / 2
	folder.Set(actions.Folder)
	copies := kit.NewButton(text.Tr("Copy path"), widget.MediumImportance, func() { actions.Copy(actions.Folder) })
	answer := kit.NewAnswer()
	h := &helpSection{}
	h.ask = kit.NewInquiry(text.Tr("Copy diagnostics"), answer, func() {
		actions.Diagnose(kit.Ask(h.ask, text.Tr("Collecting…"), func(struct{}) { kit.SetAnswer(answer, DiagnosisCopied(), theme.ColorNameSuccess) }))
	})
	h.rows = []fyne.CanvasObject{
		kit.NewFormRow(text.Tr("Version"), version),
		kit.NewFormRow("", kit.NewRow(8, h.ask.Button), answer), // not the last, so that the answer is in sight
		kit.NewFormRow(text.Tr("Log folder"), kit.NewRow(10, folder, copies), kit.NewHint(text.Tr("Current log: %s. It contains no keys or full phone numbers.", logfile.Name))),
	}
	return h
}
