package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/dashboard"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

// TestNewerChoiceWins: what answers an older choice is never shown.
func TestNewerChoiceWins(t *testing.T) {
	r := sampleRig(t)
	d := r.dashboard
	late := d.Shown
	r.Tap("7 days")
	r.ChooseFrom("All directions", "Inbound")
	busy := metrics.Busy
	for name, choice := range map[string]refresh.Choice{
		"another range":     late.Choice,
		"without direction": {Range: metrics.Last7Days},
		"with a status":     {Range: metrics.Last7Days, Filter: metrics.Filter{Direction: exotel.DirectionInbound, Status: &busy}},
	} {
		late.Choice = choice
		d.Apply(late, 0, time.Time{})
		if d.Filters.Choice.Filter.Direction != exotel.DirectionInbound || d.Filters.Choice.Range != metrics.Last7Days {
			t.Errorf("%s: a late answer undid the choice: %+v", name, d.Filters.Choice)
		}
		if d.Shown.Choice.Range == metrics.Last7Days {
			t.Errorf("%s: shown", name)
		}
	}
	r.idle()
	if got := d.Shown.Choice.Filter.Direction; got != exotel.DirectionInbound {
		t.Errorf("shown: %q", got)
	}
}

// TestNewerChoiceEndsTheOlderFetch: a slow range does not hold up a quick one.
func TestNewerChoiceEndsTheOlderFetch(t *testing.T) {
	r := opened(t, rigOptions{account: exoteltest.Options{CallsPerDay: 500}}, metrics.Today)
	r.account.SetFaults(exoteltest.Faults{Delay: patience})
	r.Tap("30 days")
	r.until("the loading", func() bool { return r.dashboard.Shown.Loading })
	if s := r.dashboard.Shown; s.Choice.Range != metrics.Last30Days || s.Complete { // of today at most
		t.Errorf("%d calls are shown as those of %v", s.Data.Stored, s.Choice.Range)
	}
	began := time.Now()
	r.Tap("Today")
	r.idle()
	if took := time.Since(began); took > patience/2 {
		t.Errorf("waited %v for a fetch that nobody wants", took)
	}
}

func TestFiltersTakeEffect(t *testing.T) {
	r := sampleRig(t)
	r.ChooseFrom("All statuses", "Busy")
	r.until("busy calls", r.answered)
	if got := r.Figure("Calls"); got != "52" {
		t.Errorf("%s busy calls", got)
	}
	r.Says("Answered 0", "Busy 52")
	r.ChooseFrom("All directions", "Outbound, API")
	r.until("none", r.answered)
	if r.dashboard.Shown.Summary.Calls() == 0 {
		if !r.Shows("No calls in this range with these filters.") {
			t.Error("no word of the filters")
		}
		r.Tap("Clear filters")
	} else {
		r.Enter("x")
	}
	r.until("all calls", func() bool { return r.dashboard.Shown.Choice.Filter.IsZero() })
	if got := r.Figure("Calls"); got != "1,247" {
		t.Errorf("%s calls", got)
	}
}

func TestExoPhones(t *testing.T) {
	long := strings.Repeat("Collections of the far north ", 6)
	phones := []exoteltest.ExoPhone{{Number: "08047112201", Name: "Support"}, {Number: "02248900102", Name: long}}
	r := opened(t, rigOptions{account: exoteltest.Options{ExoPhones: phones, CallsPerDay: 50}}, metrics.Today)
	r.until("the names", func() bool { return len(r.directory.ExoPhones()) == 2 })
	const all = "All ExoPhones"
	lines := r.Lines(all)
	if got := lines[1]; got != "Support · +918047112201" {
		t.Errorf("offered: %q", got)
	}
	r.ChooseFrom(all, lines[2])
	r.until("the filter", func() bool { return r.dashboard.Shown.Choice.Filter.ExoPhone != "" })
	r.window.Resize(fyne.NewSize(900, 700))
	r.Settle()
	if width := r.labelled(" · +912248900102")[0].Size().Width; width > 300 {
		t.Errorf("a long name makes a chip of %v", width)
	}
	checkLayout(t, r)
	r.Enter("n")
	if width := r.Top().MinSize().Width; width > 500 {
		t.Errorf("a long name makes a menu of %v", width)
	}
	r.Press(fyne.KeyEscape)

	// The number is not in the account any more: the filter stays, and says so.
	r.directory = nil
	r.again(func(s *refresh.Snapshot) { s.ExoPhones = nil })
	r.offerPhones()
	if !r.CanTap("2248900102") {
		t.Errorf("the filters are %q", r.Chips())
	}
	r.ChooseFrom("2248900102", all)
	r.until("no filter", func() bool { return r.dashboard.Shown.Choice.Filter.IsZero() })
	r.again(func(s *refresh.Snapshot) { s.ExoPhones = nil })
	r.offerPhones()
	if got := r.Lines(all); len(got) > 1 {
		t.Errorf("still offered: %q", got)
	}
}

func TestLongAccountName(t *testing.T) {
	account := exoteltest.Options{SID: strings.Repeat("acme", 40)}
	r := newRig(t, rigOptions{account: account, start: func(r *rig) { r.good.SID = account.SID }})
	r.firstRun()
	r.fillIn(r.good)
	r.Tap("Connect")
	r.idle()
	r.window.Resize(fyne.NewSize(900, 700))
	r.Settle()
	if width := r.window.Content().MinSize().Width; width > 900 {
		t.Errorf("the window cannot be narrower than %v", width)
	}
	checkLayout(t, r)
}

// TestPauseAndRefresh: no refresh comes while paused, and one can be asked for.
func TestPauseAndRefresh(t *testing.T) {
	r := sampleRig(t)
	r.Tap("Pause")
	r.until("the pause", func() bool { return r.dashboard.Shown.Paused })
	if !r.Shows("paused") || !r.dashboard.Shown.Next.IsZero() {
		t.Error("nothing says that it is paused")
	}
	r.Tap("Today")
	r.idle()
	r.refreshes("Refresh", func() { r.Tap("Refresh") })
	r.Tap("Resume")
	r.until("the next refresh", func() bool { return !r.dashboard.Shown.Next.IsZero() })
}

func TestCancelKeepsOldFigures(t *testing.T) {
	r := sampleRig(t)
	r.Tap("Today")
	r.idle()
	r.account.SetFaults(exoteltest.Faults{Delay: patience})
	r.Tap("Refresh")
	r.until("the loading", func() bool { return r.dashboard.Shown.Loading })
	if !r.Shows("until 14:22") || r.CanTap("Cancel") {
		t.Error("the old figures are gone, or the end is offered too soon")
	}
	r.dashboard.Tick(sample.Now.Add(3*time.Second), time.Time{})
	if !r.CanTap("Cancel") {
		t.Fatal("a long load cannot be ended")
	}
	r.Tap("Cancel")
	r.until("the end", func() bool { return !r.dashboard.Shown.Loading })
	if !r.Shows("Cancelled") || !r.Shows("Showing the previous figures") || !r.Shows("Last refresh cancelled") {
		t.Errorf("says %q", r.Texts())
	}
}

// TestCloseInFlight: the window can be closed whatever is under way; nothing
// runs on, and nothing is applied any more.
func TestCloseInFlight(t *testing.T) {
	never := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	for name, begin := range map[string]func(t *testing.T) *rig{
		"keyring asked": func(t *testing.T) *rig { return newRig(t, rigOptions{vault: &fakeVault{ask: never}}) },
		"first load": func(t *testing.T) *rig {
			return newRig(t, rigOptions{env: true, faults: exoteltest.Faults{Delay: patience}})
		},
		"refresh": func(t *testing.T) *rig {
			r := sampleRig(t)
			r.account.SetFaults(exoteltest.Faults{Delay: patience})
			r.Tap("30 days")
			r.until("the loading", func() bool { return r.dashboard.Shown.Loading })
			return r
		},
		"connection test": func(t *testing.T) *rig {
			r := newRig(t, rigOptions{faults: exoteltest.Faults{Delay: patience}}).firstRun()
			r.fillIn(r.good)
			r.Tap("Connect")
			return r
		},
		"saving": func(t *testing.T) *rig {
			r := newRig(t, rigOptions{}).firstRun()
			r.vault.answers(never)
			r.fillIn(r.good)
			r.Tap("Connect")
			r.until("the keyring", func() bool { return r.Shows("Saving to the keyring.") })
			return r
		},
		"dialog": func(t *testing.T) *rig {
			r := sampleRig(t)
			r.Enter("c")
			return r
		},
		"demo": func(t *testing.T) *rig { return newRig(t, rigOptions{demo: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			r := begin(t)
			content := r.window.Content()
			began := time.Now()
			r.close()
			if took := time.Since(began); took > patience/2 {
				t.Errorf("closing took %v", took)
			}
			if r.session != nil || r.endDemo != nil {
				t.Error("still connected")
			}
			var shown refresh.Snapshot
			if r.dashboard != nil {
				shown = r.dashboard.Shown
			}
			r.box.drain()
			if r.window.Content() != content || r.session != nil || r.dashboard != nil && (r.dashboard.Shown.Loading != shown.Loading || r.dashboard.Shown.Summary != shown.Summary) {
				t.Error("something was applied after the end")
			}
			checkNothingRuns(t, r)
		})
	}
}

// checkNothingRuns waits for the last goroutines of a closed rig to go.
func checkNothingRuns(t *testing.T, r *rig) {
	t.Helper()
	r.server.Close()
	var left []string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if left = ourGoroutines(); len(left) == 0 {
			return
		}
	}
	t.Errorf("%d goroutines run on:\n%s", len(left), strings.Join(left, "\n\n"))
}

// TestOldSessionIsSilent: what an account had still to say is not shown in the
// next one's dashboard.
func TestOldSessionIsSilent(t *testing.T) {
	r := sampleRig(t)
	old := r.dashboard
	r.session.worker.Refresh()
	r.open(r.good) // what was posted by now is still in the queue
	r.box.drain()
	shown := old.Shown
	r.idle()
	if r.dashboard == old || old.Shown.Loading || shown.Loading {
		t.Error("the old dashboard went on")
	}
	old.Actions.Refresh() // pressed by a hand that was slow: nobody hears it
	old.Actions.Pause()
	r.namePhones(nil)
}

func TestDaysAreNotJudgedByAClockThatIsWrong(t *testing.T) {
	r := sampleRig(t)
	clock := &exotel.Error{Op: "list calls", Kind: exotel.KindClock, Err: errors.New("by Exotel's answers it is 20 November 2016")}
	old := metrics.Period{From: sample.Date(time.May, 1), To: sample.Date(time.May, 2)}
	dashboard.AskPeriod(r.window, old, sample.Now, clock, metrics.Date{}, func(metrics.Period) { t.Error("chosen") })
	r.Press(fyne.KeyReturn)
	if !r.Shows("This computer's clock is wrong: by Exotel's answers it is 20 November 2016") || r.Shows("six months") {
		t.Error("the clock is not said to be wrong")
	}
}

func TestBeforeTheFirstSnapshot(t *testing.T) {
	r := newRig(t, rigOptions{env: true, faults: exoteltest.Faults{Delay: patience}})
	r.box.lose()
	r.dashboard.Tick(sample.Now, time.Time{})
	r.Enter("c")
	if !r.HasOverlay() || !r.Shows("Choose days") {
		t.Fatal("no dialog")
	}
	if said := r.readable(); strings.Count(said, "20/11/2026") != 2 {
		t.Errorf("asked for from %q", said)
	}
	r.Press(fyne.KeyEscape)
	r.Press(fyne.KeyLeft, fyne.KeyLeft)
	if got := r.chosenPeriod().From; got != (metrics.Date{Year: 2026, Month: 11, Day: 18}) {
		t.Errorf("two days back: %v", got)
	}
	r.Press(fyne.KeyRight, fyne.KeyRight, fyne.KeyRight)
	if got := r.chosenPeriod().To; got != sample.Today() {
		t.Errorf("into the future: %v", got)
	}
	r.Control(fyne.KeyC) // there is nothing to copy yet, and nothing to stumble over
}

func TestChooseDays(t *testing.T) {
	r := sampleRig(t)
	ask := func(from, to string) {
		r.Enter("c") // the first day has the focus
		r.Retype(from)
		r.Press(fyne.KeyTab, fyne.KeyTab) // over the calendar's button
		r.Retype(to)
	}
	for _, tt := range []struct{ from, to, want string }{
		{"19/11/2026", "18/11/2026", "The first day is after the last day."},
		{"21/11/2026", "22/11/2026", "is in the future"},
		{"20/05/2026", "22/05/2026", "Choose 21 May 2026 or later"},
		{"31/02/2026", "19/11/2026", "Enter both days in full"},
		{"", "19/11/2026", "Enter both days in full"},
	} {
		ask(tt.from, tt.to)
		r.Tap("Show these days")
		if !r.HasOverlay() || !r.Shows(tt.want) || r.chosenPeriod().From != sample.Day {
			t.Errorf("%s to %s: not said %q", tt.from, tt.to, tt.want)
		}
		r.Press(fyne.KeyEscape)
	}
	ask("18/11/2026", "19/11/2026")
	r.Press(fyne.KeyReturn) // in the field
	r.idle()
	if r.HasOverlay() || r.dashboard.Shown.Period.Days() != 2 || !r.Shows("Calls by day") {
		t.Errorf("shown: %v", r.dashboard.Shown.Period)
	}
	// A bar opens its day.
	r.onBar(1)
	r.Press(fyne.KeyReturn)
	r.idle()
	if r.dashboard.Shown.Period != (metrics.Period{From: sample.Day, To: sample.Day}) {
		t.Errorf("shown: %v", r.dashboard.Shown.Period)
	}
}

// TestScreensCloseDialogs: a dialog does not outlive the screen it belongs to.
func TestScreensCloseDialogs(t *testing.T) {
	r := sampleRig(t)
	r.Enter("c")
	r.Control(fyne.Key5)
	if r.HasOverlay() || r.preferences == nil {
		t.Error("the dialog stayed")
	}
	r.Control(fyne.Key1)
	r.Enter("d")
	r.showConnect("")
	if r.HasOverlay() {
		t.Error("the menu stayed")
	}
}

// checkLayout reports parts of the dashboard that overlap or stick out.
func checkLayout(t *testing.T, r *rig) {
	t.Helper()
	r.Settle()
	r.Settle()
	driver := fyne.CurrentApp().Driver()
	type box struct {
		name       string
		x, y, w, h float32
	}
	var boxes []box
	width := r.window.Canvas().Size().Width
	uitest.Walk(r.window.Content(), func(o fyne.CanvasObject) {
		var name string
		switch o := o.(type) {
		case *kit.Chip:
			name = o.AccessibilityLabel()
		case *kit.Text:
			name = o.Text
		case *chart.BarChart:
			name = "chart"
		}
		if name == "" {
			return
		}
		pos, size := driver.AbsolutePositionForObject(o), o.Size()
		boxes = append(boxes, box{name, pos.X, pos.Y, size.Width, size.Height})
		if pos.X < 0 || pos.X+size.Width > width+0.5 {
			t.Errorf("%q sticks out: %v to %v of %v", name, pos.X, pos.X+size.Width, width)
		}
	})
	for i, a := range boxes {
		for _, b := range boxes[i+1:] {
			const touch = 1.5 // segments share their borders
			if a.x+a.w > b.x+touch && b.x+b.w > a.x+touch && a.y+a.h > b.y+touch && b.y+b.h > a.y+touch {
				t.Errorf("%q %v overlaps %q %v", a.name, a, b.name, b)
			}
		}
	}
}

func TestLayoutAtAnySize(t *testing.T) {
	r := sampleRig(t)
	grave := func(s *refresh.Snapshot) {
		s.Err, s.Failures, s.LastSuccess, s.Loading = sample.Refused, 1, sample.Now, true
	}
	for _, change := range []func(*refresh.Snapshot){func(*refresh.Snapshot) {}, grave} {
		r.again(change)
		for _, size := range []fyne.Size{{Width: 1280, Height: 800}, {Width: 1100, Height: 800}, {Width: 900, Height: 700}, {Width: 700, Height: 600}, {Width: 1920, Height: 1080}} {
			t.Run(fmt.Sprint(size), func(t *testing.T) {
				r.window.Resize(size)
				r.Settle()
				checkLayout(t, r)
			})
		}
	}
	r.window.Resize(fyne.NewSize(900, 700))
	r.Settle()
	rows := map[float32]int{}
	uitest.Walk(r.window.Content(), func(o fyne.CanvasObject) {
		if card, ok := o.(*kit.Press); ok {
			rows[card.Position().Y]++
		}
	})
	if len(rows) != 2 {
		t.Errorf("the cards stand in %d rows", len(rows))
	}
}

// BenchmarkApply is one snapshot from the worker to the widgets, the chart's
// picture aside, which is drawn when the window is painted.
func BenchmarkApply(b *testing.B) {
	r := sampleRig(b)
	r.window.Resize(fyne.NewSize(1280, 800))
	s := r.dashboard.Shown
	b.ReportAllocs()
	for b.Loop() {
		s.Progress.Received++
		r.dashboard.Apply(s, 0, time.Time{})
	}
}
