package exotel

import (
	"net/http"
	"sync"
	"time"
)

const (
	// clockStep is the most that one header alone moves the clock. Headers of several
	// servers differ by as much: they have whole seconds.
	clockStep = 2 * time.Second
	// toleratedSkew is how far the computer's clock may be off without being told so.
	toleratedSkew = 2 * time.Minute
	// mostSkew is the most that is believed: of a computer that is days off and a
	// header that is wrong, the header is likelier.
	mostSkew = 36 * time.Hour
)

// clock is the computer's, corrected by Exotel's Date header. A slow clock would
// otherwise cut the running day short without anyone noticing, and of a fast one
// Exotel may refuse the day's end. One header alone moves the clock by clockStep at
// most: for more a second one must agree. See API.md, Times and Call list.
type clock struct {
	now func() time.Time

	mu    sync.Mutex
	known bool          // Exotel has been heard
	heard [2]time.Time  // when it was last, by the computer's clock and by one that nobody sets
	skew  time.Duration // the least by which Exotel's clock is ahead of the computer's
	claim bounds        // what the last header said, when it is not skew
	waits bool          // claim waits for a second header
	far   time.Duration // what the last header said, when it is not believed
	wrong bool          // so did the header before: one of the clocks is wrong
}

// bounds are the least and the most that Exotel's clock can be ahead, by one header.
type bounds struct{ least, most time.Duration }

// agree reports whether both can be right.
func (b bounds) agree(other bounds) bool {
	return b.least <= other.most+clockStep && other.least <= b.most+clockStep
}

// read takes the header of an answer, with the computer's times of the request and of
// the answer. Exotel made the header between the two, and cut it to a whole second.
func (c *clock) read(header http.Header, sent, arrived time.Time) {
	theirs, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	heard := bounds{theirs.Sub(arrived), theirs.Add(time.Second).Sub(sent)}
	if heard.least.Abs() > mostSkew {
		c.wrong = c.far != 0 && (heard.least-c.far).Abs() <= toleratedSkew
		c.far = heard.least
		return
	}
	// The greatest lower bound is nearest to the truth, and never ahead of it.
	skew := c.skew
	switch {
	case !c.known && heard.least <= 0 && heard.most >= 0: // 0 is a guess and no lower bound
		skew = max(heard.least, -clockStep)
	case skew < heard.least || heard.most < skew:
		skew = heard.least
	}
	c.known, c.far, c.wrong = true, 0, false
	c.heard = [2]time.Time{c.now().Round(0), time.Now()}
	switch {
	case (skew - c.skew).Abs() <= clockStep:
		c.skew, c.waits = skew, false
	case c.waits && heard.agree(c.claim):
		c.skew, c.waits = max(heard.least, c.claim.least), false
	default:
		c.claim, c.waits = heard, true
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
		return c.claim.least
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
