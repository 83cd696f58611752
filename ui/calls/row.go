package calls

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// column is a column of the list.
type column struct {
	kit.ListColumn
	name   func() string
	by     calls.Column // that its heading sorts by, if sorted
	sorted bool
}

var columns = []column{
	{name: func() string { return text.Tr("Time") }, by: calls.Created, sorted: true, ListColumn: kit.ListColumn{Width: 100}},
	{name: func() string { return text.Tr("Caller") }, by: calls.Caller, sorted: true, ListColumn: kit.ListColumn{Width: 112, Share: 1}},
	{name: func() string { return text.Tr("Way") }, ListColumn: kit.ListColumn{Width: 32}},
	{name: func() string { return text.Tr("Line") }, by: calls.Line, sorted: true, ListColumn: kit.ListColumn{Width: 88, Share: 1}},
	{name: func() string { return text.Tr("Agent") }, by: calls.Agent, sorted: true, ListColumn: kit.ListColumn{Width: 96, Share: 0.5, Least: 780}},
	{name: func() string { return text.Tr("What happened") }, by: calls.Outcome, sorted: true, ListColumn: kit.ListColumn{Width: 172, Share: 0.4}},
	{name: func() string { return text.Tr("Exotel's status") }, by: calls.Status, sorted: true, ListColumn: kit.ListColumn{Width: 120, Least: 1000}},
	{name: func() string { return text.Tr("Talk") }, by: calls.Talk, sorted: true, ListColumn: kit.ListColumn{Width: 48, Right: true}},
	{name: func() string { return text.Tr("Length") }, by: calls.Duration, sorted: true, ListColumn: kit.ListColumn{Width: 56, Right: true}},
}

// columnsLayout sets a cell for each column.
func columnsLayout() *kit.ListLayout {
	l := new(kit.ListLayout)
	for _, c := range columns {
		l.Columns = append(l.Columns, c.ListColumn)
	}
	return l
}

// row is a call in the list.
type row struct {
	widget.BaseWidget

	cells []fyne.CanvasObject
	texts []*kit.Text
	mark  *kit.Mark
}

func newRow() *row {
	r := &row{mark: kit.NewMark(10)}
	for _, c := range columns {
		cell := kit.NewText(kit.ColorText, theme.SizeNameText, 1)
		if c.name() == text.Tr("Caller") {
			cell = kit.NewBoldText(theme.SizeNameText)
		}
		r.texts = append(r.texts, cell)
		r.cells = append(r.cells, cell)
	}
	r.ExtendBaseWidget(r)
	return r
}

// set shows a call; nil is one that is not there yet.
func (r *row) set(s *Screen, call *calls.Call) {
	var shown [9]string
	color := kit.ColorText
	if call == nil {
		shown[0], color = "…", kit.ColorMuted
	} else {
		customer, agent := calls.Parties(&call.Call)
		shown = [...]string{
			s.clock(call.Created), s.format.Phone(customer), text.CallDirection(call.Direction), s.lineName(call.ExoPhone), s.format.Phone(agent),
			text.Outcome(call.Outcome, call.Direction), call.Call.Status, talkText(call), lengthText(call.Duration),
		}
	}
	for i, cell := range r.texts {
		cell.Set(shown[i])
	}
	r.texts[5].SetColor(color)
	if call != nil {
		r.texts[5].SetColor(outcomeColor(call.Outcome))
	}
	r.mark.Set(outcomeLook(call))
	r.Refresh()
}

// outcomeLook is the mark of what happened.
func outcomeLook(call *calls.Call) kit.Look {
	switch {
	case call == nil:
		return kit.Look{Shape: kit.Hollow, Color: kit.ColorUnknown}
	case call.Outcome == metrics.Talked:
		return kit.Look{Shape: kit.Disc, Color: kit.ColorHealthy}
	case call.Outcome == metrics.NotConnected:
		return kit.Look{Shape: kit.Diamond, Color: kit.ColorCritical}
	default:
		return kit.Look{Shape: kit.Hollow, Color: kit.ColorUnknown}
	}
}

func outcomeColor(o metrics.Outcome) fyne.ThemeColorName {
	switch o {
	case metrics.Talked:
		return theme.ColorNameSuccess
	case metrics.NotConnected:
		return theme.ColorNameError
	default:
		return kit.ColorText
	}
}

// talkText is how long the parties talked.
func talkText(call *calls.Call) string {
	if call.Outcome != metrics.Talked || call.Details == nil {
		return "—"
	}
	return lengthText(call.Details.Conversation)
}

// lengthText is a length in a table, "—" where it is not known.
func lengthText(seconds int) string {
	if seconds == exotel.Unknown {
		return "—"
	}
	return text.ClockLength(seconds)
}

// CreateRenderer implements fyne.Widget.
func (r *row) CreateRenderer() fyne.WidgetRenderer {
	return &rowRenderer{row: r, layout: columnsLayout()}
}

type rowRenderer struct {
	row    *row
	layout *kit.ListLayout
}

// Destroy implements fyne.WidgetRenderer.
func (v *rowRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (v *rowRenderer) Objects() []fyne.CanvasObject {
	return append([]fyne.CanvasObject{v.row.mark}, v.row.cells...)
}

// MinSize implements fyne.WidgetRenderer.
func (v *rowRenderer) MinSize() fyne.Size { return v.layout.MinSize(v.row.cells) }

// markRoom is the room of the mark before what happened.
const markRoom = 16

// Layout implements fyne.WidgetRenderer.
func (v *rowRenderer) Layout(size fyne.Size) {
	v.layout.Layout(v.row.cells, size)
	outcome := v.row.cells[5]
	v.row.mark.Move(fyne.NewPos(outcome.Position().X, (size.Height-10)/2))
	v.row.mark.Resize(fyne.NewSquareSize(10))
	outcome.Move(outcome.Position().AddXY(markRoom, 0))
	outcome.Resize(outcome.Size().SubtractWidthHeight(min(markRoom, outcome.Size().Width), 0))
}

// Refresh implements fyne.WidgetRenderer.
func (v *rowRenderer) Refresh() { v.Layout(v.row.Size()) }
