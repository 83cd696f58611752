package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/settings"
	"exotel-monitor/ui/system/diagnosis"
	"exotel-monitor/ui/text"
)

// What the window does for somebody who needs help.

// logLines is how many warnings and errors a diagnosis has.
const logLines = 40

// diagnose writes the diagnosis and copies it.
func (w *Window) diagnose(then func(struct{}, error)) {
	f := diagnosis.Facts{Version: w.Version, Scale: w.window.Canvas().Scale(), Settings: w.Settings, DataDir: w.DataDir}
	if s := w.session; s != nil {
		shown := &w.dashboard.Shown
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

// showKeys shows what the keyboard does, and offers the diagnosis, because it can
// be reached on every screen.
func (w *Window) showKeys() {
	columns := container.New(&kit.ColumnsLayout{Gap: 28, MinWidth: 330})
	for _, list := range shortcuts() {
		var cells []fyne.CanvasObject
		for _, s := range list {
			caps := kit.NewRow(4)
			for _, key := range s.keys {
				caps.Add(kit.NewKeyCap(key))
			}
			cells = append(cells, caps, kit.Cell(s.does, kit.ColorText))
		}
		columns.Add(container.New(&kit.TableLayout{Columns: 2, GapX: 12, GapY: 7}, cells...))
	}
	const frame = 130 // of the dialog around the columns, in height
	width := min(740, w.window.Canvas().Size().Width-80)
	columns.Resize(fyne.NewSize(width, 0))
	list := container.NewVScroll(columns)
	height := min(columns.MinSize().Height+frame, w.window.Canvas().Size().Height-40)
	box := w.dialogs.Show(text.Tr("Keyboard"), list, height,
		kit.NewButton(text.Tr("Close"), widget.MediumImportance, nil),
		kit.NewButton(text.Tr("Copy diagnostics"), widget.MediumImportance, func() {
			w.diagnose(func(struct{}, error) {
				w.dialogs.Message(text.Tr("Copy diagnostics"), settings.DiagnosisCopied())
			})
		}))
	box.Resize(fyne.NewSize(width+40, height))
}
