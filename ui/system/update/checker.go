package update

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

const (
	every        = 24 * time.Hour
	afterFailure = time.Hour // as at a start before the network is there
	jitterShare  = 12        // a twelfth of a wait comes on top at most
	// look is how often the clock is looked at, because a timer stands still
	// while the computer sleeps.
	look = 10 * time.Minute
)

// Choice is what the user chose of update checks.
type Choice struct {
	Allowed bool
	Feed    string // see CheckFeed
}

// Checker looks for a newer version now and then. The zero value cannot be used;
// NewChecker makes one.
type Checker struct {
	current string
	client  *http.Client
	tell    func(*Release, error)
	wall    func() time.Time

	mu     sync.Mutex
	choice Choice
	again  context.CancelFunc // ends what Run does by an older choice; nil before Run
}

// NewChecker returns a Checker that checks nothing before Set allows it. For
// current and client see Check. tell hears, on Run's goroutine, of each check:
// the newer release or nil, and why it could not be read. It hears of one release
// every day; the caller knows which was dismissed.
func NewChecker(current string, client *http.Client, tell func(*Release, error)) *Checker {
	return &Checker{current: current, client: client, tell: tell, wall: time.Now}
}

// Set says whether checks are allowed, and of which feed. A change holds at once:
// a check under way ends untold, and an allowed one begins.
func (c *Checker) Set(choice Choice) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if choice == c.choice {
		return
	}
	c.choice = choice
	if c.again != nil {
		c.again()
	}
}

// Run checks at once, every 24 to 26 hours, and an hour after a check that
// failed, as long as it is allowed. It returns when ctx ends. Call it once.
func (c *Checker) Run(ctx context.Context) {
	for ctx.Err() == nil {
		during, choice := c.begin(ctx)
		if choice.Allowed {
			c.follow(during, choice.Feed)
		}
		<-during.Done()
	}
}

// begin returns the choice, and a context until there is another.
func (c *Checker) begin(ctx context.Context) (context.Context, Choice) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.again != nil {
		c.again()
	}
	ctx, c.again = context.WithCancel(ctx)
	return ctx, c.choice
}

func (c *Checker) follow(ctx context.Context, feed string) {
	for {
		release, err := Check(ctx, c.client, feed, c.current)
		if ctx.Err() != nil {
			return
		}
		c.tell(release, err)
		wait := every
		if err != nil {
			wait = afterFailure
		}
		if !c.pause(ctx, wait+rand.N(wait/jitterShare)) {
			return
		}
	}
}

// pause waits by the timer or by the clock on the wall, whichever is first: the
// timer stands still while the computer sleeps, and the clock may be set back. It
// reports whether ctx goes on.
func (c *Checker) pause(ctx context.Context, d time.Duration) bool {
	began, wallBegan := time.Now(), c.wall().Round(0)
	tick := time.NewTicker(look)
	defer tick.Stop()
	for max(time.Since(began), c.wall().Round(0).Sub(wallBegan)) < d {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return ctx.Err() == nil
}
