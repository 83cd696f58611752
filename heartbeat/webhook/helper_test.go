package webhook

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const secret = "S3CRETS3CRETS3CRETS3CRET"

const beat = `{"timestamp":"2026-06-11T09:42:00Z","status_type":"OK","incoming_affected":null,"outgoing_affected":null,"data":{}}`

// enough is how long a test waits for what must happen.
const enough = time.Minute

// patient are the usual limits, but for a machine that stands still now and then.
var patient = func() limits {
	l := defaultLimits
	l.header, l.request, l.answer, l.largeTurn = time.Hour, time.Hour, time.Hour, time.Hour
	return l
}()

// isBeat stands for the parser: an object with a status_type.
func isBeat(body []byte) bool {
	var b struct {
		Status string `json:"status_type"`
	}
	return json.Unmarshal(body, &b) == nil && b.Status != ""
}

// listener is a webhook that runs in a test.
type listener struct {
	address   string
	connect   func(ctx context.Context) (net.Conn, error)
	delivered atomic.Int64
	stop      context.CancelFunc
	ended     chan error
}

// start serves until the test ends. Without Deliver it counts what isBeat.
func start(t testing.TB, o Options, l limits) *listener {
	t.Helper()
	open, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return startOn(t, open, func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", open.Addr().String())
	}, o, l)
}

// startInside is start without a network, so that in a bubble of fake time no
// limit is reached but by waiting.
func startInside(t testing.TB, o Options, l limits) *listener {
	t.Helper()
	p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	return startOn(t, p, p.connect, o, l)
}

func startOn(t testing.TB, open net.Listener, connect func(context.Context) (net.Conn, error), o Options, l limits) *listener {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	s := &listener{address: open.Addr().String(), connect: connect, stop: stop, ended: make(chan error, 1)}
	if o.Deliver == nil {
		o.Deliver = func(body []byte) bool {
			if !isBeat(body) {
				return false
			}
			s.delivered.Add(1)
			return true
		}
	}
	go func() { s.ended <- serve(ctx, open, o, l) }()
	t.Cleanup(func() {
		stop()
		s.wait(t)
	})
	return s
}

// pipes is a listener whose connections are of this process.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) connect(ctx context.Context) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &elsewhere{address: "127.0.0.1:3000"} }

// wait returns what Serve returned.
func (s *listener) wait(t testing.TB) error {
	t.Helper()
	select {
	case err := <-s.ended:
		s.ended <- err
		return err
	case <-time.After(enough):
		t.Fatal("Serve does not return")
		return nil
	}
}

func (s *listener) url(path string) string { return "http://" + s.address + path }

// dial connects; what the test does with the connection may take no longer than
// enough.
func (s *listener) dial(t testing.TB) net.Conn {
	t.Helper()
	c, err := s.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(enough)); err != nil {
		t.Fatal(err)
	}
	return c
}

// say writes to a connection.
func say(t testing.TB, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// askFirst sends the header of a heartbeat and waits until the server reads the
// body, which the test is to send.
func askFirst(t testing.TB, c net.Conn, length int) {
	t.Helper()
	say(t, c, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", Path, length))
	const goOn = "HTTP/1.1 100 Continue\r\n\r\n"
	said := make([]byte, len(goOn))
	if _, err := io.ReadFull(c, said); err != nil || string(said) != goOn {
		t.Fatalf("%q, %v", said, err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func hear(t testing.TB, c net.Conn) answer {
	t.Helper()
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	return read(t, r)
}

func read(t testing.TB, r *http.Response) answer {
	t.Helper()
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{r.StatusCode, r.Header, string(body)}
}

// post sends a body over a connection of its own, chunked if it is no
// strings.Reader.
func (s *listener) post(t testing.TB, path string, body io.Reader) answer {
	t.Helper()
	a, err := s.try(path, body)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (s *listener) try(path string, body io.Reader) (answer, error) {
	client := http.Client{Timeout: enough, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return s.connect(ctx) },
	}}
	r, err := client.Post(s.url(path), "application/json", body)
	if err != nil {
		return answer{}, err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	return answer{r.StatusCode, r.Header, string(text)}, err
}

// check fails unless an answer has the status and the JSON that goes with it.
func (a answer) check(t testing.TB, status int) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d: %s", a.status, status, a.body)
	}
	if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	if err := a.meaning(); err != nil {
		t.Errorf("%v: %s", err, a.body)
	}
}

// meaning checks the body against the status.
func (a answer) meaning() error {
	var body map[string]any
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		return err
	}
	if a.status == http.StatusOK {
		if len(body) != 1 || body["received"] != true {
			return errors.New(`not {"received": true}`)
		}
		return nil
	}
	if sentence, ok := body["error"].(string); len(body) != 1 || !ok || !strings.Contains(sentence, " ") {
		return errors.New(`not {"error": "a sentence"}`)
	}
	return nil
}
