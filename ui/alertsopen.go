package ui

import (
	"reflect"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/watch"
)

// openAlert shows the open alert with what can be done about it; one quiet line
// when there is none.
type openAlert struct {
	view         *panel
	shape        *mark
	level, about *words
	meta         *words
	incidents    *fyne.Container
	acknowledge  *chip
	snooze       *chip
	check        *chip

	actions alertsActions
	zone    *time.Location
	picture watch.Picture
	listed  *alert.Alert // whose incidents are in the table
	title   string       // its own
	now     time.Time
}

func newOpenAlert(zone *time.Location, actions alertsActions) *openAlert {
	o := &openAlert{
		shape: newMark(shapeSide), level: newBoldWords(theme.SizeNameText), about: newWords(colorMuted, theme.SizeNameText, 3),
		meta: newWords(colorMuted, sizeLabel, 4), incidents: newTable(incidentColumns),
		acknowledge: newChip(lookButton, tr("Acknowledge"), actions.acknowledge), check: newChip(lookButton, tr("Check now"), actions.pull),
		actions: actions, zone: zone,
	}
	o.snooze = newChip(lookButton, "", o.pressSnooze)
	o.about.fit, o.meta.fit = true, true
	o.incidents.Hidden = true
	head := container.New(&headLayout{gap: 12}, rowOf(9, o.shape, o.level), o.about, o.acknowledge, o.snooze, o.check)
	o.view = newPanel(container.New(&pageLayout{gap: 10}, head, o.incidents, o.meta))
	o.view.padY = sizeBlockGap
	return o
}

// Set shows the open alert of a picture.
func (o *openAlert) Set(p watch.Picture, now time.Time) {
	o.picture = p
	if !reflect.DeepEqual(o.listed, p.Alert) {
		o.listed = p.Alert
		o.list()
	}
	level := p.Health.Level
	if p.Alert != nil {
		level = p.Alert.Level
	}
	shown := levelLook(level)
	o.shape.Set(shown)
	o.view.edge = shown.color
	o.acknowledge.Hidden = p.Alert == nil || !p.Alert.Acknowledged.IsZero()
	o.Tick(now)
	o.view.Refresh()
}

// mostOpen is how many incidents are shown here; the list below has them all.
const mostOpen = 10

// list writes the incidents of the open alert, those that last first.
func (o *openAlert) list() {
	o.incidents.Objects = nil
	o.incidents.Hidden = o.listed == nil
	if o.listed == nil {
		return
	}
	incidents := byName(o.listed.Incidents)
	o.title = alertTitle(o.listed.Level, incidents[:len(o.listed.OpenIncidents())])
	for _, in := range incidents[:min(mostOpen, len(incidents))] {
		span := tr("since %s", dayClock(in.Opened, o.listed.Opened, o.zone))
		switch {
		case in.OfWatch && !in.Open():
			span = tr("until %s", dayClock(in.Closed, o.listed.Opened, o.zone))
		case !in.Open():
			span = tr("up again since %s", dayClock(in.Closed, o.listed.Opened, o.zone))
		}
		o.incidents.Objects = append(o.incidents.Objects, incidentCells(in, span)...)
	}
	if more := len(incidents) - mostOpen; more > 0 {
		o.incidents.Add(cell(tr("and %d more", more), colorMuted))
	}
}

// Tick shows what changes with time alone.
func (o *openAlert) Tick(now time.Time) {
	o.now = now
	h, a := o.picture.Health, o.picture.Alert
	ink, level, about := colorMuted, tr("No open alerts"), ""
	var seen, doubt string
	if a != nil {
		ink, level = plain, a.Level.String()
		about = dotted(o.title, sinceText(a.Opened, now, o.zone))
		if !a.Acknowledged.IsZero() {
			seen = tr("Acknowledged %s · reminders off until something changes", dayClock(a.Acknowledged, now, o.zone))
		}
		if h.Level == heartbeat.Unknown && !(h.Blind != nil && a.OfWatch()) {
			doubt = tr("Current state unknown: %s", healthText(h, now, o.zone))
		}
	}
	if a == nil {
		about = healthText(h, now, o.zone)
	}
	o.level.Set(level)
	o.about.SetColor(ink)
	o.about.Set(about)
	snoozed := ""
	o.snooze.opens = !o.snoozed()
	if o.snoozed() {
		snoozed = tr("Notifications snoozed until %s", dayClock(o.picture.Snoozed, now, o.zone))
		o.snooze.Set(tr("End snooze"))
	} else {
		o.snooze.Set(tr("Snooze"))
	}
	if text := dotted(seen, snoozed, doubt); text != o.meta.text || o.meta.Hidden != (text == "") {
		o.meta.Hidden = text == ""
		o.meta.Set(text)
		o.view.Refresh()
	}
}

func (o *openAlert) snoozed() bool { return o.picture.Snoozed.After(o.now) }

// pressSnooze ends a snooze, or offers how long one may last.
func (o *openAlert) pressSnooze() {
	if o.snoozed() {
		o.actions.snooze(time.Time{})
		return
	}
	menu := fyne.NewMenu("")
	for _, s := range snoozes(o.now, o.zone) {
		menu.Items = append(menu.Items, fyne.NewMenuItem(s.name, func() { o.actions.snooze(s.until) }))
	}
	o.snooze.showMenu(menu)
}
