package heartbeat

import (
	"slices"
	"time"
)

// shown is a line as it is known at now: old news is no news, nor is what was last
// learned before nothing could be learned any more.
func (b *Board) shown(l *line, now time.Time) LineHealth {
	known := l.LineHealth
	if b.dark || !b.fresh(l.Heard, l.source, now) {
		known.State, known.Word, known.Since = NotKnown, "", time.Time{}
	} else {
		known.Failed = known.State != Down && l.bad > 0
	}
	known.Alternates = slices.Clone(known.Alternates)
	return known
}

func (b *Board) fresh(heard time.Time, source Source, now time.Time) bool {
	every := b.pullEvery
	if source == Pushed {
		every = b.pushEvery
	}
	age := now.Sub(heard)
	return !heard.IsZero() && age >= -clockSlack && age <= silentAfter*every
}

// judge keeps since when the level is what it is.
func (b *Board) judge(now time.Time) {
	if _, why := b.blind(now); why != nil {
		b.dark = true
	}
	if level := b.levelAt(now); level != b.level {
		b.level, b.since = level, now
	}
}

// levelAt is what all lines together make, and Exotel's word for the account.
func (b *Board) levelAt(now time.Time) Level {
	c := b.count(now)
	pushFresh := b.fresh(b.pushed, Pushed, now)
	account := b.account.State == Down && pushFresh && !(b.detailed && c.wellSince(b.account.Heard))
	switch {
	case b.dark:
		return Unknown
	case account && b.account.Word == string(Critical), c.all(b.listed):
		return Critical
	case account, c.affected > 0:
		return Warning
	case b.toPull && pushFresh:
		return TooLarge
	case pushFresh && b.last.Level == Unknown, c.up < c.phones:
		return Unknown
	case b.account.State == Down && !pushFresh && now.Sub(b.restored) <= silentAfter*b.pushEvery:
		return Unknown // Exotel's word from before a restart was neither repeated nor taken back
	case c.up > 0, pushFresh && b.last.Level == OK:
		return OK
	default:
		return Unknown
	}
}

// count is how the ExoPhones are, all together.
type count struct {
	phones, affected, up int
	heard                time.Time // the oldest last word about a line
}

func (b *Board) count(now time.Time) count {
	var c count
	for _, p := range b.phones {
		health := PhoneHealth{Incoming: b.shown(p.lines[Incoming], now), Outgoing: b.shown(p.lines[Outgoing], now)}
		if b.listed && !p.listed && !health.Affected() {
			continue // not the account's any more, or not yet
		}
		c.phones++
		switch {
		case health.Affected():
			c.affected++
		case health.Up():
			c.up++
		}
		for _, l := range p.lines {
			if c.heard.IsZero() || l.Heard.Before(c.heard) {
				c.heard = l.Heard
			}
		}
	}
	return c
}

// all reports whether every ExoPhone of a known list is affected.
func (c count) all(listed bool) bool { return listed && c.affected > 0 && c.affected == c.phones }

// wellSince reports whether every line is up by a word of then or later.
func (c count) wellSince(then time.Time) bool {
	return c.phones > 0 && c.up == c.phones && !c.heard.Before(then)
}

func (b *Board) allAffected(now time.Time) bool { return b.count(now).all(b.listed) }
