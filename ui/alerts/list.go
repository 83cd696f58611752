package alerts

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// alertList shows alerts below each other, a page at a time.
type alertList struct {
	view    *kit.Panel
	box     *fyne.Container
	message *kit.Text // instead of rows
	more    *kit.Chip

	rows    map[int64]*alertRow // by the alert's ID, so that the focus stays on it
	entries []journal.Entry
	shown   int // rows
	format  text.Format
	now     time.Time
	resized func()
}

// pageSize is how many rows are shown before the user asks for more.
const pageSize = 50

// newAlertList returns an empty list; resized is called when it wants another
// height.
func newAlertList(f text.Format, resized func()) *alertList {
	l := &alertList{
		box: container.New(&kit.PageLayout{}), message: kit.NewText(kit.ColorMuted, kit.SizeLabel, 3),
		rows: map[int64]*alertRow{}, format: f, shown: pageSize, resized: resized,
	}
	l.message.Fit = true
	l.more = kit.NewChip(kit.LookButton, "", l.showMore)
	l.view = kit.NewPanel(l.box)
	l.view.PadX, l.view.PadY = theme.SizeNameInnerPadding, theme.SizeNameInnerPadding
	l.say("")
	return l
}

// set shows these alerts. Those that were shown before keep their rows, and the
// rows their state.
func (l *alertList) set(entries []journal.Entry, now time.Time) {
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

// say shows a sentence and no alerts.
func (l *alertList) say(sentence string) {
	l.entries, l.rows, l.shown = nil, map[int64]*alertRow{}, pageSize
	l.message.Set(sentence)
	l.box.Objects = []fyne.CanvasObject{container.New(&kit.PageLayout{Side: rowPad, End: rowPad}, l.message)}
	l.refresh()
}

// tick shows what changes with time alone.
func (l *alertList) tick(now time.Time) {
	l.now = now
	for _, row := range l.rows {
		if row.ages() {
			row.tick(now)
		}
	}
}

func (l *alertList) showMore() {
	l.shown += pageSize
	next := l.entries[l.shown-pageSize].ID
	l.fill()
	if c := fyne.CurrentApp().Driver().CanvasForObject(l.more); c != nil {
		c.Focus(l.rows[next].head) // the chip may be gone
	}
}

// open shows the particulars of an alert that is listed, scrolls to it, and puts
// the focus on it.
func (l *alertList) open(id int64) {
	at := slices.IndexFunc(l.entries, func(e journal.Entry) bool { return e.ID == id })
	for l.shown <= at {
		l.shown += pageSize
	}
	l.fill()
	row := l.rows[id]
	if !row.details.Visible() {
		row.head.Tapped(nil)
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(row.head); c != nil {
		c.Focus(row.head)
	}
	kit.Reveal(row.view)
}

func (l *alertList) fill() {
	l.box.Objects = nil
	for _, e := range l.entries[:min(l.shown, len(l.entries))] {
		row := l.rows[e.ID]
		if row == nil {
			row = newAlertRow(l.format, l.refresh)
			l.rows[e.ID] = row
		}
		row.set(e, l.now)
		if len(l.box.Objects) > 0 {
			l.box.Objects = append(l.box.Objects, newRowLine())
		}
		l.box.Objects = append(l.box.Objects, row.view)
	}
	if left := len(l.entries) - l.shown; left > 0 {
		l.more.Set(text.Tr("Show %d more", min(left, pageSize)))
		l.box.Objects = append(l.box.Objects, container.New(&kit.PageLayout{Side: rowPad, End: rowPad}, kit.NewRow(0, l.more)))
	}
	l.refresh()
}

func (l *alertList) refresh() {
	l.view.Refresh()
	l.resized()
}
