package heartbeat

import (
	"cmp"
	"slices"
	"time"

	"exotel-monitor/exotel"
)

const (
	// clockSlack is how far Exotel's clock and ours may differ: a second or two once
	// Exotel was heard, and before that what the computer's is off.
	clockSlack = 2 * time.Minute
	// contestedFor is how long after a pull ended a fault a heartbeat that says
	// otherwise makes pulls count for nothing, until a heartbeat is good again.
	contestedFor = time.Hour
)

// Hear takes in a heartbeat that came at now and reports whether it is news. One
// that is older than the newest, or is the same again, changes nothing, not even
// when Exotel was last heard.
func (b *Board) Hear(r Report, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.newest.After(now.Add(clockSlack)) { // by a clock that was wrong then
		b.newest, b.stamp = time.Time{}, ""
	}
	if r.At.Before(b.newest) || r.Stamp != "" && r.Stamp == b.stamp {
		return false
	}
	b.learn(r.At)
	b.spoke = Pushed
	b.pushed, b.newest, b.stamp = r.At, r.At, r.Stamp
	if b.fresh(b.pushed, Pushed, now) {
		b.learnedAt, b.dark = now, false
	}
	b.last = Report{At: r.At, Level: r.Level, Word: r.Word}
	if b.toPull = r.Level == TooLarge; b.toPull {
		b.askedAt = now
	}
	described := map[*line]bool{}
	strangers := 0
	for _, word := range r.Lines {
		key, number := b.keyOf(word.SID, word.Number)
		if b.phones[key] == nil {
			if strangers++; strangers > mostStrangers {
				continue // it would be forgotten below, after it took time and memory
			}
		}
		l := b.phone(key, number).lines[word.Direction]
		described[l] = true
		if word.speaks() {
			l.take(word, r.At, Pushed, b.pushEvery, 1)
		} else if l.State == Up {
			l.State, l.Since = NotKnown, r.At // Exotel speaks of it and does not say how it is
		}
	}
	// Exotel describes affected lines only (see exotel/API.md, Heartbeats): by an OK or a
	// WARNING that could be read whole the others are well. By a CRITICAL every ExoPhone
	// is affected: of one that it does not describe it is not known how. Other words say
	// nothing of the rest.
	for _, p := range b.phones {
		spoken := described[p.lines[Incoming]] || described[p.lines[Outgoing]]
		for direction, l := range p.lines {
			switch {
			case described[l]:
			case r.Partial && r.Level != Critical:
			case r.Level == OK, r.Level == Warning && len(r.Lines) > 0, r.Level == Critical && spoken:
				l.take(Line{Direction: direction, Word: activeWord}, r.At, Pushed, b.pushEvery, 1)
			case r.Level == Critical && l.State == Up:
				l.State, l.Since = NotKnown, r.At
			}
		}
	}
	b.hearAccount(r, now)
	b.forgetStrangers(now)
	b.judge(now)
	return true
}

// speaks reports whether a line of a report says how the line is.
func (l Line) speaks() bool { return l.Word != "" || l.Affected }

// hearAccount keeps what a heartbeat says of the account and of no line: that
// all of it is down, or that some of it is and not which. Where its lines say
// the same, they alone count: they end one by one.
func (b *Board) hearAccount(r Report, now time.Time) {
	if late := r.At.Before(b.pulled.Add(-clockSlack)); late && (r.Level == OK || b.count(now).wellSince(r.At)) {
		return // what was pulled since is newer
	}
	detailed := slices.ContainsFunc(r.Lines, func(l Line) bool { return l.speaks() && !l.Healthy() })
	word := Line{Word: activeWord}
	switch {
	case r.Level == Critical && detailed && b.allAffected(now):
		b.account = line{}
		return
	case r.Level == Critical, r.Level == Warning && !detailed:
		word.Word = string(r.Level)
		b.detailed = detailed
	case r.Level == OK, r.Level == Warning:
	default:
		return
	}
	b.account.take(word, r.At, Pushed, b.pushEvery, 1)
}

// See takes in what a pull at now said of one ExoPhone.
func (b *Board) See(c exotel.Connectivity, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answered(now)
	p := b.named(c.SID, c.Number)
	needed := badPulls
	if b.toPull { // Exotel has said that there is trouble, and had no room to say where
		needed = 1
	}
	for direction, said := range map[Direction]exotel.Line{Incoming: c.Incoming, Outgoing: c.Outgoing} {
		l := p.lines[direction]
		word := Line{Direction: direction, Word: said.Status, Checked: said.Checked, Alternates: said.Alternates}
		if said.Status == "" || word.Healthy() && b.overruled(l, said.Checked, now) {
			continue
		}
		was := l.State
		l.take(word, now, Pulled, b.pullEvery, needed)
		if was == Down && l.State == Up {
			l.endedByPull = now
		}
		b.pulled, b.spoke = now, Pulled
	}
	b.judge(now)
}

// overruled reports whether a heartbeat knows better than a pull that finds a
// line well: what it found is older, or the two have contradicted each other.
func (b *Board) overruled(l *line, checked, now time.Time) bool {
	return l.State == Down && b.fresh(b.pushed, Pushed, now) &&
		(l.contested && now.Sub(l.faultPushed) <= silentAfter*b.pushEvery || !checked.IsZero() && checked.Before(l.faultPushed))
}

// PullBegan tells the board that every ExoPhone is being asked for.
func (b *Board) PullBegan(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pullBegan, b.inRound = now, false
}

// PullEnded tells the board that every ExoPhone was asked for, if the round is
// complete, and what went wrong.
func (b *Board) PullEnded(err error, complete bool, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		b.answered(now)
		b.trouble = nil
	} else {
		b.failed(err, complete, now)
	}
	if err == nil && !b.pullBegan.Before(b.askedAt) {
		b.toPull = false
	}
	b.judge(now)
}

// take applies one word to a line. Bad words from needed on make a fault.
func (l *line) take(word Line, at time.Time, source Source, every time.Duration, needed int) {
	if late := l.Heard.Sub(at) > clockSlack && source == Pushed && l.source == Pulled; late && (word.Healthy() || l.State == Up && l.good >= goodWords) {
		return // what was pulled since is newer, and sure
	}
	if l.State == Up && at.Sub(l.Heard) > silentAfter*every {
		l.State = NotKnown // what was once well does not become news by a bad word
	}
	l.Checked = cmp.Or(word.Checked, at)
	if at.After(l.Heard) || l.Heard.Sub(at) > clockSlack {
		l.Heard, l.source = at, source
	}
	if word.Healthy() {
		l.takeGood(word, at, source, every)
	} else {
		l.takeBad(word, at, source, needed)
	}
}

func (l *line) takeGood(word Line, at time.Time, source Source, every time.Duration) {
	l.good, l.bad = l.good+1, 0
	if source == Pushed {
		l.contested = false
	}
	if l.State == NotKnown || l.State == Down && l.good >= goodWords {
		if gap := at.Sub(l.wasUp.until); l.State == NotKnown && gap >= 0 && gap <= seenGap*every {
			at = l.wasUp.since
		}
		l.State, l.Since = Up, at
	}
	if l.State == Up {
		l.Word, l.Alternates = word.Word, nil
	}
}

func (l *line) takeBad(word Line, at time.Time, source Source, needed int) {
	l.good, l.bad = 0, l.bad+1
	if source == Pushed {
		l.faultPushed = at
		l.contested = l.contested || !l.endedByPull.IsZero() && at.Sub(l.endedByPull) < contestedFor
	}
	if l.State != Down && l.bad >= needed {
		l.State, l.Since = Down, at
		if (Line{Word: l.Word}).Healthy() {
			l.Word = "" // of when it was up
		}
	}
	if l.State == Up {
		return
	}
	if word.Word != "" { // more than that it is affected
		l.Word, l.Alternates = word.Word, word.Alternates
	}
}

const (
	leastEvery = time.Minute      // intervals are whole minutes, see exotel/API.md, Heartbeats
	leastGap   = 50 * time.Second // below it, two heartbeats are no interval
	mostGap    = 2 * time.Hour    // above it, this computer slept
	mostGaps   = 120
)

// learn takes the gap between heartbeats for the interval that was set at
// Exotel when two of the last three agree: one that was lost or hurried, or a
// sleep, does not count. An interval becomes shorter only when gaps of the new
// length fill the old one, so that a burst of heartbeats teaches nothing.
func (b *Board) learn(at time.Time) {
	gap := at.Sub(b.pushed)
	if b.fixed || b.pushed.IsZero() || gap < leastGap || gap > mostGap {
		return
	}
	b.gaps = append(b.gaps, gap)
	b.gaps = b.gaps[max(0, len(b.gaps)-mostGaps):]
	recent, longest := 0, leastEvery
	for _, other := range b.gaps[max(0, len(b.gaps)-3):] {
		if alike(other, gap) {
			recent++
			longest = max(longest, other)
		}
	}
	if recent > 1 && (longest >= b.pushEvery || b.fills(gap, b.pushEvery)) {
		b.pushEvery, b.learned = longest, true
	}
}

// fills reports whether the newest gaps that are like gap fill an interval, with none
// among them that is like the interval itself.
func (b *Board) fills(gap, interval time.Duration) bool {
	sum := time.Duration(0)
	for _, other := range slices.Backward(b.gaps) {
		switch {
		case alike(other, gap):
			sum += other
		case alike(other, interval):
			return false
		}
		if sum >= interval-interval/5 {
			return true
		}
	}
	return false
}

// alike reports whether two gaps differ by no more than a fifth.
func alike(other, gap time.Duration) bool { return (gap - other).Abs() <= gap/5 }
