package instance

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
)

// Scheme begins the program's own links, as in exotel-monitor://alerts/12.
const Scheme = "exotel-monitor"

// Screens that a link can lead to.
const (
	Dashboard = "dashboard"
	Alerts    = "alerts"
	Data      = "data"
	Settings  = "settings"
)

// Link is a place in the program. The zero Link is the window as it is.
type Link struct {
	Screen string // one of the screens above
	ID     int64  // of an alert, 0 for the screen itself
	// Account is whose alert it is, because each account counts its own; "" for
	// that of the account that is shown. It is not written in a link.
	Account string
}

// wellFormed is strict: a link may come from a web page, and nothing but these
// few has a meaning. An id has no leading zero and fits an int64.
var wellFormed = regexp.MustCompile(`^` + Scheme + `://(?:(dashboard|data|settings|alerts)/?|(alerts)/([1-9][0-9]{0,17}))$`)

// ParseLink reads a link. Its error quotes what it was given, shortened.
func ParseLink(text string) (Link, error) {
	match := wellFormed.FindStringSubmatch(text)
	if match == nil {
		return Link{}, fmt.Errorf("%.80q is not a link of Exotel Monitor; they look like %s", text, Link{Screen: Alerts, ID: 12})
	}
	if match[1] != "" {
		return Link{Screen: match[1]}, nil
	}
	id, err := strconv.ParseInt(match[3], 10, 64)
	return Link{Screen: match[2], ID: id}, err
}

// String is the link as ParseLink reads it, and "" for the zero Link.
func (l Link) String() string {
	if l == (Link{}) {
		return ""
	}
	u := url.URL{Scheme: Scheme, Host: l.Screen}
	if l.ID != 0 {
		u.Path = strconv.FormatInt(l.ID, 10)
	}
	return u.String()
}
