package metrics

import (
	"cmp"
	"context"
	"slices"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/archive"
)

// A running day is not read again from its beginning. One request brings the
// newest calls and how many there are in the whole day; one more asks again for
// calls that were not settled. Only what came since the last time costs more.

// canCatchUp reports whether newer calls can be added to those that are known.
func (d *dayCalls) canCatchUp() bool {
	return d != nil && d.kept && (d.complete || d.behind) && len(d.rows) > 0
}

// catchUp adds to a running day what is new, and looks after its open calls. It
// needs the store: ok is false when that fails.
func (l *Ledger) catchUp(ctx context.Context, client *exotel.Client, day Date, entry *dayEntry, known *dayCalls) (calls *dayCalls, ok bool, err error) {
	c := &catchingUp{Ledger: l, client: client, day: day, figures: known.figures(l.from(day), l.from(day.Add(1)))}
	c.began, c.wasWhole = time.Now(), known.complete
	err = c.newest(ctx, entry)
	if err == nil && c.pages == 1 {
		entry.searched = false
		c.settle(ctx, entry)
	}
	if c.broken != nil {
		l.noteKept(ctx, day, c.broken)
		return nil, false, nil
	}
	if err != nil && c.pages == 0 {
		return nil, true, err
	}
	calls, unread := l.callsOf(ctx, day)
	if unread != nil {
		return nil, false, nil
	}
	l.noteKept(ctx, day, nil)
	calls.setFigures(c.figures, l.client.Zone())
	calls.behind = !calls.complete
	return calls, true, err
}

// catchingUp is a catchUp on its way.
type catchingUp struct {
	*Ledger
	client  *exotel.Client
	day     Date
	figures archive.Day
	began   time.Time
	pages   int   // put into the store
	broken  error // the store's

	wasWhole bool // every call was known before
	counted  bool // Exotel's total of the day can be believed
}

// newest reads back from the newest call to those that are known. When calls are
// missing then, it looks for them among older ones: one may have appeared late, as
// those that Exotel lists when they have ended. That search takes a page each
// time, so that even a long day costs no more than a second request a refresh.
func (c *catchingUp) newest(ctx context.Context, entry *dayEntry) error {
	const pageful = 100
	deeper := entry.deeper
	for next, first := "", true; ; first = false {
		page, added, err := c.page(ctx, next)
		if err != nil {
			return err
		}
		next = page.Next
		switch reached := added < len(page.Calls); {
		case next == "", c.figures.Complete && reached:
			entry.deeper = ""
			return nil
		case reached && first && entry.searched && (deeper != "" || c.figures.Missing < pageful):
			return nil // it is the turn of the open calls
		case reached && first && (deeper != "" || c.figures.Missing < pageful):
			return c.search(ctx, entry, cmp.Or(deeper, next))
		case added == 0:
			entry.deeper = next
			return nil
		}
	}
}

// search looks at one page of older calls. At the end of the day it begins anew.
func (c *catchingUp) search(ctx context.Context, entry *dayEntry, at string) error {
	entry.searched = true
	page, _, err := c.page(ctx, at)
	if err == nil {
		entry.deeper = page.Next
	}
	return err
}

// page puts a page of calls into the store.
func (c *catchingUp) page(ctx context.Context, next string) (page *exotel.Page, added int, err error) {
	f := c.figures
	page, err = c.client.Newest(ctx, f.From, f.To, next)
	if err != nil {
		return nil, 0, err
	}
	f.ReadAt = c.Now().Add(-time.Since(c.began)) // by the clock as the answer has corrected it
	c.broken = c.put(ctx, f.From, f.To, page.Calls, func(stored, more int) archive.Day {
		added = more
		switch {
		case next != "": // its total may be of a time before
		case page.Total < stored: // or Unknown
			f.Announced = stored + f.Unreadable
		default:
			f.Announced, c.counted = page.Total, true
		}
		// Rows that are no call have no Sid, and so may have been counted before:
		// only those count that explain why announced rows are not there.
		if more > 0 {
			f.Unreadable += max(0, min(page.Unreadable, f.Announced-stored-f.Unreadable))
		}
		f.Received = stored + f.Unreadable
		f.Missing = max(0, f.Announced-f.Received)
		// Without a total only a walk back to calls that are known leaves no gap.
		reached := more < len(page.Calls) || page.Next == ""
		f.Complete = f.Missing == 0 && (c.counted || reached && c.wasWhole)
		return f
	})
	if c.broken != nil {
		return nil, 0, c.broken
	}
	c.figures = f
	c.pages++
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range page.Calls {
		c.checked[page.Calls[i].Sid] = f.ReadAt
	}
	return page, added, nil
}

func (l *Ledger) put(ctx context.Context, from, to time.Time, calls []exotel.Call, figures func(stored, added int) archive.Day) error {
	reading, err := l.store.Begin(from, to)
	if err != nil {
		return err
	}
	for i := range calls {
		if err := reading.Add(&calls[i]); err != nil {
			return err
		}
	}
	return reading.Update(ctx, figures)
}

// settleBoth looks after the open calls of a running day that was just read, and
// of the day before it.
func (l *Ledger) settleBoth(ctx context.Context, client *exotel.Client, day Date, entry *dayEntry) {
	known, _ := l.known(entry)
	c := &catchingUp{Ledger: l, client: client, day: day, figures: known.figures(l.from(day), l.from(day.Add(1)))}
	c.settle(ctx, entry)
	if c.broken != nil {
		l.noteKept(ctx, day, c.broken)
		return
	}
	if renewed, err := l.callsOf(ctx, day); err == nil {
		renewed.setFigures(c.figures, l.client.Zone())
		renewed.behind = known.behind
		l.mu.Lock()
		defer l.mu.Unlock()
		entry.become(renewed)
	}
}

// settle asks again for the calls of the day and of the day before it of which
// Exotel may say more, the most overdue first, as many as one request takes, once
// a minute at most. That it fails is no failure of the day: what is known stays,
// and shows as provisional.
func (c *catchingUp) settle(ctx context.Context, entry *dayEntry) {
	now := c.Now()
	before := c.entry(c.day.Add(-1))
	select {
	case before.turn <- struct{}{}:
		defer func() { <-before.turn }()
	default: // it is being read; its calls are seen to the next time
		before = nil
	}
	due := c.due(now, entry, before)
	if len(due) == 0 {
		return
	}
	calls, err := c.client.BySid(ctx, due)
	if err != nil {
		if ctx.Err() == nil {
			c.log.Warn("calls that are not settled could not be asked for again", "calls", len(due), "error", err)
		}
		return
	}
	c.mu.Lock()
	for _, sid := range due {
		c.checked[sid] = now
	}
	c.mu.Unlock()
	known, _ := c.known(entry)
	c.broken = cmp.Or(c.renew(ctx, c.figures, calls, known), c.renewBefore(ctx, before, calls))
}

// settleOver asks again, now and then, for the calls of a day that is over whose
// record is not finished, as many as one request takes. The caller has its turn.
func (l *Ledger) settleOver(ctx context.Context, client *exotel.Client, day Date, entry *dayEntry, known *dayCalls) {
	const every = 15 * time.Minute // Exotel rarely takes longer
	now := l.Now()
	if now.Sub(entry.settled).Abs() < every {
		return
	}
	entry.settled = now
	var sids []string
	for _, call := range known.open {
		if call.phase != finished && call.pending(now) && len(sids) < exotel.MostSids {
			sids = append(sids, call.sid)
		}
	}
	if len(sids) == 0 {
		return
	}
	calls, err := client.BySid(ctx, sids)
	if err == nil {
		c := &catchingUp{Ledger: l, client: client, day: day.Add(1)}
		err = c.renewBefore(ctx, entry, calls)
	}
	if err != nil && ctx.Err() == nil {
		l.log.Warn("calls whose record is not finished could not be brought up to date", "day", day.String(), "calls", len(sids), "error", err)
	}
}

// renew puts those of the calls into the store that belong to a day, whose figures
// stay. A call without a time belongs to the day in which it was open.
func (c *catchingUp) renew(ctx context.Context, day archive.Day, calls []exotel.Call, known *dayCalls) error {
	theirs := slices.DeleteFunc(slices.Clone(calls), func(call exotel.Call) bool {
		if call.Created.IsZero() {
			return known == nil || !slices.ContainsFunc(known.open, func(o openCall) bool { return o.sid == call.Sid })
		}
		return call.Created.Before(day.From) || !call.Created.Before(day.To)
	})
	return c.put(ctx, day.From, day.To, theirs, func(int, int) archive.Day { return day })
}

// renewBefore renews the day before, of which the caller has the turn.
func (c *catchingUp) renewBefore(ctx context.Context, entry *dayEntry, calls []exotel.Call) error {
	if entry == nil {
		return nil
	}
	day := c.day.Add(-1)
	known, _ := c.known(entry)
	if known == nil || !known.kept {
		return nil
	}
	figures := known.figures(c.from(day), c.from(day.Add(1)))
	if err := c.renew(ctx, figures, calls, known); err != nil {
		return err
	}
	renewed, err := c.callsOf(ctx, day)
	if err != nil {
		return err
	}
	renewed.setFigures(figures, c.client.Zone())
	renewed.behind = known.behind
	c.Ledger.mu.Lock()
	defer c.Ledger.mu.Unlock()
	entry.become(renewed)
	return nil
}

// MostFresh is how many live calls at most are known as of the last two minutes. Of
// more, some may be over: no more can be asked for at once, once a minute.
const MostFresh = 2 * exotel.MostSids

// due are the open calls to be asked for now, the most overdue first. In a large
// account there are more than one request takes; then live calls have a turn every
// two minutes, others when they may have settled, and later ever more rarely.
func (l *Ledger) due(now time.Time, entries ...*dayEntry) []string {
	const (
		often      = 50 * time.Second // at most
		liveWait   = 2 * time.Minute
		settleWait = 4 * time.Minute
		early      = 0.25 // of the wait, where there is room
	)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.settled.IsZero() && now.Sub(l.settled).Abs() < often {
		return nil
	}
	l.settled = now
	type candidate struct {
		sid     string
		overdue float64 // 1 when it is due
	}
	var list []candidate
	open := map[string]time.Time{}
	for _, entry := range entries {
		if entry == nil || entry.calls == nil || !entry.calls.kept {
			continue
		}
		for _, call := range entry.calls.open {
			if !call.pending(now) {
				continue
			}
			checked, known := l.checked[call.sid]
			if !known {
				checked = entry.calls.readAt
			}
			if checked.Before(call.created) {
				checked = call.created
			}
			open[call.sid] = checked
			wait := settleWait
			if call.phase == running {
				wait = liveWait
			}
			since := now.Sub(checked)
			overdue := float64(since) / float64(max(wait, checked.Sub(call.created)/2))
			if since >= often && (overdue >= early || call.phase == running) {
				list = append(list, candidate{call.sid, overdue})
			}
		}
	}
	l.checked = open // what is settled need not be remembered
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.overdue, a.overdue) })
	var sids []string
	for _, c := range list[:min(len(list), exotel.MostSids)] {
		sids = append(sids, c.sid)
	}
	return sids
}
