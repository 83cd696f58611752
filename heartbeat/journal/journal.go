// Package journal records what happens to an account's ExoPhones: incidents and alerts,
// the notifications of them, and when each line was seen up or down. A crash at any
// moment loses nothing that was recorded and repeats no notification.
package journal

import (
	"context"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/heartbeat/journal/file"
)

// Journal is the record of one account. It is safe for concurrent use by one process. Its
// methods return when their context ends, and with file.ErrSlow when the disk takes too
// long; nothing is recorded then.
type Journal struct {
	file      *file.File
	lastSpans map[lineKey]Span // newest span of each line
}

// New returns the journal in a file, which must stay open.
func New(f *file.File) *Journal { return &Journal{file: f} }

// maxWait is how long a call waits for the disk.
const maxWait = 10 * time.Second

// bounded returns a context that ends with ctx, or when the disk takes too long.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, maxWait, file.ErrSlow)
}

// write runs f in a transaction, which is saved completely or not at all. Once it is
// saved, not even a power cut takes it back: no notification is repeated.
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

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
