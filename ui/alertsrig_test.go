package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/watch"
)

// screenRig is a screen in a window, under no header.
type screenRig struct {
	t      *testing.T
	window fyne.Window
	keys   []fyne.KeyName // that reached the window
}

func newScreenRig(t *testing.T, view fyne.CanvasObject) *screenRig {
	t.Helper()
	s := &screenRig{t: t, window: test.NewTempWindow(t, container.NewStack(container.NewVScroll(view)))}
	s.window.SetPadded(false)
	s.window.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { s.keys = append(s.keys, e.Name) })
	s.resize(1280, 800)
	return s
}

func (s *screenRig) resize(width, height float32) {
	s.window.Resize(fyne.NewSize(width, height))
	s.settle()
}

func (s *screenRig) settle() {
	s.window.Content().Refresh()
	s.window.Content().Refresh() // texts that wrap change the heights below them
}

func (s *screenRig) picture(name string) {
	s.t.Helper()
	s.window.Canvas().Unfocus()
	s.settle()
	test.AssertImageMatches(s.t, name+".png", s.window.Canvas().Capture())
}

func (s *screenRig) shown() fyne.CanvasObject {
	if top := s.window.Canvas().Overlays().Top(); top != nil {
		return top
	}
	return s.window.Content()
}

// texts are all texts that can be read, one a line.
func (s *screenRig) texts() string {
	var list []string
	walk(s.shown(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *words:
			list = append(list, o.text)
		case *widget.Label:
			list = append(list, o.Text)
		}
	})
	return strings.Join(list, "\n")
}

// chips are the texts of the chips that can be pressed.
func (s *screenRig) chips() []string {
	var list []string
	walk(s.shown(), func(o fyne.CanvasObject) {
		if c, ok := o.(*chip); ok {
			list = append(list, c.text)
		}
	})
	return list
}

// tap presses the chip, button or menu item of that text.
func (s *screenRig) tap(text string) {
	s.t.Helper()
	var target fyne.Tappable
	walk(s.shown(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *chip:
			if o.text == text {
				target = o
			}
		case *button:
			if o.Text == text {
				target = o
			}
		}
	})
	if target == nil {
		s.t.Fatalf("there is no %q among %q", text, s.chips())
	}
	target.Tapped(&fyne.PointEvent{})
	s.settle()
}

// choose opens the menu of a chip and takes an item of it.
func (s *screenRig) choose(chip string, item int) {
	s.t.Helper()
	s.tap(chip)
	c := s.window.Canvas()
	for range item + 1 {
		c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	}
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.settle()
}

func (s *screenRig) press(name fyne.KeyName) {
	if focused := s.window.Canvas().Focused(); focused != nil {
		focused.TypedKey(&fyne.KeyEvent{Name: name})
	} else {
		s.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: name})
	}
	s.settle()
}

func (s *screenRig) says(want ...string) {
	s.t.Helper()
	for _, text := range want {
		if got := s.texts(); !strings.Contains(got, text) {
			s.t.Errorf("the screen does not say %q, but\n%s", text, got)
		}
	}
}

func (s *screenRig) saysNot(text string) {
	s.t.Helper()
	if strings.Contains(s.texts(), text) {
		s.t.Errorf("the screen says %q", text)
	}
}

// sampleAlert is the open alert on the pictures.
func sampleAlert() *alert.Alert {
	in, out := heartbeat.Incoming, heartbeat.Outgoing
	a := &alert.Alert{
		ID: 9, Level: heartbeat.Critical, Worst: heartbeat.Critical, Opened: onTestDay("10:42"),
		Incidents: []alert.Incident{
			testIncident("+918047112201", "Support main", in, "10:42", ""), testIncident("+912248900102", "Sales west", in, "10:44", ""),
			testIncident("+911141190203", "Sales north", out, "10:44", "11:05"), testIncident("+914440001100", "Field ops", out, "10:51", ""),
		},
	}
	a.Incidents[0].Alternates = []string{"08047112233"}
	a.Incidents[3].Word = "partial_network_outage"
	return a
}

func note(kind alert.Kind, clock string, state journal.DeliveryState, reason string) journal.Delivery {
	return journal.Delivery{Note: alert.Note{Kind: kind, At: onTestDay(clock)}, State: state, Error: reason}
}

// sampleEntries are the alerts on the pictures, newest first.
func sampleEntries() []journal.Entry {
	in, out := heartbeat.Incoming, heartbeat.Outgoing
	closed := func(id int64, level heartbeat.Level, from, to string, incidents ...alert.Incident) journal.Entry {
		return journal.Entry{Alert: alert.Alert{ID: id, Level: level, Worst: level, Opened: onTestDay(from), Closed: onTestDay(to), Incidents: incidents}}
	}
	open := journal.Entry{Alert: *sampleAlert(), Deliveries: []journal.Delivery{
		note(alert.Announcement, "10:42", journal.Accepted, ""), note(alert.Announcement, "10:51", journal.Accepted, ""), note(alert.Reminder, "11:06", journal.Accepted, ""),
	}, Steps: []alert.Change{
		{At: onTestDay("10:42"), Step: alert.Opened, Level: heartbeat.Warning}, {At: onTestDay("10:44"), Step: alert.Joined, Level: heartbeat.Warning},
		{At: onTestDay("10:51"), Step: alert.Worsened, Level: heartbeat.Critical},
	}}
	second := closed(8, heartbeat.Warning, "18 23:50", "19 00:38", testIncident("+918047112201", "Support main", in, "18 23:50", "19 00:38"))
	third := closed(7, heartbeat.Critical, "15 10:42", "15 11:30", testIncident("+918047112201", "Support main", in, "15 10:42", "15 11:30"),
		testIncident("+912248900102", "Sales west", in, "15 10:42", "15 11:28"), testIncident("+912248900102", "Sales west", out, "15 10:45", "15 11:28"))
	third.Steps = []alert.Change{{At: onTestDay("15 10:42"), Step: alert.Opened, Level: heartbeat.Critical}, {At: onTestDay("15 10:45"), Step: alert.Joined, Level: heartbeat.Critical},
		{At: onTestDay("15 10:50"), Step: alert.Acknowledged, Level: heartbeat.Critical}, {At: onTestDay("15 11:30"), Step: alert.Closed}}
	third.Acknowledged = onTestDay("15 10:50")
	third.Deliveries = []journal.Delivery{note(alert.Announcement, "15 10:42", journal.Accepted, ""), note(alert.Recovery, "15 11:31", journal.Refused, "no notification service answers; start one, such as dunst")}
	fourth := closed(6, heartbeat.TooLarge, "11 09:02", "11 09:03", alert.Incident{Opened: onTestDay("11 09:02"), Closed: onTestDay("11 09:03")})
	fourth.Deliveries = []journal.Delivery{note(alert.Announcement, "11 09:02", journal.Sending, "")}
	fifth := closed(5, heartbeat.Warning, "3 16:20", "3 16:51", testIncident("+913340041005", "", out, "3 16:20", "3 16:51"))
	fifth.Deliveries = []journal.Delivery{note(alert.Announcement, "3 16:20", journal.Unreported, "")}
	return []journal.Entry{open, second, third, fourth, fifth}
}

// samplePicture is what the watch sees on the pictures.
func samplePicture() watch.Picture {
	return watch.Picture{Health: sampleHealth(heartbeat.Critical), Alert: sampleAlert()}
}
