package chart

import (
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/kit"
)

// Data is what the chart shows. It is not changed after SetData.
type Data struct {
	Version    uint64 // data of the same version look the same: they are not drawn again
	Bars       []Bar
	LabelEvery int    // least distance of two labels in bars: 2 for hours, 0 for as many as fit
	Note       string // over the plot when there is nothing to see in it, e.g. "No calls in this range"
	Summary    string // the whole chart in a sentence, for screen readers
}

// BarChart shows calls over time as stacked bars. The picture is drawn only
// when something in it changes; the marked bar and its read-out are objects
// over it. Pointer, arrow keys, Home and End move the mark, Escape takes it
// away, a tap or Enter chooses the bar.
type BarChart struct {
	widget.BaseWidget

	// OnChoose is called with the bar that was tapped or entered, if set.
	OnChoose func(i int)

	number  func(int) string
	readOut func(i int) []string

	Data    Data
	picture chartPicture
	fonts   fontCache
	renders int // pictures drawn so far, for tests

	hovered int // bar under the pointer, or -1
	cursor  int // bar marked by key or tap, or -1
	focused bool
	view    *chartView // nil until the widget is first shown
}

var (
	_ fyne.Accessible    = (*BarChart)(nil)
	_ fyne.Focusable     = (*BarChart)(nil)
	_ fyne.Tappable      = (*BarChart)(nil)
	_ desktop.Cursorable = (*BarChart)(nil)
	_ desktop.Hoverable  = (*BarChart)(nil)
)

// NoBar stands for "no bar is marked".
const noBar = -1

// NewBarChart returns an empty chart. number writes the figures of the axis;
// readOut returns the lines under the name of bar i while that bar is marked,
// the most important one first.
func NewBarChart(number func(int) string, readOut func(i int) []string) *BarChart {
	c := &BarChart{number: number, readOut: readOut, hovered: noBar, cursor: noBar}
	c.ExtendBaseWidget(c)
	return c
}

// SetData shows other data. The mark stays where it is as long as the chart
// has as many bars as before.
func (c *BarChart) SetData(data Data) {
	if len(data.Bars) != len(c.Data.Bars) {
		c.hovered, c.cursor = noBar, noBar
	}
	c.Data = data
	c.Refresh()
}

// MinSize keeps room for the axis and a few labels.
func (c *BarChart) MinSize() fyne.Size {
	return fyne.NewSize(300, 140)
}

// marked returns the bar to read out: the pointer's before the keyboard's.
func (c *BarChart) marked() int {
	if c.hovered != noBar {
		return c.hovered
	}
	return c.cursor
}

// barAt returns the bar whose column holds the position, labels included.
func (c *BarChart) barAt(pos fyne.Position) int {
	scale := c.picture.scale
	if scale == 0 {
		return noBar
	}
	i := c.picture.geometry.at(int(math.Floor(float64(pos.X) * scale)))
	if i >= len(c.Data.Bars) { // the picture of newer data is still to come
		return noBar
	}
	return i
}

// mark moves both marks; only the objects over the picture change.
func (c *BarChart) mark(hovered, cursor int) {
	if hovered == c.hovered && cursor == c.cursor {
		return
	}
	c.hovered, c.cursor = hovered, cursor
	if c.view != nil {
		c.view.showMark()
	}
}

// choose reports a bar to the owner.
func (c *BarChart) choose(i int) {
	if i != noBar && c.OnChoose != nil {
		c.OnChoose(i)
	}
}

// MouseIn marks the bar under the pointer.
func (c *BarChart) MouseIn(ev *desktop.MouseEvent) { c.MouseMoved(ev) }

// MouseMoved marks the bar under the pointer.
func (c *BarChart) MouseMoved(ev *desktop.MouseEvent) { c.mark(c.barAt(ev.Position), c.cursor) }

// MouseOut leaves the mark to the keyboard.
func (c *BarChart) MouseOut() { c.mark(noBar, c.cursor) }

// Cursor returns a hand where a tap does something.
func (c *BarChart) Cursor() desktop.Cursor {
	if c.OnChoose != nil && c.hovered != noBar {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// Tapped takes the focus, so that the keys go on from here, and chooses.
func (c *BarChart) Tapped(ev *fyne.PointEvent) {
	if cv := fyne.CurrentApp().Driver().CanvasForObject(c); cv != nil {
		cv.Focus(c)
	}
	if i := c.barAt(ev.Position); i != noBar {
		c.mark(c.hovered, i)
		c.choose(i)
	}
}

// FocusGained shows the focus ring.
func (c *BarChart) FocusGained() {
	c.setFocused(true)
	kit.Reveal(c)
}

// FocusLost hides the focus ring and the keyboard's mark.
func (c *BarChart) FocusLost() {
	c.mark(c.hovered, noBar)
	c.setFocused(false)
}

func (c *BarChart) setFocused(focused bool) {
	c.focused = focused
	if c.view != nil {
		c.view.showFocus()
	}
}

// TypedRune passes letters on: the chart takes none.
func (c *BarChart) TypedRune(r rune) { kit.PassRune(c, r) }

// TypedKey moves the mark and chooses. A key goes on from the bar that is
// read out, whichever marked it.
func (c *BarChart) TypedKey(ev *fyne.KeyEvent) {
	last, from := len(c.Data.Bars)-1, c.marked()
	switch ev.Name {
	case fyne.KeyEscape:
		if from == noBar {
			kit.PassKey(c, ev)
		}
		c.mark(noBar, noBar)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		c.choose(from)
	case fyne.KeyHome:
		c.mark(noBar, min(0, last))
	case fyne.KeyEnd:
		c.mark(noBar, last)
	case fyne.KeyRight:
		c.mark(noBar, min(from+1, last))
	case fyne.KeyLeft:
		if from == noBar {
			from = last + 1
		}
		c.mark(noBar, max(from-1, min(0, last)))
	default:
		kit.PassKey(c, ev)
	}
}

// AccessibilityLabel returns the summary, and the read-out of the marked bar.
func (c *BarChart) AccessibilityLabel() string {
	i := c.marked()
	if i == noBar {
		return c.Data.Summary
	}
	lines := append([]string{c.Data.Bars[i].Name}, c.readOut(i)...)
	return c.Data.Summary + " " + strings.Join(lines, ". ")
}

// AccessibilityRole returns that of texts: there is none for pictures.
func (c *BarChart) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (c *BarChart) CreateRenderer() fyne.WidgetRenderer {
	c.ExtendBaseWidget(c)
	c.view = newChartView(c)
	return c.view
}
