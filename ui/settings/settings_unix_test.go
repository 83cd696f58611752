//go:build unix

package settings

import (
	"os"
	"path/filepath"
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
