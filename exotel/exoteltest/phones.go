package exoteltest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// phoneLinkBase begins the paging links of the ExoPhone list: another host over plain
// http. See API.md, ExoPhones.
const phoneLinkBase = "http://twilix.exotel.com"

const phonePageSize = 50

// international is a number with a leading 0 in its +91 form.
func international(number string) string { return "+91" + strings.TrimPrefix(number, "0") }

// phoneList answers the ExoPhone list, paged from 0.
func (a *Account) phoneList(r *http.Request) answer {
	number, size := 0, phonePageSize
	for _, p := range splitQuery(r.URL.RawQuery) {
		n, err := strconv.Atoi(p.value)
		switch {
		case p.key != "Page" && p.key != "PageSize":
		case err != nil || n < 0 || n == 0 && p.key == "PageSize":
			return refusal(badRequest(invalidParameter), false)
		case p.key == "Page":
			number = n
		default:
			size = min(n, phonePageSize)
		}
	}
	phones := a.Phones()
	link := func(page int) any {
		if page < 0 || page > 0 && page*size >= len(phones) {
			return nil
		}
		return fmt.Sprintf("%s/v2_beta/Accounts/%s/IncomingPhoneNumbers?Page=%d&PageSize=%d", phoneLinkBase, a.sid, page, size)
	}
	list := []any{}
	for i := min(number, len(phones)) * size; i < min((number+1)*size, len(phones)); i++ {
		list = append(list, phoneFields(phones[i]))
	}
	return jsonAnswer(http.StatusOK, map[string]any{
		"page": number, "page_size": size,
		"uri": link(number), "first_page_uri": link(0),
		"next_page_uri": link(number + 1), "previous_page_uri": link(number - 1),
		"incoming_phone_numbers": list,
	})
}

func phoneFields(p ExoPhone) map[string]any {
	return map[string]any{
		"sid": p.SID, "phone_number": international(p.Number), "friendly_name": p.Name,
		"capabilities": map[string]bool{"voice": true, "sms": true},
		"country":      "IN", "region": p.Region,
	}
}

func (a *Account) phone(sid string) (ExoPhone, bool) {
	phones := a.Phones()
	i := slices.IndexFunc(phones, func(p ExoPhone) bool { return p.SID == sid })
	if i < 0 {
		return ExoPhone{}, false
	}
	return phones[i], true
}

// phoneSummary is an ExoPhone without its connectivity. See API.md, Other requests.
func (a *Account) phoneSummary(sid string) answer {
	p, ok := a.phone(sid)
	if !ok {
		return notFound(false)
	}
	return jsonAnswer(http.StatusOK, phoneFields(p))
}

// phoneDetails is an ExoPhone with its connectivity, wrapped. See API.md, ExoPhones.
func (a *Account) phoneDetails(r *http.Request, sid string) answer {
	p, ok := a.phone(sid)
	if !ok {
		return phoneNotFound(r)
	}
	return wrapped(r, http.StatusOK, map[string]any{
		"code": http.StatusOK, "error_data": nil, "status": "success",
		"data": map[string]any{
			"sid": p.SID, "account_sid": a.sid, "friendly_name": p.Name, "phone_number": international(p.Number),
			"date_created": "2025-08-22T12:22:49Z", "date_updated": "2025-08-24T11:25:49Z",
			"connectivity": p.connectivity(a.now()),
		},
	})
}

// connectivity is how an ExoPhone's lines were when they were last checked. The
// alternate is offered for those that are not well.
func (p ExoPhone) connectivity(now time.Time) map[string]any {
	line := func(status string, checked time.Duration) map[string]any {
		l := map[string]any{"status": status, "alternate_exophone": nil,
			"last_check_time": now.Add(-checked).UTC().Format(time.RFC3339)}
		if status != healthy && p.Alternate != "" {
			l["alternate_exophone"] = p.Alternate
		}
		return l
	}
	return map[string]any{
		"incoming_call": line(p.Incoming, 40*time.Second),
		"outgoing_call": line(p.Outgoing, 60*time.Second),
	}
}

func phoneNotFound(r *http.Request) answer {
	return wrapped(r, http.StatusNotFound, map[string]any{
		"code": http.StatusNotFound, "status": "failure", "data": nil,
		"error_data": map[string]any{"code": 1001, "message": "Not Found", "description": "no such ExoPhone"},
	})
}

// wrapped is the envelope of the v2 API.
func wrapped(r *http.Request, status int, response map[string]any) answer {
	return jsonAnswer(status, map[string]any{
		"request_id": fmt.Sprintf("%016x", hashText(0, r.URL.Path)),
		"method":     r.Method, "http_code": status,
		"metadata": map[string]int{"page_size": 1, "page": 0},
		"response": []any{response},
	})
}
