//go:build unix && !darwin

package autostart

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// folder makes a place for the entry and returns where it will be.
func folder(t *testing.T) string {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	return filepath.Join(config, "autostart", "in.exotel-monitor.app.desktop")
}

func mustBeEnabled(t *testing.T, want bool) {
	t.Helper()
	if got, err := Enabled(); err != nil || got != want {
		t.Fatalf("Enabled is %v, %v, want %v", got, err, want)
	}
}

func TestItStartsAtLoginUntilTurnedOff(t *testing.T) {
	path := folder(t)
	mustBeEnabled(t, false)
	for range 2 { // twice is as good as once
		if err := On("/usr/bin/exotel-monitor", "--hidden"); err != nil {
			t.Fatal(err)
		}
		mustBeEnabled(t, true)
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), "\nExec=\"/usr/bin/exotel-monitor\" \"--hidden\"\nTryExec=/usr/bin/exotel-monitor\n") {
		t.Errorf("the entry is %q, %v", text, err)
	}
	if others, _ := os.ReadDir(filepath.Dir(path)); len(others) != 1 {
		t.Errorf("the folder holds %v", others)
	}
	for range 2 {
		if err := Off(); err != nil {
			t.Fatal(err)
		}
		mustBeEnabled(t, false)
	}
}

func TestWithoutXDGConfigHomeTheEntryIsInTheHomeFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	if err := On("/usr/bin/exotel-monitor"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(home, ".config", "autostart", "in.exotel-monitor.app.desktop")); err != nil {
		t.Error(err)
	}
}

func TestADesktopCanTurnItOff(t *testing.T) {
	for name, line := range map[string]string{"GNOME": "X-GNOME-Autostart-enabled=false\n", "others": "Hidden=true\n", "with blanks": "Hidden = true\n"} {
		t.Run(name, func(t *testing.T) {
			path := folder(t)
			if err := On("/usr/bin/exotel-monitor"); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, append(text, line...), 0o600); err != nil {
				t.Fatal(err)
			}
			mustBeEnabled(t, false)
			if err := On("/usr/bin/exotel-monitor"); err != nil {
				t.Fatal(err)
			}
			mustBeEnabled(t, true)
		})
	}
}

// TestTheProgramIsStartedAsItWasNamed asks GLib, which GNOME and others start
// programs with, and the desktops' own checker of entries.
func TestTheProgramIsStartedAsItWasNamed(t *testing.T) {
	path := folder(t)
	odd := filepath.Join(t.TempDir(), "all of \"my\" $HOME `x` \\n 'q' ₹ programs")
	if err := os.Mkdir(odd, 0o700); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "arguments")
	program := filepath.Join(odd, "exotel-monitor")
	script := "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\" > '" + out + ".new' && mv '" + out + ".new' '" + out + "'\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{"--hidden", "--data", `/a b/%f\$(x)"`, ""}
	if err := On(program, args...); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("desktop-file-validate", path).CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("desktop-file-validate: %v: %s", err, said)
	}
	if said, err := exec.Command("gio", "launch", path).CombinedOutput(); err != nil {
		t.Fatalf("gio launch: %v: %s", err, said)
	}
	got := waitFor(t, out)
	if want := strings.Join(append([]string{program}, args...), "\n") + "\n"; got != want {
		t.Errorf("it was started as\n%q, want\n%q", got, want)
	}
}

func TestWhatCannotBeWrittenIsSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ config, program string }{
		"a file in the way":      {file, "/usr/bin/exotel-monitor"},
		"no whole path":          {t.TempDir(), "exotel-monitor"},
		"a line break":           {t.TempDir(), "/a\nExec=/bin/evil"},
		"an equals sign":         {t.TempDir(), "/a=b/exotel-monitor"},
		"a percent sign":         {t.TempDir(), "/100%/exotel-monitor"},
		"a relative config home": {"config", "/usr/bin/exotel-monitor"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_CONFIG_HOME", c.config)
			if err := On(c.program); err == nil || !strings.Contains(err.Error(), "will not start by itself") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// waitFor is what a file holds once another program has written it.
func waitFor(t *testing.T, path string) string {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if text, err := os.ReadFile(path); err == nil {
			return string(text)
		}
		if time.Now().After(deadline) {
			t.Fatalf("nobody wrote %s", path)
		}
	}
}

func TestAPipeIsNoEntry(t *testing.T) {
	path := folder(t)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if on, err := Enabled(); err == nil || on {
		t.Errorf("%v, %v", on, err)
	}
}
