// Package archive keeps an account's calls on disk, by the days they were read
// as. A day is replaced whole or not at all, whatever happens in the middle, and
// what was once known of a call is not lost when Exotel later leaves it out.
package archive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
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

// readers is how many days are read off the disk at once, beside one that is
// being written.
const readers = 2

// Archive is the file of one account. It is safe for concurrent use, by one
// process.
type Archive struct {
	path string
	zone *time.Location
	*vocabulary

	readers chan *sqlite.Conn // those that are free; closed with the archive

	lock *sqlite.Conn // holds it for this process

	mu     sync.Mutex // held by whoever writes
	writer *sqlite.Conn
	places *places // nil until the first Put
}

var errClosed = errors.New("it is closed")

// Open opens the archive at path, which is made where there is none, for its
// owner alone. Times come back in zone. A file that is damaged is set aside
// under another name and a new one begun; one that a newer version of the
// program wrote is refused and left as it is.
func Open(ctx context.Context, path string, zone *time.Location, log *slog.Logger) (*Archive, error) {
	a, err := open(ctx, path, zone)
	if damaged(err) {
		aside := path + asideMark + time.Now().UTC().Format("20060102-150405.000")
		if err := setAside(path, aside); err != nil {
			return nil, fmt.Errorf("the calls kept in %s are damaged and the file cannot be moved: %w; move it away yourself", path, err)
		}
		log.Warn("the file of calls was damaged; a new one was begun and will be filled again", "damaged", aside, "error", err)
		a, err = open(ctx, path, zone)
	}
	if err != nil {
		return nil, fmt.Errorf("calls cannot be kept in %s: %w", path, err)
	}
	return a, nil
}

func open(ctx context.Context, path string, zone *time.Location) (_ *Archive, err error) {
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	a := &Archive{path: path, zone: zone, readers: make(chan *sqlite.Conn, readers)}
	if a.lock, err = lock(path); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.lock.Close())
		}
	}()
	if a.writer, err = openWriter(ctx, path); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			close(a.readers)
			for conn := range a.readers {
				err = errors.Join(err, conn.Close())
			}
			err = errors.Join(err, a.writer.Close())
		}
	}()
	if a.vocabulary, err = loadVocabulary(a.writer); err != nil {
		return nil, err
	}
	for range readers {
		conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
		if err != nil {
			return nil, err
		}
		a.readers <- conn
	}
	return a, nil
}

// Close waits for what is being read or written, and closes the file.
func (a *Archive) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.writer == nil {
		return nil
	}
	var failures []error
	for range cap(a.readers) {
		failures = append(failures, (<-a.readers).Close())
	}
	close(a.readers)
	// The last to close writes the log back into the file and removes it.
	failures = append(failures, a.writer.Close(), a.lock.Close())
	a.writer, a.places = nil, nil
	return errors.Join(failures...)
}

// read lends a connection to f.
func (a *Archive) read(ctx context.Context, f func(*sqlite.Conn) error) error {
	select {
	case conn, open := <-a.readers:
		if !open {
			return a.unreadable(ctx, errClosed)
		}
		defer func() { a.readers <- conn }()
		conn.SetInterrupt(ctx.Done())
		defer conn.SetInterrupt(nil)
		return a.unreadable(ctx, f(conn))
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (a *Archive) unreadable(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, errDamaged):
		return fmt.Errorf("the calls kept in %s could not all be read: %w; the day must be fetched again", a.path, err)
	case damaged(err):
		return fmt.Errorf("the calls kept in %s are damaged: %w; start the program again to set the file aside and fill a new one", a.path, err)
	}
	return fmt.Errorf("the calls kept in %s could not be read: %w", a.path, err)
}

// write runs f in a transaction, which is kept whole or not at all.
func (a *Archive) write(ctx context.Context, f func(*sqlite.Conn) error) error {
	if a.writer == nil {
		return a.unwritable(ctx, errClosed)
	}
	a.writer.SetInterrupt(ctx.Done())
	defer a.writer.SetInterrupt(nil)
	return a.unwritable(ctx, transaction(a.writer, f))
}

func (a *Archive) unwritable(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case damaged(err):
		return a.unreadable(ctx, err)
	case errors.Is(err, errClosed):
		return a.refused(err)
	}
	return fmt.Errorf("calls could not be kept in %s: %w; see that the disk has space and that you may write there", a.path, err)
}

func (a *Archive) refused(err error) error {
	return fmt.Errorf("calls could not be kept in %s: %w", a.path, err)
}

func transaction(conn *sqlite.Conn, f func(*sqlite.Conn) error) (err error) {
	end, err := sqlitex.ImmediateTransaction(conn)
	if err != nil {
		return err
	}
	defer end(&err)
	return f(conn)
}
