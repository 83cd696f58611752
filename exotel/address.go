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

// Errors of an address. They do not repeat it, because it may hold a password.
var (
	errNoAddress   = errors.New("the API address is empty; use api.exotel.com (Singapore) or api.in.exotel.com (Mumbai)")
	errPlaceholder = errors.New("the API address has a placeholder in it: for <subdomain> put the region's host, api.exotel.com (Singapore) or api.in.exotel.com (Mumbai)")
	errUnreadable  = errors.New("the API address cannot be read; use api.exotel.com, api.in.exotel.com or https://host")
	errUserinfo    = errors.New("the API address must not contain a user name or password; enter the key and token in their own fields")
	errQuery       = errors.New("the API address must not contain ? or #; use https://host")
	errPlainHTTP   = errors.New("the API address must begin with https://, because the API key travels with every request")
)

// ParseBaseURL parses an API address: a region's host such as "api.in.exotel.com", or a
// base URL. It accepts what Exotel's documents print: "@api.in.exotel.com", and the
// address of a request, of which it keeps the host and the base. Plain http is accepted
// for this computer only. ParseBaseURL drops what stands before an @ if Exotel's own host
// follows, and refuses it elsewhere. So no secret can hide in an address, and no address
// can look like Exotel's.
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

// version matches the beginning of a request's path behind the base.
var version = regexp.MustCompile(`(?i)/v\d+(?:_beta)?(?:/+accounts(?:/.*)?)?/*$`)

// basePath returns a path without what a request adds.
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

// nextURL returns the URL of a request for a next-page address: the path of the page
// before, and the address's query, encoded again. It returns an error if the address
// names another scheme, host or user, because the credentials would travel along. See
// API.md, Paging.
func nextURL(from *url.URL, next string) (*url.URL, error) {
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
