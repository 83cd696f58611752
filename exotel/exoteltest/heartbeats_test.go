package exoteltest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// newPhones returns an account with two ExoPhones, the second of which has
// another SID than its number.
func newPhones(first, second ExoPhone) *Account {
	first.Number = "08040000001"
	second.Number, second.SID = "08040000002", "exo2"
	return New(Options{ExoPhones: []ExoPhone{first, second}})
}

func TestHeartbeatsSayHowThePhonesAre(t *testing.T) {
	const down = "major_outage"
	line := func(status, checked, alternate string) string {
		return `{"status":"` + status + `","last_check_time":"2026-11-19T08:` + checked + `Z","alternate_exophone":` + alternate + `}`
	}
	in, out := "51:53", "51:33" // 40 and 60 s before testNow
	firstLines := `"incoming_call":` + line(down, in, `"08040000009"`) + `,"outgoing_call":` + line("active", out, "null")
	first := `{"phone_number":"+918040000001",` + firstLines + `}`
	second := `{"phone_number":"+918040000002","incoming_call":` + line("active", in, "null") +
		`,"outgoing_call":` + line("partial_network_outage", out, "null") + `}`
	one := ExoPhone{Incoming: down, Alternate: "08040000009"}
	for _, test := range []struct {
		name          string
		first, second ExoPhone
		form          HeartbeatForm
		want          string // without its timestamp
	}{
		{"all well", ExoPhone{}, ExoPhone{}, HeartbeatForm{},
			`"status_type":"OK","incoming_affected":null,"outgoing_affected":null,"data":{}`},
		{"one affected", one, ExoPhone{}, HeartbeatForm{},
			`"status_type":"WARNING","incoming_affected":["08040000001"],"outgoing_affected":null,"data":{"08040000001":` + first + `}`},
		{"all affected, each in one direction", one, ExoPhone{Outgoing: "partial_network_outage"}, HeartbeatForm{},
			`"status_type":"CRITICAL","incoming_affected":["08040000001"],"outgoing_affected":["exo2"],` +
				`"data":{"08040000001":` + first + `,"exo2":` + second + `}`},
		{"with the connectivity level", one, ExoPhone{}, HeartbeatForm{WithConnectivity: true},
			`"status_type":"WARNING","incoming_affected":["08040000001"],"outgoing_affected":null,` +
				`"data":{"08040000001":{"phone_number":"+918040000001","connectivity":{` + firstLines + `}}}`},
		{"the alternate in a list", one, ExoPhone{}, HeartbeatForm{Alternate: AlternateList},
			`"status_type":"WARNING","incoming_affected":["08040000001"],"outgoing_affected":null,` +
				`"data":{"08040000001":` + strings.Replace(first, `"08040000009"`, `["08040000009"]`, 1) + `}`},
		{"the alternate as an object", one, ExoPhone{}, HeartbeatForm{Alternate: AlternateObject},
			`"status_type":"WARNING","incoming_affected":["08040000001"],"outgoing_affected":null,` +
				`"data":{"08040000001":` + strings.Replace(first, `"08040000009"`, `{"sid":"08040000009","phone_number":"+918040000009"}`, 1) + `}`},
		{"too large", one, ExoPhone{}, HeartbeatForm{TooLarge: true},
			`"status_type":"PAYLOAD_TOO_LARGE","incoming_affected":null,"outgoing_affected":null,"data":null`},
		{"the guide's form, all well", ExoPhone{}, ExoPhone{}, HeartbeatForm{Guide: true}, `"Status":"OK","ExoPhones":[]`},
		{"the guide's form, one affected", one, ExoPhone{}, HeartbeatForm{Guide: true},
			`"Status":"WARNING","ExoPhones":[{"sid":"08040000001",` + first[1:] + `]`},
		{"the guide's form, too large", one, ExoPhone{}, HeartbeatForm{Guide: true, TooLarge: true},
			`"Status":"PAYLOAD_TOO_LARGE","ExoPhones":null`},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := "{" + test.want + "}"
			if !test.form.Guide {
				want = `{"timestamp":"2026-11-19T08:52:33Z",` + test.want + "}"
			}
			got := newPhones(test.first, test.second).Heartbeat(testNow, test.form)
			if !reflect.DeepEqual(decodeAny(t, got), decodeAny(t, []byte(want))) {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		})
	}
}

func TestHeartbeatsFollowThePhones(t *testing.T) {
	a := newPhones(ExoPhone{}, ExoPhone{})
	for _, step := range []struct{ incoming, want string }{{"", "OK"}, {"major_outage", "WARNING"}, {"", "OK"}} {
		a.SetPhone(ExoPhone{Number: "08040000001", Incoming: step.incoming})
		if got := a.Heartbeat(testNow, HeartbeatForm{}); !bytes.Contains(got, []byte(`"status_type":"`+step.want+`"`)) {
			t.Errorf("%q: %s", step.incoming, got)
		}
	}
}

func decodeAny(t *testing.T, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

// receiver answers heartbeats without a network, and notes when which came.
type receiver struct {
	begun  time.Time
	answer func(r *http.Request, number int) (status int, err error)

	mu    sync.Mutex
	came  []time.Duration // after begun
	about []string        // the timestamps
}

func (c *receiver) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var beat struct {
		Timestamp time.Time `json:"timestamp"`
	}
	if err := json.Unmarshal(body, &beat); err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != jsonType {
		return nil, errors.New("no heartbeat")
	}
	c.mu.Lock()
	c.came = append(c.came, time.Since(c.begun))
	c.about = append(c.about, beat.Timestamp.Sub(c.begun).String())
	number := len(c.came)
	c.mu.Unlock()
	status, err := c.answer(r, number)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Location": {"http://127.0.0.1/elsewhere"}},
		Body: http.NoBody, Request: r}, nil
}

func TestHeartbeatsAreSentAndRetried(t *testing.T) {
	const m = time.Minute
	status := func(statuses ...int) func(*http.Request, int) (int, error) {
		return func(_ *http.Request, number int) (int, error) { return statuses[min(number, len(statuses))-1], nil }
	}
	hang := func(r *http.Request, number int) (int, error) {
		if number > 1 {
			return 200, nil
		}
		<-r.Context().Done()
		return 0, r.Context().Err()
	}
	for _, test := range []struct {
		name   string
		every  time.Duration
		length time.Duration
		answer func(r *http.Request, number int) (int, error)
		came   []time.Duration
		about  []string
	}{
		{"periodically", 20 * m, 59 * m, status(200), []time.Duration{0, 20 * m, 40 * m}, []string{"0s", "20m0s", "40m0s"}},
		{"any 2xx is enough", time.Hour, 59 * m, status(204), []time.Duration{0}, []string{"0s"}},
		{"dropped after two retries", time.Hour, 59 * m, status(500), []time.Duration{0, 5 * m, 20 * m}, []string{"0s", "0s", "0s"}},
		{"no retry after a success", time.Hour, 59 * m, status(503, 200), []time.Duration{0, 5 * m}, []string{"0s", "0s"}},
		{"a redirect is a failure", time.Hour, 59 * m, status(302, 307, 200), []time.Duration{0, 5 * m, 20 * m}, []string{"0s", "0s", "0s"}},
		{"no answer for 15 s is a failure", time.Hour, 59 * m, hang, []time.Duration{0, 5*m + 15*time.Second}, []string{"0s", "0s"}},
		{"a retry comes after newer ones", 4 * m, 9 * m, status(500, 200), []time.Duration{0, 4 * m, 5 * m, 8 * m},
			[]string{"0s", "4m0s", "0s", "8m0s"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &receiver{begun: time.Now(), answer: test.answer}
				ctx, cancel := context.WithTimeout(t.Context(), test.length)
				defer cancel()
				New(Options{}).SendHeartbeats(ctx, Heartbeats{URL: "http://127.0.0.1/webhook", Every: test.every, Transport: c})
				if !slices.Equal(c.came, test.came) || !slices.Equal(c.about, test.about) {
					t.Errorf("came %v about %v, want %v about %v", c.came, c.about, test.came, test.about)
				}
			})
		})
	}
}

func TestSendingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		c := &receiver{begun: begun, answer: func(r *http.Request, _ int) (int, error) {
			<-r.Context().Done()
			return 0, r.Context().Err()
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		New(Options{}).SendHeartbeats(ctx, Heartbeats{URL: "http://127.0.0.1/webhook", Every: time.Hour, Transport: c})
		if took := time.Since(begun); took != 10*time.Second || len(c.came) != 1 {
			t.Errorf("%d sent in %v", len(c.came), took)
		}
	})
}
