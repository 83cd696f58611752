package exoteltest

import (
	"bytes"
	"net/http"
	"strconv"
	"sync"
	"time"

	"exotel-monitor/exotel"
)

// page is one request for the call list being answered.
type page struct {
	*query
	listing
	faults *faultState
	path   string
	host   string
	first  int // position of the page's first call in listing order
	n      int // calls on the page
}

// buffers keeps page bodies for reuse.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

func recycle(b []byte) { buffers.Put(&b) }

// callList answers /Calls.json and, in XML, /Calls. See API.md, Call list.
func (a *Account) callList(r *http.Request, f *faultState, asXML bool) answer {
	if f.RedirectTo != "" && f.applies(r.URL.Path) {
		return answer{status: http.StatusTemporaryRedirect, kind: "text/plain",
			header: map[string]string{"Location": f.RedirectTo + r.URL.RequestURI()}}
	}
	now := a.now()
	q, refused := parseQuery(r.URL.RawQuery, now, a.zone, &f.Faults)
	if refused != nil {
		return refusal(refused, asXML)
	}
	p := &page{query: q, faults: f, path: r.URL.Path, host: r.Host}
	p.listing = a.list(q.window, q.filter, now)
	if p.total == 0 && f.EmptyIs404 {
		return refusal(&apiError{http.StatusNotFound, "No matching results"}, asXML)
	}
	p.place(a)
	if asXML {
		return a.xmlList(p, now)
	}
	body := (*buffers.Get().(*[]byte))[:0]
	body = append(body, `{"Metadata":`...)
	body = a.metadata(body, p)
	body = append(body, `,"Calls":[`...)
	var rows int
	if f.plain() {
		body, rows = a.plainRows(body, p, now), p.n
	} else {
		body, rows = a.oddRows(body, p, now)
	}
	if body[len(body)-1] == ',' {
		body = body[:len(body)-1]
	}
	body = append(body, "]}"...)
	if p.total == 0 && f.EmptyIsObject {
		body = append(bytes.TrimSuffix(body, []byte("[]}")), "{}}"...)
	}
	return answer{status: http.StatusOK, kind: jsonType, body: body, rows: rows, free: recycle}
}

// place finds where the page begins and how many calls it has.
func (p *page) place(a *Account) {
	limit := p.total
	if stop := p.faults.StopAfterRows; stop > 0 {
		limit = min(limit, stop)
	}
	last := limit
	if p.position != "" {
		at, exact := a.rank(p.listing, p.cursor)
		before, after := at, at // positions of the neighbours in listing order
		if exact {
			after++
		}
		if p.desc {
			before, after = p.total-after, p.total-before
		}
		if p.position == "After" {
			p.first = after
		} else {
			p.first, last = max(before-p.size, 0), min(limit, before)
		}
	}
	p.first = min(p.first, limit)
	p.n = max(min(p.size, last-p.first), 0)
}

// each visits the page's calls in listing order.
func (p *page) each(first, n int, visit func(d *day, row int)) {
	first = max(first, 0)
	n = min(n, p.total-first)
	if !p.desc {
		p.at(first, first+n, func(s span, from, n int) {
			for i := range n {
				visit(s.day, s.row(from+i))
			}
		})
		return
	}
	type place struct {
		d   *day
		row int
	}
	places := make([]place, 0, maxPageSize)
	p.at(p.total-first-n, p.total-first, func(s span, from, n int) {
		for i := range n {
			places = append(places, place{s.day, s.row(from + i)})
		}
	})
	for i := len(places) - 1; i >= 0; i-- {
		visit(places[i].d, places[i].row)
	}
}

// plainRows copies the page out of the rendered days, each row followed by a
// comma. A run of settled rows is one copy: this is what benchmarks run on.
func (a *Account) plainRows(b []byte, p *page, now time.Time) []byte {
	if p.desc || !p.details {
		p.each(p.first, p.n, func(d *day, row int) { b = a.plainRow(b, d, row, p.details, now) })
		return b
	}
	p.at(p.first, p.first+p.n, func(s span, from, n int) {
		if s.list == nil && s.day.settled <= now.Unix() {
			r, row := a.rendered(s.day), s.row(from)
			b = append(b, r.bytes[r.start[row]:r.start[row+n]]...)
			return
		}
		for i := range n {
			b = a.plainRow(b, s.day, s.row(from+i), true, now)
		}
	})
	return b
}

func (a *Account) plainRow(b []byte, d *day, row int, details bool, now time.Time) []byte {
	if int64(d.rows[row].settled) > now.Unix() {
		c := a.callAt(d, row, now)
		return append(a.row(b, &c, form{}, details), ',')
	}
	r := a.rendered(d)
	start, end := r.start[row], r.start[row+1]
	if details {
		return append(b, r.bytes[start:end]...)
	}
	b = append(b, r.bytes[start:start+uint32(r.cut[row])]...)
	return append(b, "},"...)
}

// row renders a call as it stands.
func (a *Account) row(b []byte, c *exotel.Call, f form, details bool) []byte {
	b, cut := a.render.append(b, c, f)
	if !details {
		b = append(b[:cut], '}')
	}
	return b
}

// unreadable rows, as Faults.BadRows puts them between the others.
var unreadable = []string{
	"null", `"error"`, "42", "[]", "{}", "true",
	`{"Status":"completed","Duration":12}`, `{"Sid":null,"Status":"busy"}`, `{"Sid":"","Direction":"inbound"}`,
	`{"Call":null}`,
}

// laterPages is the number of pages after which a late duplicate comes.
const laterPages = 3

// oddRows writes the page with the faults that touch rows.
func (a *Account) oddRows(b []byte, p *page, now time.Time) ([]byte, int) {
	f, rows := &p.faults.Faults, 0
	put := func(d *day, i int) {
		c := f.lose(a.seed, a.callAt(d, i, now))
		if f.WrapItems {
			b = append(b, `{"Call":`...)
		}
		b = a.row(b, &c, f.oddForm(a.seed, &c), p.details)
		if f.WrapItems {
			b = append(b, '}')
		}
		b = append(b, ',')
		rows++
	}
	again := func(first, which int) {
		if first < 0 || p.n == 0 {
			return
		}
		p.each(first, min(p.size, p.total-first), func(d *day, i int) {
			if a.twice(d, i, f.Duplicates) == which {
				put(d, i)
			}
		})
	}
	again(p.first-p.size, 1)
	again(p.first-laterPages*p.size, 2)
	p.each(p.first, p.n, func(d *day, i int) {
		if h := hashText(a.seed^saltBad, a.sidAt(d, i)); chance(h, f.BadRows) {
			b = append(b, unreadable[h%uint64(len(unreadable))]...)
			b = append(b, ',')
		}
		put(d, i)
	})
	p.each(p.first, p.n, func(d *day, i int) {
		if a.twice(d, i, f.Duplicates) == 0 {
			put(d, i)
		}
	})
	return b, rows
}

// twice tells how a row is repeated: 0 on its page, 1 on the next, 2 later, -1 not.
func (a *Account) twice(d *day, i int, share float64) int {
	if h := hashText(a.seed^saltTwice, a.sidAt(d, i)); chance(h, share) {
		return int(h % 3)
	}
	return -1
}

func (a *Account) sidAt(d *day, i int) string {
	if r := &d.rows[i]; r.scripted() {
		return d.script[^r.ref].Sid
	}
	return sidOf(a.seed, d.number, int(d.rows[i].ref))
}

// singleCall answers /Calls/{sid}.json. See API.md, Other requests.
func (a *Account) singleCall(r *http.Request, f *faultState, sid string, asXML bool) answer {
	d, i, ok := a.find(sid)
	now := a.now()
	if !ok || int64(d.rows[i].created) > now.Unix() {
		return notFound(asXML)
	}
	c := f.lose(a.seed, a.callAt(d, i, now))
	wanted := false
	for _, p := range splitQuery(r.URL.RawQuery) {
		wanted = wanted || (p.key == "details" || p.key == "Details") && p.value == "true"
	}
	if asXML {
		return xmlSingle(a.sid, &c)
	}
	body := a.row([]byte(`{"Call":`), &c, f.oddForm(a.seed, &c), wanted)
	return answer{status: http.StatusOK, kind: jsonType, body: append(body, '}')}
}

// metadata writes the Metadata block. See API.md, Paging.
func (a *Account) metadata(b []byte, p *page) []byte {
	b = append(b, '{')
	if total, ok := p.announced(); ok {
		b = append(append(b, `"Total":`...), total...)
		b = append(b, ',')
	}
	b = append(b, `"PageSize":`...)
	b = strconv.AppendInt(b, int64(p.size), 10)
	b = append(b, `,"FirstPageUri":`...)
	b = appendQuoted(b, p.link("", cursor{}))
	b = append(b, `,"PrevPageUri":`...)
	if p.first > 0 && p.n > 0 {
		b = appendQuoted(b, p.link("Before", a.cursorAt(p, p.first)))
	} else {
		b = append(b, "null"...)
	}
	switch next := a.next(p); {
	case next != "":
		b = appendQuoted(append(b, `,"NextPageUri":`...), next)
	case p.faults.End == EndNull:
		b = append(b, `,"NextPageUri":null`...)
	case p.faults.End == EndEmpty:
		b = append(b, `,"NextPageUri":""`...)
	}
	return append(b, '}')
}

// announced is Metadata.Total.
func (p *page) announced() (string, bool) {
	switch p.faults.Total {
	case TotalAbsent:
		return "", false
	case TotalNull:
		return "null", true
	case TotalAsText:
		return strconv.Quote(strconv.Itoa(p.total)), true
	case TotalAbove:
		return strconv.Itoa(p.total + p.total/10 + 7), true
	case TotalBelow:
		return strconv.Itoa(p.total / 2), true
	}
	return strconv.Itoa(p.total), true
}
