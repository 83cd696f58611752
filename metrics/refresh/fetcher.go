package refresh

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

const (
	// settling is the time after the end of a day in which its calls can still change:
	// records are finished minutes after a call (see exotel/API.md, Settling), and a late
	// call may go on past midnight. A day that was read later than that is not read
	// again.
	settling = time.Hour
	// maxDays is the largest number of days that are read at once. The client's limits
	// decide how many requests that makes.
	maxDays = 8
	// maxSearch is how long announced but missing calls of a running day are searched for
	// page by page, before the day is read from its beginning again.
	maxSearch = time.Hour
	// maxDaysAhead is the largest number of days after today at which a period may end:
	// enough for any calendar, and not enough for a mistyped year.
	maxDaysAhead = 366
)

// Special values of Load's maxAge.
const (
	// reloadIncomplete reads running days that are not complete from their beginning, and
	// catches up on the others.
	reloadIncomplete time.Duration = -1
	// ReloadAll reads every day from its beginning, even settled ones.
	ReloadAll time.Duration = -2
)

// Fetcher fetches days of an account's calls into a store. It is safe for concurrent use.
type Fetcher struct {
	client    *exotel.Client
	store     calls.Store
	lasts     bool
	log       *slog.Logger
	followAge atomic.Int64 // see SetFollowAge

	mu          sync.Mutex
	days        map[metrics.Date]*dayState
	lastAsked   map[string]time.Time // when Exotel was last asked for an open call, by Sid
	askedOpen   time.Time            // when open calls were last asked for
	saveErr     error                // why the last day is not saved
	savedPhones *exotel.Directory    // the ExoPhones in the store
}

// Options are the settings of a Fetcher.
type Options struct {
	// Temporary means that the store is lost at the end of this run.
	Temporary bool
	Log       *slog.Logger // nil means no log
}

// NewFetcher returns a fetcher of the client's account for a store.
func NewFetcher(client *exotel.Client, store calls.Store, o Options) *Fetcher {
	return &Fetcher{
		client: client, store: store, lasts: !o.Temporary, log: cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
		days: map[metrics.Date]*dayState{}, lastAsked: map[string]time.Time{},
	}
}

// dayState is the state of the fetching of a day.
type dayState struct {
	lock *semaphore.Weighted // held by whoever reads the day

	// Under lock:
	cursor     string    // page at which the search for late calls goes on
	missing    int       // announced calls that the last catch-up did not find
	readAll    time.Time // when the day was last read from its beginning
	caughtUp   time.Time // when it was last complete
	unsaved    time.Time // when it was last read because the store accepted no part of it
	askedOpen  time.Time // when its open calls were last requested after its end
	fewerSince time.Time // when Exotel first listed far fewer calls than are stored

	// Under Fetcher.mu:
	last    *reading                // the last one that was not preempted
	short   bool                    // Exotel announces more calls than it lists
	preempt context.CancelCauseFunc // ends a low-priority reading; nil for none
}

// reading is the result of reading a day.
type reading struct{ err error }

// error returns the error of r; r may be nil.
func (r *reading) error() error {
	if r == nil {
		return nil
	}
	return r.err
}

// Now returns the time in the account's zone.
func (f *Fetcher) Now() time.Time { return f.client.Now() }

// Directory returns the account's ExoPhones, nil if they could not be listed yet.
func (f *Fetcher) Directory(ctx context.Context) *exotel.Directory {
	return f.client.LoadDirectory(ctx)
}

// SetFollowAge sets the age up to which a day is fresh for Load while another process
// keeps the store fresh. 0 means that none does.
func (f *Fetcher) SetFollowAge(maxAge time.Duration) { f.followAge.Store(int64(maxAge)) }

// SaveErr returns why the last day that was read is not saved, nil if it is.
func (f *Fetcher) SaveErr() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.saveErr
}

// Period returns the days of a choice now. AllStored begins with the first day that has
// stored calls.
func (f *Fetcher) Period(ctx context.Context, c Choice) metrics.Period {
	p := c.Period(f.Now())
	if c.Range != metrics.AllStored {
		return p
	}
	days, err := f.store.Days(ctx, metrics.Period{})
	if err != nil {
		return p // Load returns the error
	}
	for _, d := range days {
		if d.Stored > 0 && d.Date.Before(p.From) {
			p.From = d.Date
			break
		}
	}
	return p
}

// oldest returns the first day of which something is known, or day if that is earlier.
func (f *Fetcher) oldest(ctx context.Context, day metrics.Date) metrics.Date {
	days, err := f.store.Days(ctx, metrics.Period{})
	if err == nil && len(days) > 0 && days[0].Date.Before(day) {
		return days[0].Date
	}
	return day
}

// Load brings the days of p up to date and returns a view of them. It reads a settled day
// once, and another day again if its last reading is older than maxAge, as far as it may
// have changed. With ReloadAll it reads every day again. It does not request days that
// Exotel no longer has. Together with an error it returns a view of what is known, which
// may be older or incomplete. report, if not nil, is called with the progress now and
// then, by one goroutine at a time.
func (f *Fetcher) Load(ctx context.Context, p metrics.Period, maxAge time.Duration, report func(Progress)) (*View, error) {
	askable, err := f.availablePart(ctx, p)
	if err != nil {
		return &View{Period: p, now: f.Now()}, err
	}
	progress := &progress{report: report, fetches: map[metrics.Date]*exotel.Fetch{}}
	err = f.loadDays(ctx, askable, maxAge, progress)
	view, unknown := f.view(ctx, p)
	if err == nil && view.isDamaged(askable) {
		err = f.loadDays(ctx, askable, maxAge, progress)
		view, unknown = f.view(ctx, p)
	}
	if unknown != nil && (err == nil || IsIncomplete(err)) {
		err = unknown
	}
	f.client.EnsureListed(view.spellings)
	return view, err
}

// loadDays brings the days of p up to date, several at once.
func (f *Fetcher) loadDays(ctx context.Context, p metrics.Period, maxAge time.Duration, progress *progress) error {
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(maxDays)
	today := metrics.DateOf(f.Now())
	var ofOneDay atomic.Pointer[error]
	for day := p.To; !day.Before(p.From); day = day.Add(-1) {
		if today.Before(day) {
			continue
		}
		group.Go(func() error {
			err := f.load(groupCtx, f.client, day, maxAge, progress)
			if IsIncomplete(err) { // it says nothing about other days
				ofOneDay.Store(&err)
				return nil
			}
			return err
		})
	}
	err := group.Wait()
	if one := ofOneDay.Load(); err == nil && one != nil {
		err = *one
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return err
}

// listedShort reports whether the only error is that Exotel's list ended before its own
// total.
func listedShort(err error) bool {
	incomplete, ok := errors.AsType[*exotel.IncompleteError](err)
	return ok && incomplete.Err == nil
}

// IsIncomplete reports whether the only error of a Load is that Exotel listed fewer calls
// than it announced, or than are stored. The view has what is known.
func IsIncomplete(err error) bool {
	_, fewer := errors.AsType[*fewerError](err)
	return fewer || listedShort(err)
}

// LoadStored returns a view of what is stored of a period. It sends no request.
func (f *Fetcher) LoadStored(ctx context.Context, p metrics.Period) *View {
	view, err := f.view(ctx, p)
	if err != nil && ctx.Err() == nil {
		f.log.Warn("the stored calls could not be read", "error", err)
	}
	return view
}

// availablePart returns the part of a period that Exotel has. It returns an error for a
// period that begins before that and before everything that is stored.
func (f *Fetcher) availablePart(ctx context.Context, p metrics.Period) (metrics.Period, error) {
	first := FirstAvailableDay(f.Now())
	if p.From.Before(first) && !p.From.Before(f.oldest(ctx, first)) {
		if p.To.Before(first) {
			return metrics.Period{From: first, To: first.Add(-1)}, f.client.ClockError()
		}
		p.From = first
	}
	zone := f.client.Zone()
	if err := f.client.Check(ctx, exotel.Query{From: p.Start(zone), To: p.End(zone)}); err != nil {
		return p, err
	}
	if last := metrics.DateOf(f.Now()).Add(maxDaysAhead); last.Before(p.To) {
		return p, &exotel.Error{Op: "list calls", Kind: exotel.KindRequest, Err: fmt.Errorf("the range ends after %s", last)}
	}
	return p, nil
}

// FirstAvailableDay returns the first day that Exotel has completely at now.
func FirstAvailableDay(now time.Time) metrics.Date { return metrics.DateOf(exotel.FirstDay(now)) }

func (f *Fetcher) state(day metrics.Date) *dayState {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.days[day]
	if s == nil {
		s = &dayState{lock: semaphore.NewWeighted(1)}
		f.days[day] = s
	}
	return s
}

// last returns the result of the last reading of a day, and whether the day is listed
// short.
func (f *Fetcher) last(s *dayState) (*reading, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return s.last, s.short
}

// start returns the first moment of a day.
func (f *Fetcher) start(day metrics.Date) time.Time { return day.In(f.client.Zone()) }

// known returns what the store knows of a day, nil for nothing.
func (f *Fetcher) known(ctx context.Context, day metrics.Date) (*calls.Day, error) {
	days, err := f.store.Days(ctx, metrics.Period{From: day, To: day})
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil || len(days) == 0 || days[0].ReadAt.IsZero() {
		return nil, err
	}
	return &days[0], nil
}

// Forget removes the days before one.
func (f *Fetcher) Forget(ctx context.Context, before metrics.Date) error {
	return f.store.Forget(ctx, before)
}

// errUnsaved is the error of a reading that the store did not accept.
var errUnsaved = errors.New("calls could not be saved")

// put saves a batch. Calls that the store has in memory only count as saved, but not for
// a low-priority client, which fills the store.
func (f *Fetcher) put(ctx context.Context, client *exotel.Client, b calls.Batch) error {
	err := f.store.Put(ctx, b)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	f.noteSaved(b.Date, err)
	if _, inMemory := errors.AsType[*calls.UnsavedError](err); err == nil || inMemory && client == f.client {
		return nil
	}
	return fmt.Errorf("%w: %w", errUnsaved, err)
}

// flush saves what the store has in memory only.
func (f *Fetcher) flush(ctx context.Context) error {
	store, ok := f.store.(*calls.Overlay)
	if !ok || f.SaveErr() == nil {
		return nil
	}
	if err := store.Flush(ctx); err != nil {
		return fmt.Errorf("%w: %w", errUnsaved, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saveErr = nil
	return nil
}

// noteSaved notes whether calls of a day could be saved.
func (f *Fetcher) noteSaved(day metrics.Date, err error) {
	if err != nil {
		err = fmt.Errorf("%s: %w", day, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case err != nil && f.saveErr == nil:
		f.log.Warn("calls of a day could not be saved", "error", err)
	case err == nil && f.saveErr != nil:
		f.log.Info("calls can be saved again")
	}
	f.saveErr = err
}
