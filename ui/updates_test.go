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
	"exotel-monitor/ui/uitest/sample"
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
	r.T.Helper()
	r.until("word of the newer version", func() bool { return !r.updates.Looked.IsZero() })
}

func TestANewerVersionIsToldOfQuietly(t *testing.T) {
	r, _ := announced(t, "1.3.0", nil)
	r.untilNews()
	r.picture("news", fyne.NewSize(1280, 800))
	_, app := r.counted()
	r.Tap("Download")
	if want := []string{"https://example.com/releases"}; !slices.Equal(app.browser, want) {
		t.Errorf("the browser shows %q", app.browser)
	}
	app.err = errors.New("no xdg-open")
	r.Tap("Download")
	if !r.Shows("The browser could not be opened.") || app.Clipboard().Content() != "https://example.com/releases" {
		t.Error("a browser that does not open is not told of")
	}
	r.Press(fyne.KeyEscape)
	r.Tap("See what is new")
	if !r.Shows("- Alerts open from notifications\n- Faster") {
		t.Error("it does not say what is new")
	}
	r.picture("news_notes", fyne.NewSize(900, 700))
	r.Tap("Skip this version")
	if r.Shows("is available") || r.changed.UpdateSkip != "1.3.0" || len(r.saved) > 0 {
		t.Errorf("it still tells; %q is kept", r.changed.UpdateSkip)
	}
	r.applyUpdate(&update.Release{Version: "1.4.0"}, nil)
	if !r.Shows("Exotel Monitor 1.4.0 is available") {
		t.Error("it does not tell of the next")
	}
	if err := r.changeSettings(config.Default()); err != nil || r.Settings.UpdateSkip != "1.3.0" {
		t.Errorf("saving other settings forgets what was skipped: %q, %v", r.Settings.UpdateSkip, err)
	}
	if r.idle(); !r.Shows("Exotel Monitor 1.4.0 is available") {
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
		if r.Shows("is available") {
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
	r.Tap("Check now") // which is a wish
	r.until("the answer", func() bool { return r.Shows("1.3.0 is available.") })
	r.Tap("See what is new")
	if !r.Shows("Faster") || asked.Load() != 1 {
		t.Errorf("it looked %d times", asked.Load())
	}
	r.Press(fyne.KeyEscape)
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
	field := r.Field("Update feed URL")
	if !field.Disabled() || field.Text != feed || !r.Shows("Set by EXOTEL_UPDATE_FEED.") {
		t.Errorf("the field holds %q", field.Text)
	}
	r.Tap("Check now")
	r.until("the answer", func() bool { return r.Shows("1.3.0 is available.") })
	r.preferences.Save()
	if got := r.saved[len(r.saved)-1].UpdateFeed; got != "https://example.com/other.json" || asked.Load() != 1 {
		t.Errorf("saved %q; it looked %d times", got, asked.Load())
	}
}

// TestAFailureKeepsWhatWasFound before.
func TestAFailureKeepsWhatWasFound(t *testing.T) {
	r, _ := announced(t, "1.3.0", nil)
	r.untilNews()
	r.applyUpdate(nil, errors.New("the feed is gone"))
	if !r.Shows("Exotel Monitor 1.3.0 is available") {
		t.Error("it is told of no more")
	}
}

func TestADiagnosisIsCopiedFromEveryScreen(t *testing.T) {
	copied := func(r *rig) {
		t.Helper()
		r.until("the word of it", func() bool { return r.Shows("Copied. Versions, settings and the last errors") })
		text := r.app.Clipboard().Content()
		for _, want := range []string{"version: 1.2.0\n", "a line of the log"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
		for _, secret := range []string{sample.Secret, r.vault.secret} {
			if secret != "" && strings.Contains(text, secret) {
				t.Errorf("a secret is in\n%s", text)
			}
		}
		r.app.Clipboard().SetContent("")
	}
	log := func(p *Params) {
		p.LogTail = func(int) []string { return []string{"a line of the log, " + sample.Secret} }
	}
	hears := func(s *config.Settings) {
		s.Health.PullMinutes, s.FillPaused = 0, true
		s.Health.Webhook, s.Health.Address, s.Health.PublicURL = true, "127.0.0.1:1", "https://calls.example.app"
	}
	r := newRig(t, rigOptions{params: log, settings: hears}).firstRun()
	r.window.Canvas().Unfocus()
	r.Enter("?")
	r.Tap("Copy diagnostics")
	copied(r)
	if r.vault.secret != "" {
		t.Error("a secret was made of no account")
	}

	r = opened(t, rigOptions{params: log, vault: &fakeVault{secret: sample.Secret}, settings: hears}, metrics.Today)
	r.showPreferences()
	r.Tap("Copy diagnostics")
	copied(r)
	r.Tap("Copy path")
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
	tr := newTray(app, func(string) {}, trayActions{now: func() time.Time { return sample.Now }, news: func() { read++ }})
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
