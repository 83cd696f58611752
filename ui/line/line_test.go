package line

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

// phoneRig is an ExoPhone's history in a window, with an owner that writes down
// what it is asked for.
type phoneRig struct {
	*Screen
	*uitest.Driver
	keysAsked []string
	answers   []func(History, error)
	copied    string
	closed    int
}

func newPhoneRig(t *testing.T, p heartbeat.PhoneHealth) *phoneRig {
	t.Helper()
	uitest.UseTheme(t, theme.VariantLight)
	r := &phoneRig{}
	r.Screen = New(p, text.Format{Zone: exotel.India}, sample.Now, Actions{
		Load: func(key string, then func(History, error)) {
			r.keysAsked, r.answers = append(r.keysAsked, key), append(r.answers, then)
		},
		Copy:  func(text string) { r.copied = text },
		Close: func() { r.closed++ },
	})
	r.Driver = uitest.Show(t, r.Screen.View)
	return r
}

func (r *phoneRig) answer(h History, err error) {
	r.answers[len(r.answers)-1](h, err)
	r.Settle()
}

// samplePhone is the ExoPhone on the picture: incoming is down.
func samplePhone() heartbeat.PhoneHealth {
	p := sample.Phone("+918047112201", "Support main", sample.Down, sample.Up)
	checked, heard := sample.Clock("14:20"), sample.Clock("14:20")
	p.Incoming = heartbeat.LineHealth{State: sample.Down, Status: "major_outage", Since: sample.Clock("10:42"), Checked: checked, ReportedAt: heard, Alternates: []string{"08047112233"}}
	p.Outgoing = heartbeat.LineHealth{State: sample.Up, Status: "active", Since: sample.Clock("18 08:12"), Checked: checked, ReportedAt: heard}
	return p
}

// samplePhoneHistory is what is on record about it.
func samplePhoneHistory() History {
	out := []journal.Span{span("1 09:00", "3 16:20", true), span("3 16:20", "3 16:51", false), span("3 16:51", "20 01:40", true), span("03:50", "14:20", true)}
	in := []journal.Span{
		span("1 09:00", "15 10:42", true), span("15 10:42", "15 11:30", false), span("15 11:30", "18 23:50", true), span("18 23:50", "19 00:38", false),
		span("19 00:38", "19 19:10", true), span("19 19:10", "19 19:22", false), span("19 19:22", "20 01:40", true), span("03:50", "10:42", true), span("10:42", "14:20", false),
	}
	entries := sample.Entries()
	short := sample.Incident("+918047112201", "Support main", heartbeat.Incoming, "19 19:10", "19 19:22")
	entries = append(entries, journal.Entry{Alert: alert.Alert{ID: 99, Worst: heartbeat.Warning, Opened: short.Opened, Closed: short.Closed, Incidents: []alert.Incident{short}}})
	return History{Spans: map[heartbeat.Direction][]journal.Span{heartbeat.Incoming: in, heartbeat.Outgoing: out}, Entries: entries}
}

func TestPhoneHistoryGolden(t *testing.T) {
	r := newPhoneRig(t, samplePhone())
	r.answer(samplePhoneHistory(), nil)
	r.Picture("phone_history_light")
	fyne.CurrentApp().Settings().SetTheme(kit.NewThemeIn(theme.VariantDark))
	r.Resize(760, 800)
	r.Window.Canvas().Focus(r.lines[0].strip)
	r.Press(fyne.KeyLeft)
	r.Settle()
	test.AssertImageMatches(t, "phone_history_narrow_dark.png", r.Window.Canvas().Capture())
}

func TestPhoneHistorySays(t *testing.T) {
	r := newPhoneRig(t, samplePhone())
	r.Says("Support main\n080 4711 2201\n", "Incoming\ndown since 10:42 (3 h 40 min) · major outage · last check 14:20",
		"Outgoing\nup since Wed 18 Nov 08:12 · last check 14:20", "Incidents, last 30 days\nLoading…")
	if !slices.Equal(r.keysAsked, []string{"8047112201"}) {
		t.Fatalf("asked for %q", r.keysAsked)
	}
	r.answer(samplePhoneHistory(), nil)
	r.Says(
		"Down 3 h 52 min in 24 h (not observed 2 h 10 min)", "No outage seen in 24 h (not observed 2 h 10 min)",
		"24 h\n7 days\n30 days\nIncoming\n—\nobserved 90%\n96.6%\nobserved 98%\n98.8%\nobserved 63%\nOutgoing\n—\nobserved 90%\n100%\nobserved 98%\n99.8%\nobserved 63%",
		"Fri 20 Nov 10:42 · ongoing, 3 h 40 min\nincoming\nmajor outage\nThu 19 Nov 19:10 – 19:22 · 12 min\nincoming\nmajor outage\nWed 18 Nov 23:50 – Thu 19 Nov 00:38 · 48 min",
	)
	r.SaysNot("Sales west")
	r.SaysNot("oading…")
}

// TestPhoneHistoryIsDrawnOncePerMinute, however often the clock ticks.
func TestPhoneHistoryIsDrawnOncePerMinute(t *testing.T) {
	r := newPhoneRig(t, samplePhone())
	cells := r.shares.Objects
	r.Set(samplePhone(), sample.Now.Add(time.Second))
	if !slices.Equal(cells, r.shares.Objects) {
		t.Error("drawn again after a second")
	}
	changed := samplePhone()
	changed.Incoming.State = sample.Up
	r.Set(changed, sample.Now.Add(2*time.Second))
	if cells = r.shares.Objects; !strings.HasPrefix(r.lines[0].state.Text, "up since") {
		t.Error("news waits")
	}
	r.Set(changed, sample.Now.Add(2*time.Second+time.Minute))
	if slices.Equal(cells, r.shares.Objects) {
		t.Error("not drawn again after a minute")
	}
}

func TestPhoneHistoryOfANewNumber(t *testing.T) {
	r := newPhoneRig(t, sample.Phone("08047112209", "", sample.NotKnown, sample.NotKnown))
	r.answer(History{}, nil)
	r.Says("080 4711 2209\n\n", "Incoming\nunknown", "No data for the last 24 h", "Incoming\n—\nnot observed\n—\nnot observed\n—\nnot observed", "No incidents recorded in this period.")
}

func TestPhoneHistoryLongList(t *testing.T) {
	r := newPhoneRig(t, samplePhone())
	var h History
	for i := range mostPhoneIncidents + 5 {
		in := sample.Incident("08047112201", "", heartbeat.Incoming, "10:42", "11:30")
		in.ID, in.Cause = int64(i), fmt.Sprintf("word %d.", i)
		h.Entries = append(h.Entries, journal.Entry{Alert: alert.Alert{Incidents: []alert.Incident{in}}})
	}
	r.answer(h, nil)
	r.Says("word 54.", "word 5.", "and 5 more")
	r.SaysNot("word 4.")
}

// TestPhoneHistoryLoadsAgain with each new word about the number, and shows
// nothing that came for an older question.
func TestPhoneHistoryLoadsAgain(t *testing.T) {
	p := samplePhone()
	r := newPhoneRig(t, p)
	r.Set(p, sample.Now.Add(time.Minute))
	if len(r.answers) != 1 {
		t.Fatalf("asked %d times with nothing new", len(r.answers))
	}
	p.Incoming.State, p.Incoming.Since, p.Incoming.ReportedAt = sample.Up, sample.Now, sample.Now
	r.Set(p, sample.Now.Add(time.Minute))
	r.Says("up since 14:22")
	r.answers[0](samplePhoneHistory(), nil)
	r.Says("Loading…")
	r.answer(History{}, errors.New("database is locked"))
	r.Says("◆ Not loaded", "Database is locked.")
	r.Tap("Try again")
	r.answer(samplePhoneHistory(), nil)
	r.SaysNot("Not loaded")
	r.Says("Thu 19 Nov 19:10 – 19:22")
}

func TestPhoneHistoryActions(t *testing.T) {
	r := newPhoneRig(t, samplePhone())
	r.Tap("Copy alternate: 080 4711 2233")
	r.Tap("Back")
	if r.copied != "08047112233" || r.closed != 1 {
		t.Errorf("copied %q, closed %d times", r.copied, r.closed)
	}
	healed := samplePhone()
	healed.Incoming.Alternates = nil
	r.Set(healed, sample.Now)
	if chips := r.Chips(); !slices.Equal(chips, []string{"Back"}) {
		t.Errorf("offers %q", chips)
	}
}

// TestPhoneStripByKeyboard: the arrows go from part to part, and Escape first
// takes the mark away and then is the window's.
func TestPhoneStripByKeyboard(t *testing.T) {
	r := newPhoneRig(t, samplePhone())
	r.answer(samplePhoneHistory(), nil)
	line := r.lines[0]
	r.Window.Canvas().Focus(line.strip)
	var got []string
	for _, key := range []fyne.KeyName{fyne.KeyLeft, fyne.KeyLeft, fyne.KeyLeft, fyne.KeyRight, fyne.KeyEnd, fyne.KeyRight, fyne.KeyHome, fyne.KeyLeft, fyne.KeyEscape, fyne.KeyEscape, fyne.KeyF5} {
		r.Press(key)
		got = append(got, line.read.Text)
	}
	first, all := "14:22–19:10 up (4 h 47 min)", "Down 3 h 52 min in 24 h (not observed 2 h 10 min)"
	want := []string{
		"10:42–now down (3 h 40 min)", "03:50–10:42 up (6 h 52 min)", "01:40–03:50 not observed (2 h 10 min)", "03:50–10:42 up (6 h 52 min)",
		"10:42–now down (3 h 40 min)", "10:42–now down (3 h 40 min)", first, first, all, all, all,
	}
	if !slices.Equal(got, want) {
		t.Errorf("read out %q\nwant %q", got, want)
	}
	if !slices.Equal(r.Keys, []fyne.KeyName{fyne.KeyEscape, fyne.KeyF5}) {
		t.Errorf("the window heard %q", r.Keys)
	}
	r.Press(fyne.KeyHome)
	if label := line.strip.AccessibilityLabel(); label != "Incoming: "+first {
		t.Errorf("read as %q", label)
	}
	r.Window.Canvas().Unfocus()
	if line.read.Text != all {
		t.Errorf("the mark stays when the focus goes: %q", line.read.Text)
	}
}

// TestPhoneStripByPointer: the part under the pointer is read out, and its time
// stays marked when the strip moves on.
func TestPhoneStripByPointer(t *testing.T) {
	r := newPhoneRig(t, samplePhone())
	r.answer(samplePhoneHistory(), nil)
	line := r.lines[0]
	width := line.strip.Size().Width
	at := func(x float32) {
		line.strip.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 5)}})
	}
	at(width - 1)
	if got := line.read.Text; got != "10:42–now down (3 h 40 min)" {
		t.Errorf("at the end: %q", got)
	}
	at(width * 0.52) // 02:50
	r.Set(samplePhone(), sample.Now.Add(time.Minute))
	if got := line.read.Text; got != "01:40–03:50 not observed (2 h 10 min)" {
		t.Errorf("in the gap: %q", got)
	}
	line.strip.MouseOut()
	if got := line.read.Text; !strings.HasPrefix(got, "Down ") {
		t.Errorf("outside: %q", got)
	}
}
