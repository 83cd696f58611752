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

// View is what is known of a period's calls at one moment.
type View struct {
	Period metrics.Period
	// Lines are the ExoPhones of the period's calls, each once, sorted. They are written
	// as in the account's list, or else as Exotel first wrote them.
	Lines []string
	// spellings are the lines as the store writes them.
	spellings []string
	// CallsByLine has the number of calls by exotel.ExoPhone.Key, whatever the filter.
	CallsByLine map[string]int
	// HasOtherDirection reports whether a call of the period has no known direction.
	HasOtherDirection bool

	now      time.Time
	lasts    bool
	days     []*calls.Day // nil for an unknown day
	store    calls.Store
	revision int64    // of the store
	fetcher  *Fetcher // makes a newer view
	account  *exotel.Directory
	open     []calls.OpenCall
	details  int
}

func (f *Fetcher) emptyView(p metrics.Period) *View {
	return &View{Period: p, now: f.Now(), lasts: f.lasts, store: f.store, fetcher: f, account: f.client.Directory(), days: make([]*calls.Day, p.Days())}
}

// viewTries is the number of tries to make or query a view while others save calls.
const viewTries = 3

// view returns what the store knows of a period at one moment, unless calls are saved all
// the time. With an error the view is empty.
func (f *Fetcher) view(ctx context.Context, p metrics.Period) (v *View, err error) {
	f.saveExoPhones(ctx, f.client.Directory())
	for range viewTries {
		v, err = f.collect(ctx, p)
		if err != nil {
			return f.emptyView(p), err
		}
		moved, err := v.isOutdated(ctx)
		if err != nil {
			return f.emptyView(p), err
		}
		if !moved {
			break
		}
	}
	return v, nil
}

// isOutdated reports whether anything was saved since the view was made.
func (v *View) isOutdated(ctx context.Context) (bool, error) {
	revision, err := v.store.Revision(ctx)
	return err == nil && revision != v.revision, err
}

// collect is one try of view.
func (f *Fetcher) collect(ctx context.Context, p metrics.Period) (v *View, err error) {
	v = f.emptyView(p)
	if v.revision, err = f.store.Revision(ctx); err != nil {
		return v, err
	}
	buckets, err := f.store.Group(ctx, calls.Query{Period: p, Now: v.now}, calls.ByLine, calls.ByDirection)
	if err != nil {
		return v, err
	}
	days, err := f.store.Days(ctx, p) // after Group, which finds damaged days
	if err != nil {
		return v, err
	}
	open, err := f.open(ctx)
	if err != nil {
		return v, err
	}
	v.open = slices.DeleteFunc(open, func(call calls.OpenCall) bool {
		day := metrics.DateOf(call.Created)
		return !p.Contains(day)
	})
	for i := range days {
		if d := &days[i]; !d.ReadAt.IsZero() {
			v.days[p.Index(d.Date)] = d
		}
	}
	v.CallsByLine = map[string]int{}
	for _, b := range buckets {
		v.details += b.WithDetails
		v.HasOtherDirection = v.HasOtherDirection || b.Direction == calls.OtherDirection && b.Calls > 0
		if b.Line != "" {
			v.CallsByLine[v.account.Key(b.Line)] += b.Calls
		}
		if b.Line == "" || slices.Contains(v.spellings, b.Line) {
			continue
		}
		v.spellings = append(v.spellings, b.Line)
		line := b.Line
		if phone, ok := v.account.Find(line); ok {
			line = phone.NumberOrSID()
		}
		if !slices.Contains(v.Lines, line) {
			v.Lines = append(v.Lines, line)
		}
	}
	slices.Sort(v.Lines)
	return v, nil
}

// saveExoPhones saves the account's ExoPhones if the list is new.
func (f *Fetcher) saveExoPhones(ctx context.Context, account *exotel.Directory) {
	f.mu.Lock()
	known := account == nil || account == f.savedPhones
	f.mu.Unlock()
	if known {
		return
	}
	if err := f.store.SetExoPhones(ctx, account.ExoPhones()); err != nil {
		if ctx.Err() == nil && f.SaveErr() == nil {
			f.log.Warn("the account's ExoPhones could not be saved", "error", err)
		}
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.savedPhones = account
}

// at returns the view at a later time. A running day that was complete lacks its last
// calls once it is over.
func (v *View) at(now time.Time) *View {
	later := *v
	later.now = now
	return &later
}

// Complete reports whether every day of the period up to now was read completely.
func (v *View) Complete() bool { return len(v.days) > 0 && len(v.PartialDays()) == 0 }

// IsEmpty reports whether nothing is known of the period.
func (v *View) IsEmpty() bool { return !slices.ContainsFunc(v.days, hasData) }

// isDamaged reports whether the store has lost calls of a day of p.
func (v *View) isDamaged(p metrics.Period) bool {
	return slices.ContainsFunc(v.days, func(d *calls.Day) bool {
		return d != nil && d.Damaged && p.Contains(d.Date)
	})
}

// end returns the end of a day of the view.
func (v *View) end(day int) time.Time { return v.Period.From.Add(day + 1).In(v.now.Location()) }

// PartialDays returns the days that have begun and are not complete.
func (v *View) PartialDays() map[metrics.Date]bool {
	partial := map[metrics.Date]bool{}
	for i, day := range v.days {
		if v.began(i) && !isComplete(day, v.end(i), v.now) {
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
		if !hasData(day) { // also a day that was requested in vain
			if v.began(i) {
				t.DaysMissing++
				if v.Period.From.Add(i).Before(FirstAvailableDay(v.now)) {
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
		case !isComplete(day, v.end(i), v.now):
			t.DaysCut++
		}
	}
	return t
}

// Tally is how many of a period's calls have arrived.
type Tally struct {
	Received, Announced int
	Missing             int // announced and not received; may be more
	DaysMissing         int // days of which nothing is known
	DaysGone            int // of these, days that Exotel no longer has
	DaysCut             int // days that were last read before their end
	Unreadable          int // received rows that are no call; in no figure
}

// Loaded returns the number of calls that have arrived and of all calls, whatever the
// filter.
func (t Tally) Loaded() (here, of int) { return t.Received - t.Unreadable, t.Received + t.Missing }

// Data is how well a period's calls are known.
type Data struct {
	Stored      int // known calls and legs
	Saved       int // of these, on the disk
	WithDetails int // of these, with details of their legs
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
		if v.now.Sub(call.Created) < metrics.SettleTimeout {
			d.Provisional++
		}
	}
	return d
}

// LiveOutdated reports whether some of the live calls may be over: Exotel's last answer
// about one of them is older than a refresh every interval explains.
func (v *View) LiveOutdated(interval time.Duration) bool {
	return slices.ContainsFunc(v.open, func(call calls.OpenCall) bool {
		return isLive(call, v.now) && v.now.Sub(call.AsOf) > maxLiveAge(interval)
	})
}

// AsOf returns when the oldest of the readings that age began. If no reading ages, it
// returns when the newest began. It returns the zero Time if nothing was read.
func (v *View) AsOf() time.Time {
	oldest := time.Time{}
	for i, day := range v.days {
		if day != nil && !readAfterEnd(day, v.end(i), v.now) && (oldest.IsZero() || day.ReadAt.Before(oldest)) {
			oldest = day.ReadAt
		}
	}
	if oldest.IsZero() {
		return v.lastRead()
	}
	return oldest
}

// Over reports whether every day was read after it ended and its calls settled, so that
// the figures do not age. A record that was not finished then may still change.
func (v *View) Over() bool {
	for i, day := range v.days {
		if !readAfterEnd(day, v.end(i), v.now) {
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

func (v *View) settledDay(i int) bool { return isFresh(v.days[i], false, v.end(i), v.now, 0) }

// lastRead returns when the newest complete reading began, zero if there is none.
func (v *View) lastRead() time.Time {
	newest := time.Time{}
	for _, day := range v.days {
		if day != nil && day.Complete && day.ReadAt.After(newest) {
			newest = day.ReadAt
		}
	}
	return newest
}

// nextChange returns the first later moment at which the same calls make other figures,
// zero for none.
func (v *View) nextChange() (first time.Time) {
	for _, call := range v.open {
		at := call.Created.Add(call.Phase.MaxAge())
		if at.After(v.now) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// Summary adds up the calls that match the filter. It sends no request. newest is the
// view of the figures: v, or a later view of its days if calls were saved since.
func (v *View) Summary(ctx context.Context, f metrics.Filter) (summary *metrics.Summary, newest *View, err error) {
	newest = v
	for try := 1; ; try++ {
		if summary, err = newest.summary(ctx, f); err != nil {
			return nil, newest, err
		}
		moved, err := newest.isOutdated(ctx)
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

// summary returns the figures of the store as it is now.
func (v *View) summary(ctx context.Context, f metrics.Filter) (*metrics.Summary, error) {
	q := v.Query(f)
	summary, err := calls.Summarize(ctx, v.store, q)
	if err != nil || f.ExoPhone == "" {
		return summary, err
	}
	// A call with only the SID of its ExoPhone may be of any ExoPhone that is not listed.
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
		q.Lines = []string{phone.NumberOrSID(), phone.SID}
	} else if f.ExoPhone != "" {
		q.Lines = []string{strings.TrimSpace(f.ExoPhone)}
	}
	if f.Status != nil {
		q.Statuses = []metrics.Status{*f.Status}
	}
	return q
}
