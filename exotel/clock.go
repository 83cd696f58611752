package exotel

import (
	"net/http"
	"sync"
	"time"
)

const (
	// toleratedSkew is how far the computer's clock may be off before Exotel's is
	// used instead: its Date header has whole seconds and the answer takes a while.
	toleratedSkew = 2 * time.Minute
	// mostSkew is the most that is believed: of a computer that is days off and a
	// header that is wrong, the header is likelier.
	mostSkew = 36 * time.Hour
)

// clock is the computer's, corrected by Exotel's Date header. A clock that is
// hours slow would otherwise cut the day short without anyone noticing. One
// header alone moves nothing: a second one must agree.
type clock struct {
	now func() time.Time

	mu    sync.Mutex
	known bool          // Exotel has been heard
	skew  time.Duration // Exotel's clock minus the computer's
	claim time.Duration // what the last header said, when it is not skew
	waits bool          // claim waits for a second header
}

func (c *clock) read(header http.Header) {
	theirs, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	skew := theirs.Sub(c.now())
	switch {
	case skew.Abs() > mostSkew:
		return
	case skew.Abs() <= toleratedSkew:
		skew = 0
	}
	c.known = true
	switch {
	case (skew-c.skew).Abs() <= toleratedSkew && (skew == 0) == (c.skew == 0):
		c.waits = false
	case c.waits && (skew-c.claim).Abs() <= toleratedSkew:
		c.skew, c.waits = skew, false
	default:
		c.claim, c.waits = skew, true
	}
}

// offset returns the correction and whether Exotel has been heard at all.
func (c *clock) offset() (skew time.Duration, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.skew, c.known
}

// unsettled reports whether a header waits for a second one that agrees, or
// none has come yet.
func (c *clock) unsettled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waits || !c.known
}

// claimed is the correction if the header that waits is right.
func (c *clock) claimed() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waits {
		return c.claim
	}
	return c.skew
}
