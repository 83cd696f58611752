package ui

import (
	"errors"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/heartbeat/watch"
)

// alertsScreen is the alert centre: the alert that is open, and all that were,
// with what became of each notification. It is the truth; a notification is a
// courtesy.
type alertsScreen struct {
	view    *fyne.Container
	open    *openAlert
	blind   *notice
	trouble *notice
	odd     *notice
	failed  *notice
	filter  *alertsFilter
	list    *alertList

	actions alertsActions
	zone    *time.Location
	shown   watch.Picture
	known   bool // a picture was shown
	unread  bool // the list could not be read last time
	asked   int  // times that the list was asked for
	loading bool // the list is on its way
	again   bool // and will be old when it comes
	now     time.Time

	sought int64          // the alert that is to be opened; 0 for none
	extra  *journal.Entry // listed besides the newest, because it was sought
}

// alertsActions is what the screen asks its owner for. All are required. What
// is handed to load and odd is called later, on Fyne's goroutine.
type alertsActions struct {
	acknowledge func()
	snooze      func(until time.Time) // the zero time ends it
	load        func(f journal.Filter, then func([]journal.Entry, error))
	find        func(id int64, then func(*journal.Entry, error)) // nil if there is none
	odd         func(then func([]journal.Odd, error))
	export      func(f journal.Filter)
	pull        func() // asks Exotel for the numbers now
	blind       blindActions
}

// newAlertsScreen returns the screen with times in the account's zone. It loads
// nothing before the first picture.
func newAlertsScreen(zone *time.Location, actions alertsActions) *alertsScreen {
	s := &alertsScreen{actions: actions, zone: zone, blind: newNotice(), trouble: newNotice(), odd: newNotice(), failed: newNotice()}
	s.open = newOpenAlert(zone, actions)
	s.filter = newAlertsFilter(s.filtered, func() { actions.export(s.filter.choice.filter(s.now)) })
	s.list = newAlertList(zone, s.refresh)
	s.list.Say(tr("Loading…"))
	s.view = container.New(&pageLayout{gap: 14, side: 32, end: 16},
		s.blind.view, s.open.view, s.trouble.view, s.odd.view, s.filter.view, s.failed.view, s.list.view)
	return s
}

// Set shows what the watch sees, and asks for the list again when it is old.
func (s *alertsScreen) Set(p watch.Picture, now time.Time) {
	old := !s.known || s.unread || p.Told != s.shown.Told
	s.shown, s.known, s.now = p, true, now
	s.open.Set(p, now)
	s.blind.Set(blindNotice(p.Health, nil, s.zone, s.actions.blind))
	s.trouble.Set(noticeText{})
	switch {
	case errors.Is(p.Trouble, file.ErrInUse):
		s.trouble.Set(noticeText{calm, tr("Shared"), tr("Another Exotel Monitor records alerts and notifies you. They are shown here too. To acknowledge or snooze them, use that one, or quit it: this one then takes over."), "", nil})
	case p.Trouble != nil:
		s.trouble.Set(noticeText{grave, tr("Not recorded"), tr("Incidents cannot be recorded: %s; notifications still arrive.", strings.TrimSuffix(p.Trouble.Error(), ".")), "", nil})
	}
	s.odd.Set(noticeText{})
	if !p.Odd.IsZero() {
		about := tr("A webhook request wasn't a heartbeat (%s) and was ignored.", dayClock(p.Odd, now, s.zone))
		s.odd.Set(noticeText{caution, tr("Not recognised"), about, tr("Show"), s.showOdd})
	}
	s.list.Tick(now)
	switch {
	case old && s.loading: // one after the other, however fast news comes
		s.again = true
	case old:
		s.load()
	}
	s.refresh()
}

// Tick shows what changes with time alone.
func (s *alertsScreen) Tick(now time.Time) {
	s.now = now
	if s.known {
		s.open.Tick(now)
		s.list.Tick(now)
	}
}

// load asks for the alerts of the choice. What is listed stays until they come,
// and what comes for an older choice is dropped.
func (s *alertsScreen) load() {
	s.asked++
	s.loading, s.again = true, false
	asked, choice := s.asked, s.filter.choice
	s.actions.load(choice.filter(s.now), func(entries []journal.Entry, err error) {
		if asked != s.asked {
			return
		}
		s.unread, s.loading = err != nil, false
		s.failed.Set(noticeText{})
		if err == nil && s.extra != nil && !has(entries, s.extra.ID) {
			entries = append(entries, *s.extra) // it is older than all
		}
		switch {
		case err != nil:
			s.failed.Set(noticeText{grave, tr("Not loaded"), errorText(err), tr("Try again"), s.load})
			s.filter.Count(-1)
			s.list.Say(tr("Couldn't read alert history from disk."))
		case len(entries) == 0:
			s.filter.Count(0)
			s.list.Say(choice.none())
		default:
			s.filter.Count(len(entries))
			s.list.Set(entries, s.now)
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
func (s *alertsScreen) filtered() {
	s.extra = nil
	s.load()
}

// OpenAlert opens an alert in the list as soon as that is read.
func (s *alertsScreen) OpenAlert(id int64) { s.sought = id }

// reach opens the alert that is sought, or looks for it among those that are not
// listed.
func (s *alertsScreen) reach(entries []journal.Entry) {
	id := s.sought
	s.sought = 0
	if has(entries, id) {
		s.list.Open(id)
		return
	}
	s.actions.find(id, func(found *journal.Entry, err error) {
		switch {
		case err != nil:
			s.failed.Set(noticeText{grave, tr("Not loaded"), errorText(err), "", nil})
		case found == nil:
			s.failed.Set(noticeText{caution, tr("Not found"), tr("Alert %d isn't in this account's history. It may belong to another account or be too old.", id), "", nil})
		default:
			s.extra, s.sought = found, id
			s.filter.All()
			s.load()
		}
		s.refresh()
	})
}

func has(entries []journal.Entry, id int64) bool {
	return slices.ContainsFunc(entries, func(e journal.Entry) bool { return e.ID == id })
}

func (s *alertsScreen) refresh() {
	if s.view != nil {
		s.view.Refresh()
	}
}
