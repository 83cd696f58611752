// Package dbfile opens a SQLite file of the program whatever became of it, and lends
// connections to it.
package dbfile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// File is an open file. It is safe for concurrent use.
type File struct {
	held      map[string]os.FileInfo // what lay at its paths when it was opened; empty in memory
	free      chan *sqlite.Conn      // closed with the file
	use       context.Context        // ends with Interrupt
	interrupt context.CancelFunc
	closing   sync.Once
	closeErr  error
}

// newFile returns a file that lends some connections.
func newFile(conns ...*sqlite.Conn) *File {
	f := &File{held: map[string]os.FileInfo{}, free: make(chan *sqlite.Conn, len(conns))}
	f.use, f.interrupt = context.WithCancel(context.Background())
	for _, conn := range conns {
		f.free <- conn
	}
	return f
}

// Use lends a connection to use, until use returns. An end of ctx interrupts it.
// Errors are as Explain returns them, [ErrGone] where the file was removed or replaced.
func (f *File) Use(ctx context.Context, use func(*sqlite.Conn) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(f.use, func() { cancel(fs.ErrClosed) })()
	select {
	case conn, open := <-f.free:
		if !open {
			return fs.ErrClosed
		}
		defer func() { f.free <- conn }()
		if err := f.stillThere(); err != nil {
			return err
		}
		conn.SetInterrupt(ctx.Done())
		defer conn.SetInterrupt(nil)
		return Explain(ctx, use(conn))
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// stillThere returns ErrGone when a file was removed or replaced. What is written to
// it then would be lost.
func (f *File) stillThere() error {
	for path, held := range f.held {
		if now, err := os.Stat(path); err != nil || !os.SameFile(now, held) {
			return ErrGone
		}
	}
	return nil
}

// Interrupt ends what uses the file, and all later uses, with [fs.ErrClosed].
func (f *File) Interrupt() { f.interrupt() }

// Close waits for those who use the file, and closes it. It may be called again.
func (f *File) Close() error {
	f.closing.Do(func() {
		for range cap(f.free) {
			f.closeErr = errors.Join(f.closeErr, (<-f.free).Close())
		}
		close(f.free)
		f.interrupt()
	})
	return f.closeErr
}

// Read runs read on the file as it is at one moment.
func Read(conn *sqlite.Conn, read func(*sqlite.Conn) error) error {
	if err := sqlitex.Execute(conn, "BEGIN", nil); err != nil {
		return err
	}
	defer rollBack(conn) // nothing was changed
	return read(conn)
}

// Write runs write in a transaction, which is saved whole or not at all. It waits for
// others who write.
func Write(conn *sqlite.Conn, write func(*sqlite.Conn) error) error {
	if err := sqlitex.Execute(conn, "BEGIN IMMEDIATE", nil); err != nil {
		return err
	}
	defer rollBack(conn) // does nothing after the COMMIT
	if err := write(conn); err != nil {
		return err
	}
	return sqlitex.Execute(conn, "COMMIT", nil)
}

// rollBack ends a transaction that was not committed, also when its context has
// ended.
func rollBack(conn *sqlite.Conn) {
	done := conn.SetInterrupt(nil)
	defer conn.SetInterrupt(done)
	if !conn.AutocommitEnabled() { // SQLite ends it itself after some errors
		_ = sqlitex.Execute(conn, "ROLLBACK", nil)
	}
}
