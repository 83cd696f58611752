//go:build unix

package logfile

import (
	"os"
	"path/filepath"
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
