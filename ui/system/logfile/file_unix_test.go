//go:build unix

package logfile

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestOnlyTheUserReadsTheFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, Name)
	if err := os.WriteFile(path, []byte("old\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	f := mustOpen(t, dir, 5)
	mustWrite(t, f, "new\n")
	for _, name := range []string{Name, Name + ".1"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

// Nobody reads the pipe in the log's place, so that to open it would wait for ever.
func TestAPipeIsNoLogFile(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, Name), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := Open(dir); err == nil {
		_ = f.Close()
		t.Error("it was opened")
	}
	if err := os.Remove(filepath.Join(dir, Name)); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, Name+".1"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := mustOpen(t, dir, 1000)
	mustWrite(t, f, "time=x level=WARN msg=y\n")
	if got := f.Tail(3); len(got) != 1 {
		t.Errorf("the tail is %q", got)
	}
}
