package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

// TestNewerChoiceWins: what answers an older choice is never shown.
func TestNewerChoiceWins(t *testing.T) {
	r := sampleRig(t)
	d := r.dashboard
	late := d.shown
	d.filters.chooseRange(metrics.Last7Days)
	d.filters.directions.onChoose(exotel.DirectionInbound)
	busy := metrics.Busy
	for name, choice := range map[string]refresh.Choice{
		"another range":     late.Choice,
		"without direction": {Range: metrics.Last7Days},
		"with a status":     {Range: metrics.Last7Days, Filter: metrics.Filter{Direction: exotel.DirectionInbound, Status: &busy}},
	} {
		late.Choice = choice
		d.Apply(late, 0, time.Time{})
		if d.filters.choice.Filter.Direction != exotel.DirectionInbound || d.filters.choice.Range != metrics.Last7Days {
			t.Errorf("%s: a late answer undid the choice: %+v", name, d.filters.choice)
		}
		if d.shown.Choice.Range == metrics.Last7Days {
			t.Errorf("%s: shown", name)
		}
	}
	r.idle()
	if got := d.shown.Choice.Filter.Direction; got != exotel.DirectionInbound {
		t.Errorf("shown: %q", got)
	}
}

// TestNewerChoiceEndsTheOlderFetch: a slow range does not hold up a quick one.
func TestNewerChoiceEndsTheOlderFetch(t *testing.T) {
	r := opened(t, rigOptions{account: exoteltest.Options{CallsPerDay: 500}}, metrics.Today)
	r.account.SetFaults(exoteltest.Faults{Delay: patience})
	r.dashboard.filters.chooseRange(metrics.Last30Days)
	r.until("the loading", func() bool { return r.dashboard.shown.Loading })
	if s := r.dashboard.shown; s.Choice.Range != metrics.Last30Days || s.Complete { // of today at most
		t.Errorf("%d calls are shown as those of %v", s.Data.Stored, s.Choice.Range)
	}
	began := time.Now()
	r.dashboard.filters.chooseRange(metrics.Today)
	r.idle()
	if took := time.Since(began); took > patience/2 {
		t.Errorf("waited %v for a fetch that nobody wants", took)
	}
}

func TestFiltersTakeEffect(t *testing.T) {
	r := sampleRig(t)
	f := r.dashboard.filters
	f.statuses.onChoose("busy")
	r.until("busy calls", func() bool { return r.dashboard.shown.Choice.Filter.Status != nil })
	if got := r.dashboard.cards[0].figure.text; got != "52" {
		t.Errorf("%s busy calls", got)
	}
	if got := r.dashboard.legend.entries[0].text + ", " + r.dashboard.legend.entries[2].text; got != "Answered 0, Busy 52" {
		t.Errorf("legend: %s", got)
	}
	f.directions.onChoose(exotel.DirectionOutboundAPI)
	r.until("none", func() bool { return r.dashboard.shown.Choice.Filter.Direction != "" })
	if r.dashboard.shown.Summary.Calls() == 0 {
		if !r.says("No calls in this range with these filters.") {
			t.Error("no word of the filters")
		}
		r.tap("Clear filters")
	} else {
		f.ClearFilter()
	}
	r.until("all calls", func() bool { return r.dashboard.shown.Choice.Filter.IsZero() })
	if got := r.dashboard.cards[0].figure.text; got != "1,247" {
		t.Errorf("%s calls", got)
	}
}

// TestNamesOfExoPhonesAreOneLineInTheirMenu: a sign that turns the writing round
// would show another name, and another number.
func TestNamesOfExoPhonesAreOneLineInTheirMenu(t *testing.T) {
	useTheme(t, theme.VariantLight)
	b := newFilterBar(func(refresh.Choice) {}, func() {})
	list := []exotel.ExoPhone{{SID: "08047112201", Number: "+918047112201", Name: "\u202eSales\n\x1b[31m\twest "}}
	b.SetPhones(exotel.NewDirectory(list), []string{"\u202e1022118408"}, heartbeat.Health{})
	want := []menuOption{{"All ExoPhones", ""}, {"Sales [31m west · +918047112201", "8047112201"}, {"1022118408", "\u202e1022118408"}}
	if !slices.Equal(b.phones.options, want) {
		t.Errorf("got  %q\nwant %q", b.phones.options, want)
	}
}

func TestExoPhones(t *testing.T) {
	long := strings.Repeat("Collections of the far north ", 6)
	phones := []exoteltest.ExoPhone{{Number: "08047112201", Name: "Support"}, {Number: "02248900102", Name: long}}
	r := opened(t, rigOptions{account: exoteltest.Options{ExoPhones: phones, CallsPerDay: 50}}, metrics.Today)
	r.until("the names", func() bool { return len(r.directory.ExoPhones()) == 2 })
	menu := r.dashboard.filters.phones
	if got := menu.options[1]; got != (menuOption{"Support · +918047112201", "8047112201"}) {
		t.Errorf("offered: %+v", got)
	}
	menu.onChoose(menu.options[2].value)
	r.until("the filter", func() bool { return r.dashboard.shown.Choice.Filter.ExoPhone != "" })
	r.window.Resize(fyne.NewSize(900, 700))
	r.settle()
	if width := menu.chip.Size().Width; width > 300 {
		t.Errorf("a long name makes a chip of %v", width)
	}
	checkLayout(t, r)
	menu.open()
	if width := r.top().MinSize().Width; width > 500 {
		t.Errorf("a long name makes a menu of %v", width)
	}
	r.press(fyne.KeyEscape)

	// The number is not in the account any more: the filter stays, and says so.
	r.directory = nil
	r.again(func(s *refresh.Snapshot) { s.ExoPhones = nil })
	r.offerPhones()
	if menu.value != "2248900102" || menu.chip.text != "2248900102" {
		t.Errorf("the filter shows %q for %q", menu.chip.text, menu.value)
	}
	menu.onChoose("")
	r.until("no filter", func() bool { return r.dashboard.shown.Choice.Filter.IsZero() })
	r.again(func(s *refresh.Snapshot) { s.ExoPhones = nil })
	r.offerPhones()
	if len(menu.options) > 1 {
		t.Errorf("still offered: %v", menu.options)
	}
}

func TestLongAccountName(t *testing.T) {
	account := exoteltest.Options{SID: strings.Repeat("acme", 40)}
	r := newRig(t, rigOptions{account: account, start: func(r *rig) { r.good.SID = account.SID }})
	r.firstRun()
	r.fillIn(r.good)
	r.tap("Connect")
	r.idle()
	r.window.Resize(fyne.NewSize(900, 700))
	r.settle()
	if width := r.window.Content().MinSize().Width; width > 900 {
		t.Errorf("the window cannot be narrower than %v", width)
	}
	checkLayout(t, r)
}

// TestPauseAndRefresh: no refresh comes while paused, and one can be asked for.
func TestPauseAndRefresh(t *testing.T) {
	r := sampleRig(t)
	r.tap("Pause")
	r.until("the pause", func() bool { return r.dashboard.shown.Paused })
	if !r.says("paused") || !r.dashboard.shown.Next.IsZero() {
		t.Error("nothing says that it is paused")
	}
	r.dashboard.filters.chooseRange(metrics.Today)
	r.idle()
	r.refreshes("Refresh", func() { r.tap("Refresh") })
	r.tap("Resume")
	r.until("the next refresh", func() bool { return !r.dashboard.shown.Next.IsZero() })
}

func TestCancelKeepsOldFigures(t *testing.T) {
	r := sampleRig(t)
	r.dashboard.filters.chooseRange(metrics.Today)
	r.idle()
	r.account.SetFaults(exoteltest.Faults{Delay: patience})
	r.tap("Refresh")
	r.until("the loading", func() bool { return r.dashboard.shown.Loading })
	if !r.says("until 14:22") || !r.dashboard.foot.cancel.Hidden {
		t.Error("the old figures are gone, or the end is offered too soon")
	}
	r.dashboard.Tick(testNow.Add(cancelAfter), time.Time{})
	if r.dashboard.foot.cancel.Hidden {
		t.Fatal("a long load cannot be ended")
	}
	r.tap("Cancel")
	r.until("the end", func() bool { return !r.dashboard.shown.Loading })
	if !r.says("Cancelled") || !r.says("Showing the previous figures") || !r.says("Last refresh cancelled") {
		t.Errorf("says %q", r.dashboard.notice.Text())
	}
}

// TestNoticePrecedence lists what is said when more than one thing is wrong.
func TestNoticePrecedence(t *testing.T) {
	r := sampleRig(t)
	whole := r.dashboard.shown
	whole.Settled, whole.Over = false, false
	part := refresh.Tally{Received: 1240, Announced: 1247, Missing: 7, DaysMissing: 1}
	full := fmt.Errorf("2026-11-06: %w", errDiskFull)
	days := func(t refresh.Tally) func(*refresh.Snapshot) {
		return func(s *refresh.Snapshot) {
			s.Period.From, s.Complete, s.Tally = s.Period.To.Add(-29), false, t
		}
	}
	for _, tt := range []struct {
		name   string
		change func(*refresh.Snapshot)
		skew   time.Duration
		want   string
	}{
		{"all well", func(*refresh.Snapshot) {}, 0, ""},
		{"loading", func(s *refresh.Snapshot) { s.Loading = true }, 0, ""},
		{"clock", func(*refresh.Snapshot) {}, -200 * time.Second, "▲ Clock: This computer's clock is 3 min fast."},
		{"unreadable", func(s *refresh.Snapshot) { s.Tally.Unreadable = 1 }, time.Hour, "▲ Unreadable rows: 1 row from Exotel couldn't be read"},
		{"one failure", func(s *refresh.Snapshot) { s.Err, s.Failures = unreachable, 1 }, time.Hour, "▲ Refresh failed: Exotel could not be reached"},
		{"and loading again", func(s *refresh.Snapshot) { s.Err, s.Failures, s.Loading = unreachable, 1, true }, 0, "▲ Refresh failed: Exotel could not be reached"},
		{"three failures", func(s *refresh.Snapshot) { s.Err, s.Failures, s.Loading = unreachable, 3, true }, 0, "▲ Out of date: Last updated 14:22:32. Exotel could not"},
		{"too old", func(s *refresh.Snapshot) { s.AsOf = s.AsOf.AddDate(0, 0, -1) }, 0, "▲ Out of date: Last updated 19 Nov 14:22:32."},
		{"incomplete and old", func(s *refresh.Snapshot) { s.Complete, s.Failures, s.Tally, s.Err = false, 3, part, unreachable }, 0,
			"◆ Incomplete: Only 1,240 of 1,247 calls loaded. Figures are incomplete. 1 day is missing. Exotel could not"},
		{"incomplete and loading on", func(s *refresh.Snapshot) { s.Complete, s.Loading, s.Tally = false, true, part }, 0,
			"Loading: 1,240 of 1,247 calls so far."},
		{"days on their way", func(s *refresh.Snapshot) {
			days(refresh.Tally{Received: 9, Missing: 3, DaysMissing: 5})(s)
			s.Loading, s.Partial = true, map[metrics.Date]bool{}
			for i := range 7 { // of two of them a part is here
				s.Partial[s.Period.From.Add(i)] = true
			}
		}, 0,
			"Loading: 23 of 30 days so far."},
		{"days missing", days(refresh.Tally{Received: 9, DaysMissing: 4}), 0, "◆ Incomplete: 4 days are missing."},
		{"a day that was over only later", days(refresh.Tally{Received: 9, DaysCut: 1}), 0, "◆ Incomplete: 1 day is cut short: it was downloaded before the day ended."},
		{"some for good", days(refresh.Tally{Received: 9, DaysMissing: 4, DaysGone: 1}), 0, "◆ Incomplete: 4 days are missing. 1 of them is no longer available from Exotel."},
		{"all for good", days(refresh.Tally{Received: 9, DaysMissing: 3, DaysGone: 3}), 0, "▲ Incomplete: 3 days are missing and no longer available from Exotel."},
		{"for good and loading", func(s *refresh.Snapshot) {
			days(refresh.Tally{Received: 9, DaysMissing: 1, DaysGone: 1})(s)
			s.Loading = true
		}, 0,
			"▲ Incomplete: 1 day is missing and no longer available from Exotel."},
		{"for good and not reached", func(s *refresh.Snapshot) {
			days(refresh.Tally{Received: 9, DaysMissing: 3, DaysGone: 3})(s)
			s.Err = unreachable
		}, 0, "◆ Incomplete: 3 days are missing and no longer available from Exotel. Exotel could not"},
		{"not kept", func(s *refresh.Snapshot) { s.SaveErr, s.Tally.Unreadable = full, 1 }, time.Hour, "▲ Not saved: The disk is full; free some space. 6 Nov isn't saved."},
		{"not kept, and shown", func(s *refresh.Snapshot) { s.SaveErr, s.Data.Saved = full, s.Data.Stored-1 }, 0,
			"▲ Not saved: The disk is full; free some space. 6 Nov isn't saved. 1 of these calls isn't saved to disk."},
		{"Exotel has forgotten the day", func(s *refresh.Snapshot) {
			*s = refresh.Snapshot{Choice: s.Choice, Now: s.Now, Period: metrics.Period{From: on(time.May, 20), To: on(time.May, 20)}}
		}, 0, "▲ Missing: This day wasn't saved and is no longer available from Exotel."},
		{"Exotel has forgotten the days", func(s *refresh.Snapshot) {
			*s = refresh.Snapshot{Choice: s.Choice, Now: s.Now, Period: metrics.Period{From: on(time.May, 1), To: on(time.May, 20)}}
		}, 0, "▲ Missing: These days weren't saved and are no longer available from Exotel."},
		{"Exotel still has the day", func(s *refresh.Snapshot) {
			*s = refresh.Snapshot{Choice: s.Choice, Now: s.Now, Period: metrics.Period{From: on(time.May, 21), To: on(time.May, 21)}}
		}, 0, ""},
		{"not kept and not refreshed", func(s *refresh.Snapshot) { s.SaveErr, s.Err, s.Failures = full, unreachable, 1 }, 0, "▲ Refresh failed: "},
		{"refused and incomplete", func(s *refresh.Snapshot) { s.Err, s.Complete, s.Tally = refused, false, part }, 0,
			"◆ Not connected: Exotel refused the API key or token (HTTP 401)"},
		{"nothing known", func(s *refresh.Snapshot) { s.Summary, s.Err, s.Failures, s.AsOf = nil, unreachable, 5, time.Time{} }, 0, "◆ Not loaded: Exotel could not"},
		{"nothing known, loading again", func(s *refresh.Snapshot) {
			s.Summary, s.Err, s.Failures, s.AsOf, s.Loading = nil, unreachable, 5, time.Time{}, true
		}, 0, "◆ Not loaded: Exotel could not"},
		{"canceled", func(s *refresh.Snapshot) { s.Err = refresh.ErrCanceled }, 0, "▲ Cancelled: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := whole
			tt.change(&s)
			r.dashboard.Apply(s, tt.skew, time.Time{})
			got := r.dashboard.notice.Text()
			if (tt.want == "") != (got == "") || !strings.HasPrefix(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
			doubtful := s.Summary == nil || !s.Complete || s.Stale()
			if gray := r.dashboard.cards[0].figure.color == colorMuted; gray != doubtful {
				t.Errorf("gray figures: %v, doubtful: %v", gray, doubtful)
			}
			if doubtful && s.Summary != nil && !strings.Contains(r.dashboard.Text(), got) {
				t.Error("the copied text does not say so")
			}
			if !s.Complete && s.Summary != nil && !r.says("Figures are incomplete") && !r.says("so far") && !r.says("missing") && !r.says("cut short") {
				t.Error("a part is shown as the whole")
			}
			goesOn := strings.HasPrefix(tt.want, "◆ Incomplete")
			if act := r.dashboard.notice.act; goesOn != (act.Visible() && act.text == "Continue") {
				t.Errorf("to go on is offered: %v", !goesOn)
			}
		})
	}
}

func TestCallsThatAreNotKeptAreSpokenOf(t *testing.T) {
	r := sampleRig(t)
	for kept, want := range map[int]bool{1247: false, 1246: true} {
		r.again(func(s *refresh.Snapshot) { s.SaveErr, s.Data.Stored, s.Data.Saved = errDiskFull, 1247, kept })
		if got := r.says("1 of these calls isn't saved to disk."); got != want {
			t.Errorf("%d of 1247 kept: it says so: %v", kept, got)
		}
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
			r.dashboard.filters.chooseRange(metrics.Last30Days)
			r.until("the loading", func() bool { return r.dashboard.shown.Loading })
			return r
		},
		"connection test": func(t *testing.T) *rig {
			r := newRig(t, rigOptions{faults: exoteltest.Faults{Delay: patience}}).firstRun()
			r.fillIn(r.good)
			r.tap("Connect")
			return r
		},
		"saving": func(t *testing.T) *rig {
			r := newRig(t, rigOptions{}).firstRun()
			r.vault.answers(never)
			r.fillIn(r.good)
			r.tap("Connect")
			r.until("the keyring", func() bool { return r.says("Saving to the keyring.") })
			return r
		},
		"dialog": func(t *testing.T) *rig {
			r := sampleRig(t)
			r.enter("c")
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
				shown = r.dashboard.shown
			}
			r.box.drain()
			if r.window.Content() != content || r.session != nil || r.dashboard != nil && (r.dashboard.shown.Loading != shown.Loading || r.dashboard.shown.Summary != shown.Summary) {
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
	shown := old.shown
	r.idle()
	if r.dashboard == old || old.shown.Loading || shown.Loading {
		t.Error("the old dashboard went on")
	}
	old.actions.refresh() // pressed by a hand that was slow: nobody hears it
	old.actions.pause()
	r.namePhones(nil)
}

func TestDaysAreNotJudgedByAClockThatIsWrong(t *testing.T) {
	r := sampleRig(t)
	clock := &exotel.Error{Op: "list calls", Kind: exotel.KindClock, Err: errors.New("by Exotel's answers it is 20 November 2016")}
	old := metrics.Period{From: on(time.May, 1), To: on(time.May, 2)}
	askPeriod(r.window, old, testNow, clock, metrics.Date{}, func(metrics.Period) { t.Error("chosen") })
	r.press(fyne.KeyReturn)
	if !r.says("This computer's clock is wrong: by Exotel's answers it is 20 November 2016") || r.says("six months") {
		t.Error("the clock is not said to be wrong")
	}
}

func TestBeforeTheFirstSnapshot(t *testing.T) {
	r := newRig(t, rigOptions{env: true, faults: exoteltest.Faults{Delay: patience}})
	r.box.lose()
	r.dashboard.Tick(testNow, time.Time{})
	r.enter("c")
	if !r.overlay() || !r.says("Choose days") {
		t.Fatal("no dialog")
	}
	days := 0
	walk(r.top(), func(o fyne.CanvasObject) {
		if field, ok := o.(*dateField); ok {
			days++
			if field.Text != "20/11/2026" {
				t.Errorf("begins at %s", field.Text)
			}
		}
	})
	if days != 2 {
		t.Errorf("%d days are asked for", days)
	}
	r.press(fyne.KeyEscape)
	r.press(fyne.KeyLeft, fyne.KeyLeft)
	if got := r.chosenPeriod().From; got != (metrics.Date{Year: 2026, Month: 11, Day: 18}) {
		t.Errorf("two days back: %v", got)
	}
	r.press(fyne.KeyRight, fyne.KeyRight, fyne.KeyRight)
	if got := r.chosenPeriod().To; got != today() {
		t.Errorf("into the future: %v", got)
	}
	r.control(fyne.KeyC) // there is nothing to copy yet, and nothing to stumble over
}

func TestChooseDays(t *testing.T) {
	r := sampleRig(t)
	ask := func(from, to string) {
		r.enter("c")
		fields := []*dateField{}
		walk(r.top(), func(o fyne.CanvasObject) {
			if f, ok := o.(*dateField); ok {
				fields = append(fields, f)
			}
		})
		fields[0].SetText(from)
		fields[1].SetText(to)
	}
	for _, tt := range []struct{ from, to, want string }{
		{"19/11/2026", "18/11/2026", "The first day is after the last day."},
		{"21/11/2026", "22/11/2026", "is in the future"},
		{"20/05/2026", "22/05/2026", "Choose 21 May 2026 or later"},
		{"31/02/2026", "19/11/2026", "Enter both days in full"},
		{"", "19/11/2026", "Enter both days in full"},
	} {
		ask(tt.from, tt.to)
		r.tap("Show these days")
		if !r.overlay() || !r.says(tt.want) || r.chosenPeriod().From != sampleDat {
			t.Errorf("%s to %s: not said %q", tt.from, tt.to, tt.want)
		}
		r.press(fyne.KeyEscape)
	}
	ask("18/11/2026", "19/11/2026")
	r.press(fyne.KeyReturn) // in the field
	r.idle()
	if r.overlay() || r.dashboard.shown.Period.Days() != 2 || !r.says("Calls by day") {
		t.Errorf("shown: %v", r.dashboard.shown.Period)
	}
	// A bar opens its day.
	r.dashboard.chart.choose(1)
	r.idle()
	if r.dashboard.shown.Period != (metrics.Period{From: sampleDat, To: sampleDat}) {
		t.Errorf("shown: %v", r.dashboard.shown.Period)
	}
	if r.dashboard.chart.OnChoose != nil {
		t.Error("an hour looks as if it could be opened")
	}
}

// TestScreensCloseDialogs: a dialog does not outlive the screen it belongs to.
func TestScreensCloseDialogs(t *testing.T) {
	r := sampleRig(t)
	r.enter("c")
	r.control(fyne.Key4)
	if r.overlay() || r.preferences == nil {
		t.Error("the dialog stayed")
	}
	r.control(fyne.Key1)
	r.enter("d")
	r.showConnect("")
	if r.overlay() {
		t.Error("the menu stayed")
	}
}

func TestChartIsDrawnForNewFiguresOnly(t *testing.T) {
	r := sampleRig(t)
	r.window.Canvas().Capture()
	before := r.dashboard.chart.renders
	r.again(func(s *refresh.Snapshot) { s.Loading = true })
	r.again(func(s *refresh.Snapshot) { s.Progress = refresh.Progress{Received: 1, Announced: 2} })
	r.again(func(s *refresh.Snapshot) { s.Loading = false })
	r.window.Canvas().Capture()
	if got := r.dashboard.chart.renders; got != before {
		t.Errorf("drawn %d times for the same bars", got-before)
	}
	r.again(func(s *refresh.Snapshot) { s.Complete = false })
	r.window.Canvas().Capture()
	if r.dashboard.chart.renders == before {
		t.Error("not drawn for hatched bars")
	}
}

// checkLayout reports parts of the dashboard that overlap or stick out.
func checkLayout(t *testing.T, r *rig) {
	t.Helper()
	r.settle()
	r.settle()
	driver := fyne.CurrentApp().Driver()
	type box struct {
		name       string
		x, y, w, h float32
	}
	var boxes []box
	width := r.window.Canvas().Size().Width
	walk(r.window.Content(), func(o fyne.CanvasObject) {
		var name string
		switch o := o.(type) {
		case *chip:
			name = o.AccessibilityLabel()
		case *words:
			name = o.text
		case *callsChart:
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
	grave := func(s *refresh.Snapshot) { s.Err, s.Failures, s.LastSuccess, s.Loading = refused, 1, testNow, true }
	for _, change := range []func(*refresh.Snapshot){func(*refresh.Snapshot) {}, grave} {
		r.again(change)
		for _, size := range []fyne.Size{{Width: 1280, Height: 800}, {Width: 1100, Height: 800}, {Width: 900, Height: 700}, {Width: 700, Height: 600}, {Width: 1920, Height: 1080}} {
			t.Run(fmt.Sprint(size), func(t *testing.T) {
				r.window.Resize(size)
				r.settle()
				checkLayout(t, r)
			})
		}
	}
	r.window.Resize(fyne.NewSize(900, 700))
	r.settle()
	rows := map[float32]int{}
	for _, c := range r.dashboard.cards {
		rows[c.view.Position().Y]++
	}
	if len(rows) != 2 {
		t.Errorf("the cards stand in %d rows", len(rows))
	}
}

func TestCardsLayoutColumns(t *testing.T) {
	for width, want := range map[float32]int{0: 5, 1216: 5, 1040: 5, 1030: 3, 836: 3, 600: 2, 200: 1, 50: 1} {
		l := &cardsLayout{gap: 14, least: 196, width: width}
		if got := l.columns(5); got != want {
			t.Errorf("%v wide: %d columns, want %d", width, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	useTheme(t, theme.VariantLight)
	w := newWords(plain, sizeSub, 2)
	w.Set("189 no answer · 52 busy · 30 failed and" + noBreak + "more words than fit into two lines")
	for _, width := range []float32{1000, 200, 120, 60, 20, 1} {
		lines := w.wrap(width)
		if len(lines) > 2 {
			t.Errorf("%v: %d lines", width, len(lines))
		}
		for _, line := range lines {
			if line != "…" && w.measure(line).Width > width {
				t.Errorf("%v: %q is too wide", width, line)
			}
			if strings.HasSuffix(line, "·") {
				t.Errorf("%v: %q ends in a dot", width, line)
			}
		}
	}
	if lines := w.wrap(120); !strings.HasSuffix(lines[1], "…") {
		t.Errorf("cut without a sign: %q", lines)
	}
	w.Set("")
	if got := w.wrap(100); slices.Contains(got, "x") || len(got) != 0 {
		t.Error(got)
	}
	one := newWords(plain, sizeSub, 1)
	one.most = 50
	one.Set("a name that is much too long")
	if one.MinSize().Width != 50 {
		t.Error(one.MinSize())
	}
}

// BenchmarkApply is one snapshot from the worker to the widgets, the chart's
// picture aside, which is drawn when the window is painted.
func BenchmarkApply(b *testing.B) {
	r := sampleRig(b)
	r.window.Resize(fyne.NewSize(1280, 800))
	s := r.dashboard.shown
	b.ReportAllocs()
	for b.Loop() {
		s.Progress.Received++
		r.dashboard.Apply(s, 0, time.Time{})
	}
}
