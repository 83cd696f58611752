package dashboard

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// table shows the figures of each line or agent. Choosing a line filters everything by
// it; choosing an agent lists its calls.
type table struct {
	view   *kit.Panel
	title  *kit.Text
	chips  [2]*kit.Chip
	rows   *kit.Rows
	screen *Screen

	note   *kit.Text // stands for rows
	agents bool
	known  bool // the parts are those of the calls that are shown
	of     calls.Query
	parts  []calls.Part
}

func newTable(d *Screen) *table {
	t := &table{screen: d, title: kit.NewBoldText(kit.SizeLabel)}
	t.chips[0] = kit.NewChip(kit.LookSegment, text.Tr("Lines"), func() { t.choose(false) })
	t.chips[1] = kit.NewChip(kit.LookSegment, text.Tr("Agents"), func() { t.choose(true) })
	t.rows = kit.NewRows(func() fyne.CanvasObject { return newPartRow() }, func(o fyne.CanvasObject, n int) { o.(*partRow).set(t, &t.parts[n]) })
	t.rows.OpenOnTap = true
	t.rows.OnOpened = t.open
	heads := &fyne.Container{Layout: partLayout}
	for _, name := range []string{"", "", text.Tr("Calls"), text.Tr("Spoke"), text.Tr("Missed"), text.Tr("14 days")} {
		head := kit.NewText(kit.ColorMuted, kit.SizeSub, 1)
		head.Set(name)
		heads.Objects = append(heads.Objects, head)
	}
	t.note = kit.NewText(kit.ColorMuted, kit.SizeLabel, 1)
	head := container.New(&kit.PageLayout{Gap: 6}, kit.NewRow(-1, t.title, layout.NewSpacer(), t.chips[0], t.chips[1]),
		container.New(layout.NewCustomPaddedLayout(0, 0, kit.RowsInset, kit.RowsBar), heads), t.note)
	t.view = kit.NewPanel(container.New(layout.NewBorderLayout(head, nil, nil, nil), head, t.rows))
	t.mark()
	t.show()
	return t
}

func (t *table) mark() {
	t.chips[0].Choose(!t.agents)
	t.chips[1].Choose(t.agents)
	if t.agents {
		t.title.Set(text.Tr("By agent"))
	} else {
		t.title.Set(text.Tr("By line"))
	}
}

func (t *table) choose(agents bool) {
	if t.agents != agents {
		t.agents = agents
		t.mark()
		t.clear()
		t.screen.Actions.Parts(agents)
	}
}

// set shows parts of the calls of a query.
func (t *table) set(parts []calls.Part, of calls.Query) {
	t.parts, t.of, t.known = parts, of, true
	t.show()
}

// clear shows none until others come.
func (t *table) clear() {
	t.parts, t.known = nil, false
	t.show()
}

func (t *table) show() {
	switch {
	case len(t.parts) > 0:
		t.note.Set("")
	case t.known:
		t.note.Set(text.Tr("No calls"))
	default:
		t.note.Set(text.Tr("Loading…"))
	}
	t.note.Hidden = t.note.Text == ""
	t.rows.SetCount(len(t.parts))
	t.view.Refresh()
}

// open shows the calls of a part.
func (t *table) open(n int) {
	p := &t.parts[n]
	if t.agents {
		q := t.screen.Shown.Query
		q.Agents = []string{p.Address}
		t.screen.list(q, t.screen.format.Phone(p.Address))
		return
	}
	if p.Address != "" {
		t.screen.Filters.Choice.Filter.ExoPhone = p.Address
		t.screen.Filters.changed()
	}
}

// name returns how a part is called, and its number where that is another thing.
func (t *table) name(p *calls.Part) (name, number string, look kit.Look) {
	look = kit.PhoneLook(heartbeat.StateUnknown, heartbeat.StateUnknown)
	f := t.screen.format
	if p.Address == "" {
		return text.Tr("None"), "", look
	}
	if !t.agents {
		key := exotel.NumberKey(p.Address)
		for _, phone := range t.screen.health.health.Phones {
			if phone.Key == key {
				look = kit.PhoneLook(phone.Incoming.State, phone.Outgoing.State)
				if phone.Name != "" {
					return f.OneLine(phone.Name, 40), f.Phone(phone.Number), look
				}
			}
		}
	}
	return f.Phone(p.Address), "", look
}

// ApplyParts shows the lines or agents of the calls of a query, and the callers who
// reached nobody, unless others are shown.
func (d *Screen) ApplyParts(parts []calls.Part, agents bool, u calls.Unreached, q calls.Query) {
	if agents != d.table.agents || !sameCalls(q, d.Shown.Query) {
		return
	}
	d.unreached = &u
	d.table.set(parts, q)
	d.showFigures()
}

// HasDetails reports whether the table and what is usual are of the calls that are
// shown.
func (d *Screen) HasDetails() bool {
	usual := d.Shown.Period.Days() != 1 || d.usualRead()
	return usual && d.table.known && sameCalls(d.table.of, d.Shown.Query)
}

// ShowsAgents reports whether the table shows agents, and not lines.
func (d *Screen) ShowsAgents() bool { return d.table.agents }

// partRow is a line or an agent in the table.
type partRow struct {
	widget.BaseWidget
	mark                 *kit.Mark
	name                 *partName
	calls, spoke, missed *kit.Text
	trace                *chart.Trace
	cells                *fyne.Container
}

func newPartRow() *partRow {
	r := &partRow{mark: kit.NewMark(10), name: newPartName(), trace: chart.NewTrace()}
	for _, cell := range []**kit.Text{&r.calls, &r.spoke, &r.missed} {
		*cell = kit.NewText(kit.ColorText, theme.SizeNameText, 1)
	}
	r.cells = container.New(partLayout, r.mark, r.name, r.calls, r.spoke, r.missed, r.trace)
	r.ExtendBaseWidget(r)
	return r
}

// fewCalls is the number of calls below which a share says nothing.
const fewCalls = 20

// set shows a part.
func (r *partRow) set(t *table, p *calls.Part) {
	name, number, look := t.name(p)
	r.mark.Set(look)
	r.mark.Hidden = t.agents
	r.name.set(name, number)
	count := t.screen.format.Count
	r.calls.Set(count(p.Counts.Total()))
	r.missed.Set(count(p.Counts.Unanswered()))
	spoke := text.Unknown
	if known := p.Outcomes.Known(); known >= fewCalls {
		spoke = text.Percent(p.Outcomes[metrics.Talked], known)
	}
	r.spoke.Set(spoke)
	r.trace.Set(p.Days)
	r.cells.Refresh() // lays out, too: figures end at their right edge
}

// CreateRenderer implements fyne.Widget.
func (r *partRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.cells) }

// partLayout sets the cells of a row of the table side by side: a mark, a name that
// takes what is left, and figures that end at their right edge.
var partLayout = &kit.ListLayout{MinWidth: 300, Columns: []kit.ListColumn{
	{Width: 10}, {Share: 1}, {Width: 52, Right: true}, {Width: 56, Right: true}, {Width: 52, Right: true}, {Width: 66, Right: true},
}}

// partName is a name with a number behind it, as far as there is room.
type partName struct {
	widget.BaseWidget
	name, number *kit.Text
	box          *fyne.Container
}

func newPartName() *partName {
	n := &partName{name: kit.NewBoldText(theme.SizeNameText), number: kit.NewText(kit.ColorMuted, kit.SizeSub, 1)}
	n.box = container.New(nameLayout{}, n.name, n.number)
	n.ExtendBaseWidget(n)
	return n
}

// set shows another name and number.
func (n *partName) set(name, number string) {
	n.name.Set(name)
	n.number.Set(number)
	n.box.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (n *partName) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(n.box) }

// nameLayout gives the first text its width and the second what is left.
type nameLayout struct{}

// Layout implements fyne.Layout.
func (nameLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	name, number := objects[0].MinSize(), objects[1].MinSize()
	width := min(name.Width, size.Width)
	objects[0].Move(fyne.NewPos(0, (size.Height-name.Height)/2))
	objects[0].Resize(fyne.NewSize(width, name.Height))
	left := size.Width - width - 6
	objects[1].Resize(fyne.NewSize(max(0, left), number.Height))
	objects[1].Move(fyne.NewPos(width+6, (size.Height-number.Height)/2))
	if left < number.Width {
		objects[1].Hide()
	} else {
		objects[1].Show()
	}
}

// MinSize implements fyne.Layout.
func (nameLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, objects[0].MinSize().Height)
}

// besideLayout sets the chart and the table side by side, or one below the other where
// they would be too narrow.
type besideLayout struct {
	gap   float32
	width float32 // last given, for MinSize
}

const (
	besideFrom = 1036 // the width from which both stand side by side
	tableHigh  = 260
)

// Layout implements fyne.Layout.
func (l *besideLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	chart, table := objects[0], objects[1]
	if size.Width < besideFrom {
		high := max(chart.MinSize().Height, size.Height-l.gap-tableHigh)
		chart.Resize(fyne.NewSize(size.Width, high))
		table.Move(fyne.NewPos(0, high+l.gap))
		table.Resize(fyne.NewSize(size.Width, tableHigh))
		return
	}
	wide := (size.Width - l.gap) * 0.58
	chart.Resize(fyne.NewSize(wide, size.Height))
	table.Move(fyne.NewPos(wide+l.gap, 0))
	table.Resize(fyne.NewSize(size.Width-wide-l.gap, size.Height))
}

// MinSize implements fyne.Layout.
func (l *besideLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := objects[0].MinSize()
	if l.width < besideFrom {
		size.Height += l.gap + tableHigh
	}
	return size
}
