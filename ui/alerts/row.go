package alerts

import (
	"image/color"
	"reflect"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// alertRow is an alert in the list. Pressing it shows or hides all that is on
// record about it.
type alertRow struct {
	view    *fyne.Container
	head    *kit.Chip
	details *fyne.Container
	entry   journal.Entry
	title   string
	sorted  []alert.Incident
	text    rowText
	format  text.Format
	now     time.Time
}

// Lengths of a row, in units.
const (
	rowPad    = 10
	rowText1  = rowPad + kit.RowShape + 10 // where its texts begin
	rowGap    = 10
	rowNarrow = 900 // narrower, what was told stands below
)

// rowText is what a row shows of its alert.
type rowText struct {
	level            heartbeat.Level
	title, sub, told string
	mark             kit.Look // of told; the zero look for none
	open             bool
}

// newAlertRow returns an empty row; resized is called when it is opened or closed.
func newAlertRow(f text.Format, resized func()) *alertRow {
	r := &alertRow{format: f, details: container.New(&kit.PageLayout{Gap: 16, Side: rowText1, End: 10})}
	r.details.Hide()
	r.head = kit.NewChip(kit.LookButton, "", func() {
		r.details.Hidden = !r.details.Hidden
		r.fill()
		r.tick(r.now)
		resized()
	})
	r.head.Render = r.createRenderer
	r.view = container.New(&kit.PageLayout{}, r.head, r.details)
	return r
}

// set shows an alert; the same again costs nothing.
func (r *alertRow) set(e journal.Entry, now time.Time) {
	if !reflect.DeepEqual(e, r.entry) {
		r.entry, r.now, r.sorted = e, now, byName(e.Incidents)
		r.title = alertTitle(e.Worst, r.sorted, r.format)
		r.fill()
	}
	r.tick(now)
}

// tick shows what changes with time alone.
func (r *alertRow) tick(now time.Time) {
	r.now = now
	mark, told := toldText(r.entry, now, r.format)
	words := rowText{
		level: r.entry.Worst, title: r.title, sub: alertSpan(&r.entry.Alert, now, r.format),
		told: told, mark: mark, open: r.details.Visible(),
	}
	if words == r.text {
		return
	}
	if r.text = words; r.entry.Open() {
		r.fill()
	}
	r.head.Text = words.title
	r.head.Label = text.Tr("%s: %s. %s. %s. Show details", words.level, words.title, words.sub, words.told)
	if words.open {
		r.head.Label = text.Tr("%s: %s. %s. %s. Hide details", words.level, words.title, words.sub, words.told)
	}
	r.head.Refresh()
}

// mostInDetails bounds each part of the particulars.
const mostInDetails = 100

// ages reports whether time alone changes what the row says.
func (r *alertRow) ages() bool {
	return r.entry.Open() || slices.ContainsFunc(r.entry.Deliveries, func(d journal.Delivery) bool { return d.State == journal.Sending })
}

// fill writes the particulars, if they are shown.
func (r *alertRow) fill() {
	defer r.details.Refresh()
	r.details.Objects = nil
	if !r.details.Visible() {
		return
	}
	e := &r.entry
	var cells []fyne.CanvasObject
	for _, in := range r.sorted[:min(mostInDetails, len(r.sorted))] {
		cells = append(cells, incidentCells(in, r.format.Lasted(in.Opened, in.Closed, r.now), r.format)...)
	}
	if more := len(e.Incidents) - mostInDetails; more > 0 {
		cells = append(cells, kit.Cell(text.Tr("and %d more", more), kit.ColorMuted))
	}
	r.section(text.Tr("Incidents"), kit.NewTable(incidentColumns, cells...))

	cells = nil
	for _, step := range e.Steps[max(0, len(e.Steps)-mostInDetails):] {
		cells = append(cells, kit.Cell(r.clock(step.At), kit.ColorMuted), kit.Cell(stepText(step, r.format), kit.ColorText))
	}
	r.section(text.Tr("Timeline"), kit.NewTable(2, cells...))

	cells = nil
	for _, d := range e.Deliveries[max(0, len(e.Deliveries)-mostInDetails):] {
		mark := kit.NewMark(kit.BadgeMark)
		mark.Set(deliveryMark(d.State))
		cells = append(cells, kit.Cell(r.clock(d.At), kit.ColorMuted), kit.Cell(kindText(d.Kind, r.format), kit.ColorText),
			container.NewBorder(nil, nil, container.NewCenter(mark), nil, kit.LongCell(r.format.Delivery(d, r.now), kit.ColorText)))
	}
	if len(cells) == 0 {
		_, none := toldText(*e, r.now, r.format)
		r.section(text.Tr("Notifications"), kit.Cell(none, kit.ColorMuted))
		return
	}
	r.section(text.Tr("Notifications"), kit.NewTable(3, cells...))
}

func (r *alertRow) section(title string, content fyne.CanvasObject) {
	r.details.Add(container.New(&kit.PageLayout{Gap: 6}, kit.BoldCell(title), content))
}

func (r *alertRow) clock(at time.Time) string { return r.format.Time(at, "Mon 2 Jan 15:04:05") }

const incidentColumns = 6

// incidentCells is a row of a table of incidents.
func incidentCells(in alert.Incident, span string, f text.Format) []fyne.CanvasObject {
	name, number := incidentName(in, f)
	instead := ""
	if len(in.Alternates) > 0 {
		instead = text.Tr("alternate %s", f.Phone(in.Alternates[0]))
	}
	ink := kit.ColorText
	if !in.Open() {
		ink = kit.ColorMuted
	}
	first := kit.BoldCell(name)
	first.MaxWidth = 240 // what happened to the number matters more
	return []fyne.CanvasObject{
		first, kit.Cell(number, kit.ColorMuted), kit.Cell(text.Direction(in.Direction), ink), kit.Cell(incidentWord(in, f), ink),
		kit.Cell(span, ink), kit.Cell(instead, kit.ColorMuted),
	}
}

func (r *alertRow) createRenderer() fyne.WidgetRenderer {
	v := &alertRowRenderer{
		row: r, shape: kit.NewMark(kit.RowShape), mark: kit.NewMark(kit.BadgeMark), arrow: widget.NewIcon(nil),
		level: kit.NewBoldText(kit.SizeLabel), title: kit.NewText(kit.ColorText, theme.SizeNameText, 1),
		sub: kit.NewText(kit.ColorMuted, kit.SizeSub, 1), told: kit.NewText(kit.ColorMuted, kit.SizeSub, 1),
		shade: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil),
	}
	v.Refresh()
	return v
}

type alertRowRenderer struct {
	row                     *alertRow
	shade, ring             *canvas.Rectangle
	shape, mark             *kit.Mark
	arrow                   *widget.Icon
	level, title, sub, told *kit.Text
	width                   float32 // last given, for MinSize
}

// Destroy implements fyne.WidgetRenderer.
func (v *alertRowRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (v *alertRowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{v.shade, v.shape, v.level, v.title, v.sub, v.mark, v.told, v.arrow, v.ring}
}

func (v *alertRowRenderer) narrow() bool { return v.width > 0 && v.width < rowNarrow }

// MinSize implements fyne.WidgetRenderer.
func (v *alertRowRenderer) MinSize() fyne.Size {
	height := v.title.MinSize().Height + v.sub.MinSize().Height
	if v.narrow() {
		height += v.told.MinSize().Height
	}
	return fyne.NewSize(kit.MinTableWidth, kit.Ceil(height)+2*rowPad)
}

// Layout implements fyne.WidgetRenderer.
func (v *alertRowRenderer) Layout(size fyne.Size) {
	v.width = size.Width
	v.shade.Resize(size)
	v.ring.Resize(size)
	first, second := v.title.MinSize().Height, v.sub.MinSize().Height
	place := func(o fyne.CanvasObject, x, y, width, height float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(max(0, width), height))
	}
	right := size.Width - rowPad - kit.ChipIcon
	place(v.arrow, right, (size.Height-kit.ChipIcon)/2, kit.ChipIcon, kit.ChipIcon)
	right -= rowGap
	place(v.shape, rowPad, rowPad+(first-kit.RowShape)/2, kit.RowShape, kit.RowShape)

	told, shift := v.told.MinSize().Width, float32(0)
	if v.mark.Visible() {
		shift = kit.BadgeMark + kit.BadgeGap
	}
	if v.narrow() {
		top := rowPad + first + second
		place(v.mark, rowText1, top+(second-kit.BadgeMark)/2, kit.BadgeMark, kit.BadgeMark)
		place(v.told, rowText1+shift, top, right-rowText1-shift, second)
	} else {
		told = min(told, size.Width*0.42)
		place(v.told, right-told, (size.Height-second)/2, told, second)
		place(v.mark, right-told-shift, (size.Height-kit.BadgeMark)/2, kit.BadgeMark, kit.BadgeMark)
		right -= told + shift + 2*rowGap
	}
	level := v.level.MinSize().Width
	place(v.level, rowText1, rowPad, level, first)
	place(v.title, rowText1+level+rowGap, rowPad, right-rowText1-level-rowGap, first)
	place(v.sub, rowText1, rowPad+first, right-rowText1, second)
}

// Refresh implements fyne.WidgetRenderer.
func (v *alertRowRenderer) Refresh() {
	c, t := v.row.head, v.row.text
	th, variant := c.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	v.shape.Set(kit.LevelLook(t.level))
	v.level.Set(t.level.String())
	v.title.Set(t.title)
	v.sub.Set(t.sub)
	v.told.Set(t.told)
	v.mark.Hidden = t.mark == kit.Look{}
	v.mark.Set(t.mark)
	v.arrow.Resource = theme.MenuDropDownIcon()
	if t.open {
		v.arrow.Resource = theme.MenuDropUpIcon()
	}
	v.shade.FillColor, v.ring.FillColor = color.Transparent, color.Transparent
	v.ring.StrokeColor, v.ring.StrokeWidth = color.Transparent, 2
	if c.Hovered {
		v.shade.FillColor = th.Color(theme.ColorNameHover, variant)
	}
	if c.Focused {
		v.ring.StrokeColor = th.Color(kit.ColorText, variant)
	}
	v.shade.CornerRadius, v.ring.CornerRadius = th.Size(theme.SizeNameButtonRadius), th.Size(theme.SizeNameButtonRadius)
	v.Layout(c.Size())
	for _, object := range v.Objects() {
		object.Refresh()
	}
}

// newRowLine is the line between two rows.
func newRowLine() fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, 0, rowPad, rowPad), widget.NewSeparator())
}
