package dbfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"zombiezen.com/go/sqlite"
)

var (
	// ErrNewer means that a newer version of the program wrote the file.
	ErrNewer = errors.New("a newer version of Exotel Monitor wrote what is stored; install that version to use it")
	// ErrOlder means that an older version of the program wrote a file that can only be
	// read.
	ErrOlder = errors.New("an older version of Exotel Monitor wrote what is stored")
	// ErrForeign means that the file is the database of another program.
	ErrForeign = errors.New("the file belongs to another program; move it away, or choose another data folder")
	// ErrFull, ErrDisk and ErrUnwritable are reasons why the file cannot be written.
	ErrFull       = errors.New("the disk is full; free some space")
	ErrDisk       = errors.New("disk error; check free space and disk health")
	ErrUnwritable = errors.New("the data folder isn't writable; check its permissions")
	// ErrBusy means that another program keeps writing to the file.
	ErrBusy = errors.New("another program is writing to the file; close it there")
	// ErrGone and ErrDamaged mean that the file must be closed and opened again, which
	// begins a new one.
	ErrGone    = errors.New("the file was removed or replaced while it was in use")
	ErrDamaged = errors.New("the file is damaged")
)

// Explain adds what the user can do to an error of SQLite or of the disk. If ctx has
// ended, it returns the cause instead.
func Explain(ctx context.Context, err error) error {
	why := error(nil)
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull:
		why = ErrFull
	case sqlite.ResultIOErr:
		why = ErrDisk
	case sqlite.ResultReadOnly, sqlite.ResultCantOpen, sqlite.ResultPerm:
		why = ErrUnwritable
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		why = ErrDamaged
	case sqlite.ResultError: // of a statement that the tables do not fit, or of no statement
		if err != nil && strings.Contains(err.Error(), sqlite.ResultError.Message()) {
			why = ErrDamaged
		}
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS):
		why = ErrUnwritable
	case errors.Is(err, syscall.ENOSPC):
		why = ErrFull
	}
	if why == nil || errors.Is(err, why) {
		return err
	}
	return fmt.Errorf("%w: %w", why, err)
}

// MayBeReadable reports whether a file that cannot be opened for writing because of
// err may still be readable.
func MayBeReadable(err error) bool {
	return !errors.Is(err, ErrDamaged) && (errors.Is(err, ErrUnwritable) || errors.Is(err, ErrFull) || errors.Is(err, ErrDisk) || errors.Is(err, ErrBusy))
}
