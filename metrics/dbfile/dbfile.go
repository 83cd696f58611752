// Package dbfile opens a SQLite file of the program whatever became of it, and lends
// connections to it.
package dbfile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"

	"golang.org/x/sync/semaphore"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// File is an open file. It is safe for concurrent use.
type File struct {
	opened    map[string]os.FileInfo // what was at its paths when it was opened; empty in memory
	conns     int
	turns     *semaphore.Weighted // one for each connection
	use       context.Context     // ends with Interrupt
	interrupt context.CancelFunc
	closing   sync.Once
	closeErr  error

	mu   sync.Mutex
	free []*sqlite.Conn // unused connections, the last used last; none once closed
}

// newFile returns a file that lends some connections.
func newFile(conns ...*sqlite.Conn) *File {
	f := &File{opened: map[string]os.FileInfo{}, conns: len(conns), turns: semaphore.NewWeighted(int64(len(conns))), free: conns}
	f.use, f.interrupt = context.WithCancel(context.Background())
	return f
}

// take takes the connection that was used last, whose cache of pages is the warmest. It
// returns nil once the file is closed. The caller must have a turn.
func (f *File) take() *sqlite.Conn {
	f.mu.Lock()
	defer f.mu.Unlock()
	last := len(f.free) - 1
	if last < 0 {
		return nil
	}
	conn := f.free[last]
	f.free = f.free[:last]
	return conn
}

func (f *File) putBack(conn *sqlite.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.free = append(f.free, conn)
}

// Use lends a connection until use returns. The end of ctx interrupts it. Errors are as
// from Explain, or [ErrGone] if the file was removed or replaced.
func (f *File) Use(ctx context.Context, use func(*sqlite.Conn) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(f.use, func() { cancel(fs.ErrClosed) })()
	if f.turns.Acquire(ctx, 1) != nil {
		return context.Cause(ctx)
	}
	defer f.turns.Release(1)
	conn := f.take()
	if conn == nil {
		return fs.ErrClosed
	}
	defer f.putBack(conn)
	if err := f.checkPresent(); err != nil {
		return err
	}
	conn.SetInterrupt(ctx.Done())
	defer conn.SetInterrupt(nil)
	return Explain(ctx, use(conn))
}

// checkPresent returns ErrGone if a file was removed or replaced. What is written to it
// would be lost.
func (f *File) checkPresent() error {
	for path, held := range f.opened {
		if now, err := os.Stat(path); err != nil || !os.SameFile(now, held) {
			return ErrGone
		}
	}
	return nil
}

// Interrupt ends all present and later uses of the file with [fs.ErrClosed].
func (f *File) Interrupt() { f.interrupt() }

// Close waits for the users of the file, and closes it. It may be called again.
func (f *File) Close() error {
	f.closing.Do(func() {
		_ = f.turns.Acquire(context.Background(), int64(f.conns)) // those who use it end
		defer f.turns.Release(int64(f.conns))
		for conn := f.take(); conn != nil; conn = f.take() {
			f.closeErr = errors.Join(f.closeErr, conn.Close())
		}
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

// Write runs write in a transaction, which is saved completely or not at all. It waits
// for other writers.
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

// rollBack ends a transaction that was not committed, even if its context has ended.
func rollBack(conn *sqlite.Conn) {
	done := conn.SetInterrupt(nil)
	defer conn.SetInterrupt(done)
	if !conn.AutocommitEnabled() { // SQLite ends it itself after some errors
		_ = sqlitex.Execute(conn, "ROLLBACK", nil)
	}
}
