package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/uitest/sample"
)

// sampleCalls is the guide's day in the account.
var sampleCalls = exoteltest.SampleDay(sample.Day.In(exotel.India), nil)

// firstRun waits for the question for an account.
func (r *rig) firstRun() *rig {
	r.T.Helper()
	r.until("the question for an account", func() bool { return r.connect != nil })
	return r
}

// fillIn types an account into the form.
func (r *rig) fillIn(c config.Credentials) {
	r.T.Helper()
	regions := map[string]string{exotel.Singapore: "Singapore", exotel.Mumbai: "Mumbai"}
	r.Tap(regions[c.BaseURL])
	r.Fill("API key", c.Key)
	r.Fill("API token", c.Token)
	r.Fill("Account SID", c.SID)
}

func TestFirstRun(t *testing.T) {
	var log bytes.Buffer
	r := newRig(t, rigOptions{calls: sampleCalls}).firstRun()
	r.Log = slog.New(slog.NewJSONHandler(&log, nil))
	if r.window.Canvas().Focused() != r.Field("API key") || r.session != nil {
		t.Error("the first run does not begin at the key")
	}

	r.Tap("Connect")
	if !r.Shows("API key, API token and account SID are all needed") || r.connect.Waiting {
		t.Errorf("an empty form: %q", r.Texts())
	}
	wrong := r.good
	wrong.Token = "wrong-token"
	r.fillIn(wrong)
	r.Tap("Test connection")
	if !r.Shows("Asking Exotel…") || r.CanTap("Connect") {
		t.Error("nothing tells that Exotel is asked")
	}
	r.until("the answer", func() bool { return !r.connect.Waiting })
	if !r.Shows("Exotel refused the API key or token (HTTP 401)") || !r.Shows("Check the API key and token") {
		t.Errorf("wrong token: %q", r.Texts())
	}
	wrong = r.good
	wrong.SID = "other1"
	r.fillIn(wrong)
	r.Tap("Connect")
	r.until("the answer", func() bool { return !r.connect.Waiting })
	if !r.Shows("Check the account SID") || r.vault.holds().SID != "" {
		t.Errorf("wrong SID: %q, stored %v", r.Texts(), r.vault.holds())
	}

	r.fillIn(r.good)
	r.Tap("Test connection")
	r.until("the answer", func() bool { return !r.connect.Waiting })
	if !r.Shows("Connected to ") || r.vault.saves != 0 || r.session != nil {
		t.Errorf("a test: %q, %d saves", r.Texts(), r.vault.saves)
	}
	key, token := r.Field("API key"), r.Field("API token")
	r.Tap("Connect")
	r.idle()
	if r.vault.holds() != r.good || r.vault.saves != 1 {
		t.Errorf("stored: %v in %d goes", r.vault.holds(), r.vault.saves)
	}
	if key.Text != "" || token.Text != "" {
		t.Error("the keys stay in a form that nobody sees")
	}
	r.Tap("Yesterday")
	r.idle()
	if !r.Shows("1,247") || !r.Shows("acme1 · Mumbai") || !r.Shows("UNKNOWN") {
		t.Error("the dashboard shows no figures")
	}
	r.close()
	for _, secret := range []string{"wrong-token", `"token"`, `"key"`} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has %s: %s", secret, log.String())
		}
	}
}

func TestStoredAccountOpensAtOnce(t *testing.T) {
	r := newRig(t, rigOptions{start: func(r *rig) { r.vault.stored = r.good }})
	r.idle()
	if r.session.account != r.good || r.connect != nil {
		t.Error(r.session.account)
	}
}

func TestEnvironmentWins(t *testing.T) {
	stored := func(r *rig) {
		r.vault.stored = config.Credentials{BaseURL: exotel.Singapore, SID: "stored1", Key: "k", Token: "t"}
	}
	r := newRig(t, rigOptions{env: true, start: stored})
	r.idle()
	if r.session.account != r.good {
		t.Errorf("opened %v", r.session.account)
	}
	// A part of it wins as well, and the rest is asked for.
	part := newRig(t, rigOptions{vault: &fakeVault{ask: func(context.Context) error { return config.ErrNoKeyring }}})
	part.Env = config.Credentials{BaseURL: exotel.Mumbai, SID: "acme1"}
	part.askKeyring()
	part.firstRun()
	if part.Field("Account SID").Text != "acme1" || part.Field("Address").Text != exotel.Mumbai || part.Field("API key").Text != "" {
		t.Errorf("asked with %q", part.readable())
	}
}

func TestLockedKeyring(t *testing.T) {
	v := &fakeVault{ask: locked}
	r := newRig(t, rigOptions{vault: v, start: func(r *rig) { r.vault.stored = r.good }})
	if !r.Shows("Waiting for the keyring") {
		t.Fatal("nothing says what is waited for")
	}
	r.Press(fyne.KeyTab)
	r.Enter("?") // the window lives meanwhile
	if !r.HasOverlay() {
		t.Error("the window does not hear keys")
	}
	r.Press(fyne.KeyEscape)
	r.Press(fyne.KeyTab, fyne.KeySpace) // the one button
	r.firstRun()
	if !r.Shows("The keyring was not unlocked") || r.session != nil {
		t.Errorf("says %q", r.Texts())
	}
	// The demo does not make it forget that the keyring can be asked again.
	r.Tap("Explore the demo account")
	r.idle()
	r.showConnect("")
	v.answers(nil)
	r.Tap("Try keyring again")
	r.idle()
	if r.session.account != r.good || r.endDemo != nil {
		t.Errorf("opened %v", r.session.account)
	}
	r.showConnect("")
	if r.locked {
		t.Error("the keyring was unlocked")
	}
}

// TestAKeyringWithoutADefaultIsNotOnlyLocked: unlocking would not help.
func TestAKeyringWithoutADefaultIsNotOnlyLocked(t *testing.T) {
	r := newRig(t, rigOptions{vault: &fakeVault{ask: func(context.Context) error {
		return fmt.Errorf("%w (%w: technical)", config.ErrLocked, config.ErrNoDefault)
	}}}).firstRun()
	if !r.Shows("has no default keyring yet") || r.Shows("technical") || !r.Shows("Try keyring again") {
		t.Errorf("says %q", r.Texts())
	}
}

// TestLateKeyringAnswer: who goes on to something else is not brought back by
// the keyring's late answer.
func TestLateKeyringAnswer(t *testing.T) {
	v := &fakeVault{ask: locked}
	r := newRig(t, rigOptions{vault: v, start: func(r *rig) { r.vault.stored = r.good }})
	r.Tap("Continue without it")
	r.firstRun()
	r.Tap("Explore the demo account")
	r.idle()
	release := make(chan struct{})
	v.answers(func(context.Context) error { <-release; return nil })
	r.showConnect("")
	r.Tap("Try keyring again")
	r.Control(fyne.Key1) // back to the demo
	close(release)
	r.until("the keyring's answer", func() bool { return !r.locked })
	if r.endDemo == nil || !r.onDashboard {
		t.Error("the keyring's late answer changed the account")
	}
}

// TestKeyringHasAMinute: a keyring that never answers is not waited for longer.
func TestKeyringHasAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		answers := make(chan error, 1)
		w := &Window{ctx: ctx, Params: Params{Post: func(f func()) { f() }}}
		began := time.Now()
		inBackground(w, ctx, config.UnlockWait, (&fakeVault{ask: locked}).Load,
			func(_ config.Credentials, err error) { answers <- err })
		if err := <-answers; !errors.Is(err, config.ErrLocked) {
			t.Error(err)
		}
		if took := time.Since(began); took != time.Minute {
			t.Errorf("waited %v", took)
		}
		w.questions.Wait()
	})
}

func TestNoKeyring(t *testing.T) {
	none := func(context.Context) error { return fmt.Errorf("%w (no bus)", config.ErrNoKeyring) }
	r := newRig(t, rigOptions{vault: &fakeVault{ask: none}}).firstRun()
	if !r.Shows("No usable keyring found") || !r.Shows("until you quit") {
		t.Errorf("says %q", r.Texts())
	}
	connect := func() {
		r.fillIn(r.good)
		r.Tap("Connect")
		r.until("the question", r.HasOverlay)
	}
	connect()
	if !r.Shows("Use the keys until you quit?") {
		t.Error("nothing offers to keep the keys for this run")
	}
	r.Press(fyne.KeyReturn) // Cancel has the focus
	if r.HasOverlay() || r.session != nil || !r.Shows("no keyring that can be used") {
		t.Error("after Cancel")
	}
	connect()
	r.Press(fyne.KeyTab, fyne.KeyReturn)
	r.idle()
	if r.session.account != r.good || r.vault.holds().SID != "" || len(r.saved) > 0 {
		t.Errorf("opened %v, stored %v", r.session.account, r.vault.holds())
	}
}

func TestSlowSaveIsNotWaitedFor(t *testing.T) {
	r := newRig(t, rigOptions{}).firstRun()
	r.vault.answers(locked)
	r.fillIn(r.good)
	r.Tap("Connect")
	r.until("the keyring", func() bool { return r.Shows("Saving to the keyring.") })
	r.Tap("Continue without it")
	r.until("the question", r.HasOverlay)
	r.Tap("Use until I quit")
	r.idle()
	if r.vault.saves != 0 {
		t.Error("stored all the same")
	}
}

func TestEnterTwiceConnectsOnce(t *testing.T) {
	r := newRig(t, rigOptions{faults: exoteltest.Faults{Delay: 20 * time.Millisecond}}).firstRun()
	r.fillIn(r.good)
	r.window.Canvas().Focus(r.Field("Account SID"))
	r.Press(fyne.KeyReturn, fyne.KeyReturn, fyne.KeyEnter)
	r.idle()
	if probes := r.account.Stats().ByPath["/v1/Accounts/acme1.json"]; probes != 1 || r.vault.saves != 1 {
		t.Errorf("%d probes, %d saves: %v", probes, r.vault.saves, r.account.Stats().ByPath)
	}
}

// TestLeavingTheFormDropsItsAnswer: a connection that works must not pull the
// user away from the account that was gone back to.
func TestLeavingTheFormDropsItsAnswer(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	session := r.session
	for name, leave := range map[string]func(){
		"Back":     func() { r.Tap("Back") },
		"shortcut": func() { r.Control(fyne.Key1) },
		"Escape": func() {
			r.Press(fyne.KeyEscape) // ends the test
			r.until("its end", func() bool { return !r.connect.Waiting })
			r.Press(fyne.KeyEscape) // goes back
		},
	} {
		r.showConnect("")
		token := r.Field("API token")
		if r.Field("Account SID").Text != "acme1" || r.Field("Address").Text != exotel.Mumbai {
			t.Errorf("%s: begins with %q", name, r.readable())
		}
		r.fillIn(r.good)
		r.Tap("Connect")
		leave()
		r.questions.Wait()
		r.box.drain()
		if r.session != session || !r.onDashboard || r.connect != nil || r.vault.saves != 0 {
			t.Errorf("%s: the form's answer was taken", name)
		}
		if token.Text != "" {
			t.Errorf("%s: the token stays in the form", name)
		}
	}
}

func TestCancelAConnectionTest(t *testing.T) {
	r := newRig(t, rigOptions{faults: exoteltest.Faults{Delay: time.Minute}}).firstRun()
	r.fillIn(r.good)
	r.Tap("Test connection")
	r.Tap("Cancel")
	r.until("the end", func() bool { return !r.connect.Waiting })
	if !r.Shows("Cancelled.") {
		t.Errorf("says %q", r.Texts())
	}
}

func TestDemo(t *testing.T) {
	r := newRig(t, rigOptions{demo: true})
	r.idle()
	if !r.Shows("Demo account") || r.dashboard.Shown.Summary.Calls() == 0 {
		t.Error("no demo")
	}
	r.showConnect("")
	if sid, address := r.Field("Account SID").Text, r.Field("Address").Text; sid != "" || address != exotel.Singapore {
		t.Errorf("the demo's address is offered for a real account: %q at %s", sid, address)
	}
	r.fillIn(r.good)
	r.Tap("Connect")
	r.until("the account", func() bool { return r.onDashboard && r.endDemo == nil })
	if !r.Shows("acme1 · Mumbai") {
		t.Error("still the demo")
	}
}

func TestForget(t *testing.T) {
	r := newRig(t, rigOptions{start: func(r *rig) { r.vault.stored = r.good }})
	r.idle()
	r.showPreferences()
	r.Tap("Remove keys")
	r.Tap("Cancel")
	if r.vault.holds() != r.good {
		t.Fatal("forgotten without a yes")
	}
	r.vault.answers(func(context.Context) error { return fmt.Errorf("%w (busy)", config.ErrLocked) })
	r.Tap("Remove keys")
	r.Tap("Remove keys")
	if !r.Shows("Opening the keyring.") {
		t.Error("nothing says that the keyring is asked")
	}
	r.until("the answer", func() bool { return !r.Shows("Opening the keyring.") })
	if !r.Shows("The keyring is locked") || r.session == nil || r.vault.holds() != r.good {
		t.Error("a locked keyring")
	}
	r.vault.answers(nil)
	r.Tap("Remove keys")
	r.Tap("Remove keys")
	r.firstRun()
	if r.session != nil || r.vault.holds().SID != "" || r.Field("Account SID").Text != "" {
		t.Errorf("after forgetting: %v", r.vault.holds())
	}
	for _, key := range []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.KeyF} {
		r.Control(key)
	}
	if r.connect == nil {
		t.Error("there is a way back to a forgotten account")
	}
}

// TestForgettingSaysThatTheEnvironmentRemembers: its account comes back.
func TestForgettingSaysThatTheEnvironmentRemembers(t *testing.T) {
	for name, named := range map[string]bool{"the environment names an account": true, "it names none": false} {
		r := newRig(t, rigOptions{start: func(r *rig) { r.vault.stored = r.good }})
		if r.idle(); named {
			r.Env = r.good
		}
		r.showPreferences()
		r.Tap("Remove keys")
		r.Tap("Remove keys")
		r.firstRun()
		if r.Shows("the next start will use it again") != named {
			t.Errorf("%s: it says %q", name, r.Texts())
		}
	}
}

// TestForgetAnswersLate: an account that was opened meanwhile stays.
func TestForgetAnswersLate(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	release := make(chan struct{})
	r.vault.answers(func(context.Context) error { <-release; return nil })
	r.showPreferences()
	r.Tap("Remove keys")
	r.Tap("Remove keys")
	r.openDemo()
	close(release)
	r.questions.Wait()
	r.box.drain()
	if r.endDemo == nil || !r.onDashboard {
		t.Error("the demo was closed")
	}
}

func TestSettings(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	before := r.session
	r.showPreferences()
	p := r.preferences
	for _, tt := range []struct {
		zone, interval, rate, want string
	}{
		{"Mars/Olympus", "60", "180", "That isn't a time zone we know."},
		{"Asia/Dubai", "often", "180", "whole numbers"},
		{"Asia/Dubai", "5", "180", "15"},
	} {
		r.Fill("Account time zone", tt.zone)
		r.Fill("Refresh every", tt.interval)
		r.Fill("Requests a minute", tt.rate)
		r.Tap("Save")
		if !strings.Contains(r.Texts(), tt.want) || len(r.saved) > 0 || r.session != before {
			t.Errorf("%+v: %q", tt, r.Texts())
		}
	}
	r.SaveSettings = func(config.Settings) error { return errors.New("the disk is full") }
	r.Fill("Refresh every", "30")
	r.Tap("Save")
	if !r.Shows("The disk is full.") || r.session != before {
		t.Errorf("says %q", r.Texts())
	}
	r.SaveSettings = func(s config.Settings) error { r.saved = append(r.saved, s); return nil }
	r.Tap("Indian number format (1,24,700)")
	r.Choose("24-hour", 1)
	r.window.Canvas().Focus(r.Field("Refresh every"))
	r.Press(fyne.KeyReturn)
	if r.preferences != p || !r.Shows("Saved.") {
		t.Error("the settings are left")
	}
	r.Press(fyne.KeyEscape)
	r.idle()
	want := config.Default()
	want.Zone, want.RefreshSeconds, want.IndianGrouping, want.Clock = "Asia/Dubai", 30, false, config.Clock12
	want.Health.PullMinutes, want.FillPaused = 0, true // as the rig has it
	if len(r.saved) != 1 || r.saved[0] != want || r.Settings != want {
		t.Errorf("saved %+v", r.saved)
	}
	if r.session == before || r.session.account != r.good || !r.Shows("UTC+4") || r.dashboard.Shown.Interval != 30*time.Second {
		t.Error("the settings are not in force")
	}
	if r.format.Grouping != metrics.Thousands || !r.Shows(" am ·") && !r.Shows(" pm ·") {
		t.Error("the grouping or the clock is not in force")
	}
}

// TestWhatCannotStart says why, and leaves a way on.
func TestWhatCannotStart(t *testing.T) {
	r := newRig(t, rigOptions{}).firstRun()
	demo, client := r.StartDemo, r.NewClient
	r.StartDemo = func(config.Settings) (config.Credentials, func(), error) {
		return config.Credentials{}, nil, errors.New("no free port")
	}
	r.Tap("Explore the demo account")
	if !r.Shows("No free port.") || r.session != nil {
		t.Errorf("says %q", r.Texts())
	}
	r.StartDemo = demo
	r.NewClient = func(config.Credentials, config.Settings) (*exotel.Client, error) {
		return nil, errors.New("bad zone")
	}
	for _, button := range []string{"Explore the demo account", "Test connection"} {
		r.fillIn(r.good)
		r.Tap(button)
		if !r.Shows("Bad zone.") || r.session != nil {
			t.Errorf("%s: says %q", button, r.Texts())
		}
	}
	r.NewClient = client
	r.Tap("Explore the demo account")
	r.idle()
}

// TestForgetFailsElsewhere: who has left the settings hears of it all the same.
func TestForgetFailsElsewhere(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	release := make(chan struct{})
	r.vault.answers(func(context.Context) error { <-release; return config.ErrLocked })
	r.showPreferences()
	r.Tap("Remove keys")
	r.Tap("Remove keys")
	r.showDashboard()
	close(release)
	r.until("the words", r.HasOverlay)
	if !r.Shows("The keyring is locked") || r.session == nil {
		t.Error("not said")
	}
	r.Press(fyne.KeyReturn)
	if r.HasOverlay() {
		t.Error("Enter does not close it")
	}
}

func TestAccountNames(t *testing.T) {
	c := config.Credentials{SID: "acme1"}
	for name, want := range map[string]string{"": "acme1", "acme1": "acme1", "Acme Ltd": "Acme Ltd (acme1)"} {
		if got := accountName(exotel.Account{Name: name}, c); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
	w := &Window{session: &session{}}
	for address, want := range map[string]string{
		exotel.Singapore: "acme1 · Singapore", exotel.Mumbai: "acme1 · Mumbai",
		"https://proxy.example:8443": "acme1 · proxy.example:8443", "": "acme1 · ",
	} {
		w.session.account = config.Credentials{SID: "acme1", BaseURL: address}
		if got := w.accountText(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q", address, got)
		}
	}
}

func TestDeletedDataIsGoneAndTheAccountGoesOn(t *testing.T) {
	r := sampleRig(t)
	folder := r.good.Folder(r.DataDir)
	if files, err := os.ReadDir(folder); err != nil || len(files) < 2 {
		t.Fatalf("before: %v, %v", files, err)
	}
	trace := filepath.Join(folder, "trace")
	if err := os.WriteFile(trace, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r.showData()
	r.Tap("Delete local data")
	if !r.HasOverlay() {
		t.Fatal("it does not ask")
	}
	r.Tap("Delete local data")
	if !r.Shows("Deleted.") {
		t.Error("it does not say that it is done")
	}
	r.Press(fyne.KeyEscape)
	r.idle()
	if _, err := os.Stat(trace); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was there is still there: %v", err)
	}
}
