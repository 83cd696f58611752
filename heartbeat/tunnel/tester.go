package tunnel

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"exotel-monitor/heartbeat/webhook"
)

const (
	// testTimeout is how long Exotel waits for an answer.
	testTimeout = 15 * time.Second
	// arrivalGrace is the wait for a listener that answers before it calls MarkArrived.
	arrivalGrace = 2 * time.Second
)

// Result is how long a test heartbeat took.
type Result struct {
	// Arrived is the time from sending it until the listener had it.
	Arrived time.Duration
	// Answered is the time from sending it until the answer came back. Exotel allows 15
	// seconds.
	Answered time.Duration
}

// Tester posts test heartbeats as Exotel posts real ones. The zero Tester is ready for
// use. It is safe for concurrent use.
type Tester struct {
	transport http.RoundTripper // nil means one with the environment's proxy
	timeout   time.Duration     // zero means testTimeout

	mu      sync.Mutex
	waiting map[string]chan time.Time // by nonce; each has room for one
}

// MarkArrived notes that a test arrived. The listener calls it with the value of
// webhook.TestHeader. Unknown values are ignored.
func (t *Tester) MarkArrived(nonce string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if arrived, ok := t.waiting[nonce]; ok {
		arrived <- time.Now()
		delete(t.waiting, nonce)
	}
}

func (t *Tester) expect(nonce string) (arrived <-chan time.Time, forget func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting == nil {
		t.waiting = map[string]chan time.Time{}
	}
	c := make(chan time.Time, 1)
	t.waiting[nonce] = c
	return c, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.waiting, nonce)
	}
}

// Test posts one heartbeat, OK and marked as a test, to a URL from PublicURL. It waits
// until the heartbeat has arrived here and the answer is back. Its error says where the
// way broke and what to do, without the URL's secret. Test does not follow redirects,
// because Exotel does not.
func (t *Tester) Test(ctx context.Context, publicURL string) (Result, error) {
	u, err := parsePublic(publicURL)
	if err != nil {
		return Result{}, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, t.maxWait(), errNoAnswer)
	defer cancel()
	nonce := rand.Text()
	arrived, forget := t.expect(nonce)
	defer forget()

	transport := t.transport
	if transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		defer own.CloseIdleConnections()
		transport = own
	}
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	sent := time.Now()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(testHeartbeat(sent)))
	if err != nil { // err would repeat the URL
		return Result{}, errors.New("the public address cannot be read; copy it again")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(webhook.TestHeader, nonce)
	response, err := client.Do(request)
	answered := time.Now()
	if err == nil {
		response.Body.Close()
		if err = refusal(u, response); err == nil {
			return awaitArrival(ctx, u, arrived, sent, answered)
		}
	} else {
		err = t.broken(ctx, u, err)
	}
	select {
	case at := <-arrived:
		return Result{}, fmt.Errorf("the test heartbeat arrived here after %s, but its answer did not get back: %w", round(at.Sub(sent)), err)
	default:
		return Result{}, err
	}
}

var errNoAnswer = errors.New("no answer in time")

func (t *Tester) maxWait() time.Duration {
	if t.timeout == 0 {
		return testTimeout
	}
	return t.timeout
}

// testHeartbeat returns a heartbeat without affected ExoPhones. See exotel/API.md,
// Heartbeats.
func testHeartbeat(now time.Time) []byte {
	body, _ := json.Marshal(map[string]any{ // cannot fail: text, nulls and an empty object
		"timestamp": now.UTC().Format(time.RFC3339), "status_type": "OK",
		"incoming_affected": nil, "outgoing_affected": nil, "data": struct{}{},
		"test": true,
	})
	return body
}

func awaitArrival(ctx context.Context, u *url.URL, arrived <-chan time.Time, sent, answered time.Time) (Result, error) {
	grace := time.NewTimer(arrivalGrace)
	defer grace.Stop()
	there := func(at time.Time) (Result, error) {
		return Result{Arrived: at.Sub(sent), Answered: answered.Sub(sent)}, nil
	}
	select {
	case at := <-arrived:
		return there(at)
	case <-ctx.Done():
		if err := stopped(ctx); err != nil {
			return Result{}, err
		}
	case <-grace.C:
	}
	select { // after a computer stood still both may be there, the heartbeat and the end of the wait
	case at := <-arrived:
		return there(at)
	default:
	}
	return Result{}, fmt.Errorf("%s answered, but the test heartbeat did not arrive here: the address leads to another program or computer; check where the tunnel passes requests on to", u.Host)
}

// refusal explains a status other than 2xx; it returns nil for 2xx.
func refusal(u *url.URL, response *http.Response) error {
	status := response.StatusCode
	said := fmt.Sprintf("%s answered HTTP %d: ", u.Host, status)
	switch {
	case status/100 == 2:
		return nil
	case status/100 == 3:
		where := "another address"
		if target, err := response.Location(); err == nil && target.Host != "" {
			where = target.Scheme + "://" + target.Host
		}
		return errors.New(said + "it redirects to " + where + ", and Exotel does not follow redirects; enter the address it redirects to")
	case response.Header.Get("Ngrok-Error-Code") == "ERR_NGROK_3200":
		return errors.New(said + "ngrok has no tunnel of this name; start the ngrok agent, and compare its address with this one")
	case status == http.StatusUnauthorized || status == http.StatusNotFound:
		return errors.New(said + "the tunnel is up, but this program's secret path was not found; copy the URL again")
	case status == http.StatusForbidden:
		return errors.New(said + "somebody on the way asks for a login or does not let everybody through; Exotel must be let through without one")
	case status == 530:
		return errors.New(said + "Cloudflare knows this name, but no cloudflared of it is connected; start it, or enter the address of the one that runs")
	case status == http.StatusBadGateway || status == http.StatusServiceUnavailable:
		return errors.New(said + "the tunnel's agent is up, but nothing listens on the webhook's port; switch the webhook on, and compare its port with the tunnel's")
	case status == http.StatusGatewayTimeout || status == 524:
		return errors.New(said + "the tunnel is up, but got no answer from this computer in time; check where it passes requests on to")
	default:
		return errors.New(said + "neither this program's listener nor a tunnel should answer so; check where the address leads")
	}
}

// stopped returns the error of a test that its caller canceled, nil if it was not.
func stopped(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return fmt.Errorf("the test was stopped: %w", context.Canceled)
	}
	return nil
}

// windowsRefused is WSAECONNREFUSED, Windows' ECONNREFUSED.
const windowsRefused = syscall.Errno(10061)

// broken explains a request without an answer.
func (t *Tester) broken(ctx context.Context, u *url.URL, err error) error {
	if err := stopped(ctx); err != nil {
		return err
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err // the outer error repeats the URL
	}
	var (
		unresolved  *net.DNSError
		certificate *tls.CertificateVerificationError
		notTLS      tls.RecordHeaderError
		alert       tls.AlertError
		network     net.Error
	)
	host := u.Hostname()
	switch {
	case errors.As(err, &unresolved) && unresolved.IsNotFound:
		return fmt.Errorf("the name %s cannot be resolved (DNS): it is misspelt, or the tunnel it belonged to has ended; compare it with the tunnel's", host)
	case errors.As(err, &unresolved):
		return fmt.Errorf("the name %s could not be resolved, because no name server answered (DNS); check that this computer is online", host)
	case errors.As(err, &certificate):
		return fmt.Errorf("the TLS certificate of %s is not good, so that Exotel would refuse it too (%w); renew it", host, certificate.Err)
	case errors.As(err, &notTLS), errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Errorf("%s does not speak TLS on this port; check the address and its port", u.Host)
	case errors.As(err, &alert):
		return fmt.Errorf("the TLS handshake with %s failed (%w); check the address and its certificate", u.Host, alert)
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, windowsRefused):
		return fmt.Errorf("%s refused the connection: nothing listens there; start the tunnel, or compare the address with the tunnel's", u.Host)
	case errors.Is(err, errNoAnswer), ctx.Err() != nil, errors.As(err, &network) && network.Timeout():
		return fmt.Errorf("%s did not answer within %s, and Exotel gives up after 15 seconds; check the tunnel, or a firewall on the way", u.Host, t.maxWait())
	default:
		return fmt.Errorf("the connection to %s broke (%s); try again, and check the tunnel", u.Host, conceal(u, err.Error()))
	}
}

// conceal hides what may be the URL's secret: an error may quote the answer, and an
// answer may repeat the request.
func conceal(u *url.URL, text string) string {
	for part := range strings.SplitSeq(u.EscapedPath(), "/") {
		if len(part) >= 8 && !strings.Contains(webhook.Path, part) {
			text = strings.ReplaceAll(text, part, "•••")
		}
	}
	return text
}

// round drops the digits that do not matter to a person.
func round(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
