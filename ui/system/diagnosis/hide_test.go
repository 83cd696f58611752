package diagnosis

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/heartbeat/webhook"
)

// private are texts that must not get through, and what of each must not: as it
// is or, for numbers, as digits.
func private(f Facts) map[string]struct{ text, part string } {
	pair := f.Account.Key + ":" + f.Account.Token
	same := func(text string) struct{ text, part string } { return struct{ text, part string }{text, text} }
	return map[string]struct{ text, part string }{
		"the key":                     same(f.Account.Key),
		"the key in capitals":         same(strings.ToUpper(f.Account.Key)),
		"the token":                   same(f.Account.Token),
		"the token in an address":     same(url.QueryEscape(f.Account.Token)),
		"both as a header has them":   same(base64.StdEncoding.EncodeToString([]byte(pair))),
		"both as an address has them": same(base64.RawURLEncoding.EncodeToString([]byte(pair))),
		"the token in base64":         same(base64.StdEncoding.EncodeToString([]byte(f.Account.Token))),
		"the token in a web page":     same("&#x" + hex.EncodeToString([]byte(f.Account.Token[:1])) + ";" + f.Account.Token[1:]),
		"the webhook's secret":        same(f.Secret),
		"the webhook's address":       {"https://acme-7.ngrok-free.app" + webhook.PathFor(f.Secret), "webhook%2Fword"},
		"another webhook's secret":    same(webhook.NewSecret()),
		"a token by its name":         {"token=zq8Planted", "zq8Planted"},
		"a password in an address":    {"https://me:zq8Planted@example.com/", "zq8Planted"},
		"the account's SID":           same(f.Account.SID),
		"a number":                    {"+91 98765 43890", "9876543890"},
		"a number without a prefix":   same("9876543890"),
		"a number written together":   {"09876543890", "9876543890"},
		"a number in an address":      {"From=%2B919876543890", "9876543890"},
		"an e-mail address":           {"a.person+x@example.com", "a.person"},
		"an e-mail address's host":    {"a.person@firm.example", "firm.example"},
		"an e-mail address, encoded":  {"a.person%40firm.example", "a.person"},
		"an e-mail with a number":     {"person98765432@example.com", "person"},
		"the user's home":             {"/home/ashok/x", "ashok"},
		"the user's other folder":     {"/media/ashok/stick", "ashok"},
		"the user's name":             same("ashok"),
		"the user's whole name":       same("Ashok Kumar"),
		"the user's name, hidden":     {"as\u200bhok", "ashok"},
		"the user's name in a path":   {`C:\Users\ashok`, "ashok"},
		"the user's name, quoted":     {`\nashok`, "ashok"},
		"the computer's name":         same("ashoks-laptop"),
		"the tunnel's server":         {"dial tcp gate.acme.example:22", "gate.acme"},
		"the tunnel's user":           {"login ubuntu refused", "ubuntu"},
		"the tunnel's key":            same("id_acme"),
		"the public host":             same("acme-7.ngrok-free.app"),
		"the public URL's path":       same("hidden-path"),
		"a network's address":         same("192.168.1.20"),
	}
}

// plant puts a text into the field at a path of every text of v, in turn, and
// calls f after each.
func plant(t *testing.T, v reflect.Value, path, text string, f func(path string)) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		before := v.String()
		v.SetString(text)
		f(path)
		v.SetString(before)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			plant(t, v.Field(i), path+"."+v.Type().Field(i).Name, text, f)
		}
	case reflect.Array:
		last := v.Len() - 1 // the others are like it
		plant(t, v.Index(last), fmt.Sprintf("%s[%d]", path, last), text, f)
	case reflect.Slice:
		before := reflect.ValueOf(v.Interface())
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		plant(t, v.Index(0), path+"[0]", text, f)
		v.Set(before)
	case reflect.Interface:
		before := v.Elem()
		v.Set(reflect.ValueOf(errors.New(text)))
		f(path)
		v.Set(before)
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Float32:
	default:
		t.Fatalf("%s is of a kind that this test does not know, %s", path, v.Kind())
	}
}

// leaks reports whether a text has something private.
func leaks(text, part string) bool {
	if strings.Trim(part, "0123456789") == "" {
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, text)
		return strings.Contains(digits, part)
	}
	text = strings.ReplaceAll(text, "\u200b", "") // which nobody sees
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// places are where a private text stands in a field.
var places = []string{"%s", "before %s after", "x=%s,", `level=WARN error="%s: \"%[1]s\""`, "from=(%s)\r\nand", "https://h.example/%s/x"}

// isFree reports whether a fact may be any text, and is shown.
func isFree(path string) bool {
	return path == "Facts.DataDir" || path == "Facts.Log[0]" || path == "Facts.LastFailure"
}

// quiet are the usual facts, with nothing private among those that are shown.
func quiet() Facts {
	f := usual()
	f.Log, f.LastFailure = []string{"a line"}, errors.New("a failure")
	return f
}

func TestNothingPrivateGetsThroughFromAnyField(t *testing.T) {
	fields := map[string]bool{}
	for name, secret := range private(quiet()) {
		for _, place := range places {
			facts := quiet()
			plant(t, reflect.ValueOf(&facts).Elem(), "Facts", fmt.Sprintf(place, secret.text), func(path string) {
				fields[path] = true
				if place != "%s" && path != "Facts.Log[0]" {
					return // other free texts are treated like it, and the rest is shown as a whole or not at all
				}
				if got := text(facts, computer(nil)); leaks(got, secret.part) {
					t.Errorf("%s in %s, as %q:\n%s", name, path, place, got)
				}
			})
		}
	}
	for _, path := range []string{"Facts.Version", "Facts.Log[0]", "Facts.LastFailure", "Facts.Account.Token", "Facts.Settings.Zone", "Facts.Settings.Alerts.Quiet[6].To"} {
		if !fields[path] {
			t.Errorf("nothing was planted in %s, but in %v", path, fields)
		}
	}
}

// TestAWordNobodyKnowsIsReadInFreeTextsOnly: what is no version, zone, address
// or hour is not shown where one of these belongs.
func TestAWordNobodyKnowsIsReadInFreeTextsOnly(t *testing.T) {
	const word = "zq8Unknown"
	facts := quiet()
	plant(t, reflect.ValueOf(&facts).Elem(), "Facts", word, func(path string) {
		if got := text(facts, computer(nil)); strings.Contains(got, word) != isFree(path) {
			t.Errorf("%s:\n%s", path, got)
		}
	})
}

// TestWordsStayWhereANameIsAPartOfThem: a text full of dots helps nobody.
func TestWordsStayWhereANameIsAPartOfThem(t *testing.T) {
	s := computer(nil)
	s.names, s.home = []string{"ram", "in", "ram singh"}, "/home/ash"
	h := newHider(quiet(), s)
	for text, want := range map[string]string{
		"the program in frames":  "the program in frames",
		"ram: no ram, RAM, /ram": "•••: no •••, •••, /•••",
		"/home/ash/x, /home/ash": "~/x, ~",
		"/home/ashok/x":          "/home/ashok/x",
		"ram singhs, ram singh":  "••• singhs, •••",
		"took 1h2m3s on 2026-11-22T10:00:00.000+05:30 for 1,24,700 calls": "took 1h2m3s on 2026-11-22T10:00:00.000+05:30 for 1,24,700 calls",
		"https://api.in.exotel.com: HTTP 502":                             "https://api.in.exotel.com: HTTP 502",
	} {
		if got := h.free(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestAFirmsOwnAddressOfExotelIsNotNamed(t *testing.T) {
	facts := quiet()
	facts.Account.BaseURL = "https://exotel.acme.example:8443/api"
	facts.LastFailure = errors.New("dial tcp: lookup exotel.acme.example: no such host, exotel.acme.example:8443")
	got := text(facts, computer(nil))
	if strings.Contains(got, "acme.example") || !strings.Contains(got, "last failure: dial tcp: lookup •••: no such host, •••\n") {
		t.Errorf("got\n%s", got)
	}
}

// TestTheUserOfThisComputerIsKnown: the names are those of the running program's
// user.
func TestTheUserOfThisComputerIsKnown(t *testing.T) {
	got := names("/home/ashok", func(name string) string { return map[string]string{"USER": "asha", "COMPUTERNAME": "DESK-1"}[name] })
	for _, name := range []string{"ashok", "asha", "DESK-1"} {
		if !slices.Contains(got, name) {
			t.Errorf("%s is not among %q", name, got)
		}
	}
}

// FuzzLine puts a private text between any others into a line of the log.
func FuzzLine(f *testing.F) {
	facts := quiet()
	all := private(facts)
	kinds := slices.Sorted(maps.Keys(all))
	for i := range kinds {
		f.Add("level=WARN msg=\"", "\"", uint8(i))
		f.Add("token=", "@", uint8(i))
		f.Add("https://", "@h 98765", uint8(i))
	}
	s := computer(nil)
	h := newHider(facts, s)
	f.Fuzz(func(t *testing.T, before, after string, which uint8) {
		kind := kinds[int(which)%len(kinds)]
		secret := all[kind]
		if leaks(oneLine(before+" "+after), secret.part) {
			return // it is there anyhow
		}
		if got := h.free(before + " " + secret.text + " " + after); leaks(got, secret.part) {
			t.Errorf("%s in %q: %q", kind, before+"…"+after, got)
		}
	})
}
