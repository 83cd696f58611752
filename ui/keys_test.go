package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

func TestLettersChooseTheRange(t *testing.T) {
	r := sampleRig(t)
	for _, tt := range []struct {
		key  string
		want metrics.Range
	}{
		{"t", metrics.Today}, {"y", metrics.Yesterday}, {"7", metrics.Last7Days}, {"3", metrics.Last30Days},
		{"m", metrics.ThisMonth}, {"l", metrics.AllStored}, {"T", metrics.Today}, {"Y", metrics.Yesterday},
	} {
		r.enter(tt.key)
		if got := r.dashboard.filters.choice.Range; got != tt.want {
			t.Errorf("%s chose %v, want %v", tt.key, got, tt.want)
		}
		for i, chosen := range rangeOrder {
			if r.dashboard.filters.ranges[i].chosen != (chosen == tt.want) {
				t.Errorf("%s: segment %v is marked wrongly", tt.key, rangeName(chosen))
			}
		}
	}
	r.press(fyne.KeyLeft)
	if got := r.chosenPeriod(); got.From != sampleDat.Add(-1) || got.Days() != 1 {
		t.Errorf("Left chose %v", got)
	}
	r.press(fyne.KeyRight)
	r.press(fyne.KeyRight, fyne.KeyRight)
	if got := r.chosenPeriod(); got.From != today() {
		t.Errorf("Right chose %v", got)
	}
}

func TestMenusByKeyboard(t *testing.T) {
	r := sampleRig(t)
	f := r.dashboard.filters
	r.until("the names", func() bool { return len(f.phones.options) > 2 })
	for _, tt := range []struct {
		key  string
		menu *menuChip
		want string
	}{
		{"d", f.directions, exotel.DirectionInbound},
		{"n", f.phones, f.phones.options[1].value},
		{"s", f.statuses, "completed"},
	} {
		r.enter(tt.key)
		if !r.overlay() {
			t.Fatalf("%s opens nothing", tt.key)
		}
		r.enter("ty") // nothing to the menu, and not to the window below it
		r.press(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
		if r.overlay() || tt.menu.value != tt.want || tt.menu.chip.text != tt.menu.options[1].text {
			t.Errorf("%s: chose %q, %q", tt.key, tt.menu.value, tt.menu.chip.text)
		}
		r.enter(tt.key)
		r.press(fyne.KeyEscape)
		if r.overlay() || tt.menu.value != tt.want {
			t.Errorf("%s: Escape chose %q", tt.key, tt.menu.value)
		}
	}
	if got := f.choice; got.Range != metrics.Yesterday || got.Filter.IsZero() {
		t.Errorf("chosen: %+v", got)
	}
	r.enter("x")
	if !f.choice.Filter.IsZero() || f.statuses.chip.text != "All statuses" {
		t.Errorf("x left %+v", f.choice.Filter)
	}
	// From the chip itself, and back to it.
	c := r.window.Canvas()
	c.Focus(f.directions.chip)
	r.press(fyne.KeySpace, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeySpace)
	if f.choice.Filter.Direction != exotel.DirectionOutboundDial || c.Focused() != f.directions.chip {
		t.Errorf("chosen: %+v", f.choice.Filter)
	}
}

func TestActionsByKeyboard(t *testing.T) {
	r := sampleRig(t)
	r.enter("t")
	r.idle()
	for name, act := range map[string]func(){
		"r": func() { r.enter("r") }, "F5": func() { r.press(fyne.KeyF5) }, "Ctrl+R": func() { r.control(fyne.KeyR) },
	} {
		r.refreshes(name, act)
	}
	r.enter("p")
	r.until("the pause", func() bool { return r.dashboard.shown.Paused })
	r.enter("p")
	r.until("the end of it", func() bool { return !r.dashboard.shown.Paused && !r.dashboard.shown.Loading })

	r.account.SetFaults(exoteltest.Faults{Delay: patience})
	r.enter("r")
	r.until("the loading", func() bool { return r.dashboard.shown.Loading })
	r.press(fyne.KeyEscape)
	r.until("the end", func() bool { return !r.dashboard.shown.Loading })

	r.control(fyne.KeyC)
	if got := r.app.Clipboard().Content(); got != r.dashboard.Text() || strings.Contains(got, noBreak) {
		t.Errorf("copied %q", got)
	}
	for _, tt := range []struct {
		key fyne.KeyName
		at  string
	}{{fyne.Key4, "settings"}, {fyne.Key1, "dashboard"}, {fyne.Key2, "alerts"}, {fyne.Key3, "data"}, {fyne.KeyComma, "settings"}} {
		r.control(tt.key)
		shown := map[string]bool{"settings": r.preferences != nil, "dashboard": r.onDashboard, "alerts": r.alerts != nil, "data": r.data != nil}
		for screen, is := range shown {
			if is != (screen == tt.at) {
				t.Errorf("Ctrl+%s: %s is shown: %v", tt.key, screen, is)
			}
		}
	}
	r.press(fyne.KeyEscape)
	if !r.onDashboard {
		t.Error("Escape does not go back")
	}
	closed := false
	r.window.SetOnClosed(func() { closed = true })
	r.control(fyne.KeyQ)
	if !closed {
		t.Error("Ctrl+Q")
	}
}

// TestTypingIsNoCommand: letters go into the field that is typed into, and the
// keys that no field needs still reach the window.
func TestTypingIsNoCommand(t *testing.T) {
	r := sampleRig(t)
	r.showPreferences()
	p := r.preferences
	r.window.Canvas().Focus(p.zone)
	p.zone.SetText("")
	r.enter("t?c7")
	if r.overlay() || p.zone.Text != "t?c7" || r.dashboard.filters.choice.Range != metrics.Yesterday {
		t.Errorf("typed %q, range %v", p.zone.Text, r.dashboard.filters.choice.Range)
	}
	r.press(fyne.KeyF5, fyne.KeyLeft)
	r.control(fyne.Key1)
	if !r.onDashboard {
		t.Error("Ctrl+1 does nothing while typing")
	}
	r.showPreferences()
	r.window.Canvas().Focus(r.preferences.rate)
	r.press(fyne.KeyEscape)
	if !r.onDashboard {
		t.Error("Escape does nothing while typing")
	}
	// Letters mean nothing on screens without a dashboard.
	r.showPreferences()
	r.enter("cdx")
	r.press(fyne.KeyLeft)
	if r.overlay() || r.dashboard.filters.choice.Range != metrics.Yesterday {
		t.Error("the hidden dashboard heard letters")
	}
}

func TestTabOrder(t *testing.T) {
	r := sampleRig(t)
	r.again(func(s *refresh.Snapshot) { s.Err, s.Failures = unreachable, 1 })
	var got []string
	for range 26 {
		r.press(fyne.KeyTab)
		switch focused := r.window.Canvas().Focused().(type) {
		case *chip:
			got = append(got, focused.AccessibilityLabel())
		case *callsChart:
			got = append(got, "chart")
		case *field:
			got = append(got, focused.PlaceHolder)
		default:
			t.Fatalf("focus on %T", focused)
		}
	}
	want := []string{
		"Dashboard", "Alerts", "Data", "Settings", "Refresh",
		"Today", "Yesterday", "7 days", "30 days", "This month", "All stored", "Custom…",
		"Search by number", "All directions", "All ExoPhones", "All statuses", "Try again",
		"What Calls means", "What Answer rate means", "What Avg duration means", "What Peak hour means", "What Missed means",
		"chart", "Pause", "Dashboard",
	}
	if !slices.Equal(got[:len(want)], want) {
		t.Errorf("Tab goes\n%q, want\n%q", got, want)
	}
}

// TestFocusIsSeen: what has the focus is not scrolled away.
func TestFocusIsSeen(t *testing.T) {
	r := sampleRig(t)
	r.window.Resize(fyne.NewSize(900, 500))
	r.settle()
	driver := fyne.CurrentApp().Driver()
	height := r.window.Canvas().Size().Height
	seen := func(step string) {
		t.Helper()
		focused := r.window.Canvas().Focused().(fyne.CanvasObject)
		top := driver.AbsolutePositionForObject(focused).Y
		if bottom := top + focused.Size().Height; top < 0 || bottom > height {
			t.Errorf("%s: %v has the focus at %v to %v of %v", step, focused.(fyne.Accessible).AccessibilityLabel(), top, bottom, height)
		}
	}
	for range 25 {
		r.press(fyne.KeyTab)
		seen("Tab")
	}
	for range 25 {
		r.window.Canvas().FocusPrevious()
		seen("Shift+Tab")
	}
}

// TestALongMenuScrollsToTheLineThatAKeyChooses, from the chosen one on.
func TestALongMenuScrollsToTheLineThatAKeyChooses(t *testing.T) {
	r := sampleRig(t)
	f := r.dashboard.filters
	var numbers []string
	for n := range 300 {
		numbers = append(numbers, fmt.Sprintf("0804%07d", n))
	}
	r.window.Resize(fyne.NewSize(1000, 600))
	f.SetPhones(nil, numbers, heartbeat.Health{})
	for _, tt := range []struct {
		keys []fyne.KeyName
		want int
	}{
		{[]fyne.KeyName{fyne.KeyEnd, fyne.KeyUp}, 299},
		{[]fyne.KeyName{fyne.KeyPageUp, fyne.KeyDown}, 290},
		{[]fyne.KeyName{fyne.KeyHome, fyne.KeyDown, fyne.KeyDown, fyne.KeyPageDown}, 12},
	} {
		r.enter("n")
		r.enter("ty") // nothing to the menu, and not to the window below it
		r.press(tt.keys...)
		line, driver := f.phones.options[tt.want], fyne.CurrentApp().Driver()
		seen := false
		walk(r.top(), func(o fyne.CanvasObject) {
			if w, ok := o.(*words); ok && w.text == line.text {
				top := driver.AbsolutePositionForObject(w).Y
				seen = top >= 0 && top+w.Size().Height <= r.window.Canvas().Size().Height
			}
		})
		r.press(fyne.KeyReturn)
		if !seen || r.overlay() || f.choice.Filter.ExoPhone != line.value {
			t.Errorf("%v: %q is in sight: %v; chose %q", tt.keys, line.text, seen, f.choice.Filter.ExoPhone)
		}
	}
	r.enter("n")
	r.press(fyne.KeyHome, fyne.KeyEscape)
	if r.overlay() || f.choice.Filter.ExoPhone == "" {
		t.Error("Escape does not leave it as it was")
	}
}

// TestMenusOpenInSight: the chip of a menu that a key opens may be scrolled away.
func TestMenusOpenInSight(t *testing.T) {
	r := sampleRig(t)
	r.window.Resize(fyne.NewSize(800, 500))
	r.settle()
	driver := fyne.CurrentApp().Driver()
	for _, key := range []string{"d", "n", "s"} {
		r.press(fyne.KeyEnd)
		if top := driver.AbsolutePositionForObject(r.dashboard.filters.phones.chip).Y; top > 0 {
			t.Fatalf("the filters are at %v after scrolling", top)
		}
		r.enter(key)
		if !r.overlay() {
			t.Fatalf("%s opens nothing", key)
		}
		var tops []float32
		walk(r.top(), func(o fyne.CanvasObject) {
			if line, ok := o.(*canvas.Text); ok {
				tops = append(tops, driver.AbsolutePositionForObject(line).Y)
			}
		})
		if len(tops) == 0 || slices.Min(tops) < 0 {
			t.Errorf("the lines of the menu of %s begin at %v", key, tops)
		}
		r.press(fyne.KeyEscape)
	}
}

func TestMenusTellNumbersApartWhoseNamesBeginAlike(t *testing.T) {
	r := sampleRig(t)
	menu := r.dashboard.filters.phones
	long := strings.Repeat("Customer service of the west, ", 4)
	for text, want := range map[string]string{
		"Support · +918040000001":      "Support · +918040000001",
		long + "day · +918040000001":   "… · +918040000001",
		long + "night · +912240000002": "… · +912240000002",
		long:                           "…",
		"West · sip:" + long:           "…",
	} {
		got := menu.line(text)
		width := fyne.MeasureText(got, menu.chip.Theme().Size(theme.SizeNameText), fyne.TextStyle{}).Width
		if !strings.HasSuffix(got, want) || width > menuTextMost {
			t.Errorf("%q: %q, %v wide", text, got, width)
		}
	}
}

func TestTheChipOfAnExoPhoneShowsItsNumber(t *testing.T) {
	sampleRig(t)
	name := strings.Repeat("Customer service of the west, ", 4)
	for text, want := range map[string]string{name + " · +918040000001": "… · +918040000001", "West · sip:" + name: "…"} {
		r := newChip(lookButton, text, nil).CreateRenderer().(*chipRenderer)
		if got := r.text.Text; !strings.HasSuffix(got, want) || r.text.MinSize().Width > chipTextMost {
			t.Errorf("%q: %q, %v wide", text, got, r.text.MinSize().Width)
		}
	}
}

func TestChipKeys(t *testing.T) {
	r := sampleRig(t)
	c, f := r.window.Canvas(), r.dashboard.filters
	c.Focus(f.ranges[0])
	r.press(fyne.KeyReturn)
	if f.choice.Range != metrics.Today {
		t.Error("Enter")
	}
	c.Focus(f.ranges[1])
	r.press(fyne.KeySpace)
	r.enter(" ")
	if f.choice.Range != metrics.Yesterday {
		t.Error("Space")
	}
	r.enter("7")
	r.press(fyne.KeyLeft)
	if f.choice.Range != metrics.Custom || r.chosenPeriod().Days() != 7 {
		t.Errorf("a chip keeps keys: %+v", f.choice)
	}
	if c.Focused() != f.ranges[1] {
		t.Error("the focus moved")
	}
	info := r.dashboard.view
	walk(info, func(o fyne.CanvasObject) {
		if i, ok := o.(*chip); ok && i.look == lookInfo && strings.Contains(i.label, "Missed") {
			c.Focus(i)
		}
	})
	at := c.Focused()
	r.press(fyne.KeyReturn)
	if !r.overlay() || !r.says("Ended calls that weren't answered") {
		t.Fatal("no definition")
	}
	checkInside(t, r)
	r.press(fyne.KeyEscape)
	if r.overlay() || c.Focused() != at {
		t.Error("Escape, or the focus after it")
	}
	r.press(fyne.KeySpace, fyne.KeyReturn) // opens, and presses what closes
	if r.overlay() {
		t.Error("Enter does not close")
	}
}

// checkInside reports an overlay that sticks out of the window.
func checkInside(t *testing.T, r *rig) {
	t.Helper()
	walk(r.top(), func(o fyne.CanvasObject) {
		if bubble, ok := o.(*widget.PopUp); ok {
			end, room := bubble.Position().AddXY(bubble.Size().Width, bubble.Size().Height), r.window.Canvas().Size()
			if end.X > room.Width || end.Y > room.Height {
				t.Errorf("the definition ends at %v of %v", end, room)
			}
		}
	})
}

func TestDefinitionsFitAnywhere(t *testing.T) {
	r := sampleRig(t)
	r.window.Resize(fyne.NewSize(700, 500))
	r.settle()
	var infos []*chip
	walk(r.dashboard.view, func(o fyne.CanvasObject) {
		if i, ok := o.(*chip); ok && i.look == lookInfo {
			infos = append(infos, i)
		}
	})
	for _, i := range infos {
		r.window.Canvas().Focus(i)
		i.Tapped(nil)
		checkInside(t, r)
		r.press(fyne.KeyEscape)
	}
}

func TestChartKeysInTheWindow(t *testing.T) {
	r := sampleRig(t)
	r.window.Canvas().Capture() // the marks follow the picture
	chart := r.dashboard.chart
	r.window.Canvas().Focus(chart)
	r.press(fyne.KeyHome, fyne.KeyRight)
	if chart.marked() != 1 || r.chosenPeriod().From != sampleDat {
		t.Errorf("bar %d of %v", chart.marked(), r.chosenPeriod())
	}
	if label := chart.AccessibilityLabel(); !strings.Contains(label, "Calls: 1,247") || !strings.Contains(label, "01:00–02:00 · 8 calls") {
		t.Errorf("read out: %q", label)
	}
	r.press(fyne.KeyReturn) // an hour opens nothing
	if r.overlay() || r.chosenPeriod().From != sampleDat {
		t.Error("an hour was opened")
	}
	canceled := 0
	r.dashboard.actions.cancel = func() { canceled++ }
	r.press(fyne.KeyEscape)
	if chart.marked() != noBar || canceled != 0 {
		t.Error("the first Escape takes the mark away")
	}
	r.press(fyne.KeyEscape)
	if canceled != 1 {
		t.Error("the second one is the window's")
	}
	r.enter("t")
	if r.dashboard.filters.choice.Range != metrics.Today {
		t.Error("the chart keeps letters")
	}
}

func TestDialogKeys(t *testing.T) {
	r := sampleRig(t)
	r.enter("?")
	r.enter("?c") // one dialog at a time, and no command below it
	r.press(fyne.KeyRight)
	if n := len(r.window.Canvas().Overlays().List()); n != 1 || r.chosenPeriod().From != sampleDat {
		t.Errorf("%d dialogs", n)
	}
	r.press(fyne.KeyReturn)
	if r.overlay() {
		t.Error("Enter does not close the list of keys")
	}
	r.enter("c")
	c := r.window.Canvas()
	if _, ok := c.Focused().(*dateField); !ok {
		t.Errorf("focus on %T", c.Focused())
	}
	r.enter("c7") // typed into the day
	r.press(fyne.KeyEscape)
	if r.overlay() || r.dashboard.filters.choice.Range != metrics.Yesterday {
		t.Error("Escape in a day")
	}
	r.enter("c")
	for _, isButton := c.Focused().(*button); !isButton; _, isButton = c.Focused().(*button) {
		r.press(fyne.KeyTab)
	}
	r.press(fyne.KeyEscape)
	if r.overlay() {
		t.Error("Escape on a button")
	}
	r.enter("c")
	var calendar fyne.Tappable
	walk(r.top(), func(o fyne.CanvasObject) {
		if b, ok := o.(*widget.Button); ok && b.Icon != nil {
			calendar = b
		}
	})
	calendar.Tapped(&fyne.PointEvent{})
	if n := len(c.Overlays().List()); n != 2 {
		t.Fatalf("%d overlays with a calendar", n)
	}
	r.press(fyne.KeyEscape)
	if n := len(c.Overlays().List()); n != 1 {
		t.Errorf("%d overlays after Escape", n)
	}
	r.press(fyne.KeyEscape)
	if r.overlay() {
		t.Error("the dialog stays open")
	}
}

func TestConnectKeys(t *testing.T) {
	r := newRig(t, rigOptions{}).firstRun()
	r.press(fyne.KeyEscape) // nowhere to go back to
	for _, key := range []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.KeyF, fyne.KeyC} {
		r.control(key)
	}
	if r.connect == nil {
		t.Fatal("left the first run")
	}
	var order []string
	for range 8 {
		switch focused := r.window.Canvas().Focused().(type) {
		case *field:
			order = append(order, "field")
		case *button:
			order = append(order, focused.Text)
		default:
			order = append(order, "region")
		}
		r.press(fyne.KeyTab)
	}
	want := []string{"field", "field", "field", "Connect", "Test connection", "Explore the demo account", "region", "region"}
	if !slices.Equal(order, want) {
		t.Errorf("Tab goes %q, want %q", order, want)
	}
	r.window.Canvas().Focus(r.connect.test)
	r.press(fyne.KeyReturn)
	if !r.says("API key") {
		t.Errorf("Enter on a button: %q", r.connect.status.text)
	}
	r.connect.region.SetSelected("Other address")
	if r.connect.address.Disabled() {
		t.Error("another address cannot be typed")
	}
}

// TestHolds: what is in the header is not looked for in the screen.
func TestHolds(t *testing.T) {
	r := sampleRig(t)
	content := r.window.Content().(*fyne.Container)
	scroll := content.Objects[1].(*container.Scroll)
	if holds(scroll.Content, content.Objects[0]) || !holds(scroll.Content, r.dashboard.chart) || !holds(scroll.Content, r.dashboard.foot.pause) {
		t.Error("holds")
	}
	reveal(newChip(lookButton, "nowhere", nil))
}

func TestAgo(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "just now", 59 * time.Second: "just now", time.Minute: "1 min ago", 59 * time.Minute: "59 min ago",
		time.Hour: "1 h ago", 47 * time.Hour: "47 h ago", 48 * time.Hour: "2 days ago",
	} {
		if got := ago(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestKeysScrollTheScreen(t *testing.T) {
	r := sampleRig(t)
	for name, show := range map[string]func(){
		"data": r.showData, "settings": r.showPreferences, "alerts": r.showAlerts, "dashboard": r.showDashboard,
	} {
		show()
		r.window.Resize(fyne.NewSize(900, 200))
		r.settle()
		page := pageIn(r.window.Canvas())
		most := page.Content.Size().Height - page.Size().Height
		if most < 20 {
			t.Fatalf("%s: there is nothing to scroll: %v", name, most)
		}
		last := float32(0)
		for _, step := range []struct {
			key fyne.KeyName
			at  func(offset float32) bool
		}{
			{fyne.KeyDown, func(at float32) bool { return at > 0 }},
			{fyne.KeyUp, func(at float32) bool { return at == 0 }},
			{fyne.KeyPageDown, func(at float32) bool { return at > 0 }},
			{fyne.KeyEnd, func(at float32) bool { return at == most }},
			{fyne.KeyPageUp, func(at float32) bool { return at < most }},
			{fyne.KeyHome, func(at float32) bool { return at == 0 }},
			{fyne.KeyUp, func(at float32) bool { return at == 0 }},
		} {
			r.press(step.key)
			if last = page.Offset.Y; !step.at(last) {
				t.Errorf("%s: %s leads to %v of %v", name, step.key, last, most)
			}
		}
	}
	r.showPreferences()
	r.settle()
	page := pageIn(r.window.Canvas())
	r.window.Canvas().Focus(r.preferences.zone)
	before := page.Offset.Y
	r.press(fyne.KeyHome, fyne.KeyDown)
	if page.Offset.Y != before {
		t.Error("keys of a field scroll the page")
	}
	if r.press(fyne.KeyPageDown); page.Offset.Y <= before {
		t.Error("a field of one line keeps the page")
	}
}
