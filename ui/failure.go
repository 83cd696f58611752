package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// This file says what keeps the program from starting as it should.

// NewFailure returns a small window that says why the program cannot start. Its
// button, Enter and Escape close it.
func NewFailure(app fyne.App, err error) fyne.Window {
	text.Load()
	app.Settings().SetTheme(kit.NewTheme())
	w := app.NewWindow("Exotel Monitor")
	w.SetPadded(false)
	w.SetMaster()
	w.CenterOnScreen()
	closer := kit.NewButton(text.Tr("Close"), widget.HighImportance, w.Close)
	w.SetContent(kit.NewSheet(kit.NewHeading(text.Tr("Exotel Monitor can't start")), kit.Wrapped(text.Error(err)), kit.NewRow(8, closer)))
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			w.Close()
		}
	})
	w.Canvas().Focus(closer)
	return w
}

// askDefaults says which settings cannot be used, and starts only if the user wants
// the defaults in their place: with another time zone each day has other calls.
func (w *Window) askDefaults() {
	goOn := kit.NewButton(text.Tr("Continue with defaults"), widget.MediumImportance, w.connectFirst)
	w.put(kit.NewSheet(
		kit.NewHeading(text.Tr("Settings can't be used")),
		kit.Wrapped(unreadText(w.Unread, w.Settings.MaskNumbers)),
		kit.NewRow(8, goOn, kit.NewButton(text.Tr("Quit"), widget.MediumImportance, w.Quit)),
	))
	w.window.Canvas().Focus(goOn)
}

// unreadText says what can be done about settings that cannot be used.
func unreadText(unread error, masked bool) string {
	words := text.Sentences(text.Sentence(unread.Error()), text.Tr("Correct the file and start again, or continue with a default for each setting that can't be used. The file is replaced only when you save the settings and confirm."))
	if masked {
		words = text.Sentences(words, text.Tr("Phone numbers are hidden."))
	}
	return words
}

// askReplace asks before saved settings that could not be used are replaced.
func (w *Window) askReplace(save func()) {
	if w.Unread == nil {
		save()
		return
	}
	w.dialogs.Confirm(text.Tr("Replace the settings file?"), text.Sentences(text.Sentence(w.Unread.Error()), text.Tr("Saving replaces the file with the settings on this screen.")),
		text.Tr("Replace"), save)
}
