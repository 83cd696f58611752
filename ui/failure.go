package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// This file says what keeps the program from starting as it should.

// NewFailure returns a small window that says why the program cannot start. Its
// button, Enter and Escape close it.
func NewFailure(app fyne.App, err error) fyne.Window {
	loadTexts()
	app.Settings().SetTheme(newTheme())
	w := app.NewWindow("Exotel Monitor")
	w.SetPadded(false)
	w.SetMaster()
	w.CenterOnScreen()
	closer := newButton(tr("Close"), widget.HighImportance, w.Close)
	w.SetContent(newSheet(heading(tr("Exotel Monitor can't start")), wrapped(errorText(err)), rowOf(8, closer)))
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
	goOn := newButton(tr("Continue with defaults"), widget.MediumImportance, w.connectFirst)
	w.put(newSheet(
		heading(tr("Settings can't be used")),
		wrapped(unreadText(w.Unread, w.Settings.MaskNumbers)),
		rowOf(8, goOn, newButton(tr("Quit"), widget.MediumImportance, w.Quit)),
	))
	w.window.Canvas().Focus(goOn)
}

// unreadText says what can be done about settings that cannot be used.
func unreadText(unread error, masked bool) string {
	text := sentences(sentence(unread.Error()), tr("Correct the file and start again, or continue with a default for each setting that can't be used. The file is replaced only when you save the settings and confirm."))
	if masked {
		text = sentences(text, tr("Phone numbers are hidden."))
	}
	return text
}

// askReplace asks before saved settings that could not be used are replaced.
func (w *Window) askReplace(save func()) {
	if w.Unread == nil {
		save()
		return
	}
	confirm(w.window, tr("Replace the settings file?"), sentences(sentence(w.Unread.Error()), tr("Saving replaces the file with the settings on this screen.")),
		tr("Replace"), save)
}
