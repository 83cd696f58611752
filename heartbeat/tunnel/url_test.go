package tunnel

import (
	"strings"
	"testing"
)

func TestPublicURLTakesWhatAManagerPastes(t *testing.T) {
	const full = "https://abc.ngrok.app/webhook/heartbeat/s3cret"
	for pasted, want := range map[string]string{
		"https://abc.ngrok.app":                              full,
		"  https://abc.ngrok.app/\n":                         full,
		"https://abc.ngrok.app/webhook/heartbeat":            full,
		"https://abc.ngrok.app/webhook/heartbeat/":           full,
		"https://abc.ngrok.app/webhook/heartbeat/old-secret": full,
		"https://abc.ngrok.app:8443":                         "https://abc.ngrok.app:8443/webhook/heartbeat/s3cret",
		"https://example.com/hooks/":                         "https://example.com/hooks/webhook/heartbeat/s3cret",
		"http://127.0.0.1:3000":                              "http://127.0.0.1:3000/webhook/heartbeat/s3cret",
		"http://localhost:3000/":                             "http://localhost:3000/webhook/heartbeat/s3cret",
		"http://[::1]:3000":                                  "http://[::1]:3000/webhook/heartbeat/s3cret",
	} {
		if got, err := PublicURL(pasted, "s3cret"); err != nil || got != want {
			t.Errorf("%q: got %q, %v", pasted, got, err)
		}
	}
}

func TestPublicURLWithoutASecretEndsWithThePath(t *testing.T) {
	const want = "http://127.0.0.1:3000/webhook/heartbeat"
	if got, err := PublicURL("http://127.0.0.1:3000", ""); err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestPublicURLRefusesWhatExotelCannotUse(t *testing.T) {
	for pasted, says := range map[string]string{
		"":                                  "begin with https://",
		"abc.ngrok.app/pasted":              "begin with https://",
		"tcp://pasted.ngrok.io:1":           "begin with https://",
		"https://":                          "begin with https://",
		"https://:443/pasted":               "begin with https://",
		"http://example.com/pasted":         "begin with https://",
		"https://user:pasted@example.com":   "user name or password",
		"https://example.com/?key=pasted":   "before any ? or #",
		"https://example.com/pasted?":       "before any ? or #",
		"https://example.com/#pasted":       "before any ? or #",
		"https://example.com:99999/pasted":  "port",
		"https://exa mple.com/pasted":       "cannot be read",
		"https://example.com/%zz/pasted":    "cannot be read",
		"https://192.168.1.5/pasted":        "inside your own network",
		"https://[fe80::1]/pasted":          "inside your own network",
		"https://0.0.0.0:3000/pasted":       "inside your own network",
		"https://[::ffff:10.0.0.1]/pasted/": "inside your own network",
	} {
		_, err := PublicURL(pasted, "s3cret")
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "pasted") {
			t.Errorf("%q: %v", pasted, err)
		}
	}
}
