package calls

import (
	"context"
	"iter"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// Store keeps the calls of an account, each Sid once. It is safe for concurrent use.
// Several processes may use one store at once.
type Store interface {
	// Days returns what is known of the days of a period, oldest first. It leaves out
	// days of which nothing is known.
	Days(ctx context.Context, p metrics.Period) ([]Day, error)
	// Put saves a batch and what is then known of its day, all or nothing. It returns an
	// error if a call has no Sid, or neither Created nor Started.
	Put(ctx context.Context, b Batch) error
	// OpenCalls returns the calls created after a time of which Exotel may say more:
	// those whose record is not finished or has no length, and all created after young.
	OpenCalls(ctx context.Context, after, young time.Time) ([]OpenCall, error)
	// Group counts the calls of a query by dimensions. It returns the buckets that are
	// not empty, in no order.
	Group(ctx context.Context, q Query, by ...Dimension) ([]Bucket, error)
	// Calls lists the calls of a query in its order. An error comes last.
	Calls(ctx context.Context, q Query) iter.Seq2[Call, error]
	// SetExoPhones sets the account's ExoPhones, so that calls with an ExoPhone's SID and
	// calls with its number are of one line. An ExoPhone that is no longer listed keeps
	// its name.
	SetExoPhones(ctx context.Context, phones []exotel.ExoPhone) error
	// Forget removes the days before one, with their calls and the addresses that no
	// other call has.
	Forget(ctx context.Context, before metrics.Date) error
	// Revision returns a number that changes whenever a process saves or removes
	// something.
	Revision(ctx context.Context) (int64, error)
}

// Day is what is known of a day's calls.
type Day struct {
	Date metrics.Date
	// Announced, Received, Unreadable and Missing count rows as exotel.Tally does.
	Announced, Received, Unreadable, Missing int
	// ReadAt is when the last reading began, to the millisecond.
	ReadAt time.Time
	// Complete means that every announced call arrived.
	Complete bool
	// Unfinished is the creation time of the newest call whose record was not finished
	// when it was saved. It is zero if there is none.
	Unfinished time.Time
	// Stored is the number of calls and legs of the day in the store.
	Stored int
	// Damaged means that the store has other calls than were saved: the day must be
	// fetched again. It is known after a query of a Period with the day.
	Damaged bool
	// Unsaved means that the day is in memory only; see Overlay. It is not saved.
	Unsaved bool
}

// OpenCall is a call of which Exotel may say more.
type OpenCall struct {
	Sid     string
	Created time.Time
	Phase   metrics.Phase
	// AsOf is the last Batch.AsOf of the call, to the second. It is zero if there was
	// none.
	AsOf time.Time
}

// Batch is the calls of one day to be saved.
//
// A call that is already stored, or comes twice, is merged as exotel.Merge does. If its
// creation time has changed, it moves from its old day. A call without Created is stored
// as created when it was started.
type Batch struct {
	Date  metrics.Date
	Calls []exotel.Call
	// AsOf is when Exotel returned Calls, zero if that is unknown. The store remembers it
	// for calls of which Exotel may then say more.
	AsOf time.Time
	// Replace removes the day's stored calls that are not among Calls.
	Replace bool
	// UpdateDay returns what is known of the day once the calls are saved, nil for no
	// change. before is what was known until then, or has only the Date. stored is the
	// number of the day's calls in the store now, and added the number of Calls that were
	// not in it before, on any day. UpdateDay must not use the store. The store sets Date,
	// Stored and Damaged itself. A nil UpdateDay changes nothing.
	UpdateDay func(before *Day, stored, added int) *Day
}
