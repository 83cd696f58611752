// Package archive keeps an account's calls on disk, by the days they were read
// as. A day is replaced whole or not at all, whatever happens in the middle, and
// what was once known of a call is not lost when Exotel later leaves it out.
package archive

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/metrics/archive/file"
)

// Day is one day of calls as it was read last.
type Day struct {
	// From and To are its first moment and the first one after it. Which days
	// there are is a matter of the account's zone, and so of whoever reads them.
	From, To time.Time
	// The figures of the reading, as exotel.Tally has them.
	Announced, Received, Unreadable, Missing int
	// ReadAt is when the reading began, to the millisecond.
	ReadAt time.Time
	// Complete means that every announced call arrived.
	Complete bool
}

// Archive is the calls in the file of one account. It is safe for concurrent use,
// by one process.
type Archive struct {
	file *file.File
	zone *time.Location
	*vocabulary

	mu     sync.Mutex // held by whoever puts or forgets
	places *places    // nil until the first Put
}

var errDamaged = errors.New("a row in it makes no sense")

// New returns the calls that are kept in a file, which must stay open. Times come
// back in zone.
func New(ctx context.Context, f *file.File, zone *time.Location) (*Archive, error) {
	a := &Archive{file: f, zone: zone}
	err := a.read(ctx, func(conn *sqlite.Conn) (err error) {
		a.vocabulary, err = loadVocabulary(conn)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Lasting reports whether what is put is there after this run.
func (a *Archive) Lasting() bool { return a.file.Path() != file.InMemory }

// read lends a connection to f.
func (a *Archive) read(ctx context.Context, f func(*sqlite.Conn) error) error {
	return a.unreadable(ctx, a.file.Read(ctx, f))
}

func (a *Archive) unreadable(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, errDamaged):
		return fmt.Errorf("the calls kept in %s could not all be read: %w; the day must be fetched again", a.file.Path(), err)
	}
	return fmt.Errorf("the calls kept in %s could not be read: %w", a.file.Path(), err)
}

// write runs f in a transaction, which is kept whole or not at all. A power cut
// may take back the last days that were put, but never halves of them, and they
// can be fetched again.
func (a *Archive) write(ctx context.Context, f func(*sqlite.Conn) error) error {
	return a.unwritable(ctx, a.file.Write(ctx, f))
}

func (a *Archive) unwritable(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return a.refused(err)
}

func (a *Archive) refused(err error) error {
	return fmt.Errorf("calls could not be kept in %s: %w", a.file.Path(), err)
}
