package jsonapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
)

// answer is the JSON reply to a question about calls.
type answer struct {
	// Metrics is null while nothing is known of the period.
	Metrics *Metrics `json:"metrics"`
	// Complete means that Metrics leaves out no call of the period up to AsOf.
	Complete bool `json:"complete"`
	// Announced and Received are the rows that Exotel has of the days that are known,
	// and those of them that it has sent, whatever the filter.
	Announced   int `json:"announced"`
	Received    int `json:"received"`
	DaysMissing int `json:"daysMissing"` // days of which nothing is known
	// LiveUpTo means that some of the live calls may be over: see refresh.View.LiveOutdated.
	LiveUpTo    bool    `json:"liveUpTo"`
	AsOf        *string `json:"asOf"` // null while nothing is known of the period
	GeneratedAt string  `json:"generatedAt"`

	of   asked
	asOf time.Time
}

// asked is a question about calls.
type asked struct {
	period metrics.Period
	only   Only
}

func (s *server) newAnswer(view *refresh.View, summary *metrics.Summary, f metrics.Filter, now time.Time) answer {
	t := view.Tally()
	a := answer{
		Complete: view.Complete(), Received: t.Received, DaysMissing: t.DaysMissing,
		Announced: max(t.Announced, t.Received+t.Missing), // the store may have lost some
		LiveUpTo:  summary.Counts[metrics.Live] > 0 && view.LiveOutdated(s.Interval),
		AsOf:      optional(view.AsOf()), asOf: view.AsOf(), of: asked{period: view.Period},
	}
	if only := newOnly(f); only != nil {
		a.of.only = *only
	}
	if !view.IsEmpty() {
		a.Metrics = new(NewMetrics(summary, f, now.Location().String(), t.Unreadable))
	}
	return a
}

// figures brings a period up to date and adds up the calls that f chooses. It answers
// with an error itself when Exotel or the store failed to.
func (s *server) figures(w http.ResponseWriter, r *http.Request, period func() metrics.Period, f metrics.Filter) (a answer, ok bool) {
	summary, view, err := s.summarize(r.Context(), period, f)
	for tries := 2; err == nil && !view.Complete() && tries > 0; tries-- { // a refresh has saved a part of its calls
		summary, view, err = s.summarize(r.Context(), period, f)
	}
	if err != nil && !refresh.IsIncomplete(err) {
		s.failFigures(w, r, view.Period, err)
		return answer{}, false
	}
	now := s.Fetcher.Now()
	a = s.newAnswer(view, summary, f, now)
	a.Complete = a.Complete && err == nil
	if a.Complete {
		s.remember(a, now)
	} else if whole, ok := s.recall(a.of, now); ok {
		a = whole
	} else {
		if err == nil {
			err = fmt.Errorf("%d of %d calls have arrived", a.Received, a.Announced)
		}
		s.noteNotWhole(view.Period, err)
	}
	a.GeneratedAt = stamp(now)
	return a, true
}

// failFigures answers with why there are no figures of a period.
func (s *server) failFigures(w http.ResponseWriter, r *http.Request, p metrics.Period, err error) {
	status := http.StatusBadGateway
	switch refused, ok := errors.AsType[*exotel.Error](err); {
	case r.Context().Err() != nil: // or the client has gone, and hears nothing
		status, err = http.StatusServiceUnavailable, errors.New("the program is ending; ask again when it runs")
	case ok && refused.Kind == exotel.KindRequest && refused.Status == 0:
		status = http.StatusBadRequest // refused here, before Exotel was asked
	default:
		s.noteNotWhole(p, err)
	}
	fail(w, status, err.Error())
}

// summarize brings a period up to date and adds up its calls, also if calls are
// missing: then the error says why.
func (s *server) summarize(ctx context.Context, period func() metrics.Period, f metrics.Filter) (*metrics.Summary, *refresh.View, error) {
	maxAge := s.Interval + s.Interval/2 // just before a refresh the figures are an interval old
	p := period()
	view, err := s.Fetcher.Load(ctx, p, maxAge, nil)
	if moved := period(); moved != p { // midnight passed, or the answer corrected the clock
		view, err = s.Fetcher.Load(ctx, moved, maxAge, nil)
	}
	if err != nil && !refresh.IsIncomplete(err) {
		return nil, view, err
	}
	summary, newest, failed := view.Summary(ctx, f)
	if failed == nil {
		failed = summary.Check()
	}
	if failed != nil {
		return nil, newest, failed
	}
	return summary, newest, err
}

const (
	// maxWhole is the number of answers that are remembered.
	maxWhole = 16
	// maxNoted is the number of ranges that are remembered as not whole.
	maxNoted = 1000
	// maxIntervals is how many intervals old a remembered answer may be.
	maxIntervals = 3
)

func (s *server) old(a *answer, now time.Time) bool {
	return now.Sub(a.asOf).Abs() > maxIntervals*s.Interval
}

// remember keeps a complete answer for as long as it may be given again.
func (s *server) remember(a answer, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.notWhole, a.of.period)
	s.whole = slices.DeleteFunc(s.whole, func(known answer) bool { return known.of == a.of || s.old(&known, now) })
	s.whole = slices.Insert(s.whole, 0, a)
	s.whole = s.whole[:min(len(s.whole), maxWhole)]
}

// recall returns the last complete answer to a question, unless it is too old.
func (s *server) recall(q asked, now time.Time) (a answer, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.whole, func(known answer) bool { return known.of == q && !s.old(&known, now) })
	if i < 0 {
		return answer{}, false
	}
	return s.whole[i], true
}

// noteNotWhole logs why the figures of a period are incomplete, once until they are
// complete again.
func (s *server) noteNotWhole(p metrics.Period, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.notWhole[p] {
		if len(s.notWhole) == maxNoted {
			clear(s.notWhole)
		}
		s.notWhole[p] = true
		s.Log.Warn("the figures of a range are incomplete", "from", p.From.String(), "to", p.To.String(), "error", err)
	}
}
