package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/heartbeat/webhook"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/uitest/sample"
)

// heard is a rig over an account whose numbers are asked for, or not.
func heard(t *testing.T, health func(*config.Settings)) *rig {
	t.Helper()
	r := opened(t, rigOptions{settings: func(s *config.Settings) {
		s.Health.PullMinutes = 5
		if health != nil {
			health(s)
		}
	}}, metrics.Today)
	r.until("the health", func() bool { return r.watched.Health.Level == heartbeat.OK })
	return r
}

// beat hands the watch a heartbeat, one second after the last.
func (r *rig) beat(level, incoming string) {
	r.T.Helper()
	r.beats++
	at := sample.Now.Add(time.Duration(r.beats-100) * time.Second)
	body := fmt.Sprintf(`{"timestamp":%q,"status_type":%q,"incoming_affected":%s,"outgoing_affected":null,"data":{}}`, at.Format(time.RFC3339), level, incoming)
	if !r.parts().Monitor.Heartbeat([]byte(body)) {
		r.T.Fatal("refused")
	}
	r.until("the heartbeat", func() bool { return r.watched.Health.Level.String() == level })
}

func TestAskedForNumbersAreShown(t *testing.T) {
	r := heard(t, nil)
	if !r.Shows("All 6 numbers up, both directions") || !r.Shows("Collections") {
		t.Error("the strip does not say so")
	}
}

func TestACheckThatFindsAFirstFaultSaysSo(t *testing.T) {
	r := heard(t, nil)
	phone := r.account.Phones()[0]
	phone.Incoming = "major_outage"
	r.account.SetPhone(phone)
	r.showAlerts()
	r.pull()
	r.until("the first fault", func() bool { return r.Shows("1 line failed, confirming…") })
	if r.showDashboard(); !r.Shows("1 line failed, confirming…") || r.Shows("6 of 6 numbers") {
		t.Error("the strip does not say so")
	}
	if r.showPhone(exotel.NumberKey(phone.Number)); !r.Shows("failed, confirming…") {
		t.Error("the number's page does not say so")
	}
	r.pull()
	r.until("the fault", func() bool { return r.watched.Health.Level == heartbeat.Warning })
}

func TestAWarningIsShownToldAndAcknowledged(t *testing.T) {
	r := heard(t, nil)
	r.beat("WARNING", `["08040000001"]`)
	r.until("the notification", func() bool { return len(r.told.all()) == 1 })
	if m := r.told.all()[0]; !strings.HasPrefix(m.Title, "WARNING: incoming down on 1 of 6 numbers") || m.Urgent {
		t.Errorf("told %+v", m)
	}
	if !r.Shows("1 of 6 numbers down, incoming") || !r.Shows("Alerts · 1 open") {
		t.Error("the window does not say so")
	}
	r.Enter("a")
	r.until("the acknowledgement", func() bool { return !r.watched.Alert.Acknowledged.IsZero() })
	if !r.Shows("Acknowledged") {
		t.Error("it does not say that it is acknowledged")
	}
}

func TestNotificationsAreInTheUsersLanguage(t *testing.T) {
	speak := func(texts string) {
		if err := lang.AddTranslationsForLocale([]byte(texts), "en"); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { speak(`{"incoming down on %s": "incoming down on %s", "Open": "Open"}`) }) // after the window was closed
	speak(`{"incoming down on %s": "eingehend kaputt: %s", "Open": "Öffnen"}`)
	r := heard(t, nil)
	r.beat("WARNING", `["08040000001"]`)
	r.until("the notification", func() bool { return len(r.told.all()) == 1 })
	if m := r.told.all()[0]; m.Title != "WARNING: eingehend kaputt: 1 of 6 numbers" || m.OpenLabel != "Öffnen" {
		t.Errorf("told %+v", m)
	}
}

func TestTheAlertCentreAndAPhonesHistoryReadTheRecord(t *testing.T) {
	r := heard(t, nil)
	r.beat("WARNING", `["08040000001"]`)
	r.Control(fyne.Key3)
	r.until("the list", func() bool { return r.Shows("Incoming down on Support main") && r.Shows("1 alert") })
	r.showDashboard()
	r.dashboard.Actions.Health.OpenPhone("8040000001")
	r.until("the history", func() bool { return r.phone != nil && r.Shows("Incidents, last 30 days") })
	r.Press(fyne.KeyEscape)
	if !r.onDashboard || r.phone != nil {
		t.Error("Escape does not go back")
	}
}

func TestARecordThatCannotBeUsedKeepsNobodyFromWatching(t *testing.T) {
	r := opened(t, rigOptions{settings: func(s *config.Settings) { s.Health.PullMinutes = 5 }, dataDir: func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "accounts"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}}, metrics.Today)
	r.until("the health", func() bool { return r.watched.Health.Level == heartbeat.OK })
	if r.watched.RecordErr == nil {
		t.Error("it does not say that nothing is recorded")
	}
	if !r.Shows("Incidents cannot be recorded: ") || !r.Shows("OK") {
		t.Error("the dashboard does not say so")
	}
}

func TestASecondCopyShowsWhatIsStoredWhenExotelIsAwayToo(t *testing.T) {
	r := sampleRig(t)
	account, _ := r.heldElsewhere()
	r.account.SetFaults(exoteltest.Faults{Delay: patience})
	r.start(account, r.Settings)
	r.showDashboard()
	r.Tap("Yesterday")
	r.until("the stored figures", func() bool { return r.Shows("1,247") })
	r.Control(fyne.Key4)
	r.until("the word", func() bool {
		return r.Shows("Another Exotel Monitor is using this account; use or quit that one.")
	})
	if r.Shows("of these calls aren't saved to disk") {
		t.Error("the stored calls are called new")
	}
}

func TestARecordThatCannotBeWrittenIsShownAndLastsNoLonger(t *testing.T) {
	r := heard(t, nil)
	r.beat("WARNING", `["08040000001"]`)
	r.until("the alert", func() bool { return r.watched.Alert != nil })
	connected := r.session.account
	r.endSession()
	lock := account.FilesOf(connected, r.DataDir).Record + ".lock"
	if err := errors.Join(os.Remove(lock), os.Mkdir(lock, 0o700)); err != nil {
		t.Fatal(err)
	}
	r.start(connected, r.Settings)
	r.until("the health", func() bool { return r.watched.Health.Level == heartbeat.OK })
	alerts, err := r.parts().Journal.Alerts(t.Context(), journal.Filter{}, 9)
	if err != nil || len(alerts) != 1 || alerts[0].Closed.IsZero() || r.watched.Alert != nil {
		t.Errorf("%+v, %v, lasting: %+v", alerts, err, r.watched.Alert)
	}
}

// The first copy tells, and once is enough.
func TestASecondCopyShowsEverythingAndTellsNothing(t *testing.T) {
	r := heard(t, nil)
	account, other := r.heldElsewhere()
	r.start(account, r.Settings)
	r.showDashboard()
	r.idle()
	if r.dashboard.Shown.Summary == nil {
		t.Error("there are no figures")
	}
	r.until("the health", func() bool { return r.watched.Health.Level == heartbeat.OK })
	if !errors.Is(r.watched.RecordErr, file.ErrInUse) || r.Shows("cannot be recorded") {
		t.Errorf("got %v", r.watched.RecordErr)
	}
	opened := &alert.Alert{Level: heartbeat.Critical, Worst: heartbeat.Critical, Opened: sample.Now, Announced: true, NotifiedAt: sample.Now}
	err := journal.New(other).Save(t.Context(), &alert.Policy{}, alert.Decision{Updates: []*alert.Update{{Alert: opened}}})
	if err != nil {
		t.Fatal(err)
	}
	r.until("the other's alert", func() bool { return r.watched.Alert != nil && r.watched.Alert.ID == opened.ID })
	r.beat("WARNING", `["08040000001"]`)
	r.Control(fyne.Key3)
	r.until("the list", func() bool { return r.Shows("1 alert") })
	if !r.Shows("Another Exotel Monitor records alerts") {
		t.Error("nobody says why they cannot be acknowledged")
	}
	alerts, err := r.parts().Journal.Alerts(t.Context(), journal.Filter{}, 9)
	if told := r.told.all(); err != nil || len(alerts) != 1 || alerts[0].Worst != heartbeat.Critical || len(told) != 0 {
		t.Errorf("recorded %+v, %v, told %+v", alerts, err, told)
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func TestAnExposedWebhookHasASecretFromTheKeyring(t *testing.T) {
	address := freePort(t)
	r := heard(t, func(s *config.Settings) {
		s.Health.Webhook, s.Health.Address, s.Health.PublicURL = true, address, "https://name.example.com"
	})
	r.until("the listener", func() bool { return r.receptionState().Listening == address })
	if r.vault.secret == "" {
		t.Fatal("no secret was kept")
	}
	for path, want := range map[string]int{webhook.PathFor(r.vault.secret): http.StatusOK, webhook.Path: http.StatusNotFound} {
		response, err := http.Post("http://"+address+path, "application/json", strings.NewReader(`{"status_type":"OK"}`))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: %d", strings.ReplaceAll(path, r.vault.secret, "<secret>"), response.StatusCode)
		}
	}
}

func TestARenewedSecretIsInForceAtOnce(t *testing.T) {
	address := freePort(t)
	r := heard(t, func(s *config.Settings) {
		s.Health.Webhook, s.Health.Address, s.Health.PublicURL = true, address, "https://name.example.com"
	})
	r.until("the listener", func() bool { return r.receptionState().Listening == address })
	r.showPreferences()
	old, fresh := r.vault.secret, ""
	r.askSecret(true, func(secret string, err error) { fresh = secret })
	r.until("the new secret", func() bool { return fresh != "" && r.receptionState().Listening == address })
	if url, err := r.session.work.Reception().URL(); err != nil || !strings.HasSuffix(url, fresh) || fresh == old {
		t.Errorf("%v", err)
	}
	if r.preferences == nil {
		t.Error("the settings are left")
	}
}

func TestAnUnknownSSHServerIsAskedAbout(t *testing.T) {
	for answer, want := range map[string]bool{"Don't connect": false, "Key matches, connect": true} {
		r := opened(t, rigOptions{}, metrics.Today)
		got := make(chan bool, 1)
		r.questions.Go(func() { got <- r.confirmServer(r.ctx, "ssh.example.com", "SHA256:abc") })
		r.until("the question", r.HasOverlay)
		if !r.Shows("SHA256:abc") {
			t.Error("the fingerprint is not shown")
		}
		r.Tap(answer)
		if yes := <-got; yes != want {
			t.Errorf("%s: %v", answer, yes)
		}
	}
}

// TestAnUnansweredQuestionAboutAServerIsANo: however it is taken away.
func TestAnUnansweredQuestionAboutAServerIsANo(t *testing.T) {
	for name, leave := range map[string]func(*rig){
		"Escape":         func(r *rig) { r.Press(fyne.KeyEscape) },
		"another screen": func(r *rig) { r.showAlerts() },
	} {
		r := opened(t, rigOptions{}, metrics.Today)
		got := make(chan bool, 1)
		r.questions.Go(func() { got <- r.confirmServer(r.ctx, "ssh.example.com", "SHA256:abc") })
		r.until("the question", r.HasOverlay)
		leave(r)
		answer := ""
		r.until(name+": the answer", func() bool {
			select {
			case yes := <-got:
				answer = fmt.Sprint(yes)
			default:
				time.AfterFunc(time.Millisecond, func() { r.box.post(func() {}) })
			}
			return answer != ""
		})
		if answer != "false" {
			t.Errorf("%s: %s", name, answer)
		}
	}
}

// TestARestartShowsTheScreenAnew: what is on the screen is the new session's.
func TestARestartShowsTheScreenAnew(t *testing.T) {
	for name, show := range map[string]func(*rig){
		"dashboard": func(r *rig) { r.showDashboard() }, "phone": func(r *rig) { r.showPhone("8040000001") },
	} {
		r := heard(t, nil)
		show(r)
		r.restart()
		r.until("the health", func() bool { return r.watched.Health.Level == heartbeat.OK })
		r.beat("CRITICAL", `["08040000001"]`)
		if !r.onDashboard || !r.Shows("CRITICAL") {
			t.Errorf("%s: an old screen stayed", name)
		}
	}
	r := heard(t, nil)
	r.showAlerts()
	old := r.alerts
	r.restart()
	if r.alerts == nil || r.alerts == old {
		t.Error("the old alerts stayed")
	}
	r.showPreferences()
	form := r.preferences
	r.restart()
	if r.preferences != form {
		t.Error("the settings are left")
	}
}

func TestATakenPortIsSaidOutsideTheSettings(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	r := heard(t, func(s *config.Settings) { s.Health.Webhook, s.Health.Address = true, listener.Addr().String() })
	r.until("the trouble", func() bool { return r.Shows("Heartbeats are not received: ") })
	if !r.Shows("OK") || r.watched.Health.Level != heartbeat.OK {
		t.Error("the level is another")
	}
	r.showPreferences()
	if r.Shows("Starting…") {
		t.Error("the settings know less than the dashboard")
	}
}

func TestALockedKeyringIsSaidOutsideTheSettings(t *testing.T) {
	r := newRig(t, rigOptions{env: true, vault: &fakeVault{ask: func(context.Context) error { return config.ErrLocked }}, settings: func(s *config.Settings) {
		s.Health.Webhook, s.Health.Address, s.Health.PublicURL = true, freePort(t), "https://name.example.com"
	}})
	r.until("the trouble", func() bool { return r.onDashboard && r.Shows("Heartbeats are not received: ") })
	r.showPreferences()
	if r.Shows("Starting…") || r.receptionState().Err == nil {
		t.Error("the settings know less than the dashboard")
	}
	r.restart()
	if r.receptionState().Err != nil {
		t.Error("the trouble outlives its session")
	}
}

func TestASnoozeIsShownAndEndsOnTheDashboard(t *testing.T) {
	r := heard(t, nil)
	until := sample.Now.Add(2 * time.Hour)
	r.snooze(until)
	r.until("the snooze", func() bool { return r.Shows("Snoozed until 16:22") })
	r.Enter("z")
	r.beat("WARNING", `["08040000001"]`)
	if !r.watched.SnoozedUntil.Equal(until) {
		t.Errorf("Z made it %v", r.watched.SnoozedUntil)
	}
	r.Tap("End snooze")
	r.until("the end", func() bool { return !r.Shows("Snoozed") })
	r.Enter("z")
	r.until("the snooze", func() bool { return r.Shows("Snoozed until 14:52") })
	r.dashboard.Tick(sample.Now.Add(time.Hour), time.Time{})
	if r.Shows("Snoozed") || r.Shows("End snooze") {
		t.Error("a snooze that ran out still shows")
	}
}

// written is a file that notes what becomes of it.
type written struct {
	bytes.Buffer
	closed int
	fails  error
}

func (f *written) Close() error {
	f.closed++
	return f.fails
}

func TestAnExportIsWrittenWholeOrSaysWhyNotAndClosesItsFile(t *testing.T) {
	full := errors.New("the stick was pulled out")
	for name, c := range map[string]struct {
		before func(*rig)
		fails  error
		says   string
		rows   int
	}{
		"all is well":                {func(*rig) {}, nil, "Saved 1 incident", 2},
		"the record is not open yet": {func(r *rig) { r.session.work = account.New(account.Options{}) }, nil, "The file is incomplete: The ExoPhones are not watched yet", 0},
		"the file cannot be closed":  {func(*rig) {}, full, "The file is incomplete: The stick was pulled out.", 2},
	} {
		t.Run(name, func(t *testing.T) {
			r := heard(t, nil)
			r.beat("WARNING", `["08040000001"]`)
			r.until("the alert", func() bool { return r.watched.Alert != nil && r.watched.Revision > 0 })
			c.before(r)
			file := &written{fails: c.fails}
			r.exportAlertsTo(file, journal.Filter{}, sample.Now)
			r.until("the word", func() bool { return r.Shows(c.says) })
			if rows := strings.Count(file.String(), "\n"); rows != c.rows || file.closed != 1 {
				t.Errorf("%d rows, closed %d times", rows, file.closed)
			}
		})
	}
}

func TestNoFileIsAskedForBeforeTheRecordIsOpen(t *testing.T) {
	r := heard(t, nil)
	r.showAlerts()
	r.session.work = account.New(account.Options{})
	r.exportAlerts(journal.Filter{})
	if !r.Shows("The ExoPhones are not watched yet; try again in a moment.") {
		t.Error("it does not say so")
	}
	if r.Shows("exotel-incidents-") {
		t.Error("it asks for a file")
	}
}

func TestASessionWhoseDiskHangsIsClosedWithinABound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, err := newTestClient(config.Credentials{BaseURL: "http://localhost", SID: "s", Key: "k", Token: "t"}, config.Default())
		if err != nil {
			t.Fatal(err)
		}
		s := &session{client: client, log: slog.New(slog.DiscardHandler), cancel: func() {}}
		hung := make(chan struct{})
		s.running.Go(func() { <-hung })
		began := time.Now()
		s.Close()
		if took := time.Since(began); took != closeWait {
			t.Errorf("it took %v", took)
		}
		close(hung)
	})
}

func TestEscapeClosesTheQuestionForAFile(t *testing.T) {
	r := heard(t, nil)
	r.showAlerts()
	r.exportAlerts(journal.Filter{})
	if !r.HasOverlay() {
		t.Fatal("no question")
	}
	r.Press(fyne.KeyEscape)
	if r.HasOverlay() {
		t.Error("it stayed")
	}
}

func TestAPhonesHistoryBeginsAtItsWayBack(t *testing.T) {
	r := heard(t, nil)
	r.showPhone("8040000001")
	if r.window.Canvas().Focused() != r.phone.Back {
		t.Error("the focus is elsewhere")
	}
}

var _ desktop.App = (*trayApp)(nil)

func TestATestNotificationSaysWhatBecameOfIt(t *testing.T) {
	r := heard(t, nil)
	var state string
	r.tryNotification(func(d *journal.Delivery, err error) { state = fmt.Sprint(d.State, err) })
	r.until("the answer", func() bool { return state != "" })
	if state != "accepted<nil>" {
		t.Error(state)
	}
}

// TestABusyWindowIsToldOfTheNewestOnly: what came before is out of date.
func TestABusyWindowIsToldOfTheNewestOnly(t *testing.T) {
	var posted []func()
	var shown []int
	tell := newestOnly(func(f func()) { posted = append(posted, f) }, func(n int) { shown = append(shown, n) })
	for n := range 5 {
		tell(n)
	}
	if len(posted) != 1 {
		t.Fatalf("%d wait for the window", len(posted))
	}
	posted[0]()
	tell(5)
	posted[1]()
	if !slices.Equal(shown, []int{4, 5}) {
		t.Errorf("shown: %v", shown)
	}
}
