package alerts

import (
	"reflect"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// openAlert shows the open alert with what can be done about it; one quiet line
// when there is none.
type openAlert struct {
	view         *kit.Panel
	shape        *kit.Mark
	level, about *kit.Text
	meta         *kit.Text
	incidents    *fyne.Container
	acknowledge  *kit.Chip
	snooze       *kit.Chip
	check        *kit.Chip

	actions Actions
	format  text.Format
	picture monitor.Snapshot
	listed  *alert.Alert // whose incidents are in the table
	title   string       // its own
	now     time.Time
}

func newOpenAlert(f text.Format, actions Actions) *openAlert {
	o := &openAlert{
		shape: kit.NewMark(kit.ShapeSide), level: kit.NewBoldText(theme.SizeNameText), about: kit.NewText(kit.ColorMuted, theme.SizeNameText, 3),
		meta: kit.NewText(kit.ColorMuted, kit.SizeLabel, 4), incidents: kit.NewTable(incidentColumns),
		acknowledge: kit.NewChip(kit.LookButton, text.Tr("Acknowledge"), actions.Acknowledge), check: kit.NewChip(kit.LookButton, text.Tr("Check now"), actions.Pull),
		actions: actions, format: f,
	}
	o.snooze = kit.NewChip(kit.LookButton, "", o.pressSnooze)
	o.about.Fit, o.meta.Fit = true, true
	o.incidents.Hidden = true
	head := container.New(&kit.HeadLayout{Gap: 12}, kit.NewRow(9, o.shape, o.level), o.about, o.acknowledge, o.snooze, o.check)
	o.view = kit.NewPanel(container.New(&kit.PageLayout{Gap: 10}, head, o.incidents, o.meta))
	o.view.PadY = kit.SizeBlockGap
	return o
}

// set shows the open alert of a picture.
func (o *openAlert) set(p monitor.Snapshot, now time.Time) {
	o.picture = p
	if !reflect.DeepEqual(o.listed, p.Alert) {
		o.listed = p.Alert
		o.list()
	}
	level := p.Health.Level
	if p.Alert != nil {
		level = p.Alert.Level
	}
	shown := kit.LevelLook(level)
	o.shape.Set(shown)
	o.view.Edge = shown.Color
	o.acknowledge.Hidden = p.Alert == nil || !p.Alert.Acknowledged.IsZero()
	o.tick(now)
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
	o.title = alertTitle(o.listed.Level, incidents[:len(o.listed.OpenIncidents())], o.format)
	for _, in := range incidents[:min(mostOpen, len(incidents))] {
		span := text.Tr("since %s", o.format.DayClock(in.Opened, o.listed.Opened))
		switch {
		case in.OfMonitor && !in.Open():
			span = text.Tr("until %s", o.format.DayClock(in.Closed, o.listed.Opened))
		case !in.Open():
			span = text.Tr("up again since %s", o.format.DayClock(in.Closed, o.listed.Opened))
		}
		o.incidents.Objects = append(o.incidents.Objects, incidentCells(in, span, o.format)...)
	}
	if more := len(incidents) - mostOpen; more > 0 {
		o.incidents.Add(kit.Cell(text.Tr("and %d more", more), kit.ColorMuted))
	}
}

// tick shows what changes with time alone.
func (o *openAlert) tick(now time.Time) {
	o.now = now
	h, a := o.picture.Health, o.picture.Alert
	ink, level, about := kit.ColorMuted, text.Tr("No open alerts"), ""
	var seen, doubt string
	if a != nil {
		ink, level = kit.ColorText, a.Level.String()
		about = text.Dotted(o.title, o.format.Since(a.Opened, now))
		if !a.Acknowledged.IsZero() {
			seen = text.Tr("Acknowledged %s · reminders off until something changes", o.format.DayClock(a.Acknowledged, now))
		}
		if h.Level == heartbeat.Unknown && !(h.BlindErr != nil && a.OfMonitor()) {
			doubt = text.Tr("Current state unknown: %s", o.format.Health(h, now))
		}
	}
	if a == nil {
		about = o.format.Health(h, now)
	}
	o.level.Set(level)
	o.about.SetColor(ink)
	o.about.Set(about)
	snoozed := ""
	o.snooze.Opens = !o.snoozed()
	if o.snoozed() {
		snoozed = text.Tr("Notifications snoozed until %s", o.format.DayClock(o.picture.SnoozedUntil, now))
		o.snooze.Set(text.Tr("End snooze"))
	} else {
		o.snooze.Set(text.Tr("Snooze"))
	}
	if text := text.Dotted(seen, snoozed, doubt); text != o.meta.Text || o.meta.Hidden != (text == "") {
		o.meta.Hidden = text == ""
		o.meta.Set(text)
		o.view.Refresh()
	}
}

func (o *openAlert) snoozed() bool { return o.picture.SnoozedUntil.After(o.now) }

// pressSnooze ends a snooze, or offers how long one may last.
func (o *openAlert) pressSnooze() {
	if o.snoozed() {
		o.actions.Snooze(time.Time{})
		return
	}
	menu := fyne.NewMenu("")
	for _, s := range snoozes(o.now, o.format) {
		menu.Items = append(menu.Items, fyne.NewMenuItem(s.name, func() { o.actions.Snooze(s.until) }))
	}
	o.snooze.ShowMenu(menu)
}
