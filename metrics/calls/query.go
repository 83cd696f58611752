package calls

import (
	"time"

	"exotel-monitor/metrics"
)

// Query selects calls. The zero value of a filter selects all; a filter with several
// values selects the calls with any of them. Lists leave out rows that are a leg of
// another call, and a Bucket counts them separately.
type Query struct {
	// Period is the days of the calls' creation, both ends included.
	Period metrics.Period

	Directions []Direction
	Lines      []string // ExoPhones in any spelling
	Statuses   []metrics.Status
	Outcomes   []metrics.Outcome
	Hours      []int // 0 to 23, of the wall clock
	Weekdays   []time.Weekday
	Callers    []string // whole addresses of the customer's side, in any spelling
	Agents     []string // whole addresses of the agent's side, in any spelling
	// Text is a part of an address of either side, in any spelling. See
	// metrics.SearchText.
	Text string

	// Now is the time at which unfinished calls are classified.
	Now time.Time

	// Order, After, Skip and Limit are for lists only. A list begins behind After and
	// leaves out its first Skip calls. A Limit of 0 lists all.
	Order Order
	After Cursor
	Skip  int
	Limit int
}

// Order is the order of a list. Calls with equal values of By are ordered by the time of
// their creation, in the same direction. The zero Order is newest first.
type Order struct {
	By        Column
	Ascending bool
}

// Column is a value by which a list can be ordered.
type Column uint8

// The columns. Addresses are ordered by their text, statuses and outcomes as they are
// displayed, and an unknown length comes before all others.
const (
	Created Column = iota
	Duration
	Talk
	Line
	Caller
	Agent
	Status
	Outcome
	NumColumns // number of columns
)

// Cursor is a position in a list: Query.After continues a list after the call with the
// cursor. It is valid for the same filters and order, also after calls were added.
type Cursor struct {
	set     bool
	value   uint32
	created int64
	id      uint32
}

// NewCursor returns the cursor of a call with a value in the column of the order, a
// creation in seconds since 1970 and an ID in the store. The value of an address is its
// ID in the store, which does not change when others are added.
func NewCursor(value uint32, created int64, id uint32) Cursor {
	return Cursor{true, value, created, id}
}

// IsZero reports whether the cursor is the beginning of every list.
func (c Cursor) IsZero() bool { return !c.set }

// Value returns the value that NewCursor was given.
func (c Cursor) Value() uint32 { return c.value }

// Created returns the creation of the call in seconds since 1970.
func (c Cursor) Created() int64 { return c.created }

// ID returns the number of the call in the store.
func (c Cursor) ID() uint32 { return c.id }

// Dimension is a property by which calls can be counted.
type Dimension uint8

// The dimensions. A week begins on Monday. ByLine, ByAgent and ByCaller count all
// spellings of an address together.
const (
	ByHour Dimension = iota
	ByWeekday
	ByDay
	ByWeek
	ByMonth
	ByDirection
	ByStatus
	ByOutcome
	ByLine
	ByAgent
	ByCaller
	NumDimensions // number of dimensions
)

// Key identifies the calls of a Bucket. Fields of dimensions that were not asked for are
// zero.
type Key struct {
	Day       metrics.Date // the day, or the first day of the week or month
	Weekday   time.Weekday
	Hour      int
	Direction Direction
	Status    metrics.Status
	Outcome   metrics.Outcome
	Line      string // the number of the ExoPhone, or as Exotel first wrote it; "" for none
	Agent     string // as Exotel first wrote it, "" for none; Caller likewise
	Caller    string
}

// Bucket counts the calls that have the same Key.
type Bucket struct {
	Key
	Calls       int
	WithDetails int // with details of their legs
	Legs        int // rows that are a leg of another call, not among Calls
	// Duration is over answered calls with a length, Talk over calls with outcome Talked
	// and a length. Both are in seconds.
	Duration, Talk metrics.Mean
}
