//go:build unix

package instance

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// tryLock locks a file until it is closed or the process ends, however it ends.
// The file stays: to remove it would let two copies lock two files of one name.
func tryLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = errLocked
		}
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// ownedBy reports whether a folder is a user's own.
func ownedBy(info fs.FileInfo, uid int) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == uid
}

// allowForeground has nothing to do: a window manager lets programs ask.
func allowForeground() {}
