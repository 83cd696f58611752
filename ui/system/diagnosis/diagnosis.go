// Package diagnosis writes down how the program is doing, for the user to hand
// to whoever helps: versions, the system, the choices, and what went wrong last.
// The text can be shown to anybody: it has no secret, no whole phone number, no
// e-mail address and no name of the user.
package diagnosis

import (
	"cmp"
	"fmt"
	"net"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/semver"

	"exotel-monitor/exotel"
	"exotel-monitor/ui/config"
)

// Facts are what the program knows of itself. What is not known stays zero.
type Facts struct {
	Version  string          // of the program, like 1.2.0
	Scale    float32         // of the screen: 1.25 for 125 per cent
	Settings config.Settings // with nothing left out
	// Account is the one that is connected. Its key and its token are given so
	// that they can be taken out of all the rest.
	Account config.Credentials
	// Secret is the webhook's, for the same reason.
	Secret  string
	DataDir string
	Bytes   int64 // of the account's file on the disk
	Days    int   // that are stored in it

	LastSuccess time.Time // when Exotel last answered
	Failures    int       // in a row since then
	LastFailure error     // why the last of them was one
	// Log are the last warnings and errors, see logfile.File.Tail.
	Log []string
}

const (
	mostLines   = 40
	longestLine = 600 // characters
)

// Text is the diagnosis for the clipboard: lines of plain text.
//
// Secrets are found because they are named in the Facts, or by their form and
// place as package logfile knows them. Another secret that stands alone in
// Log, LastFailure or DataDir could not be told from a word.
func Text(f Facts) string { return text(f, here()) }

func text(f Facts, s system) string {
	h := newHider(f, s)
	var out strings.Builder
	say := func(name, what string) { fmt.Fprintf(&out, "%s: %s\n", name, what) }
	fmt.Fprintf(&out, "Exotel Monitor, diagnosis of %s\n", s.now.Format(time.RFC3339))
	say("version", version(f.Version, h))
	say("build", s.commit())
	say("made with", s.libraries())
	say("system", h.technical(s.name)+", "+s.machine)
	if !strings.HasPrefix(s.machine, "windows/") && !strings.HasPrefix(s.machine, "darwin/") {
		say("desktop", h.technical(s.desktop()))
	}
	say("screen scale", fmt.Sprint(f.Scale))
	say("region", region(f.Account.BaseURL))
	say("account", masked(f.Account.SID))
	say("data folder", cmp.Or(h.free(f.DataDir), "none"))
	say("stored calls", fmt.Sprintf("%d days, %.1f MB", f.Days, float64(f.Bytes)/1e6))
	say("last success", moment(f.LastSuccess))
	say("failures since", fmt.Sprint(f.Failures))
	if f.LastFailure != nil {
		say("last failure", h.free(f.LastFailure.Error()))
	}
	list(&out, "settings that are not the default", choices(f.Settings, h))
	var lines []string
	for _, line := range f.Log[max(0, len(f.Log)-mostLines):] {
		lines = append(lines, h.free(line))
	}
	list(&out, "last warnings and errors", lines)
	return out.String()
}

func list(out *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		lines = []string{"none"}
	}
	fmt.Fprintf(out, "\n%s:\n", title)
	for _, line := range lines {
		fmt.Fprintf(out, "  %s\n", line)
	}
}

func version(text string, h hider) string {
	if !isVersion(text) {
		return "unknown"
	}
	return h.technical(text)
}

func isVersion(text string) bool { return semver.IsValid("v" + strings.TrimPrefix(text, "v")) }

const foreignRegion = "another address than Exotel's"

// region is the host that the account is asked for at; one that is not Exotel's
// may be a firm's own matter.
func region(base string) string {
	u, err := exotel.ParseBaseURL(base)
	switch {
	case base == "":
		return "none"
	case err != nil:
		return "an address that cannot be read"
	case u.String() == exotel.Singapore, u.String() == exotel.Mumbai:
		return u.Hostname()
	case net.ParseIP(u.Hostname()).IsLoopback():
		return "this computer"
	}
	return foreignRegion
}

// masked is enough of a name to know it again, and too little to learn it.
func masked(name string) string {
	const end, least = 2, 8
	runes := []rune(oneLine(name))
	switch {
	case len(runes) == 0:
		return "none"
	case len(runes) < least:
		return hidden
	}
	return string(runes[:end]) + hidden + string(runes[len(runes)-end:])
}

func moment(at time.Time) string {
	if at.IsZero() {
		return "none"
	}
	return at.Format(time.RFC3339)
}

func cut(text string) string {
	if utf8.RuneCountInString(text) <= longestLine {
		return text
	}
	return string([]rune(text)[:longestLine-1]) + "…"
}
