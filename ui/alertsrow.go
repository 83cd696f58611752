package ui

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
)

// alertRow is an alert in the list. Pressing it shows or hides all that is on
// record about it.
type alertRow struct {
	view    *fyne.Container
	head    *chip
	details *fyne.Container
	entry   journal.Entry
	title   string
	sorted  []alert.Incident
	text    rowText
	zone    *time.Location
	now     time.Time
}

// rowText is what a row shows of its alert.
type rowText struct {
	level            heartbeat.Level
	title, sub, told string
	mark             look // of told; the zero look for none
	open             bool
}

// newAlertRow returns an empty row; resized is called when it is opened or closed.
func newAlertRow(zone *time.Location, resized func()) *alertRow {
	r := &alertRow{zone: zone, details: container.New(&pageLayout{gap: 16, side: rowText1, end: 10})}
	r.details.Hide()
	r.head = newChip(lookButton, "", func() {
		r.details.Hidden = !r.details.Hidden
		r.fill()
		r.Tick(r.now)
		resized()
	})
	r.head.drawn = r.createRenderer
	r.view = container.New(&pageLayout{}, r.head, r.details)
	return r
}

// Set shows an alert; the same again costs nothing.
func (r *alertRow) Set(e journal.Entry, now time.Time) {
	if !reflect.DeepEqual(e, r.entry) {
		r.entry, r.now, r.sorted = e, now, byName(e.Incidents)
		r.title = alertTitle(e.Worst, r.sorted)
		r.fill()
	}
	r.Tick(now)
}

// Tick shows what changes with time alone.
func (r *alertRow) Tick(now time.Time) {
	r.now = now
	mark, told := toldText(r.entry, now, r.zone)
	text := rowText{
		level: r.entry.Worst, title: r.title, sub: alertSpan(&r.entry.Alert, now, r.zone),
		told: told, mark: mark, open: r.details.Visible(),
	}
	if text == r.text {
		return
	}
	if r.text = text; r.entry.Open() {
		r.fill()
	}
	r.head.text = text.title
	r.head.label = tr("%s: %s. %s. %s. Show details", text.level, text.title, text.sub, text.told)
	if text.open {
		r.head.label = tr("%s: %s. %s. %s. Hide details", text.level, text.title, text.sub, text.told)
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
		cells = append(cells, incidentCells(in, lastedText(in.Opened, in.Closed, r.now, r.zone))...)
	}
	if more := len(e.Incidents) - mostInDetails; more > 0 {
		cells = append(cells, cell(tr("and %d more", more), colorMuted))
	}
	r.section(tr("Incidents"), newTable(incidentColumns, cells...))

	cells = nil
	for _, step := range e.Steps[max(0, len(e.Steps)-mostInDetails):] {
		cells = append(cells, cell(r.clock(step.At), colorMuted), cell(stepText(step), plain))
	}
	r.section(tr("Timeline"), newTable(2, cells...))

	cells = nil
	for _, d := range e.Deliveries[max(0, len(e.Deliveries)-mostInDetails):] {
		mark := newMark(badgeMark)
		mark.Set(deliveryMark(d.State))
		cells = append(cells, cell(r.clock(d.At), colorMuted), cell(kindText(d.Kind), plain),
			container.NewBorder(nil, nil, container.NewCenter(mark), nil, longCell(deliveryText(d, r.now), plain)))
	}
	if len(cells) == 0 {
		_, none := toldText(*e, r.now, r.zone)
		r.section(tr("Notifications"), cell(none, colorMuted))
		return
	}
	r.section(tr("Notifications"), newTable(3, cells...))
}

func (r *alertRow) section(title string, content fyne.CanvasObject) {
	r.details.Add(container.New(&pageLayout{gap: 6}, boldCell(title), content))
}

func (r *alertRow) clock(at time.Time) string { return at.In(r.zone).Format("Mon 2 Jan 15:04:05") }

const incidentColumns = 6

// incidentCells is a row of a table of incidents.
func incidentCells(in alert.Incident, span string) []fyne.CanvasObject {
	name, number := incidentName(in)
	instead := ""
	if len(in.Alternates) > 0 {
		instead = tr("alternate %s", phoneText(in.Alternates[0]))
	}
	ink := plain
	if !in.Open() {
		ink = colorMuted
	}
	first := boldCell(name)
	first.most = 240 // what happened to the number matters more
	return []fyne.CanvasObject{
		first, cell(number, colorMuted), cell(directionWord(in.Direction), ink), cell(incidentWord(in), ink),
		cell(span, ink), cell(instead, colorMuted),
	}
}

// Lengths of a row, in units.
const (
	rowPad    = 10
	rowShape  = 14
	rowText1  = rowPad + rowShape + 10 // where its texts begin
	rowGap    = 10
	rowNarrow = 900 // narrower, what was told stands below
)

func (r *alertRow) createRenderer() fyne.WidgetRenderer {
	v := &alertRowRenderer{
		row: r, shape: newMark(rowShape), mark: newMark(badgeMark), arrow: widget.NewIcon(nil),
		level: newBoldWords(sizeLabel), title: newWords(plain, theme.SizeNameText, 1),
		sub: newWords(colorMuted, sizeSub, 1), told: newWords(colorMuted, sizeSub, 1),
		shade: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil),
	}
	v.Refresh()
	return v
}

type alertRowRenderer struct {
	row                     *alertRow
	shade, ring             *canvas.Rectangle
	shape, mark             *mark
	arrow                   *widget.Icon
	level, title, sub, told *words
	width                   float32 // last given, for MinSize
}

func (v *alertRowRenderer) Destroy() {}

func (v *alertRowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{v.shade, v.shape, v.level, v.title, v.sub, v.mark, v.told, v.arrow, v.ring}
}

func (v *alertRowRenderer) narrow() bool { return v.width > 0 && v.width < rowNarrow }

func (v *alertRowRenderer) MinSize() fyne.Size {
	height := v.title.MinSize().Height + v.sub.MinSize().Height
	if v.narrow() {
		height += v.told.MinSize().Height
	}
	return fyne.NewSize(tableLeast, ceil(height)+2*rowPad)
}

func (v *alertRowRenderer) Layout(size fyne.Size) {
	v.width = size.Width
	v.shade.Resize(size)
	v.ring.Resize(size)
	first, second := v.title.MinSize().Height, v.sub.MinSize().Height
	place := func(o fyne.CanvasObject, x, y, width, height float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(max(0, width), height))
	}
	right := size.Width - rowPad - chipIcon
	place(v.arrow, right, (size.Height-chipIcon)/2, chipIcon, chipIcon)
	right -= rowGap
	place(v.shape, rowPad, rowPad+(first-rowShape)/2, rowShape, rowShape)

	told, shift := v.told.MinSize().Width, float32(0)
	if v.mark.Visible() {
		shift = badgeMark + badgeGap
	}
	if v.narrow() {
		top := rowPad + first + second
		place(v.mark, rowText1, top+(second-badgeMark)/2, badgeMark, badgeMark)
		place(v.told, rowText1+shift, top, right-rowText1-shift, second)
	} else {
		told = min(told, size.Width*0.42)
		place(v.told, right-told, (size.Height-second)/2, told, second)
		place(v.mark, right-told-shift, (size.Height-badgeMark)/2, badgeMark, badgeMark)
		right -= told + shift + 2*rowGap
	}
	level := v.level.MinSize().Width
	place(v.level, rowText1, rowPad, level, first)
	place(v.title, rowText1+level+rowGap, rowPad, right-rowText1-level-rowGap, first)
	place(v.sub, rowText1, rowPad+first, right-rowText1, second)
}

func (v *alertRowRenderer) Refresh() {
	c, t := v.row.head, v.row.text
	th, variant := c.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	v.shape.Set(levelLook(t.level))
	v.level.Set(t.level.String())
	v.title.Set(t.title)
	v.sub.Set(t.sub)
	v.told.Set(t.told)
	v.mark.Hidden = t.mark == look{}
	v.mark.Set(t.mark)
	v.arrow.Resource = theme.MenuDropDownIcon()
	if t.open {
		v.arrow.Resource = theme.MenuDropUpIcon()
	}
	v.shade.FillColor, v.ring.FillColor = color.Transparent, color.Transparent
	v.ring.StrokeColor, v.ring.StrokeWidth = color.Transparent, 2
	if c.hovered {
		v.shade.FillColor = th.Color(theme.ColorNameHover, variant)
	}
	if c.focused {
		v.ring.StrokeColor = th.Color(plain, variant)
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
