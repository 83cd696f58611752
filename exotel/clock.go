package exotel

import (
	"net/http"
	"sync"
	"time"
)

const (
	// clockStep is the most by which one header alone moves the clock. The headers of
	// several servers differ by as much, because they have whole seconds.
	clockStep = 2 * time.Second
	// toleratedSkew is the largest error of the computer's clock that the user need not
	// know of.
	toleratedSkew = 2 * time.Minute
	// maxSkew is the largest skew that is believed. Beyond it the header is more likely
	// to be wrong than the computer.
	maxSkew = 36 * time.Hour
)

// clock is the computer's clock, corrected by Exotel's Date headers. Otherwise a slow
// clock would cut the running day short unnoticed, and Exotel might refuse the end of the
// day of a fast one. One header alone moves the clock by at most clockStep. For more a
// second header must agree. See API.md, Times and Call list.
type clock struct {
	now func() time.Time

	mu    sync.Mutex
	known bool          // Exotel has answered
	heard [2]time.Time  // when Exotel last answered, by the computer's clock and by one that cannot be set
	skew  time.Duration // the least by which Exotel's clock is ahead of the computer's
	claim bounds        // by the last header, if it differs from skew
	waits bool          // claim waits for a second header
	far   time.Duration // skew by the last header, if it is not believed
	wrong bool          // the header before said the same: one of the clocks is wrong
}

// bounds are the least and the most by which Exotel's clock can be ahead, by one header.
type bounds struct{ least, most time.Duration }

// agree reports whether both can be right.
func (b bounds) agree(other bounds) bool {
	return b.least <= other.most+clockStep && other.least <= b.most+clockStep
}

// addHeader adds the header of an answer, with the computer's times of the request and of
// the answer. Exotel wrote the header between the two, and truncated it to a whole
// second.
func (c *clock) addHeader(header http.Header, sent, arrived time.Time) {
	theirs, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	heard := bounds{theirs.Sub(arrived), theirs.Add(time.Second).Sub(sent)}
	if heard.least.Abs() > maxSkew {
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

// offset returns the correction, zero until Exotel has answered.
func (c *clock) offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.skew
}

// unsettled reports whether no header has come yet, or one waits for a second one that
// agrees.
func (c *clock) unsettled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waits || !c.known || c.far != 0 && !c.wrong
}

// claimed returns the correction if the header that waits is right.
func (c *clock) claimed() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waits {
		return c.claim.least
	}
	return c.skew
}

// proven reports whether Exotel has answered, its last answer agrees with the clock, and
// the computer's clock has not been set since.
func (c *clock) proven() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	set := c.now().Round(0).Sub(c.heard[0]) - time.Since(c.heard[1])
	return c.known && c.far == 0 && !c.waits && set.Abs() <= toleratedSkew
}

// doubted reports whether the last header is not believed, and none before said the same.
func (c *clock) doubted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.far != 0 && !c.wrong
}

// disputed returns by how much Exotel's clock is ahead if the last two headers agree that
// this is too much to be corrected, and else 0.
func (c *clock) disputed() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.wrong {
		return 0
	}
	return c.far
}
