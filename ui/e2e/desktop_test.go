//go:build e2e

// Package e2e drives the built program the way its user does: in a window, with
// mouse and keyboard, beside a real keyring and against a fake account on the
// loopback interface. What it knows of the program is what can be read on the
// screen, in the clipboard, in the keyring and in files.
//
// It needs no display and no desktop of its own: `make e2e` installs what it
// runs. Screens, logs and pictures of a failure stay in bin/e2e.
package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything that a person waits for may take on a busy
// machine before it counts as broken.
const patience = 2 * time.Minute

// until waits for a condition, which is asked again and again.
func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(patience)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !condition() {
		select {
		case <-deadline:
			t.Fatalf("waited %v in vain: %s", patience, what)
		case <-again.C:
		}
	}
}

// desktop is a user's session: home, screen, window manager, session bus and,
// where wanted, an unlocked keyring. Nothing of it is shared with the machine's
// own session or with other tests.
type desktop struct {
	t      *testing.T
	home   string
	out    string // for logs and pictures, kept after the test
	env    []string
	screen *screen
}

// newDesktop starts a session that ends with the test.
func newDesktop(t *testing.T, withKeyring bool) *desktop {
	d := &desktop{t: t, home: t.TempDir(), out: t.ArtifactDir()}
	d.env = []string{
		"PATH=" + os.Getenv("PATH"), "LANG=en_IN.UTF-8", "TZ=America/New_York", // not the account's zone
		"HOME=" + d.home,
		"XDG_CONFIG_HOME=" + d.folder(".config"), "XDG_CACHE_HOME=" + d.folder(".cache"),
		"XDG_DATA_HOME=" + d.folder(".local/share"), "XDG_RUNTIME_DIR=" + d.folder("run"),
		"LIBGL_ALWAYS_SOFTWARE=1", "FYNE_SCALE=1", "FYNE_THEME=light",
		"GORACE=" + os.Getenv("GORACE"),
	}
	d.startScreen()
	d.startWindowManager()
	d.startBus()
	if withKeyring {
		d.startKeyring()
	}
	return d
}

func (d *desktop) folder(name string) string {
	path := filepath.Join(d.home, name)
	if err := os.MkdirAll(path, 0o700); err != nil {
		d.t.Fatal(err)
	}
	return path
}

func (d *desktop) write(name, text string) string {
	path := filepath.Join(d.folder(filepath.Dir(name)), filepath.Base(name))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

// startScreen starts an X server on a display number that is free. It keeps its
// pixels in a file, where screen reads them.
func (d *desktop) startScreen() {
	pixels := d.folder("screen")
	// No key repeats itself: xdotool may be held up while it holds one down.
	number := d.announced("Xvfb", "-displayfd", "3", "-screen", "0", "1280x800x24", "-r", "-fbdir", pixels, "-nocursor", "-nolisten", "tcp", "-noreset")
	d.env = append(d.env, "DISPLAY=:"+number)
	d.screen = newScreen(d, filepath.Join(pixels, "Xvfb_screen0"))
}

// startWindowManager starts openbox, which gives windows the focus; without
// frames, so that the window has the whole screen and pictures show it alone.
func (d *desktop) startWindowManager() {
	config := d.write(".config/openbox/rc.xml", `<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <theme><keepBorder>no</keepBorder></theme>
  <keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
  <applications><application class="*"><decor>no</decor><focus>yes</focus></application></applications>
</openbox_config>
`)
	d.spawn(nil, "openbox", "--sm-disable", "--config-file", config)
	until(d.t, "the window manager", func() bool {
		_, err := d.run("xdotool", "get_num_desktops")
		return err == nil
	})
}

// startBus starts a session bus that starts nothing itself: without a keyring
// of ours there is none.
func (d *desktop) startBus() {
	config := d.write("bus.conf", fmt.Sprintf(`<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%s/run/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
`, d.home))
	address := d.announced("dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile", "--nosyslog", "--print-address=3")
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+address)
}

// startKeyring starts gnome-keyring, unlocked as after a login. It runs from a
// copy, because containers refuse to start a file with capabilities.
func (d *desktop) startKeyring() {
	d.folder(".local/share/keyrings")
	original, err := exec.LookPath("gnome-keyring-daemon")
	if err != nil {
		d.t.Fatal(err)
	}
	copied := filepath.Join(d.home, "gnome-keyring-daemon")
	// Another process copies: what this one has open for writing, a process that
	// another test starts in that moment has too, and then it cannot be run.
	if _, err := d.run("cp", "--no-preserve=all", original, copied); err != nil {
		d.t.Fatal(err)
	}
	if err := os.Chmod(copied, 0o700); err != nil {
		d.t.Fatal(err)
	}
	d.spawn(func(c *exec.Cmd) { c.Stdin = strings.NewReader("login password") },
		copied, "--foreground", "--unlock", "--components=secrets")
	until(d.t, "the keyring", func() bool {
		answer, err := d.run("dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus",
			"/", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets")
		return err == nil && strings.Contains(answer, "true")
	})
}

// stored reports whether the keyring holds the program's account, and what.
func (d *desktop) stored() (secret string, found bool) {
	d.t.Helper()
	secret, err := d.run("secret-tool", "lookup", "service", "in.exotel-monitor.app", "username", "account")
	return secret, err == nil && secret != ""
}

// run runs a small tool to its end and returns what it printed.
func (d *desktop) run(name string, args ...string) (string, error) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = d.env
	out, err := cmd.Output()
	return string(out), err
}

// announced starts a server that writes to file descriptor 3 where it can be
// reached, and returns that.
func (d *desktop) announced(name string, args ...string) string {
	d.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Close()
	p := d.spawn(func(c *exec.Cmd) { c.ExtraFiles = []*os.File{w} }, name, args...)
	w.Close()
	r.SetReadDeadline(time.Now().Add(patience))
	var line []byte
	for one := make([]byte, 1); !bytes.HasSuffix(line, []byte("\n")); line = append(line, one[0]) {
		if _, err := io.ReadFull(r, one); err != nil {
			d.t.Fatalf("%s did not start: %v\n%s", name, err, p.log())
		}
	}
	return strings.TrimSpace(string(line))
}

// process is one that runs beside the test and ends with it at the latest.
type process struct {
	t       *testing.T
	cmd     *exec.Cmd
	logPath string
	done    chan struct{} // closed when it has ended
	err     error         // how, after done
}

// spawn starts a process with its output in a log of its own. adjust, if not
// nil, changes the command before.
func (d *desktop) spawn(adjust func(*exec.Cmd), name string, args ...string) *process {
	d.t.Helper()
	log, err := os.CreateTemp(d.out, filepath.Base(name)+"-*.log")
	if err != nil {
		d.t.Fatal(err)
	}
	defer log.Close()
	p := &process{t: d.t, cmd: exec.Command(name, args...), logPath: log.Name(), done: make(chan struct{})}
	p.cmd.Env, p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = d.env, d.home, log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if adjust != nil {
		adjust(p.cmd)
	}
	if err := p.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	go func() {
		defer close(p.done)
		p.err = p.cmd.Wait()
	}()
	d.t.Cleanup(p.end)
	return p
}

// ended waits a while for the process to end by itself.
func (p *process) ended(within time.Duration) bool {
	select {
	case <-p.done:
		return true
	case <-time.After(within):
		return false
	}
}

// hasEnded reports whether the process has ended.
func (p *process) hasEnded() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// end ends the process if it still runs.
func (p *process) end() {
	if p.cmd.Process.Signal(syscall.SIGTERM); !p.ended(5 * time.Second) {
		p.cmd.Process.Kill()
		<-p.done
	}
}

// mustEnd waits until the process has ended well. One that hangs leaves the
// stacks of its goroutines in its log.
func (p *process) mustEnd() {
	p.t.Helper()
	if !p.ended(patience) {
		p.cmd.Process.Signal(syscall.SIGQUIT)
		p.ended(5 * time.Second)
		p.t.Fatalf("%s did not end; where it hangs is in %s", p.cmd.Path, p.logPath)
	}
	var exit *exec.ExitError
	if errors.As(p.err, &exit) {
		p.t.Fatalf("%s ended with %v:\n%s", p.cmd.Path, exit, p.log())
	}
}

func (p *process) log() string {
	text, err := os.ReadFile(p.logPath)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}
