package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"exotel-monitor/heartbeat"
)

// desktop is a notification service that notes what it gets.
type desktop chan string

// GetCapabilities is called by godbus.
func (d desktop) GetCapabilities() ([]string, *dbus.Error) { return []string{"body"}, nil }

// Notify is called by godbus.
func (d desktop) Notify(_ string, _ uint32, _, title, body string, _ []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	d <- title + "\n" + body
	return 1, nil
}

// startDesktop starts a bus of the test's own with a notification service on it.
func startDesktop(t *testing.T) desktop {
	t.Helper()
	folder, err := os.MkdirTemp("", "bus") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	config := filepath.Join(folder, "bus.conf")
	err = os.WriteFile(config, fmt.Appendf(nil, `<busconfig>
  <type>session</type>
  <listen>unix:path=%s/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
`, folder), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	bus := exec.CommandContext(t.Context(), "dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile", "--print-address")
	out, err := bus.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := bus.Start(); err != nil {
		t.Fatalf("%v; install Debian's package dbus, or run make test-needs", err)
	}
	t.Cleanup(func() { _ = bus.Process.Kill(); _ = bus.Wait() })
	var address string
	if _, err := fmt.Fscanln(out, &address); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	const name, path = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
	d := make(desktop, 10)
	if err := conn.Export(d, path, name); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestServeHidesNumbersInNotificationsAsTheWindowDoes(t *testing.T) {
	const unnamed = "08044440001" // is told by its number
	for hide, want := range map[bool]string{true: "080•••••001", false: unnamed} {
		t.Run(fmt.Sprint(hide), func(t *testing.T) {
			startAccount(t)
			told := startDesktop(t)
			s := unlimited()
			s.MaskNumbers = hide
			api, heard, _ := serveWith(t, s, "--webhook", "127.0.0.1:0")
			health(t, api, string(heartbeat.OK))
			webhook := strings.TrimPrefix(heard[0], "receiving heartbeats at ")
			post(t, webhook, heartbeatOf("WARNING", fmt.Sprintf("[%q]", unnamed)))
			select {
			case got := <-told:
				if !strings.Contains(got, want) {
					t.Errorf("told %q, want %s", got, want)
				}
			case <-time.After(time.Minute):
				t.Error("nothing was told")
			}
		})
	}
}
