package heartbeat

import (
	"slices"
	"time"
)

// current returns the health of a line at now. What is too old is unknown, and so is what
// was learned before BlindErr was set.
func (t *Tracker) current(l *line, now time.Time) LineHealth {
	known := l.LineHealth
	if t.isBlind || !t.isFresh(l.ReportedAt, l.origin, now) {
		known.State, known.Status, known.Since = StateUnknown, "", time.Time{}
	} else {
		known.Suspect = known.State != Down && l.badInRow > 0
	}
	known.Alternates = slices.Clone(known.Alternates)
	return known
}

func (t *Tracker) isFresh(reportedAt time.Time, origin Origin, now time.Time) bool {
	every := t.pollEvery
	if origin == Pushed {
		every = t.pushEvery
	}
	age := now.Sub(reportedAt)
	return !reportedAt.IsZero() && age >= -clockSlack && age <= maxMissed*every
}

// updateLevel updates the level and since when it holds.
func (t *Tracker) updateLevel(now time.Time) {
	if _, why := t.blindSince(now); why != nil {
		t.isBlind = true
	}
	if level := t.evaluate(now); level != t.level {
		t.level, t.levelSince = level, now
	}
}

// evaluate returns the level that all lines and Exotel's report about the account make.
func (t *Tracker) evaluate(now time.Time) Level {
	c := t.count(now)
	pushFresh := t.isFresh(t.pushedAt, Pushed, now)
	account := t.accountLine.State == Down && pushFresh && !(t.accountDetailed && c.allUpSince(t.accountLine.ReportedAt))
	switch {
	case t.isBlind:
		return Unknown
	case account && t.accountLine.Status == string(Critical), c.allAffected(t.listed):
		return Critical
	case account, c.affected > 0:
		return Warning
	case t.needsPoll && pushFresh:
		return TooLarge
	case pushFresh && t.lastReport.Level == Unknown, c.up < c.phones:
		return Unknown
	case t.accountLine.State == Down && !pushFresh && now.Sub(t.accountRestoredAt) <= maxMissed*t.pushEvery:
		return Unknown // Exotel has neither repeated nor taken back its report from before a restart
	case c.up > 0, pushFresh && t.lastReport.Level == OK:
		return OK
	default:
		return Unknown
	}
}

// count is the state of all ExoPhones together.
type count struct {
	phones, affected, up int
	oldest               time.Time // when the oldest of the lines' last reports was made
}

func (t *Tracker) count(now time.Time) count {
	var c count
	for _, p := range t.phones {
		health := PhoneHealth{Incoming: t.current(p.lines[Incoming], now), Outgoing: t.current(p.lines[Outgoing], now)}
		if t.listed && !p.listed && !health.IsAffected() {
			continue // not the account's any more, or not yet
		}
		c.phones++
		switch {
		case health.IsAffected():
			c.affected++
		case health.IsUp():
			c.up++
		}
		for _, l := range p.lines {
			if c.oldest.IsZero() || l.ReportedAt.Before(c.oldest) {
				c.oldest = l.ReportedAt
			}
		}
	}
	return c
}

// allAffected reports whether every ExoPhone of a known list is affected.
func (c count) allAffected(listed bool) bool {
	return listed && c.affected > 0 && c.affected == c.phones
}

// allUpSince reports whether every line is up by a report of then or later.
func (c count) allUpSince(then time.Time) bool {
	return c.phones > 0 && c.up == c.phones && !c.oldest.Before(then)
}

func (t *Tracker) allAffected(now time.Time) bool { return t.count(now).allAffected(t.listed) }
