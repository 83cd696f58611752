package dashboard

import (
	"fyne.io/fyne/v2"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// newsLine is a quiet line below the figures that tells of a newer version of
// the program. It takes no room while there is none.
type newsLine struct {
	view    *fyne.Container
	text    *kit.Text
	version string
}

// NewsActions is what the line asks its owner for.
type NewsActions struct{ Show, Download, Skip func() }

func newNewsLine(actions NewsActions) *newsLine {
	n := &newsLine{text: kit.NewText(kit.ColorMuted, kit.SizeSub, 1)}
	n.view = kit.NewRow(10, n.text,
		kit.NewChip(kit.LookButton, text.Tr("See what is new"), actions.Show),
		kit.NewChip(kit.LookButton, text.Tr("Download"), actions.Download),
		kit.NewChip(kit.LookButton, text.Tr("Skip this version"), actions.Skip))
	n.view.Hide()
	return n
}

// set tells of a version, "" for none.
func (n *newsLine) set(version string) {
	n.text.Set(text.Tr("Exotel Monitor %s is available", version))
	n.version = version
	n.view.Hidden = version == ""
	n.view.Refresh()
}
