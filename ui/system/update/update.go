// Package update finds out whether there is a newer version of the program, by
// reading a release feed. It downloads nothing and installs nothing: a release
// has addresses, and only the user opens them, in the browser.
//
// A feed is a JSON document:
//
//	{
//	  "version": "1.2.0",
//	  "published": "2026-11-30T10:00:00Z",
//	  "notes": "What is new, as plain text or Markdown",
//	  "page": "https://example.com/releases/1.2.0",
//	  "downloads": {
//	    "linux-amd64-deb": "https://example.com/exotel-monitor_1.2.0_amd64.deb",
//	    "windows-amd64": "https://example.com/exotel-monitor-1.2.0-setup.exe",
//	    "darwin": "https://example.com/exotel-monitor-1.2.0.dmg"
//	  }
//	}
//
// Version and page are needed. A download is for a system and processor by Go's
// names, with the kind of package behind them where there are several; other
// members are passed over.
package update

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// DefaultFeed is the project's own feed, "" for none. Whoever builds packages
// names theirs: go build -ldflags "-X exotel-monitor/ui/system/update.DefaultFeed=https://…".
var DefaultFeed string

const (
	timeout       = 10 * time.Second // for the whole answer
	maxBody       = 256 << 10
	mostRedirects = 3
	longestCause  = 200 // characters kept of a cause that is not in our words
)

// adviceFeed is what helps in most cases.
const adviceFeed = "check the feed's address in Settings, or ask whoever keeps it"

// CheckFeed reports why an address cannot be a feed's. It must be https, or http
// on this computer, and the same for everybody: without a user, a password or a
// query. "" stands for DefaultFeed and is right.
func CheckFeed(address string) error {
	if address == "" {
		return nil
	}
	_, err := parseFeed(address)
	return err
}

func parseFeed(address string) (*url.URL, error) {
	const example = "; write it like https://example.com/exotel-monitor.json"
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "":
		return nil, errors.New("the update feed URL cannot be read" + example)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("the update feed URL must have no user, password, ? or #" + example)
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return u, nil
	}
	return nil, errors.New("the update feed URL must begin with https://" + example)
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Check reads the feed at an address, "" for DefaultFeed, and returns its release
// if that is newer than current, else nil. A pre-release is newer for another
// pre-release only.
//
// One request is sent, which tells the program's version and nothing of the
// user. Of client only the transport is used; nil means the default one.
// Errors are sentences that say what to do.
func Check(ctx context.Context, client *http.Client, feed, current string) (*Release, error) {
	own, ok := canonical(current)
	if !ok {
		return nil, errors.New("this build of the program has no version, so that none can be called newer; look for a newer one where you got it")
	}
	if feed = cmp.Or(feed, DefaultFeed); feed == "" {
		return nil, errors.New("no release feed is known to this build of the program; write the address of one into Settings")
	}
	u, err := parseFeed(feed)
	if err != nil {
		return nil, err
	}
	body, err := get(ctx, client, u, "exotel-monitor/"+own[1:])
	if err != nil {
		return nil, err
	}
	release, err := parse(body)
	if err != nil {
		return nil, fmt.Errorf("what %s sent is no release feed: %w; %s", u.Host, err, adviceFeed)
	}
	if !newer("v"+release.Version, own) {
		return nil, nil
	}
	return release, nil
}

// get reads what is at an address.
func get(ctx context.Context, client *http.Client, u *url.URL, agent string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", agent)
	own := http.Client{CheckRedirect: checkRedirect} // and no cookies
	if client != nil {
		own.Transport = client.Transport
	}
	response, err := own.Do(request)
	if err != nil {
		return nil, unreached(ctx, u.Host, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the release feed at %s answered with HTTP %d; %s", u.Host, response.StatusCode, adviceFeed)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return nil, unreached(ctx, u.Host, err)
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("what %s sent is no release feed: it is longer than %d KB; %s", u.Host, maxBody>>10, adviceFeed)
	}
	return body, nil
}

var errRedirect = errors.New("it leads on")

// checkRedirect follows a feed to other hosts, as release pages lead to where
// their files are, but never off https.
func checkRedirect(next *http.Request, via []*http.Request) error {
	switch {
	case next.URL.Scheme != "https":
		return fmt.Errorf("%w to an address without https, which is not followed", errRedirect)
	case next.URL.User != nil:
		return fmt.Errorf("%w to an address with a user, which is not followed", errRedirect)
	case len(via) > mostRedirects:
		return fmt.Errorf("%w more than %d times", errRedirect, mostRedirects)
	}
	next.Header.Del("Referer") // where the feed is may be a firm's own matter
	return nil
}

// unreached explains an answer that did not come whole. The address is taken off
// the error, because a redirect may have led to a longer one.
func unreached(ctx context.Context, host string, err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	switch {
	case errors.Is(err, errRedirect):
		return fmt.Errorf("the release feed at %s was not read: %w; %s", host, err, adviceFeed)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("the release feed at %s did not answer within %v; try again later: %w", host, timeout, ctx.Err())
	case ctx.Err() != nil:
		return fmt.Errorf("the release feed at %s was not read: %w", host, ctx.Err())
	}
	return fmt.Errorf("the release feed at %s could not be reached: %s; check the internet connection, a proxy, and the feed's address in Settings",
		host, clean(err.Error(), longestCause))
}
