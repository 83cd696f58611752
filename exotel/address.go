package exotel

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Addresses of Exotel's two regions. The region is a property of the account:
// the other one answers as if the account did not exist.
const (
	Singapore = "https://api.exotel.com"
	Mumbai    = "https://api.in.exotel.com"
)

// ParseBaseURL reads an API address: a region's host such as "api.in.exotel.com",
// or a base URL. Plain http is accepted to this computer only; user information,
// a query or a fragment are refused, so that no secret can hide in an address.
func ParseBaseURL(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if strings.Trim(text, "/") == "" {
		return nil, errors.New("the API address is empty; use api.exotel.com or api.in.exotel.com")
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	base, err := url.Parse(strings.TrimRight(text, "/"))
	switch {
	case err != nil || base.Hostname() == "":
		// Not repeated here, because what cannot be read may hold a password.
		return nil, errors.New("the API address cannot be read; use api.exotel.com, api.in.exotel.com or https://host")
	case base.User != nil:
		return nil, errors.New("the API address must not contain a user name or password; enter the key and token in their own fields")
	case base.RawQuery != "" || base.Fragment != "":
		return nil, errors.New("the API address must not contain ? or #; use https://host")
	case base.Scheme == "https", base.Scheme == "http" && isLoopback(base.Hostname()):
		return base, nil
	default:
		return nil, fmt.Errorf("the API address %s must begin with https://, because the API key travels with every request", base.Redacted())
	}
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// follow turns a next-page address into the request for it: the same path as
// the page it came with, and the address's query. Exotel sends a path of its
// own host; anything that names another scheme, host or user is an error,
// because the credentials would travel along. The query is encoded anew:
// Exotel prints ';' and spaces raw in places, which Go would drop or send raw.
func follow(from *url.URL, next string) (*url.URL, error) {
	path, query, _ := strings.Cut(next, "?")
	ref, err := url.Parse(path)
	if err != nil {
		return nil, errors.New("the next page's address cannot be read")
	}
	if ref.Host != "" && !strings.EqualFold(ref.Host, from.Host) {
		return nil, fmt.Errorf("the next page is on another host, %s", ref.Host)
	}
	if ref.Scheme != "" && ref.Scheme != from.Scheme {
		return nil, fmt.Errorf("the next page is asked for over %s", ref.Scheme)
	}
	if ref.User != nil || !strings.HasPrefix(ref.Path, "/") {
		return nil, errors.New("the next page's address is not a path of this host")
	}
	target := *from
	target.RawQuery = reencode(query)
	return &target, nil
}

// reencode percent-encodes a query that may be encoded, raw or both.
func reencode(query string) string {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		pairs[i] = escapeOnce(name) + "=" + escapeOnce(value)
	}
	return strings.Join(pairs, "&")
}

func escapeOnce(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		text = plain
	}
	return url.QueryEscape(text)
}
