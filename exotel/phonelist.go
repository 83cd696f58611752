package exotel

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	// relistEvery is the age at which FollowExoPhones reads the list again.
	relistEvery = 6 * time.Hour
	// relistSoonest is the age at which it does so because of EnsureListed.
	relistSoonest = 10 * time.Minute
	// relistFirst is the wait after a listing that failed. Each further failure
	// doubles it, up to relistSlowest.
	relistFirst   = 30 * time.Second
	relistSlowest = 30 * time.Minute
)

// phoneList is the list of ExoPhones that a Client last read, and when to read it again.
type phoneList struct {
	lock    *semaphore.Weighted // held by whoever reads the list
	changed chan struct{}       // wakes FollowExoPhones

	mu       sync.Mutex
	known    *Directory // nil before the first listing
	readings int        // listings that have ended
	list     []ExoPhone // of the last one that succeeded
	err      error      // of the last one
	ended    time.Time
	failures int // in a row
	// sought are the spellings for which the list was read again.
	sought  map[string]bool
	lacking bool // EnsureListed added one of them since the last listing
}

func newPhoneList() *phoneList {
	return &phoneList{lock: semaphore.NewWeighted(1), changed: make(chan struct{}, 1), sought: map[string]bool{}}
}

// ExoPhones lists the account's ExoPhones. Calls at the same time share one listing.
func (c *Client) ExoPhones(ctx context.Context) ([]ExoPhone, error) {
	l := c.phones
	before, _, _ := l.last()
	if l.lock.Acquire(ctx, 1) != nil {
		return nil, context.Cause(ctx)
	}
	defer l.lock.Release(1)
	if readings, list, err := l.last(); readings != before {
		return list, err
	}
	list, err := c.listExoPhones(ctx)
	if ctx.Err() == nil {
		l.add(list, err)
	}
	return slices.Clone(list), err
}

func (l *phoneList) last() (readings int, list []ExoPhone, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.readings, nil, l.err
	}
	return l.readings, slices.Clone(l.list), nil
}

// add adds the result of a listing.
func (l *phoneList) add(list []ExoPhone, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.readings++
	l.err, l.ended = err, time.Now()
	if err != nil {
		l.failures++
	} else {
		if l.known == nil || !slices.Equal(list, l.list) {
			l.list, l.known = list, NewDirectory(list)
		}
		l.failures, l.lacking = 0, false
	}
	l.wake()
}

func (l *phoneList) wake() {
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// Directory returns the result of the last listing of ExoPhones, nil before the first.
func (c *Client) Directory() *Directory {
	c.phones.mu.Lock()
	defer c.phones.mu.Unlock()
	return c.phones.known
}

// LoadDirectory returns the Directory. If the ExoPhones were never listed, it lists them
// first.
func (c *Client) LoadDirectory(ctx context.Context) *Directory {
	if readings, _, _ := c.phones.last(); readings == 0 {
		_, _ = c.ExoPhones(ctx) // FollowExoPhones logs failures
	}
	return c.Directory()
}

// EnsureListed has FollowExoPhones read the list again if it lacks one of the spellings:
// the account may have a new number. It does so once for each spelling.
func (c *Client) EnsureListed(spellings []string) {
	l := c.phones
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known == nil { // the list is read anyway
		return
	}
	for _, spelling := range spellings {
		if _, ok := l.known.Find(spelling); !ok && spelling != "" && !l.sought[spelling] {
			l.sought[spelling], l.lacking = true, true
		}
	}
	if l.lacking {
		l.wake()
	}
}

// wait returns the time until the list is due.
func (l *phoneList) wait() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	var age time.Duration
	switch {
	case l.readings == 0:
		return 0
	case l.failures > 0:
		age = min(relistFirst<<min(l.failures-1, 10), relistSlowest)
	case l.lacking:
		age = relistSoonest
	default:
		age = relistEvery
	}
	return age - time.Since(l.ended)
}

// FollowExoPhones keeps the list of ExoPhones fresh until ctx ends, and calls changed
// with each list that differs from the last one. It reads the list at the start, again
// after a failure, every few hours, and because of EnsureListed. Listings by others
// count, too. Only one FollowExoPhones may run at a time.
func (c *Client) FollowExoPhones(ctx context.Context, changed func(*Directory)) {
	var told *Directory
	for {
		if c.phones.wait() <= 0 {
			if _, err := c.ExoPhones(ctx); err != nil && ctx.Err() == nil {
				c.log.Warn("the ExoPhones could not be listed", "error", err)
			}
		}
		if known := c.Directory(); known != told && ctx.Err() == nil {
			told = known
			changed(known)
		}
		timer := time.NewTimer(max(c.phones.wait(), 0))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-c.phones.changed:
			timer.Stop()
		case <-timer.C:
		}
	}
}
