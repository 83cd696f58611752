// Package webhook receives Exotel's heartbeats over HTTP. It does not know what a
// heartbeat is: that is up to Options.Deliver.
//
// The port may be reachable from anywhere through a tunnel. The package serves nothing
// but the one path, answers in JSON only, and bounds its connections and memory.
package webhook

import (
	"crypto/rand"
	"log/slog"
	"net/url"
)

// Path is the path of the webhook. If there is a secret, "/" and the secret follow; see
// PathFor.
const Path = "/webhook/heartbeat"

// TestHeader marks a request as a test of the way from the public URL to the listener.
// Its value identifies the test.
const TestHeader = "X-Exotel-Monitor-Test"

// Options are the settings of a listener. Deliver is required.
type Options struct {
	// Secret is the last part of the path. Nothing else tells Exotel's heartbeats from
	// those of others; see exotel/API.md, Heartbeats. It may be empty only if no other
	// computer can reach the listener: Serve checks the listener's address, and the
	// caller that no public URL leads to it.
	Secret string
	// Deliver receives each complete body, and may keep it. It returns false if the body
	// is not a heartbeat, which is answered with 400. Many goroutines call it at once. It
	// must return at once, because the answer to Exotel waits for it.
	Deliver func(body []byte) (ok bool)
	// OnTest, if not nil, is called with the value of TestHeader in place of Deliver. It
	// must return at once.
	OnTest func(word string)
	// Log logs some of the refused requests, without their paths and bodies; nil means no
	// log.
	Log *slog.Logger
}

// NewSecret returns a random secret of 130 bits, made of capitals and digits.
func NewSecret() string { return rand.Text() }

// PathFor returns the path of a listener with a secret, to be appended to a public URL.
// It is as secret as the secret.
func PathFor(secret string) string {
	if secret == "" {
		return Path
	}
	return Path + "/" + url.PathEscape(secret)
}
