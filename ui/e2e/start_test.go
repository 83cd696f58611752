//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// again starts the program once more in the same home, which must end well by
// itself.
func (d *desktop) again(args ...string) {
	d.t.Helper()
	start := time.Now()
	d.spawn(nil, programPath(d.t), args...).mustEnd()
	d.t.Logf("%q handed over after %v", args, time.Since(start).Round(10*time.Millisecond))
}

// hasFocus waits until keys reach the program's window.
func (d *desktop) hasFocus(p *program) {
	d.t.Helper()
	until(d.t, "the window in front", p.hasFocus)
}

// hasFocus reports whether keys reach the program's window.
func (p *program) hasFocus() bool {
	pid, err := p.d.run("xdotool", "getwindowfocus", "getwindowpid")
	return err == nil && strings.TrimSpace(pid) == strconv.Itoa(p.cmd.Process.Pid)
}

// windows are how many windows of the program are mapped.
func (d *desktop) windows() int {
	out, _ := d.run("xdotool", "search", "--onlyvisible", "--name", "^Exotel Monitor$") // it fails where there is none
	return len(strings.Fields(out))
}

// A second start brings the first window back from wherever it is, shows the
// screen of a link, and ends. It opens no second window, for the demo neither.
func TestSecondStartRaisesTheFirst(t *testing.T) {
	t.Parallel()
	address, _ := account(t)
	d := newDesktop(t, false)
	d.startPanel()
	s := d.screen
	p := d.open(accountEnv(address), "--rate-limit", "0")
	s.sees("Calls by hour")

	// From the tray.
	s.press("alt+F4")
	s.sees("keeps watching")
	s.press("Return")
	until(t, "the window to close", func() bool { return d.windows() == 0 })
	d.again()
	d.hasFocus(p)
	s.sees("Calls by hour")

	// From being minimised, to a screen.
	s.do("getactivewindow", "windowminimize")
	until(t, "the window to be minimised", func() bool { return d.windows() == 0 })
	d.again("exotel-monitor://alerts")
	d.hasFocus(p)
	s.sees("Check now")

	// From behind the window of another data folder, whatever account is wanted.
	other := d.open(nil, "--demo", "--data", d.folder("other"))
	d.hasFocus(other)
	d.again("--demo", "exotel-monitor://data")
	d.hasFocus(p)
	s.sees("Stored calls")
	if s.shows("Demo account") || d.windows() != 2 {
		t.Errorf("%d windows", d.windows())
	}
	other.cmd.Process.Signal(syscall.SIGTERM)
	other.mustEnd()

	d.again("exotel-monitor://alerts/4711")
	s.sees("Alert 4711 isn't in")
	d.again("exotel-monitor://nonsense") // leaves the screen as it is
	d.hasFocus(p)
	s.sees("Alert 4711 isn't in")
	p.quit()
	d.keepsSecrets()
}

// fails waits for a program that cannot start to end, and returns what it wrote.
func (p *process) fails() string {
	p.t.Helper()
	until(p.t, "the failed program to end", p.hasEnded)
	if p.err == nil {
		p.t.Errorf("%q ended well", p.cmd.Args)
	}
	return p.log()
}

// A start that finds a copy that hangs says so in a window, and on the standard
// error where there is no screen.
func TestAStartBesideACopyThatHangsSaysSo(t *testing.T) {
	t.Parallel()
	d := newDesktop(t, false)
	first := d.open(nil, "--demo")
	d.screen.sees("Calls by hour")
	first.cmd.Process.Signal(syscall.SIGSTOP)
	const says = "does not answer"

	second := d.spawn(nil, programPath(t), "--demo")
	d.screen.sees("can't start")
	d.screen.sees(says)
	d.screen.picture("failure")
	d.screen.press("Return")
	if text := second.fails(); !strings.Contains(text, says) {
		t.Errorf("it wrote %q", text)
	}

	blind := d.spawn(func(c *exec.Cmd) { c.Env = append(c.Environ(), "DISPLAY=") }, programPath(t), "--demo")
	if text := blind.fails(); !strings.Contains(text, says) {
		t.Errorf("without a screen it wrote %q", text)
	}
	first.cmd.Process.Signal(syscall.SIGCONT)
	first.quit()
}

// Settings that cannot be used are named before anything starts, also hidden, and
// the file stays as it is.
func TestSettingsThatCannotBeUsedAreNamed(t *testing.T) {
	t.Parallel()
	d := newDesktop(t, false)
	const broken = "{ no JSON"
	path := d.write(".local/share/exotel-monitor/settings.json", broken)
	p := d.open(nil, "--demo", "--hidden")
	d.screen.sees("can't be used")
	d.screen.picture("settings-unread")
	d.screen.press("Return")
	d.screen.sees("Calls by hour")
	p.quit()
	if text, err := os.ReadFile(path); err != nil || string(text) != broken {
		t.Errorf("the file holds %q, %v", text, err)
	}
}

// Started hidden, the program is in the tray, also when that comes late, and its
// window where it belongs when it is wanted. Quit works without one.
func TestHiddenStart(t *testing.T) {
	t.Parallel()
	d := newDesktop(t, false)
	s := d.screen
	start := func() *program {
		return &program{d.spawn(nil, programPath(t), "--demo", "--hidden"), d}
	}
	p := start()
	time.Sleep(2 * time.Second) // as long as a desktop takes for its tray
	tray := d.startPanel()
	until(t, "the tooltip", func() bool { return strings.HasPrefix(tray.tooltip(), "Exotel Monitor: ") })
	time.Sleep(10 * time.Second) // and longer than it is waited for
	if d.windows() != 0 {
		t.Error("the window is shown")
	}
	tray.choose("Quit", p.hasEnded)
	p.mustEnd()

	p = start()
	until(t, "the next icon", func() bool { return strings.HasPrefix(tray.tooltip(), "Exotel Monitor: ") })
	tray.choose("Settings", p.hasFocus)
	s.sees("Account time zone")
	tray.choose("Quit", p.hasEnded)
	p.mustEnd()
}

// Without a tray a hidden start shows the window after all.
func TestHiddenStartWithoutATray(t *testing.T) {
	t.Parallel()
	d := newDesktop(t, false)
	p := d.open(nil, "--demo", "--hidden")
	d.screen.sees("Calls by hour")
	p.quit()
}

// A click on a notification leads to its alert.
func TestAClickOnANotificationOpensItsAlert(t *testing.T) {
	t.Parallel()
	address, _ := account(t)
	d := newDesktop(t, false)
	n := d.startNotifications()
	s := d.screen
	h := d.receives()
	p := d.open(accountEnv(address), "--rate-limit", "0")
	s.sees("All 6 numbers up, both directions")
	h.post("WARNING", "08040000001")
	n.sees("WARNING: incoming down on 1 of 6 numbers (NORMAL)")
	until(t, "it to be on the screen", func() bool { // it is told of a moment before
		count, err := d.run("dunstctl", "count", "displayed")
		return err == nil && strings.TrimSpace(count) == "1"
	})
	if _, err := d.run("dunstctl", "action"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.run("dunstctl", "close-all"); err != nil {
		t.Fatal(err)
	}
	s.sees("Timeline") // the particulars of the alert
	s.picture("alert-from-notification")
	p.quit()
}

// Settings turn the start at login on and off, look into a release feed, and
// copy a diagnosis; the window comes back as large as it was, and to where it was if
// that is still on a screen.
func TestStartUpdatesAndHelp(t *testing.T) {
	t.Parallel()
	feed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"version": "99.1.0", "notes": "Everything is better", "page": "https://example.com/"})
	}))
	t.Cleanup(feed.Close)
	d := newDesktop(t, false)
	s := d.screen
	entry := filepath.Join(d.home, ".config/autostart/in.exotel-monitor.app.desktop")
	there := func() bool { _, err := os.Stat(entry); return err == nil }

	p := d.open([]string{"EXOTEL_UPDATE_FEED=" + feed.URL}, "--demo")
	s.press("ctrl+5")
	s.sees("Account time zone")
	s.click("Start when I log in", 0)
	s.click("Check for updates", 0)
	s.click("Save", 0)
	until(t, "the entry", there)
	text, err := os.ReadFile(entry)
	if err != nil || !strings.Contains(string(text), `"--hidden"`) || strings.Contains(string(text), "--data") {
		t.Errorf("%s, %v", text, err)
	}
	s.sees("99.1.0 is available")
	s.do("mousemove", "600", "400", "click", "--repeat", "200", "--delay", "2", "5")
	s.sees("Copy diagnostics")
	s.settled()
	s.picture("settings-end")
	s.click("Copy diagnostics", 0)
	s.sees("Copied. Versions, settings")
	diagnosis, err := d.run("xclip", "-selection", "clipboard", "-o")
	if err != nil || !strings.Contains(diagnosis, "Exotel Monitor, diagnosis of") || !strings.Contains(diagnosis, "updateCheck: true") {
		t.Errorf("the clipboard holds %q, %v", diagnosis, err)
	}
	s.press("ctrl+1")
	s.sees("Exotel Monitor 99.1.0 is available")
	s.picture("newer-version")
	s.click("See what is new", 0)
	s.sees("Everything is better")
	s.press("Escape") // the same button is below the dialog
	until(t, "the news to close", func() bool { return !s.shows("Everything is better") })
	s.click("Skip this version", 0)
	until(t, "the word of it to go", func() bool { return !s.shows("is available") })
	// The whole window is on the screen, or openbox would move it.
	is := func(place string) func() bool {
		return func() bool {
			out, _ := d.run("xdotool", "getactivewindow", "getwindowgeometry", "--shell")
			return strings.Contains(out, place+"WIDTH=1100\nHEIGHT=720\n")
		}
	}
	s.do("getactivewindow", "windowsize", "1100", "720", "windowmove", "150", "30")
	until(t, "the window to be smaller and elsewhere", is("X=150\nY=30\n"))
	s.settled()
	p.quit()

	p = d.open(nil, "--demo")
	until(t, "the window to be as large and where it was", is("X=150\nY=30\n"))
	s.press("ctrl+5")
	s.sees("Account time zone")
	s.click("Start when I log in", 0)
	s.click("Save", 0)
	until(t, "the entry to go", func() bool { return !there() })
	p.quit()

	d.write(".local/share/exotel-monitor/window.json", `{"width": 1100, "height": 720, "x": 5000, "y": 5000}`)
	p = d.open(nil, "--demo")
	until(t, "the window to be in the middle, where openbox puts new ones", is("X=90\nY=40\n"))
	p.quit()
}
