package logfile

import (
	"regexp"
	"strings"
	"unicode"
)

// hidden stands in the place of a secret, and before the last digits of a number.
const hidden = "•••"

const (
	secretWord  = `(?:token|secret|passw(?:or)?d|passphrase|api[_ -]?key|private[_ -]?key|credential|authorization|cookie)`
	quotedValue = `\\"[^"]*"?|"(?:[^"\\]|\\.)*"?|'[^']*'?`
)

// secretName is the name of an attribute whose value is hidden, whatever it is.
var secretName = regexp.MustCompile(`(?i)^key$|` + secretWord)

// secrets are where a secret stands, and what is left in its place.
var secrets = []struct {
	where *regexp.Regexp
	left  string
}{
	{regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`), hidden},
	// A header may hold several words and quotes: nothing of its line stays.
	{regexp.MustCompile(`(?i)((?:authorization|cookie)\\?["']?\s*[:=])[^\r\n]+`), "${1} " + hidden},
	// Basic authentication, and tokens like it; "basic authentication" is none.
	{regexp.MustCompile(`\b((?i:basic|bearer))\s+[\w+/=.~-]*[A-Z0-9+/=][\w+/=.~-]*`), "${1} " + hidden},
	// https://key:token@host, and without the scheme.
	{regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*://)[^\s/?#]*@`), "${1}" + hidden + "@"},
	{regexp.MustCompile(`\b[\w.~%-]{8,}:[\w.~%-]{8,}@`), hidden + "@"},
	// token=abc, "secret":"abc", Key:abc
	{regexp.MustCompile(`(?i)((?:(?:\bkey|[\w.-]*` + secretWord + `[\w.-]*)\\?["']?\s*[:=]\s*)+)(?:` + quotedValue + `|[^\s&]+)`), "${1}" + hidden},
	// The address of the webhook, see webhook.PathFor.
	{regexp.MustCompile(`(?i)(/webhook/heartbeat/)[^\s"'?#]+`), "${1}" + hidden},
	// The webhook's secret alone, see webhook.NewSecret.
	{regexp.MustCompile(`\b[A-Z2-7]{26}\b`), hidden},
	// Keys of 160 bits and more, in hexadecimal.
	{regexp.MustCompile(`(?i)\b[0-9a-f]{40,}\b`), hidden},
}

const (
	year  = `(?:19|20)\d\d`
	month = `(?:0[1-9]|1[0-2])`
	dayOf = `(?:0[1-9]|[12]\d|3[01])`
	clock = `(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?(?:Z|(?: ?[+-][01]\d:?[0-5]\d)?)\b`
	octet = `(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`
)

var (
	// fraction is the end of a time or a duration, which has more digits than
	// anybody reads.
	fraction = regexp.MustCompile(`(:[0-5]\d\.\d{3}|\b(?:\d{1,6}h)?(?:\d{1,2}m)?\d{1,3}\.\d{3})\d{1,6}((?:Z|ms|µs|s)\b)|(:[0-5]\d\.\d{3})\d{1,6}\b`)
	// readable is what has many digits and is no phone number: dates, times,
	// addresses of computers, and Exotel's identifiers of 32 characters, which
	// are hexadecimal but for the last in some.
	readable = regexp.MustCompile(`\b` + year + `-` + month + `-` + dayOf + `(?:[T ]` + clock + `|\b)` +
		`|\b` + dayOf + `[.-]` + month + `[.-]` + year + `\b` +
		`|\b` + clock +
		`|\b` + octet + `(?:\.` + octet + `){3}\b` +
		`|\b(?i:[0-9a-f]{31}[0-9a-z])\b`)
	// digits are what may be a number, in groups or not; %20 and the like are
	// how addresses write what stands between groups.
	digits  = regexp.MustCompile(`[+(]?\p{Nd}(?:` + between + `{0,3}\p{Nd})*`)
	divider = regexp.MustCompile(between)
	// What looks like a date or an address is a part of more where its own
	// dividers and digits go on; an address also where any do.
	datePart    = part{regexp.MustCompile(`\p{Nd}[.-]$|\+$`), regexp.MustCompile(`^[.-]\p{Nd}`)}
	addressPart = part{regexp.MustCompile(`\p{Nd}` + between + `{1,3}$|\+$`), regexp.MustCompile(`^` + between + `{1,3}\p{Nd}`)}
)

type part struct{ before, after *regexp.Regexp }

const (
	between     = `(?:%(?i:2[089bde]|c2%a0)|[\p{Zs}\p{Pd}\p{Cf}\t().+])`
	phoneDigits = 8 // and more are a phone number
	lettersOfID = 3 // at least; a number alone is no identifier
	shownDigits = 3
)

// redact hides the secrets and the phone numbers in a text. Of a number of eight
// digits and more, in groups or not, the last three stay. Dates, times,
// durations and Exotel's identifiers stay as they are.
func redact(text string) string {
	for _, s := range secrets {
		text = s.where.ReplaceAllString(text, s.left)
	}
	text = fraction.ReplaceAllString(text, "$1$2$3")
	var clean strings.Builder
	from := 0
	for _, at := range readable.FindAllStringIndex(text, -1) {
		if keeps(text[:at[0]], text[at[0]:at[1]], text[at[1]:]) {
			clean.WriteString(hideNumbers(text[from:at[0]]))
			clean.WriteString(text[at[0]:at[1]])
			from = at[1]
		}
	}
	clean.WriteString(hideNumbers(text[from:]))
	return clean.String()
}

// keeps decides about something readable by what is around it: groups of digits
// before and after it make it a part of a number.
func keeps(before, it, after string) bool {
	whole := func(p part) bool { return !p.before.MatchString(before) && !p.after.MatchString(after) }
	switch {
	case strings.Contains(it, ":"):
		return true
	case strings.Count(it, ".") == 3:
		return whole(addressPart)
	case strings.ContainsAny(it, "-."):
		return whole(datePart)
	}
	return letters(it) >= lettersOfID
}

func letters(text string) (n int) {
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

func hideNumbers(text string) string {
	return digits.ReplaceAllStringFunc(text, func(number string) string {
		all := []rune(divider.ReplaceAllString(number, ""))
		if len(all) < phoneDigits {
			return number
		}
		return hidden + " " + string(all[len(all)-shownDigits:])
	})
}
