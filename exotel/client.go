package exotel

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

const (
	// maxInFlight is the largest number of a Client's requests at once.
	maxInFlight = 8
	// maxTries includes the first try. With the pauses between the tries, a request fails
	// after about ten seconds of failures, or five timeouts.
	maxTries       = 5
	firstBackoff   = 500 * time.Millisecond
	requestTimeout = 30 * time.Second
	maxBody        = 16 << 20 // a page of 100 calls has about 60 KB
	maxErrorBody   = 4 << 10
)

// Options are the settings of a Client. SID, Key, Token and BaseURL are required.
type Options struct {
	BaseURL string // see ParseBaseURL
	SID     string // of the account, not secret
	Key     string // user name of Basic authentication
	Token   string // its password

	// Zone is the account's time zone; nil means India's. See API.md, Times.
	Zone *time.Location
	// RatePerMinute is the largest number of requests a minute. 0 means DefaultRate, and
	// a negative number no limit.
	RatePerMinute int
	// Transport sends the requests; nil means the default transport with the
	// environment's proxy.
	Transport http.RoundTripper
	// Now returns the time of the computer's clock; nil means time.Now.
	Now func() time.Time
	// Log logs retries and waits; nil means no log.
	Log *slog.Logger
}

// Format prints the account without its secrets, whatever the verb.
func (o Options) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "exotel.Options{SID: %s}", o.SID) }

// Format prints the account without its secrets, whatever the verb.
func (c *Client) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "exotel.Client{SID: %s}", c.sid) }

// Client is a client of one Exotel account. It is safe for concurrent use. All its users
// share one pace: make one Client per account.
type Client struct {
	base       *url.URL
	sid        string
	key, token string
	secrets    Secrets // hidden in errors and logs
	zone       *time.Location
	http       *http.Client
	gate       *gate
	clock      *clock
	phones     *phoneList
	refused    *refusals
	slots      *semaphore.Weighted // one for each request under way
	buffers    *sync.Pool
	perMinute  int           // requests; negative for no limit
	limiter    *rate.Limiter // of a low-priority client, else nil
	log        *slog.Logger
}

// India is the zone of Indian accounts. It has no daylight saving time. See API.md,
// Times.
var India = time.FixedZone("IST", 5*3600+1800)

// New returns a client for one account. It sends nothing yet.
func New(o Options) (*Client, error) {
	base, err := ParseBaseURL(o.BaseURL)
	if err != nil {
		return nil, err
	}
	// Texts copied from a web page often have a blank or a line break around them.
	for _, part := range []struct {
		name  string
		value *string
	}{{"account SID", &o.SID}, {"API key", &o.Key}, {"API token", &o.Token}} {
		if *part.value = strings.TrimSpace(*part.value); *part.value == "" {
			return nil, fmt.Errorf("the %s is empty; it is shown in Exotel's dashboard under API settings", part.name)
		}
	}
	perMinute := cmp.Or(o.RatePerMinute, DefaultRate)
	c := &Client{
		base: base, sid: o.SID, key: o.Key, token: o.Token,
		zone:      cmp.Or(o.Zone, India),
		perMinute: perMinute,
		gate:      newGate(perMinute),
		buffers:   &sync.Pool{New: func() any { return new(bytes.Buffer) }},
		clock:     &clock{now: o.Now},
		phones:    newPhoneList(),
		refused:   &refusals{},
		slots:     semaphore.NewWeighted(maxInFlight),
		log:       cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
	}
	if c.clock.now == nil {
		c.clock.now = time.Now
	}
	transport := o.Transport
	if transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.MaxIdleConnsPerHost = maxInFlight
		transport = own
	}
	c.secrets = NewSecrets(c.key, c.token)
	c.secrets.addProxy(transport, base)
	c.http = &http.Client{Transport: transport, CheckRedirect: c.checkRedirect}
	return c, nil
}

// Zone returns the account's time zone.
func (c *Client) Zone() *time.Location { return c.zone }

// Now returns the time in the account's zone. Once Exotel has answered, it is the time of
// Exotel's clock, or a second or two before: Exotel may refuse a range that ends later.
// See API.md, Call list.
func (c *Client) Now() time.Time {
	return c.clock.now().Add(c.clock.offset()).In(c.zone)
}

// ClockSkew returns by how much Exotel's clock is ahead of the computer's. It is zero if
// they agree within two minutes, or Exotel has not answered yet.
func (c *Client) ClockSkew() time.Duration {
	if skew := c.clock.offset(); skew.Abs() > toleratedSkew {
		return skew
	}
	return 0
}

// ClockError returns an error if Exotel's clock and the computer's are too far apart to
// be corrected, so that nobody knows which days to request. It returns nil if they are
// not, or Exotel has not answered yet.
func (c *Client) ClockError() error {
	apart := c.clock.disputed()
	if apart == 0 {
		return nil
	}
	theirs := c.clock.now().Add(apart).In(c.zone)
	return &Error{Op: opCalls, Kind: KindClock, Err: fmt.Errorf("by Exotel's answers it is %s", theirs.Format("2 January 2006"))}
}

// ClockProven reports whether Exotel has answered, and its clock and the computer's may
// both be right. As long as it is false, nothing that depends on the date should be
// removed for good. It is false again after the computer has slept or its clock was set.
func (c *Client) ClockProven() bool { return c.clock.proven() }

// PausedUntil returns when requests go on after Exotel asked to wait, with a 429 or with
// Retry-After on a 5xx. A time in the past means that nothing waits.
func (c *Client) PausedUntil() time.Time { return c.gate.pausedUntil() }

// Close closes the idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

func (c *Client) checkRedirect(next *http.Request, via []*http.Request) error {
	if next.URL.Scheme != c.base.Scheme || !strings.EqualFold(next.URL.Host, c.base.Host) || next.URL.User != nil {
		return &Error{Kind: KindForeignHost, Err: fmt.Errorf("it redirects to another address, %s://%s", next.URL.Scheme, next.URL.Host)}
	}
	if len(via) > 3 {
		return &Error{Kind: KindForeignHost, Err: errors.New("it redirects without end")}
	}
	return nil
}

// address returns the URL of a path on the configured host.
func (c *Client) address(segments ...string) *url.URL {
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return c.base.JoinPath(segments...)
}

// get requests a URL until decode accepts a complete answer, within the account's pace
// and the limits of retries. decode is called for a status of 2xx only. It must not keep
// the body.
func get[T any](ctx context.Context, c *Client, op string, target *url.URL, decode func(body []byte) (T, error)) (T, error) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.Multiplier = firstBackoff, 2
	answer, err := backoff.Retry(ctx, func() (T, error) {
		answer, err := once(ctx, c, op, target, decode)
		if err == nil {
			return answer, nil
		}
		if ctx.Err() != nil {
			return answer, backoff.Permanent(context.Cause(ctx))
		}
		c.log.Warn("request to Exotel failed", "op", op, "error", err)
		failure, ok := errors.AsType[*Error](err)
		if !ok || !failure.retryable() || c.gate.isHopeless() || errors.Is(err, errLongPause) {
			return answer, backoff.Permanent(err)
		}
		return answer, err
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(maxTries))
	// The error of the last try is still wrapped.
	if permanent, ok := err.(*backoff.PermanentError); ok {
		err = permanent.Err
	}
	return answer, err
}

func once[T any](ctx context.Context, c *Client, op string, target *url.URL, decode func(body []byte) (T, error)) (T, error) {
	var none T
	if err := c.waitTurn(ctx); err != nil {
		return none, c.pausedFor(op, err)
	}
	if err := c.slots.Acquire(ctx, 1); err != nil {
		return none, err
	}
	defer c.slots.Release(1)
	leads, err := c.gate.enter(ctx)
	if err != nil {
		return none, c.pausedFor(op, err)
	}
	defer c.gate.leave(leads)
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return none, c.unreached(op, err)
	}
	request.SetBasicAuth(c.key, c.token)
	request.Header.Set("Accept", "application/json")
	sent := c.clock.now()
	response, err := c.http.Do(request)
	arrived := c.clock.now()
	if err != nil {
		return none, c.unreached(op, err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusBadRequest {
		c.clock.addHeader(response.Header, sent, arrived) // a wrong clock may be the reason: the range lies in the future
	}
	if response.StatusCode/100 != 2 {
		refusal := c.refusal(op, response, leads)
		c.refused.note(refusal)
		return none, refusal
	}
	c.gate.noteAnswer(leads)
	buffer := c.buffers.Get().(*bytes.Buffer)
	defer c.buffers.Put(buffer)
	buffer.Reset()
	if _, err := buffer.ReadFrom(io.LimitReader(response.Body, maxBody+1)); err != nil {
		return none, c.unreached(op, err)
	}
	if buffer.Len() > maxBody {
		return none, &Error{Op: op, Kind: KindBody, Status: response.StatusCode, Err: errors.New("it is far too long")}
	}
	answer, err := decode(buffer.Bytes())
	if err != nil {
		return none, &Error{Op: op, Kind: KindBody, Status: response.StatusCode, Err: err}
	}
	c.clock.addHeader(response.Header, sent, arrived) // not before: a proxy's error page has a date, too
	c.refused.passed(op)
	return answer, nil
}

// pausedFor explains err if the request was not sent because of a long pause.
func (c *Client) pausedFor(op string, err error) error {
	if !errors.Is(err, errLongPause) {
		return err
	}
	return &Error{Op: op, Kind: KindRateLimited, Err: longPause{c.gate.pausedUntil().In(c.zone)}}
}

// refusal returns the error for a status other than 2xx.
func (c *Client) refusal(op string, response *http.Response, leads bool) *Error {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxErrorBody))
	said := c.message(body, err != nil || len(body) == maxErrorBody)
	failure := &Error{Op: op, Kind: kindOf(response.StatusCode), Status: response.StatusCode, Message: said}
	wait := retryAfter(response.Header, c.Now())
	if failure.Kind == KindRateLimited || response.StatusCode/100 == 5 && wait > 0 {
		c.gate.noteRefusal(wait)
	} else {
		c.gate.noteAnswer(leads)
	}
	return failure
}

// maxRetryAfter is the longest pause that a header may ask for.
const maxRetryAfter = time.Hour

// retryAfter parses the header in both of its forms, seconds and a date. It returns zero
// if the header is missing or names no time to come. See API.md, Limits.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	// For a number out of range ParseInt returns the nearest.
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		if theirs, err := http.ParseTime(header.Get("Date")); err == nil {
			now = theirs
		}
		return min(max(at.Sub(now), 0), maxRetryAfter)
	}
	return 0
}
