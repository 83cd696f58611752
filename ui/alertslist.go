package ui

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/journal"
)

// alertList shows alerts below each other, a page at a time.
type alertList struct {
	view    *panel
	box     *fyne.Container
	message *words // instead of rows
	more    *chip

	rows    map[int64]*alertRow // by the alert's ID, so that the focus stays on it
	entries []journal.Entry
	shown   int // rows
	zone    *time.Location
	now     time.Time
	resized func()
}

// alertsPage is how many rows are shown before the user asks for more.
const alertsPage = 50

// newAlertList returns an empty list; resized is called when it wants another
// height.
func newAlertList(zone *time.Location, resized func()) *alertList {
	l := &alertList{
		box: container.New(&pageLayout{}), message: newWords(colorMuted, sizeLabel, 3),
		rows: map[int64]*alertRow{}, zone: zone, shown: alertsPage, resized: resized,
	}
	l.message.fit = true
	l.more = newChip(lookButton, "", l.showMore)
	l.view = newPanel(l.box)
	l.view.padX, l.view.padY = theme.SizeNameInnerPadding, theme.SizeNameInnerPadding
	l.Say("")
	return l
}

// Set shows these alerts. Those that were shown before keep their rows, and the
// rows their state.
func (l *alertList) Set(entries []journal.Entry, now time.Time) {
	l.entries, l.now = entries, now
	old := l.rows
	l.rows = make(map[int64]*alertRow, len(entries))
	for _, e := range entries {
		if row := old[e.ID]; row != nil {
			l.rows[e.ID] = row
		}
	}
	l.fill()
}

// Say shows a sentence and no alerts.
func (l *alertList) Say(sentence string) {
	l.entries, l.rows, l.shown = nil, map[int64]*alertRow{}, alertsPage
	l.message.Set(sentence)
	l.box.Objects = []fyne.CanvasObject{container.New(&pageLayout{side: rowPad, end: rowPad}, l.message)}
	l.refresh()
}

// Tick shows what changes with time alone.
func (l *alertList) Tick(now time.Time) {
	l.now = now
	for _, row := range l.rows {
		if row.ages() {
			row.Tick(now)
		}
	}
}

func (l *alertList) showMore() {
	l.shown += alertsPage
	next := l.entries[l.shown-alertsPage].ID
	l.fill()
	if c := fyne.CurrentApp().Driver().CanvasForObject(l.more); c != nil {
		c.Focus(l.rows[next].head) // the chip may be gone
	}
}

// Open shows the particulars of an alert that is listed, scrolls to it, and puts
// the focus on it.
func (l *alertList) Open(id int64) {
	at := slices.IndexFunc(l.entries, func(e journal.Entry) bool { return e.ID == id })
	for l.shown <= at {
		l.shown += alertsPage
	}
	l.fill()
	row := l.rows[id]
	if !row.details.Visible() {
		row.head.Tapped(nil)
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(row.head); c != nil {
		c.Focus(row.head)
	}
	reveal(row.view)
}

func (l *alertList) fill() {
	l.box.Objects = nil
	for _, e := range l.entries[:min(l.shown, len(l.entries))] {
		row := l.rows[e.ID]
		if row == nil {
			row = newAlertRow(l.zone, l.refresh)
			l.rows[e.ID] = row
		}
		row.Set(e, l.now)
		if len(l.box.Objects) > 0 {
			l.box.Objects = append(l.box.Objects, newRowLine())
		}
		l.box.Objects = append(l.box.Objects, row.view)
	}
	if left := len(l.entries) - l.shown; left > 0 {
		l.more.Set(tr("Show %d more", min(left, alertsPage)))
		l.box.Objects = append(l.box.Objects, container.New(&pageLayout{side: rowPad, end: rowPad}, rowOf(0, l.more)))
	}
	l.refresh()
}

func (l *alertList) refresh() {
	l.view.Refresh()
	l.resized()
}
