package alerts

import (
	"errors"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/uitest/sample"
)

func TestALinkOpensItsAlert(t *testing.T) {
	old := sample.Entries()[4]
	old.ID = 99
	for name, tt := range map[string]struct {
		id     int64
		found  *journal.Entry
		err    error
		says   string
		opens  int64
		filter journal.Filter
	}{
		"that is listed":       {id: 7, opens: 7, filter: journal.Filter{From: sample.Now.AddDate(0, 0, -30)}},
		"that is not listed":   {id: 99, found: &old, opens: 99},
		"that is nowhere":      {id: 12, says: "Alert 12 isn't in", filter: journal.Filter{From: sample.Now.AddDate(0, 0, -30)}},
		"that cannot be found": {id: 12, err: errors.New("the disk is gone"), says: "The disk is gone.", filter: journal.Filter{From: sample.Now.AddDate(0, 0, -30)}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newAlertsRig(t, theme.VariantLight)
			r.Set(sample.Picture(), sample.Now)
			r.OpenAlert(tt.id)
			r.answer(nil, errors.New("database is locked"))
			r.Tap("Try again") // which is no answer
			r.answer(sample.Entries(), nil)
			if r.found != nil {
				r.found(tt.found, tt.err)
				if tt.found != nil {
					r.answer(sample.Entries(), nil)
				}
				r.Settle()
			}
			if got := r.filters[len(r.filters)-1]; got != tt.filter {
				t.Errorf("it lists %+v", got)
			}
			if tt.opens == 0 {
				r.Says(tt.says)
				return
			}
			row := r.list.rows[tt.opens]
			if row == nil || !row.details.Visible() || r.Window.Canvas().Focused() != row.head {
				t.Fatal("it is not opened")
			}
			top := fyne.CurrentApp().Driver().AbsolutePositionForObject(row.head).Y
			if top < 0 || top+row.head.Size().Height > r.Window.Canvas().Size().Height {
				t.Errorf("it is out of sight at %v", top)
			}
			r.answer(sample.Entries(), nil) // the list once more
			if row := r.list.rows[tt.opens]; row == nil || !row.details.Visible() {
				t.Error("it does not stay")
			}
		})
	}
}

// TestAnAlertOfALaterPageIsShown with the pages before it.
func TestAnAlertOfALaterPageIsShown(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	var entries []journal.Entry
	for id := int64(3 * pageSize); id > 0; id-- {
		e := sample.Entries()[1]
		e.ID = id
		entries = append(entries, e)
	}
	r.Set(sample.Picture(), sample.Now)
	r.OpenAlert(pageSize) // the first of the last page
	r.answer(entries, nil)
	row := r.list.rows[pageSize]
	if row == nil || !row.details.Visible() || r.Window.Canvas().Focused() != row.head {
		t.Error("it is not opened")
	}
}
