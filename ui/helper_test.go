package ui

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/heartbeat/webhook"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/system/notify"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

func TestMain(m *testing.M) { uitest.Main(m) }

// postbox is Fyne's queue: what is posted runs on the test's goroutine only,
// when the test lets it. In the test driver fyne.Do would run on the caller's.
type postbox struct {
	mu     sync.Mutex
	posted []func()
	news   chan struct{}
}

func (p *postbox) post(f func()) {
	p.mu.Lock()
	p.posted = append(p.posted, f)
	p.mu.Unlock()
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// drain runs what was posted so far.
func (p *postbox) drain() {
	p.mu.Lock()
	posted := p.posted
	p.posted = nil
	p.mu.Unlock()
	for _, f := range posted {
		f()
	}
}

// lose drops what was posted so far.
func (p *postbox) lose() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.posted = nil
}

// fakeVault is a keyring. ask, if set, decides what a question comes to.
type fakeVault struct {
	mu     sync.Mutex
	stored config.Credentials
	secret string // the webhook's
	saves  int
	ask    func(context.Context) error
}

func (v *fakeVault) question(ctx context.Context) error {
	v.mu.Lock()
	ask := v.ask
	v.mu.Unlock()
	if ask == nil {
		return nil
	}
	return ask(ctx)
}

// answers decides what the next questions come to.
func (v *fakeVault) answers(ask func(context.Context) error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ask = ask
}

func (v *fakeVault) Load(ctx context.Context) (config.Credentials, error) {
	if err := v.question(ctx); err != nil {
		return config.Credentials{}, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.stored.Complete() {
		return config.Credentials{}, config.ErrNotStored
	}
	return v.stored, nil
}

func (v *fakeVault) Save(ctx context.Context, c config.Credentials) error {
	if err := v.question(ctx); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stored = c
	v.saves++
	return nil
}

func (v *fakeVault) Forget(ctx context.Context) error {
	if err := v.question(ctx); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stored = config.Credentials{}
	return nil
}

func (v *fakeVault) WebhookSecret(ctx context.Context, _ config.Credentials, renew bool) (string, error) {
	if err := v.question(ctx); err != nil {
		return "", err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.secret == "" || renew {
		v.secret = webhook.NewSecret()
	}
	return v.secret, nil
}

func (v *fakeVault) holds() config.Credentials {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.stored
}

// locked waits until nobody waits any more, as a keyring does whose dialog is
// not answered.
func locked(ctx context.Context) error {
	<-ctx.Done()
	return errors.Join(config.ErrLocked, ctx.Err())
}

// toldUser is a notifier that notes what it was given.
type toldUser struct {
	mu       sync.Mutex
	messages []notify.Message
}

func (u *toldUser) Notify(_ context.Context, m notify.Message) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.messages = append(u.messages, m)
	return nil
}

func (u *toldUser) all() []notify.Message {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.messages)
}

// rig is a window over a fake account on the loopback interface.
type rig struct {
	*Window
	*uitest.Driver
	box     *postbox
	vault   *fakeVault
	account *exoteltest.Account
	server  *exoteltest.Server
	good    config.Credentials // of the account
	saved   []config.Settings
	changed config.Settings // what was changed in the saved settings alone
	bounds  []config.Bounds // of the window, as they were kept
	desk    *fakeDesk
	login   *uitest.FakeLogin
	told    *toldUser
	beats   int // heartbeats so far
	close   func()
}

// rigOptions change a rig before it starts.
type rigOptions struct {
	account  exoteltest.Options
	calls    []exotel.Call
	faults   exoteltest.Faults
	vault    *fakeVault
	env      bool // the environment names the account
	demo     bool
	start    func(*rig)             // before the window is made
	params   func(*Params)          // changes what the window is made of
	settings func(*config.Settings) // changes the settings; nil for no watch and no filling
	dataDir  func(dir string)       // changes the data folder before
}

func newRig(t testing.TB, o rigOptions) *rig {
	t.Helper()
	app := uitest.NewApp(t)
	o.account.Now = func() time.Time { return sample.Now }
	account := exoteltest.New(o.account)
	account.Add(o.calls...)
	account.SetFaults(o.faults)
	server, err := exoteltest.Start(account)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(t.Context())
	r := &rig{
		Driver: &uitest.Driver{T: t}, box: &postbox{news: make(chan struct{}, 1)}, vault: o.vault, account: account, server: server,
		told: &toldUser{}, login: &uitest.FakeLogin{}, desk: newFakeDesk(),
		good: config.Credentials{BaseURL: exotel.Mumbai, SID: "acme1", Key: "key", Token: "token"},
	}
	if r.vault == nil {
		r.vault = &fakeVault{}
	}
	dir := folder(t)
	if o.dataDir != nil {
		o.dataDir(dir)
	}
	// The ExoPhones are asked for, and days that nobody looks at are stored, in the
	// tests that are about that.
	chosen := config.Default()
	chosen.Health.PullMinutes, chosen.FillPaused = 0, true
	if o.settings != nil {
		o.settings(&chosen)
	}
	p := Params{
		Demo: o.demo, Settings: chosen, Vault: r.vault,
		Version: "1.2.0", Login: r.login, LogTail: func(int) []string { return nil },
		SaveSettings:   func(s config.Settings) error { r.saved = append(r.saved, s); return nil },
		ChangeSettings: func(change func(*config.Settings)) error { change(&r.changed); return nil },
		SaveBounds:     func(b config.Bounds) error { r.bounds = append(r.bounds, b); return nil },
		Screens:        r.desk.areas, PlaceOf: r.desk.placeOf, Restore: func(fyne.Window) {},
		NewClient: func(c config.Credentials, s config.Settings) (*exotel.Client, error) {
			if c.BaseURL == exotel.Mumbai {
				c.BaseURL = server.URL // the fake account is the Mumbai region
			}
			return newTestClient(c, s)
		},
		StartDemo: func(config.Settings) (config.Credentials, func(), error) {
			demo := exoteltest.New(exoteltest.Options{SID: "demo", Now: o.account.Now, CallsPerDay: 200})
			s, err := exoteltest.Start(demo)
			if err != nil {
				return config.Credentials{}, nil, err
			}
			return config.Credentials{BaseURL: s.URL, SID: "demo", Key: "key", Token: "token"}, s.Close, nil
		},
		DataDir: dir, Notifier: r.told, SetTooltip: func(string) {},
		Post: r.box.post,
		Log:  slog.New(slog.DiscardHandler),
	}
	if o.env {
		p.Env = r.good
	}
	if o.start != nil {
		o.start(r)
	}
	if o.params != nil {
		o.params(&p)
	}
	r.Window = New(ctx, app, p)
	r.Driver.Window = r.window
	r.Look(theme.VariantLight)
	r.close = sync.OnceFunc(func() {
		cancel()
		r.Window.Close()
	})
	t.Cleanup(r.close)
	return r
}

// folder is a data folder whose path, which some screens show, does not have the
// test's name in it: what the test looks for may be a word of that.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "m")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func newTestClient(c config.Credentials, s config.Settings) (*exotel.Client, error) {
	zone, err := s.Location()
	if err != nil {
		return nil, err
	}
	return exotel.New(exotel.Options{
		BaseURL: c.BaseURL, SID: c.SID, Key: c.Key, Token: c.Token, Zone: zone, RatePerMinute: -1,
		Now: func() time.Time { return sample.Now },
	})
}

// patience is how long anything may take on a busy machine. Half of it is less than
// a request of the program takes to be given up.
const patience = 50 * time.Second

// until runs what is posted until something holds.
func (r *rig) until(what string, holds func() bool) {
	r.T.Helper()
	late := time.After(patience)
	for {
		r.box.drain()
		if holds() {
			r.Settle()
			return
		}
		select {
		case <-r.box.news:
		case <-late:
			r.T.Fatalf("still waiting: %s", what)
		}
	}
}

// idle waits for the figures of the choice that was made last. They are as old as
// it took to load them; here that is always less than a second, as on most machines.
func (r *rig) idle() {
	r.T.Helper()
	r.until("the figures", func() bool {
		d := r.dashboard
		return r.onDashboard && d != nil && !d.Shown.Loading && !d.Shown.Now.IsZero() && d.Shown.Period == r.chosenPeriod() &&
			(d.Shown.Summary == nil || d.HasDetails())
	})
	if age := sample.Now.Sub(r.dashboard.Shown.AsOf); age > 0 && age < patience {
		r.again(func(s *refresh.Snapshot) { s.AsOf = sample.Now.Add(-time.Millisecond) })
	}
}

// answered reports whether the figures of what was chosen last are there.
func (r *rig) answered() bool {
	d := r.dashboard
	return reflect.DeepEqual(d.Filters.Choice, d.Shown.Choice) && !d.Shown.Loading
}

// labelled returns the chips of which a screen reader is told something that ends so.
func (r *rig) labelled(end string) (chips []*kit.Chip) {
	uitest.Walk(r.Top(), func(o fyne.CanvasObject) {
		if c, ok := o.(*kit.Chip); ok && strings.HasSuffix(c.AccessibilityLabel(), end) {
			chips = append(chips, c)
		}
	})
	return chips
}

// tapAlerts opens every alert of the list.
func (r *rig) tapAlerts() {
	for _, c := range r.labelled("Show details") {
		c.Tapped(nil)
	}
	r.Settle()
}

// refreshes waits for the request that an act costs, and for the end of it. What is
// shown may be older than the request: that it loads was posted before.
func (r *rig) refreshes(name string, act func()) {
	r.T.Helper()
	before := r.account.Stats().Requests
	act()
	r.until(name+" to ask", func() bool { return r.account.Stats().Requests > before })
	r.until("the end of it", func() bool { return !r.dashboard.Shown.Loading })
}

// opened is a rig that shows the account's figures of a range.
func opened(t testing.TB, o rigOptions, chosen metrics.Range) *rig {
	t.Helper()
	o.env = true
	r := newRig(t, o)
	r.idle()
	r.Tap(rangeNames[chosen])
	r.idle()
	return r
}

// rangeNames are the texts of the chips that choose a range.
var rangeNames = map[metrics.Range]string{
	metrics.Today: "Today", metrics.Yesterday: "Yesterday", metrics.Last7Days: "7 days", metrics.Last30Days: "30 days",
	metrics.ThisMonth: "This month", metrics.AllStored: "All stored",
}

// chartIn returns the chart of a screen.
func chartIn(screen fyne.CanvasObject) (found *chart.BarChart) {
	uitest.Walk(screen, func(o fyne.CanvasObject) {
		if c, ok := o.(*chart.BarChart); ok {
			found = c
		}
	})
	return found
}

// drawnCalls returns the calls in all bars of the chart of a screen.
func drawnCalls(screen fyne.CanvasObject) (n int) {
	for _, b := range chartIn(screen).Data.Bars {
		for _, part := range b.Parts {
			n += part
		}
	}
	return n
}

// onBar marks a bar of the chart by keys, and returns what a screen reader says then.
func (r *rig) onBar(i int) string {
	r.T.Helper()
	c := chartIn(r.Top())
	r.window.Canvas().Focus(c)
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	for range i {
		c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	}
	return strings.ReplaceAll(c.AccessibilityLabel(), text.NoBreak, " ")
}

// sampleRig shows the guide's sample day.
func sampleRig(t testing.TB) *rig {
	t.Helper()
	return opened(t, rigOptions{calls: exoteltest.SampleDay(sample.Day.In(exotel.India), nil)}, metrics.Yesterday)
}

// ourGoroutines lists the goroutines that run this program's code, the tests'
// own aside.
func ourGoroutines() []string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var list []string
	for _, stack := range strings.Split(string(buf), "\n\n") {
		if strings.Contains(stack, "exotel-monitor/") && !strings.Contains(stack, "testing.") {
			list = append(list, stack)
		}
	}
	return list
}

// heldElsewhere ends the session, and has another copy of the program hold the
// account's record until the test ends.
func (r *rig) heldElsewhere() (c config.Credentials, other *file.File) {
	r.T.Helper()
	c = r.session.account
	r.endSession()
	other, err := file.Open(r.T.Context(), account.FilesOf(c, r.DataDir).Record, journal.Schema, slog.New(slog.DiscardHandler))
	if err != nil {
		r.T.Fatal(err)
	}
	r.T.Cleanup(func() { _ = other.Close() })
	return c, other
}
