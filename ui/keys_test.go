package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
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
		r.Enter(tt.key)
		if got := r.dashboard.Filters.Choice.Range; got != tt.want {
			t.Errorf("%s chose %v, want %v", tt.key, got, tt.want)
		}
		if got := r.Chosen(); !slices.Equal(got, []string{"Dashboard", rangeNames[tt.want], "Lines"}) {
			t.Errorf("%s: marked are %q", tt.key, got)
		}
	}
	r.Press(fyne.KeyLeft)
	if got := r.chosenPeriod(); got.From != sample.Day.Add(-1) || got.Days() != 1 {
		t.Errorf("Left chose %v", got)
	}
	r.Press(fyne.KeyRight)
	r.Press(fyne.KeyRight, fyne.KeyRight)
	if got := r.chosenPeriod(); got.From != sample.Today() {
		t.Errorf("Right chose %v", got)
	}
}

func TestMenusByKeyboard(t *testing.T) {
	r := sampleRig(t)
	r.until("the names", func() bool { return len(r.dashboard.Shown.ExoPhones) > 0 })
	for _, tt := range []struct {
		key, chip string
	}{{"d", "All directions"}, {"n", "All ExoPhones"}, {"s", "All statuses"}} {
		want := r.Lines(tt.chip)[1]
		r.Enter(tt.key)
		if !r.HasOverlay() {
			t.Fatalf("%s opens nothing", tt.key)
		}
		r.Enter("ty") // nothing to the menu, and not to the window below it
		r.Press(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
		if r.HasOverlay() || !r.CanTap(want) || r.CanTap(tt.chip) {
			t.Errorf("%s: the filters are %q", tt.key, r.Chips())
		}
		r.Enter(tt.key)
		r.Press(fyne.KeyEscape)
		if r.HasOverlay() || !r.CanTap(want) {
			t.Errorf("%s: after Escape the filters are %q", tt.key, r.Chips())
		}
	}
	if got := r.dashboard.Filters.Choice; got.Range != metrics.Yesterday || got.Filter.IsZero() {
		t.Errorf("chosen: %+v", got)
	}
	r.Enter("x")
	if !r.dashboard.Filters.Choice.Filter.IsZero() || !r.CanTap("All statuses") {
		t.Errorf("x left %+v", r.dashboard.Filters.Choice.Filter)
	}
	// From the chip itself, and back to it.
	c, chip := r.window.Canvas(), r.labelled("All directions")[0]
	c.Focus(chip)
	r.Press(fyne.KeySpace, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeySpace)
	if r.dashboard.Filters.Choice.Filter.Direction != exotel.DirectionOutboundDial || c.Focused() != chip {
		t.Errorf("chosen: %+v", r.dashboard.Filters.Choice.Filter)
	}
}

func TestActionsByKeyboard(t *testing.T) {
	r := sampleRig(t)
	r.Enter("t")
	r.idle()
	for name, act := range map[string]func(){
		"r": func() { r.Enter("r") }, "F5": func() { r.Press(fyne.KeyF5) }, "Ctrl+R": func() { r.Control(fyne.KeyR) },
	} {
		r.refreshes(name, act)
	}
	r.Enter("p")
	r.until("the pause", func() bool { return r.dashboard.Shown.Paused })
	r.Enter("p")
	r.until("the end of it", func() bool { return !r.dashboard.Shown.Paused && !r.dashboard.Shown.Loading })

	r.account.SetFaults(exoteltest.Faults{Delay: patience})
	r.Enter("r")
	r.until("the loading", func() bool { return r.dashboard.Shown.Loading })
	r.Press(fyne.KeyEscape)
	r.until("the end", func() bool { return !r.dashboard.Shown.Loading })

	r.Control(fyne.KeyC)
	if got := r.app.Clipboard().Content(); got != r.dashboard.Text() || strings.Contains(got, text.NoBreak) {
		t.Errorf("copied %q", got)
	}
	for _, tt := range []struct {
		key fyne.KeyName
		at  string
	}{{fyne.Key5, "settings"}, {fyne.Key1, "dashboard"}, {fyne.Key3, "alerts"}, {fyne.Key4, "data"}, {fyne.KeyComma, "settings"}} {
		r.Control(tt.key)
		shown := map[string]bool{"settings": r.preferences != nil, "dashboard": r.onDashboard, "alerts": r.alerts != nil, "data": r.data != nil}
		for screen, is := range shown {
			if is != (screen == tt.at) {
				t.Errorf("Ctrl+%s: %s is shown: %v", tt.key, screen, is)
			}
		}
	}
	r.Press(fyne.KeyEscape)
	if !r.onDashboard {
		t.Error("Escape does not go back")
	}
	closed := false
	r.window.SetOnClosed(func() { closed = true })
	r.Control(fyne.KeyQ)
	if !closed {
		t.Error("Ctrl+Q")
	}
}

// TestTypingIsNoCommand: letters go into the field that is typed into, and the
// keys that no field needs still reach the window.
func TestTypingIsNoCommand(t *testing.T) {
	r := sampleRig(t)
	r.showPreferences()
	zone := r.Field("Account time zone")
	r.Fill("Account time zone", "t?c7")
	if r.HasOverlay() || zone.Text != "t?c7" || r.dashboard.Filters.Choice.Range != metrics.Yesterday {
		t.Errorf("typed %q, range %v", zone.Text, r.dashboard.Filters.Choice.Range)
	}
	r.Press(fyne.KeyF5, fyne.KeyLeft)
	r.Control(fyne.Key1)
	r.Tap("Discard") // what was typed
	if !r.onDashboard {
		t.Error("Ctrl+1 does nothing while typing")
	}
	r.showPreferences()
	r.window.Canvas().Focus(r.Field("Requests a minute"))
	r.Press(fyne.KeyEscape)
	if !r.onDashboard {
		t.Error("Escape does nothing while typing")
	}
	// Letters mean nothing on screens without a dashboard.
	r.showPreferences()
	r.Enter("cdx")
	r.Press(fyne.KeyLeft)
	if r.HasOverlay() || r.dashboard.Filters.Choice.Range != metrics.Yesterday {
		t.Error("the hidden dashboard heard letters")
	}
}

func TestTabOrder(t *testing.T) {
	r := sampleRig(t)
	r.again(func(s *refresh.Snapshot) { s.Err, s.Failures = sample.Unreachable, 1 })
	var got []string
	for range 37 {
		r.Press(fyne.KeyTab)
		switch focused := r.window.Canvas().Focused().(type) {
		case *kit.Chip:
			got = append(got, focused.AccessibilityLabel())
		case *chart.BarChart:
			got = append(got, "chart")
		case *kit.Rows:
			got = append(got, "rows")
		case *kit.Press:
			name, _, _ := strings.Cut(focused.AccessibilityLabel(), ":")
			got = append(got, name)
		case *kit.Field:
			got = append(got, focused.PlaceHolder)
		default:
			t.Fatalf("focus on %T", focused)
		}
	}
	want := []string{
		"Dashboard", "Calls", "Alerts", "Data", "Settings", "Refresh",
		"Today", "Yesterday", "7 days", "30 days", "This month", "All stored", "Custom…",
		"Search by number", "All directions", "All ExoPhones", "All statuses", "Try again", "Details",
		"Calls", "What Calls means", "Answer rate", "What Answer rate means", "Avg duration", "What Avg duration means",
		"Peak hour", "What Peak hour means", "Missed", "What Missed means",
		"To call back", "What To call back means",
		"chart", "Lines", "Agents", "rows", "Pause", "Dashboard",
	}
	if !slices.Equal(got[:len(want)], want) {
		t.Errorf("Tab goes\n%q, want\n%q", got, want)
	}
}

// TestFocusIsSeen: what has the focus is not scrolled away.
func TestFocusIsSeen(t *testing.T) {
	r := sampleRig(t)
	r.window.Resize(fyne.NewSize(900, 500))
	r.Settle()
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
		r.Press(fyne.KeyTab)
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
	var numbers []string
	for n := range 300 {
		numbers = append(numbers, fmt.Sprintf("0804%07d", n))
	}
	r.window.Resize(fyne.NewSize(1000, 600))
	r.dashboard.Filters.SetPhones(nil, numbers, heartbeat.Health{})
	for _, tt := range []struct {
		keys []fyne.KeyName
		want int
	}{
		{[]fyne.KeyName{fyne.KeyEnd, fyne.KeyUp}, 299},
		{[]fyne.KeyName{fyne.KeyPageUp, fyne.KeyDown}, 290},
		{[]fyne.KeyName{fyne.KeyHome, fyne.KeyDown, fyne.KeyDown, fyne.KeyPageDown}, 12},
	} {
		r.Enter("n")
		r.Enter("ty") // nothing to the menu, and not to the window below it
		r.Press(tt.keys...)
		line, driver := numbers[tt.want-1], fyne.CurrentApp().Driver()
		seen := false
		uitest.Walk(r.Top(), func(o fyne.CanvasObject) {
			if w, ok := o.(*kit.Text); ok && w.Text == line {
				top := driver.AbsolutePositionForObject(w).Y
				seen = top >= 0 && top+w.Size().Height <= r.window.Canvas().Size().Height
			}
		})
		r.Press(fyne.KeyReturn)
		if !seen || r.HasOverlay() || !r.CanTap(line) {
			t.Errorf("%v: %q is in sight: %v; the filters are %q", tt.keys, line, seen, r.Chips())
		}
	}
	r.Enter("n")
	r.Press(fyne.KeyHome, fyne.KeyEscape)
	if r.HasOverlay() || !r.CanTap(numbers[11]) {
		t.Error("Escape does not leave it as it was")
	}
}

// TestMenusOpenInSight: the chip of a menu that a key opens may be scrolled away.
func TestMenusOpenInSight(t *testing.T) {
	r := sampleRig(t)
	r.window.Resize(fyne.NewSize(800, 500))
	r.Settle()
	driver := fyne.CurrentApp().Driver()
	for _, key := range []string{"d", "n", "s"} {
		r.Press(fyne.KeyEnd)
		if top := driver.AbsolutePositionForObject(r.labelled("All ExoPhones")[0]).Y; top > 0 {
			t.Fatalf("the filters are at %v after scrolling", top)
		}
		r.Enter(key)
		if !r.HasOverlay() {
			t.Fatalf("%s opens nothing", key)
		}
		var tops []float32
		uitest.Walk(r.Top(), func(o fyne.CanvasObject) {
			if line, ok := o.(*canvas.Text); ok {
				tops = append(tops, driver.AbsolutePositionForObject(line).Y)
			}
		})
		if len(tops) == 0 || slices.Min(tops) < 0 {
			t.Errorf("the lines of the menu of %s begin at %v", key, tops)
		}
		r.Press(fyne.KeyEscape)
	}
}

func TestChipKeys(t *testing.T) {
	r := sampleRig(t)
	c, f := r.window.Canvas(), r.dashboard.Filters
	c.Focus(r.labelled("Today")[0])
	r.Press(fyne.KeyReturn)
	if f.Choice.Range != metrics.Today {
		t.Error("Enter")
	}
	yesterday := r.labelled("Yesterday")[0]
	c.Focus(yesterday)
	r.Press(fyne.KeySpace)
	r.Enter(" ")
	if f.Choice.Range != metrics.Yesterday {
		t.Error("Space")
	}
	r.Enter("7")
	r.Press(fyne.KeyLeft)
	if f.Choice.Range != metrics.Custom || r.chosenPeriod().Days() != 7 {
		t.Errorf("a chip keeps keys: %+v", f.Choice)
	}
	if c.Focused() != yesterday {
		t.Error("the focus moved")
	}
	at := r.labelled("What Missed means")[0]
	c.Focus(at)
	r.Press(fyne.KeyReturn)
	if !r.HasOverlay() || !r.Shows("Ended calls that weren't answered") {
		t.Fatal("no definition")
	}
	checkInside(t, r)
	r.Press(fyne.KeyEscape)
	if r.HasOverlay() || c.Focused() != at {
		t.Error("Escape, or the focus after it")
	}
	r.Press(fyne.KeySpace, fyne.KeyReturn) // opens, and presses what closes
	if r.HasOverlay() {
		t.Error("Enter does not close")
	}
}

// checkInside reports an overlay that sticks out of the window.
func checkInside(t *testing.T, r *rig) {
	t.Helper()
	uitest.Walk(r.Top(), func(o fyne.CanvasObject) {
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
	r.Settle()
	infos := r.labelled(" means")
	if len(infos) != 6 {
		t.Fatalf("%d definitions", len(infos))
	}
	for _, i := range infos {
		r.window.Canvas().Focus(i)
		i.Tapped(nil)
		checkInside(t, r)
		r.Press(fyne.KeyEscape)
	}
}

func TestChartKeysInTheWindow(t *testing.T) {
	r := sampleRig(t)
	if label := r.onBar(1); !strings.Contains(label, "Calls: 1,247") || !strings.Contains(label, "01:00–02:00 · 8 calls") || r.chosenPeriod().From != sample.Day {
		t.Errorf("read out: %q", label)
	}
	r.Press(fyne.KeyReturn)
	if n := r.listed(); n != 8 || !r.Shows("01:00–02:00") {
		t.Errorf("the hour's bar lists %d calls", n)
	}
	r.Press(fyne.KeyEscape)
	r.onBar(1)
	canceled := 0
	r.dashboard.Actions.Cancel = func() { canceled++ }
	r.Press(fyne.KeyEscape)
	if label := chartIn(r.Top()).AccessibilityLabel(); strings.Contains(label, "01:00–02:00") || canceled != 0 {
		t.Error("the first Escape takes the mark away")
	}
	r.Press(fyne.KeyEscape)
	if canceled != 1 {
		t.Error("the second one is the window's")
	}
	r.Enter("t")
	if r.dashboard.Filters.Choice.Range != metrics.Today {
		t.Error("the chart keeps letters")
	}
}

func TestDialogKeys(t *testing.T) {
	r := sampleRig(t)
	r.Enter("?")
	r.Enter("?c") // one dialog at a time, and no command below it
	r.Press(fyne.KeyRight)
	if n := len(r.window.Canvas().Overlays().List()); n != 1 || r.chosenPeriod().From != sample.Day {
		t.Errorf("%d dialogs", n)
	}
	r.Press(fyne.KeyReturn)
	if r.HasOverlay() {
		t.Error("Enter does not close the list of keys")
	}
	r.Enter("c")
	c := r.window.Canvas()
	r.Retype("c7") // typed into the day
	if !strings.Contains(r.readable(), "c7") {
		t.Error("the first day does not have the focus")
	}
	r.Press(fyne.KeyEscape)
	if r.HasOverlay() || r.dashboard.Filters.Choice.Range != metrics.Yesterday {
		t.Error("Escape in a day")
	}
	r.Enter("c")
	for _, isButton := c.Focused().(*kit.Button); !isButton; _, isButton = c.Focused().(*kit.Button) {
		r.Press(fyne.KeyTab)
	}
	r.Press(fyne.KeyEscape)
	if r.HasOverlay() {
		t.Error("Escape on a button")
	}
	r.Enter("c")
	var calendar fyne.Tappable
	uitest.Walk(r.Top(), func(o fyne.CanvasObject) {
		if b, ok := o.(*widget.Button); ok && b.Icon != nil {
			calendar = b
		}
	})
	calendar.Tapped(&fyne.PointEvent{})
	if n := len(c.Overlays().List()); n != 2 {
		t.Fatalf("%d overlays with a calendar", n)
	}
	r.Press(fyne.KeyEscape)
	if n := len(c.Overlays().List()); n != 1 {
		t.Errorf("%d overlays after Escape", n)
	}
	r.Press(fyne.KeyEscape)
	if r.HasOverlay() {
		t.Error("the dialog stays open")
	}
}

func TestConnectKeys(t *testing.T) {
	r := newRig(t, rigOptions{}).firstRun()
	r.Press(fyne.KeyEscape) // nowhere to go back to
	for _, key := range []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.KeyF, fyne.KeyC} {
		r.Control(key)
	}
	if r.connect == nil {
		t.Fatal("left the first run")
	}
	var order []string
	for range 8 {
		switch focused := r.window.Canvas().Focused().(type) {
		case *kit.Field:
			order = append(order, "field")
		case *kit.Button:
			order = append(order, focused.Text)
		default:
			order = append(order, "region")
		}
		r.Press(fyne.KeyTab)
	}
	want := []string{"field", "field", "field", "Connect", "Test connection", "Explore the demo account", "region", "region"}
	if !slices.Equal(order, want) {
		t.Errorf("Tab goes %q, want %q", order, want)
	}
	for {
		if b, ok := r.window.Canvas().Focused().(*kit.Button); ok && b.Text == "Test connection" {
			break
		}
		r.Press(fyne.KeyTab)
	}
	r.Press(fyne.KeyReturn)
	r.Says("API key, API token and account SID are all needed")
	r.Tap("Other address")
	if r.Fill("Address", "https://proxy.example"); r.Field("Address").Text != "https://proxy.example" {
		t.Error("another address cannot be typed")
	}
}

func TestAgo(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "just now", 59 * time.Second: "just now", time.Minute: "1 min ago", 59 * time.Minute: "59 min ago",
		time.Hour: "1 h ago", 47 * time.Hour: "47 h ago", 48 * time.Hour: "2 days ago",
	} {
		if got := text.Ago(d); got != want {
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
		r.Settle()
		page := kit.PageIn(r.window.Canvas())
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
			r.Press(step.key)
			if last = page.Offset.Y; !step.at(last) {
				t.Errorf("%s: %s leads to %v of %v", name, step.key, last, most)
			}
		}
	}
	r.showPreferences()
	r.Settle()
	page := kit.PageIn(r.window.Canvas())
	r.window.Canvas().Focus(r.Field("Account time zone"))
	before := page.Offset.Y
	r.Press(fyne.KeyHome, fyne.KeyDown)
	if page.Offset.Y != before {
		t.Error("keys of a field scroll the page")
	}
	if r.Press(fyne.KeyPageDown); page.Offset.Y <= before {
		t.Error("a field of one line keeps the page")
	}
}
