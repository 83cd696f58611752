package data

import (
	"cmp"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// Screen says which calls are stored on this computer, how far the storing
// has come, and how well the calls on the dashboard are known.
type Screen struct {
	View   *fyne.Container
	fill   *fillPanel
	period *kit.Text
	facts  [rangeFacts]*fact
	none   *kit.Text // instead of the facts
	list   *fyne.Container
	months *fyne.Container
	size   *fact
	answer *kit.Text // what came of deleting

	o        Options
	stored   account.Stored
	shown    refresh.Snapshot
	listed   []monthText
	unlisted string // why none are
	now      time.Time
}

// Options are what the screen shows that does not change on it.
type Options struct {
	Folder string // where the account's files are; "" for nowhere
	None   string // why nothing is to be kept; "" if something is
	Keep   int    // for how many months
	Format text.Format
}

// Actions is what the screen asks its owner for. All are required.
type Actions struct {
	Pause  func(paused bool)
	Again  func() // tries at once what waits
	Copy   func(text string)
	Keep   func() // lets the user choose for how long calls are kept
	Remove func() // what is kept of the account
}

// New returns a screen that knows nothing of the stored calls yet.
func New(o Options, now time.Time, actions Actions) *Screen {
	s := &Screen{o: o, now: now, period: kit.NewHint(""), none: kit.NewAnswer(), answer: kit.NewAnswer(), list: newFacts(), months: newFacts()}
	s.fill = newFillPanel(actions)
	for i, name := range rangeFactNames() {
		s.facts[i] = newFact(name)
		s.list.Add(s.facts[i].view)
	}
	left := kit.NewPanel(newFacts(kit.NewHeading(text.Tr("Current view")), s.period, s.none, s.list))
	here := kit.NewPanel(newFacts(append([]fyne.CanvasObject{kit.NewHeading(text.Tr("On this computer"))}, s.placeFacts(actions)...)...))
	months := kit.NewPanel(newFacts(kit.NewHeading(text.Tr("By month")), s.months))
	s.View = container.New(&kit.PageLayout{Gap: 14, Side: 32, End: 16}, s.fill.view,
		container.New(&kit.ColumnsLayout{Gap: 14, MinWidth: 440}, left, container.New(&kit.PageLayout{Gap: 14}, here, months)))
	s.show()
	return s
}

// placeFacts are the rows about the disk.
func (s *Screen) placeFacts(actions Actions) []fyne.CanvasObject {
	s.size = newFact(text.Tr("Size on disk"))
	keep := newFact(text.Tr("Keep calls"), kit.NewChip(kit.LookButton, text.Tr("Change"), actions.Keep))
	keep.chips[0].Label = text.Tr("Change how long calls are kept")
	keep.set(factText{text.Months(s.o.Keep), text.Tr("Exotel keeps six months; older calls exist only here."), false})
	folder := newFact(text.Tr("Folder"))
	where := s.o.Folder
	if where == "" {
		where = s.o.None
	} else {
		folder = newFact(text.Tr("Folder"), kit.NewChip(kit.LookButton, text.Tr("Copy"), func() { actions.Copy(s.o.Folder) }))
		folder.chips[0].Icon, folder.chips[0].Label = theme.ContentCopyIcon(), text.Tr("Copy the folder's path")
	}
	folder.set(factText{"", where, false})
	remove := kit.NewChip(kit.LookButton, text.Tr("Delete local data"), actions.Remove)
	return []fyne.CanvasObject{s.size.view, keep.view, folder.view, kit.NewRow(8, remove), s.answer}
}

// SetStored shows how far the calls are stored.
func (s *Screen) SetStored(stored account.Stored) {
	s.stored = stored
	s.show()
}

// SetRange shows how well the calls on the dashboard are known.
func (s *Screen) SetRange(shown refresh.Snapshot) {
	s.shown = shown
	s.show()
}

// Tick shows what changes with time alone.
func (s *Screen) Tick(now time.Time) {
	s.now = now
	s.show()
}

// Say tells what came of deleting.
func (s *Screen) Say(sentence string, color fyne.ThemeColorName) {
	kit.SetAnswer(s.answer, sentence, color)
	s.View.Refresh()
}

func (s *Screen) show() {
	changed := s.fill.set(fillWords(s.stored, s.o.None, s.o.Keep, s.o.Format, s.now))
	changed = s.showRange() || changed
	changed = s.showMonths() || changed
	size := factText{text.Unknown, text.Tr("Nothing is saved to disk."), false}
	switch {
	case s.stored.Size > 0:
		size = factText{diskText(s.stored.Size), text.Tr("Calls and alert history."), false}
	case s.o.None == "":
		size.about = s.notRead()
	}
	if s.size.set(size) || changed {
		s.View.Refresh()
	}
}

// showRange reports whether anything changed.
func (s *Screen) showRange() bool {
	known := s.shown.Summary != nil
	period, none := "", ""
	if !s.shown.Now.IsZero() {
		period = text.Period(&s.shown)
	}
	switch {
	case known:
	case s.shown.Loading || s.shown.Now.IsZero():
		none = text.Tr("Loading…")
	case text.ForgottenByExotel(&s.shown):
		none = text.Sentences(text.Tr("No data for these days."), text.Tr("They are no longer available from Exotel."))
	default:
		none = text.Sentences(text.Tr("No data for these days yet."), text.Error(s.shown.Err))
	}
	changed := s.period.Text != period || s.none.Text != none || s.list.Hidden == known
	s.period.Set(period)
	kit.SetAnswer(s.none, none, kit.ColorText)
	s.list.Hidden = !known
	for i, text := range factsOf(&s.shown, s.o.None, s.o.Format, s.now) {
		changed = s.facts[i].set(text) || changed
	}
	return changed
}

// notRead says why it is not known what is stored.
func (s *Screen) notRead() string {
	if s.stored.Unkept != nil {
		return text.Sentences(text.Tr("Not available right now."), text.Error(s.stored.Unkept))
	}
	return text.Tr("Checking saved calls…")
}

// showMonths reports whether anything changed.
func (s *Screen) showMonths() bool {
	list := monthTexts(s.stored.Filling.Months, s.o.Format, s.now)
	unlisted := ""
	if len(list) == 0 {
		unlisted = cmp.Or(s.o.None, s.notRead())
	}
	if s.months.Objects != nil && slices.Equal(list, s.listed) && unlisted == s.unlisted {
		return false
	}
	s.listed, s.unlisted = list, unlisted
	var cells []fyne.CanvasObject
	for _, m := range list {
		cells = append(cells, kit.BoldCell(m.name), kit.Cell(m.days, kit.ColorText), kit.Cell(m.calls, kit.ColorText), kit.Cell(m.state, kit.ColorMuted))
	}
	s.months.Objects = []fyne.CanvasObject{kit.NewTable(4, cells...)}
	if len(list) == 0 {
		s.months.Objects = []fyne.CanvasObject{kit.LongCell(unlisted, kit.ColorMuted)}
	}
	return true
}

// fact is a figure with its name before it and its meaning below, and what can be
// done about it.
type fact struct {
	view   *fyne.Container
	figure *kit.Text
	about  *kit.Text
	chips  []*kit.Chip
}

func newFact(name string, chips ...*kit.Chip) *fact {
	f := &fact{figure: kit.NewBoldText(kit.SizeLabel), about: kit.NewText(kit.ColorMuted, kit.SizeSub, 4), chips: chips}
	f.about.Fit = true
	head := kit.NewRow(10, kit.Cell(name, kit.ColorText), layout.NewSpacer(), f.figure)
	for _, c := range chips {
		head.Add(c)
	}
	f.view = container.New(&kit.PageLayout{Gap: 2}, head, f.about)
	return f
}

// set shows the figure, and reports whether it is another one.
func (f *fact) set(t factText) bool {
	color := kit.ColorText
	if t.bad {
		color = theme.ColorNameWarning
	}
	if f.figure.Text == t.figure && f.about.Text == t.about && f.figure.Color == color {
		return false
	}
	f.figure.SetColor(color)
	f.figure.Set(t.figure)
	f.about.Set(t.about)
	return true
}

// newFacts puts facts below each other.
func newFacts(facts ...fyne.CanvasObject) *fyne.Container {
	return container.New(&kit.PageLayout{Gap: 12}, facts...)
}
