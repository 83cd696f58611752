//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the account's zone is known on systems without zone files

	"exotel-monitor/exotel/exoteltest"
)

// The account and its keys. They look like nothing else that a file could hold.
const (
	accountSID   = "acme1"
	accountKey   = "e2e-key-9b41f07c"
	accountToken = "e2e-token-5d2ac8e3"
)

// The guide's sample day, as the cards show it.
var sampleFigures = []struct{ card, figure string }{
	{"Calls", "1,247"},
	{"Answer rate", "78.3%"},
	{"Avg duration", "2m 14s"},
	{"Peak hour", "11:00"},
	{"Missed", "271"},
}

// account serves a fake account whose yesterday is the guide's sample day, with
// a month of other days before it. So is today, so that the tests may run over
// the account's midnight.
func account(t *testing.T) (url string, yesterday time.Time) {
	_, url, yesterday = servedAccount(t)
	return url, yesterday
}

// servedAccount is account with its switches.
func servedAccount(t *testing.T) (fake *exoteltest.Account, url string, yesterday time.Time) {
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	fake = exoteltest.New(exoteltest.Options{SID: accountSID, Key: accountKey, Token: accountToken, Zone: zone})
	yesterday = dayBefore(time.Now().In(zone))
	others := exoteltest.New(exoteltest.Options{CallsPerDay: 1100, Zone: zone})
	fake.Add(others.Calls(yesterday.AddDate(0, 0, -30), yesterday)...)
	fake.Add(exoteltest.SampleDay(yesterday, zone)...)
	fake.Add(exoteltest.SampleDay(yesterday.AddDate(0, 0, 1), zone)...)
	server, err := exoteltest.Start(fake)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return fake, server.URL, yesterday
}

// accountEnv names the account of an address in the environment.
func accountEnv(address string) []string {
	return []string{
		"EXOTEL_SUBDOMAIN=" + address, "EXOTEL_ACCOUNT_SID=" + accountSID,
		"EXOTEL_API_KEY=" + accountKey, "EXOTEL_API_TOKEN=" + accountToken,
	}
}

// dayBefore is when the day before another began.
func dayBefore(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()-1, 0, 0, 0, 0, day.Location())
}

// programPath is the program under test: E2E_PROGRAM, or what `make build` made.
func programPath(t *testing.T) string {
	path := os.Getenv("E2E_PROGRAM")
	if path == "" {
		path = filepath.Join("..", "..", "bin", "exotel-monitor")
	}
	path, err := filepath.Abs(path)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Fatalf("no program to test: %v; run `make e2e`", err)
	}
	return path
}

// program is the program with its window on a desktop.
type program struct {
	*process
	d *desktop
}

// open starts the program with variables in its environment, and waits until
// its window has the focus.
func (d *desktop) open(env []string, args ...string) *program {
	d.t.Helper()
	path := programPath(d.t)
	p := &program{d.spawn(func(c *exec.Cmd) { c.Env = append(c.Environ(), env...) }, path, args...), d}
	d.t.Cleanup(func() {
		if !p.hasEnded() {
			d.screen.keepFailure()
		}
		if d.t.Failed() {
			d.t.Logf("a log of the program: %s\n%.4000s", p.logPath, p.log())
		}
	})
	until(d.t, "the window", func() bool {
		if p.hasEnded() {
			d.t.Fatalf("the program ended: %v\n%s", p.err, p.log())
		}
		// The window manager calls a window active before keys reach it.
		title, err := d.run("xdotool", "getwindowfocus", "getwindowname")
		return err == nil && strings.TrimSpace(title) == "Exotel Monitor"
	})
	d.screen.park()
	return p
}

// quit ends the program with its own key.
func (p *program) quit() {
	p.t.Helper()
	p.d.screen.press("ctrl+q")
	p.mustEnd()
}

// close closes its window with the desktop's key.
func (p *program) close() {
	p.t.Helper()
	p.d.screen.press("alt+F4")
	p.mustEnd()
}

// copied copies the figures and returns what the clipboard holds then.
func (d *desktop) copied() string {
	d.t.Helper()
	d.screen.press("ctrl+c")
	var text string
	until(d.t, "figures in the clipboard", func() bool {
		var err error
		text, err = d.run("xclip", "-selection", "clipboard", "-o")
		return err == nil && text != ""
	})
	return text
}

// showsSampleDay waits for the guide's figures of yesterday, on the screen and as
// text. Over the account's midnight, yesterday is the next day; it returns which
// one it saw.
func (d *desktop) showsSampleDay(yesterday time.Time) (seen time.Time) {
	d.t.Helper()
	until(d.t, "to see yesterday", func() bool {
		seen = dayBefore(time.Now().In(yesterday.Location()))
		return d.showsDay(seen)
	})
	d.showsSampleFigures()
	return seen
}

// showsDay reports whether a day that is over is the one on the screen.
func (d *desktop) showsDay(day time.Time) bool {
	return d.screen.shows("all day") && d.screen.shows(day.Format("Mon 2 Jan 2006"))
}

// showsSampleFigures waits for the guide's figures of the day on the screen.
func (d *desktop) showsSampleFigures() {
	d.t.Helper()
	for _, f := range sampleFigures {
		until(d.t, f.card+" to be "+f.figure, func() bool { return plain(d.screen.figure(f.card)) == plain(f.figure) })
		d.t.Logf("on the screen: %s %s", f.card, f.figure)
	}
	text := d.copied()
	for _, f := range sampleFigures {
		if want := f.card + ": " + f.figure; !strings.Contains(text, want) {
			d.t.Errorf("the clipboard lacks %q:\n%s", want, text)
		}
	}
}

// keepsSecrets looks for the account's secrets, and others, in everything that was
// written: the home folder, but for the keyring's own files, and the processes'
// logs.
func (d *desktop) keepsSecrets(secrets ...string) {
	d.t.Helper()
	files := 0
	for _, root := range []string{d.home, d.out} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() || filepath.Ext(path) == ".keyring" {
				return err
			}
			files++
			data, err := os.ReadFile(path)
			for _, secret := range append(secrets, accountKey, accountToken) {
				if bytes.Contains(data, []byte(secret)) {
					d.t.Errorf("%s holds the secret %q", path, secret)
				}
			}
			return err
		})
		if err != nil {
			d.t.Error(err)
		}
	}
	d.t.Logf("no secret in %d files", files)
}

// headless runs the program without a display to its end.
func headless(t *testing.T, env []string, args ...string) (stdout string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, programPath(t), args...)
	cmd.Env = env
	var errors strings.Builder
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v\n%s", args, err, errors.String())
	}
	return string(out)
}
