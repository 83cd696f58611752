package journal

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/heartbeat/alert"
)

// DeliveryState is what became of a note.
type DeliveryState string

// The states.
const (
	Queued DeliveryState = "queued"
	// Sending is the state from before the system is asked until it answered.
	Sending DeliveryState = "sending"
	// Interrupted is what a crash while it was sent leaves: it may have arrived,
	// and so is not sent again.
	Interrupted DeliveryState = "interrupted"
	Accepted    DeliveryState = "accepted"
	Refused     DeliveryState = "refused"
	// Unreported means that the system does not say whether it accepted it.
	Unreported DeliveryState = "unreported"
)

// Delivery is a note on its way to the user.
type Delivery struct {
	alert.Note // its Alert is nil: AlertID names it
	ID         int64
	AlertID    int64 // 0 for none in particular
	State      DeliveryState
	Error      string // why it was refused, and what to do
}

const selectDelivery = `SELECT id, alert, at, kind, title, body, urgent, sound, state, error FROM delivery`

func readDelivery(row *sqlite.Stmt) Delivery {
	return Delivery{
		ID: row.ColumnInt64(0), AlertID: row.ColumnInt64(1), State: DeliveryState(row.ColumnText(8)), Error: row.ColumnText(9),
		Note: alert.Note{
			At: moment(row.ColumnInt64(2)), Kind: alert.Kind(row.ColumnText(3)), Title: row.ColumnText(4), Body: row.ColumnText(5),
			Urgent: row.ColumnBool(6), Sound: row.ColumnBool(7),
		},
	}
}

// ToSend takes the oldest queued note and marks it as being sent; nil for none.
func (j *Journal) ToSend(ctx context.Context) (*Delivery, error) {
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

// Sent records what became of a note.
func (j *Journal) Sent(ctx context.Context, id int64, state DeliveryState, reason string) error {
	return j.write(ctx, func(c *sqlite.Conn) error {
		return sqlitex.Execute(c, "UPDATE delivery SET state = ?, error = ? WHERE id = ?", args(string(state), reason, id))
	})
}

const mostOdd = 20

// MostOddSize is how many bytes of an odd post are kept.
const MostOddSize = 64 << 10

// Odd is a post that was no heartbeat in any known form, as it came.
type Odd struct {
	At   time.Time
	Size int    // in bytes
	Body []byte // its beginning, of MostOddSize at most
}

// KeepOdd records a post that was not recognised. The newest few are kept.
func (j *Journal) KeepOdd(ctx context.Context, o Odd) error {
	return j.write(ctx, func(c *sqlite.Conn) error {
		if err := sqlitex.Execute(c, "INSERT INTO odd (at, size, body) VALUES (?, ?, ?)", args(millis(o.At), o.Size, o.Body[:min(len(o.Body), MostOddSize)])); err != nil {
			return err
		}
		return sqlitex.Execute(c, "DELETE FROM odd WHERE id <= (SELECT max(id) FROM odd) - ?", args(mostOdd))
	})
}

// Odd returns the posts that were not recognised, newest first.
func (j *Journal) Odd(ctx context.Context) ([]Odd, error) {
	var list []Odd
	err := j.read(ctx, "SELECT at, size, body FROM odd ORDER BY id DESC", func(row *sqlite.Stmt) error {
		body := make([]byte, row.ColumnLen(2))
		row.ColumnBytes(2, body)
		list = append(list, Odd{moment(row.ColumnInt64(0)), row.ColumnInt(1), body})
		return nil
	})
	return list, err
}
