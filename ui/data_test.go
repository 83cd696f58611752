package ui

import (
	"errors"
	"exotel-monitor/ui/account"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
	"exotel-monitor/ui/config"
)

func on(month time.Month, day int) metrics.Date {
	return metrics.Date{Year: 2026, Month: month, Day: day}
}

// sampleFilling is a filling under way on the tests' day.
func sampleFilling() refresh.Filling {
	month := func(m time.Month, days, of, calls int) refresh.Month {
		return refresh.Month{First: on(m, 1), Days: days, Of: of, Calls: calls}
	}
	return refresh.Filling{
		From: on(time.May, 21), To: on(time.November, 19), Days: 112, Of: 183, Calls: 612300, Oldest: on(time.July, 30),
		Months: []refresh.Month{
			month(time.May, 0, 11, 0), month(time.June, 0, 30, 0), month(time.July, 1, 31, 5340), month(time.August, 31, 31, 168450),
			month(time.September, 30, 30, 162010), month(time.October, 31, 31, 171300), month(time.November, 19, 19, 105200),
		},
		Reading: on(time.July, 29), Progress: refresh.Progress{Received: 1200, Announced: 5400}, Left: 83 * time.Minute,
	}
}

// doneFilling is a filling that has come to its end.
func doneFilling() refresh.Filling {
	f := sampleFilling()
	f.Days, f.Calls, f.Oldest, f.Reading, f.Progress, f.Left = f.Of, 998400, on(time.March, 2), metrics.Date{}, refresh.Progress{}, 0
	for i := range f.Months {
		f.Months[i].Days = f.Months[i].Of
	}
	f.Months[0].Calls, f.Months[1].Calls, f.Months[2].Calls = 58800, 163300, 169340
	return f
}

// TestFillWords lists every state of the storing.
func TestFillWords(t *testing.T) {
	filling := func(change func(*refresh.Filling)) account.Stored {
		f := sampleFilling()
		change(&f)
		return account.Stored{Filling: f}
	}
	still := func(f *refresh.Filling) { f.Reading, f.Progress, f.Left = metrics.Date{}, refresh.Progress{}, 0 }
	for _, tt := range []struct {
		name   string
		stored account.Stored
		none   string
		keep   int
		want   fillText // without its look and share
	}{
		{"the demo", filling(func(*refresh.Filling) {}), "Nothing is kept of it.", 0,
			fillText{word: "Not saved", main: "Nothing is kept of it."}},
		{"no store", account.Stored{Unkept: errors.New("another copy has this account; use that one")}, "", 0,
			fillText{word: "Not saved", main: "Another copy has this account; use that one.", detail: "Showing what could be read. New calls won't be saved."}},
		{"not known yet", account.Stored{}, "", 0, fillText{word: "Reading from disk", main: "Checking saved calls…"}},
		{"under way", filling(func(*refresh.Filling) {}), "", 0, fillText{word: "Downloading",
			main: "112 of 183 days · 6,12,300 calls · about 1 h 20 min left", detail: "Downloading Wed 29 Jul 2026: 1,200 of 5,400 calls", bar: true, pause: true}},
		{"the first page of a day", filling(func(f *refresh.Filling) { f.Progress, f.Left = refresh.Progress{}, 0 }), "", 0, fillText{word: "Downloading",
			main: "112 of 183 days · 6,12,300 calls", detail: "Downloading Wed 29 Jul 2026…", bar: true, pause: true}},
		{"paused", filling(func(f *refresh.Filling) { still(f); f.Paused, f.Short = true, 2 }), "", 0, fillText{word: "Paused",
			main: "112 of 183 days · 6,12,300 calls", detail: "Days you open are still saved.", bar: true, resume: true}},
		{"failed", filling(func(f *refresh.Filling) {
			still(f)
			f.Err, f.Retry = errors.New("the disk is full"), testNow.Add(4*time.Minute)
		}), "", 0, fillText{word: "Stopped",
			main: "112 of 183 days · 6,12,300 calls", detail: "Couldn't save one day. The disk is full. Next try at 14:26:33.", bar: true, pause: true, again: true}},
		{"a short day, others under way", filling(func(f *refresh.Filling) { f.Short, f.Left = 1, 30*time.Second }), "", 0, fillText{word: "Downloading",
			main:   "112 of 183 days · 6,12,300 calls · less than a minute left",
			detail: "For 1 day Exotel lists fewer calls than its own total; will retry. Downloading Wed 29 Jul 2026: 1,200 of 5,400 calls", bar: true, pause: true}},
		{"only short days left", filling(func(f *refresh.Filling) { still(f); f.Short, f.Days = 2, 181 }), "", 0, fillText{word: "Waiting",
			main:   "181 of 183 days · 6,12,300 calls",
			detail: "For 2 days Exotel lists fewer calls than its own total; will retry.", bar: true, pause: true, again: true}},
		{"today and older days are stored, too", filling(func(f *refresh.Filling) { f.All = 700000 }), "", 0, fillText{word: "Downloading",
			main:   "112 of 183 days · 6,12,300 calls · about 1 h 20 min left · 7,00,000 calls in total",
			detail: "Downloading Wed 29 Jul 2026: 1,200 of 5,400 calls", bar: true, pause: true}},
		{"done", account.Stored{Filling: doneFilling()}, "", 0, fillText{word: "Up to date",
			main: "Everything Exotel still has is saved: 21 May 2026 – 19 Nov 2026 · 9,98,400 calls", detail: "The oldest saved day is 2 Mar 2026.", bar: true}},
		{"done, and kept for three months", filling(func(f *refresh.Filling) {
			*f = doneFilling()
			f.From, f.Oldest = on(time.August, 20), on(time.August, 20)
		}), "", 3, fillText{word: "Up to date", main: "All days you keep are saved: 20 Aug 2026 – 19 Nov 2026 · 9,98,400 calls", bar: true}},
		{"done and paused", filling(func(f *refresh.Filling) { *f = doneFilling(); f.Paused, f.Oldest = true, f.From }), "", 0, fillText{word: "Up to date",
			main: "Everything Exotel still has is saved: 21 May 2026 – 19 Nov 2026 · 9,98,400 calls", detail: "Paused. Only days you open are saved.", bar: true, resume: true}},
		{"done, and yesterday read once more", filling(func(f *refresh.Filling) { *f = doneFilling(); f.Reading, f.Oldest = f.To, f.From }), "", 0, fillText{word: "Up to date",
			main: "Everything Exotel still has is saved: 21 May 2026 – 19 Nov 2026 · 9,98,400 calls", detail: "Downloading Thu 19 Nov 2026…", bar: true, pause: true}},
	} {
		got := fillWords(tt.stored, tt.none, tt.keep, metrics.Indian, testNow)
		if wantShare := float32(tt.stored.Filling.Days) / float32(max(tt.stored.Filling.Of, 1)); got.bar && got.share != wantShare {
			t.Errorf("%s: the bar is at %v, want %v", tt.name, got.share, wantShare)
		}
		if got.look == (look{}) {
			t.Errorf("%s: no shape", tt.name)
		}
		got.look, got.share = look{}, 0
		if got != tt.want {
			t.Errorf("%s:\n%+v, want\n%+v", tt.name, got, tt.want)
		}
	}
}

// TestFillStatesDifferByShapeOrWord: colour is never all.
func TestFillStatesDifferByShapeOrWord(t *testing.T) {
	seen := map[string]look{}
	for _, stored := range []account.Stored{{Filling: sampleFilling()}, {Filling: doneFilling()}, {Unkept: errors.New("full")}, {}} {
		text := fillWords(stored, "", 0, metrics.Indian, testNow)
		if before, again := seen[text.word]; again {
			t.Errorf("%q stands for %v and %v", text.word, before, text.look)
		}
		seen[text.word] = text.look
	}
}

func TestTimeLeftIsNoMoreExactThanItIsKnown(t *testing.T) {
	for left, want := range map[time.Duration]string{
		59 * time.Second: "less than a minute left", 90 * time.Second: "about 1 min left", 59 * time.Minute: "about 59 min left",
		61 * time.Minute: "about 1 h left", 83 * time.Minute: "about 1 h 20 min left", 26 * time.Hour: "about 26 h left", 72 * time.Hour: "about 3 days left",
	} {
		if got := leftText(left); got != want {
			t.Errorf("%v: %q, want %q", left, got, want)
		}
	}
}

func TestFactsOfTheRange(t *testing.T) {
	whole := refresh.Snapshot{
		Period: metrics.Period{From: on(time.November, 20), To: on(time.November, 20)},
		Now:    testNow, AsOf: testNow.Add(-2 * time.Minute), Summary: &metrics.Summary{}, Complete: true, Interval: time.Minute,
		Data:  refresh.Data{Stored: 1247, Saved: 1247, WithDetails: 1200, Provisional: 12},
		Tally: refresh.Tally{Received: 1247, Announced: 1247},
	}
	const stored, announced, missing, synced, provisional, details, unreadable, unkept = 0, 1, 2, 3, 4, 5, 6, 7
	for _, tt := range []struct {
		name   string
		change func(*refresh.Snapshot)
		none   string
		at     int
		figure string
		about  string // a part of it
		bad    bool
	}{
		{"stored", func(*refresh.Snapshot) {}, "", stored, "1,247", "Calls and legs held here", false},
		{"announced", func(s *refresh.Snapshot) { s.Tally.Announced = 123456 }, "", announced, "1,23,456", "own count for these days", false},
		{"nothing missing", func(*refresh.Snapshot) {}, "", missing, "0", "Nothing is missing.", false},
		{"calls missing", func(s *refresh.Snapshot) { s.Tally.Missing = 7 }, "", missing, "7 calls", "not received", true},
		{"days missing", func(s *refresh.Snapshot) { s.Tally.DaysMissing = 1 }, "", missing, "1 day", "No data for these days yet.", true},
		{"calls and days missing", func(s *refresh.Snapshot) { s.Tally.Missing, s.Tally.DaysMissing, s.Tally.DaysGone = 7, 3, 1 }, "", missing, "7 calls · 3 days", "1 is no longer available", true},
		{"days cut", func(s *refresh.Snapshot) { s.Tally.DaysCut = 2 }, "", missing, "the ends of 2 days", "downloaded before the days ended", true},
		{"days gone", func(s *refresh.Snapshot) { s.Tally.DaysMissing, s.Tally.DaysGone = 3, 3 }, "", missing, "3 days", "They are no longer available from Exotel.", true},
		{"synced", func(*refresh.Snapshot) {}, "", synced, "14:20:33 · 2 min ago", "refresh of this day", false},
		{"days synced", func(s *refresh.Snapshot) { s.Period.From = s.Period.To.Add(-6) }, "", synced, "14:20:33 · 2 min ago", "can still change", false},
		{"stale", func(s *refresh.Snapshot) { s.AsOf = s.AsOf.Add(-time.Hour) }, "", synced, "13:20:33 · 1 h ago", "refresh of this day", true},
		{"settled", func(s *refresh.Snapshot) { s.Settled = true }, "", synced, "14:20:33", "These days are final", false},
		{"never synced", func(s *refresh.Snapshot) { s.AsOf = time.Time{} }, "", synced, "—", "No complete days yet", false},
		{"provisional", func(*refresh.Snapshot) {}, "", provisional, "12", "Live or just ended", false},
		{"details", func(*refresh.Snapshot) {}, "", details, "1,200 · 96.2%", "two people talked", false},
		{"no calls, so no share", func(s *refresh.Snapshot) { s.Data = refresh.Data{} }, "", details, "0", "two people talked", false},
		{"readable", func(*refresh.Snapshot) {}, "", unreadable, "0", "Not counted", false},
		{"unreadable", func(s *refresh.Snapshot) { s.Tally.Unreadable = 2 }, "", unreadable, "2", "Not counted", true},
		{"all on the disk", func(*refresh.Snapshot) {}, "", unkept, "0", "In memory only", false},
		{"not all on the disk", func(s *refresh.Snapshot) { s.Data.Saved = 1200 }, "", unkept, "47", "In memory only", true},
		{"the disk is full", func(s *refresh.Snapshot) { s.Data.Saved, s.SaveErr = 1200, errors.New("the disk is full") }, "", unkept, "47", "The disk is full.", true},
		{"nothing is to be kept", func(s *refresh.Snapshot) { s.Data.Saved = 0 }, "It is the demo.", unkept, "1,247", "It is the demo.", false},
	} {
		s := whole
		tt.change(&s)
		got := factsOf(&s, tt.none, metrics.Indian, testNow)[tt.at]
		if got.figure != tt.figure || !strings.Contains(got.about, tt.about) || got.bad != tt.bad {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	for i, fact := range factsOf(&whole, "", metrics.Indian, testNow) {
		if fact.about == "" || rangeFactNames()[i] == "" {
			t.Errorf("figure %d has no meaning: %+v", i, fact)
		}
	}
}

func TestMonthsAreListedNewestFirst(t *testing.T) {
	months := []refresh.Month{
		{First: on(time.September, 1), Days: 9, Of: 11, Calls: 1}, {First: on(time.October, 1), Days: 31, Of: 31, Calls: 171300}, {First: on(time.November, 1), Calls: 12},
	}
	want := []monthText{
		{"November 2026", "today only", "12 calls", ""}, {"October 2026", "31 of 31 days", "1,71,300 calls", "complete"}, {"September 2026", "9 of 11 days", "1 call", "2 to go"},
	}
	got := monthTexts(months, metrics.Indian, testNow)
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
}

func TestSizesOnTheDisk(t *testing.T) {
	for bytes, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1500: "1.5 kB", 52_340_000: "52.3 MB", 312_000_000: "312 MB", 4_000_000_000: "4.0 GB"} {
		if got := diskText(bytes); got != want {
			t.Errorf("%d: %q, want %q", bytes, got, want)
		}
	}
}

// dataOn shows a data screen whose folder is the same on every computer.
func (r *rig) dataOn(o dataOptions, stored account.Stored) {
	if o.none == "" {
		o.folder = "/home/asha/.local/share/exotel-monitor/accounts/acme1-9b2f60aa"
	}
	o.grouping = metrics.Indian
	s := newDataScreen(o, testNow, dataActions{})
	r.show(s.view, tabData)
	r.data = s
	s.SetStored(stored)
	s.SetRange(r.dashboard.shown)
	r.settle()
}

// TestDataGolden keeps pictures of the data screen.
func TestDataGolden(t *testing.T) {
	r := sampleRig(t)
	wide, narrow := fyne.NewSize(1280, 800), fyne.NewSize(820, 1250)
	r.dataOn(dataOptions{}, account.Stored{Filling: sampleFilling(), Size: 33_400_000})
	r.picture("data_filling", wide)
	failed := sampleFilling()
	failed.Reading, failed.Err, failed.Retry = metrics.Date{}, unreachable, testNow.Add(4*time.Minute)
	r.dataOn(dataOptions{keep: 24}, account.Stored{Filling: failed, Size: 33_400_000})
	r.picture("data_failed_dark", wide, theme.VariantDark)
	r.look(theme.VariantLight)
	paused := sampleFilling()
	paused.Reading, paused.Paused = metrics.Date{}, true
	r.dataOn(dataOptions{}, account.Stored{Filling: paused, Size: 33_400_000})
	r.picture("data_paused_narrow", narrow)
	r.dataOn(dataOptions{}, account.Stored{Filling: doneFilling(), Size: 52_340_000})
	r.picture("data_done", wide)
	r.dataOn(dataOptions{none: "Demo data isn't saved."}, account.Stored{})
	r.picture("data_demo_dark", wide, theme.VariantDark)
}

// fillingRig is a window over an account whose days are stored in the background, if
// they can be.
func fillingRig(t *testing.T, o rigOptions) *rig {
	t.Helper()
	change := o.settings
	o.settings = func(s *config.Settings) {
		s.FillPaused = false
		if change != nil {
			change(s)
		}
	}
	r := opened(t, o, metrics.Today)
	r.until("word of what is stored", func() bool { return r.stored.Filling.Of > 0 || r.stored.Unkept != nil })
	return r
}

func TestDaysAreStoredInTheBackground(t *testing.T) {
	r := fillingRig(t, rigOptions{account: exoteltest.Options{CallsPerDay: 3}, settings: func(s *config.Settings) { s.KeepMonths = 3 }})
	r.control(fyne.Key3)
	r.until("all days", func() bool { return r.says("All days you keep are saved: 20 Aug 2026 – 19 Nov 2026") })
	if !r.says("kB") && !r.says("MB") {
		t.Error("the size on the disk is not shown")
	}
	if !r.says("November 2026") || !r.says("19 of 19 days") {
		t.Error("the months are not shown")
	}
	r.control(fyne.Key1)
	before := r.account.Stats().Requests
	r.enter("l")
	r.until("all that is stored", func() bool {
		s := r.dashboard.shown
		return s.Choice.Range == metrics.AllStored && !s.Loading && s.Complete && s.Period.From == on(time.August, 20)
	})
	if got := r.account.Stats().Requests - before; got > 2 {
		t.Errorf("all that is stored cost %d requests", got)
	}
	if !r.says("Thu 20 Aug – Fri 20 Nov 2026") {
		t.Error("the foot does not say which days these are")
	}
}

func TestStoringIsPausedAndGoesOnOverRestarts(t *testing.T) {
	paused := func(s *config.Settings) { s.KeepMonths, s.FillPaused = 3, true }
	r := fillingRig(t, rigOptions{settings: paused, params: onDisk(t, paused)})
	r.control(fyne.Key3)
	r.until("the pause", func() bool { return r.says("Paused") })
	r.tap("Continue")
	r.until("all days", func() bool { return r.says("All days you keep are saved") })
	if r.kept().FillPaused || r.Settings.FillPaused {
		t.Errorf("kept: %+v", r.kept())
	}
	r.account.SetFaults(exoteltest.Faults{Delay: patience})
	if err := r.changeSettings(config.Default()); err != nil { // another six months
		t.Fatal(err)
	}
	r.control(fyne.Key3)
	r.until("a day under way", func() bool { return r.says("92 of 183 days") && r.says("Downloading ") })
	r.tap("Pause")
	r.until("the pause", func() bool { return r.says("Paused") })
	if !r.kept().FillPaused {
		t.Error("the pause is forgotten at the next start")
	}
}

func TestContinueOfAllThatIsStoredEndsThePause(t *testing.T) {
	r := fillingRig(t, rigOptions{settings: func(s *config.Settings) { s.KeepMonths, s.FillPaused = 3, true }})
	r.changed.FillPaused = true
	r.until("the pause", func() bool { return r.stored.Filling.Paused })
	r.dashboard.actions.goOn() // of today
	if !r.changed.FillPaused {
		t.Error("a refresh of today ends the pause")
	}
	r.enter("l")
	r.idle()
	r.dashboard.actions.goOn()
	r.until("all days", func() bool { return r.stored.Filling.Done() })
}

func TestFailureOfStoringIsSaidAndTriedAgain(t *testing.T) {
	r := fillingRig(t, rigOptions{settings: func(s *config.Settings) { s.KeepMonths, s.FillPaused = 3, true }})
	r.account.SetFaults(exoteltest.Faults{FailStatus: 401})
	r.control(fyne.Key3)
	r.until("the pause", func() bool { return r.says("Paused") })
	r.tap("Continue")
	r.until("the failure", func() bool { return r.says("Stopped") && r.says("Exotel refused the API key or token") })
	r.account.SetFaults(exoteltest.Faults{})
	r.tap("Try now")
	r.until("all days", func() bool { return r.says("All days you keep are saved") })
}

func TestDataOfTheDemo(t *testing.T) {
	r := newRig(t, rigOptions{demo: true})
	r.idle()
	r.control(fyne.Key3)
	if !r.says("Demo data isn't saved.") || r.says("could not") {
		t.Error("it does not say that nothing is kept")
	}
	r.tap("Delete local data")
	r.tap("Delete local data")
	if !r.says("Demo data isn't saved.") || r.session == nil {
		t.Error("the demo is gone")
	}
}

func TestFileThatCannotBeOpenedIsSaidOnTheDashboard(t *testing.T) {
	r := fillingRig(t, rigOptions{dataDir: func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "accounts"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}})
	r.until("the word", func() bool { return r.says("Not saved") && r.says("Calls cannot be saved in ") })
	r.control(fyne.Key3)
	if !r.says("New calls won't be saved.") {
		t.Error("the data screen does not say so")
	}
	if !r.says("Not available right now. Calls cannot be saved in ") || r.says("Nothing is saved to disk") || r.says("No days are stored") {
		t.Error("it claims to know what is on the disk")
	}
}

func TestCallsAreKeptForLessOnlyWhenTheUserIsSure(t *testing.T) {
	r := fillingRig(t, rigOptions{account: exoteltest.Options{CallsPerDay: 2}, settings: func(s *config.Settings) { s.KeepMonths = 6 }})
	r.until("all days", func() bool { return r.stored.Filling.Done() })
	r.control(fyne.Key3)
	r.tap("Change")
	if r.preferences == nil || r.window.Canvas().Focused() != r.preferences.calls.keep.chip {
		t.Fatal("Change leads elsewhere")
	}
	r.press(fyne.KeyReturn)
	r.press(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	r.tap("Save settings")
	if !r.says("Calls before 20 Aug 2026 are deleted from this computer: 91 days, from 21 May 2026 on.") {
		t.Fatal("it does not say what is deleted")
	}
	r.tap("Cancel")
	if r.Settings.KeepMonths != 6 || len(r.saved) > 0 {
		t.Error("Cancel saves")
	}
	r.tap("Save settings")
	r.tap("Save and delete")
	if r.Settings.KeepMonths != 3 || !r.says("Saved.") {
		t.Errorf("kept for %d months", r.Settings.KeepMonths)
	}
	r.until("the older ones are gone", func() bool { return r.stored.Filling.Done() && r.stored.Filling.Oldest == on(time.August, 20) })
	// For longer costs nothing, and is not asked.
	r.preferences.calls.keep.onChoose("0")
	r.tap("Save settings")
	if r.overlay() || r.Settings.KeepMonths != 0 {
		t.Error("for ever is asked for")
	}
}

// TestFiguresOfDeletedCallsAreGoneAtOnce: not with the next refresh.
func TestFiguresOfDeletedCallsAreGoneAtOnce(t *testing.T) {
	r := fillingRig(t, rigOptions{account: exoteltest.Options{CallsPerDay: 2}, settings: func(s *config.Settings) { s.KeepMonths = 6 }})
	r.until("all days", func() bool { return r.stored.Filling.Done() })
	from := func(day metrics.Date) func() bool {
		return func() bool {
			s := r.dashboard.shown
			return s.Choice.Range == metrics.AllStored && s.Summary != nil && s.Period.From == day
		}
	}
	r.enter("l")
	r.until("all that is stored", from(on(time.May, 21)))
	shorter := r.Settings
	shorter.KeepMonths = 3
	if err := r.changeSettings(shorter); err != nil {
		t.Fatal(err)
	}
	r.until("the older ones are gone", func() bool { return r.stored.Filling.Oldest == on(time.August, 20) })
	r.until("their figures are gone", from(on(time.August, 20)))
}

func TestSearchIsTypedAndLeft(t *testing.T) {
	r := sampleRig(t)
	search := r.dashboard.filters.search
	for _, open := range []func(){func() { r.control(fyne.KeyF) }, func() { r.enter("/") }} {
		open()
		if r.window.Canvas().Focused() != search || search.Text != "" {
			t.Fatalf("the search has no focus, or %q in it", search.Text)
		}
		r.enter("0980")
		r.until("the filter", func() bool { return r.dashboard.shown.Choice.Filter.Text == "0980" })
		if r.dashboard.filters.choice.Range != metrics.Yesterday || r.dashboard.shown.Summary.Calls() == 0 {
			t.Error("letters were taken for commands, or nothing was found")
		}
		r.enter("zz")
		r.until("nobody", func() bool {
			return r.dashboard.shown.Summary.Calls() == 0 && r.says("No calls in this range with these filters.")
		})
		r.press(fyne.KeyEscape)
		if search.Text != "" || r.window.Canvas().Focused() != nil {
			t.Errorf("Escape leaves %q, and the focus on %v", search.Text, r.window.Canvas().Focused())
		}
		r.until("all calls", func() bool { return r.dashboard.shown.Choice.Filter.IsZero() })
	}
	r.control(fyne.KeyF)
	r.enter(" +91 98-0 ")
	r.until("the filter", func() bool { return r.dashboard.shown.Choice.Filter.Text == "980" })
	if search.Text != " +91 98-0 " {
		t.Errorf("what was typed became %q", search.Text)
	}
	r.dashboard.filters.ClearFilter()
	if search.Text != "" {
		t.Errorf("cleared, but %q stands there", search.Text)
	}
}

func TestPeriodsThatCanBeShown(t *testing.T) {
	at := func(d metrics.Date) *time.Time {
		at := d.In(exotel.India)
		return &at
	}
	none := metrics.Date{}
	for _, tt := range []struct {
		name             string
		from, to, oldest metrics.Date
		trouble          string
	}{
		{"within six months", on(time.June, 1), on(time.June, 2), none, ""},
		{"before that", on(time.May, 20), on(time.June, 2), none, "Exotel keeps six months of calls. Choose 21 May 2026 or later."},
		{"before that, only later days stored", on(time.May, 20), on(time.June, 2), on(time.July, 1), "Exotel keeps six months"},
		{"before that, and stored", on(time.March, 2), on(time.March, 2), on(time.March, 2), ""},
		{"before what is stored", on(time.March, 1), on(time.June, 2), on(time.March, 2), "Calls start on 2 March 2026. Choose that day or later."},
		{"turned round", on(time.June, 2), on(time.June, 1), none, "The first day is after the last day."},
		{"to come", on(time.November, 21), on(time.November, 22), on(time.March, 2), "The first day is in the future."},
	} {
		if _, got := checkPeriod(at(tt.from), at(tt.to), testNow, tt.oldest); (got == "") != (tt.trouble == "") || !strings.HasPrefix(got, tt.trouble) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.trouble)
		}
	}
	for _, now := range []time.Time{testNow, on(time.November, 20).In(exotel.India)} {
		first := refresh.FirstAskable(now)
		_, got := checkPeriod(at(first), at(first), now, none)
		_, before := checkPeriod(at(first.Add(-1)), at(first), now, none)
		if got != "" || !strings.Contains(before, dayOf(first, now)) {
			t.Errorf("%v: the first day: %q, the day before: %q", now, got, before)
		}
	}
}

func TestDaysThatAreStillToComeAreSaidOfAllThatIsStored(t *testing.T) {
	r := sampleRig(t)
	all := r.dashboard.shown
	all.Choice = refresh.Choice{Range: metrics.AllStored}
	r.dashboard.filters.Mark(all.Choice)
	r.dashboard.Apply(all, 0, time.Time{})
	for _, tt := range []struct {
		change func(*refresh.Filling)
		want   string
		action string
	}{
		{func(*refresh.Filling) {}, "Downloading: 71 earlier days still to download.", ""},
		{func(f *refresh.Filling) { f.Days = f.Of - 1 }, "Downloading: 1 earlier day still to download.", ""},
		{func(f *refresh.Filling) { f.Paused = true }, "Paused: 71 earlier days still to download.", "Continue"},
		{func(f *refresh.Filling) { f.Err = errDiskFull }, "▲ Stopped: 71 earlier days still to download. The disk is full; free some space.", "Try again"},
		{func(f *refresh.Filling) { *f = doneFilling() }, "", ""},
	} {
		f := sampleFilling()
		tt.change(&f)
		r.dashboard.ApplyStored(account.Stored{Filling: f})
		act := r.dashboard.notice.act
		if got := r.dashboard.notice.Text(); got != tt.want || tt.action != "" && (act.text != tt.action || !act.Visible()) {
			t.Errorf("%q with %q, want %q with %q", got, act.text, tt.want, tt.action)
		}
	}
	r.dashboard.filters.Mark(refresh.Choice{})
	today := all
	today.Choice = refresh.Choice{}
	r.dashboard.Apply(today, 0, time.Time{})
	r.dashboard.ApplyStored(account.Stored{Filling: sampleFilling()})
	if got := r.dashboard.notice.Text(); got != "" {
		t.Errorf("of today it says %q", got)
	}
}

func TestDaysThatExotelNoLongerHasAreNotYetToCome(t *testing.T) {
	r := sampleRig(t)
	gone := refresh.Snapshot{Now: testNow, Period: metrics.Period{From: on(time.May, 1), To: on(time.May, 2)}}
	r.dataOn(dataOptions{}, account.Stored{Filling: sampleFilling()})
	r.data.SetRange(gone)
	if !r.says("No data for these days. They are no longer available from Exotel.") {
		t.Errorf("it says %q", r.data.none.text)
	}
}
