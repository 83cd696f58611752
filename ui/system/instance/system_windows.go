package instance

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock locks a file until it is closed or the process ends, however it ends.
func tryLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	if err := windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, new(windows.Overlapped)); err != nil {
		if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
			err = errLocked
		}
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// ownedBy is true: the data folder and the folder of passing files are in the
// user's profile, which other users may not enter.
func ownedBy(fs.FileInfo, int) bool { return true }

// allowForeground lets the first copy bring its window to the front, which
// Windows allows only to the program that the user has just started. Where it
// fails, the button in the taskbar flashes instead.
func allowForeground() {
	const any = ^uintptr(0)
	_, _, _ = windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow").Call(any)
}
