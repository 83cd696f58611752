//go:build unix

package instance

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestNobodyElseReachesTheSocket(t *testing.T) {
	for name, dir := range map[string]string{"in the data folder": t.TempDir(), "elsewhere": longFolder(t)} {
		t.Run(name, func(t *testing.T) {
			session(t)
			p, err := places(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, folder := range []string{p.claim, filepath.Dir(p.socket)} { // as another program may have made them
				if err := os.Chmod(folder, 0o777); err != nil {
					t.Fatal(err)
				}
			}
			claim(t, dir)
			for path, want := range map[string]fs.FileMode{
				p.claim: 0o700, filepath.Dir(p.socket): 0o700, p.socket: 0o600, filepath.Join(p.claim, lockName): 0o600,
			} {
				if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
					t.Errorf("%s: %v, %v, want %v", path, info.Mode(), err, want)
				}
			}
		})
	}
}

func TestAFolderOfSomebodyElseIsNotTaken(t *testing.T) {
	if err := makePrivate(t.TempDir(), os.Getuid()+1); err == nil {
		t.Error("another user's folder was taken")
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if err := makePrivate(link, os.Getuid()); err == nil {
		t.Error("a link to a folder was taken, whose owner can lead it elsewhere")
	}
}

// TestInAReadOnlyPlaceNothingIsClaimed: /proc takes no files from anybody, not
// even from root.
func TestInAReadOnlyPlaceNothingIsClaimed(t *testing.T) {
	if _, err := Claim(t.Context(), "/proc", Link{}, refuse); !errors.Is(err, ErrUnclaimed) {
		t.Errorf("got %v", err)
	}
}
