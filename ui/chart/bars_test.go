package chart

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest"
)

// shownChart is a chart in a window of the test driver.
type shownChart struct {
	*BarChart
	window fyne.Window
	chosen []int
}

// showChart shows a chart in our theme and paints it once.
func showChart(t *testing.T, variant fyne.ThemeVariant, width, height float32, data Data) *shownChart {
	t.Helper()
	uitest.UseTheme(t, variant)
	s := &shownChart{}
	s.BarChart = NewBarChart(strconv.Itoa, func(i int) []string {
		p := s.Data.Bars[i].Parts
		return []string{
			fmt.Sprintf("%d answered", p[0]),
			fmt.Sprintf("%d no answer · %d busy · %d failed", p[1], p[2], p[3]),
		}
	})
	s.OnChoose = func(i int) { s.chosen = append(s.chosen, i) }
	s.SetData(data)
	card := canvas.NewRectangle(s.Theme().Color(kit.ColorSurface, variant))
	s.window = test.NewTempWindow(t, container.NewStack(card, s.BarChart))
	s.window.SetPadded(false)
	s.window.Resize(fyne.NewSize(width, height))
	s.paintNow()
	return s
}

func (s *shownChart) paintNow() { s.window.Canvas().Capture() }

func (s *shownChart) key(names ...fyne.KeyName) {
	for _, name := range names {
		s.TypedKey(&fyne.KeyEvent{Name: name})
	}
}

// pointer moves the pointer over the middle of bar i.
func (s *shownChart) pointer(i int) {
	pos := s.middle(i)
	s.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: pos}})
}

// middle is a position in the column of bar i.
func (s *shownChart) middle(i int) fyne.Position {
	slot := s.picture.geometry.column(i)
	return fyne.NewPos(float32(slot.Min.X+slot.Max.X)/2/float32(s.picture.scale), s.Size().Height/2)
}

func dayData() Data {
	return Data{Version: 1, Bars: sampleDay(), LabelEvery: 2, Summary: "1,247 calls."}
}

func TestChartGolden(t *testing.T) {
	open := dayData()
	open.Bars[14].Open = true
	empty := Data{Version: 1, Bars: make([]Bar, 24), LabelEvery: 2, Note: "No calls in this range"}
	for i, b := range sampleDay() {
		empty.Bars[i].Label = b.Label
	}
	months := Data{Version: 1, Bars: sampleDays(186)}
	month := Data{Version: 1, Bars: sampleDays(30)}
	other := dayData()
	other.Bars[10].Parts[4] = 12
	for _, tt := range []struct {
		name          string
		variant       fyne.ThemeVariant
		width, height float32
		scale         float32
		data          Data
		act           func(*shownChart)
	}{
		{name: "day_light", variant: theme.VariantLight, width: 720, height: 260, data: dayData()},
		{name: "day_dark", variant: theme.VariantDark, width: 720, height: 260, data: dayData()},
		{name: "day_scale2", variant: theme.VariantLight, width: 360, height: 160, scale: 2, data: open},
		{name: "day_scale125", variant: theme.VariantDark, width: 400, height: 160, scale: 1.25, data: other},
		{name: "day_open", variant: theme.VariantLight, width: 720, height: 200, data: open},
		{name: "day_hover_light", variant: theme.VariantLight, width: 720, height: 260, data: dayData(),
			act: func(s *shownChart) { s.pointer(11) }},
		{name: "day_key_dark", variant: theme.VariantDark, width: 720, height: 260, data: other,
			act: func(s *shownChart) { s.window.Canvas().Focus(s.BarChart); s.key(fyne.KeyEnd) }},
		{name: "empty", variant: theme.VariantLight, width: 400, height: 160, data: empty},
		{name: "days_30", variant: theme.VariantDark, width: 600, height: 180, data: month},
		{name: "days_186", variant: theme.VariantLight, width: 600, height: 180, data: months},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := showChart(t, tt.variant, tt.width, tt.height, tt.data)
			if tt.scale != 0 {
				s.window.Canvas().(software.WindowlessCanvas).SetScale(tt.scale)
			}
			if tt.act != nil {
				tt.act(s)
			}
			test.AssertImageMatches(t, "chart_"+tt.name+".png", s.window.Canvas().Capture())
		})
	}
}

func TestChartDrawsOnlyWhatChanged(t *testing.T) {
	s := showChart(t, theme.VariantLight, 720, 260, dayData())
	for _, step := range []struct {
		name  string
		do    func()
		draws int
	}{
		{"nothing", func() {}, 0},
		{"refresh", s.Refresh, 0},
		{"hover", func() { s.pointer(5); s.paintNow(); s.pointer(6); s.MouseOut() }, 0},
		{"keys", func() { s.key(fyne.KeyHome, fyne.KeyRight); s.paintNow(); s.key(fyne.KeyEscape) }, 0},
		{"focus", func() { s.FocusGained(); s.paintNow(); s.FocusLost() }, 0},
		{"same version", func() { s.SetData(dayData()) }, 0},
		{"new version", func() { d := dayData(); d.Version = 2; s.SetData(d) }, 1},
		{"size", func() { s.window.Resize(fyne.NewSize(700, 260)) }, 1},
		{"scale", func() { s.window.Canvas().(software.WindowlessCanvas).SetScale(2) }, 1},
		{"colours", func() { test.ApplyTheme(t, kit.NewThemeIn(theme.VariantDark)) }, 1},
	} {
		before := s.renders
		step.do()
		s.paintNow()
		s.paintNow()
		if got := s.renders - before; got != step.draws {
			t.Errorf("%s: drawn %d times, want %d", step.name, got, step.draws)
		}
	}
}

func TestChartKeys(t *testing.T) {
	const right, left, home, end = fyne.KeyRight, fyne.KeyLeft, fyne.KeyHome, fyne.KeyEnd
	for _, tt := range []struct {
		keys []fyne.KeyName
		want int
	}{
		{nil, noBar},
		{[]fyne.KeyName{right}, 0},
		{[]fyne.KeyName{left}, 23},
		{[]fyne.KeyName{right, right, right}, 2},
		{[]fyne.KeyName{home, left}, 0},
		{[]fyne.KeyName{end, right}, 23},
		{[]fyne.KeyName{end, left}, 22},
		{[]fyne.KeyName{home, right, fyne.KeyEscape}, noBar},
		{[]fyne.KeyName{fyne.KeyUp}, noBar},
	} {
		s := showChart(t, theme.VariantLight, 720, 260, dayData())
		s.key(tt.keys...)
		if got := s.marked(); got != tt.want {
			t.Errorf("%v mark %d, want %d", tt.keys, got, tt.want)
		}
	}
}

func TestChartWithoutBarsTakesKeys(t *testing.T) {
	s := showChart(t, theme.VariantLight, 720, 260, Data{})
	s.key(fyne.KeyRight, fyne.KeyLeft, fyne.KeyHome, fyne.KeyEnd, fyne.KeyReturn)
	if s.marked() != noBar || len(s.chosen) != 0 {
		t.Errorf("marked %d, chosen %v in an empty chart", s.marked(), s.chosen)
	}
}

func TestChartKeysGoOnFromThePointer(t *testing.T) {
	s := showChart(t, theme.VariantLight, 720, 260, dayData())
	s.pointer(8)
	s.key(fyne.KeyRight)
	if s.marked() != 9 {
		t.Errorf("marked %d, want 9", s.marked())
	}
}

func TestChartChoose(t *testing.T) {
	s := showChart(t, theme.VariantLight, 720, 260, dayData())
	s.key(fyne.KeyReturn) // nothing marked, nothing chosen
	s.key(fyne.KeyEnd, fyne.KeyReturn, fyne.KeyHome, fyne.KeySpace)
	test.TapCanvas(s.window.Canvas(), s.middle(7))
	test.TapCanvas(s.window.Canvas(), fyne.NewPos(2, 100)) // on the axis
	if want := []int{23, 0, 7}; !slices.Equal(s.chosen, want) {
		t.Errorf("chosen %v, want %v", s.chosen, want)
	}
	if s.window.Canvas().Focused() != fyne.Focusable(s.BarChart) {
		t.Error("a tap does not take the focus")
	}
	s.OnChoose = nil
	s.key(fyne.KeyReturn)
}

func TestChartHover(t *testing.T) {
	for _, scale := range []float32{1, 1.25, 2} {
		s := showChart(t, theme.VariantLight, 720, 260, dayData())
		s.window.Canvas().(software.WindowlessCanvas).SetScale(scale)
		s.paintNow()
		for i := range s.Data.Bars {
			test.MoveMouse(s.window.Canvas(), s.middle(i))
			if s.marked() != i || s.view.column.Hidden || s.view.panel.Hidden {
				t.Fatalf("scale %v: pointer on %d marks %d", scale, i, s.marked())
			}
			left, right := s.view.column.Position().X, s.view.column.Position().X+s.view.column.Size().Width
			if x := s.middle(i).X; x < left || x > right {
				t.Errorf("scale %v: mark of %d is %v–%v, pointer at %v", scale, i, left, right, x)
			}
			assertInside(t, s, s.view.panel)
			panelLeft := s.view.panel.Position().X
			if panelLeft < right && panelLeft+s.view.panel.Size().Width > left {
				t.Errorf("scale %v: read-out of %d covers its bar", scale, i)
			}
		}
		s.MouseOut()
		if s.marked() != noBar || !s.view.column.Hidden || !s.view.panel.Hidden {
			t.Errorf("scale %v: the mark outlives the pointer", scale)
		}
	}
}

// assertInside checks that an object lies within the chart.
func assertInside(t *testing.T, s *shownChart, o fyne.CanvasObject) {
	t.Helper()
	end := o.Position().AddXY(o.Size().Width, o.Size().Height)
	if o.Position().X < 0 || o.Position().Y < 0 || end.X > s.Size().Width || end.Y > s.Size().Height {
		t.Errorf("%v–%v is outside of %v", o.Position(), end, s.Size())
	}
}

func TestChartNarrowBarsKeepAVisibleMark(t *testing.T) {
	s := showChart(t, theme.VariantLight, 300, 140, Data{Bars: sampleDays(186)})
	s.key(fyne.KeyEnd)
	if width := s.view.column.Size().Width; width < leastMark {
		t.Errorf("mark is %v wide", width)
	}
	assertInside(t, s, s.view.panel)
}

// TestChartMarkFollowsNewData changes the figures so that the axis needs more
// room: the mark has to move with the bars.
func TestChartMarkFollowsNewData(t *testing.T) {
	s := showChart(t, theme.VariantLight, 720, 260, dayData())
	s.key(fyne.KeyHome)
	before := s.view.column.Position()
	more := dayData()
	more.Version, more.Bars[3].Parts[0] = 2, 123456
	s.SetData(more)
	s.paintNow()
	if after := s.view.column.Position(); after.X <= before.X || s.marked() != 0 {
		t.Errorf("mark of %d stays at %v, was %v", s.marked(), after, before)
	}
	s.SetData(Data{Version: 3, Bars: sampleDays(7)})
	if s.marked() != noBar {
		t.Error("the mark of an hour became the mark of a day")
	}
	s.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(700, 100)}})
	if s.marked() != noBar {
		t.Error("the pointer found a bar of the picture before")
	}
}

func TestChartFocusRing(t *testing.T) {
	s := showChart(t, theme.VariantLight, 720, 260, dayData())
	if !s.view.ring.Hidden {
		t.Error("ring without focus")
	}
	s.window.Canvas().Focus(s.BarChart)
	s.key(fyne.KeyHome)
	if s.view.ring.Hidden || s.view.ring.Size() != s.Size() {
		t.Error("no ring around the focused chart")
	}
	s.window.Canvas().Unfocus()
	if !s.view.ring.Hidden || s.marked() != noBar {
		t.Error("ring or mark outlives the focus")
	}
}

func TestChartAccessibility(t *testing.T) {
	s := showChart(t, theme.VariantLight, 720, 260, dayData())
	if got, want := s.AccessibilityLabel(), "1,247 calls."; got != want {
		t.Errorf("label %q, want %q", got, want)
	}
	s.key(fyne.KeyHome)
	want := "1,247 calls. 00:00–01:00. 9 answered. 2 no answer · 1 busy · 0 failed"
	if got := s.AccessibilityLabel(); got != want {
		t.Errorf("label %q, want %q", got, want)
	}
	if s.AccessibilityRole() != fyne.AccessibleRoleText {
		t.Error("role is not text")
	}
}

func TestChartCursor(t *testing.T) {
	s := showChart(t, theme.VariantLight, 720, 260, dayData())
	if s.Cursor() != desktop.DefaultCursor {
		t.Error("hand beside the bars")
	}
	s.pointer(3)
	if s.Cursor() != desktop.PointerCursor {
		t.Error("no hand over a bar")
	}
}

func TestFontCacheParsesOnce(t *testing.T) {
	var fonts fontCache
	first := fonts.parsed(theme.DefaultTextFont())
	if first == nil || fonts.parsed(theme.DefaultTextFont()) != first {
		t.Error("the font is parsed again")
	}
	if bold := fonts.parsed(theme.DefaultTextBoldFont()); bold == nil || bold == first {
		t.Error("another font is not parsed")
	}
	if fonts.parsed(fyne.NewStaticResource("broken.otf", []byte("OTTO"))) == nil {
		t.Error("no font in place of a broken one")
	}
}
