// Package columns answers queries of calls from columns in memory. A call takes some
// twenty bytes, and a million are searched in milliseconds. Lines, parties and rows are
// numbers here; the store knows what they stand for.
package columns

import (
	"cmp"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// Row is what the columns have of a call.
type Row struct {
	ID      uint32 // of the row in the store, from 1
	Created time.Time
	// Line, Customer and Agent are the store's numbers of addresses, 0 for none.
	Line            uint16
	Customer, Agent uint32
	Direction       calls.Direction
	Class           metrics.Classification
	Leg, Details    bool
	Duration, Talk  int // seconds, or exotel.Unknown
}

// Day is the calls of one day in the order of their creation. It never changes.
type Day struct {
	Date   metrics.Date
	start  int64   // seconds since 1970 of its first moment
	hours  []uint8 // of the wall clock, by quarter of an hour since start
	facts  []facts
	line   []uint16
	client []uint32 // the customer's side
	agent  []uint32
	id     []uint32
}

// facts are a call's creation, lengths and class in one word. The creation is in
// the highest bits, so that words sort by time.
//
//	created 17 | duration 17 | talk 17 | leg 1 | details 1 | direction 2 | phase 2 | outcome 4 | status 3
type facts uint64

const (
	secondsBits = 17 // of a day of 25 hours, and of a call
	classBits   = 64 - 3*secondsBits
	classes     = 1 << classBits

	talkAt     = classBits
	durationAt = talkAt + secondsBits
	createdAt  = durationAt + secondsBits

	maxSeconds = 1<<secondsBits - 1
)

// class is all of a call but times and addresses.
type class uint16

const (
	outcomeAt   = 3
	phaseAt     = outcomeAt + 4
	directionAt = phaseAt + 2
	detailsAt   = directionAt + 2
	legAt       = detailsAt + 1

	statusMask    = 1<<outcomeAt - 1
	outcomeMask   = 1<<(phaseAt-outcomeAt) - 1
	phaseMask     = 1<<(directionAt-phaseAt) - 1
	directionMask = 1<<(detailsAt-directionAt) - 1
	numKinds      = 1 << detailsAt // number of classes without details and legs
)

// These do not compile if a class has no room for a value.
var (
	_ [statusMask + 1 - len(metrics.Counts{})]struct{}
	_ [outcomeMask + 1 - len(metrics.Outcomes{})]struct{}
	_ [phaseMask + 1 - metrics.NumPhases]struct{}
	_ [directionMask + 1 - calls.NumDirections]struct{}
)

func newFacts(r *Row, start int64) facts {
	class := facts(r.Class.Status)&statusMask | facts(r.Class.Outcome)&outcomeMask<<outcomeAt | facts(r.Class.Phase)&phaseMask<<phaseAt |
		facts(r.Direction)&directionMask<<directionAt | bit(r.Details)<<detailsAt | bit(r.Leg)<<legAt
	created := facts(min(max(r.Created.Unix()-start, 0), maxSeconds))
	return created<<createdAt | length(r.Duration)<<durationAt | length(r.Talk)<<talkAt | class
}

func bit(b bool) facts {
	if b {
		return 1
	}
	return 0
}

// length packs seconds, 0 for Unknown. A length of more than a day counts as Unknown: one
// would make an average of thousands nonsense.
func length(seconds int) facts {
	const day = 24 * 60 * 60
	if seconds < 0 || seconds > day {
		return 0
	}
	return facts(seconds + 1)
}

func (f facts) class() class   { return class(f & (classes - 1)) }
func (f facts) created() int64 { return int64(f >> createdAt) }
func (f facts) duration() int  { return int(f>>durationAt&maxSeconds) + exotel.Unknown }
func (f facts) talk() int      { return int(f>>talkAt&maxSeconds) + exotel.Unknown }

func (c class) classification() metrics.Classification {
	return metrics.Classification{
		Status: metrics.Status(c & statusMask), Outcome: metrics.Outcome(c >> outcomeAt & outcomeMask), Phase: c.phase(),
	}
}
func (c class) phase() metrics.Phase       { return metrics.Phase(c >> phaseAt & phaseMask) }
func (c class) direction() calls.Direction { return calls.Direction(c >> directionAt & directionMask) }
func (c class) details() bool              { return c>>detailsAt&1 != 0 }
func (c class) leg() bool                  { return c>>legAt&1 != 0 }

// NewDay returns the columns of a day. The rows may be in any order.
func NewDay(date metrics.Date, zone *time.Location, rows []Row) *Day {
	d := emptyDay(date, zone, len(rows))
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Created.Unix(), b.Created.Unix()), cmp.Compare(a.ID, b.ID))
	})
	for i := range rows {
		r := &rows[i]
		d.facts[i], d.line[i], d.client[i], d.agent[i], d.id[i] = newFacts(r, d.start), r.Line, r.Customer, r.Agent, r.ID
	}
	return d
}

func emptyDay(date metrics.Date, zone *time.Location, n int) *Day {
	d := &Day{
		Date: date, start: date.In(zone).Unix(),
		facts: make([]facts, n), line: make([]uint16, n), client: make([]uint32, n), agent: make([]uint32, n), id: make([]uint32, n),
	}
	// Zones differ, and summer time begins, by whole quarters of an hour.
	for at, end := date.In(zone), date.Add(1).In(zone); at.Before(end); at = at.Add(15 * time.Minute) {
		d.hours = append(d.hours, uint8(at.Hour()))
	}
	return d
}

// Len returns the number of rows.
func (d *Day) Len() int { return len(d.facts) }

// Sum returns the sum of the checksums of the rows.
func (d *Day) Sum() (sum uint32) {
	for i := range d.facts {
		sum += d.rowSum(i)
	}
	return sum
}

// Sum returns a checksum of all that the columns have of the row.
func (r *Row) Sum() uint32 {
	return rowSum(r.Created.Unix(), newFacts(r, r.Created.Unix()), r.Line, r.Customer, r.Agent, r.ID)
}

// Holds reports whether the day has a row with the same values.
func (d *Day) Holds(r *Row) bool {
	created := r.Created.Unix() - d.start
	i, _ := slices.BinarySearchFunc(d.facts, created, func(f facts, created int64) int { return cmp.Compare(f.created(), created) })
	for ; i < d.Len() && d.facts[i].created() == created; i++ {
		if d.id[i] == r.ID {
			return d.rowSum(i) == r.Sum()
		}
	}
	return false
}

func (d *Day) rowSum(i int) uint32 {
	return rowSum(d.start+d.facts[i].created(), d.facts[i], d.line[i], d.client[i], d.agent[i], d.id[i])
}

func rowSum(created int64, f facts, line uint16, client, agent, id uint32) uint32 {
	const odd = 0x9E3779B97F4A7C15 // spreads a difference over the high bits
	h := uint64(0)
	for _, part := range [...]uint64{uint64(created), uint64(f) & (1<<createdAt - 1), uint64(client)<<32 | uint64(agent), uint64(id)<<32 | uint64(line)} {
		h = (h ^ part) * odd
		h ^= h >> 32
	}
	return uint32(h)
}

const rowSize = 8 + 2 + 4 + 4 + 4

// AppendBinary appends the day's rows and their checksum in the form that ReadDay reads.
func (d *Day) AppendBinary(b []byte) ([]byte, error) {
	begin := len(b)
	b = slices.Grow(b, d.Len()*rowSize+4)
	for _, f := range d.facts {
		b = binary.LittleEndian.AppendUint64(b, uint64(f))
	}
	for _, column := range [][]uint32{d.client, d.agent, d.id} {
		for _, n := range column {
			b = binary.LittleEndian.AppendUint32(b, n)
		}
	}
	for _, n := range d.line {
		b = binary.LittleEndian.AppendUint16(b, n)
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[begin:], castagnoli)), nil
}

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	errDamaged = errors.New("the columns of a day are damaged")
)

// ReadDay reads a day in the form of AppendBinary.
func ReadDay(date metrics.Date, zone *time.Location, b []byte) (*Day, error) {
	n := len(b) / rowSize
	if len(b) != n*rowSize+4 || crc32.Checksum(b[:n*rowSize], castagnoli) != binary.LittleEndian.Uint32(b[n*rowSize:]) {
		return nil, errDamaged
	}
	d := emptyDay(date, zone, n)
	for i := range d.facts {
		d.facts[i] = facts(binary.LittleEndian.Uint64(b[8*i:]))
	}
	b = b[8*n:]
	for _, column := range [][]uint32{d.client, d.agent, d.id} {
		for i := range column {
			column[i] = binary.LittleEndian.Uint32(b[4*i:])
		}
		b = b[4*n:]
	}
	for i := range d.line {
		d.line[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return d, nil
}
