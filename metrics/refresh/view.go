package refresh

import (
	"context"
	"slices"
	"strings"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// View is what is known of a period's calls at one time.
type View struct {
	Period metrics.Period
	// Lines are the ExoPhones that occur in the period, each once, sorted: by the
	// number that the account's list has of them, or else as Exotel first wrote them.
	Lines []string
	// spellings are the lines as the store names them.
	spellings []string
	// Busy has the number of calls by exotel.ExoPhone.Key, whatever the filter.
	Busy map[string]int
	// OtherDirection reports whether a call of the period has no known direction.
	OtherDirection bool

	now      time.Time
	lasts    bool
	days     []*calls.Day // nil for a day that is not known
	store    calls.Store
	revision int64    // of the store
	fetcher  *Fetcher // makes a newer view
	account  *exotel.Directory
	open     []calls.Open
	details  int
}

func (f *Fetcher) emptyView(p metrics.Period) *View {
	return &View{Period: p, now: f.Now(), lasts: f.lasts, store: f.store, fetcher: f, account: f.client.Directory(), days: make([]*calls.Day, p.Days())}
}

// viewTries is how often a view is made and asked while others save calls.
const viewTries = 3

// view collects what the store knows of a period at one moment, unless calls are
// saved all the time. With an error it is empty.
func (f *Fetcher) view(ctx context.Context, p metrics.Period) (v *View, err error) {
	f.nameLines(ctx, f.client.Directory())
	for range viewTries {
		v, err = f.collect(ctx, p)
		if err != nil {
			return f.emptyView(p), err
		}
		moved, err := v.moved(ctx)
		if err != nil {
			return f.emptyView(p), err
		}
		if !moved {
			break
		}
	}
	return v, nil
}

// moved reports whether anything was saved since the view was made.
func (v *View) moved(ctx context.Context) (bool, error) {
	revision, err := v.store.Revision(ctx)
	return err == nil && revision != v.revision, err
}

// collect is a try of view.
func (f *Fetcher) collect(ctx context.Context, p metrics.Period) (v *View, err error) {
	v = f.emptyView(p)
	if v.revision, err = f.store.Revision(ctx); err != nil {
		return v, err
	}
	buckets, err := f.store.Group(ctx, calls.Query{Period: p, Now: v.now}, calls.ByLine, calls.ByDirection)
	if err != nil {
		return v, err
	}
	days, err := f.store.Days(ctx, p) // after Group, which finds days that are damaged
	if err != nil {
		return v, err
	}
	open, err := f.open(ctx)
	if err != nil {
		return v, err
	}
	v.open = slices.DeleteFunc(open, func(call calls.Open) bool {
		day := metrics.DateOf(call.Created)
		return !p.Has(day)
	})
	for i := range days {
		if d := &days[i]; !d.ReadAt.IsZero() {
			v.days[p.Index(d.Date)] = d
		}
	}
	v.Busy = map[string]int{}
	for _, b := range buckets {
		v.details += b.WithDetails
		v.OtherDirection = v.OtherDirection || b.Direction == calls.OtherDirection && b.Calls > 0
		if b.Line != "" {
			v.Busy[v.account.Key(b.Line)] += b.Calls
		}
		if b.Line == "" || slices.Contains(v.spellings, b.Line) {
			continue
		}
		v.spellings = append(v.spellings, b.Line)
		line := b.Line
		if phone, ok := v.account.Find(line); ok {
			line = phone.Dialled()
		}
		if !slices.Contains(v.Lines, line) {
			v.Lines = append(v.Lines, line)
		}
	}
	slices.Sort(v.Lines)
	return v, nil
}

// nameLines tells the store the account's ExoPhones when their list is new.
func (f *Fetcher) nameLines(ctx context.Context, account *exotel.Directory) {
	f.mu.Lock()
	known := account == nil || account == f.named
	f.mu.Unlock()
	if known {
		return
	}
	if err := f.store.NameLines(ctx, account.ExoPhones()); err != nil {
		if ctx.Err() == nil && f.SaveErr() == nil {
			f.log.Warn("the account's ExoPhones could not be saved", "error", err)
		}
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.named = account
}

// at returns the view at a later time. A running day that was whole lacks its last
// calls once it is over.
func (v *View) at(now time.Time) *View {
	later := *v
	later.now = now
	return &later
}

// Complete reports whether every day of the period up to now was read whole.
func (v *View) Complete() bool { return len(v.days) > 0 && len(v.Partial()) == 0 }

// Empty reports whether nothing at all is known of the period.
func (v *View) Empty() bool { return !slices.ContainsFunc(v.days, heardOf) }

// damaged reports whether the store has lost calls of a day of p.
func (v *View) damaged(p metrics.Period) bool {
	return slices.ContainsFunc(v.days, func(d *calls.Day) bool {
		return d != nil && d.Damaged && p.Has(d.Date)
	})
}

// end returns when a day of the view ends.
func (v *View) end(day int) time.Time { return v.Period.From.Add(day + 1).In(v.now.Location()) }

// Partial returns the days that have begun and are not known whole.
func (v *View) Partial() map[metrics.Date]bool {
	partial := map[metrics.Date]bool{}
	for i, day := range v.days {
		if v.began(i) && !whole(day, v.end(i), v.now) {
			partial[v.Period.From.Add(i)] = true
		}
	}
	return partial
}

func (v *View) began(day int) bool {
	return !v.Period.From.Add(day).In(v.now.Location()).After(v.now)
}

// Tally adds up the readings of the period's days.
func (v *View) Tally() Tally {
	var t Tally
	for i, day := range v.days {
		if !heardOf(day) { // also one that was asked for in vain
			if v.began(i) {
				t.DaysMissing++
				if v.Period.From.Add(i).Before(FirstAskable(v.now)) {
					t.DaysGone++
				}
			}
			continue
		}
		t.Received += day.Received
		t.Announced += max(day.Announced, day.Received)
		t.Unreadable += day.Unreadable
		switch {
		case !day.Complete || day.Damaged:
			t.Missing += max(day.Missing, 1)
		case !whole(day, v.end(i), v.now):
			t.DaysCut++
		}
	}
	return t
}

// Tally says how much of a period's calls arrived.
type Tally struct {
	Received, Announced int
	Missing             int // announced and not received, at least
	DaysMissing         int // days of which nothing is known
	DaysGone            int // of these, days that Exotel no longer has
	DaysCut             int // days that were over only after they were last read
	Unreadable          int // received rows that are no call, in no figure
}

// Loaded returns the calls that are here and those there are, whatever the filter.
func (t Tally) Loaded() (here, of int) { return t.Received - t.Unreadable, t.Received + t.Missing }

// Data is how well a period's calls are known.
type Data struct {
	Stored      int // calls and legs of calls that are known
	Saved       int // of these, calls that are on the disk, too
	WithDetails int // of these, calls that came with the details of their legs
	Provisional int // of these, calls of which Exotel may say more: live, without a length, or just over
}

// Data counts the calls of the period by how well they are known.
func (v *View) Data() Data {
	d := Data{WithDetails: v.details}
	for _, day := range v.days {
		if day == nil {
			continue
		}
		d.Stored += day.Stored
		if v.lasts && !day.Unsaved {
			d.Saved += day.Stored
		}
	}
	for _, call := range v.open {
		if v.now.Sub(call.Created) < metrics.SettleWithin {
			d.Provisional++
		}
	}
	return d
}

// LiveUpTo reports whether some of the period's live calls may be over: Exotel's last
// word on one of them is older than a refresh every interval explains.
func (v *View) LiveUpTo(interval time.Duration) bool {
	return slices.ContainsFunc(v.open, func(call calls.Open) bool {
		return live(call, v.now) && v.now.Sub(call.Heard) > maxLiveAge(interval)
	})
}

// AsOf returns when the oldest of the readings that grow old was begun; zero when
// nothing was read. Where none grows old it is when the newest was begun.
func (v *View) AsOf() time.Time {
	oldest := time.Time{}
	for i, day := range v.days {
		if day != nil && !readOver(day, v.end(i), v.now) && (oldest.IsZero() || day.ReadAt.Before(oldest)) {
			oldest = day.ReadAt
		}
	}
	if oldest.IsZero() {
		return v.lastRead()
	}
	return oldest
}

// Over reports whether every day was read once it was over and its calls had
// settled, so that the figures do not grow old. A record that was not finished then
// may still change.
func (v *View) Over() bool {
	for i, day := range v.days {
		if !readOver(day, v.end(i), v.now) {
			return false
		}
	}
	return len(v.days) > 0
}

// Settled reports whether nothing in the period can change any more.
func (v *View) Settled() bool {
	for i := range v.days {
		if !v.settledDay(i) {
			return false
		}
	}
	return len(v.days) > 0
}

func (v *View) settledDay(i int) bool { return freshEnough(v.days[i], false, v.end(i), v.now, 0) }

// lastRead returns when the newest whole reading was begun, zero when there is none.
func (v *View) lastRead() time.Time {
	newest := time.Time{}
	for _, day := range v.days {
		if day != nil && day.Complete && day.ReadAt.After(newest) {
			newest = day.ReadAt
		}
	}
	return newest
}

// changes returns the first moment after that of the view at which its figures are
// others though nothing more was read; zero for none.
func (v *View) changes() (first time.Time) {
	for _, call := range v.open {
		at := call.Created.Add(call.Phase.Patience())
		if at.After(v.now) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// Summary adds up the calls that match the filter. It asks Exotel nothing. newest is
// the view to which the figures belong: v, or a later one of its days if calls were
// saved since.
func (v *View) Summary(ctx context.Context, f metrics.Filter) (summary *metrics.Summary, newest *View, err error) {
	newest = v
	for try := 1; ; try++ {
		if summary, err = newest.summary(ctx, f); err != nil {
			return nil, newest, err
		}
		moved, err := newest.moved(ctx)
		if err != nil || !moved || try == viewTries {
			return summary, newest, err
		}
		later, err := v.fetcher.view(ctx, v.Period)
		if err != nil {
			return nil, newest, err
		}
		newest = later
	}
}

// summary returns the figures of the store as it is.
func (v *View) summary(ctx context.Context, f metrics.Filter) (*metrics.Summary, error) {
	q := v.Query(f)
	summary, err := calls.Summarize(ctx, v.store, q)
	if err != nil || f.ExoPhone == "" {
		return summary, err
	}
	// A call that names its ExoPhone by an SID alone may be of any that is not listed.
	byNumber := metrics.IsPhone(f.ExoPhone)
	_, listed := v.account.Find(f.ExoPhone)
	q.Lines = nil
	buckets, err := v.store.Group(ctx, q, calls.ByLine)
	for _, b := range buckets {
		_, known := v.account.Find(b.Line)
		if b.Line == "" || !listed && !known && metrics.IsPhone(b.Line) != byNumber {
			summary.LineUnknown += b.Calls
		}
	}
	return summary, err
}

// Query returns the query of the calls that a filter chooses of the view's days.
func (v *View) Query(f metrics.Filter) calls.Query {
	q := calls.Query{Period: v.Period, Text: f.Text, Now: v.now}
	if f.Direction != "" {
		q.Directions = []calls.Direction{calls.ParseDirection(f.Direction)}
	}
	if phone, listed := v.account.Find(f.ExoPhone); listed {
		q.Lines = []string{phone.Dialled(), phone.SID}
	} else if f.ExoPhone != "" {
		q.Lines = []string{strings.TrimSpace(f.ExoPhone)}
	}
	if f.Status != nil {
		q.Statuses = []metrics.Status{*f.Status}
	}
	return q
}
