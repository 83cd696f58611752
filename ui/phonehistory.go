package ui

import (
	"reflect"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/journal"
)

// phoneScreen is the history of one ExoPhone: how it is, the last day at a
// glance, how often it was up, and its incidents.
type phoneScreen struct {
	view         *fyne.Container
	back         *chip // to be focused when the screen is opened
	name, number *words
	blind        *notice
	failed       *notice
	lines        [len(heartbeat.Directions)]*phoneLine
	shares       *fyne.Container
	incidents    *fyne.Container

	actions phoneActions
	zone    *time.Location
	phone   heartbeat.PhoneHealth
	history phoneHistory
	loaded  bool
	asked   int // times that the history was asked for
	now     time.Time
}

// phoneHistory is what is on record about an ExoPhone.
type phoneHistory struct {
	Spans   map[heartbeat.Direction][]journal.Span // of historyLength, oldest first
	Entries []journal.Entry                        // alerts of that time with an incident of it
}

// phoneActions is what the screen asks its owner for. All are required. What is
// handed to load is called later, on Fyne's goroutine.
type phoneActions struct {
	load  func(key string, then func(phoneHistory, error))
	copy  func(text string)
	close func()
}

// newPhoneScreen returns an ExoPhone's history, with times in the account's
// zone, and asks for what is on record.
func newPhoneScreen(p heartbeat.PhoneHealth, zone *time.Location, now time.Time, actions phoneActions) *phoneScreen {
	s := &phoneScreen{
		name: newBoldWords(theme.SizeNameHeadingText), number: newWords(colorMuted, theme.SizeNameText, 1),
		blind: newNotice(), failed: newNotice(), actions: actions, zone: zone, now: now,
	}
	s.name.most = 420
	s.back = newChip(lookButton, tr("Back"), actions.close)
	s.back.icon = theme.NavigateBackIcon()
	s.back.label = tr("Back to the dashboard")

	day := container.New(&pageLayout{gap: 14}, s.dayHead())
	for i, direction := range heartbeat.Directions {
		s.lines[i] = newPhoneLine(direction, zone, actions.copy)
		day.Add(s.lines[i].view)
	}
	s.shares = container.New(&tableLayout{columns: 1 + len(shareWindows), gapX: 20, gapY: 8, even: true})
	s.incidents = container.New(&pageLayout{gap: 8})
	s.view = container.New(&pageLayout{gap: 14, side: 32, end: 16},
		rowOf(16, s.back, s.name, s.number), s.blind.view, s.failed.view, newPanel(day),
		newPanel(container.New(&pageLayout{gap: 10}, boldCell(tr("Uptime (share of the time observed)")), s.shares)),
		newPanel(container.New(&pageLayout{gap: 10}, boldCell(tr("Incidents, last 30 days")), s.incidents)))
	s.Set(p, now)
	return s
}

// dayHead is the title over the strips, and what their looks stand for.
func (s *phoneScreen) dayHead() fyne.CanvasObject {
	entry := func(state heartbeat.State, name string) fyne.CanvasObject {
		return rowOf(6, newStripSample(state), cell(name, plain))
	}
	return rowOf(16, boldCell(tr("Last 24 hours")), layout.NewSpacer(),
		entry(heartbeat.Up, tr("up")), entry(heartbeat.Down, tr("down")), entry(heartbeat.NotKnown, tr("not observed")))
}

// Set shows how the ExoPhone is now. New words about it make the record old,
// which is then asked for again; the clock alone shows once a minute.
func (s *phoneScreen) Set(p heartbeat.PhoneHealth, now time.Time) {
	old := s.asked == 0
	for _, direction := range heartbeat.Directions {
		was, is := s.phone.Line(direction), p.Line(direction)
		old = old || was.State != is.State || !was.Since.Equal(is.Since) || !was.Heard.Equal(is.Heard)
	}
	if !old && now.Sub(s.now).Abs() < time.Minute && reflect.DeepEqual(p, s.phone) {
		return
	}
	s.phone, s.now = p, now
	name, number := oneLine(p.Name, 60), phoneText(p.Number)
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
func (s *phoneScreen) SetNotice(t noticeText) {
	said := s.blind.Text()
	if s.blind.Set(t); s.blind.Text() != said {
		s.view.Refresh()
	}
}

// load asks for the record. What is shown stays until it comes.
func (s *phoneScreen) load() {
	s.asked++
	asked := s.asked
	s.actions.load(s.phone.Key, func(h phoneHistory, err error) {
		if asked != s.asked {
			return
		}
		s.failed.Set(noticeText{})
		if err != nil {
			s.failed.Set(noticeText{grave, tr("Not loaded"), errorText(err), tr("Try again"), s.load})
		} else {
			s.history, s.loaded = h, true
		}
		s.show()
	})
}

func (s *phoneScreen) show() {
	for i, direction := range heartbeat.Directions {
		s.lines[i].Set(s.phone.Line(direction), s.history.Spans[direction], s.loaded, s.now)
	}
	s.showShares()
	s.showIncidents()
	s.view.Refresh()
}

var shareWindows = [...]time.Duration{24 * time.Hour, 7 * 24 * time.Hour, historyLength}

func (s *phoneScreen) showShares() {
	cells := []fyne.CanvasObject{cell("", colorMuted), cell(tr("24 h"), colorMuted), cell(tr("7 days"), colorMuted), cell(tr("30 days"), colorMuted)}
	for i, direction := range heartbeat.Directions {
		cells = append(cells, cell(s.lines[i].name, plain))
		for _, window := range shareWindows {
			share, seen := unknown, tr("loading…")
			if s.loaded {
				a := journal.NewAvailability(uptoNow(s.history.Spans[direction], s.phone.Line(direction), s.now), window, s.now)
				share, seen = shareText(a), seenText(a)
			}
			figure, about := newBoldWords(theme.SizeNameSubHeadingText), newWords(colorMuted, sizeSub, 1)
			figure.Set(share)
			about.Set(seen)
			cells = append(cells, rowOf(8, figure, about))
		}
	}
	s.shares.Objects = cells
}

// mostPhoneIncidents bounds the list; the alert centre has them all.
const mostPhoneIncidents = 50

func (s *phoneScreen) showIncidents() {
	list := phoneIncidents(s.history.Entries, s.phone.Key)
	s.incidents.Objects = nil
	switch {
	case !s.loaded:
		s.incidents.Add(cell(tr("Loading…"), colorMuted))
		return
	case len(list) == 0:
		s.incidents.Add(cell(tr("No incidents recorded in this period."), colorMuted))
		return
	}
	var cells []fyne.CanvasObject
	for _, in := range list[:min(mostPhoneIncidents, len(list))] {
		shape := newMark(badgeMark)
		state, ink := heartbeat.Down, plain
		if !in.Open() {
			state, ink = heartbeat.Up, colorMuted
		}
		shape.Set(stateMark(state))
		cells = append(cells, rowOf(8, shape, cell(lastedText(in.Opened, in.Closed, s.now, s.zone), plain)),
			cell(directionWord(in.Direction), ink), cell(plainWord(in.Word), ink))
	}
	s.incidents.Add(newTable(3, cells...))
	if more := len(list) - mostPhoneIncidents; more > 0 {
		s.incidents.Add(cell(tr("and %d more", more), colorMuted))
	}
}

// phoneLine is one direction: how it is, its strip, and the strip in words.
type phoneLine struct {
	view   *fyne.Container
	name   string
	mark   *mark
	state  *words
	copies *chip
	strip  *phoneStrip
	read   *words

	number string // to use instead
	zone   *time.Location
	now    time.Time
	loaded bool
}

func newPhoneLine(direction heartbeat.Direction, zone *time.Location, copyText func(string)) *phoneLine {
	l := &phoneLine{
		name: tr("Incoming"), mark: newMark(rowShape), state: newWords(plain, sizeLabel, 3), read: newWords(colorMuted, sizeSub, 1), zone: zone,
	}
	if direction == heartbeat.Outgoing {
		l.name = tr("Outgoing")
	}
	l.state.fit = true
	l.copies = newChip(lookButton, "", func() { copyText(l.number) })
	l.copies.icon = theme.ContentCopyIcon()
	l.strip = newPhoneStrip(l.name, zone, l.readOut, func() string { return l.read.text })
	head := container.New(&stripLayout{gap: 12}, rowOf(8, l.mark, boldCell(l.name)), l.state, l.copies)
	l.view = container.New(&pageLayout{gap: 6}, head, l.strip, l.read)
	return l
}

// Set shows a line, and what is on record about it if that was loaded.
func (l *phoneLine) Set(line heartbeat.LineHealth, spans []journal.Span, loaded bool, now time.Time) {
	l.now, l.loaded, l.number = now, loaded, ""
	l.mark.Set(lineLook(line.State))
	l.state.Set(lineText(line, now, l.zone))
	if len(line.Alternates) > 0 {
		l.number = line.Alternates[0]
		l.copies.Set(tr("Copy alternate: %s", phoneText(l.number)))
	}
	l.copies.Hidden = l.number == ""
	l.strip.Set(stripParts(uptoNow(spans, line, now), now.Add(-stripWindow), now))
	l.readOut()
	l.view.Refresh()
}

// readOut writes the marked part of the strip, or all of it, in words.
func (l *phoneLine) readOut() {
	i := l.strip.marked()
	switch {
	case !l.loaded:
		l.read.Set(tr("Loading…"))
	case i == noPart:
		l.read.Set(stripText(l.strip.parts))
	default:
		l.read.Set(partText(l.strip.parts[i], l.now, l.zone))
	}
}

// lineLook is how one direction looks.
func lineLook(s heartbeat.State) look {
	switch s {
	case heartbeat.Up:
		return levelLook(heartbeat.OK)
	case heartbeat.Down:
		return levelLook(heartbeat.Critical)
	default:
		return levelLook(heartbeat.Unknown)
	}
}
