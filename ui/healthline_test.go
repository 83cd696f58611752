package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
)

// sampleHealth is the health on the pictures: two numbers down, one unknown.
func sampleHealth(level heartbeat.Level) heartbeat.Health {
	h := testHealth(level,
		testPhone("+918047112201", "Support main", down, up), testPhone("+912248900102", "Sales west", down, up),
		testPhone("+914440001100", "Field ops", dunno, dunno),
		testPhone("+914446310304", "Collections", up, up), testPhone("+911141190203", "Sales north", up, up),
		testPhone("+913340041005", "", up, up),
	)
	h.Phones[0].Incoming.Alternates = []string{"08047112233"}
	return h
}

// TestHealthStripGolden keeps pictures of the strip over the sample day.
func TestHealthStripGolden(t *testing.T) {
	size := fyne.NewSize(1280, 800)
	r := sampleRig(t)
	show := func(h heartbeat.Health, ackable, acknowledged bool) {
		r.dashboard.ApplyHealth(h, ackable, acknowledged, exotel.India)
	}
	show(sampleHealth(heartbeat.Warning), true, false)
	r.picture("health_warning", size)

	var eight []heartbeat.PhoneHealth
	for i, name := range []string{"Collections", "Field ops", "Kolkata desk", "Sales north", "Sales west", "Service", "Support main", "Warehouse"} {
		eight = append(eight, testPhone(fmt.Sprintf("+91804711220%d", i), name, up, up))
	}
	show(testHealth(heartbeat.OK, eight...), false, false)
	r.picture("health_ok", size)

	silent := testHealth(heartbeat.Unknown, eight...)
	for i := range silent.Phones {
		silent.Phones[i].Incoming.State, silent.Phones[i].Outgoing.State = dunno, dunno
	}
	silent.Source, silent.Heard = heartbeat.Pushed, testNow.Add(-22*time.Minute)
	show(silent, false, false)
	r.picture("health_silent", size)

	critical := testHealth(heartbeat.Critical, testPhone("+918047112201", "Support main", down, down), testPhone("+912248900102", "Sales west", down, up), testPhone("+911141190203", "Sales north", down, up))
	critical.Phones[0].Incoming.Alternates = []string{"08047112233"}
	critical.Since, critical.Trouble = testNow.Add(-26*time.Hour), refused
	show(critical, true, true)
	r.picture("health_critical_dark", size, theme.VariantDark)

	r.look(theme.VariantLight)
	show(sampleHealth(heartbeat.Warning), true, false)
	r.picture("health_narrow", fyne.NewSize(700, 600))
	r.dashboard.ApplyAsides(healthAsides{
		deaf:       errors.New("127.0.0.1:3000 is taken by another program; end that or choose another port in the settings"),
		unrecorded: errors.New("the disk is full"), snoozed: testNow.Add(2 * time.Hour),
	})
	r.picture("health_asides", fyne.NewSize(900, 600))
}

// TestShapesTellLevelsApart: also without their colours.
func TestShapesTellLevelsApart(t *testing.T) {
	seen := map[string]heartbeat.Level{}
	for _, level := range []heartbeat.Level{heartbeat.OK, heartbeat.Warning, heartbeat.Critical, heartbeat.Unknown} {
		shape := levelLook(level).shape.name
		if other, twice := seen[shape]; twice {
			t.Errorf("%v and %v are both a %s", level, other, shape)
		}
		seen[shape] = level
	}
	marks := map[string]bool{}
	for _, state := range []heartbeat.State{up, down, dunno} {
		marks[stateMark(state).shape.name] = true
	}
	if len(marks) != 3 {
		t.Errorf("the marks of three states are %v", marks)
	}
}

func TestPhoneLook(t *testing.T) {
	for _, tt := range []struct {
		incoming, outgoing heartbeat.State
		want               heartbeat.Level
	}{
		{up, up, heartbeat.OK}, {down, up, heartbeat.Warning}, {dunno, down, heartbeat.Warning}, {down, down, heartbeat.Critical},
		{up, dunno, heartbeat.Unknown}, {dunno, dunno, heartbeat.Unknown},
	} {
		if got := phoneLook(tt.incoming, tt.outgoing); got != levelLook(tt.want) {
			t.Errorf("%v %v looks like %s", tt.incoming, tt.outgoing, got.shape.name)
		}
	}
}

// strip is a health line in a window of its own.
type strip struct {
	*healthLine
	window       fyne.Window
	opened       []string
	copied       string
	acks, growth int
}

func newStrip(t testing.TB, width float32) *strip {
	t.Helper()
	useTheme(t, theme.VariantLight)
	s := &strip{}
	s.healthLine = newHealthLine(healthActions{
		acknowledge: func() { s.acks++ },
		openPhone:   func(key string) { s.opened = append(s.opened, key) },
		copy:        func(text string) { s.copied = text },
	})
	page := &fyne.Container{Layout: &pageLayout{}, Objects: []fyne.CanvasObject{s.view}}
	s.window = test.NewTempWindow(t, page)
	s.grown = func() { s.growth++; page.Refresh() }
	s.window.SetPadded(false)
	s.window.Resize(fyne.NewSize(width, 600))
	return s
}

// badgesShown are the labels of the badges that can be seen.
func (s *strip) badgesShown() []string {
	var names []string
	walk(s.badges.view, func(o fyne.CanvasObject) {
		if c, ok := o.(*chip); ok && c != s.badges.layout.more {
			names = append(names, c.text)
		}
	})
	return names
}

func TestStripBeforeTheFirstWord(t *testing.T) {
	s := newStrip(t, 1000)
	if s.level.text != "UNKNOWN" || s.about.text != "Checking your ExoPhones…" || s.view.edge != colorUnknown {
		t.Errorf("%s: %s", s.level.text, s.about.text)
	}
	before := s.view.MinSize()
	s.Set(heartbeat.Health{}, false, false, exotel.India)
	if s.level.text != "UNKNOWN" || s.view.MinSize() != before {
		t.Error("an empty Health is shown in another way")
	}
}

// TestStripOffersWhatCanBeDone lists what stands at the end of the line.
func TestStripOffersWhatCanBeDone(t *testing.T) {
	ours := sampleHealth(heartbeat.Warning)
	ours.Phones[0].Incoming.Alternates = []string{"01141190203"}
	for _, tt := range []struct {
		name                  string
		health                heartbeat.Health
		ackable, acknowledged bool
		want                  []string
	}{
		{"all well", testHealth(heartbeat.OK, testPhones(up, up)...), true, true, nil},
		{"nothing to do", testHealth(heartbeat.Warning, testPhones(down, up)...), false, false, nil},
		{"to acknowledge", testHealth(heartbeat.Warning, testPhones(down, up)...), true, false, []string{"Acknowledge"}},
		{"acknowledged", testHealth(heartbeat.Warning, testPhones(down, up)...), true, true, []string{"Acknowledged"}},
		{"a number to use", sampleHealth(heartbeat.Warning), true, false, []string{"Copy alternate: 080 4711 2233", "Acknowledge"}},
		{"a number of ours to use", ours, false, false, []string{"Copy alternate: Sales north"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStrip(t, 1000)
			s.Set(tt.health, tt.ackable, tt.acknowledged, exotel.India)
			var got []string
			for _, o := range []fyne.CanvasObject{s.alternate, s.acknowledge, s.acknowledged} {
				switch o := o.(type) {
				case *chip:
					if o.Visible() {
						got = append(got, o.text)
					}
				case *words:
					if o.Visible() {
						got = append(got, o.text)
					}
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("offers %q, want %q", got, tt.want)
			}
		})
	}
}

func TestStripActions(t *testing.T) {
	s := newStrip(t, 1000)
	s.Set(sampleHealth(heartbeat.Warning), true, false, exotel.India)
	test.Tap(s.alternate)
	test.Tap(s.acknowledge)
	if s.copied != "08047112233" || s.acks != 1 {
		t.Errorf("copied %q, acknowledged %d times", s.copied, s.acks)
	}
}

// TestBadgesByKeyboard: Tab reaches each, and Enter and Space open its history.
func TestBadgesByKeyboard(t *testing.T) {
	s := newStrip(t, 1400)
	h := testHealth(heartbeat.Warning, testPhone("08047112201", "Support", down, up), testPhone("08047112202", "", up, dunno))
	s.Set(h, false, false, exotel.India)
	c := s.window.Canvas()
	var labels []string
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeySpace} {
		c.FocusNext()
		labels = append(labels, c.Focused().(fyne.Accessible).AccessibilityLabel())
		c.Focused().TypedKey(&fyne.KeyEvent{Name: key})
	}
	if !slices.Equal(s.opened, []string{"8047112201", "8047112202"}) {
		t.Errorf("opened %q", s.opened)
	}
	want := []string{
		"Support, 080 4711 2201: incoming down, outgoing up. Open its history",
		"080 4711 2202: incoming up, outgoing unknown. Open its history",
	}
	if !slices.Equal(labels, want) {
		t.Errorf("read out %q", labels)
	}
}

// TestBadgeSaysItInWordsAndMarks: direction by direction, and not by colour.
func TestBadgeSaysItInWordsAndMarks(t *testing.T) {
	for _, tt := range []struct {
		incoming, outgoing heartbeat.State
		want               string
	}{
		{up, up, "disc Sales 080 4711 2201 in tick · out tick"},
		{down, up, "triangle Sales 080 4711 2201 in cross · out tick"},
		{down, down, "diamond Sales 080 4711 2201 in cross · out cross"},
		{up, dunno, "hollow Sales 080 4711 2201 in tick · out question"},
		{dunno, dunno, "hollow Sales 080 4711 2201 unknown"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			s := newStrip(t, 1000)
			s.Set(testHealth(heartbeat.Warning, testPhone("08047112201", "Sales", tt.incoming, tt.outgoing)), false, false, exotel.India)
			var got []string
			walk(s.badges.view, func(o fyne.CanvasObject) {
				switch o := o.(type) {
				case *canvas.Text:
					got = append(got, o.Text)
				case *canvas.Image:
					name, _, _ := strings.Cut(o.Resource.Name(), "#")
					got = append(got, name)
				}
			})
			if text := strings.Join(got, " "); text != tt.want {
				t.Errorf("%q, want %q", text, tt.want)
			}
		})
	}
}

// manyPhones are n numbers with long names, the second half down.
func manyPhones(n int) []heartbeat.PhoneHealth {
	var phones []heartbeat.PhoneHealth
	for i := range n {
		state := down
		if i >= n/2 {
			state = up
		}
		phones = append(phones, testPhone(fmt.Sprintf("+9180471%05d", i), fmt.Sprint("line ", i, strings.Repeat(" Collections of the far north", i%3)), state, up))
	}
	return phones
}

// TestBadgesFitOneRow: the affected ones first, then how many more there are,
// and all of them on demand.
func TestBadgesFitOneRow(t *testing.T) {
	s := newStrip(t, 1200)
	s.Set(testHealth(heartbeat.Warning, manyPhones(50)...), false, false, exotel.India)
	shown := s.badgesShown()
	if n := len(shown); n < 3 || n > 6 || shown[0] != "line 0" {
		t.Fatalf("%d badges: %q", n, shown)
	}
	more := s.badges.layout.more
	if want := fmt.Sprintf("+%d more", 50-len(shown)); more.text != want || !more.Visible() {
		t.Errorf("%q, want %q", more.text, want)
	}
	low := s.view.Size().Height
	test.Tap(more)
	if n := len(s.badgesShown()); n != 50 || more.text != "Show fewer" || s.view.Size().Height < 5*low {
		t.Errorf("%d badges in %v, with %q", n, s.view.Size(), more.text)
	}
	test.Tap(more)
	if n := len(s.badgesShown()); n != len(shown) || s.view.Size().Height != low {
		t.Errorf("%d badges in %v after closing", n, s.view.Size())
	}
	s.Set(testHealth(heartbeat.OK, testPhones(up, up, up, up)...), false, false, exotel.India)
	if n := len(s.badgesShown()); n != 2 || more.Visible() {
		t.Errorf("%d badges of 2, and %q", n, more.text)
	}
}

// TestFocusStaysOnItsExoPhone when another one moves before it.
func TestFocusStaysOnItsExoPhone(t *testing.T) {
	s := newStrip(t, 1400)
	sales, support := testPhone("08047112201", "Sales", up, up), testPhone("08047112202", "Support", up, up)
	s.Set(testHealth(heartbeat.OK, sales, support), false, false, exotel.India)
	c := s.window.Canvas()
	c.FocusNext()
	support.Incoming.State = down
	s.Set(testHealth(heartbeat.Warning, support, sales), false, false, exotel.India)
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !slices.Equal(s.opened, []string{sales.Key}) || !slices.Equal(s.badgesShown(), []string{"Support", "Sales"}) {
		t.Errorf("opened %q of %q", s.opened, s.badgesShown())
	}
}

// TestStripTicks: the relative time goes on, and the rest is left alone.
func TestStripTicks(t *testing.T) {
	s := newStrip(t, 1000)
	s.Set(sampleHealth(heartbeat.Warning), true, false, exotel.India)
	grown := s.growth
	s.Tick(testNow.Add(40 * time.Second))
	if want := "2 of 6 numbers down, incoming · since 10:42 (3 h 41 min)"; s.about.text != want {
		t.Errorf("%q, want %q", s.about.text, want)
	}
	s.Tick(testNow.Add(20 * time.Hour))
	if want := "2 of 6 numbers down, incoming · since Fri 20 Nov 10:42 (23 h 40 min)"; s.about.text != want {
		t.Errorf("%q, want %q", s.about.text, want)
	}
	if s.growth != grown {
		t.Error("a tick laid the page out again")
	}
}

// TestStripAtAnySize: many numbers and long sentences neither overlap nor stick
// out, and do not keep the window from being small.
func TestStripAtAnySize(t *testing.T) {
	r := sampleRig(t)
	h := testHealth(heartbeat.Warning, manyPhones(50)...)
	h.Trouble, h.Phones[0].Incoming.Alternates = unreachable, []string{"08047112233"}
	unknown := testHealth(heartbeat.Unknown)
	unknown.Trouble = unreachable
	for name, health := range map[string]heartbeat.Health{"many": h, "trouble": unknown, "well": testHealth(heartbeat.OK, manyPhones(3)...)} {
		for _, width := range []float32{1920, 1280, 900, 700} {
			t.Run(fmt.Sprint(name, width), func(t *testing.T) {
				r.window.Resize(fyne.NewSize(width, 700))
				r.dashboard.ApplyHealth(health, true, false, exotel.India)
				if least := r.window.Content().MinSize().Width; least > 700 {
					t.Errorf("the window cannot be narrower than %v", least)
				}
				checkLayout(t, r)
			})
		}
	}
	r.dashboard.ApplyHealth(h, true, false, exotel.India)
	r.tap(r.dashboard.health.badges.layout.more.text)
	checkLayout(t, r)
}

// BenchmarkHealthStrip is what a change of one of many numbers costs the window.
func BenchmarkHealthStrip(b *testing.B) {
	for _, n := range []int{50, 500} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := newStrip(b, 1200)
			h := testHealth(heartbeat.Warning, manyPhones(n)...)
			for b.Loop() {
				h.Phones = slices.Clone(h.Phones)
				h.Phones[0].Incoming.State = down - h.Phones[0].Incoming.State + up
				s.Set(h, true, false, exotel.India)
			}
		})
		b.Run(fmt.Sprint(n, " the same"), func(b *testing.B) {
			s := newStrip(b, 1200)
			h := testHealth(heartbeat.Warning, manyPhones(n)...)
			for b.Loop() {
				s.Set(h, true, false, exotel.India)
			}
		})
	}
}
