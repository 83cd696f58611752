package metrics

import (
	"context"
	"slices"
	"time"

	"exotel-monitor/exotel"
)

// Stream reads the calls of a period that match the filter straight into a
// summary. Those of one ExoPhone are chosen here, by the client's directory: Exotel
// is asked for all. Nothing is kept of a call, so any range needs the same memory. With
// an error there is no summary: a part of the calls makes no figure.
func Stream(ctx context.Context, client *exotel.Client, p Period, f Filter, report func(Progress)) (*Summary, exotel.Tally, error) {
	zone := client.Zone()
	query := exotel.Query{From: p.Start(zone), To: p.End(zone)}
	if f.Direction != DirectionOther { // which Exotel cannot be asked for
		query.Direction = f.Direction
	}
	if f.Status != nil && *f.Status <= Failed {
		// Exotel's word and ours are the same for these; the others are several
		// words, or none, and are filtered here.
		query.Statuses = []string{f.Status.String()}
	}
	if err := checkPeriod(ctx, client, p); err != nil {
		return nil, exotel.Tally{}, err
	}
	fetch := client.Calls(query)
	progress := &progress{report: report, fetches: map[Date]*exotel.Fetch{{}: fetch}}
	summary := newSummary(p)
	days := newDayFinder(p, zone)
	book, account := &phoneBook{}, client.Directory()
	var lines []line
	for call, err := range fetch.All(ctx) {
		if err != nil {
			return nil, fetch.Tally(), err
		}
		r := newRow(&call, book)
		r.verdict = r.verdict.at(client.Now().Sub(createdAt(&call)))
		if f.ExoPhone != "" && len(lines) < len(book.phones) {
			lines = f.lines(book, account)
		}
		switch {
		case f.Direction != "" && f.Direction != directions[r.direction]:
		case f.Status != nil && *f.Status != r.status:
		case f.ExoPhone == "" || lines[r.phone] == chosenLine:
			summary.count(&r, days.find(createdAt(&call)))
		case lines[r.phone] == unknownLine && !r.leg:
			summary.LineUnknown++
		}
		progress.tell(false)
	}
	progress.tell(true)
	summary.setNow(client.Now())
	if err := summary.Check(); err != nil {
		return nil, fetch.Tally(), err
	}
	return summary, fetch.Tally(), nil
}

// dayFinder finds a moment's day in a period without calendar arithmetic.
type dayFinder struct{ starts []int64 }

func newDayFinder(p Period, zone *time.Location) dayFinder {
	starts := make([]int64, p.Days()+1)
	for i := range starts {
		starts[i] = p.From.Add(i).In(zone).Unix()
	}
	return dayFinder{starts}
}

func (d dayFinder) find(t time.Time) int {
	at, found := slices.BinarySearch(d.starts, t.Unix())
	if !found {
		at--
	}
	if at < 0 || at >= len(d.starts)-1 {
		return noDay
	}
	return at
}
