package ui

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/system/update"
)

func (a *countedApp) OpenURL(u *url.URL) error {
	a.browser = append(a.browser, u.String())
	return a.err
}

// feedServer serves a release, and counts how often it is asked for.
func feedServer(t *testing.T, version string) (address string, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = w.Write([]byte(`{"version":"` + version + `","published":"2026-11-19T10:00:00Z","notes":"- Alerts open from notifications\n- Faster","page":"https://example.com/releases"}`))
	}))
	t.Cleanup(server.Close)
	return server.URL + "/feed.json", asked
}

// told is a rig with figures, whose release feed announces a version.
func announced(t *testing.T, version string, change func(*config.Settings)) (*rig, *atomic.Int32) {
	t.Helper()
	feed, asked := feedServer(t, version)
	return opened(t, rigOptions{settings: func(s *config.Settings) {
		s.Health.PullMinutes, s.FillPaused = 0, true
		s.UpdateCheck, s.UpdateFeed = true, feed
		if change != nil {
			change(s)
		}
	}}, metrics.Today), asked
}

func (r *rig) untilNews() {
	r.t.Helper()
	r.until("word of the newer version", func() bool { return !r.updates.looked.IsZero() })
}

func TestANewerVersionIsToldOfQuietly(t *testing.T) {
	r, _ := announced(t, "1.3.0", nil)
	r.untilNews()
	r.picture("news", fyne.NewSize(1280, 800))
	_, app := r.counted()
	r.tap("Download")
	if want := []string{"https://example.com/releases"}; !slices.Equal(app.browser, want) {
		t.Errorf("the browser shows %q", app.browser)
	}
	app.err = errors.New("no xdg-open")
	r.tap("Download")
	if !r.says("The browser could not be opened.") || app.Clipboard().Content() != "https://example.com/releases" {
		t.Error("a browser that does not open is not told of")
	}
	r.press(fyne.KeyEscape)
	r.tap("See what is new")
	if !r.says("- Alerts open from notifications\n- Faster") {
		t.Error("it does not say what is new")
	}
	r.picture("news_notes", fyne.NewSize(900, 700))
	r.tap("Skip this version")
	if r.dashboard.news.view.Visible() || r.changed.UpdateSkip != "1.3.0" || len(r.saved) > 0 {
		t.Errorf("it still tells; %q is kept", r.changed.UpdateSkip)
	}
	r.applyUpdate(&update.Release{Version: "1.4.0"}, nil)
	if !r.says("Exotel Monitor 1.4.0 is available") {
		t.Error("it does not tell of the next")
	}
	if err := r.changeSettings(config.Default()); err != nil || r.Settings.UpdateSkip != "1.3.0" {
		t.Errorf("saving other settings forgets what was skipped: %q, %v", r.Settings.UpdateSkip, err)
	}
	if r.idle(); !r.says("Exotel Monitor 1.4.0 is available") {
		t.Error("a new dashboard does not tell")
	}
}

func TestWhatIsNotNewerOrNotWantedIsNotToldOf(t *testing.T) {
	for name, tt := range map[string]struct {
		version string
		skip    string
	}{"the same": {"1.2.0", ""}, "older": {"1.1.9", ""}, "skipped": {"1.3.0", "1.3.0"}} {
		r, _ := announced(t, tt.version, func(s *config.Settings) { s.UpdateSkip = tt.skip })
		r.untilNews()
		if r.dashboard.news.view.Visible() {
			t.Errorf("%s: it is told of", name)
		}
	}
}

func TestNobodyLooksForUpdatesBeforeThatIsAllowed(t *testing.T) {
	r, asked := announced(t, "1.3.0", func(s *config.Settings) { s.UpdateCheck = false })
	r.showPreferences()
	if asked.Load() != 0 {
		t.Fatal("it looked")
	}
	r.tap("Check now") // which is a wish
	r.until("the answer", func() bool { return r.says("1.3.0 is available.") })
	r.tap("See what is new")
	if !r.says("Faster") || asked.Load() != 1 {
		t.Errorf("it looked %d times", asked.Load())
	}
	r.press(fyne.KeyEscape)
	allowed := r.Settings
	allowed.UpdateCheck = true
	if err := r.changeSettings(allowed); err != nil {
		t.Fatal(err)
	}
	r.until("a look of its own", func() bool { return asked.Load() == 2 })
}

func TestAFeedOfTheEnvironmentIsNotForTheUserToChoose(t *testing.T) {
	feed, asked := feedServer(t, "1.3.0")
	r := opened(t, rigOptions{params: func(p *Params) { p.UpdateFeed = feed }, settings: func(s *config.Settings) {
		s.Health.PullMinutes, s.FillPaused = 0, true
		s.UpdateFeed = "https://example.com/other.json"
	}}, metrics.Today)
	r.showPreferences()
	field := r.preferences.start.feed
	if !field.Disabled() || field.Text != feed || !r.says("Set by EXOTEL_UPDATE_FEED.") {
		t.Errorf("the field holds %q", field.Text)
	}
	r.tap("Check now")
	r.until("the answer", func() bool { return r.says("1.3.0 is available.") })
	r.tap("Save settings")
	if got := r.saved[len(r.saved)-1].UpdateFeed; got != "https://example.com/other.json" || asked.Load() != 1 {
		t.Errorf("saved %q; it looked %d times", got, asked.Load())
	}
}

func TestWhatCameOfALookIsSaid(t *testing.T) {
	version := &update.Release{Version: "1.3.0"}
	for _, tt := range []struct {
		updates updates
		skip    string
		want    string
	}{
		{updates{}, "", ""},
		{updates{looked: testNow}, "", "1.2.0 is the newest version (checked 20 Nov 14:22)."},
		{updates{looked: testNow, release: version}, "", "1.3.0 is available."},
		{updates{looked: testNow, release: version}, "1.3.0", "1.3.0 is available (you skipped it)."},
		{updates{looked: testNow, release: version, err: errors.New("the feed is gone")}, "", "The feed is gone."},
	} {
		s := config.Default()
		s.UpdateSkip = tt.skip
		r := openPreferences(t, s)
		r.SetUpdates(tt.updates)
		if got := r.start.look.answer.text; got != tt.want || r.start.news.Visible() != (tt.updates.release != nil) {
			t.Errorf("%+v: %q", tt.updates, got)
		}
	}
}

func TestAFeedIsSavedBeforeItIsLookedInto(t *testing.T) {
	r := openPreferences(t, config.Default())
	r.start.feed.SetText("https://example.com/feed.json")
	r.tap("Check now")
	if !r.says("Save first.") || r.looked != nil {
		t.Error("it looks into another feed than the one on the screen")
	}
	r.start.feed.SetText("")
	r.tap("Check now")
	if r.looked == nil || !r.says("Checking…") {
		t.Error("it does not look")
	}
}

// TestAFailureKeepsWhatWasFound before.
func TestAFailureKeepsWhatWasFound(t *testing.T) {
	r, _ := announced(t, "1.3.0", nil)
	r.untilNews()
	r.applyUpdate(nil, errors.New("the feed is gone"))
	if !r.says("Exotel Monitor 1.3.0 is available") {
		t.Error("it is told of no more")
	}
}

func TestTheStartAtLoginIsWhatTheSystemSays(t *testing.T) {
	r := openPreferences(t, config.Default(), func(r *preferRig) { r.login.on = true })
	if !r.start.login.Checked {
		t.Fatal("it shows something else")
	}
	r.tap("Save settings")
	if r.login.sets != 0 {
		t.Error("saving changes what was not changed")
	}
	r.start.login.SetChecked(false)
	if r.login.sets != 0 {
		t.Error("it changes before it is saved")
	}
	r.tap("Save settings")
	if r.login.on || r.login.sets != 1 || len(r.stored) != 2 {
		t.Errorf("on: %v, set %d times, saved %d times", r.login.on, r.login.sets, len(r.stored))
	}
	r.start.login.SetChecked(true)
	r.login.err = errors.New("the program will not start by itself: permission denied")
	r.tap("Save settings")
	if !strings.HasPrefix(r.status.text, "The program will not start by itself: permission denied") || len(r.stored) != 2 {
		t.Errorf("says %q, saved %d times", r.status.text, len(r.stored))
	}
	unknown := openPreferences(t, config.Default(), func(r *preferRig) { r.login.err = errors.New("it is not known: no home") })
	if !unknown.says("It is not known: no home.") {
		t.Error("it does not say that it is not known")
	}
}

func TestADiagnosisIsCopiedFromEveryScreen(t *testing.T) {
	copied := func(r *rig) {
		t.Helper()
		r.until("the word of it", func() bool { return r.says("Copied. Versions, settings and the last errors") })
		text := r.app.Clipboard().Content()
		for _, want := range []string{"version: 1.2.0\n", "a line of the log"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
		for _, secret := range []string{theSecret, r.vault.secret} {
			if secret != "" && strings.Contains(text, secret) {
				t.Errorf("a secret is in\n%s", text)
			}
		}
		r.app.Clipboard().SetContent("")
	}
	log := func(p *Params) { p.LogTail = func(int) []string { return []string{"a line of the log, " + theSecret} } }
	hears := func(s *config.Settings) {
		s.Health.PullMinutes, s.FillPaused = 0, true
		s.Health.Webhook, s.Health.Address, s.Health.PublicURL = true, "127.0.0.1:1", "https://calls.example.app"
	}
	r := newRig(t, rigOptions{params: log, settings: hears}).firstRun()
	r.window.Canvas().Unfocus()
	r.enter("?")
	r.tap("Copy diagnostics")
	copied(r)
	if r.vault.secret != "" {
		t.Error("a secret was made of no account")
	}

	r = opened(t, rigOptions{params: log, vault: &fakeVault{secret: theSecret}, settings: hears}, metrics.Today)
	r.showPreferences()
	r.tap("Copy diagnostics")
	copied(r)
	r.tap("Copy path")
	if got := r.app.Clipboard().Content(); got != r.DataDir {
		t.Errorf("copied %q", got)
	}
}

func TestThePackageIsTheOneThatTheProgramCameIn(t *testing.T) {
	debian := func(path string) bool { return path == "/etc/debian_version" }
	none := func(string) bool { return false }
	for _, tt := range []struct {
		program string
		exists  func(string) bool
		want    string
	}{
		{"/usr/bin/exotel-monitor", debian, "deb"},
		{"/usr/lib/exotel-monitor/exotel-monitor", none, "rpm"},
		{"/home/me/exotel-monitor/exotel-monitor", debian, "tar"},
		{"/usr/local/bin/exotel-monitor", debian, "tar"},
	} {
		if got := packagingOf(tt.program, tt.exists); got != tt.want {
			t.Errorf("%s: %s", tt.program, got)
		}
	}
}

func TestTheTrayTellsOfANewerVersion(t *testing.T) {
	r := heard(t, nil)
	app := &trayApp{App: r.app}
	read := 0
	tr := newTray(app, func(string) {}, trayActions{now: func() time.Time { return testNow }, news: func() { read++ }})
	const item = "Exotel Monitor 1.3.0 is available"
	if app.item(item) != nil || app.item("Settings") == nil {
		t.Error("the menu is another")
	}
	tr.SetUpdate("1.3.0")
	app.item(item).Action()
	if tr.SetUpdate(""); app.item(item) != nil || read != 1 {
		t.Error("it goes on telling")
	}
}
