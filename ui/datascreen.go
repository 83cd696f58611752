package ui

import (
	"cmp"
	"exotel-monitor/ui/account"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

// dataScreen says which calls are stored on this computer, how far the storing
// has come, and how well the calls on the dashboard are known.
type dataScreen struct {
	view   *fyne.Container
	fill   *fillPanel
	period *words
	facts  [rangeFacts]*fact
	none   *words // instead of the facts
	list   *fyne.Container
	months *fyne.Container
	size   *fact
	answer *words // what came of deleting

	o        dataOptions
	stored   account.Stored
	shown    refresh.Snapshot
	listed   []monthText
	unlisted string // why none are
	now      time.Time
}

// dataOptions are what the screen shows that does not change on it.
type dataOptions struct {
	folder   string // where the account's files are; "" for nowhere
	none     string // why nothing is to be kept; "" if something is
	keep     int    // for how many months
	grouping metrics.Grouping
}

// dataActions is what the screen asks its owner for. All are required.
type dataActions struct {
	pause  func(paused bool)
	again  func() // tries at once what waits
	copy   func(text string)
	keep   func() // lets the user choose for how long calls are kept
	remove func() // what is kept of the account
}

func newDataScreen(o dataOptions, now time.Time, actions dataActions) *dataScreen {
	s := &dataScreen{o: o, now: now, period: newHint(""), none: newAnswer(), answer: newAnswer(), list: newFacts(), months: newFacts()}
	s.fill = newFillPanel(actions)
	for i, name := range rangeFactNames() {
		s.facts[i] = newFact(name)
		s.list.Add(s.facts[i].view)
	}
	left := newPanel(newFacts(heading(tr("Current view")), s.period, s.none, s.list))
	here := newPanel(newFacts(append([]fyne.CanvasObject{heading(tr("On this computer"))}, s.placeFacts(actions)...)...))
	months := newPanel(newFacts(heading(tr("By month")), s.months))
	s.view = container.New(&pageLayout{gap: 14, side: 32, end: 16}, s.fill.view,
		container.New(&columnsLayout{gap: 14, least: 440}, left, container.New(&pageLayout{gap: 14}, here, months)))
	s.show()
	return s
}

// placeFacts are the rows about the disk.
func (s *dataScreen) placeFacts(actions dataActions) []fyne.CanvasObject {
	s.size = newFact(tr("Size on disk"))
	keep := newFact(tr("Keep calls"), newChip(lookButton, tr("Change"), actions.keep))
	keep.chips[0].label = tr("Change how long calls are kept")
	keep.Set(factText{keepName(s.o.keep), tr("Exotel keeps six months; older calls exist only here."), false})
	folder := newFact(tr("Folder"))
	where := s.o.folder
	if where == "" {
		where = s.o.none
	} else {
		folder = newFact(tr("Folder"), newChip(lookButton, tr("Copy"), func() { actions.copy(s.o.folder) }))
		folder.chips[0].icon, folder.chips[0].label = theme.ContentCopyIcon(), tr("Copy the folder's path")
	}
	folder.Set(factText{"", where, false})
	remove := newChip(lookButton, tr("Delete local data"), actions.remove)
	return []fyne.CanvasObject{s.size.view, keep.view, folder.view, rowOf(8, remove), s.answer}
}

// SetStored shows how far the calls are stored.
func (s *dataScreen) SetStored(stored account.Stored) {
	s.stored = stored
	s.show()
}

// SetRange shows how well the calls on the dashboard are known.
func (s *dataScreen) SetRange(shown refresh.Snapshot) {
	s.shown = shown
	s.show()
}

// Tick shows what changes with time alone.
func (s *dataScreen) Tick(now time.Time) {
	s.now = now
	s.show()
}

// Say tells what came of deleting.
func (s *dataScreen) Say(sentence string, color fyne.ThemeColorName) {
	say(s.answer, sentence, color)
	s.view.Refresh()
}

func (s *dataScreen) show() {
	changed := s.fill.Set(fillWords(s.stored, s.o.none, s.o.keep, s.o.grouping, s.now))
	changed = s.showRange() || changed
	changed = s.showMonths() || changed
	size := factText{unknown, tr("Nothing is saved to disk."), false}
	switch {
	case s.stored.Size > 0:
		size = factText{diskText(s.stored.Size), tr("Calls and alert history."), false}
	case s.o.none == "":
		size.about = s.notRead()
	}
	if s.size.Set(size) || changed {
		s.view.Refresh()
	}
}

// showRange reports whether anything changed.
func (s *dataScreen) showRange() bool {
	known := s.shown.Summary != nil
	period, none := "", ""
	if !s.shown.Now.IsZero() {
		period = periodText(&s.shown)
	}
	switch {
	case known:
	case s.shown.Loading || s.shown.Now.IsZero():
		none = tr("Loading…")
	case exotelForgot(&s.shown):
		none = sentences(tr("No data for these days."), tr("They are no longer available from Exotel."))
	default:
		none = sentences(tr("No data for these days yet."), errorText(s.shown.Err))
	}
	changed := s.period.text != period || s.none.text != none || s.list.Hidden == known
	s.period.Set(period)
	say(s.none, none, plain)
	s.list.Hidden = !known
	for i, text := range factsOf(&s.shown, s.o.none, s.o.grouping, s.now) {
		changed = s.facts[i].Set(text) || changed
	}
	return changed
}

// notRead says why it is not known what is stored.
func (s *dataScreen) notRead() string {
	if s.stored.Unkept != nil {
		return sentences(tr("Not available right now."), errorText(s.stored.Unkept))
	}
	return tr("Checking saved calls…")
}

// showMonths reports whether anything changed.
func (s *dataScreen) showMonths() bool {
	list := monthTexts(s.stored.Filling.Months, s.o.grouping, s.now)
	unlisted := ""
	if len(list) == 0 {
		unlisted = cmp.Or(s.o.none, s.notRead())
	}
	if s.months.Objects != nil && slices.Equal(list, s.listed) && unlisted == s.unlisted {
		return false
	}
	s.listed, s.unlisted = list, unlisted
	var cells []fyne.CanvasObject
	for _, m := range list {
		cells = append(cells, boldCell(m.name), cell(m.days, plain), cell(m.calls, plain), cell(m.state, colorMuted))
	}
	s.months.Objects = []fyne.CanvasObject{newTable(4, cells...)}
	if len(list) == 0 {
		s.months.Objects = []fyne.CanvasObject{longCell(unlisted, colorMuted)}
	}
	return true
}

// fact is a figure with its name before it and its meaning below, and what can be
// done about it.
type fact struct {
	view   *fyne.Container
	figure *words
	about  *words
	chips  []*chip
}

func newFact(name string, chips ...*chip) *fact {
	f := &fact{figure: newBoldWords(sizeLabel), about: newWords(colorMuted, sizeSub, 4), chips: chips}
	f.about.fit = true
	head := rowOf(10, cell(name, plain), layout.NewSpacer(), f.figure)
	for _, c := range chips {
		head.Add(c)
	}
	f.view = container.New(&pageLayout{gap: 2}, head, f.about)
	return f
}

// Set shows the figure, and reports whether it is another one.
func (f *fact) Set(t factText) bool {
	color := plain
	if t.bad {
		color = theme.ColorNameWarning
	}
	if f.figure.text == t.figure && f.about.text == t.about && f.figure.color == color {
		return false
	}
	f.figure.SetColor(color)
	f.figure.Set(t.figure)
	f.about.Set(t.about)
	return true
}

// newFacts puts facts below each other.
func newFacts(facts ...fyne.CanvasObject) *fyne.Container {
	return container.New(&pageLayout{gap: 12}, facts...)
}
