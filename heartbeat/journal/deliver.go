package journal

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/heartbeat/alert"
)

// DeliveryState is how far the delivery of a note is.
type DeliveryState string

// The states.
const (
	Queued DeliveryState = "queued"
	// Sending means that the system was asked to show the note and has not answered.
	Sending DeliveryState = "sending"
	// Interrupted means that the program ended while it was Sending. The note may have
	// arrived, and is not sent again.
	Interrupted DeliveryState = "interrupted"
	Accepted    DeliveryState = "accepted"
	Refused     DeliveryState = "refused"
	// Unreported means that the system does not say whether it accepted the note.
	Unreported DeliveryState = "unreported"
)

// Delivery is a note on its way to the user.
type Delivery struct {
	alert.Note // its Alert is nil; see AlertID
	ID         int64
	AlertID    int64 // 0 if the note is about no alert
	State      DeliveryState
	Error      string // why the note was refused, and what to do
}

// NewDelivery returns a delivery that is not on record. It has the ID of the note's alert
// as it is now, 0 if the alert is not saved.
func NewDelivery(n alert.Note) Delivery {
	d := Delivery{Note: n, State: Sending}
	if n.Alert != nil {
		d.AlertID = n.Alert.ID
	}
	d.Alert = nil
	return d
}

const selectDelivery = `SELECT id, alert, at, kind, title, body, urgent, sound, state, error FROM delivery`

func readDelivery(row *sqlite.Stmt) Delivery {
	return Delivery{
		ID: row.ColumnInt64(0), AlertID: row.ColumnInt64(1), State: DeliveryState(row.ColumnText(8)), Error: row.ColumnText(9),
		Note: alert.Note{
			At: fromMillis(row.ColumnInt64(2)), Kind: alert.Kind(row.ColumnText(3)), Title: row.ColumnText(4), Body: row.ColumnText(5),
			Urgent: row.ColumnBool(6), Sound: row.ColumnBool(7),
		},
	}
}

// NextDelivery returns the oldest queued note and marks it as Sending. It returns nil if
// no note is queued.
func (j *Journal) NextDelivery(ctx context.Context) (*Delivery, error) {
	var next *Delivery
	err := j.write(ctx, func(c *sqlite.Conn) error {
		if err := sqlitex.Execute(c, selectDelivery+" WHERE state = ? ORDER BY id LIMIT 1", &sqlitex.ExecOptions{
			Args: []any{string(Queued)},
			ResultFunc: func(row *sqlite.Stmt) error {
				d := readDelivery(row)
				next = &d
				return nil
			},
		}); err != nil || next == nil {
			return err
		}
		next.State = Sending
		return sqlitex.Execute(c, "UPDATE delivery SET state = ? WHERE id = ?", args(string(Sending), next.ID))
	})
	if err != nil {
		return nil, err
	}
	return next, nil
}

// RecordDelivery records the outcome of a delivery.
func (j *Journal) RecordDelivery(ctx context.Context, id int64, state DeliveryState, reason string) error {
	return j.write(ctx, func(c *sqlite.Conn) error {
		return sqlitex.Execute(c, "UPDATE delivery SET state = ?, error = ? WHERE id = ?", args(string(state), reason, id))
	})
}

const maxUnrecognized = 20

// MaxUnrecognizedSize is the number of bytes of an unrecognized post that are saved.
const MaxUnrecognizedSize = 64 << 10

// Unrecognized is a post that was not a heartbeat, as it came.
type Unrecognized struct {
	At   time.Time
	Size int    // in bytes
	Body []byte // its first MaxUnrecognizedSize bytes
}

// SaveUnrecognized records a post that was not a heartbeat. The newest few are kept.
func (j *Journal) SaveUnrecognized(ctx context.Context, o Unrecognized) error {
	return j.write(ctx, func(c *sqlite.Conn) error {
		if err := sqlitex.Execute(c, "INSERT INTO odd (at, size, body) VALUES (?, ?, ?)", args(millis(o.At), o.Size, o.Body[:min(len(o.Body), MaxUnrecognizedSize)])); err != nil {
			return err
		}
		return sqlitex.Execute(c, "DELETE FROM odd WHERE id <= (SELECT max(id) FROM odd) - ?", args(maxUnrecognized))
	})
}

// Unrecognized returns the recorded posts that were not heartbeats, newest first.
func (j *Journal) Unrecognized(ctx context.Context) ([]Unrecognized, error) {
	var list []Unrecognized
	err := j.read(ctx, "SELECT at, size, body FROM odd ORDER BY id DESC", func(row *sqlite.Stmt) error {
		body := make([]byte, row.ColumnLen(2))
		row.ColumnBytes(2, body)
		list = append(list, Unrecognized{fromMillis(row.ColumnInt64(0)), row.ColumnInt(1), body})
		return nil
	})
	return list, err
}
