package metrics

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/archive"

	"golang.org/x/sync/errgroup"
)

const (
	// settling is how long after the end of a day its calls can still change:
	// Exotel fills in durations up to 15 minutes after a call, by its oldest
	// text, and a late call may run on past midnight. A day read later than
	// that is not read again.
	settling = time.Hour
	// sideBySide is how many days are read at once; the client's own limits
	// decide how many requests that makes.
	sideBySide = 8
	// searchFor is how long announced calls of a running day that are not there
	// are looked for page by page, before the day is read from its beginning again.
	searchFor = time.Hour
	// furthest is how many days after today a period may end: enough for any
	// calendar, few enough for a mistyped year to be refused.
	furthest = 366
	// reportEvery is the shortest time between two reports of progress.
	reportEvery = 100 * time.Millisecond
)

// anew is the age for Load to read running days that are not complete from their
// beginning, and the others up to now.
const anew = -1

// Ledger keeps the calls of the days that were read in this run, and with a
// Store over runs, so that no call is asked for twice without need. It is safe
// for concurrent use.
type Ledger struct {
	client *exotel.Client

	store Store // nil for none
	log   *slog.Logger

	mu      sync.Mutex
	days    map[Date]*dayEntry
	stored  map[Date]archive.Day // in the store and not yet in days
	checked map[string]time.Time // by Sid, when an open call was last asked for
	settled time.Time            // when open calls were last asked for
	unkept  error                // why the last day that was read is not on the disk
}

// dayEntry is a day's place in the ledger: a turn to read it, and what is known.
type dayEntry struct {
	turn chan struct{} // held by whoever reads the day

	// Under the turn:
	deeper   string    // the page on which the search for late calls goes on
	searched bool      // the last time; the next one is for open calls
	whole    time.Time // when the day was last read from its beginning
	since    time.Time // when it was last not behind
	settled  time.Time // when its open calls were last asked for after it was over

	// Under Ledger.mu:
	calls    *dayCalls               // nil until the day was read at least in part
	last     *reading                // the last one that nobody broke off
	breakOff context.CancelCauseFunc // ends a reading that can wait; nil for none
}

// become has other calls known of the day. Those that are known are read by others
// without a lock.
func (e *dayEntry) become(calls *dayCalls) {
	if e.calls != nil && e.calls != calls {
		calls.recalled = e.calls.recalled
	}
	e.calls = calls
}

// reading is how an attempt to read a day ended.
type reading struct{ err error }

// NewLedger returns an empty ledger of the client's account.
func NewLedger(client *exotel.Client) *Ledger {
	return &Ledger{client: client, days: map[Date]*dayEntry{}, stored: map[Date]archive.Day{}, checked: map[string]time.Time{}}
}

// Now is the time in the account's zone.
func (l *Ledger) Now() time.Time { return l.client.Now() }

// Account returns the account's ExoPhones, nil if they could not be listed yet.
func (l *Ledger) Account(ctx context.Context) *exotel.Directory { return l.client.Listed(ctx) }

// Period is the days of a choice now. AllStored begins with the first day that is
// known to have calls.
func (l *Ledger) Period(c Choice) Period {
	p := c.Period(l.Now())
	if c.Range == AllStored {
		p.From = l.firstWithCalls(p.To)
	}
	return p
}

// firstWithCalls returns the first known day that has calls, or the given one if
// none before it has.
func (l *Ledger) firstWithCalls(day Date) Date {
	l.mu.Lock()
	defer l.mu.Unlock()
	for stored, figures := range l.stored {
		if stored.Before(day) && figures.Received > figures.Unreadable {
			day = stored
		}
	}
	for known, entry := range l.days {
		if known.Before(day) && entry.calls != nil && len(entry.calls.rows) > 0 {
			day = known
		}
	}
	return day
}

// oldest is the first day of which something is known, or else the given one.
func (l *Ledger) oldest(day Date) Date {
	l.mu.Lock()
	defer l.mu.Unlock()
	for stored := range l.stored {
		if stored.Before(day) {
			day = stored
		}
	}
	for known, entry := range l.days {
		if entry.calls != nil && known.Before(day) {
			day = known
		}
	}
	return day
}

// Load brings the days of p up to date and returns what is then known of them.
// A day that is over and settled is read once; any other is read again, or as far
// as it has changed, when its last reading is older than maxAge. Days that Exotel
// no longer has are not asked for. With an error the view holds what is known all
// the same, older or incomplete. report, if not nil, hears of the progress now
// and then, one call at a time.
func (l *Ledger) Load(ctx context.Context, p Period, maxAge time.Duration, report func(Progress)) (*View, error) {
	askable, err := l.askable(ctx, p)
	if err != nil {
		return &View{Period: p, now: l.Now()}, err
	}
	progress := &progress{report: report, fetches: map[Date]*exotel.Fetch{}}
	l.recallAll(ctx, p)
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(sideBySide)
	today := DateOf(l.Now())
	var short atomic.Pointer[exotel.IncompleteError]
	for day := askable.To; !day.Before(askable.From); day = day.Add(-1) {
		if today.Before(day) {
			continue
		}
		group.Go(func() error {
			err := l.loadDay(groupCtx, l.client, day, maxAge, progress)
			if incomplete, only := listedShort(err); only { // that says nothing of the other days
				short.Store(incomplete)
				return nil
			}
			return err
		})
	}
	err = group.Wait()
	if incomplete := short.Load(); err == nil && incomplete != nil {
		err = incomplete
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	view := l.view(p)
	l.client.MissExoPhones(view.ExoPhones())
	return view, err
}

// listedShort reports whether all that went wrong is that Exotel's list ended
// before its own total.
func listedShort(err error) (*exotel.IncompleteError, bool) {
	incomplete, ok := errors.AsType[*exotel.IncompleteError](err)
	return incomplete, ok && incomplete.Err == nil
}

// Known is what is known of a period without asking Exotel.
func (l *Ledger) Known(ctx context.Context, p Period) *View {
	l.recallAll(ctx, p)
	return l.view(p)
}

// askable is the part of a period that Exotel can be asked for. A period that
// begins before that, and before everything that is stored, is refused.
func (l *Ledger) askable(ctx context.Context, p Period) (Period, error) {
	first := FirstAskable(l.Now())
	if p.From.Before(first) && !p.From.Before(l.oldest(first)) {
		if p.To.Before(first) {
			return Period{first, first.Add(-1)}, l.client.ClockError()
		}
		p.From = first
	}
	return p, checkPeriod(ctx, l.client, p)
}

// FirstAskable returns the first day that Exotel has whole at now.
func FirstAskable(now time.Time) Date { return DateOf(exotel.FirstDay(now)) }

// checkPeriod refuses a period that Exotel has no calls of.
func checkPeriod(ctx context.Context, client *exotel.Client, p Period) error {
	zone := client.Zone()
	if err := client.Check(ctx, exotel.Query{From: p.Start(zone), To: p.End(zone)}); err != nil {
		return err
	}
	if last := DateOf(client.Now()).Add(furthest); last.Before(p.To) {
		return &exotel.Error{Op: "list calls", Kind: exotel.KindRequest, Err: fmt.Errorf("the range ends after %s", last)}
	}
	return nil
}

func (l *Ledger) entry(day Date) *dayEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry := l.days[day]
	if entry == nil {
		entry = &dayEntry{turn: make(chan struct{}, 1)}
		l.days[day] = entry
	}
	return entry
}

func (l *Ledger) known(entry *dayEntry) (*dayCalls, *reading) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return entry.calls, entry.last
}

// view collects what is known of a period's days.
func (l *Ledger) view(p Period) *View {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := &View{Period: p, now: l.client.Now(), onDisk: l.store != nil && l.store.Lasting(), days: make([]*dayCalls, p.Days()), account: l.client.Directory()}
	for i := range v.days {
		if entry := l.days[p.From.Add(i)]; entry != nil {
			v.days[i] = entry.calls
		}
	}
	return v
}
