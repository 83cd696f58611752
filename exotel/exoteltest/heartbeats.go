package exoteltest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// HeartbeatForm is how a heartbeat is written. The zero value is the documented
// form (contract section 3.2).
type HeartbeatForm struct {
	// WithConnectivity puts a level of that name between an ExoPhone and its
	// lines, as in the answers about one ExoPhone.
	WithConnectivity bool
	// Guide is the form of Exotel's dashboard guide, Status and ExoPhones. The
	// guide leaves open what an ExoPhone is in it; here it has the documented
	// fields and its sid.
	Guide bool
	// TooLarge says PAYLOAD_TOO_LARGE and nothing else.
	TooLarge bool
	// Alternate is the type of alternate_exophone, which is not documented.
	Alternate AlternateForm
}

// AlternateForm is a JSON type in which the alternate of a line is given.
type AlternateForm int

// The forms of an alternate.
const (
	AlternateString AlternateForm = iota
	AlternateList                 // of strings
	AlternateObject               // with sid and phone_number
)

// Heartbeat is the body that Exotel would send at a moment, from the present
// state of the ExoPhones. Sent twice it is a duplicate, sent after a later one
// it is out of order.
func (a *Account) Heartbeat(at time.Time, form HeartbeatForm) []byte {
	phones := a.Phones()
	var incoming, outgoing []string // null when empty, as Exotel has it
	data, rows := map[string]any{}, []any{}
	all := len(phones) > 0
	for _, p := range phones {
		if p.Incoming != healthy {
			incoming = append(incoming, p.SID)
		}
		if p.Outgoing != healthy {
			outgoing = append(outgoing, p.SID)
		}
		if p.Incoming == healthy && p.Outgoing == healthy {
			all = false
			continue
		}
		row := form.row(p, at)
		data[p.SID] = row
		if form.Guide {
			row["sid"] = p.SID
			rows = append(rows, row)
		}
	}
	status := "WARNING"
	switch {
	case len(data) == 0:
		status = "OK"
	case all:
		status = "CRITICAL"
	}
	stamp := at.UTC().Format(time.RFC3339)
	switch {
	case form.TooLarge && form.Guide:
		return encode(map[string]any{"Status": "PAYLOAD_TOO_LARGE", "ExoPhones": nil})
	case form.TooLarge:
		return encode(map[string]any{"timestamp": stamp, "status_type": "PAYLOAD_TOO_LARGE",
			"incoming_affected": nil, "outgoing_affected": nil, "data": nil})
	case form.Guide:
		return encode(map[string]any{"Status": status, "ExoPhones": rows})
	}
	return encode(map[string]any{"timestamp": stamp, "status_type": status,
		"incoming_affected": incoming, "outgoing_affected": outgoing, "data": data})
}

// row is an affected ExoPhone.
func (f HeartbeatForm) row(p ExoPhone, at time.Time) map[string]any {
	var alternate any
	if p.Alternate != "" {
		switch f.Alternate {
		case AlternateString:
			alternate = p.Alternate
		case AlternateList:
			alternate = []string{p.Alternate}
		case AlternateObject:
			alternate = map[string]string{"sid": p.Alternate, "phone_number": international(p.Alternate)}
		}
	}
	row := p.connectivity(at, alternate)
	if f.WithConnectivity {
		row = map[string]any{"connectivity": row}
	}
	row["phone_number"] = international(p.Number)
	return row
}

func encode(body map[string]any) []byte {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // it is made of texts, lists and maps alone
	}
	return text
}

// Heartbeats are a subscription, like the one in Exotel's notification settings.
type Heartbeats struct {
	URL   string        // where they are posted
	Every time.Duration // from one to the next
	Form  HeartbeatForm
	// Transport carries the requests; nil means the default one.
	Transport http.RoundTripper
}

// heartbeatTimeout is how long an answer may take.
const heartbeatTimeout = 15 * time.Second

// heartbeatRetries are the pauses after which a heartbeat that got no 2xx is
// sent again, as it was; then it is dropped.
var heartbeatRetries = []time.Duration{5 * time.Minute, 15 * time.Minute}

// SendHeartbeats posts a heartbeat at once and then periodically until ctx
// ends, also while all is well. One that is sent again may arrive after newer
// ones. It returns when nothing is under way any more.
func (a *Account) SendHeartbeats(ctx context.Context, h Heartbeats) {
	client := &http.Client{
		Timeout: heartbeatTimeout, Transport: h.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var group sync.WaitGroup
	defer group.Wait()
	tick := time.NewTicker(h.Every)
	defer tick.Stop()
	for {
		body := a.Heartbeat(a.now(), h.Form)
		group.Go(func() { sendHeartbeat(ctx, client, h.URL, body) })
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func sendHeartbeat(ctx context.Context, client *http.Client, url string, body []byte) {
	for try := 0; !postHeartbeat(ctx, client, url, body) && try < len(heartbeatRetries); try++ {
		wait := time.NewTimer(heartbeatRetries[try])
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return
		}
	}
}

func postHeartbeat(ctx context.Context, client *http.Client, url string, body []byte) (taken bool) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	request.Header.Set("Content-Type", jsonType)
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode/100 == 2
}
