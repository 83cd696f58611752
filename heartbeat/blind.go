package heartbeat

import (
	"errors"
	"time"

	"exotel-monitor/exotel"
)

// ErrSilent is why nothing is known of the ExoPhones when heartbeats have stopped
// and nobody asks for the ExoPhones instead.
var ErrSilent = errors.New("no heartbeats arrive")

// refused reports whether an error says that the account refuses the keys.
func refused(err error) bool {
	failed, ok := errors.AsType[*exotel.Error](err)
	return ok && failed.RefusesKeys()
}

// blind returns since when nothing can be learned about the ExoPhones, and why. The
// error is nil while heartbeats are fresh, or asking has not failed for longer than
// an interval. That the account refuses the keys counts at once.
func (b *Board) blind(now time.Time) (since time.Time, why error) {
	failed := b.failing
	switch {
	case b.fresh(b.pushed, Pushed, now):
		return time.Time{}, nil
	case failed.IsZero():
		return b.silent(now)
	case refused(b.trouble), now.Sub(failed) > b.pullEvery:
		return later(failed, b.pushed), b.trouble
	}
	return time.Time{}, nil
}

// silent returns ErrSilent if heartbeats came once and have stopped, and nobody asks
// for the ExoPhones. As long as their interval is a guess, silence says nothing; nor
// does the time in which this computer slept.
func (b *Board) silent(now time.Time) (since time.Time, why error) {
	last := later(b.newest, b.awake)
	if b.pulls || b.awake.IsZero() || b.newest.IsZero() || !b.fixed && !b.learned || now.Sub(last) <= silentAfter*b.pushEvery {
		return time.Time{}, nil
	}
	return last, ErrSilent
}

// Woke tells the board that nobody could ask for a while before now: the computer
// slept, or the program has just started. What failed before says nothing of now.
func (b *Board) Woke(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failing, b.awake = time.Time{}, now
}

// answered notes that Exotel answered at now.
func (b *Board) answered(now time.Time) {
	if !b.failing.IsZero() { // whatever kept Exotel from answering is over
		b.failing, b.trouble = time.Time{}, nil
	}
	b.learnedAt, b.inRound, b.dark = now, true, false
}

// failed notes that Exotel did not answer by now, or not to all questions.
func (b *Board) failed(err error, complete bool, now time.Time) {
	b.trouble = err
	switch {
	case complete && b.inRound:
		b.failing = time.Time{} // the error is about single ExoPhones
	case b.failing.IsZero() && b.inRound:
		b.failing = now
	case b.failing.IsZero(): // the round may have hung for minutes
		b.failing = later(b.pullBegan, b.awake)
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
