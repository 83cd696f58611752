package notify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// patience is how long a program may take on a busy machine before it counts as
// broken.
const patience = time.Minute

// debian has the packages of the programs that the tests run.
var debian = map[string]string{"dbus-daemon": "dbus", "Xvfb": "xvfb", "dunst": "dunst", "dunstctl": "dunst"}

func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(patience)
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for !condition() {
		select {
		case <-deadline:
			t.Fatalf("waited %v in vain: %s", patience, what)
		case <-again.C:
		}
	}
}

func command(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is not installed; install Debian's package %s, or run make test-needs", name, debian[name])
	}
	return exec.CommandContext(t.Context(), path, args...)
}

// start runs a program until stop is called or the test ends.
func start(t *testing.T, cmd *exec.Cmd) (stop func()) {
	t.Helper()
	var log bytes.Buffer
	if cmd.Stderr = &log; cmd.Stdout == nil {
		cmd.Stdout = &log
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			cmd.Process.Kill()
			cmd.Wait()
			if t.Failed() {
				t.Logf("%s: %s", cmd.Path, log.Bytes())
			}
		}
	}
	t.Cleanup(stop)
	return stop
}

// announced starts a program that writes a line to file descriptor 3 when it is
// ready, and returns the line.
func announced(t *testing.T, cmd *exec.Cmd) (line string, stop func()) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd.ExtraFiles = []*os.File{w}
	stop = start(t, cmd)
	w.Close()
	r.SetReadDeadline(time.Now().Add(patience))
	for one := make([]byte, 1); !strings.HasSuffix(line, "\n"); line += string(one) {
		if _, err := io.ReadFull(r, one); err != nil {
			t.Fatalf("%s did not start: %v", cmd.Path, err)
		}
	}
	return strings.TrimSpace(line), stop
}

// startBus makes a bus of the test's own the session's bus. It starts no
// programs: what the test does not start is not there. A bus that was stopped
// can be started in the same folder again.
func startBus(t *testing.T, folder string) (stop func()) {
	t.Helper()
	config := filepath.Join(folder, "bus.conf")
	err := os.WriteFile(config, fmt.Appendf(nil, `<busconfig>
  <type>session</type>
  <listen>unix:path=%s/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
`, folder), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	address, stop := announced(t, command(t, "dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile", "--nosyslog", "--print-address=3"))
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	return stop
}

// shortFolder is a folder whose path leaves room for a socket's name.
func shortFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "bus")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// newConn connects the test itself to its bus.
func newConn(t *testing.T) *dbus.Conn {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func owned(t *testing.T, conn *dbus.Conn, name string) bool {
	t.Helper()
	var has bool
	if err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&has); err != nil {
		t.Fatal(err)
	}
	return has
}

// notification is what a service was asked to show.
type notification struct {
	Sender        string
	App, Icon     string
	Summary, Body string
	Replaces      uint32
	Actions       []string
	Hints         map[string]any
	Expire        int32
}

// fakeService is a notification service that notes what it gets.
type fakeService struct {
	conn  *dbus.Conn
	got   chan notification
	reply func() *dbus.Error // nil accepts
	count atomic.Uint32
	can   atomic.Pointer[[]string] // its capabilities; nil if it does not say
}

// GetCapabilities is called by godbus.
func (f *fakeService) GetCapabilities() ([]string, *dbus.Error) {
	if can := f.can.Load(); can != nil {
		return *can, nil
	}
	return nil, dbus.MakeFailedError(errors.New("no such method"))
}

// signal tells everybody on the bus, as a service does.
func (f *fakeService) signal(t *testing.T, name string, args ...any) {
	t.Helper()
	if err := f.conn.Emit(servicePath, service+"."+name, args...); err != nil {
		t.Fatal(err)
	}
}

// Notify is called by godbus.
func (f *fakeService) Notify(from dbus.Sender, app string, replaces uint32, icon, summary, body string, actions []string, hints map[string]dbus.Variant, expires int32) (uint32, *dbus.Error) {
	n := notification{string(from), app, icon, summary, body, replaces, actions, map[string]any{}, expires}
	for name, value := range hints {
		n.Hints[name] = value.Value()
	}
	f.got <- n
	if f.reply != nil {
		return 0, f.reply()
	}
	return f.count.Add(1), nil
}

// serve makes an object with one interface answer under a name on the test's bus.
func serve(t *testing.T, name string, object any, path dbus.ObjectPath, face string) *dbus.Conn {
	t.Helper()
	conn := newConn(t)
	if err := conn.Export(object, path, face); err != nil {
		t.Fatal(err)
	}
	if answer, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || answer != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("the name %s: %v, %v", name, answer, err)
	}
	return conn
}

func startService(t *testing.T, reply func() *dbus.Error) *fakeService {
	t.Helper()
	f := &fakeService{got: make(chan notification, 100), reply: reply}
	f.conn = serve(t, service, f, servicePath, service)
	return f
}

// newSystem is a notifier whose questions take no longer than limit.
func newSystem(t *testing.T, limit time.Duration) *System {
	s := New("Exotel Monitor", func(title, body string) { t.Errorf("the fallback got %q, %q", title, body) })
	s.bus.limit = limit
	t.Cleanup(s.Close)
	return s
}
