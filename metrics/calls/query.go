package calls

import (
	"time"

	"exotel-monitor/metrics"
)

// Query chooses calls. The zero value of each filter chooses all; one with several
// values chooses the calls that have any of them. A list leaves out
// rows that are a leg of another call; a Bucket counts them apart.
type Query struct {
	// Period is the days in which the calls were created, both ends included.
	Period metrics.Period

	Directions []Direction
	Lines      []string // ExoPhones in any spelling
	Statuses   []metrics.Status
	Outcomes   []metrics.Outcome
	Hours      []int // 0 to 23, of the wall clock
	Weekdays   []time.Weekday
	Callers    []string // whole addresses of the customer's side, in any spelling
	Agents     []string // whole addresses of the agent's side, in any spelling
	// Text is a part of an address of either side, in any spelling; see
	// metrics.SearchText.
	Text string

	// Now is the time at which unfinished calls are judged.
	Now time.Time

	// Order, After, Skip and Limit are for lists only. A list begins behind After and
	// leaves out its first Skip calls. A Limit of 0 lists all.
	Order Order
	After Cursor
	Skip  int
	Limit int
}

// Order is how a list of calls is sorted. Calls that are equal by By are sorted by
// the time of their creation, in the same sense. The zero Order is newest first.
type Order struct {
	By        Column
	Ascending bool
}

// Column is what a list can be sorted by.
type Column uint8

// The columns. Addresses are sorted by their text, statuses and outcomes in the
// order of their display, and a length that is not known before all that are.
const (
	Created Column = iota
	Duration
	Talk
	Line
	Caller
	Agent
	Status
	Outcome
	Columns // how many there are
)

// Cursor is a place in a list: Query.After continues a list behind the call that
// has it. It is valid for the same filters and order, also after calls were added.
type Cursor struct {
	set     bool
	value   uint32
	created int64
	id      uint32
}

// NewCursor returns the place of a call by its value in the column of the order,
// its creation in seconds since 1970 and its number in the store. The value of an
// address is the store's number of it, which stays when others are added.
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

// Dimension is what calls can be counted by.
type Dimension uint8

// The dimensions. A week begins on Monday. ByLine, ByAgent and ByCaller join the
// spellings of an address.
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
	Dimensions // how many there are
)

// Key says which calls a Bucket counts. Fields of dimensions that were not asked
// for are zero.
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
	WithDetails int // calls that came with details of their legs
	Legs        int // rows that are a leg of another call, not among Calls
	// Duration is over answered calls that have one, Talk over calls with outcome
	// Talked that have one; both in seconds.
	Duration, Talk metrics.Mean
}
