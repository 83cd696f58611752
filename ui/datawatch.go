package ui

import (
	"cmp"
	"errors"
	"exotel-monitor/ui/account"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
	"exotel-monitor/ui/config"
)

// What the window does with the calls that are stored.

func (w *Window) showData() {
	if w.session == nil {
		return
	}
	o := dataOptions{keep: w.Settings.KeepMonths, grouping: w.Settings.Grouping(), folder: w.session.account.Folder(w.DataDir)}
	if w.endDemo != nil {
		o.folder, o.none = "", tr("Demo data isn't saved.")
	}
	s := newDataScreen(o, w.now(), dataActions{
		pause: w.pauseFilling, again: w.wakeFilling, copy: w.copyText, remove: w.askRemove,
		keep: func() {
			w.showPreferences()
			w.window.Canvas().Focus(w.preferences.calls.keep.chip)
		},
	})
	w.show(s.view, tabData)
	w.data = s
	s.SetStored(w.stored)
	s.SetRange(w.dashboard.shown)
}

// applyStored shows how far the calls are stored.
func (w *Window) applyStored(s account.Stored) {
	w.stored = s
	w.dashboard.ApplyStored(s)
	if w.data != nil {
		w.data.SetStored(s)
	}
}

// wakeFilling tries at once to store what failed.
func (w *Window) wakeFilling() {
	if parts := w.parts(); parts != nil && parts.Filler != nil {
		parts.Filler.Wake()
	}
}

// pauseFilling ends the storing of days that nobody looks at, or lets it go on,
// also after a restart of the program.
func (w *Window) pauseFilling(paused bool) {
	w.Settings.FillPaused = paused
	if err := w.ChangeSettings(func(s *config.Settings) { s.FillPaused = paused }); err != nil {
		tell(w.window, tr("Settings"), errorText(err))
	}
	if parts := w.parts(); parts != nil && parts.Filler != nil {
		parts.Filler.SetPaused(paused)
	}
}

// loadMissing reads what the figures on the dashboard lack.
func (w *Window) loadMissing() {
	w.session.worker.Refresh()
	if w.dashboard.filters.choice.Range == metrics.AllStored && w.stored.Filling.Paused {
		w.pauseFilling(false) // nobody else reads these days
		return
	}
	w.wakeFilling()
}

// askShorten keeps calls for fewer months than before, once the user is sure of
// the days that are deleted by that.
func (w *Window) askShorten(months int, save func()) {
	now := w.now()
	if w.endDemo == nil && w.stored.Filling.Of == 0 { // which days are stored is not known
		confirm(w.window, tr("Delete older calls?"), tr("Stored calls older than %s are deleted from this computer. Exotel keeps six months, so older ones are gone for good.", keepName(months)),
			tr("Save and delete"), save)
		return
	}
	oldest, first := w.stored.Filling.Oldest, metrics.MonthsBefore(metrics.DateOf(now), months)
	if oldest == (metrics.Date{}) || !oldest.Before(first) {
		save()
		return
	}
	gone := metrics.Period{From: oldest, To: first.Add(-1)}
	confirm(w.window, tr("Delete older calls?"), tr("Calls before %s are deleted from this computer: %s, from %s on. Exotel keeps six months, so older ones are gone for good.",
		dayOf(first, now), trN(gone.Days(), "%d day", "%d days", gone.Days()), dayOf(oldest, now)), tr("Save and delete"), save)
}

// askRemove deletes what is kept of the account, and begins anew.
func (w *Window) askRemove() {
	if w.endDemo == nil {
		if trouble := w.notOurs(); trouble != "" {
			w.sayRemoved(trouble, theme.ColorNameError)
			return
		}
	}
	now := w.now()
	text := tr("Delete this account's calls and alert history from this computer? Exotel still has six months of calls; alert history can't be recovered.")
	if first := refresh.FirstAskable(now); w.stored.Filling.Oldest != (metrics.Date{}) && w.stored.Filling.Oldest.Before(first) {
		text = sentences(text, tr("Calls before %s exist only here and will be lost.", dayOf(first, now)))
	}
	confirm(w.window, tr("Delete local data"), text, tr("Delete local data"), w.remove)
}

// notOurs says why the account's files are not this copy's to delete, "" if it is.
func (w *Window) notOurs() string {
	parts := w.parts()
	if parts == nil {
		return tr("The stored calls are still being opened. Try again in a moment.")
	}
	store := parts.Store
	switch trouble := cmp.Or(store.CallsErr, store.RecordErr); {
	case trouble == nil:
		return ""
	case errors.Is(store.RecordErr, file.ErrInUse):
		return tr("Another Exotel Monitor is using this data. Delete it there, or quit that one first.")
	default:
		return sentences(tr("The stored calls cannot be deleted now."), errorText(trouble))
	}
}

func (w *Window) remove() {
	if w.session == nil || w.endDemo != nil {
		w.sayRemoved(tr("Demo data isn't saved."), plain)
		return
	}
	if trouble := w.notOurs(); trouble != "" {
		w.sayRemoved(trouble, theme.ColorNameError)
		return
	}
	account := w.session.account
	w.endSession() // the files are in use
	err := os.RemoveAll(account.Folder(w.DataDir))
	if !w.start(account, w.Settings) {
		return
	}
	if w.data != nil {
		w.showData()
	}
	if err != nil {
		w.sayRemoved(sentence(err.Error()), theme.ColorNameError)
	} else {
		w.sayRemoved(tr("Deleted."), theme.ColorNameSuccess)
	}
}

// sayRemoved says on the data screen what came of deleting.
func (w *Window) sayRemoved(sentence string, color fyne.ThemeColorName) {
	if w.data != nil {
		w.data.Say(sentence, color)
	}
}
