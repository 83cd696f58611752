package refresh

import (
	"cmp"
	"context"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// A running day is not read again from its beginning. One request brings the newest calls
// and the total of the day, and another one the calls that had not settled. Only new
// calls cost more.

const (
	// recentPages is the number of pages behind the newest in which a refresh looks
	// for calls that appeared late, as do those that Exotel lists when they have
	// ended (see exotel/API.md, Call list). Most calls are shorter than ten minutes,
	// which is what these pages hold of a large account.
	recentPages = 5
	// maxHardSearch is how long a refresh spends all of its requests on missing calls.
	// After that it reads one older page each time.
	maxHardSearch = 10 * time.Minute
)

// catchUp adds what is new to a running day, and requests its open calls. short reports
// whether announced calls are missing.
func (f *Fetcher) catchUp(ctx context.Context, client *exotel.Client, day metrics.Date, s *dayState, known *calls.Day) (short bool, err error) {
	c := &catchUpRun{Fetcher: f, client: client, day: *known, wasComplete: known.Complete}
	c.day.ReadAt = f.Now()
	err = c.newest(ctx, s)
	if err == nil {
		f.settleOpen(ctx, client, day, c.pages)
		s.missing = c.day.Missing
	}
	return c.day.Missing > 0, err
}

// catchUpRun is a catchUp in progress.
type catchUpRun struct {
	*Fetcher
	client *exotel.Client
	day    calls.Day // as the store knows it
	pages  int       // saved so far

	wasComplete bool // every call was known before
	counted     bool // Exotel's total of the day can be believed
}

// newest reads back from the newest call to those that are known. If calls are missing
// then, it searches older pages.
func (c *catchUpRun) newest(ctx context.Context, s *dayState) error {
	for next, first := "", true; ; first = false {
		page, added, err := c.page(ctx, next)
		if err != nil {
			return err
		}
		next = page.Next
		switch reached := added < len(page.Calls); {
		case next == "", c.day.Complete && reached:
			s.cursor = ""
			return nil
		case added == 0, reached && first && c.day.Missing < exotel.PageSize:
			return c.search(ctx, s, next)
		}
	}
}

// search looks for missing calls on older pages. Those that went missing since the
// last time are probably on the next few. For the others it walks back through the day,
// a part each time; from the day's first call it starts over at the newest.
func (c *catchUpRun) search(ctx context.Context, s *dayState, next string) error {
	more := func() bool { return !c.day.Complete && c.pages < maxRequests-1 } // one is for open calls
	for range recentPages {
		if c.day.Missing <= s.missing || next == "" || !more() {
			break
		}
		page, _, err := c.page(ctx, next)
		if err != nil {
			return err
		}
		next = page.Next
	}
	if c.day.Missing > s.missing { // some of those that are newly missing are older
		s.cursor = ""
	}
	s.cursor = cmp.Or(s.cursor, next)
	for s.cursor != "" && more() {
		page, _, err := c.page(ctx, s.cursor)
		if err != nil {
			return err
		}
		s.cursor = page.Next
		if c.Now().Sub(s.caughtUp) > maxHardSearch {
			break
		}
	}
	if c.day.Complete {
		s.cursor = ""
	}
	return nil
}

// page reads one page of calls and saves it. added is the number of calls that were not
// stored before.
func (c *catchUpRun) page(ctx context.Context, next string) (page *exotel.Page, added int, err error) {
	zone := c.client.Zone()
	page, err = c.client.NewestPage(ctx, c.day.Date.In(zone), c.day.Date.Add(1).In(zone), next)
	if err != nil {
		return nil, 0, err
	}
	var d calls.Day
	err = c.put(ctx, c.client, calls.Batch{Date: c.day.Date, Calls: page.Calls, AsOf: c.day.ReadAt, UpdateDay: func(_ *calls.Day, stored, more int) *calls.Day {
		d, added = c.day, more
		switch {
		case next != "": // its total may be out of date
		case page.Total < stored: // or Unknown
			d.Announced = stored + d.Unreadable
		default:
			d.Announced, c.counted = page.Total, true
		}
		// Rows that are no call have no Sid, so that they may have been counted before.
		// Only as many count as explain missing rows.
		if more > 0 {
			d.Unreadable += max(0, min(page.Unreadable, d.Announced-stored-d.Unreadable))
		}
		d.Received = stored + d.Unreadable
		d.Missing = max(0, d.Announced-d.Received)
		// Without a total, only a walk back to known calls leaves no gap.
		reached := more < len(page.Calls) || page.Next == ""
		d.Complete = d.Missing == 0 && (c.counted || reached && c.wasComplete)
		return &d
	}})
	if err != nil {
		return nil, 0, err
	}
	c.day = d
	c.pages++
	return page, added, nil
}
