//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"exotel-monitor/exotel/exoteltest"
)

// A first run: the wrong keys, the right ones, the figures; the next start asks
// for nothing; and forgotten keys are gone.
func TestAccountInTheKeyring(t *testing.T) {
	t.Parallel()
	address, yesterday := account(t)
	d := newDesktop(t, true)
	s := d.screen

	p := d.open([]string{"EXOTEL_SUBDOMAIN=" + address}, "--rate-limit", "0")
	s.sees("Connect your Exotel account")
	s.enter(accountKey)
	s.press("Tab")
	s.enter("a wrong token")
	s.press("Tab")
	s.enter(accountSID)
	s.click("Test connection", 0)
	s.sees("Exotel refused the API key or token")
	if _, found := d.stored(); found {
		t.Error("wrong keys were stored")
	}
	s.click("API token", 160)
	s.press("ctrl+a")
	s.enter(accountToken)
	s.click("Test connection", 0)
	s.sees("Connected to")
	s.picture("connect")
	s.click("Connect", 0)

	s.sees("Calls by hour")
	s.press("y")
	d.showsSampleDay(yesterday)
	s.picture("dashboard-light")
	s.clickTop("Missed") // the calls behind a figure, and what a caller did before
	s.sees("271 calls")
	s.sees("First seen")
	s.press("End")
	s.settled()
	s.picture("calls")
	s.press("Escape")
	d.showsSampleDay(yesterday)
	if secret, _ := d.stored(); !strings.Contains(secret, accountToken) {
		t.Error("the keyring does not hold the account")
	}
	s.press("3")
	s.sees("Calls by day")
	s.sees("30 days")
	s.settled()
	s.picture("days-light")
	s.press("ctrl+4")
	s.sees("Everything Exotel still has is saved")
	s.settled()
	s.picture("data")
	p.quit()
	d.keepsSecrets()

	p = d.open([]string{"FYNE_THEME=dark"}, "--rate-limit", "0")
	s.sees("Calls by hour")
	s.press("y")
	d.showsSampleDay(yesterday)
	s.picture("dashboard-dark")
	s.press("ctrl+5")
	s.sees("Account time zone")
	s.picture("settings")
	s.do("mousemove", "600", "400", "click", "--repeat", "200", "--delay", "2", "5")
	s.sees("Copy diagnostics")
	s.settled()
	s.click("Remove keys", 0)
	s.sees("Remove the account's keys")
	s.press("Tab") // from Cancel; the button below the question has the same words
	s.press("Return")
	s.sees("Connect your Exotel account")
	if _, found := d.stored(); found {
		t.Error("the forgotten account is still in the keyring")
	}
	p.quit() // while a field has the focus

	p = d.open(nil)
	s.sees("Connect your Exotel account")
	p.close()
	d.keepsSecrets()
}

// Without a Secret Service the keys serve this run and are written nowhere.
func TestWithoutKeyring(t *testing.T) {
	t.Parallel()
	address, yesterday := account(t)
	d := newDesktop(t, false)
	s := d.screen

	p := d.open([]string{"EXOTEL_SUBDOMAIN=" + address})
	s.sees("No usable keyring found")
	s.picture("no-keyring")
	s.enter(accountKey)
	s.press("Tab")
	s.enter(accountToken)
	s.press("Tab")
	s.enter(accountSID)
	s.press("Return")
	s.sees("Use the keys until you quit?")
	s.picture("this-run-only")
	s.click("Use until I quit", 0)
	s.sees("Calls by hour")
	s.press("y")
	d.showsSampleDay(yesterday)
	p.quit()
	d.keepsSecrets()

	p = d.open(nil)
	s.sees("No usable keyring found")
	p.close()
}

// Days that were looked at are there without Exotel, also after a restart.
func TestOfflineAfterARestart(t *testing.T) {
	t.Parallel()
	fake, address, yesterday := servedAccount(t)
	d := newDesktop(t, false)
	s := d.screen
	env := accountEnv(address)
	p := d.open(env, "--rate-limit", "0")
	s.press("y")
	day := d.showsSampleDay(yesterday)
	p.quit()

	fake.SetFaults(exoteltest.Faults{FailStatus: http.StatusForbidden})
	p = d.open(env, "--rate-limit", "0")
	s.sees("allowed from here") // today is not known
	s.press("y")
	back := false
	until(t, "to see the same day", func() bool {
		if !back && d.showsDay(day.AddDate(0, 0, 1)) { // the account's midnight has passed
			back = true
			s.press("Left")
		}
		return d.showsDay(day)
	})
	d.showsSampleFigures()
	p.quit()
	d.keepsSecrets()
}

// The demo account needs nothing and is there at once. The same session is what
// `make race` puts the program through. It runs alone, because it measures.
func TestDemo(t *testing.T) {
	d := newDesktop(t, false)
	s := d.screen

	p := d.open(nil, "--demo")
	s.sees("Updated")
	foot := s.findAll("Updated")[0].Inset(-8) // "Updated 14:22:33 (just now)", whatever the hour
	foot.Min.X, foot.Max.X = 0, 1280          // the word moves when there are more calls
	for _, key := range []string{"y", "7", "t", "ctrl+2", "ctrl+3", "ctrl+4", "ctrl+5", "ctrl+1", "r", "Left", "Right", "p"} {
		s.press(key)
	}
	s.sees("paused")
	s.press("p")
	s.click("Yesterday", 0)
	s.sees("all day")
	s.click("All directions", 0)
	s.click("Outbound, API", 0)
	until(t, "the direction to be chosen", func() bool { return s.shows("All statuses") && !s.shows("All directions") })
	s.press("x")
	s.sees("All directions")
	s.press("question")
	s.sees("Clear the filters")
	s.press("Escape")
	p.quit()

	start := time.Now()
	p = d.open(nil, "--demo")
	window := time.Since(start)
	until(t, "the first figures", func() bool {
		return strings.Contains(s.quick(foot), "Updated")
	})
	t.Logf("the demo's window after %v, its figures after %v", window.Round(10*time.Millisecond), time.Since(start).Round(10*time.Millisecond))
	p.quit()
}

// Without a display the program reports and serves.
func TestWithoutDisplay(t *testing.T) {
	t.Parallel()
	address, yesterday := account(t)
	d := &desktop{t: t, home: t.TempDir(), out: t.ArtifactDir()}
	d.env = append(accountEnv(address), "HOME="+d.home, "PATH="+os.Getenv("PATH"), "TZ=America/New_York", "GORACE="+os.Getenv("GORACE"))
	day := yesterday.Format(time.DateOnly)

	if out := headless(t, d.env, "--version"); !strings.HasPrefix(out, "exotel-monitor ") {
		t.Errorf("--version: %q", out)
	}
	if out := headless(t, d.env, "--help"); !strings.Contains(out, "report --start") {
		t.Errorf("--help: %q", out)
	}
	report := headless(t, d.env, "report", "--start", day, "--end", day)
	for _, line := range []string{"Calls 1,247", "Answer rate 78.3%", "Average duration 2m 14s", "Peak hour 11:00", "Missed 271"} {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(line), " ", " +")
		if !regexp.MustCompile(`(?m)^` + pattern + `$`).MatchString(report) {
			t.Errorf("the report lacks %q:\n%s", line, report)
		}
	}

	p := d.spawn(nil, programPath(t), "serve", "--api", "127.0.0.1:0")
	serving := regexp.MustCompile(`serving (http://\S+)`)
	until(t, "the server's address", func() bool { return p.hasEnded() || serving.MatchString(p.log()) })
	found := serving.FindStringSubmatch(p.log())
	if found == nil {
		t.Fatalf("no address:\n%s", p.log())
	}
	checkServed(t, found[1]+"/range?"+url.Values{"start": {day}, "end": {day}}.Encode())
	p.cmd.Process.Signal(syscall.SIGTERM)
	p.mustEnd()
	d.keepsSecrets()
}

func checkServed(t *testing.T, address string) {
	t.Helper()
	client := http.Client{Timeout: patience}
	response, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	type figures struct {
		TotalCalls, Answered, Missed, Busy, Failed int
		AnswerRate, AvgDuration, PeakHour          string
		HourlyDistribution                         [24]int
	}
	var answer struct{ Metrics figures }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v", response.Status, err)
	}
	guide := figures{
		TotalCalls: 1247, Answered: 976, Missed: 189, Busy: 52, Failed: 30,
		AnswerRate: "78.3%", AvgDuration: "2m 14s", PeakHour: "11:00",
		HourlyDistribution: [24]int{12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0},
	}
	if answer.Metrics != guide {
		t.Errorf("served\n%+v, the guide says\n%+v", answer.Metrics, guide)
	}
}
