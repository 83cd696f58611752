package calls

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// Overlay is a Store for a base that may be unable to save, as on a full disk. It keeps
// the days that the base does not accept in a store on top, where they hide those of the
// base. The next Put or Flush tries to save them in the base.
type Overlay struct {
	base, top Store
	zone      *time.Location

	writing *semaphore.Weighted // held by a writer
	mu      sync.Mutex
	unsaved map[metrics.Date]*unsaved
}

// unsaved is a day that is on top only.
type unsaved struct {
	// unlisted has the rows of the day, by Sid, that the top does not list with it: legs,
	// and calls of other days.
	unlisted map[string]exotel.Call
	replace  bool
	day      Day
	asOf     time.Time // no later than the Batch.AsOf of any of its calls
}

// UnsavedError is the error of a Put whose calls are on top of the base only.
type UnsavedError struct{ Err error }

func (e *UnsavedError) Error() string { return e.Err.Error() }
func (e *UnsavedError) Unwrap() error { return e.Err }

// NewOverlay returns an overlay of base and an empty store for what base cannot save.
// Days are those of zone.
func NewOverlay(base, top Store, zone *time.Location) *Overlay {
	return &Overlay{base: base, top: top, zone: zone, writing: semaphore.NewWeighted(1), unsaved: map[metrics.Date]*unsaved{}}
}

// Put implements Store. If only the top can save the batch, it returns an *UnsavedError.
// A day goes on top only with a batch that replaces it, or has at least as many calls as
// the base has of it.
func (o *Overlay) Put(ctx context.Context, b Batch) error {
	if err := o.writing.Acquire(ctx, 1); err != nil {
		return err
	}
	defer o.writing.Release(1)
	why := o.flush(ctx)
	if why == nil {
		why = o.base.Put(ctx, b)
	}
	if why == nil || ctx.Err() != nil {
		return why
	}
	u := o.unsaved[b.Date]
	if u == nil {
		known, err := o.base.Days(ctx, metrics.Period{From: b.Date, To: b.Date})
		if err != nil || b.UpdateDay == nil || !b.Replace && len(known) > 0 && len(b.Calls) < known[0].Stored {
			return why
		}
		u = &unsaved{unlisted: map[string]exotel.Call{}, asOf: b.AsOf}
		// The top may have it from an earlier time.
		if err := o.top.Put(ctx, Batch{Date: b.Date, Replace: true}); err != nil {
			return errors.Join(why, err)
		}
	}
	day, of := u.day, b.UpdateDay
	b.UpdateDay = func(before *Day, stored, added int) *Day {
		if of == nil {
			return nil
		}
		d := of(before, stored, added)
		if d != nil {
			day = *d
		}
		return d
	}
	if err := o.top.Put(ctx, b); err != nil {
		return errors.Join(why, err)
	}
	if b.Replace {
		u.replace, u.asOf = true, b.AsOf
		clear(u.unlisted)
	}
	for _, call := range b.Calls {
		known, again := u.unlisted[call.Sid]
		if again {
			call = exotel.Merge(known, call)
		}
		if again || call.ParentSid != "" || metrics.DateOf(metrics.CreatedAt(&call).In(o.zone)) != b.Date {
			u.unlisted[call.Sid] = call
		}
	}
	u.day = day
	o.mu.Lock()
	defer o.mu.Unlock()
	o.unsaved[b.Date] = u
	return &UnsavedError{why}
}

// Flush saves in the base what is on top only.
func (o *Overlay) Flush(ctx context.Context) error {
	if err := o.writing.Acquire(ctx, 1); err != nil {
		return err
	}
	defer o.writing.Release(1)
	return o.flush(ctx)
}

func (o *Overlay) flush(ctx context.Context) error {
	for date, u := range maps.Clone(o.unsaved) {
		list := slices.Collect(maps.Values(u.unlisted))
		for call, err := range o.top.Calls(ctx, Query{Period: metrics.Period{From: date, To: date}}) {
			if err != nil {
				return err
			}
			list = append(list, call.Call)
		}
		err := o.base.Put(ctx, Batch{Date: date, Calls: list, AsOf: u.asOf, Replace: u.replace, UpdateDay: func(*Day, int, int) *Day {
			day := u.day
			return &day
		}})
		if err != nil {
			return err
		}
		o.mu.Lock()
		delete(o.unsaved, date)
		o.mu.Unlock()
	}
	return nil
}

// segment is a range of days that one of the stores answers for.
type segment struct {
	store   Store
	period  metrics.Period
	unsaved bool
}

// segments splits a period into segments, oldest first.
func (o *Overlay) segments(p metrics.Period) (list []segment) {
	o.mu.Lock()
	unsaved := slices.SortedFunc(maps.Keys(o.unsaved), func(a, b metrics.Date) int { return cmp.Compare(a.String(), b.String()) })
	o.mu.Unlock()
	if p == (metrics.Period{}) {
		p = metrics.Period{From: metrics.Date{Year: 1, Month: 1, Day: 1}, To: metrics.Date{Year: 9999, Month: 12, Day: 31}}
	}
	for _, date := range unsaved {
		if !p.Contains(date) {
			continue
		}
		if p.From.Before(date) {
			list = append(list, segment{o.base, metrics.Period{From: p.From, To: date.Add(-1)}, false})
		}
		list = append(list, segment{o.top, metrics.Period{From: date, To: date}, true})
		p.From = date.Add(1)
	}
	if !p.To.Before(p.From) {
		list = append(list, segment{o.base, p, false})
	}
	return list
}

// Days implements Store.
func (o *Overlay) Days(ctx context.Context, p metrics.Period) (all []Day, err error) {
	for _, s := range o.segments(p) {
		days, err := s.store.Days(ctx, s.period)
		if err != nil {
			return nil, err
		}
		for _, d := range days {
			d.Unsaved = s.unsaved
			all = append(all, d)
		}
	}
	return all, nil
}

// OpenCalls implements Store.
func (o *Overlay) OpenCalls(ctx context.Context, after, young time.Time) (all []OpenCall, err error) {
	for _, s := range o.segments(metrics.Period{}) {
		open, err := s.store.OpenCalls(ctx, after, young)
		if err != nil {
			return nil, err
		}
		for _, call := range open {
			if s.period.Contains(metrics.DateOf(call.Created)) {
				all = append(all, call)
			}
		}
	}
	return all, nil
}

// Group implements Store.
func (o *Overlay) Group(ctx context.Context, q Query, by ...Dimension) (all []Bucket, err error) {
	at := map[Key]int{}
	for _, s := range o.segments(q.Period) {
		q.Period = s.period
		buckets, err := s.store.Group(ctx, q, by...)
		if err != nil {
			return nil, err
		}
		for _, b := range buckets {
			key := b.Key // in one spelling; each store has the one that it saw first
			key.Line, key.Agent, key.Caller = spelling(key.Line), spelling(key.Agent), spelling(key.Caller)
			i, known := at[key]
			if !known {
				at[key], all = len(all), append(all, b)
				continue
			}
			sum := &all[i]
			sum.Calls, sum.WithDetails, sum.Legs = sum.Calls+b.Calls, sum.WithDetails+b.WithDetails, sum.Legs+b.Legs
			sum.Duration = metrics.Mean{Sum: sum.Duration.Sum + b.Duration.Sum, N: sum.Duration.N + b.Duration.N}
			sum.Talk = metrics.Mean{Sum: sum.Talk.Sum + b.Talk.Sum, N: sum.Talk.N + b.Talk.N}
		}
	}
	return all, nil
}

func spelling(address string) string { return strings.ToLower(exotel.NumberKey(address)) }

// Calls implements Store. As long as days are unsaved, a list that is not sorted by time
// is sorted separately before, in and after each of them.
func (o *Overlay) Calls(ctx context.Context, q Query) iter.Seq2[Call, error] {
	segments := o.segments(q.Period)
	if !q.Order.Ascending {
		slices.Reverse(segments)
	}
	if q.After.set {
		day := metrics.DateOf(time.Unix(q.After.created, 0).In(o.zone))
		segments = segments[max(0, slices.IndexFunc(segments, func(s segment) bool { return s.period.Contains(day) })):]
	}
	return func(yield func(Call, error) bool) {
		q, left := q, q.Limit
		for i, s := range segments {
			q.Period, q.Limit = s.period, left
			if q.Skip > 0 && i < len(segments)-1 {
				n, err := count(ctx, s.store, q)
				if err != nil {
					yield(Call{}, err)
					return
				}
				if n <= q.Skip {
					q.Skip, q.After = q.Skip-n, Cursor{}
					continue
				}
			}
			for call, err := range s.store.Calls(ctx, q) {
				if !yield(call, err) || err != nil {
					return
				}
				if left--; left == 0 {
					return
				}
			}
			q.After, q.Skip = Cursor{}, 0
		}
	}
}

// count returns the number of calls that a list of a store has behind After.
func count(ctx context.Context, s Store, q Query) (n int, err error) {
	if !q.After.IsZero() {
		q.Skip, q.Limit = 0, 0
		for _, err := range s.Calls(ctx, q) {
			if err != nil {
				return 0, err
			}
			n++
		}
		return n, nil
	}
	buckets, err := s.Group(ctx, q)
	for _, b := range buckets {
		n += b.Calls
	}
	return n, err
}

// SetExoPhones implements Store.
func (o *Overlay) SetExoPhones(ctx context.Context, phones []exotel.ExoPhone) error {
	return errors.Join(o.base.SetExoPhones(ctx, phones), o.top.SetExoPhones(ctx, phones))
}

// Forget implements Store.
func (o *Overlay) Forget(ctx context.Context, before metrics.Date) error {
	if err := o.writing.Acquire(ctx, 1); err != nil {
		return err
	}
	defer o.writing.Release(1)
	o.mu.Lock()
	maps.DeleteFunc(o.unsaved, func(date metrics.Date, _ *unsaved) bool { return date.Before(before) })
	o.mu.Unlock()
	return errors.Join(o.top.Forget(ctx, before), o.base.Forget(ctx, before))
}

// Revision implements Store.
func (o *Overlay) Revision(ctx context.Context) (int64, error) {
	base, err := o.base.Revision(ctx)
	top, alsoErr := o.top.Revision(ctx)
	return base + top, errors.Join(err, alsoErr)
}
