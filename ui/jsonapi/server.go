package jsonapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/watch"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
)

// Options of a handler. Fetcher and Health are required.
type Options struct {
	Fetcher *refresh.Fetcher
	// Health is what is known of the ExoPhones now.
	Health func() watch.Picture
	// MaxAge is how old figures of a running day may be before they are read anew.
	MaxAge time.Duration
	// Remote also answers requests that name this computer by an IP address
	// other than loopback. A host name is never accepted but localhost: a web
	// page could have pointed its own name here (DNS rebinding).
	Remote bool
	Log    *slog.Logger // nil means no log
}

// New returns the handler of
//
//	GET /api/health
//	GET /api/dashboard
//	GET /api/dashboard/range?start=YYYY-MM-DD&end=YYYY-MM-DD[&direction=&phoneNumber=&status=&text=]
//
// Answers are JSON, errors {"error": "…"}: 400 for a bad question, 502 when
// Exotel did not answer it whole, 503 while the program ends; figures come whole
// or not at all.
func New(o Options) http.Handler {
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	s := &server{Options: o, refused: map[metrics.Period]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/health", s.health)
	mux.HandleFunc("GET /api/dashboard", s.today)
	mux.HandleFunc("GET /api/dashboard/range", s.dayRange)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fail(w, http.StatusNotFound, "nothing is here; ask for /api/health, /api/dashboard or /api/dashboard/range")
	})
	for _, path := range []string{"/api/health", "/api/dashboard", "/api/dashboard/range"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", "GET, HEAD")
			fail(w, http.StatusMethodNotAllowed, "only GET is answered here")
		})
	}
	return s.guard(mux)
}

type server struct {
	Options

	mu      sync.Mutex
	refused map[metrics.Period]bool // not had whole the last time, which the log says
}

// guard refuses requests that do not name this computer or come from another
// site's page, and lets no browser take an answer for anything but data.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		if !s.hostAllowed(r.Host) {
			fail(w, http.StatusForbidden, "this server answers to 127.0.0.1, [::1] and localhost only")
			return
		}
		if fromOtherSite(r) {
			fail(w, http.StatusForbidden, "pages of other sites are not answered; open this address itself, or ask from a program")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// fromOtherSite reports whether a browser sent the request for a page that is not
// this server's. The page could not read the answer, but each request may cost the
// account some of its own. Programs send neither header.
func fromOtherSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	u, err := url.Parse(origin)
	return origin != "" && (err != nil || !strings.EqualFold(u.Host, r.Host))
}

func (s *server) hostAllowed(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil { // there is no port
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && (s.Remote || ip.IsLoopback())
}

// stamp writes a moment as the guide does, in UTC with milliseconds.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (s *server) today(w http.ResponseWriter, r *http.Request) {
	if _, err := parameters(r); err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	today := func() metrics.Period { return metrics.Today.Period(s.Fetcher.Now()) }
	figures, asOf, ok := s.figures(w, r, today, metrics.Filter{})
	if !ok {
		return
	}
	reply(w, http.StatusOK, struct {
		Health      Health  `json:"health"`
		Metrics     Metrics `json:"metrics"`
		AsOf        string  `json:"asOf"`
		GeneratedAt string  `json:"generatedAt"`
	}{newHealth(s.Health()), figures, asOf, stamp(s.Fetcher.Now())})
}

func (s *server) dayRange(w http.ResponseWriter, r *http.Request) {
	period, filter, err := question(r)
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	if filter.ExoPhone != "" {
		account := s.Fetcher.Account(r.Context())
		if err := filter.CheckExoPhone(account); err != nil {
			status := http.StatusBadRequest
			if account == nil {
				status = http.StatusBadGateway // it may be right, and Exotel does not say
			}
			fail(w, status, err.Error())
			return
		}
	}
	figures, asOf, ok := s.figures(w, r, func() metrics.Period { return period }, filter)
	if !ok {
		return
	}
	reply(w, http.StatusOK, struct {
		Metrics     Metrics `json:"metrics"`
		AsOf        string  `json:"asOf"`
		GeneratedAt string  `json:"generatedAt"`
	}{figures, asOf, stamp(s.Fetcher.Now())})
}

// figures answers with an error itself when there are none to be had whole.
func (s *server) figures(w http.ResponseWriter, r *http.Request, period func() metrics.Period, f metrics.Filter) (m Metrics, asOf string, ok bool) {
	summary, view, err := s.summarize(r.Context(), period, f)
	for tries := 2; err == nil && !view.Complete() && tries > 0; tries-- { // a refresh has saved a part of its calls
		summary, view, err = s.summarize(r.Context(), period, f)
	}
	if err == nil && !view.Complete() {
		err = errors.New("the figures are not complete; ask again")
	}
	if err == nil {
		err = summary.Check()
	}
	if err != nil {
		status := http.StatusBadGateway
		switch refused, ok := errors.AsType[*exotel.Error](err); {
		case r.Context().Err() != nil: // or the client has gone, and hears nothing
			status, err = http.StatusServiceUnavailable, errors.New("the program is ending; ask again when it runs")
		case ok && refused.Kind == exotel.KindRequest && refused.Status == 0:
			status = http.StatusBadRequest // refused here, before Exotel was asked
		default:
			s.noteRefused(view.Period, err)
		}
		fail(w, status, err.Error())
		return Metrics{}, "", false
	}
	s.noteWhole(view.Period)
	zone := s.Fetcher.Now().Location().String()
	return NewMetrics(summary, f, zone, view.Tally().Unreadable), stamp(view.AsOf()), true
}

// noteRefused logs why the figures of a period are not to be had whole, once until
// they are.
func (s *server) noteRefused(p metrics.Period, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.refused[p] {
		s.refused[p] = true
		s.Log.Warn("the figures of a range are not to be had whole", "from", p.From.String(), "to", p.To.String(), "error", err)
	}
}

func (s *server) noteWhole(p metrics.Period) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.refused, p)
}

// summarize brings a period up to date and adds up its calls.
func (s *server) summarize(ctx context.Context, period func() metrics.Period, f metrics.Filter) (*metrics.Summary, *refresh.View, error) {
	p := period()
	view, err := s.Fetcher.Load(ctx, p, s.MaxAge, nil)
	if moved := period(); moved != p { // midnight passed, or the answer corrected the clock
		view, err = s.Fetcher.Load(ctx, moved, s.MaxAge, nil)
	}
	if err != nil {
		return nil, view, err
	}
	return view.Summary(ctx, f)
}

// question reads the parameters of a range.
func question(r *http.Request) (metrics.Period, metrics.Filter, error) {
	q, err := parameters(r, "start", "end", "direction", "phoneNumber", "status", "text")
	if err != nil {
		return metrics.Period{}, metrics.Filter{}, err
	}
	p, err := metrics.ParsePeriod(q.Get("start"), q.Get("end"))
	if err != nil {
		return metrics.Period{}, metrics.Filter{}, err
	}
	f, err := metrics.ParseFilter(q.Get("direction"), q.Get("phoneNumber"), q.Get("status"))
	text := q.Get("text")
	if f.Text = metrics.SearchText(text); f.Text == "" && text != "" && err == nil {
		err = errors.New("text has nothing to look for; give a part of a number or of another address")
	}
	return p, f, err
}

// maxQuery is how long the parameters may be together: errors and answers repeat
// them.
const maxQuery = 1 << 10

// parameters refuses what it does not know: a misspelt filter must not come
// back as the figures over all calls.
func parameters(r *http.Request, known ...string) (url.Values, error) {
	if len(r.URL.RawQuery) > maxQuery {
		return nil, fmt.Errorf("the parameters are too long; give %d characters at most", maxQuery)
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("the parameters cannot be read: %w", err)
	}
	for name, values := range q {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%q is not a parameter of %s", name, r.URL.Path)
		}
		if len(values) > 1 {
			return nil, fmt.Errorf("%s is given more than once", name)
		}
	}
	return q, nil
}

func reply(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// An error here is the client's hanging up; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(answer)
}

func fail(w http.ResponseWriter, status int, sentence string) {
	reply(w, status, map[string]string{"error": sentence})
}
