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
	heard [2]time.Time  // when it was last, by the computer's clock and by one that nobody sets
	skew  time.Duration // Exotel's clock minus the computer's
	claim time.Duration // what the last header said, when it is not skew
	waits bool          // claim waits for a second header
	far   time.Duration // what the last header said, when it is not believed
	wrong bool          // so did the header before: one of the clocks is wrong
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
		c.wrong = c.far != 0 && (skew-c.far).Abs() <= toleratedSkew
		c.far = skew
		return
	case skew.Abs() <= toleratedSkew:
		skew = 0
	}
	c.known, c.far, c.wrong = true, 0, false
	c.heard = [2]time.Time{c.now().Round(0), time.Now()}
	switch {
	case (skew-c.skew).Abs() <= toleratedSkew && (skew == 0) == (c.skew == 0):
		c.waits = false
	case c.waits && (skew-c.claim).Abs() <= toleratedSkew:
		c.skew, c.waits = skew, false
	default:
		c.claim, c.waits = skew, true
	}
}

// offset is the correction, zero while Exotel has not been heard.
func (c *clock) offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.skew
}

// unsettled reports whether a header waits for a second one that agrees, or
// none has come yet.
func (c *clock) unsettled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waits || !c.known || c.far != 0 && !c.wrong
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

// proven reports whether Exotel has been heard, last with a time that can be and is
// the one in use, and the computer's clock has not been set since.
func (c *clock) proven() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	set := c.now().Round(0).Sub(c.heard[0]) - time.Since(c.heard[1])
	return c.known && c.far == 0 && !c.waits && set.Abs() <= toleratedSkew
}

// doubted reports whether the last answer came from a time that cannot be, and
// none before agreed.
func (c *clock) doubted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.far != 0 && !c.wrong
}

// disputed is how far Exotel's clock is ahead when the last two answers agree that
// it is further than can be corrected, else 0.
func (c *clock) disputed() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.wrong {
		return 0
	}
	return c.far
}
