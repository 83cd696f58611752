package exoteltest

import (
	"fmt"
	"math"
	"net/url"
	"strings"
)

// cursorAt is the cursor of the call at a position in listing order.
func (a *Account) cursorAt(p *page, position int) (c cursor) {
	p.each(position, 1, func(d *day, i int) {
		c = cursor{int64(d.rows[i].created), a.sidAt(d, i)}
	})
	return c
}

// next is NextPageUri, "" at the end.
func (a *Account) next(p *page) string {
	limit := p.total
	if stop := p.faults.StopAfterRows; stop > 0 {
		limit = min(limit, stop)
	}
	link := ""
	if p.n > 0 && p.first+p.n < limit {
		link = p.link("After", a.cursorAt(p, p.first+p.n-1))
	}
	switch p.faults.Paging {
	case LoopingCursor:
		if link == "" || p.position != "" {
			link = p.link(p.position, p.cursor)
		}
	case EndlessCursor:
		if link == "" {
			link = p.link("After", p.beyond(!p.desc))
		}
	case RestartCursor:
		if link == "" {
			link = p.link("After", p.beyond(p.desc))
		}
	case ForeignLink:
		return prefixed("https://"+p.faults.otherHost(), link)
	case ProtocolLink:
		return prefixed("//"+p.faults.otherHost(), link)
	case UserinfoLink:
		return prefixed("@"+p.faults.otherHost(), link)
	case DowngradeLink:
		return prefixed("http://"+p.host, link)
	}
	return link
}

func prefixed(prefix, link string) string {
	if link == "" {
		return ""
	}
	return prefix + link
}

// beyond is a cursor after all calls, or before them, unlike any given out before.
func (p *page) beyond(late bool) cursor {
	c := cursor{sid: fmt.Sprintf("again%d", p.faults.invented.Add(1))}
	if late {
		c.unix = math.MaxUint32
	}
	return c
}

// link is the address of a page of this query: relative, with the filters as they
// were sent and the cursor last. See API.md, Paging.
func (p *page) link(position string, c cursor) string {
	var b strings.Builder
	b.WriteString(p.path)
	glue := byte('?')
	for _, pair := range p.pairs {
		b.WriteByte(glue)
		glue = '&'
		b.WriteString(pair.key)
		b.WriteByte('=')
		switch {
		case p.faults.RawLinks:
			b.WriteString(rawQuery.Replace(pair.value))
		case pair.key == "SortBy":
			b.WriteString(pair.value)
		default:
			b.WriteString(url.QueryEscape(pair.value))
		}
	}
	if position != "" {
		b.WriteByte(glue)
		b.WriteString(position)
		b.WriteByte('=')
		b.WriteString(c.String())
	}
	return b.String()
}

// rawQuery escapes only what would change a raw query's meaning.
var rawQuery = strings.NewReplacer("%", "%25", "&", "%26", "+", "%2B", "#", "%23")
