package ui

import (
	"errors"
	"image"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
)

var (
	mainScreen = image.Rect(0, 30, 1920, 1080) // below a panel
	leftScreen = image.Rect(-1280, 0, 0, 1024)
)

// fakeDesk is what the system says of screens and of where the window is.
type fakeDesk struct {
	screens []image.Rectangle
	content image.Rectangle
	unknown bool
}

func newFakeDesk() *fakeDesk {
	return &fakeDesk{screens: []image.Rectangle{mainScreen, leftScreen}, content: image.Rect(320, 140, 1600, 940)}
}

func (d *fakeDesk) areas() []image.Rectangle { return d.screens }

func (d *fakeDesk) placeOf(fyne.Window) (image.Rectangle, bool) {
	if d.unknown {
		return image.Rectangle{}, false
	}
	return d.content, true
}

type onDesktop = desktop.Window

// placedWindow notes where it is asked to go.
type placedWindow struct {
	fyne.Window
	onDesktop
	asked []image.Point
}

func (w *placedWindow) RequestPosition(x, y int) { w.asked = append(w.asked, image.Pt(x, y)) }

// Show is not for the window of a test, which would begin anew.
func (w *placedWindow) Show() {}

// placed is a rig with remembered bounds whose window notes where it is asked to go.
func placed(t *testing.T, b config.Bounds) (*rig, *placedWindow) {
	r := opened(t, rigOptions{params: func(p *Params) { p.Bounds = b }}, metrics.Today)
	w := &placedWindow{Window: r.window}
	r.window = w
	return r, w
}

func TestAPlaceIsGoodWhereTheWindowCanBeMovedFrom(t *testing.T) {
	const width = 800
	for name, tt := range map[string]struct {
		x, y int
		want bool
	}{
		"on the main screen":            {400, 200, true},
		"on another":                    {-1200, 200, true},
		"on both":                       {-400, 200, true},
		"its top at a panel":            {400, 40, true},
		"its title bar below a panel":   {400, 39, false},
		"its title bar above a screen":  {-1200, 0, false},
		"its title bar at the bottom":   {400, 1080, true},
		"all below the screen":          {400, 1081, false},
		"enough at the right edge":      {1820, 200, true},
		"too little at the right edge":  {1821, 200, false},
		"enough at the left edge":       {-1980, 200, true},
		"too little at the left edge":   {-1981, 200, false},
		"below the lower of two":        {-1000, 1060, false},
		"where no screen is any longer": {5000, 5000, false},
	} {
		if got := canBeMoved(image.Pt(tt.x, tt.y), width, []image.Rectangle{mainScreen, leftScreen}); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if canBeMoved(image.Pt(400, 200), width, nil) {
		t.Error("it can be moved without any screen")
	}
}

func TestTheWindowComesWhereItWas(t *testing.T) {
	for name, tt := range map[string]struct {
		x, y int
		want []image.Point
	}{
		"on a screen":                   {-1200, 200, []image.Point{{-1200, 200}}},
		"where no screen is any longer": {5000, 5000, nil},
		"nowhere that is known":         {0, 0, nil},
	} {
		r, w := placed(t, config.Bounds{Width: 1280, Height: 800, X: tt.x, Y: tt.y})
		r.appear()
		r.raise() // leaves it where it is
		if !slices.Equal(w.asked, tt.want) {
			t.Errorf("%s: it was asked to go to %v", name, w.asked)
		}
	}
}

func TestTheWindowComesFromTheTrayToAScreen(t *testing.T) {
	onLeft := image.Rect(-1200, 200, 80, 1000)
	for name, tt := range map[string]struct {
		unknown bool // where it was
		screens []image.Rectangle
		want    []image.Point
	}{
		"that is still there":     {false, []image.Rectangle{mainScreen, leftScreen}, nil},
		"that is another":         {false, []image.Rectangle{mainScreen}, []image.Point{{titleRoom, 30 + titleRoom}}},
		"as the system will have": {true, []image.Rectangle{mainScreen}, nil},
		"of which there are none": {false, nil, nil},
	} {
		r, w := placed(t, config.Bounds{})
		r.desk.content, r.desk.unknown = onLeft, tt.unknown
		r.appear()
		r.hide()
		r.desk.screens = tt.screens
		r.appear()
		if !slices.Equal(w.asked, tt.want) {
			t.Errorf("%s: it was asked to go to %v", name, w.asked)
		}
	}
}

// Where it was when it was last saved is not where it was when it was hidden.
func TestTheWindowStaysWhereItWasMoved(t *testing.T) {
	for name, spoil := range map[string]func(r *rig){
		"that cannot be saved": func(r *rig) { r.SaveBounds = func(config.Bounds) error { return errors.New("no") } },
		"and maximised":        func(r *rig) { r.desk.unknown = true },
	} {
		r, w := placed(t, config.Bounds{Width: 1280, Height: 800, X: 5000, Y: 5000})
		r.appear()
		w.asked = nil
		r.desk.content = image.Rect(700, 300, 1700, 1000)
		spoil(r)
		r.hide()
		r.appear()
		if w.asked != nil {
			t.Errorf("%s: it was asked to go to %v", name, w.asked)
		}
	}
}

func TestAWindowLargerThanEveryScreenIsMadeToFit(t *testing.T) {
	usual := image.Rect(0, 30, 1280, 830)
	small, low := image.Rect(10, 30, 1034, 768), image.Rect(0, 0, 1366, 728)
	for name, tt := range map[string]struct {
		screens []image.Rectangle
		size    fyne.Size
		asked   []image.Point
	}{
		"one that is large enough":   {[]image.Rectangle{image.Rect(0, 0, 1280, 800)}, usualSize, nil},
		"another is":                 {[]image.Rectangle{small, mainScreen}, usualSize, nil},
		"one that is too low":        {[]image.Rectangle{low}, fyne.NewSize(1280, 728-titleRoom), []image.Point{{0, titleRoom}}},
		"two that are too small":     {[]image.Rectangle{small, low}, fyne.NewSize(1024, 738-titleRoom), []image.Point{{10, 30 + titleRoom}}},
		"none that the system knows": {nil, usualSize, nil},
	} {
		r, w := placed(t, config.Bounds{})
		r.desk.content, r.desk.screens = usual, tt.screens
		r.appear()
		if got := w.Canvas().Size(); got != tt.size || !slices.Equal(w.asked, tt.asked) {
			t.Errorf("%s: %v, asked to go to %v", name, got, w.asked)
		}
	}
	t.Run("in the system's units", func(t *testing.T) {
		r, w := placed(t, config.Bounds{})
		w.Canvas().(interface{ SetScale(float32) }).SetScale(2)
		r.desk.content, r.desk.screens = image.Rect(0, 0, 2560, 1600), []image.Rectangle{image.Rect(0, 0, 2400, 1464)}
		if r.appear(); w.Canvas().Size() != fyne.NewSize(1200, 700) {
			t.Errorf("%v", w.Canvas().Size())
		}
	})
	t.Run("but not one that is maximised", func(t *testing.T) {
		r, w := placed(t, config.Bounds{})
		r.desk.unknown, r.desk.screens = true, []image.Rectangle{small}
		if r.appear(); w.Canvas().Size() != usualSize || w.asked != nil {
			t.Errorf("%v, asked to go to %v", w.Canvas().Size(), w.asked)
		}
	})
}

// The next screen of the program would make it as large again as Fyne takes it for.
func TestAWindowThatTheDesktopMadeFitStaysSo(t *testing.T) {
	for name, tt := range map[string]struct {
		content image.Rectangle
		want    fyne.Size
	}{
		"made lower":                    {image.Rect(1, 20, 1281, 763), fyne.NewSize(1280, 743)},
		"made narrower and lower":       {image.Rect(1, 20, 1023, 763), fyne.NewSize(1022, 743)},
		"left as it is":                 {image.Rect(1, 20, 1281, 820), usualSize},
		"another size only by rounding": {image.Rect(1, 20, 1280, 819), usualSize},
	} {
		r, w := placed(t, config.Bounds{})
		r.desk.content = tt.content
		r.appear()
		if got := w.Canvas().Size(); got != tt.want || w.asked != nil {
			t.Errorf("%s: %v, asked to go to %v", name, got, w.asked)
		}
	}
	t.Run("in the system's units", func(t *testing.T) {
		r, w := placed(t, config.Bounds{})
		w.Canvas().(interface{ SetScale(float32) }).SetScale(1.25)
		r.desk.content, r.desk.screens = image.Rect(1, 20, 1601, 920), []image.Rectangle{image.Rect(0, 0, 1602, 1000)}
		if r.appear(); w.Canvas().Size() != fyne.NewSize(1280, 720) {
			t.Errorf("%v", w.Canvas().Size())
		}
	})
}

func TestTheWindowsSizeAndPlaceAreKept(t *testing.T) {
	r, _ := placed(t, config.Bounds{Width: 1000, Height: 700, X: 320, Y: 140})
	if got := r.window.Canvas().Size(); got != fyne.NewSize(1000, 700) {
		t.Errorf("it begins with %v", got)
	}
	r.keepBounds() // they are known
	r.window.Resize(fyne.NewSize(1100, 750))
	r.hide()
	r.desk.content = image.Rect(-1200, 90, -100, 840)
	r.hide()
	r.window.Resize(fyne.NewSize(1920, 1050))
	r.desk.unknown = true // maximised
	r.hide()
	r.desk.unknown = false
	r.window.Resize(fyne.NewSize(200, 100)) // by a desktop that may
	r.hide()
	r.window.Resize(fyne.NewSize(1200, 760))
	r.Quit()
	want := []config.Bounds{{Width: 1100, Height: 750, X: 320, Y: 140}, {Width: 1100, Height: 750, X: -1200, Y: 90}, {Width: 1200, Height: 760, X: -1200, Y: 90}}
	if !slices.Equal(r.bounds, want) {
		t.Errorf("kept %v, want %v", r.bounds, want)
	}
	if got := newRig(t, rigOptions{}).window.Canvas().Size(); got != usualSize {
		t.Errorf("the first time it is %v", got)
	}
}
