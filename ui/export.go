package ui

import (
	"context"
	"errors"
	"io"
	"iter"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/metrics/calls"
	"exotel-monitor/ui/csvfile"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// askFile asks for a CSV file to write to.
func (w *Window) askFile(name string, write func(io.WriteCloser)) {
	save := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
		switch {
		case err != nil:
			w.dialogs.Message(text.Tr("Export"), text.Error(err))
		case file != nil:
			write(file)
		}
	}, w.window)
	save.SetFileName(name)
	save.SetFilter(storage.NewExtensionFileFilter([]string{".csv"}))
	save.Show()
	w.window.Canvas().Unfocus() // Fyne's own field would keep Escape
}

// export is an export of calls under way.
type export struct {
	written atomic.Int64
	label   *widget.Label
	box     *dialog.CustomDialog
}

// longExport is the time that an export of millions of calls may take.
const longExport = 15 * time.Minute

// exportCalls asks for a file and writes the calls of a query into it.
func (w *Window) exportCalls(q calls.Query) {
	if w.parts() == nil { // a file would be made for nothing
		w.dialogs.Message(text.Tr("Export"), text.Error(errNotOpen))
		return
	}
	about := w.callsAbout
	w.askFile("exotel-calls-"+q.Period.From.String()+"-"+q.Period.To.String()+".csv", func(file io.WriteCloser) { w.exportCallsTo(file, q, about) })
}

// exportCallsTo writes calls into a file and closes it, whatever happens. It says how
// far it is, and can be cancelled.
func (w *Window) exportCallsTo(file io.WriteCloser, q calls.Query, about string) {
	e := &export{label: kit.Wrapped(text.Tr("Writing…"))}
	ctx, cancel := context.WithCancel(w.ctx)
	e.box = w.dialogs.Show(text.Tr("Export"), e.label, 140, kit.NewButton(text.Tr("Cancel"), widget.MediumImportance, cancel))
	w.exporting = e
	name, parts := w.lineNames(), w.parts()
	inBackground(w, ctx, longExport, func(ctx context.Context) (rows int, err error) {
		defer func() { err = errors.Join(err, file.Close()) }()
		if parts == nil {
			return 0, errNotOpen
		}
		return writeCalls(ctx, file, parts.Store.Calls, q, about, name, &e.written)
	}, func(rows int, err error) {
		canceled := ctx.Err() != nil
		cancel()
		w.exporting = nil
		e.box.Hide()
		switch {
		case canceled:
			w.dialogs.Message(text.Tr("Export"), text.Tr("Cancelled. The file is incomplete."))
		case err != nil:
			w.dialogs.Message(text.Tr("Export"), text.Tr("The file is incomplete: %s", text.Error(err)))
		default:
			w.dialogs.Message(text.Tr("Export"), text.TrN(rows, "Saved %s calls.", w.format.Count(rows)))
		}
	})
}

// writeCalls writes the calls of a query below rows that say what they are, and counts
// them in written.
func writeCalls(ctx context.Context, out io.Writer, store calls.Store, q calls.Query, about string, name func(string) string, written *atomic.Int64) (int, error) {
	n, err := countCalls(ctx, store, q)
	if err != nil {
		return 0, err
	}
	head := csvfile.AboutCalls(about, n, q.Now)
	list := counted(store.Calls(ctx, q), written)
	return csvfile.WriteCalls(out, head, list, q.Now.Location(), name)
}

func counted(list iter.Seq2[calls.Call, error], written *atomic.Int64) iter.Seq2[calls.Call, error] {
	return func(yield func(calls.Call, error) bool) {
		for call, err := range list {
			written.Add(1)
			if !yield(call, err) {
				return
			}
		}
	}
}

// tickExport says how far an export is.
func (w *Window) tickExport() {
	if w.exporting != nil {
		w.exporting.label.SetText(text.TrN(int(w.exporting.written.Load()), "%s calls written so far.", w.format.Count(int(w.exporting.written.Load()))))
	}
}

// exportShown exports the calls that the screen shows or counts.
func (w *Window) exportShown() {
	switch {
	case w.session == nil || w.window.Canvas().Overlays().Top() != nil:
	case w.onDashboard:
		w.callsAbout = w.dashboard.About()
		w.exportCalls(w.dashboard.Shown.Query)
	case w.calls != nil:
		w.exportCalls(w.calls.Query())
	}
}
