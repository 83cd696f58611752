package sqlite_test

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/metrics/dbfile"
)

// asNobody runs f as a user who may read what everybody may, and write nothing.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Getuid() == 0 {
		const nobody = 65534
		runtime.LockOSThread() // the kernel knows of this thread only
		defer runtime.UnlockOSThread()
		if err := unix.Setfsuid(nobody); err != nil {
			t.Fatal(err)
		}
		defer unix.Setfsuid(0)
	}
	f()
}

// lock makes a folder and all in it readable for everybody and writable for nobody,
// until the test ends.
func lock(t *testing.T, folder string) {
	t.Helper()
	for f := filepath.Dir(folder); f != os.TempDir() && len(f) > 1; f = filepath.Dir(f) {
		if err := os.Chmod(f, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chmod(path, 0o555))
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
}

func TestWhatCannotBeWrittenIsReadAllTheSame(t *testing.T) {
	for name, make := range map[string]func(t *testing.T, path string) (calls int){
		"closed": func(t *testing.T, path string) int { return len(octoberAt(t, path)) },
		"without figures": func(t *testing.T, path string) int {
			made := octoberAt(t, path)
			number(t, path, "DELETE FROM figures")
			return len(made)
		},
		"of a program that was killed": func(t *testing.T, path string) int {
			running := newPath(t)
			made := putOctober(t, open(t, running, exotel.India))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			for _, end := range []string{"", "-wal", "-shm"} {
				write(t, path+end, contents(t, running+end))
			}
			return len(made)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			want := make(t, path)
			before := contents(t, path)
			lock(t, filepath.Dir(path))
			asNobody(t, func() {
				store := open(t, path, exotel.India)
				if err := store.WriteErr(); !errors.Is(err, dbfile.ErrUnwritable) {
					t.Errorf("writable: %v", err)
				}
				if n := count(t, store); n != want {
					t.Errorf("%d calls, not %d", n, want)
				}
				for _, err := range []error{
					store.Put(t.Context(), calls.Batch{Date: october.From}), store.SetExoPhones(t.Context(), nil),
					store.Forget(t.Context(), metrics.Date{Year: 2030}),
				} {
					if !errors.Is(err, dbfile.ErrUnwritable) {
						t.Errorf("got %v", err)
					}
				}
				if err := store.Close(); err != nil {
					t.Error(err)
				}
			})
			if !bytes.Equal(before, contents(t, path)) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestAFileThatCannotBeMadeGivesASentence(t *testing.T) {
	path := newPath(t)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	lock(t, filepath.Dir(path))
	asNobody(t, func() {
		if _, err := sqlite.Open(t.Context(), path, exotel.India, slog.New(slog.DiscardHandler)); !errors.Is(err, dbfile.ErrUnwritable) {
			t.Errorf("got %v", err)
		}
	})
}

func TestCallsOfAnotherZoneThatCannotBeWrittenAreRefused(t *testing.T) {
	path := newPath(t)
	octoberAt(t, path)
	lock(t, filepath.Dir(path))
	asNobody(t, func() {
		_, err := sqlite.Open(t.Context(), path, time.UTC, slog.New(slog.DiscardHandler))
		if !errors.Is(err, dbfile.ErrUnwritable) || !strings.Contains(err.Error(), "another time zone than UTC") {
			t.Errorf("got %v", err)
		}
	})
}
