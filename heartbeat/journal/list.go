package journal

import (
	"context"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
)

// Filter selects alerts. The zero Filter selects all.
type Filter struct {
	Open      bool                // only open alerts
	Key       string              // only alerts with an incident of this ExoPhone
	Worst     heartbeat.Level     // only alerts of this worst level; Unknown for all
	Direction heartbeat.Direction // only alerts with an incident in this direction
	From      time.Time           // only alerts that were open at this time or later
}

// Entry is an alert with everything on record about it.
type Entry struct {
	alert.Alert
	Steps      []alert.Change
	Deliveries []Delivery
}

// Alerts returns the first most alerts that the filter selects, newest first.
func (j *Journal) Alerts(ctx context.Context, f Filter, most int) ([]Entry, error) {
	where, values := f.where()
	return j.entries(ctx, where+" ORDER BY opened DESC, id DESC LIMIT ?", append(values, most)...)
}

// Alert returns the alert with an ID, nil if it is not on record.
func (j *Journal) Alert(ctx context.Context, id int64) (*Entry, error) {
	entries, err := j.entries(ctx, "id = ?", id)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	return &entries[0], nil
}

// entries returns the alerts that an SQL condition selects.
func (j *Journal) entries(ctx context.Context, where string, values ...any) ([]Entry, error) {
	var entries []Entry
	if err := j.read(ctx, selectAlert+" WHERE "+where, func(row *sqlite.Stmt) error {
		entries = append(entries, Entry{Alert: *readAlert(row)})
		return nil
	}, values...); err != nil {
		return nil, err
	}
	for i := range entries {
		e := &entries[i]
		if err := j.incidents(ctx, &e.Alert); err != nil {
			return nil, err
		}
		if err := j.read(ctx, "SELECT at, step, level FROM step WHERE alert = ? ORDER BY rowid", func(row *sqlite.Stmt) error {
			e.Steps = append(e.Steps, alert.Change{At: fromMillis(row.ColumnInt64(0)), Step: alert.Step(row.ColumnText(1)), Level: heartbeat.Level(row.ColumnText(2))})
			return nil
		}, e.ID); err != nil {
			return nil, err
		}
		if err := j.read(ctx, selectDelivery+" WHERE alert = ? ORDER BY id", func(row *sqlite.Stmt) error {
			e.Deliveries = append(e.Deliveries, readDelivery(row))
			return nil
		}, e.ID); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

func (f Filter) where() (string, []any) {
	terms, values := []string{"1"}, []any{}
	add := func(term string, value any) {
		terms, values = append(terms, term), append(values, value)
	}
	if f.Open {
		terms = append(terms, "closed = 0")
	}
	if f.Worst != heartbeat.Unknown {
		add("worst = ?", string(f.Worst))
	}
	if f.Key != "" {
		add("EXISTS (SELECT 1 FROM incident WHERE alert = alert.id AND key = ?)", f.Key)
	}
	if f.Direction != "" {
		add("EXISTS (SELECT 1 FROM incident WHERE alert = alert.id AND direction = ?)", string(f.Direction))
	}
	if !f.From.IsZero() {
		add("(closed = 0 OR closed >= ?)", millis(f.From))
	}
	return strings.Join(terms, " AND "), values
}
