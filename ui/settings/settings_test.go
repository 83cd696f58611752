package settings

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/tunnel"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

// rig is a settings screen alone, with what it asked for.
type rig struct {
	*Screen
	*uitest.Driver
	dialogs kit.Dialogs
	login   *uitest.FakeLogin
	stored  []config.Settings
	copied  string
	renewed bool // the last secret that was asked for was to be a new one
	port    int
	feed    string // from the environment

	unusable  bool // the saved settings are
	looked    func(Updates, error)
	diagnosed func(struct{}, error)
	answered  func(string, error)
	found     func([]tunnel.Endpoint, error)
	tested    func(tunnel.Result, error)
	tried     func(*journal.Delivery, error)
}

func open(t *testing.T, s config.Settings, change ...func(*rig)) *rig {
	t.Helper()
	app := uitest.NewApp(t)
	app.Settings().SetTheme(kit.NewTheme())
	r := &rig{login: &uitest.FakeLogin{}}
	for _, f := range change {
		f(r)
	}
	r.Screen = New(s, "acme1 · Mumbai", Actions{
		Dialogs:   &r.dialogs,
		Shorten:   func(_ int, save func()) { save() },
		Replace:   func(save func()) { save() },
		Unusable:  func() bool { return r.unusable },
		Save:      func(s config.Settings) error { r.stored = append(r.stored, s); return nil },
		Change:    func() {},
		Forget:    func() {},
		Copy:      func(text string) { r.copied = text },
		Secret:    func(renew bool, then func(string, error)) { r.renewed, r.answered = renew, then },
		Find:      func(port int, then func([]tunnel.Endpoint, error)) { r.port, r.found = port, then },
		Test:      func(then func(tunnel.Result, error)) { r.tested = then },
		Try:       func(then func(*journal.Delivery, error)) { r.tried = then },
		Reception: func() reception.State { return reception.State{Listening: "127.0.0.1:3000"} },
		Login:     r.login, Feed: r.feed, News: func() {},
		Look:     func(then func(Updates, error)) { r.looked = then },
		Diagnose: func(then func(struct{}, error)) { r.diagnosed = then },
		Facts:    Facts{"1.2.0", "/home/me/.local/share/exotel-monitor"},
	})
	r.Driver = uitest.ShowPage(t, r.Screen.View)
	r.dialogs.Window = r.Window
	r.Resize(820, 640)
	r.Look(theme.VariantLight)
	return r
}

// receiving are settings with the webhook on and a public URL.
func receiving() config.Settings {
	s := config.Default()
	s.Health.Webhook, s.Health.PublicURL = true, "https://calls.example.app"
	return s
}

// fields are all text fields of the screen.
func (r *rig) fields() []*kit.Field {
	var list []*kit.Field
	uitest.Walk(r.Screen.View, func(o fyne.CanvasObject) {
		if f, ok := o.(*kit.Field); ok {
			list = append(list, f)
		}
	})
	return list
}

// shows reports whether a text is anywhere on the screen, in fields, too.
func (r *rig) shows(text string) bool {
	return r.Shows(text) || slices.ContainsFunc(r.fields(), func(f *kit.Field) bool { return strings.Contains(f.Text, text) })
}

func TestPreferencesAreReadFromTheirFields(t *testing.T) {
	key, err := filepath.Abs("key")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what  string
		saved config.Settings
		enter func(*Screen)
		want  func(*config.Settings)
	}{
		{"nothing", receiving(), func(*Screen) {}, func(*config.Settings) {}},
		{"figures", config.Default(),
			func(p *Screen) {
				p.Zone.SetText(" Asia/Dubai ")
				p.Interval.SetText("30")
				p.Rate.SetText("0")
				p.Indian.SetChecked(false)
				p.clock.OnChoose(config.Clock12)
				p.theme.OnChoose(config.ThemeDark)
			},
			func(s *config.Settings) {
				s.Zone, s.RefreshSeconds, s.RatePerMinute, s.IndianGrouping, s.Clock, s.Theme = "Asia/Dubai", 30, 0, false, config.Clock12, config.ThemeDark
			}},
		{"calls", config.Default(),
			func(p *Screen) {
				p.Calls.Keep.OnChoose("12")
				p.Calls.share.SetText(" 50 ")
				p.Calls.mask.SetChecked(true)
			},
			func(s *config.Settings) { s.KeepMonths, s.FillShare, s.MaskNumbers = 12, 50, true }},
		{"health", config.Default(),
			func(p *Screen) { p.pull.SetText("0"); p.webhook.push.SetText("3") },
			func(s *config.Settings) { s.Health.PullMinutes = 0 }},
		{"webhook", config.Default(),
			func(p *Screen) {
				p.webhook.on.SetChecked(true)
				p.webhook.address.SetText("0.0.0.0:8080 ")
				p.webhook.public.SetText(" https://a.example/in/ ")
				p.webhook.push.SetText(" 3")
			},
			func(s *config.Settings) {
				s.Health.Webhook, s.Health.Address, s.Health.PublicURL, s.Health.PushMinutes = true, "0.0.0.0:8080", "https://a.example/in", 3
			}},
		{"webhook turned off keeps its fields", receiving(),
			func(p *Screen) { p.webhook.address.SetText("nonsense"); p.webhook.on.SetChecked(false) },
			func(s *config.Settings) { s.Health.Webhook = false }},
		{"tunnel", config.Default(),
			func(p *Screen) {
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
			func(p *Screen) { p.tunnel.server.SetText("a b") }, func(*config.Settings) {}},
		{"notifications", config.Default(),
			func(p *Screen) {
				p.notify.critical.SetChecked(false)
				p.notify.warning.SetChecked(false)
				p.notify.sound.SetChecked(true)
				p.notify.criticalAnyway.SetChecked(true)
			},
			func(s *config.Settings) {
				s.Alerts.Critical, s.Alerts.Warning, s.Alerts.Sound, s.Alerts.CriticalAnyway = false, false, true, true
			}},
		{"updates", config.Default(),
			func(p *Screen) {
				p.Start.updates.SetChecked(true)
				p.Start.Feed.SetText(" https://example.com/feed.json ")
			},
			func(s *config.Settings) { s.UpdateCheck, s.UpdateFeed = true, "https://example.com/feed.json" }},
		{"quiet hours", config.Default(),
			func(p *Screen) {
				p.notify.quiet[time.Sunday].set(config.Quiet{On: true, From: "00:00", To: "23:59"})
				p.notify.quiet[time.Tuesday].set(config.Quiet{On: false, From: "late", To: "08:00"})
				p.notify.quiet[time.Friday].set(config.Quiet{On: false, From: "20:00", To: "08:00"})
			},
			func(s *config.Settings) {
				s.Alerts.Quiet[time.Sunday] = config.Quiet{On: true, From: "00:00", To: "23:59"}
				s.Alerts.Quiet[time.Friday].From = "20:00"
			}},
	} {
		r := open(t, tt.saved)
		tt.enter(r.Screen)
		r.Save()
		want := tt.saved
		tt.want(&want)
		if len(r.stored) != 1 || r.stored[0] != want || r.bar.Status.Text != "Saved." {
			t.Errorf("%s: %q, stored %+v, want %+v", tt.what, r.bar.Status.Text, r.stored, want)
		}
	}
}

func TestInvalidPreferencesAreNotSaved(t *testing.T) {
	for _, tt := range []struct {
		enter func(*Screen)
		want  string
	}{
		{func(p *Screen) { p.Zone.SetText("Mars"); p.Interval.SetText("x") }, "Correct the account's time zone first."},
		{func(p *Screen) { p.Interval.SetText("x"); p.pull.SetText("x") }, "Enter whole numbers for refresh and requests."},
		{func(p *Screen) { p.Calls.share.SetText("a third") }, "Enter a whole percentage for downloads."},
		{func(p *Screen) { p.Calls.share.SetText("4") }, "Downloads may use 5 to 100% of the request limit."},
		{func(p *Screen) { p.pull.SetText("x") }, "Enter whole minutes for checking the lines."},
		{func(p *Screen) { p.pull.SetText("61") }, "every 1 to 60 minutes"},
		{func(p *Screen) { p.webhook.push.SetText("-1") }, "heartbeats can be expected every"},
		{func(p *Screen) { p.webhook.address.SetText("3000"); p.webhook.public.SetText("") }, "is not an address for the webhook"},
		{func(p *Screen) { p.webhook.public.SetText("http://a.example") }, "must begin with https://"},
		{func(p *Screen) { p.webhook.public.SetText("calls") }, "must begin with https:// and a host's name"},
		{func(p *Screen) { p.Start.Feed.SetText("http://example.com/feed.json") }, "The update feed URL must begin with https://"},
		{func(p *Screen) { p.tunnel.on.SetChecked(true) }, "needs a server and a user"},
		{func(p *Screen) {
			p.notify.quiet[time.Wednesday].set(config.Quiet{On: true, From: "8", To: "9"})
			p.notify.quiet[time.Sunday].set(config.Quiet{On: true, From: "x", To: "y"})
		}, "Wednesday: quiet hours 8 to 9 are none"},
	} {
		r := open(t, receiving())
		tt.enter(r.Screen)
		r.Tap("Save")
		if !strings.Contains(strings.ToLower(r.bar.Status.Text), strings.ToLower(tt.want)) || len(r.stored) > 0 || strings.Contains(r.bar.Status.Text, "\n") {
			t.Errorf("says %q, want %q; stored %v", r.bar.Status.Text, tt.want, r.stored)
		}
	}
}

func TestQuietHoursOfMondayForAllDays(t *testing.T) {
	r := open(t, config.Default())
	monday := r.notify.quiet[time.Monday]
	if !monday.from.Disabled() {
		t.Error("hours that do not count can be edited")
	}
	monday.on.SetChecked(true)
	monday.from.SetText("21:30")
	r.Tap("Copy to all days")
	r.Tap("Save")
	want := config.Quiet{On: true, From: "21:30", To: "08:00"}
	for day, got := range r.stored[0].Alerts.Quiet {
		if got != want || r.notify.quiet[day].from.Disabled() {
			t.Errorf("%s: %+v", time.Weekday(day), got)
		}
	}
}

// TestTheWheelScrollsThePageOverAField, which Fyne's own keeps to itself.
func TestTheWheelScrollsThePageOverAField(t *testing.T) {
	r := open(t, config.Default())
	c := r.Window.Canvas()
	scroll := kit.PageIn(c)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(r.Screen.Zone)
	test.Scroll(c, at.AddXY(20, 20), 0, -50)
	if scroll.Offset.Y != 50 {
		t.Errorf("scrolled to %v", scroll.Offset.Y)
	}
}

// TestPreferencesByKeyboard: Tab comes by everything, which scrolls into sight,
// and Enter saves.
func TestPreferencesByKeyboard(t *testing.T) {
	r := open(t, receiving())
	c := r.Window.Canvas()
	scroll := kit.PageIn(c)
	var order []fyne.Focusable
	for c.FocusNext(); !slices.Contains(order, c.Focused()); c.FocusNext() {
		order = append(order, c.Focused())
		focused := c.Focused().(fyne.CanvasObject)
		top := fyne.CurrentApp().Driver().AbsolutePositionForObject(focused).Y
		if page := fyne.CurrentApp().Driver().AbsolutePositionForObject(scroll).Y; kit.Contains(scroll.Content, focused) && (top < page || top+focused.Size().Height > page+scroll.Size().Height) {
			t.Errorf("stop %d is out of sight at %v", len(order), top)
		}
	}
	for _, stop := range []fyne.Focusable{r.Zone, r.clock.Chip, r.theme.Chip, r.pull, r.webhook.on, r.webhook.find.Button, r.tunnel.on, r.notify.quiet[time.Sunday].on, r.notify.try.Button,
		r.Start.login, r.Start.updates, r.Start.Feed, r.Start.look.Button, r.help.ask.Button} {
		if !slices.Contains(order, stop) {
			t.Errorf("Tab leaves out %T", stop)
		}
	}
	c.Focus(r.webhook.on)
	r.Enter(" ")
	if r.webhook.on.Checked {
		t.Error("Space does not toggle")
	}
	escaped, typed := 0, ""
	c.SetOnTypedKey(func(*fyne.KeyEvent) { escaped++ })
	c.SetOnTypedRune(func(char rune) { typed += string(char) })
	r.Press(fyne.KeyEscape)
	r.Enter("?")
	if escaped != 1 || typed != "?" {
		t.Errorf("a box keeps the window's keys: %d, %q", escaped, typed)
	}
	r.Press(fyne.KeyReturn)
	c.Focus(r.notify.criticalAnyway)
	r.Press(fyne.KeyEnter)
	c.Focus(r.webhook.push)
	r.Press(fyne.KeyReturn)
	if len(r.stored) != 3 || r.stored[2].Health.Webhook {
		t.Errorf("Enter saved %+v", r.stored)
	}
	if !r.Shows("Saved.") {
		t.Error("it does not say what came of saving")
	}
}

func TestShareOfNoLimitMeansNothing(t *testing.T) {
	r := open(t, config.Default())
	const limited, unlimited = "% of the request limit (5–100)", "% (no effect without a request limit)"
	for _, tt := range []struct{ rate, says, not string }{
		{"60", limited, unlimited}, {"0", unlimited, limited}, {"", limited, unlimited},
	} {
		if r.Rate.SetText(tt.rate); !r.Shows(tt.says) || r.Shows(tt.not) {
			t.Errorf("%q requests a minute: the share is %q", tt.rate, r.Calls.Per.Text)
		}
	}
}

func TestTimesFollowTheClock(t *testing.T) {
	s := receiving()
	s.Clock = config.Clock12
	s.Health.SSH = config.SSH{On: true, Server: "relay", User: "me", Bind: "127.0.0.1:9"}
	r := open(t, s)
	at := time.Date(2026, 11, 20, 6, 35, 30, 0, time.UTC)
	r.SetReception(reception.State{Tunnel: tunnel.State{Phase: tunnel.Waiting, RetryAt: at, Err: errors.New("the port is taken")}})
	r.SetUpdates(Updates{Looked: sample.Now})
	r.Tap("Send a test notification")
	r.tried(delivered(journal.Accepted, ""), nil)
	r.Says("Waiting until 12:05:30 pm: ", "(checked 20 Nov 2:22 pm)", "Delivered at 10:42 am.")
	if !r.CanTap("12-hour") {
		t.Error("the choice is not shown")
	}
}
