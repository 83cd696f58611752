package metrics

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
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
	// longestPeriod is more days than Exotel keeps and few enough for a mistyped
	// year to be refused instead of filling the memory.
	longestPeriod = 366
	// reportEvery is the shortest time between two reports of progress.
	reportEvery = 100 * time.Millisecond
)

// Progress counts the calls read and the calls announced so far.
type Progress struct{ Received, Announced int }

// Ledger keeps the calls of the days that were read in this run, and with a
// Store over runs, so that no day is asked for twice without need. It is safe for concurrent use.
type Ledger struct {
	client *exotel.Client

	store Store // nil for none
	log   *slog.Logger

	mu     sync.Mutex
	days   map[Date]*dayEntry
	stored map[Date]archive.Day // in the store and not yet in days
}

// dayEntry is a day's place in the ledger: a turn to read it, and what is known.
type dayEntry struct {
	turn chan struct{} // held by whoever reads the day

	// Under Ledger.mu:
	calls *dayCalls // nil until the day was read at least in part
	last  *reading  // the last one that nobody broke off
}

// reading is how an attempt to read a day ended.
type reading struct{ err error }

// dayCalls are the calls of one day as they were read at one time. They never
// change; a newer reading takes their place.
type dayCalls struct {
	rows     []row
	book     *phoneBook
	timeless map[int]string // Sids of the rows that Exotel gave no creation time
	tally    exotel.Tally
	readAt   time.Time // when the reading began
	complete bool
}

// NewLedger returns an empty ledger of the client's account.
func NewLedger(client *exotel.Client) *Ledger {
	return &Ledger{client: client, days: map[Date]*dayEntry{}, stored: map[Date]archive.Day{}}
}

// Now is the time in the account's zone.
func (l *Ledger) Now() time.Time { return l.client.Now() }

// Load brings the days of p up to date and returns what is then known of them.
// A day that is over and settled is read once; any other is read again when its
// last reading is older than maxAge. With an error the view holds what is known
// all the same, older or incomplete. report, if not nil, hears of the progress
// now and then, one call at a time.
func (l *Ledger) Load(ctx context.Context, p Period, maxAge time.Duration, report func(Progress)) (*View, error) {
	if err := checkPeriod(ctx, l.client, p); err != nil {
		return &View{Period: p, now: l.Now()}, err
	}
	progress := &progress{report: report, fetches: map[Date]*exotel.Fetch{}}
	l.recallAll(ctx, p)
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(sideBySide)
	today := DateOf(l.Now())
	for day := p.To; !day.Before(p.From); day = day.Add(-1) {
		if today.Before(day) {
			continue
		}
		group.Go(func() error { return l.loadDay(groupCtx, day, maxAge, progress) })
	}
	err := group.Wait()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return l.view(p), err
}

// checkPeriod refuses a period that Exotel has no calls of.
func checkPeriod(ctx context.Context, client *exotel.Client, p Period) error {
	zone := client.Zone()
	if err := client.Check(ctx, exotel.Query{From: p.Start(zone), To: p.End(zone)}); err != nil {
		return err
	}
	if days := p.Days(); days > longestPeriod {
		return &exotel.Error{Op: "list calls", Kind: exotel.KindRequest, Err: fmt.Errorf("the range has %d days, at most %d can be shown", days, longestPeriod)}
	}
	return nil
}

// loadDay reads a day unless what is known of it is fresh enough. Who had to
// wait for another reading of the day takes that one's answer, so that many
// loads at once make one.
func (l *Ledger) loadDay(ctx context.Context, day Date, maxAge time.Duration, progress *progress) error {
	entry := l.entry(day)
	_, before := l.known(entry)
	select {
	case entry.turn <- struct{}{}:
		defer func() { <-entry.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	known, last := l.known(entry)
	if known.freshEnough(day.Add(1).In(l.client.Zone()), l.Now(), maxAge) {
		return nil
	}
	if last != before {
		return last.err
	}
	read, calls, err := l.read(ctx, day, progress)
	adopted := err == nil || known.poorerThan(read)
	if adopted {
		read = l.keep(ctx, day, read, calls)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if adopted {
		entry.calls = read
	}
	if ctx.Err() == nil {
		entry.last = &reading{err}
	}
	return err
}

// poorerThan reports whether a broken reading has more to tell.
func (d *dayCalls) poorerThan(broken *dayCalls) bool {
	return d == nil || !d.complete && d.tally.Received <= broken.tally.Received
}

// freshEnough reports whether a day that ends at end need not be read again.
func (d *dayCalls) freshEnough(end, now time.Time, maxAge time.Duration) bool {
	if d == nil || !d.complete || d.readAt.After(now) { // the last: by a clock that was wrong then
		return false
	}
	return !d.readAt.Before(end.Add(settling)) || maxAge > 0 && now.Sub(d.readAt) < maxAge
}

func (l *Ledger) read(ctx context.Context, day Date, progress *progress) (*dayCalls, []exotel.Call, error) {
	zone := l.client.Zone()
	calls := newDayCalls()
	var kept []exotel.Call
	began := time.Now()
	fetch := l.client.Calls(exotel.Query{From: day.In(zone), To: day.Add(1).In(zone)})
	progress.begin(day, fetch)
	defer progress.tell(true)
	var failure error
	for call, err := range fetch.All(ctx) {
		if err != nil {
			failure = err
			break
		}
		calls.add(&call, day)
		if l.store != nil {
			kept = append(kept, call)
		}
		progress.tell(false)
	}
	calls.tally = fetch.Tally()
	calls.complete = failure == nil
	// By the clock as the reading has corrected it.
	calls.readAt = l.Now().Add(-time.Since(began))
	return calls, kept, failure
}

func newDayCalls() *dayCalls { return &dayCalls{book: &phoneBook{}, timeless: map[int]string{}} }

func (d *dayCalls) add(call *exotel.Call, day Date) {
	r := newRow(call, d.book)
	if call.Created.IsZero() {
		r.dayless = DateOf(call.Started) != day
		d.timeless[len(d.rows)] = strings.Clone(call.Sid)
	}
	d.rows = append(d.rows, r)
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
	v := &View{Period: p, now: l.client.Now(), days: make([]*dayCalls, p.Days())}
	for i := range v.days {
		if entry := l.days[p.From.Add(i)]; entry != nil {
			v.days[i] = entry.calls
		}
	}
	return v
}

// progress adds up what the fetches of one Load have read.
type progress struct {
	report func(Progress)

	mu      sync.Mutex
	fetches map[Date]*exotel.Fetch
	told    time.Time
}

func (p *progress) begin(day Date, fetch *exotel.Fetch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fetches[day] = fetch
}

func (p *progress) tell(always bool) {
	if p.report == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); always || now.Sub(p.told) >= reportEvery {
		p.told = now
		var sum Progress
		for _, fetch := range p.fetches {
			tally := fetch.Tally()
			sum.Received += tally.Received
			sum.Announced += max(tally.Announced, tally.Received)
		}
		p.report(sum)
	}
}
