// Package file opens a file that one copy of the program writes and others read, and
// lends connections to it.
package file

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/metrics/dbfile"
)

// InMemory is the path of a file in memory.
const InMemory = ":memory:"

var (
	// ErrInUse means that another copy of the program writes the file.
	ErrInUse = errors.New("another Exotel Monitor is using this account; use or quit that one")
	// ErrLost means that the file or its lock was removed or replaced while it was open,
	// or that the file is damaged. Whatever is written then is lost, and another copy of
	// the program may write a new file.
	ErrLost = errors.New("the record of alerts was removed or damaged while the program ran; start the program again to begin a new one")
	// ErrSlow is the cause of a context that ended because the disk took too long.
	ErrSlow = errors.New("the disk takes too long to answer; see whether another program uses the data folder, or the disk is failing")
)

const (
	lockMark = ".lock"
	busyWait = 2 * time.Second // while another copy is closing

	// readers is the number of connections for reading.
	readers = 2
)

// File is an open file. It is safe for concurrent use by one process.
type File struct {
	reader  *dbfile.File
	writer  *dbfile.File // the reader in memory; nil if another copy writes
	lock    *sqlite.Conn // locks the file for this process; nil in memory, and if another copy writes
	closing sync.Once
}

func options(schema sqlitemigration.Schema, log *slog.Logger) dbfile.Options {
	return dbfile.Options{
		Schema: schema, Conns: readers, Pragmas: []string{"PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"}, Check: dbfile.CheckPages,
		Damaged: "a file was damaged; it was set aside and a new one begun", Log: log,
	}
}

// Open opens the file at path as [dbfile.Open] does, and locks it for this process. It
// returns ErrInUse if another copy of the program has the lock.
func Open(ctx context.Context, path string, schema sqlitemigration.Schema, log *slog.Logger) (*File, error) {
	if path == InMemory {
		db, err := dbfile.OpenMemory(ctx, options(schema, log))
		return &File{reader: db, writer: db}, err
	}
	f, err := open(ctx, path, options(schema, log))
	if err != nil {
		return nil, fmt.Errorf("nothing can be saved in %s: %w", path, errors.Join(err, f.Close()))
	}
	return f, nil
}

func open(ctx context.Context, path string, o dbfile.Options) (f *File, err error) {
	f = &File{}
	if f.lock, err = lock(path + lockMark); err != nil {
		return f, dbfile.Explain(ctx, err)
	}
	o.Beside = []string{path + lockMark}
	writing := o
	writing.Conns = 1 // one writes at a time
	if f.writer, err = dbfile.Open(ctx, path, writing); err != nil {
		return f, err
	}
	f.reader, err = dbfile.OpenReadOnly(ctx, path, o)
	return f, err
}

// Follow opens the file at path to read what another copy of the program writes. Its
// Write returns ErrInUse.
func Follow(ctx context.Context, path string, schema sqlitemigration.Schema) (*File, error) {
	db, err := dbfile.OpenReadOnly(ctx, path, options(schema, nil))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	return &File{reader: db}, nil
}

// Copy reads the file at path into memory. It is for a file that cannot be written. What
// is written to the copy is lost when it is closed.
func Copy(ctx context.Context, path string, schema sqlitemigration.Schema) (*File, error) {
	db, err := dbfile.Copy(ctx, path, options(schema, nil))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	return &File{reader: db, writer: db}, nil
}

// Close waits for those who use the file, and closes it. It may be called again.
func (f *File) Close() (err error) {
	f.closing.Do(func() {
		for _, db := range []*dbfile.File{f.reader, f.writer} { // the last one merges the log into the file and removes it
			if db != nil {
				err = errors.Join(err, db.Close())
			}
		}
		if f.lock != nil {
			err = errors.Join(err, f.lock.Close())
		}
	})
	return err
}

// Read lends a connection for reading. Each statement sees the file at one moment, and
// does not wait for writers. The end of ctx interrupts it. read must not use the file in
// another way.
func (f *File) Read(ctx context.Context, read func(*sqlite.Conn) error) error {
	return lost(f.reader.Use(ctx, read))
}

// Write runs write in a transaction. If write returns an error, nothing is saved. When
// Write returns nil, the data is on the disk and survives a power cut. One transaction
// runs at a time. The end of ctx interrupts it. write must not use the file in another
// way.
func (f *File) Write(ctx context.Context, write func(*sqlite.Conn) error) error {
	if f.writer == nil {
		return ErrInUse
	}
	return lost(f.writer.Use(ctx, func(conn *sqlite.Conn) error { return dbfile.Write(conn, write) }))
}

func lost(err error) error {
	if errors.Is(err, dbfile.ErrGone) || errors.Is(err, dbfile.ErrDamaged) {
		return fmt.Errorf("%w: %w", ErrLost, err)
	}
	return err
}

// lock locks the file for this process, because two would send every notification twice.
// The lock is a database of its own: a process that locks the file itself could not read
// it over several connections.
func lock(path string) (*sqlite.Conn, error) {
	if err := dbfile.MakePrivate(path); err != nil {
		return nil, err
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(busyWait)
	// The first statement fails on a read-only disk, and the second does not.
	for _, statement := range []string{"PRAGMA user_version = 1", "BEGIN EXCLUSIVE"} {
		if err := sqlitex.ExecuteTransient(conn, statement, nil); err != nil {
			if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultBusy {
				err = ErrInUse
			}
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// InUse reports at once whether another copy of the program has the lock of the file at
// path.
func InUse(path string) bool { return sqlite.ErrCode(probe(path)).ToPrimary() == sqlite.ResultBusy }

// IsFree reports at once whether certainly no copy of the program has the lock of the
// file at path. If the lock is missing, both InUse and IsFree are false.
func IsFree(path string) bool { return probe(path) == nil }

// probe takes the lock of a file and releases it.
func probe(path string) error {
	conn, err := sqlite.OpenConn(path+lockMark, sqlite.OpenReadWrite)
	if err != nil {
		return err // Open explains it
	}
	defer conn.Close()
	conn.SetBusyTimeout(0)
	return sqlitex.ExecuteTransient(conn, "BEGIN EXCLUSIVE", nil)
}
