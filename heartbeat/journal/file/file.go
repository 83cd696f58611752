// Package file opens a SQLite file whatever became of it, holds it for this copy of
// the program, and lends connections to it.
package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"syscall"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"
)

// InMemory is the path of a file that nothing is left of.
const InMemory = ":memory:"

var (
	// ErrNewer means that a newer version of the program wrote the file.
	ErrNewer = errors.New("a newer version of Exotel Monitor wrote what is stored; install that version to use it")
	// ErrInUse means that another copy of the program has the file.
	ErrInUse = errors.New("another copy of Exotel Monitor has this account; use that one, or quit it")
	// ErrFull, ErrDisk and ErrUnwritable are what keeps the file from being written.
	ErrFull       = errors.New("the disk is full; free some space")
	ErrDisk       = errors.New("the disk reports an error; see that it has space and is sound")
	ErrUnwritable = errors.New("the data folder cannot be written; give yourself the right to")
	// ErrGone means that the file or its lock was removed or replaced while it was open.
	// What is written then would be lost, and another copy could have the account, too.
	ErrGone = errors.New("the record of alerts was removed or replaced while the program ran; start the program again to begin a new one")
	// ErrSlow is the cause of a context that ended because the disk took too long.
	ErrSlow = errors.New("the disk takes too long to answer; see whether another program uses the data folder, or the disk is failing")
)

// readers is how many read at once, beside one who writes.
const readers = 2

// File is safe for concurrent use, by one process.
type File struct {
	lock *sqlite.Conn           // holds the file for this process; nil in memory
	held map[string]os.FileInfo // what lay at its paths when it was opened

	// The connections that are free. The channels are closed with the file, and
	// are one and the same in memory.
	writer, readers chan *sqlite.Conn
}

// Open opens the file at path, which is made where there is none, for its owner
// alone. An older version is brought forward. A file that is damaged is set aside
// under another name and a new one begun; one that a newer version of the program
// wrote is refused and left as it is.
func Open(ctx context.Context, path string, schema sqlitemigration.Schema, log *slog.Logger) (*File, error) {
	open := open
	if path == InMemory {
		open = openInMemory
	}
	f, err := open(ctx, path, schema, log)
	if err != nil {
		return nil, fmt.Errorf("nothing can be saved in %s: %w", path, explain(err))
	}
	return f, nil
}

// Close waits for those who read or write, and closes the file. It can be called
// again.
func (f *File) Close() error {
	writer, open := <-f.writer
	if !open {
		return nil
	}
	var failures []error
	if f.readers != f.writer {
		for range readers {
			failures = append(failures, (<-f.readers).Close())
		}
		close(f.readers)
	}
	// The last to close writes the log back into the file and removes it.
	failures = append(failures, writer.Close())
	if f.lock != nil {
		failures = append(failures, f.lock.Close())
	}
	close(f.writer)
	return errors.Join(failures...)
}

// Read lends a connection to read that is not for writing. What it sees in one
// statement is of one moment; it does not wait for who writes. An end of ctx
// interrupts it. Inside of it the file must not be used in another way.
func (f *File) Read(ctx context.Context, read func(*sqlite.Conn) error) error {
	return f.lend(ctx, f.readers, read)
}

// Write runs write in a transaction, which is saved whole or, with an error, not at
// all. Not even a power cut takes it back once it returned, which waits for the
// disk. One writes at a time. An end of ctx interrupts it. Inside of it the file must
// not be used in another way.
func (f *File) Write(ctx context.Context, write func(*sqlite.Conn) error) error {
	return explain(f.lend(ctx, f.writer, func(conn *sqlite.Conn) error { return transaction(conn, write) }))
}

// lend lends one of the free connections.
func (f *File) lend(ctx context.Context, free chan *sqlite.Conn, use func(*sqlite.Conn) error) error {
	select {
	case conn, open := <-free:
		if !open {
			return fs.ErrClosed
		}
		defer func() { free <- conn }()
		if err := f.stillThere(); err != nil {
			return err
		}
		conn.SetInterrupt(ctx.Done())
		defer conn.SetInterrupt(nil)
		switch err := use(conn); {
		case err != nil && ctx.Err() != nil:
			return context.Cause(ctx)
		case damaged(err):
			return fmt.Errorf("the file is damaged: %w; start the program again to set it aside and begin a new one", err)
		default:
			return err
		}
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// stillThere returns ErrGone when the file or its lock was removed or replaced.
func (f *File) stillThere() error {
	for path, held := range f.held {
		if now, err := os.Stat(path); err != nil || !os.SameFile(now, held) {
			return ErrGone
		}
	}
	return nil
}

// explain adds to an error of SQLite or of opening a file what to do.
func explain(err error) error {
	why := Reason(err)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		why = ErrUnwritable
	}
	if why == nil {
		return err
	}
	return fmt.Errorf("%w: %w", why, err)
}

// Reason returns what keeps a file from being written, by an error of SQLite; nil
// for any other error.
func Reason(err error) error {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull:
		return ErrFull
	case sqlite.ResultIOErr:
		return ErrDisk
	case sqlite.ResultReadOnly, sqlite.ResultCantOpen, sqlite.ResultPerm:
		return ErrUnwritable
	}
	return nil
}

func transaction(conn *sqlite.Conn, f func(*sqlite.Conn) error) (err error) {
	end, err := sqlitex.ImmediateTransaction(conn)
	if err != nil {
		return err
	}
	defer end(&err)
	return f(conn)
}
