package ui

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/tunnel"
	"exotel-monitor/ui/config"
)

// preferRig is a settings screen alone, with what it asked for.
type preferRig struct {
	*preferences
	*rig
	stored  []config.Settings
	copied  string
	renewed bool // the last secret that was asked for was to be a new one
	port    int
	feed    string // from the environment

	looked    func(updates, error)
	diagnosed func(struct{}, error)
	answered  func(string, error)
	found     func([]tunnel.Found, error)
	tested    func(tunnel.Result, error)
	tried     func(*journal.Delivery, error)
}

// theSecret is what must never be seen.
const theSecret = "THESECRETOFTHISCOMPUTER234"

func openPreferences(t *testing.T, s config.Settings, change ...func(*preferRig)) *preferRig {
	t.Helper()
	app := newApp(t)
	app.Settings().SetTheme(newTheme())
	r := &preferRig{rig: &rig{t: t, login: &fakeLogin{}, Window: &Window{app: app, window: app.NewWindow("")}}}
	for _, f := range change {
		f(r)
	}
	r.preferences = newPreferences(s, "acme1 · Mumbai", preferenceActions{
		shorten:   func(_ int, save func()) { save() },
		replace:   func(save func()) { save() },
		save:      func(s config.Settings) error { r.stored = append(r.stored, s); return nil },
		change:    func() {},
		forget:    func() {},
		copy:      func(text string) { r.copied = text },
		secret:    func(renew bool, then func(string, error)) { r.renewed, r.answered = renew, then },
		find:      func(port int, then func([]tunnel.Found, error)) { r.port, r.found = port, then },
		test:      func(then func(tunnel.Result, error)) { r.tested = then },
		try:       func(then func(*journal.Delivery, error)) { r.tried = then },
		reception: func() reception.State { return reception.State{Listening: "127.0.0.1:3000"} },
		login:     r.login, feed: r.feed, news: func() {},
		look:      func(then func(updates, error)) { r.looked = then },
		diagnose:  func(then func(struct{}, error)) { r.diagnosed = then },
		helpFacts: helpFacts{"1.2.0", "/home/me/.local/share/exotel-monitor"},
	})
	r.window.SetPadded(false)
	r.window.SetContent(container.NewStack(container.NewVScroll(r.preferences.view)))
	r.window.Resize(fyne.NewSize(820, 640))
	r.look(theme.VariantLight)
	return r
}

// receiving are settings with the webhook on and a public URL.
func receiving() config.Settings {
	s := config.Default()
	s.Health.Webhook, s.Health.PublicURL = true, "https://calls.example.app"
	return s
}

// fields are all text fields of the screen.
func (r *preferRig) fields() []*field {
	var list []*field
	walk(r.preferences.view, func(o fyne.CanvasObject) {
		if f, ok := o.(*field); ok {
			list = append(list, f)
		}
	})
	return list
}

// shows reports whether a text is anywhere on the screen, in fields, too.
func (r *preferRig) shows(text string) bool {
	return r.says(text) || slices.ContainsFunc(r.fields(), func(f *field) bool { return strings.Contains(f.Text, text) })
}

func TestPreferencesAreReadFromTheirFields(t *testing.T) {
	key, err := filepath.Abs("key")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what  string
		saved config.Settings
		enter func(*preferences)
		want  func(*config.Settings)
	}{
		{"nothing", receiving(), func(*preferences) {}, func(*config.Settings) {}},
		{"figures", config.Default(),
			func(p *preferences) {
				p.zone.SetText(" Asia/Dubai ")
				p.interval.SetText("30")
				p.rate.SetText("0")
				p.indian.SetChecked(false)
			},
			func(s *config.Settings) {
				s.Zone, s.RefreshSeconds, s.RatePerMinute, s.IndianGrouping = "Asia/Dubai", 30, 0, false
			}},
		{"calls", config.Default(),
			func(p *preferences) {
				p.calls.keep.onChoose("12")
				p.calls.share.SetText(" 50 ")
				p.calls.mask.SetChecked(true)
			},
			func(s *config.Settings) { s.KeepMonths, s.FillShare, s.MaskNumbers = 12, 50, true }},
		{"health", config.Default(),
			func(p *preferences) { p.pull.SetText("0"); p.push.SetText(" 3") },
			func(s *config.Settings) { s.Health.PullMinutes, s.Health.PushMinutes = 0, 3 }},
		{"webhook", config.Default(),
			func(p *preferences) {
				p.webhook.on.SetChecked(true)
				p.webhook.address.SetText("0.0.0.0:8080 ")
				p.webhook.public.SetText(" https://a.example/in/ ")
			},
			func(s *config.Settings) {
				s.Health.Webhook, s.Health.Address, s.Health.PublicURL = true, "0.0.0.0:8080", "https://a.example/in"
			}},
		{"webhook turned off keeps its fields", receiving(),
			func(p *preferences) { p.webhook.address.SetText("nonsense"); p.webhook.on.SetChecked(false) },
			func(s *config.Settings) { s.Health.Webhook = false }},
		{"tunnel", config.Default(),
			func(p *preferences) {
				p.tunnel.on.SetChecked(true)
				p.tunnel.server.SetText("relay.example:2222")
				p.tunnel.user.SetText("monitor")
				p.tunnel.keyFile.SetText(key)
				p.tunnel.bind.SetText("127.0.0.1:9000")
			},
			func(s *config.Settings) {
				s.Health.SSH = config.SSH{On: true, Server: "relay.example:2222", User: "monitor", KeyFile: key, Bind: "127.0.0.1:9000"}
			}},
		{"tunnel that stays off keeps its fields", config.Default(),
			func(p *preferences) { p.tunnel.server.SetText("a b") }, func(*config.Settings) {}},
		{"notifications", config.Default(),
			func(p *preferences) {
				p.notify.critical.SetChecked(false)
				p.notify.warning.SetChecked(false)
				p.notify.sound.SetChecked(true)
				p.notify.criticalAnyway.SetChecked(true)
			},
			func(s *config.Settings) {
				s.Alerts.Critical, s.Alerts.Warning, s.Alerts.Sound, s.Alerts.CriticalAnyway = false, false, true, true
			}},
		{"updates", config.Default(),
			func(p *preferences) {
				p.start.updates.SetChecked(true)
				p.start.feed.SetText(" https://example.com/feed.json ")
			},
			func(s *config.Settings) { s.UpdateCheck, s.UpdateFeed = true, "https://example.com/feed.json" }},
		{"quiet hours", config.Default(),
			func(p *preferences) {
				p.notify.quiet[time.Sunday].set(config.Quiet{On: true, From: "00:00", To: "23:59"})
				p.notify.quiet[time.Tuesday].set(config.Quiet{On: false, From: "late", To: "08:00"})
				p.notify.quiet[time.Friday].set(config.Quiet{On: false, From: "20:00", To: "08:00"})
			},
			func(s *config.Settings) {
				s.Alerts.Quiet[time.Sunday] = config.Quiet{On: true, From: "00:00", To: "23:59"}
				s.Alerts.Quiet[time.Friday].From = "20:00"
			}},
	} {
		r := openPreferences(t, tt.saved)
		tt.enter(r.preferences)
		r.tap("Save settings")
		want := tt.saved
		tt.want(&want)
		if len(r.stored) != 1 || r.stored[0] != want || r.status.text != "Saved." {
			t.Errorf("%s: %q, stored %+v, want %+v", tt.what, r.status.text, r.stored, want)
		}
	}
}

func TestInvalidPreferencesAreNotSaved(t *testing.T) {
	for _, tt := range []struct {
		enter func(*preferences)
		want  string
	}{
		{func(p *preferences) { p.zone.SetText("Mars"); p.interval.SetText("x") }, "Mars"},
		{func(p *preferences) { p.interval.SetText("x"); p.pull.SetText("x") }, "Enter whole numbers for refresh and requests."},
		{func(p *preferences) { p.calls.share.SetText("a third") }, "Enter a whole percentage for downloads."},
		{func(p *preferences) { p.calls.share.SetText("4") }, "Downloads may use 5 to 100% of the request limit."},
		{func(p *preferences) { p.pull.SetText("x") }, "Enter whole minutes for ExoPhone health."},
		{func(p *preferences) { p.pull.SetText("61") }, "every 1 to 60 minutes"},
		{func(p *preferences) { p.push.SetText("-1") }, "heartbeats can be expected every"},
		{func(p *preferences) { p.webhook.address.SetText("3000"); p.webhook.public.SetText("") }, "is not an address for the webhook"},
		{func(p *preferences) { p.webhook.public.SetText("http://a.example") }, "must begin with https://"},
		{func(p *preferences) { p.webhook.public.SetText("calls") }, "must begin with https:// and a host's name"},
		{func(p *preferences) { p.start.feed.SetText("http://example.com/feed.json") }, "The update feed URL must begin with https://"},
		{func(p *preferences) { p.tunnel.on.SetChecked(true) }, "needs a server and a user"},
		{func(p *preferences) {
			p.notify.quiet[time.Wednesday].set(config.Quiet{On: true, From: "8", To: "9"})
			p.notify.quiet[time.Sunday].set(config.Quiet{On: true, From: "x", To: "y"})
		}, "Wednesday: quiet hours 8 to 9 are none"},
	} {
		r := openPreferences(t, receiving())
		tt.enter(r.preferences)
		r.tap("Save settings")
		if !strings.Contains(strings.ToLower(r.status.text), strings.ToLower(tt.want)) || len(r.stored) > 0 || strings.Contains(r.status.text, "\n") {
			t.Errorf("says %q, want %q; stored %v", r.status.text, tt.want, r.stored)
		}
	}
}

func TestQuietHoursOfMondayForAllDays(t *testing.T) {
	r := openPreferences(t, config.Default())
	monday := r.notify.quiet[time.Monday]
	if !monday.from.Disabled() {
		t.Error("hours that do not count can be edited")
	}
	monday.on.SetChecked(true)
	monday.from.SetText("21:30")
	r.tap("Copy to all days")
	r.tap("Save settings")
	want := config.Quiet{On: true, From: "21:30", To: "08:00"}
	for day, got := range r.stored[0].Alerts.Quiet {
		if got != want || r.notify.quiet[day].from.Disabled() {
			t.Errorf("%s: %+v", time.Weekday(day), got)
		}
	}
}

// TestPreferencesByKeyboard: Tab comes by everything, which scrolls into sight,
// and Enter saves.
// TestTheWheelScrollsThePageOverAField, which Fyne's own keeps to itself.
func TestTheWheelScrollsThePageOverAField(t *testing.T) {
	r := openPreferences(t, config.Default())
	c := r.window.Canvas()
	scroll := c.Content().(*fyne.Container).Objects[0].(*container.Scroll)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(r.preferences.zone)
	test.Scroll(c, at.AddXY(20, 20), 0, -50)
	if scroll.Offset.Y != 50 {
		t.Errorf("scrolled to %v", scroll.Offset.Y)
	}
}

func TestPreferencesByKeyboard(t *testing.T) {
	r := openPreferences(t, receiving())
	c := r.window.Canvas()
	scroll := c.Content().(*fyne.Container).Objects[0].(*container.Scroll)
	var order []fyne.Focusable
	for c.FocusNext(); !slices.Contains(order, c.Focused()); c.FocusNext() {
		order = append(order, c.Focused())
		focused := c.Focused().(fyne.CanvasObject)
		top := fyne.CurrentApp().Driver().AbsolutePositionForObject(focused).Y
		if top < 0 || top+focused.Size().Height > scroll.Size().Height {
			t.Errorf("stop %d is out of sight at %v", len(order), top)
		}
	}
	for _, stop := range []fyne.Focusable{r.zone, r.pull, r.webhook.on, r.webhook.find.button, r.tunnel.on, r.notify.quiet[time.Sunday].on, r.notify.try.button,
		r.start.login, r.start.updates, r.start.feed, r.start.look.button, r.help.ask.button} {
		if !slices.Contains(order, stop) {
			t.Errorf("Tab leaves out %T", stop)
		}
	}
	c.Focus(r.webhook.on)
	r.enter(" ")
	if r.webhook.on.Checked {
		t.Error("Space does not toggle")
	}
	escaped, typed := 0, ""
	c.SetOnTypedKey(func(*fyne.KeyEvent) { escaped++ })
	c.SetOnTypedRune(func(char rune) { typed += string(char) })
	r.press(fyne.KeyEscape)
	r.enter("?")
	if escaped != 1 || typed != "?" {
		t.Errorf("a box keeps the window's keys: %d, %q", escaped, typed)
	}
	r.press(fyne.KeyReturn)
	c.Focus(r.notify.criticalAnyway)
	r.press(fyne.KeyEnter)
	c.Focus(r.push)
	r.press(fyne.KeyReturn)
	if len(r.stored) != 3 || r.stored[2].Health.Webhook {
		t.Errorf("Enter saved %+v", r.stored)
	}
	if status := fyne.CurrentApp().Driver().AbsolutePositionForObject(r.status).Y; status > scroll.Size().Height {
		t.Error("what came of saving is out of sight")
	}
}

func TestShareOfNoLimitMeansNothing(t *testing.T) {
	r := sampleRig(t)
	r.showPreferences()
	const limited, unlimited = "% of the request limit (5–100)", "% (no effect without a request limit)"
	for _, tt := range []struct{ rate, says, not string }{
		{"60", limited, unlimited}, {"0", unlimited, limited}, {"", limited, unlimited},
	} {
		if r.preferences.rate.SetText(tt.rate); !r.says(tt.says) || r.says(tt.not) {
			t.Errorf("%q requests a minute: the share is %q", tt.rate, r.preferences.calls.per.text)
		}
	}
}
