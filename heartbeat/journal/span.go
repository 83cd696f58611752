package journal

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/heartbeat"
)

// Span is a time in which a line was seen up, or down. Between spans nothing was seen.
type Span struct {
	Start, End time.Time
	Up         bool
}

type lineKey struct {
	phone     string
	direction heartbeat.Direction
}

// maxGap is the number of intervals that may lie between two reports for the time between
// them to count as seen.
const maxGap = 2

// Observe records which lines are up and down. Unlike the other methods, it must be
// called by one goroutine.
func (j *Journal) Observe(ctx context.Context, h heartbeat.Health) error {
	if err := j.loadSpans(ctx); err != nil {
		return err
	}
	type change struct {
		line lineKey
		Span
	}
	var changes []change
	for _, p := range h.Phones {
		for _, direction := range heartbeat.Directions {
			line, key := p.Line(direction), lineKey{p.Key, direction}
			last, known := j.lastSpans[key]
			if line.State == heartbeat.StateUnknown || known && !line.ReportedAt.After(last.End) {
				continue
			}
			up := line.State == heartbeat.Up
			joins := known && line.ReportedAt.Sub(last.End) <= maxGap*h.Interval
			if joins { // until this report it was what it was before
				last.End = line.ReportedAt
				changes = append(changes, change{key, last})
			}
			if !joins || up != last.Up {
				last = Span{line.ReportedAt, line.ReportedAt, up}
				changes = append(changes, change{key, last})
			}
		}
	}
	if len(changes) == 0 {
		return nil
	}
	if err := j.write(ctx, func(c *sqlite.Conn) error {
		for _, ch := range changes {
			if err := sqlitex.Execute(c, "INSERT INTO span VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET ended = excluded.ended, up = excluded.up",
				args(ch.line.phone, string(ch.line.direction), millis(ch.Start), millis(ch.End), ch.Up)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	for _, ch := range changes {
		j.lastSpans[ch.line] = ch.Span
	}
	return nil
}

// loadSpans reads the newest span of each line once.
func (j *Journal) loadSpans(ctx context.Context) error {
	if j.lastSpans != nil {
		return nil
	}
	last := map[lineKey]Span{}
	if err := j.read(ctx, "SELECT key, direction, max(began), ended, up FROM span GROUP BY key, direction", func(row *sqlite.Stmt) error {
		last[lineKey{row.ColumnText(0), heartbeat.Direction(row.ColumnText(1))}] = Span{fromMillis(row.ColumnInt64(2)), fromMillis(row.ColumnInt64(3)), row.ColumnBool(4)}
		return nil
	}); err != nil {
		return err
	}
	j.lastSpans = last
	return nil
}

// EachLastUp calls f with the newest span of each line that was up at the end of that
// span. It must be called by the goroutine of Observe.
func (j *Journal) EachLastUp(ctx context.Context, f func(key string, direction heartbeat.Direction, s Span)) error {
	if err := j.loadSpans(ctx); err != nil {
		return err
	}
	for line, s := range j.lastSpans {
		if s.Up {
			f(line.phone, line.direction, s)
		}
	}
	return nil
}

// Spans returns the spans of a line that end at from or later, oldest first.
func (j *Journal) Spans(ctx context.Context, key string, direction heartbeat.Direction, from time.Time) ([]Span, error) {
	var spans []Span
	err := j.read(ctx, "SELECT began, ended, up FROM span WHERE key = ? AND direction = ? AND ended >= ? ORDER BY began", func(row *sqlite.Stmt) error {
		spans = append(spans, Span{fromMillis(row.ColumnInt64(0)), fromMillis(row.ColumnInt64(1)), row.ColumnBool(2)})
		return nil
	}, key, string(direction), millis(from))
	return spans, err
}

// Availability is how much of the observed time a line was up.
type Availability struct {
	Up, Observed, Window time.Duration
}

// NewAvailability adds up the spans in a window that ends now.
func NewAvailability(spans []Span, window time.Duration, now time.Time) Availability {
	a := Availability{Window: window}
	from := now.Add(-window)
	for _, s := range spans {
		began, ended := s.Start, s.End
		if began.Before(from) {
			began = from
		}
		if ended.After(now) {
			ended = now
		}
		if d := ended.Sub(began); d > 0 {
			a.Observed += d
			if s.Up {
				a.Up += d
			}
		}
	}
	return a
}
