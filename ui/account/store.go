// Package account is one connected account at work, for the window and serve: it opens
// what is stored, keeps it fresh and watches the ExoPhones. It needs no display.
package account

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/semaphore"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/ui/config"
)

// Files are the paths of what is stored of an account.
type Files struct{ Calls, Record string }

// FilesOf returns the files of an account in the data folder dir.
func FilesOf(c config.Credentials, dir string) Files {
	folder := c.Folder(dir)
	return Files{Calls: filepath.Join(folder, "calls.db"), Record: filepath.Join(folder, "incidents.db")}
}

// InMemory are files that nothing is left of.
var InMemory = Files{Record: file.InMemory}

// Size returns how many bytes the files take on the disk, with what lies beside them.
func (f Files) Size() (sum int64, err error) {
	if f == InMemory {
		return 0, nil
	}
	entries, err := os.ReadDir(filepath.Dir(f.Calls))
	for _, entry := range entries {
		info, err := entry.Info()
		switch {
		case err == nil:
			sum += info.Size()
		case !errors.Is(err, fs.ErrNotExist): // it was removed meanwhile
			return 0, err
		}
	}
	return sum, err
}

// Store is what is stored of an account, open.
type Store struct {
	Files  Files
	Calls  calls.Store
	Record *file.File // nil after OpenCalls
	// CallsErr and RecordErr say why Calls and Record could not be opened for saving.
	// They are nil if they could, and for InMemory. A later failure to save is reported
	// by Calls.Put and by Day.Unsaved.
	CallsErr, RecordErr error

	closers []io.Closer
}

// Open opens what is stored of an account whose days are those of zone: the calls,
// as OpenCalls does, and the record of alerts. A record that cannot be written is
// copied to memory. One that another copy of the program has is opened for reading.
// Open fails only if ctx ends or memory cannot be used either.
func Open(ctx context.Context, f Files, zone *time.Location, log *slog.Logger) (*Store, error) {
	open := sqlite.Open
	if Held(f) {
		open = sqlite.OpenInZone // the other process has its zone
	}
	s, err := openStore(ctx, f, zone, log, open)
	if err != nil {
		return nil, err
	}
	if err := s.openRecord(ctx, log); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// OpenCalls opens the stored calls of an account whose days are those of zone. Calls
// that cannot be saved are kept in memory, over those that can be read. A file of
// calls that is lost while it is in use is begun anew. Calls that were saved in another
// zone stay as they are, and are not used. OpenCalls fails as Open does.
func OpenCalls(ctx context.Context, f Files, zone *time.Location, log *slog.Logger) (*Store, error) {
	return openStore(ctx, f, zone, log, sqlite.OpenInZone)
}

type opener func(context.Context, string, *time.Location, *slog.Logger) (*sqlite.Store, error)

func openStore(ctx context.Context, f Files, zone *time.Location, log *slog.Logger, open opener) (*Store, error) {
	memory, err := sqlite.OpenMemory(ctx, zone)
	if err != nil {
		return nil, err
	}
	s := &Store{Files: f, Calls: memory, closers: []io.Closer{memory}}
	if f == InMemory {
		return s, nil
	}
	disk, err := open(ctx, f.Calls, zone, log)
	if err == nil {
		base := &renewed{turn: semaphore.NewWeighted(1), path: f.Calls, zone: zone, log: log, store: disk}
		s.closers = append(s.closers, base)
		s.Calls = calls.NewOverlay(base, memory, zone)
		err = disk.WriteErr()
	}
	if ctx.Err() != nil {
		s.Close()
		return nil, context.Cause(ctx)
	}
	if err != nil {
		s.CallsErr = notSaved(f.Calls, err)
		log.Error("calls are not saved", "error", s.CallsErr)
	}
	return s, nil
}

func (s *Store) openRecord(ctx context.Context, log *slog.Logger) error {
	record, err := file.Open(ctx, s.Files.Record, journal.Schema, log)
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		s.RecordErr = err
		if s.Shared() {
			log.Info("another copy of the program has the account; this one shows what that stores and records")
		} else {
			log.Error("alerts are not recorded", "error", err)
		}
		if record, err = s.readRecord(ctx); err != nil {
			if ctx.Err() == nil {
				log.Warn("the recorded alerts cannot be shown", "error", err)
			}
			record, err = file.Open(ctx, file.InMemory, journal.Schema, log)
		}
		if err != nil {
			return err
		}
	}
	s.Record, s.closers = record, append(s.closers, record)
	return nil
}

// readRecord opens a record that another copy of the program has, or that cannot be
// written.
func (s *Store) readRecord(ctx context.Context) (*file.File, error) {
	if errors.Is(s.RecordErr, file.ErrInUse) {
		return file.Follow(ctx, s.Files.Record, journal.Schema)
	}
	record, err := file.Copy(ctx, s.Files.Record, journal.Schema)
	if err != nil {
		return nil, err
	}
	// Its alerts stay open in the file, and each start would take them up again.
	if err := journal.New(record).CloseAll(ctx); err != nil {
		return nil, errors.Join(err, record.Close())
	}
	return record, nil
}

// Held reports whether another process keeps the files of an account fresh.
func Held(f Files) bool { return f != InMemory && file.InUse(f.Record) }

// Temporary reports whether what is put into Calls is gone when they are closed.
func (s *Store) Temporary() bool { return s.CallsErr != nil || s.Files == InMemory }

// Close closes what is open. It can be called again.
func (s *Store) Close() {
	for _, c := range s.closers {
		_ = c.Close() // what was saved is on the disk already
	}
	s.closers = nil
}

// Shared reports whether another process has the record of alerts.
func (s *Store) Shared() bool { return errors.Is(s.RecordErr, file.ErrInUse) }

// unfilled returns why this process does not store older days in the background, nil
// if it does or need not.
func (s *Store) unfilled() error {
	if s.Shared() {
		return s.RecordErr
	}
	return s.CallsErr
}

// takeEvery is the interval between two tries to take over from another process.
const takeEvery = 10 * time.Second

// takeRecord returns the store with the record, open for writing, once the other
// process has let it go, and nil when ctx ends. A record that cannot be written then is
// left alone, and one in memory takes its place: alerts must be told all the same.
func (s *Store) takeRecord(ctx context.Context, log *slog.Logger) *Store {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(takeEvery):
		}
		if file.InUse(s.Files.Record) {
			continue
		}
		record, err := file.Open(ctx, s.Files.Record, journal.Schema, log)
		if err == nil {
			return s.with(record, nil)
		}
		if errors.Is(err, file.ErrInUse) || ctx.Err() != nil {
			continue
		}
		log.Warn("the record of alerts cannot be taken over", "error", err)
		if file.IsFree(s.Files.Record) {
			if next, err := s.unrecorded(ctx, err, log); err == nil {
				return next
			}
		}
	}
}

// unrecorded returns the store with an empty record in memory, because of err.
func (s *Store) unrecorded(ctx context.Context, err error, log *slog.Logger) (*Store, error) {
	record, memoryErr := file.Open(ctx, file.InMemory, journal.Schema, log)
	if memoryErr != nil {
		return s, errors.Join(err, memoryErr)
	}
	return s.with(record, err), nil
}

// with returns the store with another record. err is why that is not the account's.
func (s *Store) with(record *file.File, err error) *Store {
	next := *s
	next.Record, next.RecordErr = record, err
	next.closers = append(next.closers[:len(next.closers):len(next.closers)], record)
	return &next
}
