package jsonapi

import (
	"cmp"
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

	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
)

// Options of a handler. Fetcher and Health are required.
type Options struct {
	Fetcher *refresh.Fetcher
	// Health is what is known of the ExoPhones now.
	Health func() monitor.Snapshot
	// Interval is the time between two refreshes of the running day, which somebody
	// else begins. Figures that are not much older cost no request.
	Interval time.Duration
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
// Answers are JSON, errors {"error": "…"}: 400 for a bad question, 403 to other
// hosts and sites, 404, 405, 502 when Exotel or the store failed, 503 while the program
// ends.
//
// While calls of a period are missing that Exotel announces, the answer has the last
// complete figures of the same question, with their own asOf, as long as that is at
// most three intervals ago. After that it has the figures of the calls that are there.
// Such an answer has complete false. So has one for days of which nothing is known:
// daysMissing counts these, and announced and received leave them out.
func New(o Options) http.Handler {
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	s := &server{Options: o, notWhole: map[metrics.Period]bool{}}
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

	mu       sync.Mutex
	whole    []answer                // the newest to each question, the last one first
	notWhole map[metrics.Period]bool // not had whole the last time, which the log says
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
	a, ok := s.figures(w, r, today, metrics.Filter{})
	if !ok {
		return
	}
	reply(w, http.StatusOK, struct {
		Health Health `json:"health"`
		answer
	}{newHealth(s.Health()), a})
}

func (s *server) dayRange(w http.ResponseWriter, r *http.Request) {
	period, filter, err := question(r)
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	if filter.ExoPhone != "" {
		account := s.Fetcher.Directory(r.Context())
		if err := filter.CheckExoPhone(account); err != nil {
			status := http.StatusBadRequest
			if account == nil {
				status = http.StatusBadGateway // it may be right, and Exotel does not say
			}
			fail(w, status, err.Error())
			return
		}
	}
	if a, ok := s.figures(w, r, func() metrics.Period { return period }, filter); ok {
		reply(w, http.StatusOK, a)
	}
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
