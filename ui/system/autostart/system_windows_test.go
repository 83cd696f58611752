package autostart

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// ownKeys has the test write below a key of its own, which ends with it.
func ownKeys(t *testing.T) {
	t.Helper()
	const own = `Software\Exotel Monitor test`
	usualRun, usualApproved := runKey, approvedKey
	runKey, approvedKey = own+`\Run`, own+`\Approved`
	remove := func() error {
		var failures []error
		for _, path := range []string{runKey, approvedKey, own} {
			failures = append(failures, unlessMissing(registry.DeleteKey(registry.CURRENT_USER, path)))
		}
		return errors.Join(failures...)
	}
	if err := remove(); err != nil { // what a test that was killed has left
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := remove(); err != nil {
			t.Error(err)
		}
		runKey, approvedKey = usualRun, usualApproved
	})
}

// approve is what the Task Manager writes.
func approve(t *testing.T, first byte) {
	t.Helper()
	key, _, err := registry.CreateKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE)
	if err == nil {
		err = errors.Join(key.SetBinaryValue(name, append([]byte{first}, make([]byte, 11)...)), key.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func mustBe(t *testing.T, when string, want bool) {
	t.Helper()
	if got, err := Enabled(); err != nil || got != want {
		t.Errorf("%s: it starts by itself: %v, %v", when, got, err)
	}
}

func TestTheProgramStartsUntilItIsTurnedOff(t *testing.T) {
	ownKeys(t)
	on := func() {
		t.Helper()
		if err := On(`C:\Programs\Exotel Monitor\exotel-monitor.exe`, "--hidden", "--data", `D:\my data`); err != nil {
			t.Fatal(err)
		}
	}
	mustBe(t, "where nothing is", false)
	on()
	mustBe(t, "turned on", true)
	approve(t, 2)
	mustBe(t, "left on by the Task Manager", true)
	approve(t, 3)
	mustBe(t, "turned off by the Task Manager", false)
	on()
	mustBe(t, "turned on again", true)
	for range 2 {
		if err := Off(); err != nil {
			t.Fatal(err)
		}
		mustBe(t, "turned off", false)
	}
}

func TestTheCommandIsReadAsItWasMeant(t *testing.T) {
	ownKeys(t)
	want := []string{`C:\Users\अशोक\Exotel Monitor\exotel-monitor.exe`, "--hidden", "--data", `D:\all "my" data\`}
	if err := On(want[0], want[1:]...); err != nil {
		t.Fatal(err)
	}
	var command string
	err := read(runKey, func(key registry.Key) (err error) {
		command, _, err = key.GetStringValue(name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := windows.DecomposeCommandLine(command); err != nil || !slices.Equal(got, want) {
		t.Errorf("%s is read as %q, %v", command, got, err)
	}
}

func TestWhatWindowsWouldNotStartIsRefused(t *testing.T) {
	ownKeys(t)
	if err := On(`C:\` + strings.Repeat("अ", longestRun-3)); err != nil {
		t.Errorf("as long as can be: %v", err)
	}
	for why, program := range map[string]string{"too long": `C:\` + strings.Repeat("अ", longestRun-2), "no whole path": "exotel-monitor.exe"} {
		if err := On(program); err == nil {
			t.Errorf("%s: it was taken", why)
		}
	}
}
