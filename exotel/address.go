package exotel

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// Addresses of Exotel's two regions. See API.md, Hosts.
const (
	Singapore = "https://api.exotel.com"
	Mumbai    = "https://api.in.exotel.com"
)

// Errors of an address. None repeats it, because it may hold a password.
var (
	errNoAddress   = errors.New("the API address is empty; use api.exotel.com (Singapore) or api.in.exotel.com (Mumbai)")
	errPlaceholder = errors.New("the API address has a placeholder in it: for <subdomain> put the region's host, api.exotel.com (Singapore) or api.in.exotel.com (Mumbai)")
	errUnreadable  = errors.New("the API address cannot be read; use api.exotel.com, api.in.exotel.com or https://host")
	errUserinfo    = errors.New("the API address must not contain a user name or password; enter the key and token in their own fields")
	errQuery       = errors.New("the API address must not contain ? or #; use https://host")
	errPlainHTTP   = errors.New("the API address must begin with https://, because the API key travels with every request")
)

// ParseBaseURL reads an API address: a region's host such as "api.in.exotel.com",
// or a base URL. It takes what Exotel's documents print: "@api.in.exotel.com", and
// the address of a request, of which host and base remain. Plain http is accepted
// to this computer only. What stands before an @ is left out where Exotel's own
// host follows, and refused elsewhere, so that no secret can hide in an address and
// no address can look like Exotel's.
func ParseBaseURL(text string) (*url.URL, error) {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(text), "://")
	if !ok {
		scheme, rest = "https", scheme
	}
	authority, path, _ := strings.Cut(rest, "/")
	user := strings.LastIndexByte(authority, '@')
	host := strings.ToLower(authority[user+1:])
	region := host == hostOf(Singapore) || host == hostOf(Mumbai)
	switch {
	case strings.Trim(host+path, "/") == "":
		return nil, errNoAddress
	case strings.Contains(host, "<"):
		return nil, errPlaceholder
	case user >= 0 && !region, strings.Contains(path, "@"):
		return nil, errUserinfo
	}
	base, err := url.Parse(scheme + "://" + host + "/" + path)
	switch {
	case err != nil || base.Hostname() == "":
		return nil, errUnreadable
	case base.RawQuery != "" || base.Fragment != "":
		return nil, errQuery
	case base.Scheme != "https" && (base.Scheme != "http" || !isLoopback(base.Hostname())):
		return nil, errPlainHTTP
	}
	base.Path, base.RawPath = basePath(base.Path), basePath(base.RawPath)
	return base, nil
}

func hostOf(region string) string { return strings.TrimPrefix(region, "https://") }

// version is where a request's path begins, behind the base.
var version = regexp.MustCompile(`(?i)/v\d+(?:_beta)?(?:/+accounts(?:/.*)?)?/*$`)

// basePath is a path without what a request adds.
func basePath(path string) string {
	if at := version.FindStringIndex(path); at != nil {
		path = path[:at[0]]
	}
	return strings.TrimRight(path, "/")
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// follow turns a next-page address into the request for it: the same path as
// the page it came with, and the address's query, encoded again. Anything that names
// another scheme, host or user is an error, because the credentials would travel
// along. See API.md, Paging.
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
