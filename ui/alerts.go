package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/watch"
)

// alertsScreen is the alert centre: the alert that is open, and all that were,
// with what became of each notification. It is the truth; a notification is a
// courtesy.
type alertsScreen struct {
	view    *fyne.Container
	open    *openAlert
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
	now     time.Time
}

// alertsActions is what the screen asks its owner for. All are required. What
// is handed to load and odd is called later, on Fyne's goroutine.
type alertsActions struct {
	acknowledge func()
	snooze      func(until time.Time) // the zero time ends it
	load        func(f journal.Filter, then func([]journal.Entry, error))
	odd         func(then func([]journal.Odd, error))
	export      func(f journal.Filter)
	pull        func() // asks Exotel for the numbers now
}

// newAlertsScreen returns the screen with times in the account's zone. It loads
// nothing before the first picture.
func newAlertsScreen(zone *time.Location, actions alertsActions) *alertsScreen {
	s := &alertsScreen{actions: actions, zone: zone, trouble: newNotice(), odd: newNotice(), failed: newNotice()}
	s.open = newOpenAlert(zone, actions)
	s.filter = newAlertsFilter(s.load, func() { actions.export(s.filter.choice.filter(s.now)) })
	s.list = newAlertList(zone, s.refresh)
	s.list.Say(tr("Loading…"))
	s.view = &fyne.Container{
		Layout:  &pageLayout{gap: 14, side: 32, end: 16},
		Objects: []fyne.CanvasObject{s.open.view, s.trouble.view, s.odd.view, s.filter.view, s.failed.view, s.list.view},
	}
	return s
}

// Set shows what the watch sees, and asks for the list again when it is old.
func (s *alertsScreen) Set(p watch.Picture, now time.Time) {
	old := !s.known || s.unread || p.Told != s.shown.Told
	s.shown, s.known, s.now = p, true, now
	s.open.Set(p, now)
	s.trouble.Set(noticeText{})
	if p.Trouble != nil {
		s.trouble.Set(noticeText{grave, tr("Not recorded"), tr("Incidents cannot be recorded: %s; notifications still arrive.", strings.TrimSuffix(p.Trouble.Error(), ".")), "", nil})
	}
	s.odd.Set(noticeText{})
	if !p.Odd.IsZero() {
		about := tr("A post to the webhook was not recognised as a heartbeat (%s). It changed nothing.", dayClock(p.Odd, now, s.zone))
		s.odd.Set(noticeText{caution, tr("Not recognised"), about, tr("Show"), s.showOdd})
	}
	s.list.Tick(now)
	if old {
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
	asked, choice := s.asked, s.filter.choice
	s.actions.load(choice.filter(s.now), func(entries []journal.Entry, err error) {
		if asked != s.asked {
			return
		}
		s.unread = err != nil
		s.failed.Set(noticeText{})
		switch {
		case err != nil:
			s.failed.Set(noticeText{grave, tr("Not loaded"), errorText(err), tr("Try again"), s.load})
			s.filter.Count(-1)
			s.list.Say(tr("The alerts could not be read from this computer's disk."))
		case len(entries) == 0:
			s.filter.Count(0)
			s.list.Say(choice.none())
		default:
			s.filter.Count(len(entries))
			s.list.Set(entries, s.now)
		}
	})
}

func (s *alertsScreen) refresh() {
	if s.view != nil {
		s.view.Refresh()
	}
}
