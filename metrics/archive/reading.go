package archive

import (
	"context"
	"errors"
	"math"
	"time"

	"exotel-monitor/exotel"
)

var (
	errSpan  = errors.New("a day must end after it begins, between 1970 and 2106")
	errStray = errors.New("a call was not created on the day it was put as")
	errNoSid = errors.New("a call has no Sid")
)

// Reading is calls of one day on their way into the archive, packed as they
// come: about 200 bytes a call. It belongs to one goroutine, and may be dropped.
type Reading struct {
	archive  *Archive
	from, to time.Time

	rows   []row
	at     map[string]int // where in rows a sid is
	memory arena
	u      unpacker
}

// Begin begins a reading of the day from one moment up to another.
func (a *Archive) Begin(from, to time.Time) (*Reading, error) {
	if from.Unix() < 0 || !to.After(from) || to.Unix() > math.MaxUint32 {
		return nil, a.refused(errSpan)
	}
	return &Reading{archive: a, from: from, to: to, at: map[string]int{}, u: unpacker{zone: a.zone}}, nil
}

// Add adds a call, of which nothing is held. One whose Sid was added before takes
// its place, but for what only the earlier one says.
func (r *Reading) Add(call *exotel.Call) error {
	if call.Sid == "" {
		return r.archive.refused(errNoSid)
	}
	if created := call.Created; !created.IsZero() && (created.Before(r.from) || !created.Before(r.to)) {
		return r.archive.refused(errStray)
	}
	read := r.pack(call)
	if at, again := r.at[string(read.sid)]; again {
		r.u.known = r.archive.snapshot()
		r.rows[at] = r.merge(&r.rows[at], &read)
		return nil
	}
	r.at[string(read.sid)] = len(r.rows)
	r.rows = append(r.rows, read)
	return nil
}

// Keep puts the reading into the archive as the day's. Either all of it is kept
// or, with an error, nothing; afterwards each Sid is in the archive once:
//
//   - A call that is stored already takes the new values, but none that is known
//     for one that is not: "", Unknown, a zero Time, no Details, no Legs, a field
//     that Extra lacks. Where it is stored with another creation time, on whatever
//     day, it moves; where only the stored one has a time, it stays at that time's
//     day.
//   - A complete reading replaces the day: calls that are not in it go.
//   - An incomplete reading adds and updates calls, and removes none. Its figures
//     are kept as the day's unless those of a complete reading are, or of an
//     incomplete one that received more calls.
//
// Figures of days that overlap this one go: they were made in another zone. The
// day's bounds are those the reading began with, whatever day says.
func (r *Reading) Keep(ctx context.Context, day Day) error {
	return r.keep(ctx, func(k *keeping) error {
		if err := k.match(day.Complete); err != nil {
			return err
		}
		if err := k.write(); err != nil {
			return err
		}
		return k.note(day, false)
	})
}

// Update adds the calls to the day, or brings them up to date, as Keep does, and
// removes none. The day's figures become what figures returns, which is told how
// many calls of the day are stored then, and how many of the added ones were not
// in the archive before, on whatever day. It must not use the archive.
func (r *Reading) Update(ctx context.Context, figures func(stored, added int) Day) error {
	return r.keep(ctx, func(k *keeping) error {
		if err := k.match(false); err != nil {
			return err
		}
		if err := k.write(); err != nil {
			return err
		}
		stored, err := k.count()
		if err != nil {
			return err
		}
		return k.note(figures(stored, k.added), true)
	})
}

func (r *Reading) pack(call *exotel.Call) row {
	created := r.from.Unix()
	if !call.Created.IsZero() {
		created = call.Created.Unix()
	}
	const usual = 128
	return row{
		created: created,
		sid:     r.memory.take(usual, func(b []byte) []byte { return appendKey(b, call.Sid) }),
		facts:   r.memory.take(usual, func(b []byte) []byte { return r.archive.pack(b, call, created) }),
	}
}

// merge brings a stored row up to date. One that makes no sense is replaced.
func (r *Reading) merge(stored, read *row) row {
	before, err := r.u.call(stored)
	now, err2 := r.u.call(read)
	if err != nil || err2 != nil {
		return *read
	}
	merged := merge(before, now)
	return r.pack(&merged)
}
