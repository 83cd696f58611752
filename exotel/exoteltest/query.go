package exoteltest

import (
	"encoding/base64"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of the call list. See API.md, Call list.
const (
	defaultPageSize = 50
	maxPageSize     = 100
	maxSpan         = 31 * 24 * time.Hour
	maxAgeMonths    = 6
	maxSids         = 100
	maxNumbers      = 5
	wallClock       = "2006-01-02 15:04:05"
)

const (
	invalidParameter = "Invalid parameter"
	outOfBounds      = "time range is out of bounds"
)

// apiError is an answer other than 200, with the message Exotel would give.
type apiError struct {
	status  int
	message string
}

func badRequest(message string) *apiError { return &apiError{http.StatusBadRequest, message} }

// pair is one parameter of a query, decoded.
type pair struct{ key, value string }

// splitQuery reads a raw query by hand: url.ParseQuery drops every pair with a
// semicolon that is not encoded.
func splitQuery(raw string) []pair {
	var pairs []pair
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		key, value, _ := strings.Cut(part, "=")
		pairs = append(pairs, pair{unescape(key), unescape(value)})
	}
	return pairs
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// cursor is a place in the order of the calls: that of the named call.
type cursor struct {
	unix int64
	sid  string
}

// String is the cursor as the paging links have it. See API.md, Paging.
func (c cursor) String() string {
	return base64.StdEncoding.EncodeToString([]byte(strconv.FormatInt(c.unix, 10) + "," + c.sid))
}

func parseCursor(s string) (cursor, bool) {
	// A raw + of base64 was decoded as a space.
	text, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(s, " ", "+"))
	if err != nil {
		return cursor{}, false
	}
	epoch, sid, ok := strings.Cut(string(text), ",")
	unix, err := strconv.ParseInt(epoch, 10, 64)
	return cursor{unix, sid}, ok && err == nil
}

// query is a request for the call list.
type query struct {
	pairs    []pair // as sent, without the cursor
	window   window
	filter   filter
	size     int
	desc     bool
	details  bool
	position string // After, Before or ""
	cursor   cursor
}

// parseQuery checks a query as Exotel does.
func parseQuery(raw string, now time.Time, zone *time.Location, f *Faults) (*query, *apiError) {
	q := &query{size: defaultPageSize, desc: true, filter: filter{hideLive: f.HideLive, exact: f.ExactNumbers}}
	created := ""
	var text strings.Builder
	for _, p := range splitQuery(raw) {
		var ok bool
		switch p.key {
		case "DateCreated":
			created, ok = p.value, p.value != ""
		case "PageSize":
			q.size, ok = parsePageSize(p.value)
		case "SortBy":
			q.desc, ok = strings.EqualFold(p.value, "DateCreated:desc"), isSortBy(p.value)
		case "details", "Details":
			q.details, ok = strings.EqualFold(p.value, "true"), true
		case "After", "Before":
			if q.cursor, ok = parseCursor(p.value); !ok || q.position != "" {
				return nil, badRequest(invalidParameter)
			}
			q.position = p.key
			continue
		case "RecordingUrlValidity":
			minutes, err := strconv.Atoi(p.value)
			ok = err == nil && minutes >= 5 && minutes <= 60
		case "StartTime", "EndTime", "StartTime>", "EndTime<":
			ok = false
		default:
			if err := q.filter.take(p); err != nil {
				return nil, err
			}
			ok = true
			text.WriteString(p.key + "=" + p.value + "&")
		}
		if !ok {
			return nil, badRequest(invalidParameter)
		}
		q.pairs = append(q.pairs, p)
	}
	q.filter.text = text.String()
	var err *apiError
	q.window, err = parseWindow(created, now, zone, f.RefuseFuture)
	return q, err
}

func parsePageSize(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 1 && n <= maxPageSize
}

func isSortBy(s string) bool {
	return strings.EqualFold(s, "DateCreated:asc") || strings.EqualFold(s, "DateCreated:desc")
}

// parseWindow reads "gte:...;lte:...". Without bounds it is the last 31 days.
func parseWindow(s string, now time.Time, zone *time.Location, refuseFuture bool) (window, *apiError) {
	to, from := now, time.Time{}
	if s != "" {
		for part := range strings.SplitSeq(s, ";") {
			op, value, _ := strings.Cut(strings.TrimSpace(part), ":")
			t, err := time.ParseInLocation(wallClock, value, zone)
			switch {
			case err != nil:
				return window{}, badRequest(invalidParameter)
			case op == "gte":
				from, _ = moments(t)
			case op == "lte":
				_, to = moments(t)
			default:
				return window{}, badRequest(invalidParameter)
			}
		}
	}
	if from.IsZero() {
		from = to.Add(-maxSpan)
	}
	y, m, d := now.In(zone).AddDate(0, -maxAgeMonths, 0).Date()
	oldest := time.Date(y, m, d, 0, 0, 0, 0, zone) // to the day: clocks differ a little
	if to.Sub(from) > maxSpan || from.Before(oldest) || refuseFuture && to.After(now) {
		return window{}, badRequest(outOfBounds)
	}
	return window{from.Unix(), to.Unix()}, nil
}

// moments are the first and the last that have t's wall clock: two where it shows
// an hour twice.
func moments(t time.Time) (first, last time.Time) {
	begins, ends := t.ZoneBounds()
	first, last = t, t
	if earlier := t.Add(-stepAt(begins)); !begins.IsZero() && earlier.Before(begins) {
		first = earlier
	}
	if later := t.Add(stepAt(ends)); !ends.IsZero() && !later.Before(ends) {
		last = later
	}
	return first, last
}

// stepAt returns by how much the clock is put back at a moment, 0 if it is not.
func stepAt(change time.Time) time.Duration {
	_, before := change.Add(-time.Second).Zone()
	_, after := change.Zone()
	return time.Duration(max(before-after, 0)) * time.Second
}

// statuses are those a query may ask for.
var statuses = []string{"queued", "ringing", "in-progress", "completed", "failed", "busy", "no-answer", "canceled"}

// directions as the message of a refused one lists them.
var directions = []string{"inbound", "outbound-dial", "outbound-api"}

// take adds a parameter to the filter. Unknown ones are ignored, such as Offset: a client
// that pages with it reads the first page for ever. See API.md, Call list.
func (f *filter) take(p pair) *apiError {
	ok := true
	switch p.key {
	case "Sid":
		f.sids, ok = commaList(p.value, maxSids)
	case "To":
		f.to, ok = commaList(p.value, maxNumbers)
	case "From":
		f.from, ok = commaList(p.value, maxNumbers)
	case "PhoneNumber":
		f.phones, ok = commaList(p.value, maxNumbers)
	case "Status":
		f.status = strings.TrimPrefix(p.value, "eq:")
		ok = slices.Contains(statuses, f.status) // a comma list is refused, too
	case "Direction":
		f.direction = p.value
		if !slices.Contains(directions, p.value) {
			return badRequest("Invalid Direction: valid values are " + strings.Join(directions, ", "))
		}
	case "Duration":
		f.duration, ok = parseBounds(p.value, "s")
	case "Price":
		f.price, ok = parseBounds(p.value, "")
	}
	if !ok {
		return badRequest(invalidParameter)
	}
	return nil
}

func commaList(s string, most int) ([]string, bool) {
	list := strings.Split(s, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list, s != "" && len(list) <= most
}

// bounds of a number, both included.
type bounds struct {
	set    bool
	lo, hi float64
}

func (b bounds) holds(v float64) bool { return v >= b.lo && v <= b.hi }

func (b bounds) holdsText(s string) bool {
	v, err := strconv.ParseFloat(s, 64)
	return err == nil && b.holds(v)
}

// parseBounds reads "gte:10s;lte:45s" or "eq:30s".
func parseBounds(s, unit string) (bounds, bool) {
	b := bounds{set: true, lo: math.Inf(-1), hi: math.Inf(1)}
	for part := range strings.SplitSeq(s, ";") {
		op, value, _ := strings.Cut(part, ":")
		v, err := strconv.ParseFloat(strings.TrimSuffix(value, unit), 64)
		if err != nil {
			return b, false
		}
		switch op {
		case "gte":
			b.lo = v
		case "lte":
			b.hi = v
		case "eq":
			b.lo, b.hi = v, v
		default:
			return b, false
		}
	}
	return b, true
}
