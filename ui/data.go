package ui

import (
	"cmp"
	"errors"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/data"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// What the window does with the calls that are stored.

func (w *Window) showData() {
	if w.session == nil {
		return
	}
	o := data.Options{Keep: w.Settings.KeepMonths, Format: w.format, Folder: w.session.account.Folder(w.DataDir)}
	if w.endDemo != nil {
		o.Folder, o.None = "", text.Tr("Demo data isn't saved.")
	}
	s := data.New(o, w.now(), data.Actions{
		Pause: w.pauseFilling, Again: w.wakeFilling, Copy: w.copyText, Remove: w.askRemove,
		Keep: func() {
			w.showPreferences()
			w.window.Canvas().Focus(w.preferences.Calls.Keep.Chip)
		},
	})
	w.show(s.View, tabData)
	w.data = s
	s.SetStored(w.stored)
	s.SetRange(w.dashboard.Shown)
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
		w.dialogs.Message(text.Tr("Settings"), text.Error(err))
	}
	if parts := w.parts(); parts != nil && parts.Filler != nil {
		parts.Filler.SetPaused(paused)
	}
}

// loadMissing reads what the figures on the dashboard lack.
func (w *Window) loadMissing() {
	w.session.worker.Refresh()
	if w.dashboard.Filters.Choice.Range == metrics.AllStored && w.stored.Filling.Paused {
		w.pauseFilling(false) // nobody else reads these days
		return
	}
	w.wakeFilling()
}

// askShorten keeps calls for fewer months than before, once the user is sure of
// the days that are deleted by that.
func (w *Window) askShorten(months int, save func()) {
	now := w.now()
	if w.endDemo == nil && w.stored.Filling.Total == 0 { // which days are stored is not known
		w.dialogs.Confirm(text.Tr("Delete older calls?"), text.Tr("Stored calls older than %s are deleted from this computer. Exotel keeps six months, so older ones are gone for good.", text.Months(months)),
			text.Tr("Save and delete"), save)
		return
	}
	oldest, first := w.stored.Filling.Oldest, metrics.MonthsBefore(metrics.DateOf(now), months)
	if oldest == (metrics.Date{}) || !oldest.Before(first) {
		save()
		return
	}
	gone := metrics.Period{From: oldest, To: first.Add(-1)}
	w.dialogs.Confirm(text.Tr("Delete older calls?"), text.Tr("Calls before %s are deleted from this computer: %s, from %s on. Exotel keeps six months, so older ones are gone for good.",
		text.Day(first, now), text.TrN(gone.Days(), "%d days", gone.Days()), text.Day(oldest, now)), text.Tr("Save and delete"), save)
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
	words := text.Tr("Delete this account's calls and alert history from this computer? Exotel still has six months of calls; alert history can't be recovered.")
	if first := refresh.FirstAvailableDay(now); w.stored.Filling.Oldest != (metrics.Date{}) && w.stored.Filling.Oldest.Before(first) {
		words = text.Sentences(words, text.Tr("Calls before %s exist only here and will be lost.", text.Day(first, now)))
	}
	w.dialogs.Confirm(text.Tr("Delete local data"), words, text.Tr("Delete local data"), w.remove)
}

// notOurs says why the account's files are not this copy's to delete, "" if it is.
func (w *Window) notOurs() string {
	parts := w.parts()
	if parts == nil {
		return text.Tr("The stored calls are still being opened. Try again in a moment.")
	}
	store := parts.Store
	switch trouble := cmp.Or(store.CallsErr, store.RecordErr); {
	case trouble == nil:
		return ""
	case errors.Is(store.RecordErr, file.ErrInUse):
		return text.Tr("Another Exotel Monitor is using this data. Delete it there, or quit that one first.")
	default:
		return text.Sentences(text.Tr("The stored calls cannot be deleted now."), text.Error(trouble))
	}
}

func (w *Window) remove() {
	if w.session == nil || w.endDemo != nil {
		w.sayRemoved(text.Tr("Demo data isn't saved."), kit.ColorText)
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
		w.sayRemoved(text.Sentence(err.Error()), theme.ColorNameError)
	} else {
		w.sayRemoved(text.Tr("Deleted."), theme.ColorNameSuccess)
	}
}

// sayRemoved says on the data screen what came of deleting.
func (w *Window) sayRemoved(sentence string, color fyne.ThemeColorName) {
	if w.data != nil {
		w.data.Say(sentence, color)
	}
}
