package exotel

import (
	"encoding/base64"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	hidden = "•••"
	// minSecret is the length from which any text is a secret, and the length of the part
	// by which a secret is found. From minShortSecret on a text is a secret only if it
	// has a digit, which the demo account's plain words have not.
	minSecret      = 8
	minShortSecret = 5
	// maxEscapes is how many times a text may have been escaped on its way.
	maxEscapes = 3
	// maxEscapeSize is more than the length of one escape, such as &#x0000002F;.
	maxEscapeSize = 16
)

// Secrets hides an account's credentials in texts that others wrote and that may repeat
// them, as a debugging proxy does. It finds them as they are, in base64, escaped for an
// address, JSON or HTML, and with their own escapes undone. The zero value hides nothing.
type Secrets struct {
	forms []string // folded
}

// NewSecrets returns the secrets of an account: its key and token, alone and joined for
// Basic authentication.
func NewSecrets(key, token string) Secrets {
	var s Secrets
	for _, secret := range []string{key + ":" + token, key, token} {
		if !isSecret(secret) {
			continue
		}
		eachReading(letters(secret), maxEscapes, func(read []letter) {
			if plain := meaning(read); isSecret(plain) {
				s.add(plain)
			}
		})
		// Inside a longer text the encoding depends on how many bytes came before.
		// The characters at its ends hold bits of its neighbours.
		for before, mixed := range []int{0, 2, 3} {
			encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", before) + secret))
			s.add(encoded[mixed : (before+len(secret))*8/6])
		}
	}
	return s
}

// isSecret reports whether a text is long enough to be hidden.
func isSecret(text string) bool {
	return len(text) >= minSecret || len(text) >= minShortSecret && strings.ContainsAny(text, "0123456789")
}

func (s *Secrets) add(secret string) {
	form := make([]byte, len(secret))
	for i := range secret {
		form[i] = fold(secret[i])
	}
	s.forms = append(s.forms, string(form))
}

// fold maps characters that stand for each other to one of them: capitals and small
// letters, the two alphabets of base64, and a blank in a query.
func fold(b byte) byte {
	switch {
	case b >= 'A' && b <= 'Z':
		return b + 'a' - 'A'
	case b == '-', b == ' ':
		return '+'
	case b == '_':
		return '/'
	}
	return b
}

// Hide returns the text with each secret replaced.
func (s Secrets) Hide(text string) string { return s.hide(text, false) }

// hide is Hide for a text whose end, and with it most of a secret, may have been cut off.
func (s Secrets) hide(text string, cut bool) string {
	if len(s.forms) == 0 {
		return text
	}
	if cut {
		// The last escape may be half of one.
		if i := strings.LastIndexAny(text, `%\&`); i >= 0 && len(text)-i < maxEscapeSize {
			text = text[:i]
		}
	}
	found := make([]bool, len(text))
	eachReading(letters(text), maxEscapes, func(read []letter) { s.mark(read, cut, found) })
	var out strings.Builder
	for i := range len(text) {
		switch {
		case !found[i]:
			out.WriteByte(text[i])
		case i == 0 || !found[i-1]:
			out.WriteString(hidden)
		}
	}
	return out.String()
}

// letter is a byte by its meaning, with its place in the text.
type letter struct {
	meant    byte
	from, to int
}

func letters(text string) []letter {
	all := make([]letter, len(text))
	for i := range text {
		all[i] = letter{text[i], i, i + 1}
	}
	return all
}

// meaning returns the text that the letters mean.
func meaning(read []letter) string {
	text := make([]byte, len(read))
	for i := range read {
		text[i] = read[i].meant
	}
	return string(text)
}

// mark marks where the text has a form, or so much of one that the rest was cut off.
func (s Secrets) mark(read []letter, cut bool, found []bool) {
	for i := range read {
		for _, form := range s.forms {
			n, size := common(read[i:], form)
			if n >= min(len(form), minSecret) || cut && n > 0 && i+size == len(read) {
				for at := read[i].from; at < read[i+size-1].to; at++ {
					found[at] = true
				}
			}
		}
	}
}

// common returns how much of a form the text begins with, and the length of that in the
// text. A sign that begins an escape may also stand for itself.
func common(read []letter, form string) (n, size int) {
	for n < len(form) && size < len(read) {
		if fold(read[size].meant) == form[n] {
			n, size = n+1, size+1
			continue
		}
		meant, length := escape(read[size:])
		if len(meant) != 1 || fold(meant[0]) != form[n] {
			break
		}
		n, size = n+1, size+length
	}
	return n, size
}

// eachReading calls visit with the text as it is written, and with up to that many levels
// of escapes undone. A level has one kind of escape: a program that writes HTML escapes
// the ampersands of a secret and leaves its percent signs alone.
func eachReading(read []letter, levels int, visit func([]letter)) {
	visit(read)
	if levels == 0 {
		return
	}
	for _, sign := range []byte(`%\&`) {
		if plain := undoEscapes(read, sign); plain != nil {
			eachReading(plain, levels-1, visit)
		}
	}
}

// undoEscapes undoes the escapes that begin with sign. It returns nil if there are none.
func undoEscapes(read []letter, sign byte) []letter {
	plain, undone := make([]letter, 0, len(read)), false
	for len(read) > 0 {
		meant, size := "", 0
		if read[0].meant == sign {
			meant, size = escape(read)
		}
		if size == 0 {
			plain, read = append(plain, read[0]), read[1:]
			continue
		}
		for i := range len(meant) {
			plain = append(plain, letter{meant[i], read[0].from, read[size-1].to})
		}
		undone, read = true, read[size:]
	}
	if !undone {
		return nil
	}
	return plain
}

// escape returns the meaning and the length of the escape at the beginning of a text,
// zero if there is none.
func escape(read []letter) (meant string, size int) {
	if first := read[0].meant; first != '%' && first != '\\' && first != '&' {
		return "", 0
	}
	text := meaning(read[:min(len(read), maxEscapeSize)])
	hex := func(from, size int) (string, int) {
		if len(text) < from+size {
			return "", 0
		}
		code, err := strconv.ParseUint(text[from:from+size], 16, 16)
		switch {
		case err != nil:
			return "", 0
		case size == 2:
			return string([]byte{byte(code)}), from + size
		}
		return string(rune(code)), from + size
	}
	switch {
	case text[0] == '%':
		return hex(1, 2)
	case strings.HasPrefix(text, `\u`):
		return hex(2, 4)
	case strings.HasPrefix(text, `\x`):
		return hex(2, 2)
	case text[0] == '\\' && len(text) > 1 && strings.IndexByte(`\/"'`, text[1]) >= 0:
		return text[1:2], 2
	case text[0] == '&':
		if end := strings.IndexByte(text, ';'); end > 0 {
			if meant := html.UnescapeString(text[:end+1]); meant != text[:end+1] {
				return meant, end + 1
			}
		}
	}
	return "", 0
}

// addProxy adds the credentials of a transport's proxy for an address.
func (s *Secrets) addProxy(transport http.RoundTripper, to *url.URL) {
	t, ok := transport.(*http.Transport)
	if !ok || t.Proxy == nil {
		return
	}
	proxy, err := t.Proxy(&http.Request{URL: to})
	if err != nil || proxy == nil || proxy.User == nil {
		return
	}
	password, _ := proxy.User.Password()
	s.forms = append(s.forms, NewSecrets(proxy.User.Username(), password).forms...)
}
