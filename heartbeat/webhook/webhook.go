// Package webhook receives Exotel's heartbeats over HTTP. It knows HTTP only:
// whether a body is a heartbeat, and what it says, is for Options.Deliver.
//
// The port may be reachable from anywhere through a tunnel, so it serves
// nothing but the one path, answers only in JSON, and holds no more connections
// and memory than limits allows, whatever is sent to it.
package webhook

import (
	"crypto/rand"
	"log/slog"
	"net/url"
)

// Path is where heartbeats are posted, followed by "/" and the secret if there
// is one; see PathFor.
const Path = "/webhook/heartbeat"

// TestHeader marks a request as a test of the way from the public URL to here.
// It carries a word by which the tester knows its test again.
const TestHeader = "X-Exotel-Monitor-Test"

// Options of a listener. Deliver is required.
type Options struct {
	// Secret is the last part of the path, and all that tells Exotel's heartbeats from
	// anybody else's: see exotel/API.md, Heartbeats. It may be empty only where no other
	// computer can reach the listener: Serve checks its address, the caller that no
	// public URL leads to it.
	Secret string
	// Deliver takes in a body that has come whole, and owns it from then on. It is called by many goroutines at once and must return at once:
	// the answer to Exotel waits for it. It returns false when the body is no
	// heartbeat in any form, which is answered with 400.
	Deliver func(body []byte) (ok bool)
	// Test, if not nil, gets the word of TestHeader of a request that would
	// have been delivered without it. It must return at once.
	Test func(word string)
	// Log hears of refused requests, without their paths and bodies and only
	// now and then, however many there are; nil means silence.
	Log *slog.Logger
}

// NewSecret returns a random secret of 130 bits, made of capitals and digits.
func NewSecret() string { return rand.Text() }

// PathFor is the path at which a listener with a secret takes heartbeats, ready
// to be put behind a public URL. It is as secret as the secret.
func PathFor(secret string) string {
	if secret == "" {
		return Path
	}
	return Path + "/" + url.PathEscape(secret)
}
