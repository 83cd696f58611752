//go:build unix

package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestOnlyTheUserCanReadTheFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for range 2 { // also when it is replaced
		if err := Default().Save(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, fileName), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := Default().Save(dir); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, fileName): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

// What is put in a file's place is neither waited for nor read without end.
func TestWhatIsNoFileIsNotRead(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"a pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a device": func(path string) error { return os.Symlink("/dev/zero", path) },
		"larger": func(path string) error {
			return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 1<<32))
		},
	} {
		dir := t.TempDir()
		for _, file := range []string{fileName, boundsName} {
			if err := make(filepath.Join(dir, file)); err != nil {
				t.Fatal(err)
			}
		}
		if s, err := Load(dir); err == nil || !strings.Contains(err.Error(), name) || !s.MaskNumbers {
			t.Errorf("%s: %v", name, err)
		}
		if b := LoadBounds(dir); b != (Bounds{}) {
			t.Errorf("%s: %v", name, b)
		}
		if err := Change(dir, func(*Settings) {}); err == nil {
			t.Errorf("%s was replaced", name)
		}
	}
}
