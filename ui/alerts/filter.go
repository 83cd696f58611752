package alerts

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
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
	f := journal.Filter{Open: c.open, Worst: c.level, Direction: c.way}
	if c.days > 0 {
		f.From = now.AddDate(0, 0, -c.days)
	}
	return f
}

// none says that there is no alert of the choice.
func (c alertsChoice) none() string {
	switch {
	case c.level != heartbeat.Unknown || c.way != "":
		return text.Tr("No alerts match these filters.")
	case c.open:
		return text.Tr("No open alerts. Incidents appear here when an ExoPhone goes down.")
	case c.days == 0:
		return text.Tr("No alerts yet. Incidents appear here when an ExoPhone goes down.")
	default:
		return text.Tr("No alerts in this period. Incidents appear here when an ExoPhone goes down.")
	}
}

// alertsFilter chooses which alerts are listed, and exports them.
type alertsFilter struct {
	view    *fyne.Container
	choice  alertsChoice
	kinds   []*kit.Chip
	ways    *kit.MenuChip
	periods *kit.MenuChip
	count   *kit.Text
	changed func()
}

var alertKinds = []alertsChoice{{}, {open: true}, {level: heartbeat.Critical}, {level: heartbeat.Warning}}

func newAlertsFilter(changed, export func()) *alertsFilter {
	f := &alertsFilter{choice: alertsChoice{days: 30}, count: kit.NewText(kit.ColorMuted, kit.SizeLabel, 1), changed: changed}
	segments := kit.NewRow(-1)
	for i, name := range []string{text.Tr("All"), text.Tr("Open"), text.Tr("Critical"), text.Tr("Warning")} {
		segment := kit.NewChip(kit.LookSegment, name, func() {
			f.choice.open, f.choice.level = alertKinds[i].open, alertKinds[i].level
			f.mark()
		})
		f.kinds = append(f.kinds, segment)
		segments.Add(segment)
	}
	f.ways = kit.NewMenuChip([]kit.Option{
		{Text: text.Tr("Both directions"), Value: ""}, {Text: text.Tr("Incoming"), Value: string(heartbeat.Incoming)}, {Text: text.Tr("Outgoing"), Value: string(heartbeat.Outgoing)},
	}, func(value string) {
		f.choice.way = heartbeat.Direction(value)
		f.mark()
	})
	f.periods = kit.NewMenuChip([]kit.Option{{Text: text.Tr("7 days"), Value: "7"}, {Text: text.Tr("30 days"), Value: "30"}, {Text: text.Tr("90 days"), Value: "90"}, {Text: text.Tr("All times"), Value: "0"}}, func(value string) {
		f.choice.days, _ = strconv.Atoi(value)
		f.mark()
	})
	csv := kit.NewChip(kit.LookButton, text.Tr("Export CSV…"), export)
	csv.Icon = theme.DocumentSaveIcon()
	f.view = kit.NewRow(10, segments, f.ways.Chip, f.periods.Chip, layout.NewSpacer(), f.count, csv)
	f.show()
	return f
}

// mark shows another choice and tells of it.
func (f *alertsFilter) mark() {
	f.show()
	f.changed()
}

// all shows the choice of all alerts, without telling of it.
func (f *alertsFilter) all() {
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

// showCount says how many alerts are listed; negative for not known.
func (f *alertsFilter) showCount(n int) {
	switch {
	case n < 0:
		f.count.Set("")
	case n >= MaxAlerts:
		f.count.Set(text.Tr("the newest %d alerts", MaxAlerts))
	default:
		f.count.Set(text.TrN(n, "%d alerts", n))
	}
	f.view.Refresh()
}
