package exotel

import (
	"net/http"
	"sync"
	"time"
)

// toleratedSkew is how far the computer's clock may be off before Exotel's is
// used instead: its Date header has whole seconds and the answer takes a while.
const toleratedSkew = 2 * time.Minute

// clock is the computer's, corrected by Exotel's Date header. A clock that is
// hours slow would otherwise cut the day short without anyone noticing.
type clock struct {
	now func() time.Time

	mu    sync.Mutex
	known bool
	skew  time.Duration // Exotel's clock minus the computer's
}

func (c *clock) read(header http.Header) {
	theirs, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = true
	c.skew = theirs.Sub(c.now())
	if c.skew.Abs() <= toleratedSkew {
		c.skew = 0
	}
}

// offset returns the correction and whether Exotel has been heard at all.
func (c *clock) offset() (skew time.Duration, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.skew, c.known
}
