package calls

import (
	"context"
	"iter"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// Store keeps the calls of an account, each Sid once. It is safe for concurrent
// use, and several processes may use one store at once.
type Store interface {
	// Days returns what is known of the days of a period, oldest first. A day of
	// which nothing is known is left out.
	Days(ctx context.Context, p metrics.Period) ([]Day, error)
	// Put saves calls as Batch says, and with them what is then known of the
	// day, all or nothing. It saves nothing and returns an error if a call has no
	// Sid, or neither Created nor Started.
	Put(ctx context.Context, b Batch) error
	// Open lists the calls, created after a time, of which Exotel may say more: those
	// whose record is not finished or has no length, and all created after young.
	Open(ctx context.Context, after, young time.Time) ([]Open, error)
	// Group counts the calls of a query by dimensions. Buckets without calls are
	// left out; the others come in no order.
	Group(ctx context.Context, q Query, by ...Dimension) ([]Bucket, error)
	// Calls lists the calls of a query in its order. An error comes last.
	Calls(ctx context.Context, q Query) iter.Seq2[Call, error]
	// NameLines tells the store which ExoPhones the account has, so that calls that
	// Exotel sent with an ExoPhone's SID and those with its number are of one line.
	// An ExoPhone that is not listed any more keeps its name.
	NameLines(ctx context.Context, phones []exotel.ExoPhone) error
	// Forget removes the days before one, with their calls and the addresses that
	// no other call has.
	Forget(ctx context.Context, before metrics.Date) error
	// Revision changes whenever something is saved or removed, by whatever process.
	Revision(ctx context.Context) (int64, error)
}

// Day is what is known of a day's calls.
type Day struct {
	Date metrics.Date
	// Announced, Received, Unreadable and Missing count rows, as exotel.Tally does.
	Announced, Received, Unreadable, Missing int
	// ReadAt is when the last reading began, to the millisecond.
	ReadAt time.Time
	// Complete means that every announced call arrived.
	Complete bool
	// Unfinished is the creation time of the newest call whose record was not
	// finished when it was saved, zero for none.
	Unfinished time.Time
	// Stored is how many calls and legs of the day are in the store.
	Stored int
	// Damaged means that the store holds other calls than were saved: the day must
	// be fetched again. It is known once the day was in the Period of a query.
	Damaged bool
	// Unsaved means that the day is in memory only: see Overlay. It is not saved with
	// the day.
	Unsaved bool
}

// Open is a call of which Exotel may say more.
type Open struct {
	Sid     string
	Created time.Time
	Phase   metrics.Phase
	// Heard is when Exotel last said something of the call, as Batch.Heard told, to the
	// second. It is zero if none did.
	Heard time.Time
}

// Batch is calls of one day to be saved.
//
// A call that is stored already, or comes twice, is merged with what is new, as
// exotel.Merge does. If its creation time has changed it moves, from whatever day.
// A call that Exotel sent without Created is stored as created when it was started.
type Batch struct {
	Date  metrics.Date
	Calls []exotel.Call
	// Heard is when Exotel said this of Calls, zero if that is not known. The store
	// remembers it of those of which Exotel may say more then.
	Heard time.Time
	// Replace removes the day's stored calls that are not among Calls.
	Replace bool
	// Day returns what is to be known of the day then, nil for no change. Its
	// arguments are what was known before (only the Date if nothing was), how many
	// calls of the day are stored now, and how many of Calls were not stored before
	// on any day. It must not use the store. The store sets Date,
	// Stored and Damaged itself. A nil Day changes nothing either.
	Day func(before *Day, stored, added int) *Day
}
