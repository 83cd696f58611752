package alerts

import (
	"errors"
	"fmt"
	"image/color"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

// india is the format of an Indian account.
var india = text.Format{Zone: exotel.India}

// alertsRig is an alert centre in a window, with an owner that writes down what
// it is asked for.
type alertsRig struct {
	*Screen
	*uitest.Driver
	dialogs          kit.Dialogs
	filters          []journal.Filter
	answers          []func([]journal.Entry, error)
	odds             []func([]journal.Unrecognized, error)
	sought           []int64
	found            func(*journal.Entry, error)
	exported         []journal.Filter
	snoozed          []time.Time
	acknowledged, at int
}

func newAlertsRig(t *testing.T, variant fyne.ThemeVariant) *alertsRig {
	t.Helper()
	uitest.UseTheme(t, variant)
	r := &alertsRig{}
	r.Screen = New(india, Actions{
		Dialogs:     &r.dialogs,
		Acknowledge: func() { r.acknowledged++ },
		Snooze:      func(until time.Time) { r.snoozed = append(r.snoozed, until) },
		Load: func(f journal.Filter, then func([]journal.Entry, error)) {
			r.filters, r.answers = append(r.filters, f), append(r.answers, then)
		},
		Find:   func(id int64, then func(*journal.Entry, error)) { r.sought, r.found = append(r.sought, id), then },
		Odd:    func(then func([]journal.Unrecognized, error)) { r.odds = append(r.odds, then) },
		Export: func(f journal.Filter) { r.exported = append(r.exported, f) },
		Pull:   func() { r.at++ },
	})
	r.Driver = uitest.Show(t, r.Screen.View)
	r.dialogs.Window = r.Window
	return r
}

// answer gives the newest load its answer.
func (r *alertsRig) answer(entries []journal.Entry, err error) {
	r.answers[len(r.answers)-1](entries, err)
	r.Settle()
}

func TestAlertsGolden(t *testing.T) {
	t.Run("open", func(t *testing.T) {
		r := newAlertsRig(t, theme.VariantLight)
		r.Set(sample.Picture(), sample.Now)
		r.answer(sample.Entries(), nil)
		r.Picture("alerts_open_light")
		r.list.rows[7].head.Tapped(nil)
		r.Resize(900, 1000)
		r.Picture("alerts_narrow_light")
	})
	t.Run("empty", func(t *testing.T) {
		r := newAlertsRig(t, theme.VariantDark)
		p := monitor.Snapshot{Health: sample.Health(heartbeat.OK, sample.Phones(sample.Up, sample.Up, sample.Up, sample.Up, sample.Up, sample.Up)...), UnrecognizedAt: sample.Clock("10:12"), RecordErr: errors.New("the disk is full")}
		r.Set(p, sample.Now)
		r.answer(nil, nil)
		r.Picture("alerts_empty_dark")
	})
}

// TestAlertOpen lists what the top of the screen says and offers.
func TestAlertOpen(t *testing.T) {
	acknowledged, snoozed, silent, none := sample.Picture(), sample.Picture(), sample.Picture(), monitor.Snapshot{}
	acknowledged.Alert.Acknowledged = sample.Clock("10:50")
	snoozed.SnoozedUntil = sample.Clock("16:20")
	silent.Health.Level, silent.Health.ReportedAt, silent.Health.Phones = heartbeat.Unknown, sample.Now.Add(-22*time.Minute), sample.Phones(sample.NotKnown, sample.NotKnown)
	none.Health = sample.Health(heartbeat.OK, sample.Phones(sample.Up, sample.Up)...)
	over := none
	over.SnoozedUntil = sample.Clock("13:20")
	waiting := monitor.Snapshot{}
	for _, tt := range []struct {
		name    string
		picture monitor.Snapshot
		edge    fyne.ThemeColorName
		says    string
		offers  []string
	}{
		{"critical", sample.Picture(), kit.ColorCritical, "CRITICAL\nIncoming down on Sales west, Support main · Outgoing down on Field ops · since 10:42 (3 h 40 min)\n" +
			"Field ops\n044 4000 1100\noutgoing\npartial network outage\nsince 10:51\n\n" +
			"Sales west\n022 4890 0102\nincoming\nmajor outage\nsince 10:44\n\n" +
			"Support main\n080 4711 2201\nincoming\nmajor outage\nsince 10:42\nalternate 080 4711 2233\n" +
			"Sales north\n011 4119 0203\noutgoing\nmajor outage\nup again since 11:05\n", []string{"Acknowledge", "Snooze", "Check now"}},
		{"acknowledged", acknowledged, kit.ColorCritical, "Acknowledged 10:50 · reminders off until something changes", []string{"Snooze", "Check now"}},
		{"snoozed", snoozed, kit.ColorCritical, "Notifications snoozed until 16:20", []string{"Acknowledge", "End snooze", "Check now"}},
		{"not heard of since", silent, kit.ColorCritical, "Current state unknown: Last checked 22 min ago (expected every 5 min)", []string{"Acknowledge", "Snooze", "Check now"}},
		{"none", none, kit.ColorHealthy, "No open alerts\nThe number is up, both directions · checked 14:19", []string{"Snooze", "Check now"}},
		{"none, and a snooze that is over", over, kit.ColorHealthy, "No open alerts", []string{"Snooze", "Check now"}},
		{"nothing is known yet", waiting, kit.ColorUnknown, "No open alerts\nChecking your ExoPhones…", []string{"Snooze", "Check now"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newAlertsRig(t, theme.VariantLight)
			r.Set(tt.picture, sample.Now)
			r.Says(tt.says)
			var offers []string
			for _, c := range r.Chips() {
				if c == "All" {
					break
				}
				offers = append(offers, c)
			}
			if !slices.Equal(offers, tt.offers) || r.open.view.Edge != tt.edge {
				t.Errorf("offers %q, edge %s", offers, r.open.view.Edge)
			}
		})
	}
}

func TestAlertsActions(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	r.Set(sample.Picture(), sample.Now)
	r.Tap("Acknowledge")
	r.Tap("Check now")
	r.Choose("Snooze", 1)
	snoozed := sample.Picture()
	snoozed.SnoozedUntil = r.snoozed[0]
	r.Set(snoozed, sample.Now)
	r.Tap("End snooze")
	if want := []time.Time{sample.Now.Add(2 * time.Hour), {}}; !slices.Equal(r.snoozed, want) {
		t.Errorf("snoozed until %v, want %v", r.snoozed, want)
	}
	if r.acknowledged != 1 || r.at != 1 {
		t.Errorf("acknowledged %d times, checked %d times", r.acknowledged, r.at)
	}
	r.Set(snoozed, sample.Now)
	r.Tick(sample.Now.Add(2 * time.Hour))
	if !slices.Contains(r.Chips(), "Snooze") {
		t.Error("a snooze that ran out still shows")
	}
}

// TestAlertsTickTellsHowLong: open alerts grow older by themselves.
func TestAlertsTickTellsHowLong(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	r.Set(sample.Picture(), sample.Now)
	r.answer(sample.Entries(), nil)
	r.list.rows[9].head.Tapped(nil)
	r.Tick(sample.Now.Add(time.Hour))
	r.Says("since 10:42 (4 h 40 min)", "Fri 20 Nov 10:42 · ongoing, 4 h 40 min", "incoming\nmajor outage\nFri 20 Nov 10:42 · ongoing, 4 h 40 min")
}

// TestAlertsTickDrawsNothingTwice: each second, while only the clock has changed.
func TestAlertsTickDrawsNothingTwice(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	r.Set(sample.Picture(), sample.Now)
	r.answer(sample.Entries(), nil)
	r.list.rows[9].head.Tapped(nil)
	never := color.NRGBA{R: 1, A: 1}
	var texts []*canvas.Text
	uitest.Walk(r.Top(), func(o fyne.CanvasObject) {
		if text, ok := o.(*canvas.Text); ok {
			text.Color = never // a widget that is drawn again sets its own
			texts = append(texts, text)
		}
	})
	cells := r.list.rows[9].details.Objects
	r.Tick(sample.Now.Add(time.Second))
	for _, text := range texts {
		if text.Color != never {
			t.Errorf("%q was drawn again", text.Text)
		}
	}
	if len(texts) == 0 || !slices.Equal(cells, r.list.rows[9].details.Objects) {
		t.Error("the particulars were made anew")
	}
}

// TestAlertNamesStandInOneOrder in the open alert and in the list.
func TestAlertNamesStandInOneOrder(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	p := sample.Picture()
	p.Alert.Incidents = nil
	for _, name := range []string{"Line 10", "Line 2", "Line 1"} {
		p.Alert.Incidents = append(p.Alert.Incidents, sample.Incident("+918047112201", name, heartbeat.Incoming, "10:42", ""))
	}
	again := *p.Alert
	again.Incidents = slices.Clone(again.Incidents)
	slices.Reverse(again.Incidents)
	r.Set(p, sample.Now)
	r.answer([]journal.Entry{{Alert: again}}, nil)
	r.list.rows[9].head.Tapped(nil)
	if n := strings.Count(r.Texts(), "Incoming down on Line 1, Line 2, Line 10"); n != 2 {
		t.Errorf("%d titles in this order:\n%s", n, r.Texts())
	}
	r.Says("Incidents\nLine 1\n")
}

// TestAHostileNameLeavesRoomForTheRest of its row.
func TestAHostileNameLeavesRoomForTheRest(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	p := sample.Picture()
	p.Alert.Incidents[0].Name = strings.Repeat("W", 300)
	r.Set(p, sample.Now)
	r.Resize(1280, 800)
	for _, o := range r.open.incidents.Objects {
		cell := o.(*kit.Text)
		uitest.Walk(cell, func(o fyne.CanvasObject) {
			if drawn, ok := o.(*canvas.Text); ok && drawn.Text != cell.Text && cell.Text != strings.Repeat("W", 59)+"…" {
				t.Errorf("%q is cut to %q", cell.Text, drawn.Text)
			}
		})
	}
}

// TestAlertsLoadWhenTheListIsOld: with the first picture, with news, with
// another filter, and after a failure; not with every picture.
func TestAlertsLoadWhenTheListIsOld(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	r.Says("Loading…")
	p := sample.Picture()
	r.Set(p, sample.Now)
	r.answer(sample.Entries(), nil)
	r.Set(p, sample.Now)
	if len(r.filters) != 1 {
		t.Fatalf("asked %d times", len(r.filters))
	}
	p.Revision++
	r.Set(p, sample.Now)
	r.answer(nil, errors.New("database is locked"))
	r.Says("◆ Not loaded", "Database is locked.")
	r.Set(p, sample.Now)
	if len(r.filters) != 3 {
		t.Fatalf("asked %d times", len(r.filters))
	}
	r.answer(nil, errors.New("database is locked"))
	r.Tap("Try again")
	r.answer(sample.Entries(), nil)
	r.SaysNot("Not loaded")
	r.Says("5 alerts")
}

// TestAlertsLoadOneAfterTheOther: news may come faster than the list, which is
// shown all the same.
func TestAlertsLoadOneAfterTheOther(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	p := sample.Picture()
	for range 3 {
		p.Revision++
		r.Set(p, sample.Now)
	}
	if len(r.filters) != 1 {
		t.Fatalf("asked %d times before an answer", len(r.filters))
	}
	r.answer(sample.Entries(), nil)
	r.Says("5 alerts")
	if len(r.filters) != 2 {
		t.Fatalf("asked %d times after news", len(r.filters))
	}
	r.answer(sample.Entries(), nil)
	if len(r.filters) != 2 {
		t.Errorf("asked %d times without news", len(r.filters))
	}
}

func TestAlertsFilters(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	r.Set(sample.Picture(), sample.Now)
	r.Tap("Open")
	r.Tap("Critical")
	r.Choose("Both directions", 2)
	r.Choose("30 days", 3)
	r.Tap("Export CSV…")
	month := sample.Now.AddDate(0, 0, -30)
	want := []journal.Filter{
		{From: month}, {From: month, Open: true}, {From: month, Worst: heartbeat.Critical},
		{From: month, Worst: heartbeat.Critical, Direction: heartbeat.Outgoing}, {Worst: heartbeat.Critical, Direction: heartbeat.Outgoing},
	}
	if !slices.Equal(r.filters, want) {
		t.Errorf("asked for %+v", r.filters)
	}
	if !slices.Equal(r.exported, want[4:]) {
		t.Errorf("exported %+v", r.exported)
	}
	r.answers[0](sample.Entries(), nil) // late, for a choice that is no longer shown
	r.Says("Loading…")
	r.answer(nil, nil)
	r.Says("No alerts match these filters.", "0 alerts")
}

// TestAlertRows lists what the rows say.
func TestAlertRows(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	r.Set(sample.Picture(), sample.Now)
	r.answer(sample.Entries(), nil)
	r.Says(
		"CRITICAL\nIncoming down on Sales west, Support main · Outgoing down on Field ops, Sales north\nFri 20 Nov 10:42 · ongoing, 3 h 40 min\nNotified 10:42 · delivered (3 of 3)",
		"WARNING\nIncoming down on Support main\nWed 18 Nov 23:50 – Thu 19 Nov 00:38 · 48 min\nNot notified (switched off, snoozed or quiet hours)",
		"CRITICAL\nIncoming and outgoing down on Sales west · Incoming down on Support main\nSun 15 Nov 10:42 – 11:30 · 48 min · acknowledged 10:50\nNotification 11:31 · not delivered: no notification service answers; start one, such as dunst (1 of 2)",
		"PAYLOAD_TOO_LARGE\nSome numbers are affected; Exotel doesn't say which",
		"WARNING\nOutgoing down on 033 4004 1005\nTue 3 Nov 16:20 – 16:51 · 31 min\nNotified 16:20 · sent (delivery unknown)",
	)
}

// TestAlertRowOpens by keyboard, and keeps its state and the focus when the list
// is loaded again.
func TestAlertRowOpens(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	p := sample.Picture()
	r.Set(p, sample.Now)
	r.answer(sample.Entries(), nil)
	row := r.list.rows[7]
	c := r.Window.Canvas()
	for range 20 {
		if c.Focused() == row.head {
			break
		}
		c.FocusNext()
	}
	if c.Focused() != row.head {
		t.Fatal("Tab does not reach the row")
	}
	r.Press(fyne.KeyReturn)
	particulars := "Incidents\nSales west\n022 4890 0102\nincoming\nmajor outage\nSun 15 Nov 10:42 – 11:28 · 46 min\n"
	r.Says(particulars, "Timeline\n", "Notifications\nSun 15 Nov 10:42:00\nNotification\ndelivered\nSun 15 Nov 11:31:00\nRecovery\nnot delivered: no notification service answers; start one, such as dunst")
	if !strings.HasSuffix(row.head.AccessibilityLabel(), "Hide details") {
		t.Error(row.head.AccessibilityLabel())
	}

	entries := sample.Entries()
	entries[2].Steps = []alert.Change{{At: sample.Clock("15 10:42"), Step: alert.Opened, Level: heartbeat.Warning}, {At: sample.Clock("15 11:30"), Step: alert.Closed}}
	p.Revision++
	r.Set(p, sample.Now)
	r.answer(entries, nil)
	r.Says(particulars, "Timeline\nSun 15 Nov 10:42:00\nOpened: WARNING\nSun 15 Nov 11:30:00\nClosed")
	if c.Focused() != row.head {
		t.Error("the focus is lost")
	}
	r.Press(fyne.KeySpace)
	r.SaysNot("Timeline")
}

// TestAlertsPages: a long list is shown a page at a time, and its end is named.
func TestAlertsPages(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	r.Set(sample.Picture(), sample.Now)
	var entries []journal.Entry
	for i := range MaxAlerts {
		in := sample.Incident("08047112201", fmt.Sprintf("Phone %d.", i), heartbeat.Incoming, "10:42", "11:30")
		entries = append(entries, journal.Entry{Alert: alert.Alert{ID: int64(1000 - i), Worst: heartbeat.Warning, Opened: in.Opened, Closed: in.Closed, Incidents: []alert.Incident{in}}})
	}
	r.answer(entries, nil)
	r.Says("the newest 200 alerts", "Phone 49.")
	r.SaysNot("Phone 50.")
	r.Tap("Show 50 more")
	r.Says("Phone 99.")
	r.SaysNot("Phone 100.")
	if r.Window.Canvas().Focused() != r.list.rows[950].head {
		t.Error("the keys do not go on from the first new row")
	}
	r.Tap("Show 50 more")
	r.Tap("Show 50 more")
	r.Says("Phone 199.")
	if slices.Contains(r.Chips(), "Show 50 more") {
		t.Error("there is more to show than there is")
	}
}

func TestAlertsTrouble(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	p := sample.Picture()
	p.RecordErr = errors.New("the disk is full.")
	r.Set(p, sample.Now)
	r.Says("Incidents cannot be recorded: the disk is full; notifications still arrive.")
	r.Set(sample.Picture(), sample.Now)
	r.SaysNot("cannot be recorded")
}

// TestAlertsOddPosts: the raw post can be seen, copied and left.
func TestAlertsOddPosts(t *testing.T) {
	r := newAlertsRig(t, theme.VariantLight)
	p := sample.Picture()
	p.UnrecognizedAt = sample.Clock("10:12")
	r.Set(p, sample.Now)
	r.Says("A webhook request wasn't a heartbeat (10:12) and was ignored.")
	r.Tap("Show")
	long := strings.Repeat("x", 2*oddShown)
	r.odds[0]([]journal.Unrecognized{{At: sample.Clock("10:12"), Size: 12, Body: []byte("\x1b[2J{\"a\":\t1}")}, {At: sample.Clock("18 09:00"), Size: 1 << 20, Body: []byte(long)}}, nil)
	r.Says("10:12 · 12 bytes", `\x1b[2J{"a":    1}`, "Wed 18 Nov 09:00 · 1048576 bytes; only the first 8000 are stored", long[:oddShown]+"…")
	r.Tap("Copy")
	if got := fyne.CurrentApp().Clipboard().Content(); got != long {
		t.Errorf("copied %d characters of the last post", len(got))
	}
	r.Tap("Close")
	r.Says("Not recognised")
}

// TestAlertsOddPostsAnswerInWords where there are none to show.
func TestAlertsOddPostsAnswerInWords(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{{nil, "None recorded."}, {errors.New("database is locked"), "Database is locked."}} {
		r := newAlertsRig(t, theme.VariantLight)
		p := sample.Picture()
		p.UnrecognizedAt = sample.Clock("10:12")
		r.Set(p, sample.Now)
		r.Tap("Show")
		r.odds[0](nil, tt.err)
		r.Says(tt.want)
	}
}
