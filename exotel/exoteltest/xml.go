package exoteltest

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"exotel-monitor/exotel"
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func xmlText(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// xmlElement writes an element with a text.
func xmlElement(b []byte, name, text string) []byte {
	return fmt.Appendf(b, "<%s>%s</%s>", name, xmlText(text), name)
}

// xmlList is the call list in XML: what a client gets that forgot the ".json".
func (a *Account) xmlList(p *page, now time.Time) answer {
	b := []byte(xmlHead + "<TwilioResponse><Metadata>")
	if total, ok := p.announced(); ok {
		b = xmlElement(b, "Total", strings.Trim(total, `"`))
	}
	b = xmlElement(b, "PageSize", strconv.Itoa(p.size))
	b = xmlElement(b, "FirstPageUri", p.link("", cursor{}))
	b = xmlElement(b, "NextPageUri", a.next(p))
	b = append(b, "</Metadata><Calls>"...)
	p.each(p.first, p.n, func(d *day, i int) {
		c := p.faults.lose(a.seed, a.callAt(d, i, now))
		b = xmlCall(b, a.sid, &c)
	})
	b = append(b, "</Calls></TwilioResponse>\n"...)
	return answer{status: http.StatusOK, kind: xmlType, body: b, rows: p.n}
}

func xmlSingle(account string, c *exotel.Call) answer {
	b := xmlCall([]byte(xmlHead+"<TwilioResponse>"), account, c)
	return answer{status: http.StatusOK, kind: xmlType, body: append(b, "</TwilioResponse>\n"...)}
}

// xmlCall writes a call without its details.
func xmlCall(b []byte, account string, c *exotel.Call) []byte {
	wall := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return string(appendWall(nil, t))
	}
	duration := ""
	if c.Duration >= 0 {
		duration = strconv.Itoa(c.Duration)
	}
	b = append(b, "<Call>"...)
	for _, field := range [...][2]string{
		{"Sid", c.Sid}, {"ParentCallSid", c.ParentSid},
		{"DateCreated", wall(c.Created)}, {"DateUpdated", wall(c.Updated)}, {"AccountSid", account},
		{"To", c.To}, {"From", c.From}, {"PhoneNumberSid", c.ExoPhone}, {"PhoneNumber", c.ExoPhone},
		{"Status", c.Status}, {"StartTime", wall(c.Started)}, {"EndTime", wall(c.Ended)},
		{"Duration", duration}, {"Price", c.Price}, {"Direction", c.Direction},
		{"AnsweredBy", c.AnsweredBy}, {"RecordingUrl", c.RecordingURL},
	} {
		b = xmlElement(b, field[0], field[1])
	}
	return append(b, "</Call>"...)
}
