package dashboard

import (
	"cmp"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// AskPeriod opens a dialog for a range of days with calendars. It stays open
// until the range can be shown, and says why it cannot. oldest is the first day
// that is stored, the zero Date for none. clockError says that now is wrong, and so
// what is said of days by it.
func AskPeriod(w fyne.Window, p metrics.Period, now time.Time, clockError error, oldest metrics.Date, choose func(metrics.Period)) {
	from, to := newDateField(p.From), newDateField(p.To)
	trouble := kit.Wrapped("")
	trouble.Importance = widget.DangerImportance
	form := widget.NewForm(widget.NewFormItem(text.Tr("First day"), from), widget.NewFormItem(text.Tr("Last day"), to))
	box := dialog.NewCustomWithoutButtons(text.Tr("Choose days"), container.NewVBox(form, trouble), w)
	show := func() {
		chosen, sentence := CheckPeriod(from.read(), to.read(), now, oldest)
		if sentence != "" {
			trouble.SetText(cmp.Or(text.Error(clockError), sentence))
			return
		}
		box.Hide()
		choose(chosen)
	}
	from.OnSubmitted = func(string) { show() }
	to.OnSubmitted = from.OnSubmitted
	box.SetButtons([]fyne.CanvasObject{
		kit.NewButton(text.Tr("Cancel"), widget.MediumImportance, box.Hide),
		kit.NewButton(text.Tr("Show these days"), widget.HighImportance, show),
	})
	box.Resize(fyne.NewSize(kit.DialogWidth, 260))
	box.Show()
	w.Canvas().Focus(from)
}

// dateField is a day with a calendar. Fyne keeps it as a time in a zone of its
// own; only year, month and day are read from it.
type dateField struct{ widget.DateEntry }

func newDateField(d metrics.Date) *dateField {
	f := &dateField{}
	f.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	f.ExtendBaseWidget(f)
	at := d.In(time.UTC)
	f.SetDate(&at)
	return f
}

// read is the day in the field, nil when the text is none: Fyne would go on with
// the last good one.
func (f *dateField) read() *time.Time {
	if f.Validate() != nil {
		return nil
	}
	return f.Date
}

// TypedKey edits the text or passes the key on.
func (f *dateField) TypedKey(e *fyne.KeyEvent) {
	if kit.IsWindowKey(e.Name) {
		kit.PassKey(f, e)
		return
	}
	f.DateEntry.TypedKey(e)
}

// TypedShortcut edits the text or passes the shortcut on.
func (f *dateField) TypedShortcut(s fyne.Shortcut) {
	if !kit.PassShortcut(f, s) {
		f.DateEntry.TypedShortcut(s)
	}
}

// CheckPeriod reads the dialog's dates, or says what is wrong with them.
func CheckPeriod(from, to *time.Time, now time.Time, oldest metrics.Date) (metrics.Period, string) {
	if from == nil || to == nil {
		return metrics.Period{}, text.Tr("Enter both days in full, or pick them from the calendar.")
	}
	p := metrics.Period{From: metrics.DateOf(*from), To: metrics.DateOf(*to)}
	first, here := refresh.FirstAvailableDay(now), oldest != metrics.Date{}
	switch {
	case p.To.Before(p.From):
		return p, text.Tr("The first day is after the last day.")
	case metrics.DateOf(now).Before(p.From):
		return p, text.Tr("The first day is in the future.")
	case here && oldest.Before(first) && !p.From.Before(oldest):
	case here && oldest.Before(first):
		return p, text.Tr("Calls start on %s. Choose that day or later.", oldest.In(now.Location()).Format("2 January 2006"))
	case p.From.Before(first):
		return p, text.Tr("Exotel keeps six months of calls. Choose %s or later.", first.In(now.Location()).Format("2 January 2006"))
	}
	return p, ""
}
