package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/system/diagnosis"
	"exotel-monitor/ui/system/logfile"
)

// What the window does for somebody who needs help.

// logLines is how many warnings and errors a diagnosis has.
const logLines = 40

// diagnose writes the diagnosis and copies it.
func (w *Window) diagnose(then func(struct{}, error)) {
	f := diagnosis.Facts{Version: w.Version, Scale: w.window.Canvas().Scale(), Settings: w.Settings, DataDir: w.DataDir}
	if s := w.session; s != nil {
		shown := &w.dashboard.shown
		f.Account, f.Bytes, f.Days = s.account, w.stored.Size, w.stored.Filling.Days
		f.LastSuccess, f.Failures, f.LastFailure = shown.LastSuccess, shown.Failures, shown.Err
	}
	hears := w.session != nil && w.endDemo == nil && f.Settings.Health.Webhook
	inBackground(w, w.ctx, readWait, func(ctx context.Context) (string, error) {
		if hears && f.Settings.Health.Exposed() {
			// Without it the secret is still known by its form.
			f.Secret, _ = w.Vault.WebhookSecret(ctx, f.Account, false)
		}
		f.Log = w.LogTail(logLines)
		return diagnosis.Text(f), nil
	}, func(text string, _ error) {
		w.copyText(text)
		then(struct{}{}, nil)
	})
}

// diagnosisCopied says what is in the clipboard now.
func diagnosisCopied() string {
	return tr("Copied. Versions, settings and the last errors, without keys, names or whole phone numbers: paste it where you ask for help.")
}

// showKeys shows what the keyboard does, and offers the diagnosis, because it can
// be reached on every screen.
func (w *Window) showKeys() {
	showDialog(w.window, tr("Keyboard"), widget.NewLabel(shortcutHelp()), 0,
		newButton(tr("Close"), widget.MediumImportance, nil),
		newButton(tr("Copy diagnostics"), widget.MediumImportance, func() {
			w.diagnose(func(struct{}, error) { tell(w.window, tr("Copy diagnostics"), diagnosisCopied()) })
		}))
}

// preferHelp is the part of the settings screen for somebody who needs help.
type preferHelp struct {
	view fyne.CanvasObject
	ask  *inquiry
}

// helpFacts is what the part says that does not change.
type helpFacts struct{ version, folder string }

func newPreferHelp(actions preferenceActions) *preferHelp {
	version, folder := newWords(plain, theme.SizeNameText, 1), newWords(plain, sizeLabel, 1)
	version.Set(actions.version)
	folder.most = preferWidth / 2
	folder.Set(actions.folder)
	copies := newButton(tr("Copy path"), widget.MediumImportance, func() { actions.copy(actions.folder) })
	answer := newAnswer()
	h := &preferHelp{}
	h.ask = newInquiry(tr("Copy diagnostics"), answer, func() {
		actions.diagnose(asking(h.ask, tr("Collecting…"), func(struct{}) { say(answer, diagnosisCopied(), theme.ColorNameSuccess) }))
	})
	h.view = newSection(tr("Help"), "",
		newRow(tr("Version"), version),
		newRow("", rowOf(8, h.ask.button), answer), // not the last, so that the answer is in sight
		newRow(tr("Log folder"), rowOf(10, folder, copies), newHint(tr("Current log: %s. It contains no keys or full phone numbers.", logfile.Name))))
	return h
}
