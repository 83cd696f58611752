// Package file is the one SQLite file of an account, in which calls and incidents
// are kept. It opens the file whatever became of it, holds it for this copy of
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
	"zombiezen.com/go/sqlite/sqlitex"
)

// InMemory is the path of a file that nothing is left of.
const InMemory = ":memory:"

var (
	// ErrNewer means that a newer version of the program wrote the file.
	ErrNewer = errors.New("a newer version of Exotel Monitor wrote the stored calls; install that version to use them")
	// ErrInUse means that another copy of the program has the file.
	ErrInUse = errors.New("another copy of Exotel Monitor has this account; use that one, or quit it")
	// ErrFull, ErrDisk and ErrUnwritable are what keeps the file from being written.
	ErrFull       = errors.New("the disk is full; free some space")
	ErrDisk       = errors.New("the disk reports an error; see that it has space and is sound")
	ErrUnwritable = errors.New("the data folder cannot be written; give yourself the right to")
	// ErrSlow is the cause of a context that ended because the disk took too long.
	ErrSlow = errors.New("the disk takes too long; see whether another program holds the data folder, or the disk fails")
)

// readers is how many read at once, beside one who writes.
const readers = 2

// File is safe for concurrent use, by one process.
type File struct {
	path string
	lock *sqlite.Conn // holds the file for this process; nil in memory

	// The connections that are free. The channels are closed with the file, and
	// are one and the same in memory.
	writer, readers chan *sqlite.Conn
}

// Open opens the file at path, which is made where there is none, for its owner
// alone. An older version is brought forward, with the record of incidents that
// once lay beside it. A file that is damaged is set aside under another name and
// a new one begun, with those of its incidents that can be read; one that a newer
// version of the program wrote is refused and left as it is.
func Open(ctx context.Context, path string, log *slog.Logger) (*File, error) {
	open := open
	if path == InMemory {
		open = openInMemory
	}
	f, err := open(ctx, path, log)
	if err != nil {
		return nil, fmt.Errorf("calls and incidents cannot be kept in %s: %w", path, explained(err))
	}
	return f, nil
}

// Path is where the file is.
func (f *File) Path() string { return f.path }

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
	return lend(ctx, f.readers, read)
}

// Write runs write in a transaction, which is kept whole or, with an error, not
// at all. One writes at a time. A power cut may take back what was written last,
// so it is for what can be fetched again. An end of ctx interrupts it. Inside of
// it the file must not be used in another way.
func (f *File) Write(ctx context.Context, write func(*sqlite.Conn) error) error {
	return f.write(ctx, "PRAGMA synchronous = NORMAL", write)
}

// WriteThrough is a Write that not even a power cut takes back once it returned.
// It waits for the disk.
func (f *File) WriteThrough(ctx context.Context, write func(*sqlite.Conn) error) error {
	return f.write(ctx, "PRAGMA synchronous = FULL", write)
}

func (f *File) write(ctx context.Context, durability string, write func(*sqlite.Conn) error) error {
	return explained(lend(ctx, f.writer, func(conn *sqlite.Conn) error {
		if err := sqlitex.ExecuteTransient(conn, durability, nil); err != nil {
			return err
		}
		return transaction(conn, write)
	}))
}

// Shrink gives the space that is free in the file back to the disk.
func (f *File) Shrink(ctx context.Context) error {
	return explained(lend(ctx, f.writer, func(conn *sqlite.Conn) error {
		for _, pragma := range []string{"PRAGMA incremental_vacuum", "PRAGMA wal_checkpoint(TRUNCATE)"} {
			if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Size is how many bytes the file takes on the disk, with those that SQLite keeps
// beside it.
func (f *File) Size() (int64, error) {
	var sum int64
	for _, name := range files(f.path) {
		info, err := os.Stat(name)
		switch {
		case err == nil:
			sum += info.Size()
		case !errors.Is(err, fs.ErrNotExist):
			return 0, fmt.Errorf("the size of %s cannot be told: %w", f.path, err)
		}
	}
	return sum, nil
}

// lend lends one of the free connections.
func lend(ctx context.Context, free chan *sqlite.Conn, use func(*sqlite.Conn) error) error {
	select {
	case conn, open := <-free:
		if !open {
			return fs.ErrClosed
		}
		defer func() { free <- conn }()
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

// explained adds to an error of the disk what to do.
func explained(err error) error {
	why := error(nil)
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull:
		why = ErrFull
	case sqlite.ResultIOErr:
		why = ErrDisk
	case sqlite.ResultReadOnly, sqlite.ResultCantOpen, sqlite.ResultPerm:
		why = ErrUnwritable
	}
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		why = ErrUnwritable
	}
	if why == nil {
		return err
	}
	return fmt.Errorf("%w: %w", why, err)
}

func transaction(conn *sqlite.Conn, f func(*sqlite.Conn) error) (err error) {
	end, err := sqlitex.ImmediateTransaction(conn)
	if err != nil {
		return err
	}
	defer end(&err)
	return f(conn)
}
