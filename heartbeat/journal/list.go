package journal

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
)

// Filter chooses alerts. The zero Filter chooses all.
type Filter struct {
	Open bool                // only those that last
	Key  string              // only those with an incident of this ExoPhone
	Than heartbeat.Level     // only those that were this level at worst, Unknown for all
	Way  heartbeat.Direction // only those with an incident in this direction
	From time.Time           // only those that lasted at this time or later
}

// Entry is an alert with all that is on record about it.
type Entry struct {
	alert.Alert
	Steps      []alert.Change
	Deliveries []Delivery
}

// Alerts returns the alerts that the filter chooses, newest first, at most most
// of them.
func (j *Journal) Alerts(f Filter, most int) ([]Entry, error) {
	where, values := f.where()
	var entries []Entry
	if err := j.read(selectAlert+" WHERE "+where+" ORDER BY opened DESC, id DESC LIMIT ?", func(row *sqlite.Stmt) error {
		entries = append(entries, Entry{Alert: *readAlert(row)})
		return nil
	}, append(values, most)...); err != nil {
		return nil, err
	}
	for i := range entries {
		e := &entries[i]
		if err := j.incidents(&e.Alert); err != nil {
			return nil, err
		}
		if err := j.read("SELECT at, step, level FROM step WHERE alert = ? ORDER BY rowid", func(row *sqlite.Stmt) error {
			e.Steps = append(e.Steps, alert.Change{At: moment(row.ColumnInt64(0)), Step: alert.Step(row.ColumnText(1)), Level: heartbeat.Level(row.ColumnText(2))})
			return nil
		}, e.ID); err != nil {
			return nil, err
		}
		if err := j.read(selectDelivery+" WHERE alert = ? ORDER BY id", func(row *sqlite.Stmt) error {
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
	if f.Than != heartbeat.Unknown {
		add("worst = ?", string(f.Than))
	}
	if f.Key != "" {
		add("EXISTS (SELECT 1 FROM incident WHERE alert = alert.id AND key = ?)", f.Key)
	}
	if f.Way != "" {
		add("EXISTS (SELECT 1 FROM incident WHERE alert = alert.id AND direction = ?)", string(f.Way))
	}
	if !f.From.IsZero() {
		add("(closed = 0 OR closed >= ?)", millis(f.From))
	}
	return strings.Join(terms, " AND "), values
}

// mostExported is above what any account has on record.
const mostExported = 1_000_000

// mark begins a file by which Excel knows that it is in UTF-8: without it, names in
// Hindi come out as signs that nobody reads.
const mark = "\uFEFF"

// WriteCSV writes the incidents of the alerts that the filter chooses, newest
// first, with times in the zone and durations in seconds. It returns how many.
func (j *Journal) WriteCSV(out io.Writer, f Filter, now time.Time, zone *time.Location) (int, error) {
	entries, err := j.Alerts(f, mostExported)
	if err != nil {
		return 0, err
	}
	if _, err := io.WriteString(out, mark); err != nil {
		return 0, err
	}
	w := csv.NewWriter(out)
	const layout = "2006-01-02 15:04:05 -07:00"
	date := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format(layout)
	}
	_ = w.Write([]string{"alert", "level", "worst level", "number", "name", "direction", "Exotel's word", "alternates", "opened", "closed", "seconds", "acknowledged"})
	rows := 0
	for _, e := range entries {
		for _, in := range e.Incidents {
			end := in.Closed
			if in.Open() {
				end = now
			}
			_ = w.Write([]string{
				strconv.FormatInt(e.ID, 10), e.Level.String(), e.Worst.String(), plain(in.Number), plain(in.Name), string(in.Direction), plain(in.Word),
				plain(strings.Join(in.Alternates, " ")), date(in.Opened), date(in.Closed), strconv.FormatInt(int64(end.Sub(in.Opened)/time.Second), 10), date(e.Acknowledged),
			})
			rows++
		}
	}
	w.Flush() // the errors of all writes come here
	return rows, w.Error()
}

// plain keeps a text that came from outside from being taken for a formula by a
// spreadsheet. A phone number with its plus is none.
func plain(text string) string {
	const begins = "=+-@\t\r\n＝＋－＠" // Eastern spreadsheets take the wide ones, too
	first, _ := utf8.DecodeRuneInString(text)
	if text != "" && strings.ContainsRune(begins, first) && strings.Trim(strings.TrimPrefix(text, "+"), "0123456789 ") != "" {
		return "'" + text
	}
	return text
}
