// Package file holds a file of records for this copy of the program, which alone
// writes it, and lends connections to it.
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

// InMemory is the path of a file that nothing is left of.
const InMemory = ":memory:"

var (
	// ErrInUse means that another copy of the program has the file.
	ErrInUse = errors.New("another Exotel Monitor is using this account; use or quit that one")
	// ErrLost means that the file or its lock was removed or replaced while it was open,
	// or that the file is damaged. What is written then would be lost, and another copy
	// could have the account, too.
	ErrLost = errors.New("the record of alerts was removed or damaged while the program ran; start the program again to begin a new one")
	// ErrSlow is the cause of a context that ended because the disk took too long.
	ErrSlow = errors.New("the disk takes too long to answer; see whether another program uses the data folder, or the disk is failing")
)

const (
	lockMark = ".lock"
	busyWait = 2 * time.Second // for another copy that is just closing

	// readers is how many read at once, beside one who writes.
	readers = 2
)

// File is safe for concurrent use, by one process.
type File struct {
	reader  *dbfile.File
	writer  *dbfile.File // the reader in memory; nil where another copy writes
	lock    *sqlite.Conn // holds the file for this process; nil in memory, and where another copy has it
	closing sync.Once
}

func options(schema sqlitemigration.Schema, log *slog.Logger) dbfile.Options {
	return dbfile.Options{
		Schema: schema, Conns: readers, Pragmas: []string{"PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"}, Check: dbfile.CheckPages,
		Damaged: "a file was damaged; it was set aside and a new one begun", Log: log,
	}
}

// Open opens the file at path, as [dbfile.Open] does, and holds it for this process. It
// fails with ErrInUse where another copy of the program holds it.
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

// Follow opens the file at path to read what another copy of the program writes. Write
// fails with ErrInUse.
func Follow(ctx context.Context, path string, schema sqlitemigration.Schema) (*File, error) {
	db, err := dbfile.OpenReadOnly(ctx, path, options(schema, nil))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	return &File{reader: db}, nil
}

// Copy opens, in memory, what the file at path holds, which is only read: it is for
// one that cannot be written. What is written to it is gone when it is closed.
func Copy(ctx context.Context, path string, schema sqlitemigration.Schema) (*File, error) {
	db, err := dbfile.Copy(ctx, path, options(schema, nil))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	return &File{reader: db, writer: db}, nil
}

// Close waits for those who read or write, and closes the file. It can be called
// again.
func (f *File) Close() (err error) {
	f.closing.Do(func() {
		for _, db := range []*dbfile.File{f.reader, f.writer} { // the last writes the log back into the file and removes it
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

// Read lends a connection to read that is not for writing. What it sees in one
// statement is of one moment; it does not wait for who writes. An end of ctx
// interrupts it. Inside of it the file must not be used in another way.
func (f *File) Read(ctx context.Context, read func(*sqlite.Conn) error) error {
	return lost(f.reader.Use(ctx, read))
}

// Write runs write in a transaction, which is saved whole or, with an error, not at
// all. Not even a power cut takes it back once it returned, which waits for the
// disk. One writes at a time. An end of ctx interrupts it. Inside of it the file must
// not be used in another way.
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

// lock holds the file for this process, because two would send every notification
// twice. The lock is a database of its own: a process that locks the file itself could
// not read it from several connections.
func lock(path string) (*sqlite.Conn, error) {
	if err := dbfile.MakePrivate(path); err != nil {
		return nil, err
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(busyWait)
	// The first statement fails where nothing can be written, and the second does not.
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

// Held reports at once whether another copy of the program has the file at path.
func Held(path string) bool { return sqlite.ErrCode(probe(path)).ToPrimary() == sqlite.ResultBusy }

// Free reports at once whether it is certain that no copy of the program has the file
// at path. Neither Held nor Free is true of a file whose lock is gone.
func Free(path string) bool { return probe(path) == nil }

// probe takes the lock of a file and lets it go.
func probe(path string) error {
	conn, err := sqlite.OpenConn(path+lockMark, sqlite.OpenReadWrite)
	if err != nil {
		return err // Open says what is wrong
	}
	defer conn.Close()
	conn.SetBusyTimeout(0)
	return sqlitex.ExecuteTransient(conn, "BEGIN EXCLUSIVE", nil)
}
