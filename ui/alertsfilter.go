package ui

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/journal"
)

// alertsChoice is which alerts are listed.
type alertsChoice struct {
	open  bool            // only those that last
	level heartbeat.Level // only those that were this at worst; Unknown for all
	way   heartbeat.Direction
	days  int // 0 for all
}

// filter is the journal's filter for the choice.
func (c alertsChoice) filter(now time.Time) journal.Filter {
	f := journal.Filter{Open: c.open, Than: c.level, Way: c.way}
	if c.days > 0 {
		f.From = now.AddDate(0, 0, -c.days)
	}
	return f
}

// none says that there is no alert of the choice.
func (c alertsChoice) none() string {
	switch {
	case c.level != heartbeat.Unknown || c.way != "":
		return tr("No alerts match these filters.")
	case c.open:
		return tr("No open alerts. Incidents appear here when an ExoPhone goes down.")
	case c.days == 0:
		return tr("No alerts yet. Incidents appear here when an ExoPhone goes down.")
	default:
		return tr("No alerts in this period. Incidents appear here when an ExoPhone goes down.")
	}
}

// alertsFilter chooses which alerts are listed, and exports them.
type alertsFilter struct {
	view    *fyne.Container
	choice  alertsChoice
	kinds   []*chip
	ways    *menuChip
	periods *menuChip
	count   *words
	changed func()
}

var alertKinds = []alertsChoice{{}, {open: true}, {level: heartbeat.Critical}, {level: heartbeat.Warning}}

func newAlertsFilter(changed, export func()) *alertsFilter {
	f := &alertsFilter{choice: alertsChoice{days: 30}, count: newWords(colorMuted, sizeLabel, 1), changed: changed}
	segments := rowOf(-1)
	for i, name := range []string{tr("All"), tr("Open"), tr("Critical"), tr("Warning")} {
		segment := newChip(lookSegment, name, func() {
			f.choice.open, f.choice.level = alertKinds[i].open, alertKinds[i].level
			f.mark()
		})
		f.kinds = append(f.kinds, segment)
		segments.Add(segment)
	}
	f.ways = newMenuChip([]menuOption{
		{tr("Both directions"), ""}, {tr("Incoming"), string(heartbeat.Incoming)}, {tr("Outgoing"), string(heartbeat.Outgoing)},
	}, func(value string) {
		f.choice.way = heartbeat.Direction(value)
		f.mark()
	})
	f.periods = newMenuChip([]menuOption{{tr("7 days"), "7"}, {tr("30 days"), "30"}, {tr("90 days"), "90"}, {tr("All times"), "0"}}, func(value string) {
		f.choice.days, _ = strconv.Atoi(value)
		f.mark()
	})
	csv := newChip(lookButton, tr("Export CSV…"), export)
	csv.icon = theme.DocumentSaveIcon()
	f.view = rowOf(10, segments, f.ways.chip, f.periods.chip, layout.NewSpacer(), f.count, csv)
	f.show()
	return f
}

// mark shows another choice and tells of it.
func (f *alertsFilter) mark() {
	f.show()
	f.changed()
}

// All shows the choice of all alerts, without telling of it.
func (f *alertsFilter) All() {
	f.choice = alertsChoice{}
	f.show()
}

func (f *alertsFilter) show() {
	for i, kind := range alertKinds {
		f.kinds[i].Choose(kind.open == f.choice.open && kind.level == f.choice.level)
	}
	f.ways.Select(string(f.choice.way))
	f.periods.Select(strconv.Itoa(f.choice.days))
}

// Count says how many alerts are listed; negative for not known.
func (f *alertsFilter) Count(n int) {
	switch {
	case n < 0:
		f.count.Set("")
	case n >= mostAlerts:
		f.count.Set(tr("the newest %d alerts", mostAlerts))
	default:
		f.count.Set(trN(n, "%d alert", "%d alerts", n))
	}
	f.view.Refresh()
}
