package heartbeat

import (
	"cmp"
	"slices"
	"time"

	"exotel-monitor/exotel"
)

// Hear takes in a heartbeat that came at now and reports whether it is news. One
// that is older than the newest, or is the same again, changes nothing, not even
// when Exotel was last heard.
func (b *Board) Hear(r Report, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.At.Before(b.pushed) || r.Stamp != "" && r.Stamp == b.stamp {
		return false
	}
	b.learn(r.At)
	b.pushed, b.stamp, b.last = r.At, r.Stamp, Report{At: r.At, Level: r.Level, Word: r.Word}
	b.toPull = r.Level == TooLarge
	described := map[*line]bool{}
	for _, word := range r.Lines {
		l := b.named(word.SID, word.Number).lines[word.Direction]
		described[l] = true
		if word.Word != "" || word.Affected {
			l.take(word, r.At, Pushed, b.pushEvery)
		}
	}
	// Exotel describes affected lines only: by an OK or a WARNING the others are
	// well. By a CRITICAL every ExoPhone is affected, so one that it does not
	// describe at all stays what it was; other words say nothing of the rest.
	for _, p := range b.phones {
		spoken := described[p.lines[Incoming]] || described[p.lines[Outgoing]]
		if !(r.Level == OK || r.Level == Warning && len(r.Lines) > 0 || r.Level == Critical && spoken) {
			continue
		}
		for direction, l := range p.lines {
			if !described[l] {
				l.take(Line{Direction: direction, Word: activeWord}, r.At, Pushed, b.pushEvery)
			}
		}
	}
	b.hearAccount(r)
	b.forgetStrangers(now)
	b.judge(now)
	return true
}

// hearAccount keeps what a heartbeat says of the account and of no line: that
// all of it is down, or that some of it is and not which.
func (b *Board) hearAccount(r Report) {
	word := Line{Word: activeWord}
	if r.Level == Critical || r.Level == Warning && !slices.ContainsFunc(r.Lines, func(l Line) bool { return !l.Healthy() }) {
		word.Word = string(r.Level)
	}
	b.account.take(word, r.At, Pushed, b.pushEvery)
}

// See takes in what a pull at now said of one ExoPhone.
func (b *Board) See(c exotel.Connectivity, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.named(c.SID, c.Number)
	for direction, said := range map[Direction]exotel.Line{Incoming: c.Incoming, Outgoing: c.Outgoing} {
		if said.Status == "" {
			continue // no word about this line
		}
		word := Line{Direction: direction, Word: said.Status, Checked: said.Checked, Alternates: said.Alternates}
		p.lines[direction].take(word, now, Pulled, b.pullEvery)
		b.pulled = now
	}
	b.judge(now)
}

// PullEnded tells the board that every ExoPhone was asked for, or why not.
func (b *Board) PullEnded(err error, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trouble = err
	if err == nil {
		b.toPull = false
	}
	b.judge(now)
}

// take applies one word to a line.
func (l *line) take(word Line, at time.Time, source Source, every time.Duration) {
	if l.State == Up && at.Sub(l.Heard) > silentAfter*every {
		l.State = NotKnown // what was once well does not become news by a bad word
	}
	l.Checked = cmp.Or(word.Checked, at)
	if at.After(l.Heard) {
		l.Heard, l.source = at, source
	}
	if word.Healthy() {
		l.good, l.bad = l.good+1, 0
		if l.State == NotKnown || l.State == Down && l.good >= goodWords {
			if l.State == NotKnown && at.Sub(l.wasUp.until) <= seenGap*every {
				at = l.wasUp.since
			}
			l.State, l.Since = Up, at
		}
		if l.State == Up {
			l.Word, l.Alternates = word.Word, nil
		}
		return
	}
	l.good, l.bad = 0, l.bad+1
	if l.State != Down && (source == Pushed || l.bad >= badPulls) {
		l.State, l.Since = Down, at
	}
	if l.State != Up {
		l.Word = word.Word
		if word.Alternates != nil {
			l.Alternates = word.Alternates
		}
	}
}

func (p *phone) takeGood(at time.Time, every time.Duration) {
	for _, l := range p.lines {
		l.take(Line{Word: activeWord}, at, Pushed, every)
	}
}

const (
	leastGap = 30 * time.Second // below it, two heartbeats are no interval
	mostGap  = 2 * time.Hour    // above it, this computer slept
)

// learn takes the middle one of the last three gaps between heartbeats for the
// interval that was set at Exotel: one that was lost or hurried does not count.
func (b *Board) learn(at time.Time) {
	gap := at.Sub(b.pushed)
	if b.fixed || b.pushed.IsZero() || gap < leastGap || gap > mostGap {
		return
	}
	b.gaps = append(b.gaps, gap)
	b.gaps = b.gaps[max(0, len(b.gaps)-3):]
	b.pushEvery = slices.Sorted(slices.Values(b.gaps))[len(b.gaps)/2]
}
