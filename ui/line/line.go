package line

import (
	"reflect"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// Screen is the history of one ExoPhone: how it is, the last day at a
// glance, how often it was up, and its incidents.
type Screen struct {
	View         *fyne.Container
	Back         *kit.Chip // to be focused when the screen is opened
	name, number *kit.Text
	blind        *kit.Notice
	failed       *kit.Notice
	lines        [len(heartbeat.Directions)]*phoneLine
	shares       *fyne.Container
	incidents    *fyne.Container

	actions Actions
	format  text.Format
	phone   heartbeat.PhoneHealth
	history History
	loaded  bool
	asked   int // times that the history was asked for
	now     time.Time
}

// History is what is on record about an ExoPhone.
type History struct {
	Spans   map[heartbeat.Direction][]journal.Span // of HistoryLength, oldest first
	Entries []journal.Entry                        // alerts of that time with an incident of it
}

// Actions is what the screen asks its owner for. All are required. What is
// handed to load is called later, on Fyne's goroutine.
type Actions struct {
	Load  func(key string, then func(History, error))
	Copy  func(text string)
	Close func()
}

// New returns an ExoPhone's history, and asks for what is on record.
func New(p heartbeat.PhoneHealth, f text.Format, now time.Time, actions Actions) *Screen {
	s := &Screen{
		name: kit.NewBoldText(theme.SizeNameHeadingText), number: kit.NewText(kit.ColorMuted, theme.SizeNameText, 1),
		blind: kit.NewNotice(), failed: kit.NewNotice(), actions: actions, format: f, now: now,
	}
	s.name.MaxWidth = 420
	s.Back = kit.NewChip(kit.LookButton, text.Tr("Back"), actions.Close)
	s.Back.Icon = theme.NavigateBackIcon()
	s.Back.Label = text.Tr("Back to the dashboard")

	day := container.New(&kit.PageLayout{Gap: 14}, s.dayHead())
	for i, direction := range heartbeat.Directions {
		s.lines[i] = newPhoneLine(direction, f, actions.Copy)
		day.Add(s.lines[i].view)
	}
	s.shares = container.NewGridWithColumns(1 + len(shareWindows))
	s.incidents = container.New(&kit.PageLayout{Gap: 8})
	s.View = container.New(&kit.PageLayout{Gap: 14, Side: 32, End: 16},
		kit.NewRow(16, s.Back, s.name, s.number), s.blind.View, s.failed.View, kit.NewPanel(day),
		kit.NewPanel(container.New(&kit.PageLayout{Gap: 10}, kit.BoldCell(text.Tr("Uptime (share of the time observed)")), s.shares)),
		kit.NewPanel(container.New(&kit.PageLayout{Gap: 10}, kit.BoldCell(text.Tr("Incidents, last 30 days")), s.incidents)))
	s.Set(p, now)
	return s
}

// dayHead is the title over the strips, and what their looks stand for.
func (s *Screen) dayHead() fyne.CanvasObject {
	entry := func(state heartbeat.State, name string) fyne.CanvasObject {
		return kit.NewRow(6, chart.NewStripSample(state), kit.Cell(name, kit.ColorText))
	}
	return kit.NewRow(16, kit.BoldCell(text.Tr("Last 24 hours")), layout.NewSpacer(),
		entry(heartbeat.Up, text.Tr("up")), entry(heartbeat.Down, text.Tr("down")), entry(heartbeat.StateUnknown, text.Tr("not observed")))
}

// Set shows how the ExoPhone is now. New words about it make the record old,
// which is then asked for again; the clock alone shows once a minute.
func (s *Screen) Set(p heartbeat.PhoneHealth, now time.Time) {
	old := s.asked == 0
	for _, direction := range heartbeat.Directions {
		was, is := s.phone.Line(direction), p.Line(direction)
		old = old || was.State != is.State || !was.Since.Equal(is.Since) || !was.ReportedAt.Equal(is.ReportedAt)
	}
	if !old && now.Sub(s.now).Abs() < time.Minute && reflect.DeepEqual(p, s.phone) {
		return
	}
	s.phone, s.now = p, now
	name, number := s.format.OneLine(p.Name, 60), s.format.Phone(p.Number)
	if name == "" {
		name, number = number, ""
	}
	s.name.Set(name)
	s.number.Set(number)
	s.show()
	if old {
		s.load()
	}
}

// SetNotice shows why the ExoPhone cannot be seen, if it cannot.
func (s *Screen) SetNotice(t kit.NoticeText) {
	said := s.blind.Text()
	if s.blind.Set(t); s.blind.Text() != said {
		s.View.Refresh()
	}
}

// load asks for the record. What is shown stays until it comes.
func (s *Screen) load() {
	s.asked++
	asked := s.asked
	s.actions.Load(s.phone.Key, func(h History, err error) {
		if asked != s.asked {
			return
		}
		s.failed.Set(kit.NoticeText{})
		if err != nil {
			s.failed.Set(kit.NoticeText{Tone: kit.Grave, Title: text.Tr("Not loaded"), Body: text.Error(err), Action: text.Tr("Try again"), Do: s.load})
		} else {
			s.history, s.loaded = h, true
		}
		s.show()
	})
}

func (s *Screen) show() {
	for i, direction := range heartbeat.Directions {
		s.lines[i].set(s.phone.Line(direction), s.history.Spans[direction], s.loaded, s.now)
	}
	s.showShares()
	s.showIncidents()
	s.View.Refresh()
}

var shareWindows = [...]time.Duration{24 * time.Hour, 7 * 24 * time.Hour, HistoryLength}

func (s *Screen) showShares() {
	cells := []fyne.CanvasObject{kit.Cell("", kit.ColorMuted), kit.Cell(text.Tr("24 h"), kit.ColorMuted), kit.Cell(text.Tr("7 days"), kit.ColorMuted), kit.Cell(text.Tr("30 days"), kit.ColorMuted)}
	for i, direction := range heartbeat.Directions {
		cells = append(cells, kit.Cell(s.lines[i].name, kit.ColorText))
		for _, window := range shareWindows {
			share, seen := text.Unknown, text.Tr("loading…")
			if s.loaded {
				a := journal.NewAvailability(uptoNow(s.history.Spans[direction], s.phone.Line(direction), s.now), window, s.now)
				share, seen = shareText(a), seenText(a)
			}
			figure, about := kit.NewBoldText(theme.SizeNameSubHeadingText), kit.NewText(kit.ColorMuted, kit.SizeSub, 1)
			figure.Set(share)
			about.Set(seen)
			cells = append(cells, kit.NewRow(8, figure, about))
		}
	}
	s.shares.Objects = cells
}

// mostPhoneIncidents bounds the list; the alert centre has them all.
const mostPhoneIncidents = 50

func (s *Screen) showIncidents() {
	list := phoneIncidents(s.history.Entries, s.phone.Key)
	s.incidents.Objects = nil
	switch {
	case !s.loaded:
		s.incidents.Add(kit.Cell(text.Tr("Loading…"), kit.ColorMuted))
		return
	case len(list) == 0:
		s.incidents.Add(kit.Cell(text.Tr("No incidents recorded in this period."), kit.ColorMuted))
		return
	}
	var cells []fyne.CanvasObject
	for _, in := range list[:min(mostPhoneIncidents, len(list))] {
		shape := kit.NewMark(kit.BadgeMark)
		state, ink := heartbeat.Down, kit.ColorText
		if !in.Open() {
			state, ink = heartbeat.Up, kit.ColorMuted
		}
		shape.Set(kit.StateMark(state))
		cells = append(cells, kit.NewRow(8, shape, kit.Cell(s.format.Lasted(in.Opened, in.Closed, s.now), kit.ColorText)),
			kit.Cell(text.Direction(in.Direction), ink), kit.Cell(s.format.Plain(in.Cause), ink))
	}
	s.incidents.Add(kit.NewTable(3, cells...))
	if more := len(list) - mostPhoneIncidents; more > 0 {
		s.incidents.Add(kit.Cell(text.Tr("and %d more", more), kit.ColorMuted))
	}
}

// phoneLine is one direction: how it is, its strip, and the strip in words.
type phoneLine struct {
	view   *fyne.Container
	name   string
	mark   *kit.Mark
	state  *kit.Text
	copies *kit.Chip
	strip  *chart.Strip
	read   *kit.Text

	number string // to use instead
	format text.Format
	now    time.Time
	loaded bool
}

func newPhoneLine(direction heartbeat.Direction, f text.Format, copyText func(string)) *phoneLine {
	l := &phoneLine{
		name: text.Tr("Incoming"), mark: kit.NewMark(kit.RowShape), state: kit.NewText(kit.ColorText, kit.SizeLabel, 3), read: kit.NewText(kit.ColorMuted, kit.SizeSub, 1), format: f,
	}
	if direction == heartbeat.Outgoing {
		l.name = text.Tr("Outgoing")
	}
	l.state.Fit = true
	l.copies = kit.NewChip(kit.LookButton, "", func() { copyText(l.number) })
	l.copies.Icon = theme.ContentCopyIcon()
	l.strip = chart.NewStrip(l.name, f, l.readOut, func() string { return l.read.Text })
	head := container.New(&kit.StripLayout{Gap: 12}, kit.NewRow(8, l.mark, kit.BoldCell(l.name)), l.state, l.copies)
	l.view = container.New(&kit.PageLayout{Gap: 6}, head, l.strip, l.read)
	return l
}

// set shows a line, and what is on record about it if that was loaded.
func (l *phoneLine) set(line heartbeat.LineHealth, spans []journal.Span, loaded bool, now time.Time) {
	l.now, l.loaded, l.number = now, loaded, ""
	l.mark.Set(lineLook(line.State))
	l.state.Set(lineText(line, now, l.format))
	if len(line.Alternates) > 0 {
		l.number = line.Alternates[0]
		l.copies.Set(text.Tr("Copy alternate: %s", l.format.Phone(l.number)))
	}
	l.copies.Hidden = l.number == ""
	l.strip.Set(stripParts(uptoNow(spans, line, now), now.Add(-chart.StripWindow), now))
	l.readOut()
	l.view.Refresh()
}

// readOut writes the marked part of the strip, or all of it, in words.
func (l *phoneLine) readOut() {
	i := l.strip.Marked()
	switch {
	case !l.loaded:
		l.read.Set(text.Tr("Loading…"))
	case i == chart.NoPart:
		l.read.Set(stripText(l.strip.Parts))
	default:
		l.read.Set(partText(l.strip.Parts[i], l.now, l.format))
	}
}

// lineLook is how one direction looks.
func lineLook(s heartbeat.State) kit.Look {
	switch s {
	case heartbeat.Up:
		return kit.LevelLook(heartbeat.OK)
	case heartbeat.Down:
		return kit.LevelLook(heartbeat.Critical)
	default:
		return kit.LevelLook(heartbeat.Unknown)
	}
}

// HistoryLength is how far back an ExoPhone's history goes on its screen.
const HistoryLength = 30 * 24 * time.Hour
