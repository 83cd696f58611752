package dbfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// asNobody runs f as a user who may read what everybody may, and write nothing.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Getuid() == 0 {
		const nobody = 65534
		runtime.LockOSThread() // the kernel knows of this thread only
		defer runtime.UnlockOSThread()
		check(t, unix.Setfsuid(nobody))
		defer unix.Setfsuid(0)
	}
	f()
}

// locked makes a folder and all in it readable for everybody and writable for
// nobody, until the test ends.
func locked(t *testing.T, folder string) {
	t.Helper()
	for f := filepath.Dir(folder); f != os.TempDir() && len(f) > 1; f = filepath.Dir(f) {
		check(t, os.Chmod(f, 0o755))
	}
	check(t, filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chmod(path, 0o555))
	}))
	t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
}

func TestWhatCannotBeWrittenIsReadAllTheSame(t *testing.T) {
	for name, make := range map[string]func(t *testing.T, path string){
		"closed": func(t *testing.T, path string) {
			f := must(Open(t.Context(), path, quiet))(t)
			check(t, errors.Join(f.Use(t.Context(), run(oneWord)), f.Close()))
		},
		"of a program that was killed": func(t *testing.T, path string) {
			running := newPath(t)
			f := opened(t, running)
			check(t, f.Use(t.Context(), run(oneWord)))
			for i, name := range files(running) {
				check(t, os.WriteFile(files(path)[i], must(os.ReadFile(name))(t), 0o600))
			}
		},
		"of an older version": func(t *testing.T, path string) {
			check(t, os.Remove(path))
			database(t, path, version(1), someWords)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			database(t, path, schema, someWords)
			make(t, path)
			before := must(os.ReadFile(path))(t)
			want := contentsAt(t, path)
			locked(t, filepath.Dir(path))
			asNobody(t, func() {
				if _, err := Open(t.Context(), path, quiet); !errors.Is(err, ErrUnwritable) || !MayBeReadable(err) {
					t.Errorf("opened: %v", err)
				}
				f := must(Copy(t.Context(), path, quiet))(t)
				if got := contentsOf(t, f); got != want {
					t.Errorf("got:\n%s\nwant:\n%s", got, want)
				}
				check(t, f.Use(t.Context(), run(oneWord)))
				if got := contentsOf(t, f); len(got) <= len(want) {
					t.Error("nothing can be written to it")
				}
				check(t, f.Close())
			})
			if after := must(os.ReadFile(path))(t); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}
