package file

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
	"zombiezen.com/go/sqlite"

	"exotel-monitor/metrics/dbfile"
)

func TestWhatCannotBeWrittenIsNotHeld(t *testing.T) {
	path := newPath(t)
	f := must(Open(t.Context(), path, schema, quietLog))(t)
	check(t, errors.Join(f.Write(t.Context(), run(oneWord)), f.Close()))
	folder := filepath.Dir(path)
	for _, name := range []string{filepath.Dir(filepath.Dir(folder)), filepath.Dir(folder), folder, path, path + lockMark} {
		check(t, os.Chmod(name, 0o555))
	}
	defer os.Chmod(folder, 0o700)
	if os.Getuid() == 0 {
		const nobody = 65534
		runtime.LockOSThread() // the kernel knows of this thread only
		defer runtime.UnlockOSThread()
		check(t, unix.Setfsuid(nobody))
		defer unix.Setfsuid(0)
	}
	if _, err := lock(path + lockMark); sqlite.ErrCode(err).ToPrimary() != sqlite.ResultReadOnly {
		t.Errorf("locked: %v", err)
	}
	if _, err := Open(t.Context(), path, schema, quietLog); !errors.Is(err, dbfile.ErrUnwritable) {
		t.Errorf("opened: %v", err)
	}
	copied := must(Copy(t.Context(), path, schema))(t)
	check(t, copied.Write(t.Context(), run(oneWord)))
	if got := words(t, copied); got != 2 {
		t.Errorf("%d words", got)
	}
	check(t, copied.Close())
}
