package exotel_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"exotel-monitor/exotel"
)

// escapes write a secret inside an address, JSON, HTML or Go.
var escapes = map[string]func(string) string{
	"query":             url.QueryEscape,
	"path":              url.PathEscape,
	"percent, capitals": func(s string) string { return percent(s, "%%%02X") },
	"percent, small":    func(s string) string { return percent(s, "%%%02x") },
	"JSON":              quoted,
	"JSON, slashes":     func(s string) string { return strings.ReplaceAll(quoted(s), "/", `\/`) },
	"JSON, all escaped": func(s string) string { return percent(s, `\u%04x`) },
	"HTML":              html.EscapeString,
	"HTML, decimal":     func(s string) string { return percent(s, "&#%d;") },
	"HTML, hexadecimal": func(s string) string { return percent(s, "&#x%X;") },
	"hexadecimal in Go": func(s string) string { return percent(s, `\x%02x`) },
}

// spellings are the ways in which a proxy or a debugging page may repeat a
// secret.
var spellings = func() map[string]func(string) string {
	all := map[string]func(string) string{
		"plain":              func(s string) string { return s },
		"capitals":           strings.ToUpper,
		"base64":             func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"base64 raw":         func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) },
		"base64 URL":         func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
		"base64 raw URL":     func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
		"base64 of a header": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("h:" + s + "\r")) },
		"base64, escaped":    func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) },
		"query twice":        func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	}
	maps.Copy(all, escapes)
	return all
}()

func percent(s, format string) string {
	var out strings.Builder
	for _, b := range []byte(s) {
		fmt.Fprintf(&out, format, b)
	}
	return out.String()
}

func quoted(s string) string {
	text, _ := json.Marshal(s) // a text always can be
	return string(text[1 : len(text)-1])
}

// positions are the texts that stand before and behind a secret in a body.
var positions = map[string][2]string{
	"alone":                      {"", ""},
	"in a sentence":              {"the token ", " is not known"},
	"behind a number":            {"+91 98765 43210 ", " 9876543210"},
	"between digits":             {"98", "76"},
	"across character 160":       {strings.Repeat("x", 150) + " ", " x"},
	"short of character 160":     {strings.Repeat("x", 158) + " ", ""},
	"across the body's limit":    {"no" + strings.Repeat(" ", 4<<10-8), " x"},
	"short of the body's limit":  {"no" + strings.Repeat(" ", 4<<10-4), strings.Repeat(" ", 100)},
	"at the end of the limit":    {"no" + strings.Repeat(" ", 4<<10-22), strings.Repeat("x", 100)},
	"before much more":           {"", strings.Repeat(" more", 2000)},
	"in an address":              {"GET https://", "@api.exotel.com/v1?a=b"},
	"in quotes in other quotes":  {`{\"token\":\"`, `\"}`},
	"with an odd byte before it": {"a\xff", "\xff"},
}

// bodies are the ways in which a refusal says something.
var bodies = map[string]func(string) string{
	"text": func(s string) string { return s },
	"JSON, slashed": func(s string) string {
		return `{"RestException":{"Message":"` + strings.ReplaceAll(quoted(s), "/", `\/`) + `"}}`
	},
	"XML": func(s string) string {
		return "<TwilioResponse><RestException><Message>" + xmlText(s) + "</Message></RestException></TwilioResponse>"
	},
}

func xmlText(s string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s)) // a Builder takes everything
	return out.String()
}

// pairs are keys and tokens: as Exotel makes them, with digits that look like a
// phone number, and with every sign that has an escape.
func pairs() map[string][2]string {
	random := rand.New(rand.NewPCG(1, 2))
	some := func(n int, from string) string {
		text := make([]byte, n)
		for i := range text {
			text[i] = from[random.IntN(len(from))]
		}
		return string(text)
	}
	return map[string][2]string{
		"usual":        {some(40, "0123456789abcdef"), some(40, "0123456789abcdef")},
		"digits":       {"key-" + some(12, "0123456789"), some(16, "0123456789")},
		"signs":        {`k3y/"<a>&'b'\c+d e=`, `t0k%2Fen?#[x]:@{y}|~z;`},
		"almost words": {"k3y42", "token7"},
	}
}

// mustNotRepeat fails if a text has six characters in a row of a secret in any
// of its spellings.
func mustNotRepeat(t *testing.T, where, got string, spelled ...string) {
	t.Helper()
	got = strings.ToLower(got)
	for _, s := range spelled {
		s = strings.TrimRight(strings.ReplaceAll(strings.ToLower(s), "%3d", "="), "=") // padding says nothing
		size := min(6, len(s))
		if strings.HasPrefix(s, "%") || strings.HasPrefix(s, `\`) || strings.HasPrefix(s, "&") {
			size = min(24, len(s)) // each character has up to six
		}
		for i := 0; i+size <= len(s); i++ {
			if part := s[i : i+size]; strings.Contains(got, part) {
				t.Errorf("%s: %q of a secret is in %q", where, part, got)
				return
			}
		}
	}
}

// In whatever way an answer repeats the credentials, neither the error nor the
// log has a part of them.
func TestNoSpellingOfACredentialIsRepeated(t *testing.T) {
	for kind, pair := range pairs() {
		secrets := map[string]string{"key": pair[0], "token": pair[1], "pair": pair[0] + ":" + pair[1]}
		var body string
		var log logbook
		client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(body))
		}), func(o *exotel.Options) { o.Key, o.Token, o.Log = pair[0], pair[1], log.logger() })
		for name, secret := range secrets {
			for spelling, spell := range spellings {
				for position, around := range positions {
					for form, write := range bodies {
						if form != "text" && len(around[0]) > 1<<10 {
							continue // what is cut is read as text only
						}
						body = write(around[0] + spell(secret) + around[1])
						log.Reset()
						_, err := client.Probe(t.Context())
						where := fmt.Sprintf("the %s, %s, %s, %s, in %s", name, kind, spelling, position, form)
						mustNotRepeat(t, where, err.Error(), secret, spell(secret))
						mustNotRepeat(t, where+", logged", log.String(), secret, spell(secret))
						if t.Failed() {
							return
						}
					}
				}
			}
		}
	}
}

func TestWhatSurroundsACredentialIsKept(t *testing.T) {
	for said, want := range map[string]string{
		"bad token " + testToken + ", sorry":       "bad token •••, sorry",
		"key=" + testKey + "&x=1":                  "key=•••&x=1",
		testKey + ":" + testToken + "@":            "•••@",
		"no such key: tok":                         "no such key: tok",
		"call +91 98765 43210":                     "call +91•••••••210",
		strings.Repeat("a b ", 50) + testToken[:4]: strings.Repeat("a b ", 40) + "…",
	} {
		_, err := newClient(t, always(http.StatusBadRequest, said), nil).Probe(t.Context())
		if got := failureOf(t, err).Message; got != want {
			t.Errorf("%q became %q, want %q", said, got, want)
		}
	}
}

// The texts of connections and redirects come from elsewhere too.
func TestNoFailureOnTheWayRepeatsACredential(t *testing.T) {
	for kind, pair := range pairs() {
		for spelling, spell := range spellings {
			for _, secret := range []string{pair[0], pair[1], pair[0] + ":" + pair[1]} {
				text := spell(secret)
				redirect := func(location string) http.RoundTripper {
					return roundTrip(func(r *http.Request) (*http.Response, error) {
						w := httptest.NewRecorder()
						w.Header().Set("Location", location)
						w.WriteHeader(http.StatusFound)
						response := w.Result()
						response.Request = r
						return response, nil
					})
				}
				page := func(next string) http.RoundTripper {
					body, _ := json.Marshal(map[string]any{"Metadata": map[string]any{"Total": 2, "NextPageUri": next}, "Calls": []any{map[string]any{"Sid": "a"}}})
					return wireless{always(http.StatusOK, string(body))}
				}
				for where, transport := range map[string]http.RoundTripper{
					"a broken connection": roundTrip(func(*http.Request) (*http.Response, error) {
						return nil, fmt.Errorf("malformed HTTP response %q", "Basic "+text)
					}),
					"a wrapped failure": roundTrip(func(*http.Request) (*http.Response, error) {
						return nil, fmt.Errorf("proxyconnect tcp: %w", errors.New("no "+text))
					}),
					"a redirect's host":     redirect("https://" + text + ".example/"),
					"a redirect's port":     redirect("https://other.example:" + text + "/"),
					"a redirect's scheme":   redirect(text + "://other.example/"),
					"a redirect's user":     redirect("https://" + text + "@other.example/"),
					"an unreadable address": redirect("http://[::1/?" + text),
					"a next page's host":    page("https://" + text + ".example/v1"),
					"a next page's scheme":  page(text + "://api.in.exotel.com/v1"),
				} {
					synctest.Test(t, func(t *testing.T) {
						var log logbook
						client := newClient(t, nil, func(o *exotel.Options) {
							o.Key, o.Token, o.Transport, o.Log = pair[0], pair[1], transport, log.logger()
						})
						r := read(client, lastDays(1))
						if r.err == nil {
							return // the server named its own host
						}
						for err := r.err; err != nil; err = unwrap(err) {
							mustNotRepeat(t, kind+", "+spelling+", "+where, err.Error(), secret, text)
						}
						mustNotRepeat(t, kind+", "+spelling+", "+where+", logged", log.String(), secret, text)
					})
				}
				if t.Failed() {
					return
				}
			}
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A proxy has credentials of its own, which stand in HTTPS_PROXY, and its status
// line becomes the error.
func TestTheProxysPasswordIsNotRepeated(t *testing.T) {
	const user, password = "office", "pr0xy/pass-42"
	basic := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprintf(conn, "HTTP/1.1 407 Refused Basic %s for %s\r\n\r\n", basic, password)
	}))
	defer proxy.Close()
	address, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword(user, password)
	bubble(t, func(t *testing.T) {
		var log logbook
		client := newClient(t, nil, func(o *exotel.Options) {
			o.Transport, o.Log = &http.Transport{Proxy: http.ProxyURL(address)}, log.logger()
		})
		_, err := client.Probe(t.Context())
		if !strings.Contains(err.Error(), "Refused Basic •••") {
			t.Errorf("the proxy's words are not in %v", err)
		}
		mustNotRepeat(t, "the error", err.Error()+log.String(), password, basic)
	})
}

// FuzzHide puts a credential between blanks into a text of any kind. The credential is
// in one of the spellings, or has its percent escapes undone, and is escaped once more.
// Hide promises no more than that: escaping has no end, and text that touches a
// credential may form another escape with its ends.
func FuzzHide(f *testing.F) {
	forms := map[string]func(string) string{"decoded": decoded}
	maps.Copy(forms, spellings)
	spelled, escaped := slices.Sorted(maps.Keys(forms)), slices.Sorted(maps.Keys(escapes))
	for spelling := range spelled {
		for escape := range escaped {
			f.Add(`\u00`, testToken, "%2", uint8(spelling), uint8(escape))
			f.Add("&", "&6%432e-token", ";", uint8(spelling), uint8(escape))
		}
	}
	f.Fuzz(func(t *testing.T, before, token, after string, spelling, escape uint8) {
		const longest = 100 // longer texts take longer and find no more
		if len(token) < 8 || len(token) > longest || len(before) > longest || len(after) > longest ||
			strings.ContainsFunc(token, func(r rune) bool { return r < ' ' || r > '~' }) {
			return // no credential looks like this
		}
		secrets := exotel.NewSecrets(testKey, token)
		inner, outer := spelled[int(spelling)%len(spelled)], escaped[int(escape)%len(escaped)]
		text := forms[inner](token)
		for name, text := range map[string]string{inner: text, inner + ", " + outer: escapes[outer](text)} {
			if got := secrets.Hide(before + " " + text + " " + after); strings.Contains(got, text) && !strings.Contains(before+after, text) {
				t.Errorf("%s: %q is in %q", name, text, got)
			}
		}
	})
}

// decoded returns a token with its percent escapes undone, if that leaves a credential.
func decoded(token string) string {
	plain, err := url.PathUnescape(token)
	if err != nil || len(plain) < 8 || strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r > '~' }) {
		return token
	}
	return plain
}
