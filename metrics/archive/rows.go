package archive

import (
	"context"
	"iter"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/exotel"
)

// row is a call as it is stored.
type row struct {
	created int64  // when the call was; of a call without a time, when its day began
	sid     []byte // sidPacked or sidText, and then the column's bytes
	facts   []byte
}

// What a row's sid begins with tells the column's type. They sort as SQLite
// sorts the types.
const (
	sidText   = 't'
	sidPacked = 'x'
)

// appendKey appends the sid of a row.
func appendKey(b []byte, sid string) []byte {
	if packed := packSid(append(b, sidPacked), sid); packed != nil {
		return packed
	}
	return append(append(b, sidText), sid...)
}

// key is the Sid of a row's sid.
func (u *unpacker) key(sid []byte) string {
	if sid[0] == sidText {
		return u.texts.keep(sid[1:])
	}
	return u.sid(sid[1:])
}

func bindKey(stmt *sqlite.Stmt, param int, sid []byte) {
	if sid[0] == sidText {
		stmt.BindText(param, string(sid[1:]))
	} else {
		stmt.BindBytes(param, sid[1:])
	}
}

// arena hands out memory for the bytes of many rows.
type arena []byte

// take appends what add appends and returns it alone.
func (a *arena) take(room int, add func([]byte) []byte) []byte {
	const block = 64 << 10
	if cap(*a)-len(*a) < room {
		*a = make([]byte, 0, max(block, room))
	}
	start := len(*a)
	*a = add(*a)
	return (*a)[start:len(*a):len(*a)]
}

// column copies the bytes of a column, behind a prefix.
func (a *arena) column(stmt *sqlite.Stmt, column int, prefix ...byte) []byte {
	size := stmt.ColumnLen(column)
	return a.take(len(prefix)+size, func(b []byte) []byte {
		b = append(b, prefix...)
		start := len(b)
		b = b[:start+size]
		stmt.ColumnBytes(column, b[start:])
		return b
	})
}

func (a *arena) key(stmt *sqlite.Stmt, column int) []byte {
	if stmt.ColumnType(column) == sqlite.TypeText {
		return a.column(stmt, column, sidText)
	}
	return a.column(stmt, column, sidPacked)
}

// stored appends the rows of a span of time, oldest first.
func stored(conn *sqlite.Conn, rows []row, from, to int64) ([]row, error) {
	stmt, err := conn.Prepare("SELECT created, sid, facts FROM call WHERE created >= ? AND created < ? ORDER BY created, sid")
	if err != nil {
		return rows, err
	}
	defer stmt.Reset()
	stmt.BindInt64(1, from)
	stmt.BindInt64(2, to)
	var memory arena
	for {
		more, err := stmt.Step()
		if err != nil || !more {
			return rows, err
		}
		rows = append(rows, row{stmt.ColumnInt64(0), memory.key(stmt, 1), memory.column(stmt, 2)})
	}
}

// rowRoom is room for the rows of a day. Months are taken into memory a day at a
// time: with new room for each, most of what that takes would be garbage.
var rowRoom = sync.Pool{New: func() any { return new([]row) }}

// Calls are the stored calls from one moment up to another, as Day has them,
// oldest first. A call that has no creation time counts as created when the day
// began that it was read as. What comes is as it was put, but that times are in
// the archive's zone and no Legs is nil. An error comes last. Other uses of the
// archive need not wait until the loop is left, for the rows are read off the
// disk at its begin: ask for a day at a time, memory grows by 100 bytes a call.
// The texts of calls share memory: clone those that are to outlive the others.
func (a *Archive) Calls(ctx context.Context, from, to time.Time) iter.Seq2[exotel.Call, error] {
	return func(yield func(exotel.Call, error) bool) {
		room := rowRoom.Get().(*[]row)
		var rows []row
		err := a.read(ctx, func(conn *sqlite.Conn) (err error) {
			rows, err = stored(conn, *room, from.Unix(), to.Unix())
			return err
		})
		defer func() {
			clear(rows)
			*room = rows[:0]
			rowRoom.Put(room)
		}()
		// What is on the disk was in the vocabulary before.
		u := &unpacker{known: a.snapshot(), zone: a.zone}
		for i := range rows {
			var call exotel.Call
			if call, err = u.call(&rows[i]); err != nil {
				err = a.unreadable(ctx, err)
				break
			}
			if !yield(call, nil) {
				return
			}
		}
		if err != nil {
			yield(exotel.Call{}, err)
		}
	}
}
