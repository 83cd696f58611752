// Package tunnel leads Exotel's heartbeats to the webhook's listener on a computer
// without a public address. [Find] finds the tunnels of agents such as ngrok, [SSH] is a
// tunnel through the user's own SSH server, [PublicURL] makes the URL to paste into
// Exotel, and a [Tester] tests the whole way.
package tunnel

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"exotel-monitor/heartbeat/webhook"
)

// attached matches the webhook's path at the end of a URL, with any secret.
var attached = regexp.MustCompile(`^(.*?)` + webhook.Path + `(/[^/]*)?$`)

// PublicURL returns the URL to paste into Exotel's Notifications Settings. base is a
// public address as a user enters it: https://host, perhaps with a path before the
// webhook's, a slash at the end, or the webhook's own path with an older secret, which
// secret replaces. Plain http is accepted for this computer only, for trials. An empty
// secret adds none. Errors are for the user, and do not repeat base, which may have a
// secret in it.
func PublicURL(base, secret string) (string, error) {
	u, err := parsePublic(base)
	if err != nil {
		return "", err
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if found := attached.FindStringSubmatch(path); found != nil {
		path = found[1]
	}
	return u.Scheme + "://" + u.Host + strings.TrimRight(path, "/") + webhook.PathFor(secret), nil
}

// parsePublic parses a URL to which Exotel could post.
func parsePublic(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	u, err := url.Parse(text)
	if err != nil { // err would repeat the text
		return nil, errors.New("the public address cannot be read; it looks like https://example.ngrok.app")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Hostname() == "":
		return nil, errors.New("the public address must begin with https:// and a host's name, like https://example.ngrok.app")
	case u.User != nil:
		return nil, errors.New("the public address must not hold a user name or password; Exotel does not send them")
	case strings.ContainsAny(text, "?#"):
		return nil, errors.New("the public address must end before any ? or #; remove that part")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, errors.New("the public address has a port that does not exist; ports go from 1 to 65535")
		}
	}
	ip, isIP := hostIP(u.Hostname())
	switch {
	case ip.IsLoopback(): // for trials on this computer
	case u.Scheme == "http":
		return nil, errors.New("the public address must begin with https://, because a heartbeat's path holds the webhook's secret")
	case isIP && (ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified()):
		return nil, fmt.Errorf("%s is an address inside your own network, which Exotel cannot reach; enter the tunnel's public address", ip)
	}
	return u, nil
}

// hostIP returns the IP address that a host's name spells, or the loopback address for
// localhost. ok is false for other names.
func hostIP(host string) (netip.Addr, bool) {
	if strings.EqualFold(host, "localhost") {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	return ip.Unmap(), err == nil
}
