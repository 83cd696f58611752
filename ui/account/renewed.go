package account

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"time"

	"golang.org/x/sync/semaphore"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/metrics/dbfile"
)

// ErrLost is the error of a question about calls that are not in the file any more.
var ErrLost = errors.New("the stored calls were removed or damaged while the program ran; they are fetched again")

// renewed is a store of calls in a file. When the file is removed, replaced or found
// damaged, renewed begins a new one. Until one can be opened, it saves nothing and
// answers as an empty store does.
type renewed struct {
	path string
	zone *time.Location
	log  *slog.Logger

	turn   *semaphore.Weighted // held while a file is opened, and for what follows
	store  *sqlite.Store       // nil while none can be opened
	begun  int64               // how many files there were before
	failed bool                // the last opening did
	closed bool
	phones []exotel.ExoPhone // what a new file is told
}

var _ calls.Store = (*renewed)(nil)

// unopenedError is the error of using a store while no file can be opened.
type unopenedError struct{ err error }

func (e *unopenedError) Error() string { return e.err.Error() }
func (e *unopenedError) Unwrap() error { return e.err }

// Close closes the file. It can be called again.
func (r *renewed) Close() error {
	_ = r.turn.Acquire(context.Background(), 1) // an opening ends
	defer r.turn.Release(1)
	r.closed = true
	if r.store == nil {
		return nil
	}
	return r.store.Close()
}

// use runs f with the store, and once more with the next one if the file was lost.
func (r *renewed) use(ctx context.Context, f func(*sqlite.Store) error) error {
	store, err := r.opened(ctx, nil, nil)
	if err != nil {
		return err
	}
	why := f(store)
	if why == nil || ctx.Err() != nil {
		return why
	}
	next, err := r.opened(ctx, store, why)
	switch {
	case err != nil:
		return err
	case next == store:
		return why
	}
	return f(next)
}

// read is use where an empty store has nothing to say.
func (r *renewed) read(ctx context.Context, f func(*sqlite.Store) error) error {
	err := r.use(ctx, f)
	if _, ok := errors.AsType[*unopenedError](err); ok {
		return nil
	}
	return err
}

// ask is read for questions about calls, which end with ErrLost if the file was lost:
// who asks may know of calls that were in it.
func (r *renewed) ask(ctx context.Context, f func(*sqlite.Store) error) error {
	asked := false
	err := r.use(ctx, func(s *sqlite.Store) error {
		if asked {
			return ErrLost
		}
		asked = true
		return f(s)
	})
	if _, ok := errors.AsType[*unopenedError](err); !ok {
		return err
	}
	if asked {
		return ErrLost
	}
	return nil
}

// opened returns the open store. used is the one that failed because of why, nil for
// none: if its file was lost, opened replaces it, unless another caller has done so.
func (r *renewed) opened(ctx context.Context, used *sqlite.Store, why error) (*sqlite.Store, error) {
	if r.turn.Acquire(ctx, 1) != nil {
		return nil, context.Cause(ctx)
	}
	defer r.turn.Release(1)
	gone, damaged := errors.Is(why, dbfile.ErrGone), errors.Is(why, dbfile.ErrDamaged)
	switch {
	case r.closed:
		return nil, fs.ErrClosed
	case r.store != nil && (r.store != used || !gone && !damaged):
		return r.store, nil
	case r.store != nil:
		_ = r.store.Close() // nothing can be saved in it
		r.store = nil
		r.begun++
		if gone {
			r.log.Warn("the stored calls were removed while the program ran; they are fetched again", "file", r.path)
		}
	}
	store, err := sqlite.OpenInZone(ctx, r.path, r.zone, r.log)
	if err == nil && store.WriteErr() == nil {
		if err = store.SetExoPhones(ctx, r.phones); err != nil {
			err = errors.Join(err, store.Close())
		}
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		err = notSaved(r.path, err)
		if !r.failed {
			r.failed = true
			r.log.Error("calls are not saved", "error", err)
		}
		return nil, &unopenedError{err}
	}
	r.store, r.failed = store, false
	return store, nil
}

// notSaved adds to an error which file it keeps calls from being saved in.
func notSaved(path string, err error) error {
	return fmt.Errorf("calls cannot be saved in %s: %w", path, err)
}

// Put implements calls.Store.
func (r *renewed) Put(ctx context.Context, b calls.Batch) error {
	return r.use(ctx, func(s *sqlite.Store) error { return s.Put(ctx, b) })
}

// Days implements calls.Store.
func (r *renewed) Days(ctx context.Context, p metrics.Period) (days []calls.Day, err error) {
	err = r.read(ctx, func(s *sqlite.Store) (err error) {
		days, err = s.Days(ctx, p)
		return err
	})
	return days, err
}

// OpenCalls implements calls.Store.
func (r *renewed) OpenCalls(ctx context.Context, after, young time.Time) (open []calls.OpenCall, err error) {
	err = r.read(ctx, func(s *sqlite.Store) (err error) {
		open, err = s.OpenCalls(ctx, after, young)
		return err
	})
	return open, err
}

// Group implements calls.Store.
func (r *renewed) Group(ctx context.Context, q calls.Query, by ...calls.Dimension) (buckets []calls.Bucket, err error) {
	err = r.ask(ctx, func(s *sqlite.Store) (err error) {
		buckets, err = s.Group(ctx, q, by...)
		return err
	})
	return buckets, err
}

// Calls implements calls.Store.
func (r *renewed) Calls(ctx context.Context, q calls.Query) iter.Seq2[calls.Call, error] {
	return func(yield func(calls.Call, error) bool) {
		err := r.ask(ctx, func(s *sqlite.Store) error {
			for call, err := range s.Calls(ctx, q) {
				if err != nil {
					return err
				}
				if !yield(call, nil) {
					break
				}
			}
			return nil
		})
		if err != nil {
			yield(calls.Call{}, err)
		}
	}
}

// SetExoPhones implements calls.Store.
func (r *renewed) SetExoPhones(ctx context.Context, phones []exotel.ExoPhone) error {
	if r.turn.Acquire(ctx, 1) != nil {
		return context.Cause(ctx)
	}
	r.phones = phones
	r.turn.Release(1)
	return r.read(ctx, func(s *sqlite.Store) error { return s.SetExoPhones(ctx, phones) })
}

// Forget implements calls.Store.
func (r *renewed) Forget(ctx context.Context, before metrics.Date) error {
	return r.read(ctx, func(s *sqlite.Store) error { return s.Forget(ctx, before) })
}

// Revision implements calls.Store.
func (r *renewed) Revision(ctx context.Context) (revision int64, err error) {
	err = r.read(ctx, func(s *sqlite.Store) (err error) {
		revision, err = s.Revision(ctx)
		return err
	})
	if r.turn.Acquire(ctx, 1) != nil {
		return 0, context.Cause(ctx)
	}
	defer r.turn.Release(1)
	return r.begun<<32 + revision, err
}
