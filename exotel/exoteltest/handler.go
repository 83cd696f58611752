package exoteltest

import (
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// answer is the account's answer to a request.
type answer struct {
	status int
	kind   string // Content-Type
	body   []byte
	rows   int                 // calls in the body
	header map[string]string   // beside Content-Type
	free   func(buffer []byte) // takes the body back, may be nil
}

const (
	jsonType = "application/json"
	xmlType  = "application/xml"
	htmlType = "text/html; charset=utf-8"
)

// ServeHTTP answers as Exotel does, or as the faults want it.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f := a.faults.Load()
	a.stats.enter(r)
	left, status, rows := false, 0, 0
	// A client may send its next request, or look at Stats, the moment it has the
	// last byte: so the request is over before that byte is written.
	leave := func() {
		if !left {
			left = true
			a.stats.leave(status, rows)
		}
	}
	defer leave()

	applies := f.applies(r.URL.Path)
	total, number := int(f.requests.Add(1)), 0
	if applies {
		number = int(f.numbered.Add(1))
	}
	if applies && f.Delay > 0 && !sleep(r, f.Delay) {
		panic(http.ErrAbortHandler)
	}
	failing := applies && f.fails(number)
	if failing && f.Fail == Reset {
		leave()
		reset(w)
		return
	}
	out := a.reply(r, f, total, failing)
	if f.RepeatRequest && out.status >= http.StatusBadRequest {
		out = repeated(r, out)
	}
	status, rows = out.status, out.rows
	h := w.Header()
	h.Set("Date", a.now().UTC().Format(http.TimeFormat))
	h.Set("Content-Type", out.kind)
	for key, value := range out.header {
		h.Set(key, value)
	}
	how := delivery{before: leave}
	if failing {
		how.failure = f.Fail
	}
	if applies {
		how.slow = f.BodyDelay
	}
	how.send(w, r, out)
	if out.free != nil {
		out.free(out.body)
	}
}

// delivery is the way in which a body is sent.
type delivery struct {
	failure Failure
	slow    time.Duration
	before  func() // called before the last piece
}

func (d delivery) send(w http.ResponseWriter, r *http.Request, out answer) {
	body, announced := out.body, len(out.body)
	if d.failure == TruncatedBody || d.failure == CutBody {
		body = body[:len(body)*2/3]
	}
	if d.failure == TruncatedBody {
		announced = len(body)
	}
	w.Header().Set("Content-Length", strconv.Itoa(announced))
	w.WriteHeader(out.status)
	if d.slow > 0 {
		body = drip(w, r, body, d.slow)
	}
	d.before()
	w.Write(body) // a client that left is its own business
	if d.failure == CutBody {
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// reply decides on the answer: failures first, then who asks, how often, and what.
func (a *Account) reply(r *http.Request, f *faultState, total int, failing bool) answer {
	asXML := wantsXML(r.URL.Path)
	if failing {
		switch {
		case f.Fail == HTMLPage:
			return answer{status: http.StatusOK, kind: htmlType, body: htmlPage("Service unavailable")}
		case f.Fail == HTMLGateway:
			return answer{status: http.StatusBadGateway, kind: htmlType, body: htmlPage("502 Bad Gateway")}
		case f.Fail == EmptyBody:
			return answer{status: http.StatusOK, kind: jsonType}
		case f.FailStatus != 0:
			out := refusal(&apiError{f.FailStatus, http.StatusText(f.FailStatus)}, asXML)
			if f.FailRetryAfter != "" {
				out.header = map[string]string{"Retry-After": f.FailRetryAfter}
			}
			return out
		}
	}
	if out, ok := a.admit(r, f, total, asXML); !ok {
		return out
	}
	if r.Method != http.MethodGet {
		return refusal(&apiError{http.StatusMethodNotAllowed, "Method not allowed"}, asXML)
	}
	return a.route(r, f, asXML)
}

// admit checks credentials and rate.
func (a *Account) admit(r *http.Request, f *faultState, total int, asXML bool) (answer, bool) {
	token := a.token
	if f.RotatedToken != "" && total > f.RotateAfter {
		token = f.RotatedToken
	}
	key, secret, _ := r.BasicAuth()
	switch {
	case key != a.key || secret != token:
		out := refusal(&apiError{http.StatusUnauthorized, "Authentication failed"}, asXML)
		if f.TextUnauthorized {
			out.kind, out.body = "text/plain", []byte("Authentication is required to view this page.\n")
		}
		out.header = map[string]string{"WWW-Authenticate": `Basic realm="Exotel API"`}
		return out, false
	case f.Forbidden:
		return refusal(&apiError{http.StatusForbidden, "Access denied"}, asXML), false
	case f.RatePerMinute <= 0:
		return answer{}, true
	}
	window, wait, ok := f.rate.allow(f.RatePerMinute, f.RateWindow)
	a.stats.window(window, !ok)
	if ok {
		return answer{}, true
	}
	out := refusal(&apiError{http.StatusTooManyRequests, "Too many requests"}, asXML)
	if f.RetryAfter {
		out.header = map[string]string{"Retry-After": strconv.Itoa(int(math.Ceil(wait.Seconds())))}
	}
	return out, false
}

// route finds what a path names.
func (a *Account) route(r *http.Request, f *faultState, asXML bool) answer {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(parts) < 3 || !strings.EqualFold(parts[1], "accounts") {
		return notFound(asXML)
	}
	version, rest := parts[0], parts[3:]
	if strings.TrimSuffix(parts[2], ".json") != a.sid {
		if version == "v2" {
			return phoneNotFound(r)
		}
		return notFound(asXML)
	}
	name := ""
	if len(rest) > 0 {
		name = rest[0]
	}
	switch {
	case version == "v1" && len(rest) == 0:
		return a.accountInfo(asXML)
	case version == "v1" && len(rest) == 1 && (name == "Calls.json" || name == "Calls"):
		return a.callList(r, f, asXML)
	case version == "v1" && len(rest) == 2 && name == "Calls":
		return a.singleCall(r, f, strings.TrimSuffix(rest[1], ".json"), asXML)
	case version == "v1" && len(rest) == 1 && name == "Balance.json":
		return a.balance()
	case version == "v1" && len(rest) == 2 && name == "Numbers":
		return numberInfo(strings.TrimSuffix(rest[1], ".json"))
	case version == "v2_beta" && len(rest) == 1 && name == "IncomingPhoneNumbers":
		return a.phoneList(r)
	case version == "v2_beta" && len(rest) == 2 && name == "IncomingPhoneNumbers":
		return a.phoneSummary(rest[1])
	case version == "v2" && len(rest) == 2 && name == "incoming-phone-numbers":
		return a.phoneDetails(r, rest[1])
	}
	return notFound(asXML)
}

// wantsXML reports whether a path is answered in XML. See API.md, Hosts.
func wantsXML(path string) bool {
	return strings.HasPrefix(path, "/v1/") && !strings.HasSuffix(path, ".json")
}

func notFound(asXML bool) answer {
	return refusal(&apiError{http.StatusNotFound, "The requested resource was not found"}, asXML)
}

// refusal is an error in Exotel's words. See API.md, Refusals.
func refusal(e *apiError, asXML bool) answer {
	if asXML {
		body := fmt.Sprintf(xmlHead+"<TwilioResponse><RestException><Status>%d</Status><Message>%s</Message></RestException></TwilioResponse>\n",
			e.status, xmlText(e.message))
		return answer{status: e.status, kind: xmlType, body: []byte(body)}
	}
	return jsonAnswer(e.status, map[string]any{
		"RestException": map[string]any{"Status": e.status, "Message": e.message},
	})
}

// repeated is a refusal with the request in its message.
func repeated(r *http.Request, out answer) answer {
	key, token, _ := r.BasicAuth()
	message := fmt.Sprintf("refused %s:%s in %s of %s %s", key, token, r.Header.Get("Authorization"), r.Method, r.RequestURI)
	again := refusal(&apiError{out.status, message}, wantsXML(r.URL.Path))
	again.header = out.header
	return again
}

func jsonAnswer(status int, v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // only maps of plain values come here
	}
	return answer{status: status, kind: jsonType, body: body}
}

func htmlPage(title string) []byte {
	return fmt.Appendf(nil, "<!DOCTYPE html>\n<html><head><title>%s</title></head>\n<body><h1>%s</h1><p>Please try again later.</p></body></html>\n", title, title)
}

// sleep waits unless the client or the server goes away before.
func sleep(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// dripPieces is the number of pieces of a slow body.
const dripPieces = 8

// drip sends a body slowly and returns its last piece.
func drip(w http.ResponseWriter, r *http.Request, body []byte, total time.Duration) []byte {
	control := http.NewResponseController(w)
	size := len(body) / dripPieces
	for i := range dripPieces {
		if i > 0 {
			w.Write(body[:size])
			body = body[size:]
			control.Flush()
		}
		if !sleep(r, total/dripPieces) {
			panic(http.ErrAbortHandler)
		}
	}
	return body
}

// reset drops the connection so that the client sees it reset, not closed.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 and recorders: abort is the nearest thing
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}
