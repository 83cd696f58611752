package journal

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
)

// retention is how long closed alerts stay on record.
const retention = 400 * 24 * time.Hour

// maxIncidents is the largest number of incidents that are read of one alert. No alert
// has as many open ones.
const maxIncidents = 10_000

// maxNoteAge is the age up to which a queued note is still sent when the program starts
// again.
const maxNoteAge = 15 * time.Minute

// The memos.
const (
	snoozedMemo = "snoozed until"
	newestMemo  = "newest heartbeat"
)

// ofMonitor stands in for the direction of an incident of the monitor.
const ofMonitor = "watch"

// Save records a decision of the policy, and queues its notes. It sets the IDs of new
// alerts and incidents, unless it fails.
func (j *Journal) Save(ctx context.Context, d *alert.Policy, dec alert.Decision) error {
	var fresh []*int64
	err := j.write(ctx, func(c *sqlite.Conn) error {
		for _, u := range dec.Updates {
			if err := saveAlert(c, u, &fresh); err != nil {
				return err
			}
		}
		for _, n := range dec.Notes {
			var about any
			if n.Alert != nil {
				about = n.Alert.ID
			}
			if err := sqlitex.Execute(c, `INSERT INTO delivery (alert, at, kind, title, body, urgent, sound, state, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')`,
				args(about, millis(n.At), string(n.Kind), n.Title, n.Body, n.Urgent, n.Sound, string(Queued))); err != nil {
				return err
			}
		}
		return saveMemo(c, snoozedMemo, d.SnoozedUntil)
	})
	if err != nil {
		for _, id := range fresh {
			*id = 0 // nothing with this ID was saved
		}
	}
	return err
}

func saveMemo(c *sqlite.Conn, name string, at time.Time) error {
	return sqlitex.Execute(c, "INSERT INTO memo VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value", args(name, millis(at)))
}

func (j *Journal) memo(ctx context.Context, name string) (at time.Time, err error) {
	err = j.read(ctx, "SELECT value FROM memo WHERE name = ?", func(row *sqlite.Stmt) error {
		at = fromMillis(row.ColumnInt64(0))
		return nil
	}, name)
	return at, err
}

// SaveNewest records when Exotel made the newest heartbeat.
func (j *Journal) SaveNewest(ctx context.Context, at time.Time) error {
	return j.write(ctx, func(c *sqlite.Conn) error { return saveMemo(c, newestMemo, at) })
}

// Newest returns what SaveNewest recorded last.
func (j *Journal) Newest(ctx context.Context) (time.Time, error) { return j.memo(ctx, newestMemo) }

func args(values ...any) *sqlitex.ExecOptions { return &sqlitex.ExecOptions{Args: values} }

func saveAlert(c *sqlite.Conn, u *alert.Update, fresh *[]*int64) error {
	a := u.Alert
	columns := []any{string(a.Level), string(a.Worst), millis(a.Opened), millis(a.Closed), millis(a.Acknowledged), a.HasNews, millis(a.NotifiedAt), a.Reminders, a.Announced, a.Held, a.Done}
	query := `UPDATE alert SET (level, worst, opened, closed, acknowledged, untold, told, reminded, announced, held, done) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?`
	if a.ID == 0 {
		query = `INSERT INTO alert (level, worst, opened, closed, acknowledged, untold, told, reminded, announced, held, done) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	} else {
		columns = append(columns, a.ID)
	}
	if err := sqlitex.Execute(c, query, args(columns...)); err != nil {
		return err
	}
	if a.ID == 0 {
		a.ID = c.LastInsertRowID()
		*fresh = append(*fresh, &a.ID)
	}
	for _, i := range u.Incidents {
		in := &a.Incidents[i]
		alternates, err := json.Marshal(in.Alternates)
		if err != nil {
			return err
		}
		var id any
		if in.ID != 0 {
			id = in.ID
		}
		direction := string(in.Direction)
		if in.OfMonitor {
			direction = ofMonitor
		}
		if err := sqlitex.Execute(c, `INSERT OR REPLACE INTO incident VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			args(id, a.ID, in.Key, in.Number, in.Name, direction, in.Cause, string(alternates), millis(in.Opened), millis(in.Closed))); err != nil {
			return err
		}
		if in.ID == 0 {
			in.ID = c.LastInsertRowID()
			*fresh = append(*fresh, &in.ID)
		}
	}
	for _, s := range u.Steps {
		if err := sqlitex.Execute(c, `INSERT INTO step VALUES (?, ?, ?, ?)`, args(a.ID, millis(s.At), string(s.Step), string(s.Level))); err != nil {
			return err
		}
	}
	return nil
}

// RestorePolicy returns the policy as it was when the program last ended. It marks
// deliveries that were Sending, or queued for too long, as Interrupted. If they were
// about trouble that persists, a reminder is due.
func (j *Journal) RestorePolicy(ctx context.Context, now time.Time) (*alert.Policy, error) {
	var interrupted []int64
	const wasInterrupted = "(state = ? OR state = ? AND at < ?)"
	which := []any{string(Sending), string(Queued), millis(now.Add(-maxNoteAge))}
	if err := j.read(ctx, "SELECT coalesce(alert, 0) FROM delivery WHERE "+wasInterrupted, func(row *sqlite.Stmt) error {
		interrupted = append(interrupted, row.ColumnInt64(0))
		return nil
	}, which...); err != nil {
		return nil, err
	}
	d, waiting, err := j.loadPolicy(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range waiting {
		if slices.Contains(interrupted, a.ID) {
			a.RemindSoon()
		}
	}
	// In one transaction, or a second crash before the reminder would leave nobody
	// notified.
	if err := j.write(ctx, func(c *sqlite.Conn) error {
		for _, a := range waiting {
			if err := sqlitex.Execute(c, "UPDATE alert SET told = ?, reminded = ? WHERE id = ?", args(millis(a.NotifiedAt), a.Reminders, a.ID)); err != nil {
				return err
			}
		}
		return sqlitex.Execute(c, "UPDATE delivery SET state = ? WHERE "+wasInterrupted, args(append([]any{string(Interrupted)}, which...)...))
	}); err != nil {
		return nil, err
	}
	return d, nil
}

// loadPolicy returns the policy as it was recorded, and its alerts.
func (j *Journal) loadPolicy(ctx context.Context) (d *alert.Policy, waiting []*alert.Alert, err error) {
	d = &alert.Policy{}
	if d.SnoozedUntil, err = j.memo(ctx, snoozedMemo); err != nil {
		return nil, nil, err
	}
	if err := j.read(ctx, selectAlert+" WHERE done = 0 ORDER BY id", func(row *sqlite.Stmt) error {
		waiting = append(waiting, readAlert(row))
		return nil
	}); err != nil {
		return nil, nil, err
	}
	for _, a := range waiting {
		if err := j.incidents(ctx, a); err != nil {
			return nil, nil, err
		}
		if a.Held {
			d.Held = append(d.Held, a)
		} else {
			d.Current = a
		}
	}
	return d, waiting, nil
}

// Follow returns the policy that another copy of the program recorded, and the number of
// changes of alerts and notes on record.
func (j *Journal) Follow(ctx context.Context) (d *alert.Policy, changes int64, err error) {
	if d, _, err = j.loadPolicy(ctx); err != nil {
		return nil, 0, err
	}
	err = j.read(ctx, `SELECT count(*) + count(*) FILTER (WHERE state NOT IN (?, ?)) + (SELECT count(*) FROM step) + (SELECT count(*) FROM incident) FROM delivery`,
		func(row *sqlite.Stmt) error {
			changes = row.ColumnInt64(0)
			return nil
		}, string(Queued), string(Sending))
	return d, changes, err
}

// CloseAll closes all open alerts as of the last thing recorded about them. It is for a
// copy of a record that cannot be written. The copy does not remember notifications, and
// without CloseAll each start would notify the user of the same end, or never of it.
func (j *Journal) CloseAll(ctx context.Context) error {
	return j.write(ctx, func(c *sqlite.Conn) error {
		for _, query := range []string{
			`UPDATE incident SET closed = max(opened, coalesce((SELECT max(at) FROM step WHERE alert = incident.alert), 0)) WHERE closed = 0`,
			`UPDATE alert SET closed = max(opened, coalesce((SELECT max(at) FROM step WHERE alert = alert.id), 0)) WHERE closed = 0`,
			`UPDATE alert SET done = 1`,
		} {
			if err := sqlitex.Execute(c, query, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

const selectAlert = `SELECT id, level, worst, opened, closed, acknowledged, untold, told, reminded, announced, held, done FROM alert`

func readAlert(row *sqlite.Stmt) *alert.Alert {
	return &alert.Alert{
		ID: row.ColumnInt64(0), Level: heartbeat.Level(row.ColumnText(1)), Worst: heartbeat.Level(row.ColumnText(2)),
		Opened: fromMillis(row.ColumnInt64(3)), Closed: fromMillis(row.ColumnInt64(4)), Acknowledged: fromMillis(row.ColumnInt64(5)),
		HasNews: row.ColumnBool(6), NotifiedAt: fromMillis(row.ColumnInt64(7)), Reminders: row.ColumnInt(8),
		Announced: row.ColumnBool(9), Held: row.ColumnBool(10), Done: row.ColumnBool(11),
	}
}

// incidents reads the incidents of an alert, open ones first, newest first.
func (j *Journal) incidents(ctx context.Context, a *alert.Alert) error {
	return j.read(ctx, `SELECT id, key, number, name, direction, word, alternates, opened, closed FROM incident WHERE alert = ? ORDER BY closed > 0, id DESC LIMIT ?`,
		func(row *sqlite.Stmt) error {
			in := alert.Incident{
				ID: row.ColumnInt64(0), Key: row.ColumnText(1), Number: row.ColumnText(2), Name: row.ColumnText(3),
				Direction: heartbeat.Direction(row.ColumnText(4)), Cause: row.ColumnText(5),
				Opened: fromMillis(row.ColumnInt64(7)), Closed: fromMillis(row.ColumnInt64(8)),
			}
			if in.OfMonitor = in.Direction == ofMonitor; in.OfMonitor {
				in.Direction = ""
			}
			a.Incidents = append(a.Incidents, in)
			return json.Unmarshal([]byte(row.ColumnText(6)), &a.Incidents[len(a.Incidents)-1].Alternates)
		}, a.ID, maxIncidents)
}

// Forget removes what ended more than 400 days ago.
func (j *Journal) Forget(ctx context.Context, now time.Time) error {
	before := millis(now.Add(-retention))
	return j.write(ctx, func(c *sqlite.Conn) error {
		for _, query := range []string{
			"DELETE FROM alert WHERE closed > 0 AND closed < ?",
			"DELETE FROM delivery WHERE at < ?",
			"DELETE FROM span WHERE ended < ?",
			"DELETE FROM odd WHERE at < ?",
		} {
			if err := sqlitex.Execute(c, query, args(before)); err != nil {
				return err
			}
		}
		return nil
	})
}
