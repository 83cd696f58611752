package alerts

import (
	"errors"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// Screen is the alert centre: the alert that is open, and all that were,
// with what became of each notification. It is the truth; a notification is a
// courtesy.
type Screen struct {
	View    *fyne.Container
	open    *openAlert
	blind   *kit.Notice
	trouble *kit.Notice
	odd     *kit.Notice
	failed  *kit.Notice
	filter  *alertsFilter
	list    *alertList

	actions Actions
	format  text.Format
	shown   monitor.Snapshot
	known   bool // a picture was shown
	unread  bool // the list could not be read last time
	asked   int  // times that the list was asked for
	loading bool // the list is on its way
	again   bool // and will be old when it comes
	now     time.Time

	sought int64          // the alert that is to be opened; 0 for none
	extra  *journal.Entry // listed besides the newest, because it was sought
}

// Actions is what the screen asks its owner for. All are required. What
// is handed to load and odd is called later, on Fyne's goroutine.
type Actions struct {
	Dialogs     *kit.Dialogs
	Acknowledge func()
	Snooze      func(until time.Time) // the zero time ends it
	Load        func(f journal.Filter, then func([]journal.Entry, error))
	Find        func(id int64, then func(*journal.Entry, error)) // nil if there is none
	Odd         func(then func([]journal.Unrecognized, error))
	Export      func(f journal.Filter)
	Pull        func() // asks Exotel for the numbers now
	Blind       kit.BlindActions
}

// New returns the screen. It loads nothing before the first picture.
func New(f text.Format, actions Actions) *Screen {
	s := &Screen{actions: actions, format: f, blind: kit.NewNotice(), trouble: kit.NewNotice(), odd: kit.NewNotice(), failed: kit.NewNotice()}
	s.open = newOpenAlert(f, actions)
	s.filter = newAlertsFilter(s.filtered, func() { actions.Export(s.filter.choice.filter(s.now)) })
	s.list = newAlertList(f, s.refresh)
	s.list.say(text.Tr("Loading…"))
	s.View = container.New(&kit.PageLayout{Gap: 14, Side: 32, End: 16},
		s.blind.View, s.open.view, s.trouble.View, s.odd.View, s.filter.view, s.failed.View, s.list.view)
	return s
}

// Set shows what the watch sees, and asks for the list again when it is old.
func (s *Screen) Set(p monitor.Snapshot, now time.Time) {
	old := !s.known || s.unread || p.Revision != s.shown.Revision
	s.shown, s.known, s.now = p, true, now
	s.open.set(p, now)
	s.blind.Set(kit.BlindNotice(p.Health, nil, s.format, s.actions.Blind))
	s.trouble.Set(kit.NoticeText{})
	switch {
	case errors.Is(p.RecordErr, file.ErrInUse):
		s.trouble.Set(kit.NoticeText{Tone: kit.Calm, Title: text.Tr("Shared"), Body: text.Tr("Another Exotel Monitor records alerts and notifies you. They are shown here too. To acknowledge or snooze them, use that one, or quit it: this one then takes over."), Action: "", Do: nil})
	case p.RecordErr != nil:
		s.trouble.Set(kit.NoticeText{Tone: kit.Grave, Title: text.Tr("Not recorded"), Body: text.Tr("Incidents cannot be recorded: %s; notifications still arrive.", strings.TrimSuffix(p.RecordErr.Error(), ".")), Action: "", Do: nil})
	}
	s.odd.Set(kit.NoticeText{})
	if !p.UnrecognizedAt.IsZero() {
		about := text.Tr("A webhook request wasn't a heartbeat (%s) and was ignored.", s.format.DayClock(p.UnrecognizedAt, now))
		s.odd.Set(kit.NoticeText{Tone: kit.Caution, Title: text.Tr("Not recognised"), Body: about, Action: text.Tr("Show"), Do: s.showOdd})
	}
	s.list.tick(now)
	switch {
	case old && s.loading: // one after the other, however fast news comes
		s.again = true
	case old:
		s.load()
	}
	s.refresh()
}

// Tick shows what changes with time alone.
func (s *Screen) Tick(now time.Time) {
	s.now = now
	if s.known {
		s.open.tick(now)
		s.list.tick(now)
	}
}

// load asks for the alerts of the choice. What is listed stays until they come,
// and what comes for an older choice is dropped.
func (s *Screen) load() {
	s.asked++
	s.loading, s.again = true, false
	asked, choice := s.asked, s.filter.choice
	s.actions.Load(choice.filter(s.now), func(entries []journal.Entry, err error) {
		if asked != s.asked {
			return
		}
		s.unread, s.loading = err != nil, false
		s.failed.Set(kit.NoticeText{})
		if err == nil && s.extra != nil && !has(entries, s.extra.ID) {
			entries = append(entries, *s.extra) // it is older than all
		}
		switch {
		case err != nil:
			s.failed.Set(kit.NoticeText{Tone: kit.Grave, Title: text.Tr("Not loaded"), Body: text.Error(err), Action: text.Tr("Try again"), Do: s.load})
			s.filter.showCount(-1)
			s.list.say(text.Tr("Couldn't read alert history from disk."))
		case len(entries) == 0:
			s.filter.showCount(0)
			s.list.say(choice.none())
		default:
			s.filter.showCount(len(entries))
			s.list.set(entries, s.now)
		}
		if err == nil && s.sought != 0 {
			s.reach(entries)
		}
		if s.again {
			s.load()
		}
	})
}

// filtered lists what the filter chooses, and nothing else.
func (s *Screen) filtered() {
	s.extra = nil
	s.load()
}

// OpenAlert opens an alert in the list as soon as that is read.
func (s *Screen) OpenAlert(id int64) { s.sought = id }

// reach opens the alert that is sought, or looks for it among those that are not
// listed.
func (s *Screen) reach(entries []journal.Entry) {
	id := s.sought
	s.sought = 0
	if has(entries, id) {
		s.list.open(id)
		return
	}
	s.actions.Find(id, func(found *journal.Entry, err error) {
		switch {
		case err != nil:
			s.failed.Set(kit.NoticeText{Tone: kit.Grave, Title: text.Tr("Not loaded"), Body: text.Error(err), Action: "", Do: nil})
		case found == nil:
			s.failed.Set(kit.NoticeText{Tone: kit.Caution, Title: text.Tr("Not found"), Body: text.Tr("Alert %d isn't in this account's history. It may belong to another account or be too old.", id), Action: "", Do: nil})
		default:
			s.extra, s.sought = found, id
			s.filter.all()
			s.load()
		}
		s.refresh()
	})
}

func has(entries []journal.Entry, id int64) bool {
	return slices.ContainsFunc(entries, func(e journal.Entry) bool { return e.ID == id })
}

func (s *Screen) refresh() {
	if s.View != nil {
		s.View.Refresh()
	}
}

// MaxAlerts is the number of alerts that the screen lists at most.
const MaxAlerts = 200
