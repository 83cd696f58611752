package dashboard

import (
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
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

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
	uitest.UseTheme(t, theme.VariantLight)
	s := &strip{}
	s.healthLine = newHealthLine(text.Format{Zone: exotel.India}, HealthActions{
		Acknowledge: func() { s.acks++ },
		OpenPhone:   func(key string) { s.opened = append(s.opened, key) },
		Copy:        func(text string) { s.copied = text },
	})
	page := &fyne.Container{Layout: &kit.PageLayout{}, Objects: []fyne.CanvasObject{s.view}}
	s.window = test.NewTempWindow(t, page)
	s.grown = func() { s.growth++; page.Refresh() }
	s.window.SetPadded(false)
	s.window.Resize(fyne.NewSize(width, 600))
	return s
}

// badgesShown are the labels of the badges that can be seen.
func (s *strip) badgesShown() []string {
	var names []string
	uitest.Walk(s.badges.view, func(o fyne.CanvasObject) {
		if c, ok := o.(*kit.Chip); ok && c != s.badges.layout.more {
			names = append(names, c.Text)
		}
	})
	return names
}

func TestStripBeforeTheFirstWord(t *testing.T) {
	s := newStrip(t, 1000)
	if s.level.Text != "UNKNOWN" || s.about.Text != "Checking your ExoPhones…" || s.view.Edge != kit.ColorUnknown {
		t.Errorf("%s: %s", s.level.Text, s.about.Text)
	}
	before := s.view.MinSize()
	s.set(heartbeat.Health{}, false, false)
	if s.level.Text != "UNKNOWN" || s.view.MinSize() != before {
		t.Error("an empty Health is shown in another way")
	}
}

// TestStripOffersWhatCanBeDone lists what stands at the end of the line.
func TestStripOffersWhatCanBeDone(t *testing.T) {
	ours := sample.HealthAt(heartbeat.Warning)
	ours.Phones[0].Incoming.Alternates = []string{"01141190203"}
	for _, tt := range []struct {
		name                  string
		health                heartbeat.Health
		ackable, acknowledged bool
		want                  []string
	}{
		{"all well", sample.Health(heartbeat.OK, sample.Phones(sample.Up, sample.Up)...), true, true, nil},
		{"nothing to do", sample.Health(heartbeat.Warning, sample.Phones(sample.Down, sample.Up)...), false, false, nil},
		{"to acknowledge", sample.Health(heartbeat.Warning, sample.Phones(sample.Down, sample.Up)...), true, false, []string{"Acknowledge"}},
		{"acknowledged", sample.Health(heartbeat.Warning, sample.Phones(sample.Down, sample.Up)...), true, true, []string{"Acknowledged"}},
		{"a number to use", sample.HealthAt(heartbeat.Warning), true, false, []string{"Copy alternate: 080 4711 2233", "Acknowledge"}},
		{"a number of ours to use", ours, false, false, []string{"Copy alternate: Sales north"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStrip(t, 1000)
			s.set(tt.health, tt.ackable, tt.acknowledged)
			var got []string
			for _, o := range []fyne.CanvasObject{s.alternate, s.acknowledge, s.acknowledged} {
				switch o := o.(type) {
				case *kit.Chip:
					if o.Visible() {
						got = append(got, o.Text)
					}
				case *kit.Text:
					if o.Visible() {
						got = append(got, o.Text)
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
	s.set(sample.HealthAt(heartbeat.Warning), true, false)
	test.Tap(s.alternate)
	test.Tap(s.acknowledge)
	if s.copied != "08047112233" || s.acks != 1 {
		t.Errorf("copied %q, acknowledged %d times", s.copied, s.acks)
	}
}

// TestBadgesByKeyboard: Tab reaches each, and Enter and Space open its history.
func TestBadgesByKeyboard(t *testing.T) {
	s := newStrip(t, 1400)
	h := sample.Health(heartbeat.Warning, sample.Phone("08047112201", "Support", sample.Down, sample.Up), sample.Phone("08047112202", "", sample.Up, sample.NotKnown))
	s.set(h, false, false)
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
		{sample.Up, sample.Up, "disc Sales 080 4711 2201 in tick · out tick"},
		{sample.Down, sample.Up, "triangle Sales 080 4711 2201 in cross · out tick"},
		{sample.Down, sample.Down, "diamond Sales 080 4711 2201 in cross · out cross"},
		{sample.Up, sample.NotKnown, "hollow Sales 080 4711 2201 in tick · out question"},
		{sample.NotKnown, sample.NotKnown, "hollow Sales 080 4711 2201 unknown"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			s := newStrip(t, 1000)
			s.set(sample.Health(heartbeat.Warning, sample.Phone("08047112201", "Sales", tt.incoming, tt.outgoing)), false, false)
			var got []string
			uitest.Walk(s.badges.view, func(o fyne.CanvasObject) {
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

// TestBadgesFitOneRow: the affected ones first, then how many more there are,
// and all of them on demand.
func TestBadgesFitOneRow(t *testing.T) {
	s := newStrip(t, 1200)
	s.set(sample.Health(heartbeat.Warning, sample.ManyPhones(50)...), false, false)
	shown := s.badgesShown()
	if n := len(shown); n < 3 || n > 6 || shown[0] != "line 0" {
		t.Fatalf("%d badges: %q", n, shown)
	}
	more := s.badges.layout.more
	if want := fmt.Sprintf("+%d more", 50-len(shown)); more.Text != want || !more.Visible() {
		t.Errorf("%q, want %q", more.Text, want)
	}
	low := s.view.Size().Height
	test.Tap(more)
	if n := len(s.badgesShown()); n != 50 || more.Text != "Show fewer" || s.view.Size().Height < 5*low {
		t.Errorf("%d badges in %v, with %q", n, s.view.Size(), more.Text)
	}
	test.Tap(more)
	if n := len(s.badgesShown()); n != len(shown) || s.view.Size().Height != low {
		t.Errorf("%d badges in %v after closing", n, s.view.Size())
	}
	s.set(sample.Health(heartbeat.OK, sample.Phones(sample.Up, sample.Up, sample.Up, sample.Up)...), false, false)
	if n := len(s.badgesShown()); n != 2 || more.Visible() {
		t.Errorf("%d badges of 2, and %q", n, more.Text)
	}
}

// TestFocusStaysOnItsExoPhone when another one moves before it.
func TestFocusStaysOnItsExoPhone(t *testing.T) {
	s := newStrip(t, 1400)
	sales, support := sample.Phone("08047112201", "Sales", sample.Up, sample.Up), sample.Phone("08047112202", "Support", sample.Up, sample.Up)
	s.set(sample.Health(heartbeat.OK, sales, support), false, false)
	c := s.window.Canvas()
	c.FocusNext()
	support.Incoming.State = sample.Down
	s.set(sample.Health(heartbeat.Warning, support, sales), false, false)
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !slices.Equal(s.opened, []string{sales.Key}) || !slices.Equal(s.badgesShown(), []string{"Support", "Sales"}) {
		t.Errorf("opened %q of %q", s.opened, s.badgesShown())
	}
}

// TestStripTicks: the relative time goes on, and the rest is left alone.
func TestStripTicks(t *testing.T) {
	s := newStrip(t, 1000)
	s.set(sample.HealthAt(heartbeat.Warning), true, false)
	grown := s.growth
	s.tick(sample.Now.Add(40 * time.Second))
	if want := "2 of 6 numbers down, incoming · since 10:42 (3 h 41 min)"; s.about.Text != want {
		t.Errorf("%q, want %q", s.about.Text, want)
	}
	s.tick(sample.Now.Add(20 * time.Hour))
	if want := "2 of 6 numbers down, incoming · since Fri 20 Nov 10:42 (23 h 40 min)"; s.about.Text != want {
		t.Errorf("%q, want %q", s.about.Text, want)
	}
	if s.growth != grown {
		t.Error("a tick laid the page out again")
	}
}

// BenchmarkHealthStrip is what a change of one of many numbers costs the window.
func BenchmarkHealthStrip(b *testing.B) {
	for _, n := range []int{50, 500} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := newStrip(b, 1200)
			h := sample.Health(heartbeat.Warning, sample.ManyPhones(n)...)
			for b.Loop() {
				h.Phones = slices.Clone(h.Phones)
				h.Phones[0].Incoming.State = sample.Down - h.Phones[0].Incoming.State + sample.Up
				s.set(h, true, false)
			}
		})
		b.Run(fmt.Sprint(n, " the same"), func(b *testing.B) {
			s := newStrip(b, 1200)
			h := sample.Health(heartbeat.Warning, sample.ManyPhones(n)...)
			for b.Loop() {
				s.set(h, true, false)
			}
		})
	}
}

// TestAlternate: only what Exotel suggests for the first affected line, and
// nothing that is down itself.
func TestAlternate(t *testing.T) {
	suggest := func(incoming, outgoing []string) []heartbeat.PhoneHealth {
		phones := []heartbeat.PhoneHealth{
			sample.Phone("08047112201", "Support", sample.Down, sample.Down), sample.Phone("08047112202", "Sales", sample.Up, sample.Down), sample.Phone("08047112203", "Field", sample.Up, sample.Up),
		}
		phones[0].Incoming.Alternates, phones[0].Outgoing.Alternates = incoming, outgoing
		return phones
	}
	for _, tt := range []struct {
		name         string
		phones       []heartbeat.PhoneHealth
		number, show string
	}{
		{"nothing is down", sample.Phones(sample.Up, sample.Up), "", ""},
		{"no suggestion", suggest(nil, nil), "", ""},
		{"for the second line only", suggest(nil, []string{"08047112233"}), "", ""},
		{"a stranger", suggest([]string{"08047112233", "08047112244"}, nil), "08047112233", ""},
		{"one of ours", suggest([]string{"+918047112203"}, nil), "+918047112203", "Field"},
		{"the first is down too", suggest([]string{"08047112202", "08047112233"}, nil), "08047112233", ""},
		{"all are down", suggest([]string{"08047112202"}, nil), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			number, name := alternate(heartbeat.Health{Phones: tt.phones})
			if number != tt.number || name != tt.show {
				t.Errorf("%q %q, want %q %q", number, name, tt.number, tt.show)
			}
		})
	}
}
