// Package journal keeps on disk what happened to an account's ExoPhones:
// incidents and alerts, what was told of them, and when each line was seen up or
// down. A crash at any moment loses nothing that was kept and repeats nothing
// that was told.
package journal

import (
	"context"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/heartbeat/journal/file"
)

// Journal is the record in the file of one account. It is safe for concurrent
// use, by one process. Its methods end with their context, and with file.ErrSlow
// when the disk takes too long; nothing is recorded then.
type Journal struct {
	file *file.File
	last map[lineKey]Span // the newest span of each line
}

// New returns the record in a file, which must stay open.
func New(f *file.File) *Journal { return &Journal{file: f} }

// maxWait is how long a call waits for the disk.
const maxWait = 10 * time.Second

// bounded ends with ctx, or when the disk takes too long.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, maxWait, file.ErrSlow)
}

// write runs f in a transaction, which is kept whole or not at all, and then not
// even a power cut takes back: what was told is not told again.
func (j *Journal) write(ctx context.Context, f func(*sqlite.Conn) error) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err := j.file.Write(ctx, f); err != nil {
		return fmt.Errorf("the incidents could not be recorded: %w", err)
	}
	return nil
}

// read runs a query, row by row.
func (j *Journal) read(ctx context.Context, query string, row func(*sqlite.Stmt) error, args ...any) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err := j.file.Read(ctx, func(c *sqlite.Conn) error {
		return sqlitex.Execute(c, query, &sqlitex.ExecOptions{Args: args, ResultFunc: row})
	}); err != nil {
		return fmt.Errorf("the record of incidents could not be read: %w", err)
	}
	return nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
