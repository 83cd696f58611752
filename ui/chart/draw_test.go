package chart

import (
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"fyne.io/fyne/v2/theme"
	"github.com/golang/freetype/truetype"
	"github.com/wcharczuk/go-chart/v2"
	"github.com/wcharczuk/go-chart/v2/drawing"
)

// sampleHours is the guide's day: calls by hour, and the day by outcome.
var (
	sampleHours    = []int{12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0}
	sampleOutcomes = [Outcomes]int{976, 189, 52, 30, 0}
)

// sampleDay spreads the outcomes over the hours as they come in the day.
func sampleDay() []Bar {
	bars := make([]Bar, len(sampleHours))
	for hour, calls := range sampleHours {
		bars[hour] = Bar{
			Label: fmt.Sprintf("%02d", hour),
			Name:  fmt.Sprintf("%02d:00–%02d:00", hour, hour+1),
			Parts: stackParts(calls),
		}
	}
	return bars
}

// stackParts divides calls like the sample day's outcomes.
func stackParts(calls int) [Outcomes]int {
	cuts := stackCuts(sampleOutcomes, calls)
	var parts [Outcomes]int
	for i := range parts {
		parts[i] = cuts[i+1] - cuts[i]
	}
	return parts
}

// sampleDays is a run of days with labels like "19 Nov".
func sampleDays(n int) []Bar {
	bars := make([]Bar, n)
	for i := range bars {
		calls := 900 + 350*(i*7%11)/10
		if i%7 == 6 {
			calls /= 5
		}
		bars[i] = Bar{Label: fmt.Sprintf("%d Nov", i%30+1), Name: fmt.Sprintf("day %d", i+1), Parts: stackParts(calls)}
	}
	return bars
}

// testPalette has five colours that no other part of a picture uses.
var testPalette = func() chartPalette {
	p := chartPalette{surface: drawing.ColorWhite, line: drawing.ColorSilver, text: drawing.ColorBlack}
	for i := range p.parts {
		p.parts[i] = drawing.Color{R: uint8(40 * (i + 1)), B: 200, A: 255}
	}
	p.edges = p.parts
	return p
}()

// testFont parses the font of the window once for all tests.
var testFont = func() *truetype.Font {
	font, err := truetype.Parse(theme.DefaultTextFont().Content())
	if err != nil {
		panic(err)
	}
	return font
}()

func testSpec(bars []Bar, width, height int, scale float64) chartSpec {
	return chartSpec{bars: bars, labelEvery: 2, number: strconv.Itoa, width: width, height: height,
		scale: scale, textSize: 12, font: testFont, palette: testPalette}
}

func TestAxisTop(t *testing.T) {
	for _, tt := range []struct{ most, want int }{
		{0, 4}, {1, 4}, {4, 4}, {5, 8}, {9, 12}, {12, 12}, {13, 16}, {25, 32}, {33, 40},
		{41, 60}, {152, 160}, {160, 160}, {161, 200}, {201, 240}, {950, 1000}, {1247, 1600}, {98765, 100000},
	} {
		if got := axisTop(tt.most); got != tt.want {
			t.Errorf("axisTop(%d) = %d, want %d", tt.most, got, tt.want)
		}
	}
	for most := range 5000 {
		if top := axisTop(most); top < most || top%axisSteps != 0 || top > 4+2*most {
			t.Fatalf("axisTop(%d) = %d: too low, too high or not in whole steps", most, top)
		}
	}
}

func TestBarHeight(t *testing.T) {
	for _, tt := range []struct{ total, top, plot, want int }{
		{0, 160, 232, 0}, {160, 160, 232, 232}, {80, 160, 232, 116}, {1, 4000, 100, 1},
	} {
		if got := barHeight(tt.total, tt.top, tt.plot); got != tt.want {
			t.Errorf("barHeight(%d, %d, %d) = %d, want %d", tt.total, tt.top, tt.plot, got, tt.want)
		}
	}
}

func TestStackCutsLeaveNoGap(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var parts [Outcomes]int
		for i := range parts {
			parts[i] = random.IntN(1 << random.IntN(12))
		}
		parts[0]++
		height := random.IntN(600)
		cuts := stackCuts(parts, height)
		if cuts[0] != 0 || cuts[Outcomes] != height || !slices.IsSorted(cuts[:]) {
			t.Fatalf("stackCuts(%v, %d) = %v", parts, height, cuts)
		}
	}
	if cuts := stackCuts([Outcomes]int{}, 0); cuts != [Outcomes + 1]int{} {
		t.Errorf("an empty bar has cuts %v", cuts)
	}
}

func TestSlotsShareTheWidth(t *testing.T) {
	for _, bars := range []int{1, 2, 7, 24, 31, 186} {
		for _, width := range []int{187, 250, 851, 1703} {
			g := chartGeometry{image.Rect(41, 5, 41+width, 205), bars}
			end := g.plot.Min.X
			for i := range bars {
				slot, fill := g.column(i), g.bar(i, 1)
				if slot.Min.X != end || fill.Empty() || !fill.In(slot.Inset(-1)) {
					t.Fatalf("%d bars on %d px: slot %d is %v with bar %v, want it to start at %d", bars, width, i, slot, fill, end)
				}
				if g.at(slot.Min.X) != i || g.at(slot.Max.X-1) != i {
					t.Fatalf("%d bars on %d px: the ends of slot %d belong to %d and %d", bars, width, i, g.at(slot.Min.X), g.at(slot.Max.X-1))
				}
				end = slot.Max.X
			}
			if end != g.plot.Max.X || g.at(g.plot.Min.X-1) != -1 || g.at(end) != -1 {
				t.Errorf("%d bars on %d px: slots end at %d, plot at %d", bars, width, end, g.plot.Max.X)
			}
		}
	}
	if (chartGeometry{}).at(0) != -1 {
		t.Error("a picture without bars has a bar")
	}
}

func TestLabelsStayApart(t *testing.T) {
	hours, days := sampleDay(), sampleDays(186)
	for _, tt := range []struct {
		name         string
		bars         []Bar
		every, width int
		want         int // labels
	}{
		{"hours wide", hours, 2, 1200, 12},
		{"hours", hours, 2, 700, 12},
		{"hours narrow", hours, 2, 300, 8},
		{"two days", days[:2], 0, 300, 2},
		{"week", days[:7], 0, 700, 7},
		{"month", days[:30], 0, 900, 15},
		{"half a year", days, 0, 900, 16},
		{"half a year narrow", days, 0, 300, 5},
		{"no labels", []Bar{{}, {}}, 0, 300, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			spec := testSpec(tt.bars, tt.width, 200, 1)
			spec.labelEvery = tt.every
			g := chartGeometry{image.Rect(30, 5, tt.width-6, 170), len(tt.bars)}
			measure := func(text string) int { return 7 * len(text) }
			placed := placeLabels(spec, g, measure)
			if len(placed) != tt.want {
				t.Errorf("%d labels, want %d", len(placed), tt.want)
			}
			end := -labelGap
			for _, label := range placed {
				if label.left < end+labelGap || label.left+measure(label.text) > tt.width {
					t.Errorf("label %q at %d collides with %d or the border", label.text, label.left, end)
				}
				end = label.left + measure(label.text)
			}
		})
	}
}

// TestPartsFillTheirBar looks at the pixels: from the top of a bar to the axis
// there is nothing but its parts, in order, and the separators between them.
func TestPartsFillTheirBar(t *testing.T) {
	for _, scale := range []float64{1, 1.25, 2} {
		bars := sampleDay()
		spec := testSpec(bars, int(900*scale), int(300*scale), scale)
		img, g, err := drawChart(spec)
		if err != nil {
			t.Fatal(err)
		}
		top := axisTop(spec.highest())
		for i, b := range bars {
			area := g.bar(i, scale)
			height, x := barHeight(b.total(), top, g.plot.Dy()), area.Min.X+area.Dx()/2
			want := stackCuts(b.Parts, height)
			var seen [Outcomes]int
			separators := 0
			for y := area.Max.Y - height; y < area.Max.Y; y++ {
				pixel := drawing.ColorFromAlphaMixedRGBA(img.At(x, y).RGBA())
				if part := slices.Index(spec.palette.parts[:], pixel); part >= 0 {
					seen[part]++
				} else if pixel == spec.palette.surface {
					separators++
				} else {
					t.Fatalf("scale %v, bar %d: strange pixel %v at %d", scale, i, pixel, y)
				}
			}
			total := separators
			for part, rows := range seen {
				total += rows
				if full := want[part+1] - want[part]; rows > full || rows < full-spec.px(1) {
					t.Errorf("scale %v, bar %d, part %d: %d rows of %d", scale, i, part, rows, full)
				}
			}
			if total != height {
				t.Errorf("scale %v, bar %d: %d rows, want %d", scale, i, total, height)
			}
		}
	}
}

func TestEmptyDayHasAnAxis(t *testing.T) {
	var figures []string
	spec := testSpec(make([]Bar, 24), 600, 200, 1)
	spec.number = func(n int) string {
		figures = append(figures, strconv.Itoa(n))
		return figures[len(figures)-1]
	}
	_, g, err := drawChart(spec)
	if err != nil || g.bars != 24 || g.plot.Dy() < 100 {
		t.Errorf("geometry %v, error %v", g, err)
	}
	if want := []string{"0", "1", "2", "3", "4"}; !slices.Equal(figures, want) {
		t.Errorf("figures %v, want %v", figures, want)
	}
}

func TestTooSmallIsBlank(t *testing.T) {
	for _, tt := range []struct {
		width, height int
		scale         float64
		bars          []Bar
	}{
		{199, 300, 1, sampleDay()}, {300, 99, 1, sampleDay()}, {300, 150, 2, sampleDay()},
		{0, 0, 1, sampleDay()}, {600, 300, 1, nil},
	} {
		img, g, err := drawChart(testSpec(tt.bars, tt.width, tt.height, tt.scale))
		if err != nil || g != (chartGeometry{}) || img.Bounds() != image.Rect(0, 0, tt.width, tt.height) {
			t.Errorf("%dx%d at %v: %v %v %v", tt.width, tt.height, tt.scale, img.Bounds(), g, err)
		}
		for _, v := range img.(*image.RGBA).Pix {
			if v != 0 {
				t.Fatalf("%dx%d at %v is not blank", tt.width, tt.height, tt.scale)
			}
		}
	}
}

// TestGridIsSharp looks for blurred grid lines: each takes whole rows.
func TestGridIsSharp(t *testing.T) {
	for _, scale := range []float64{1, 1.25, 1.5, 2} {
		spec := testSpec(make([]Bar, 24), int(500*scale), int(160*scale), scale)
		img, g, err := drawChart(spec)
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for y := g.plot.Min.Y; y < g.plot.Max.Y+spec.px(1); y++ {
			switch pixel := drawing.ColorFromAlphaMixedRGBA(img.At(g.plot.Max.X-1, y).RGBA()); {
			case pixel == spec.palette.line:
				rows++
			case pixel.A != 0:
				t.Fatalf("scale %v: blurred pixel %v in row %d", scale, pixel, y)
			}
		}
		if want := (axisSteps + 1) * spec.px(1); rows != want {
			t.Errorf("scale %v: %d rows of grid, want %d", scale, rows, want)
		}
	}
}

// TestPixelRendererLeavesOtherShapesToTheRasteriser draws what no bar chart
// needs, so that the short cut stays a chart.Renderer for everything.
func TestPixelRendererLeavesOtherShapesToTheRasteriser(t *testing.T) {
	r, err := newPixelRenderer(20, 20)
	if err != nil {
		t.Fatal(err)
	}
	line := chart.Style{StrokeColor: drawing.ColorRed, StrokeWidth: 2, FillColor: drawing.ColorBlue}
	line.WriteToRenderer(r)
	r.MoveTo(2, 2)
	r.LineTo(2, 10)
	r.Stroke()
	chart.Draw.Box(r, chart.Box{Left: 6, Top: 2, Right: 16, Bottom: 12}, line)
	var out chart.ImageWriter
	if err := r.Save(&out); err != nil {
		t.Fatal(err)
	}
	img, err := out.Image()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		x, y int
		want drawing.Color
	}{{1, 6, drawing.ColorRed}, {2, 6, drawing.ColorRed}, {6, 6, drawing.ColorRed}, {11, 6, drawing.ColorBlue}, {4, 6, drawing.Color{}}} {
		if got := drawing.ColorFromAlphaMixedRGBA(img.At(tt.x, tt.y).RGBA()); got != tt.want {
			t.Errorf("pixel %d,%d is %v, want %v", tt.x, tt.y, got, tt.want)
		}
	}
}

// TestHatchOnlyOnOpenBars compares a closed bar with an open one.
func TestHatchOnlyOnOpenBars(t *testing.T) {
	bars := []Bar{{Parts: [Outcomes]int{100}}, {Parts: [Outcomes]int{100}, Open: true}}
	spec := testSpec(bars, 400, 200, 1)
	img, g, err := drawChart(spec)
	if err != nil {
		t.Fatal(err)
	}
	for i := range bars {
		area := g.bar(i, 1)
		area.Min.Y = area.Max.Y - barHeight(100, 100, g.plot.Dy())
		pure, mixed := 0, 0
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				if drawing.ColorFromAlphaMixedRGBA(img.At(x, y).RGBA()) == spec.palette.parts[0] {
					pure++
				} else {
					mixed++
				}
			}
		}
		if hatched := mixed > 0; hatched != bars[i].Open || pure < mixed/2 {
			t.Errorf("bar %d: %d pure and %d mixed pixels", i, pure, mixed)
		}
	}
}

func BenchmarkChartRedraw(b *testing.B) {
	for _, size := range []struct {
		width, height int
		scale         float64
		bars          []Bar
	}{{900, 300, 1, sampleDay()}, {1800, 600, 2, sampleDay()}, {900, 300, 1, sampleDays(186)}} {
		b.Run(fmt.Sprintf("%dx%d/%dbars", size.width, size.height, len(size.bars)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := drawChart(testSpec(size.bars, size.width, size.height, size.scale)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestUsualIsADashedLineOverTheBars at its height, where something is usual.
func TestUsualIsADashedLineOverTheBars(t *testing.T) {
	bars := sampleDays(4)
	for i := range bars {
		bars[i].Parts = [Outcomes]int{}
	}
	bars[1].Usual, bars[2].Usual = 50, 100
	spec := testSpec(bars, 600, 300, 1)
	img, g, err := drawChart(spec)
	if err != nil {
		t.Fatal(err)
	}
	ink := func(bar int, value float64) (dashed int) {
		y := g.plot.Max.Y - int(value/100*float64(g.plot.Dy()))
		slot := g.column(bar)
		for x := slot.Min.X; x < slot.Max.X; x++ {
			if r, gr, b, a := img.At(x, y).RGBA(); a == 0xffff && r>>8 == uint32(spec.palette.text.R) && gr>>8 == uint32(spec.palette.text.G) && b>>8 == uint32(spec.palette.text.B) {
				dashed++
			}
		}
		return dashed
	}
	for bar, value := range map[int]float64{1: 50, 2: 100} {
		if n, width := ink(bar, value), g.column(bar).Dx(); n < width/3 || n > 2*width/3+4 {
			t.Errorf("bar %d: %d of %d pixels of the line are drawn", bar, n, width)
		}
	}
	if n := ink(0, 50) + ink(3, 50); n != 0 {
		t.Errorf("%d pixels are drawn where nothing is usual", n)
	}
}

func TestATraceIsDrawnInTheDevicesPixels(t *testing.T) {
	key := traceKey{124, 36, color.NRGBA{R: 0x0b, G: 0x66, B: 0xc2, A: 0xff}}
	img, err := drawTrace([]int{0, 10, 5}, key, 2)
	if err != nil || img.Bounds().Dx() != 124 || img.Bounds().Dy() != 36 {
		t.Fatal(err, img.Bounds())
	}
	inked := func(area image.Rectangle) (n int) {
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				if _, _, _, a := img.At(x, y).RGBA(); a > 0 {
					n++
				}
			}
		}
		return n
	}
	if inked(image.Rect(0, 24, 20, 36)) == 0 || inked(image.Rect(52, 0, 72, 10)) == 0 || inked(image.Rect(0, 0, 30, 10)) != 0 {
		t.Error("the line does not go from the bottom at the left to the top in the middle")
	}
	gap, err := drawTrace([]int{10, -1, -1, -1, 10}, key, 2)
	if img = gap; err != nil || inked(image.Rect(10, 0, 114, 36)) != 0 || inked(img.Bounds()) == 0 {
		t.Errorf("days that are not known are drawn, or known ones are not: %v", err)
	}
	for name, values := range map[string][]int{"none": nil, "one": {3}, "zeros": {0, 0, 0}} {
		if img, err = drawTrace(values, key, 2); err != nil || inked(img.Bounds()) != 0 {
			t.Errorf("%s: something is drawn, or %v", name, err)
		}
	}
}
