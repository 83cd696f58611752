package diagnosis

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"exotel-monitor/exotel"
	"exotel-monitor/ui/system/logfile"
)

const hidden = "•••"

// A hider takes out of texts what is nobody else's business. Each pattern is nil
// for nothing.
type hider struct {
	secrets exotel.Secrets // of the account
	keys    *regexp.Regexp // all that names it
	homes   *regexp.Regexp
	names   *regexp.Regexp // of users, hosts and files
}

func newHider(f Facts, s system) hider {
	account := f.Account
	keys := []string{account.Key, account.Token, f.Secret, account.SID, filepath.Base(account.Folder(""))}
	names := slices.Clone(s.names)
	if region(account.BaseURL) == foreignRegion {
		names = append(names, pieces(account.BaseURL)...)
	}
	for _, text := range unshown(f.Settings) {
		names = append(names, pieces(text)...)
	}
	return hider{secrets: exotel.NewSecrets(account.Key, account.Token), keys: anyOf(keys), homes: anyOf([]string{s.home, filepath.ToSlash(s.home)}), names: anyOf(names)}
}

// shortest is how many characters something must have to be looked for.
const shortest = 3

// open are no secrets, whoever chose them.
var open = []string{"localhost", "127.0.0.1", "::1", "https", "http", "ssh"}

// anyOf matches any of the texts in the forms they are written in, the longest
// first, in capitals or not.
func anyOf(texts []string) *regexp.Regexp {
	var all []string
	for _, text := range texts {
		text = oneLine(text)
		if utf8.RuneCountInString(text) < shortest || slices.Contains(open, text) {
			continue
		}
		quoted := quote(text)
		encoded, _ := json.Marshal(text) // a text always can be
		for _, form := range []string{text, quoted, quote(quoted), strings.Trim(string(encoded), `"`), url.QueryEscape(text), url.PathEscape(text)} {
			all = append(all, regexp.QuoteMeta(form))
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	all = slices.Compact(all) // most forms are the same
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return regexp.MustCompile("(?i)(?:" + strings.Join(all, "|") + ")")
}

// quote writes a text as slog.TextHandler does, without the quotes around it.
func quote(text string) string {
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}

// pieces are the parts of an address or a path that may occur without the rest.
func pieces(text string) []string {
	found := []string{text}
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		found = append(found, u.Host, u.Hostname(), strings.Trim(u.Path, "/"))
	}
	if host, _, err := net.SplitHostPort(text); err == nil {
		found = append(found, host)
	}
	if base := filepath.Base(text); base != text {
		found = append(found, base)
	}
	return found
}

// mailName is what stands before the @ of an e-mail address, mail a whole one
// and whatever is written together with it.
var (
	mailName = regexp.MustCompile(`[\p{L}\p{M}\p{N}._%+'-]+(@|%40)`)
	mail     = regexp.MustCompile(`\S+(?:@|%40)\S+`)
)

// free makes a text that anything may be in fit for others.
func (h hider) free(text string) string {
	text = replace(h.keys, h.secrets.Hide(oneLine(text)), hidden, anywhere)
	text = replace(h.homes, text, "~", endsPath)
	return forms(replace(h.names, text, hidden, standsAlone))
}

// technical is for what the system says of itself. Names are left in it, because
// many a user is called like a system: ubuntu.
func (h hider) technical(text string) string {
	return forms(replace(h.keys, h.secrets.Hide(oneLine(text)), hidden, anywhere))
}

// forms hides what is known by its form. The name of an e-mail address goes
// first, because digits in it may look like a phone number; the rest last,
// because a password before a host looks like one.
func forms(text string) string {
	text = mailName.ReplaceAllString(text, hidden+"$1")
	return cut(mail.ReplaceAllString(redact(text), hidden))
}

// replace puts something in the place of each match that fits between what is
// before and after it. Where a long one does not, a shorter one may.
func replace(where *regexp.Regexp, text, with string, fits func(before, after string) bool) string {
	if where == nil {
		return text
	}
	var out strings.Builder
	done, from := 0, 0 // what is written of text, and where the next match is looked for
	for {
		at := where.FindStringIndex(text[from:])
		if at == nil {
			return out.String() + text[done:]
		}
		start := from + at[0]
		from = start + 1
		for at != nil {
			end := start + at[1] - at[0]
			if fits(text[:start], text[end:]) {
				out.WriteString(text[done:start] + with)
				done, from = end, end
				break
			}
			if at = where.FindStringIndex(text[start : end-1]); at != nil && at[0] > 0 {
				break // it begins later, and is found from there
			}
		}
	}
}

func anywhere(_, _ string) bool { return true }

// endsPath: /home/ash is no part of /home/ashok.
func endsPath(_, after string) bool {
	next, _ := utf8.DecodeRuneInString(after)
	return after == "" || !unicode.IsLetter(next) && !unicode.IsMark(next) && !unicode.IsDigit(next)
}

// escaped is the end of a text that is an escape such as \n or %2F, whose letter
// is none of the next word.
var escaped = regexp.MustCompile(`(?:\\[abfnrtv]|%[0-9A-Fa-f]{2}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4})$`)

// standsAlone: ram is no part of program.
func standsAlone(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	return !unicode.IsLetter(next) && (!unicode.IsLetter(last) || escaped.MatchString(before[max(0, len(before)-6):]))
}

// oneLine is a text without line ends, control characters and characters that
// show nothing, which could stand between the parts of a name or a number.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

// redact hides secrets and phone numbers as the log does.
func redact(text string) string {
	var clean string
	record := slog.NewRecord(time.Time{}, slog.LevelInfo, text, 0)
	_ = logfile.Handler(catcher{&clean}).Handle(context.Background(), record) // a catcher never fails
	return clean
}

// catcher keeps the message that reaches it.
type catcher struct{ text *string }

func (c catcher) Handle(_ context.Context, r slog.Record) error {
	*c.text = r.Message
	return nil
}

func (c catcher) Enabled(context.Context, slog.Level) bool { return true }
func (c catcher) WithAttrs([]slog.Attr) slog.Handler       { return c }
func (c catcher) WithGroup(string) slog.Handler            { return c }
