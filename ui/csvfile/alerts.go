package csvfile

import (
	"io"
	"strconv"
	"strings"
	"time"

	"exotel-monitor/heartbeat/journal"
)

// WriteAlerts writes the incidents of alerts, in their order, with times in the
// zone and durations in seconds until now. It returns how many.
func WriteAlerts(out io.Writer, entries []journal.Entry, now time.Time, zone *time.Location) (int, error) {
	const layout = "2006-01-02 15:04:05 -07:00"
	date := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format(layout)
	}
	rows := [][]string{{"alert", "level", "worst level", "number", "name", "direction", "Exotel's word", "alternates", "opened", "closed", "seconds", "acknowledged"}}
	for _, e := range entries {
		for _, in := range e.Incidents {
			end := in.Closed
			if in.Open() {
				end = now
			}
			rows = append(rows, []string{
				strconv.FormatInt(e.ID, 10), e.Level.String(), e.Worst.String(), Text(in.Number), Text(in.Name), string(in.Direction), Text(in.Cause),
				Text(strings.Join(in.Alternates, " ")), date(in.Opened), date(in.Closed), strconv.FormatInt(int64(end.Sub(in.Opened)/time.Second), 10), date(e.Acknowledged),
			})
		}
	}
	if _, err := io.WriteString(out, Mark); err != nil {
		return 0, err
	}
	return len(rows) - 1, Write(out, rows)
}
