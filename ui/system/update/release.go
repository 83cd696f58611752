package update

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/mod/semver"
)

// Release is a version that can be got.
type Release struct {
	// Version is like 1.2.0, without a v.
	Version string
	// Published is when it came out; zero if the feed does not say.
	Published time.Time
	// Notes are what is new, as plain text or Markdown, in many lines or none.
	// They are the feed's words: show them as text, because Markdown would load
	// the pictures it names.
	Notes string
	// Page is where people read about it: an https address.
	Page string

	downloads map[string]string
}

// Download is the https address for a system by Go's names for it, and for the
// kind of package ("deb", "rpm", "tar"; "" where a system has one kind only). It
// is the release's page if the feed has no such package.
func (r *Release) Download(goos, goarch, packaging string) string {
	machine := goos + "-" + goarch
	for _, kind := range []string{machine + "-" + packaging, machine, goos} {
		if address, there := r.downloads[kind]; there {
			return address
		}
	}
	return r.Page
}

// Bounds of what a feed may hold; what is longer is no feed of ours.
const (
	longestVersion = 64
	longestLink    = 2048
	longestNotes   = 4000 // characters; longer ones are cut
)

// parse reads a feed.
func parse(body []byte) (*Release, error) {
	var feed struct {
		Version   string            `json:"version"`
		Published time.Time         `json:"published"`
		Notes     string            `json:"notes"`
		Downloads map[string]string `json:"downloads"`
		Page      string            `json:"page"`
	}
	if err := json.Unmarshal(body, &feed); err != nil {
		if strings.HasPrefix(strings.TrimSpace(string(body)), "<") {
			return nil, errors.New("it is a web page")
		}
		return nil, fmt.Errorf("it cannot be read: %s", clean(err.Error(), longestCause))
	}
	version, ok := canonical(feed.Version)
	if !ok {
		return nil, errors.New("it names no version like 1.2.0")
	}
	r := &Release{Version: version[1:], Published: feed.Published, Notes: clean(feed.Notes, longestNotes), downloads: map[string]string{}}
	if r.Page, ok = link(feed.Page); !ok {
		return nil, errors.New("its page is no https address")
	}
	for kind, address := range feed.Downloads {
		if r.downloads[kind], ok = link(address); !ok {
			return nil, errors.New("one of its downloads is no https address")
		}
	}
	return r, nil
}

// canonical is a version as package semver wants it.
func canonical(text string) (version string, ok bool) {
	version = "v" + strings.TrimPrefix(strings.TrimSpace(text), "v")
	return version, len(version) <= longestVersion && semver.IsValid(version)
}

// newer reports whether an offered version is to be told of: who has a finished
// one is not offered a pre-release.
func newer(offered, current string) bool {
	if semver.Prerelease(offered) != "" && semver.Prerelease(current) == "" {
		return false
	}
	return semver.Compare(offered, current) > 0
}

// inLinks are the signs that an address needs beside letters and digits. Quotes
// and the like are not among them, because an address is handed to a program of
// the system.
const inLinks = "-._~:/?#[]@!$&'()*+,;=%"

// link is an address that can be opened in the browser.
func link(text string) (address string, ok bool) {
	odd := func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(inLinks, r)
	}
	u, err := url.Parse(text)
	if err != nil || len(text) > longestLink || strings.ContainsFunc(text, odd) ||
		u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	return u.String(), true
}

const (
	joiners = "\u200c\u200d" // Indian scripts need them
	breaks  = "\n\v\f\r\u0085\u2028\u2029"
)

// clean makes text from elsewhere safe to show: without control characters,
// and format characters such as those that turn the direction, with at most one
// empty line in a row, and cut to limit characters.
func clean(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(breaks, r):
			return '\n'
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(joiners, r):
			return r
		case unicode.Is(unicode.C, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, " ")
		if line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	text = strings.Trim(strings.Join(lines, "\n"), "\n")
	if runes := []rune(text); len(runes) > limit {
		text = strings.TrimRight(string(runes[:limit-1]), " \n") + "…"
	}
	return text
}
