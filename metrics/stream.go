package metrics

import (
	"context"
	"fmt"
	"slices"
	"time"

	"exotel-monitor/exotel"
)

// Stream reads the calls of a period that match the filter straight into a
// summary. Those of one ExoPhone are chosen here, by the client's directory: Exotel
// is asked for all. No call is stored, so any range needs the same memory. With an error
// the summary is nil, because figures over a part of the calls would be wrong. Rows without a
// time of creation count as unreadable.
func Stream(ctx context.Context, client *exotel.Client, p Period, f Filter) (*Summary, exotel.Tally, error) {
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
	summary := NewSummary(p)
	days := newDayFinder(p, zone)
	book, account := &phoneBook{}, client.Directory()
	var lines []line
	timeless := 0
	tally := func() exotel.Tally {
		t := fetch.Tally()
		t.Unreadable += timeless
		return t
	}
	for call, err := range fetch.All(ctx) {
		if err != nil {
			return nil, tally(), err
		}
		created := CreatedAt(&call)
		if created.IsZero() {
			timeless++
			continue
		}
		day := days.find(created)
		if day == noDay {
			continue
		}
		r := newRow(&call, book)
		r.Verdict = r.Verdict.At(client.Now().Sub(created))
		if f.ExoPhone != "" && len(lines) < len(book.phones) {
			lines = f.lines(book, account)
		}
		switch {
		case f.Direction != "" && f.Direction != directions[r.direction]:
		case f.Status != nil && *f.Status != r.Status:
		case f.ExoPhone == "" || lines[r.phone] == chosenLine:
			summary.count(&r, day)
		case lines[r.phone] == unknownLine && !r.leg:
			summary.LineUnknown++
		}
	}
	summary.SetNow(client.Now())
	if err := summary.Check(); err != nil {
		return nil, tally(), err
	}
	return summary, tally(), nil
}

// maxDaysAhead is how many days after today a period may end: enough for any
// calendar, few enough for a mistyped year to be refused.
const maxDaysAhead = 366

// checkPeriod refuses a period that Exotel has no calls of.
func checkPeriod(ctx context.Context, client *exotel.Client, p Period) error {
	zone := client.Zone()
	if err := client.Check(ctx, exotel.Query{From: p.Start(zone), To: p.End(zone)}); err != nil {
		return err
	}
	if last := DateOf(client.Now()).Add(maxDaysAhead); last.Before(p.To) {
		return &exotel.Error{Op: "list calls", Kind: exotel.KindRequest, Err: fmt.Errorf("the range ends after %s", last)}
	}
	return nil
}

// noDay is the day of a moment that lies in no day of the period.
const noDay = -1

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
