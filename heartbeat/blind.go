package heartbeat

import (
	"errors"
	"time"

	"exotel-monitor/exotel"
)

// ErrSilent is the BlindErr when heartbeats have stopped and nothing polls the ExoPhones
// instead.
var ErrSilent = errors.New("no heartbeats arrive")

// refusesKeys reports whether an error says that the account refuses the keys.
func refusesKeys(err error) bool {
	failed, ok := errors.AsType[*exotel.Error](err)
	return ok && failed.RefusesKeys()
}

// blindSince returns since when nothing can be learned about the ExoPhones, and why. The
// error is nil while heartbeats are fresh, and until polls have failed for longer than an
// interval. A refusal of the keys counts at once.
func (t *Tracker) blindSince(now time.Time) (since time.Time, why error) {
	failed := t.failingSince
	switch {
	case t.isFresh(t.pushedAt, Pushed, now):
		return time.Time{}, nil
	case failed.IsZero():
		return t.silentSince(now)
	case refusesKeys(t.pollErr), now.Sub(failed) > t.pollEvery:
		return laterOf(failed, t.pushedAt), t.pollErr
	}
	return time.Time{}, nil
}

// silentSince returns ErrSilent if heartbeats have come and stopped, and nothing polls
// the ExoPhones. Silence means nothing while the interval is a guess, or while the
// computer slept.
func (t *Tracker) silentSince(now time.Time) (since time.Time, why error) {
	last := laterOf(t.newestPushed, t.awakeSince)
	if t.polls || t.awakeSince.IsZero() || t.newestPushed.IsZero() || !t.intervalFixed && !t.intervalLearned || now.Sub(last) <= maxMissed*t.pushEvery {
		return time.Time{}, nil
	}
	return last, ErrSilent
}

// NoteSleep notes that nothing could be learned for a while before now, because the
// computer slept or the program has just started. Earlier failures then do not count.
func (t *Tracker) NoteSleep(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failingSince, t.awakeSince = time.Time{}, now
}

// noteAnswer notes that Exotel answered at now.
func (t *Tracker) noteAnswer(now time.Time) {
	if !t.failingSince.IsZero() { // whatever kept Exotel from answering is over
		t.failingSince, t.pollErr = time.Time{}, nil
	}
	t.lastContact, t.answeredInRound, t.isBlind = now, true, false
}

// noteFailure notes that by now Exotel did not answer, or not to every request.
func (t *Tracker) noteFailure(err error, complete bool, now time.Time) {
	t.pollErr = err
	switch {
	case complete && t.answeredInRound:
		t.failingSince = time.Time{} // the error is about single ExoPhones
	case t.failingSince.IsZero() && t.answeredInRound:
		t.failingSince = now
	case t.failingSince.IsZero(): // the round may have hung for minutes
		t.failingSince = laterOf(t.pollStarted, t.awakeSince)
	}
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
