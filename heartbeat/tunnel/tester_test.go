package tunnel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/heartbeat/webhook"
)

const secretPath = webhook.Path + "/s3cret-of-the-webhook"

// publicServer stands for the public side of a tunnel; what it passes on
// arrives at the tester.
func publicServer(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that are to fail
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestATestHeartbeatComesBack(t *testing.T) {
	var tester Tester
	var got map[string]any
	var request *http.Request
	server := publicServer(t, func(w http.ResponseWriter, r *http.Request) {
		request = r
		json.NewDecoder(r.Body).Decode(&got)
		tester.MarkArrived(r.Header.Get("X-Exotel-Monitor-Test"))
		fmt.Fprint(w, `{"received": true}`)
	})
	tester.transport = server.Client().Transport
	result, err := tester.Test(t.Context(), server.URL+secretPath)
	if err != nil {
		t.Fatal(err)
	}
	if result.Arrived <= 0 || result.Answered < result.Arrived {
		t.Errorf("it took %+v", result)
	}
	if request.Method != "POST" || request.URL.Path != secretPath || request.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got %s %s %v", request.Method, request.URL.Path, request.Header)
	}
	at, err := time.Parse(time.RFC3339, fmt.Sprint(got["timestamp"]))
	if err != nil || time.Since(at).Abs() > time.Minute {
		t.Errorf("its timestamp is %v", got["timestamp"])
	}
	delete(got, "timestamp")
	const want = `map[data:map[] incoming_affected:<nil> outgoing_affected:<nil> status_type:OK test:true]`
	if fmt.Sprint(got) != want {
		t.Errorf("got %v", got)
	}
}

// roundTrip answers without a network, for tests in fake time.
type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

func TestAListenerMayAnswerBeforeItTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tester Tester
		tester.transport = roundTrip(func(r *http.Request) *http.Response {
			time.AfterFunc(arrivalGrace-time.Millisecond, func() { tester.MarkArrived(r.Header.Get(webhook.TestHeader)) })
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}
		})
		if _, err := tester.Test(t.Context(), "https://example.com"+secretPath); err != nil {
			t.Error(err)
		}
	})
}

func TestATestThatArrivedIsNotGivenUp(t *testing.T) {
	ctx, cancel := context.WithDeadlineCause(t.Context(), time.Now(), errNoAnswer)
	defer cancel()
	<-ctx.Done()
	for range 20 {
		arrived := make(chan time.Time, 1)
		arrived <- time.Now()
		if _, err := awaitArrival(ctx, &url.URL{Host: "example.com"}, arrived, time.Now(), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
}

// answering makes a handler of a status and headers.
func answering(status int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
	}
}

// hangUp ends the connection after writing what is no answer.
func hangUp(w http.ResponseWriter, text string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	io.WriteString(conn, text)
	conn.Close()
}

func TestATestSaysWhereAnAnswerComesFrom(t *testing.T) {
	var tester Tester
	for name, c := range map[string]struct {
		public http.HandlerFunc
		says   string
	}{
		"the secret is wrong":         {answering(404), "HTTP 404: the tunnel is up, but this program's secret path was not found; copy the URL again"},
		"the secret is missing":       {answering(401), "HTTP 401: the tunnel is up, but this program's secret path was not found"},
		"no ngrok agent":              {answering(404, "Ngrok-Error-Code", "ERR_NGROK_3200"), "ngrok has no tunnel of this name"},
		"a login page's refusal":      {answering(403), "asks for a login"},
		"nothing on the port, 502":    {answering(502), "the tunnel's agent is up, but nothing listens on the webhook's port"},
		"nothing on the port, 503":    {answering(503), "the tunnel's agent is up, but nothing listens on the webhook's port"},
		"no cloudflared connected":    {answering(530), "no cloudflared of it is connected"},
		"the computer sleeps":         {answering(504), "got no answer from this computer in time"},
		"an error of somebody else's": {answering(500), "HTTP 500: neither this program's listener nor a tunnel"},
		"a redirect":                  {answering(302, "Location", "https://login.example.com"+secretPath), "redirects to https://login.example.com, and Exotel does not follow redirects"},
		"a redirect to nowhere":       {answering(301), "redirects to another address"},
		"somebody else's 200":         {answering(200), "answered, but the test heartbeat did not arrive here"},
		"a connection that ends":      {func(w http.ResponseWriter, r *http.Request) { hangUp(w, "") }, "broke (EOF)"},
		"an answer that is none":      {func(w http.ResponseWriter, r *http.Request) { hangUp(w, "HTTP/1.1 "+r.URL.Path+" what\r\n\r\n") }, "•••"},
		"an answer lost on the way": {func(w http.ResponseWriter, r *http.Request) {
			tester.MarkArrived(r.Header.Get(webhook.TestHeader))
			hangUp(w, "")
		}, "its answer did not get back: the connection"},
		"an answer late on the way": {func(w http.ResponseWriter, r *http.Request) {
			tester.MarkArrived(r.Header.Get(webhook.TestHeader))
			w.WriteHeader(504)
		}, "its answer did not get back: 127.0.0.1"},
	} {
		server := publicServer(t, c.public)
		tester.transport = server.Client().Transport
		_, err := tester.Test(t.Context(), server.URL+secretPath)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestATestIsNotWaitedForTooLong(t *testing.T) {
	release := make(chan struct{})
	server := publicServer(t, func(w http.ResponseWriter, r *http.Request) { <-release })
	t.Cleanup(func() { close(release) }) // before the server waits for its handlers
	tester := Tester{transport: server.Client().Transport, timeout: 500 * time.Millisecond}
	_, err := tester.Test(t.Context(), server.URL+secretPath)
	if err == nil || !strings.Contains(err.Error(), "did not answer within 500ms") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v", err)
	}
}

func TestATestSaysWhyThereIsNoConnection(t *testing.T) {
	plain := httptest.NewServer(answering(200))
	t.Cleanup(plain.Close)
	strict := publicServer(t, answering(200)) // whose certificate nobody signed
	lookup := func(found *net.DNSError) http.RoundTripper {
		return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: found}
		}}
	}
	for name, c := range map[string]struct {
		transport http.RoundTripper
		url       string
		says      string
	}{
		"an unknown name":    {lookup(&net.DNSError{Err: "no such host", IsNotFound: true}), "https://gone.ngrok.app", "gone.ngrok.app cannot be resolved (DNS)"},
		"no name server":     {lookup(&net.DNSError{Err: "i/o timeout", IsTimeout: true}), "https://gone.ngrok.app", "no name server answered (DNS)"},
		"nobody listens":     {nil, "https://" + closedPort(t), "refused the connection: nothing listens there"},
		"a bad certificate":  {nil, strict.URL, "TLS certificate of 127.0.0.1 is not good"},
		"no TLS on the port": {nil, "https://" + plain.Listener.Addr().String(), "does not speak TLS"},
		"no public address":  {nil, "http://example.com", "must begin with https://"},
	} {
		tester := Tester{transport: c.transport}
		_, err := tester.Test(t.Context(), c.url+secretPath)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestATestCanBeStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := publicServer(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	tester := Tester{transport: server.Client().Transport}
	if _, err := tester.Test(ctx, server.URL+secretPath); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A nonce that nobody waits for may come from anywhere on the Internet.
func TestStrangeNoncesLeaveNothingBehind(t *testing.T) {
	var tester Tester
	server := publicServer(t, func(w http.ResponseWriter, r *http.Request) {
		for _, nonce := range []string{"", "guessed", r.Header.Get(webhook.TestHeader), r.Header.Get(webhook.TestHeader)} {
			tester.MarkArrived(nonce)
		}
	})
	tester.transport = server.Client().Transport
	if _, err := tester.Test(t.Context(), server.URL+secretPath); err != nil {
		t.Error(err)
	}
	if len(tester.waiting) != 0 {
		t.Errorf("it keeps %v", tester.waiting)
	}
}
