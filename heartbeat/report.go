package heartbeat

import (
	"cmp"
	"slices"
	"time"

	"exotel-monitor/exotel"
)

const (
	// clockSlack is the most that Exotel's clock and Options.Now may differ. Once Exotel
	// has answered they differ by a second or two; before that, by the error of the
	// computer's clock.
	clockSlack = 2 * time.Minute
	// contestedFor is how long after polls ended a fault a contradicting heartbeat
	// disables polls, until a heartbeat is good again.
	contestedFor = time.Hour
)

// AddReport adds a heartbeat that came at now, and reports whether it is news. A
// heartbeat that is older than the newest, or is sent again, changes nothing.
func (t *Tracker) AddReport(r Report, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.newestPushed.After(now.Add(clockSlack)) { // by a clock that was wrong then
		t.newestPushed, t.stamp = time.Time{}, ""
	}
	if r.At.Before(t.newestPushed) || r.Stamp != "" && r.Stamp == t.stamp {
		return false
	}
	t.learnInterval(r.At)
	t.lastOrigin = Pushed
	t.pushedAt, t.newestPushed, t.stamp = r.At, r.At, r.Stamp
	if t.isFresh(t.pushedAt, Pushed, now) {
		t.lastContact, t.isBlind = now, false
	}
	t.lastReport = Report{At: r.At, Level: r.Level, LevelText: r.LevelText}
	if t.needsPoll = r.Level == TooLarge; t.needsPoll {
		t.needsPollSince = now
	}
	described := map[*line]bool{}
	strangers := 0
	for _, reported := range r.Lines {
		key, number := t.keyOf(reported.SID, reported.Number)
		if t.phones[key] == nil {
			if strangers++; strangers > maxUnlisted {
				continue // dropUnlisted would drop it after it took time and memory
			}
		}
		l := t.phone(key, number).lines[reported.Direction]
		described[l] = true
		if reported.hasStatus() {
			l.apply(reported, r.At, Pushed, t.pushEvery, 1)
		} else if l.State == Up {
			l.State, l.Since = StateUnknown, r.At // Exotel names the line and does not say how it is
		}
	}
	// Exotel describes affected lines only; see exotel/API.md, Heartbeats. An OK or a
	// WARNING that could be read completely means that all other lines are up. A CRITICAL
	// affects every ExoPhone, so that one it does not describe is in an unknown state.
	// Other levels say nothing about other lines.
	for _, p := range t.phones {
		spoken := described[p.lines[Incoming]] || described[p.lines[Outgoing]]
		for direction, l := range p.lines {
			switch {
			case described[l]:
			case r.Partial && r.Level != Critical:
			case r.Level == OK, r.Level == Warning && len(r.Lines) > 0, r.Level == Critical && spoken:
				l.apply(Line{Direction: direction, Status: activeWord}, r.At, Pushed, t.pushEvery, 1)
			case r.Level == Critical && l.State == Up:
				l.State, l.Since = StateUnknown, r.At
			}
		}
	}
	t.addAccountReport(r, now)
	t.dropUnlisted(now)
	t.updateLevel(now)
	return true
}

// hasStatus reports whether the report says how the line is.
func (l Line) hasStatus() bool { return l.Status != "" || l.Affected }

// addAccountReport adds what a heartbeat says of the account and of no line: that all of
// it is down, or an unnamed part. Where lines say the same, only the lines count: they
// recover one by one.
func (t *Tracker) addAccountReport(r Report, now time.Time) {
	if late := r.At.Before(t.polledAt.Add(-clockSlack)); late && (r.Level == OK || t.count(now).allUpSince(r.At)) {
		return // a later poll is newer
	}
	detailed := slices.ContainsFunc(r.Lines, func(l Line) bool { return l.hasStatus() && !l.Healthy() })
	reported := Line{Status: activeWord}
	switch {
	case r.Level == Critical && detailed && t.allAffected(now):
		t.accountLine = line{}
		return
	case r.Level == Critical, r.Level == Warning && !detailed:
		reported.Status = string(r.Level)
		t.accountDetailed = detailed
	case r.Level == OK, r.Level == Warning:
	default:
		return
	}
	t.accountLine.apply(reported, r.At, Pushed, t.pushEvery, 1)
}

// AddConnectivity adds the answer to a poll of one ExoPhone at now.
func (t *Tracker) AddConnectivity(c exotel.Connectivity, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.noteAnswer(now)
	p := t.findPhone(c.SID, c.Number)
	needed := minBadPolls
	if t.needsPoll { // Exotel reports trouble, and had no room to say where
		needed = 1
	}
	for direction, answer := range map[Direction]exotel.Line{Incoming: c.Incoming, Outgoing: c.Outgoing} {
		l := p.lines[direction]
		reported := Line{Direction: direction, Status: answer.Status, Checked: answer.Checked, Alternates: answer.Alternates}
		if answer.Status == "" || reported.Healthy() && t.isOverruled(l, answer.Checked, now) {
			continue
		}
		was := l.State
		l.apply(reported, now, Polled, t.pollEvery, needed)
		if was == Down && l.State == Up {
			l.endedByPoll = now
		}
		t.polledAt, t.lastOrigin = now, Polled
	}
	t.updateLevel(now)
}

// isOverruled reports whether a heartbeat overrules a poll that finds a line up: because
// it is newer than the poll's own check, or because the two have contradicted each other.
func (t *Tracker) isOverruled(l *line, checked, now time.Time) bool {
	return l.State == Down && t.isFresh(t.pushedAt, Pushed, now) &&
		(l.contested && now.Sub(l.lastPushedFault) <= maxMissed*t.pushEvery || !checked.IsZero() && checked.Before(l.lastPushedFault))
}

// PollStarted notes that a round of polling every ExoPhone begins.
func (t *Tracker) PollStarted(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pollStarted, t.answeredInRound = now, false
}

// PollEnded notes that the round has ended. complete means that every ExoPhone was
// polled; err is the first thing that went wrong.
func (t *Tracker) PollEnded(err error, complete bool, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.noteAnswer(now)
		t.pollErr = nil
	} else {
		t.noteFailure(err, complete, now)
	}
	if err == nil && !t.pollStarted.Before(t.needsPollSince) {
		t.needsPoll = false
	}
	t.updateLevel(now)
}

// apply applies one report to the line. A fault needs that many bad reports in a row.
func (l *line) apply(reported Line, at time.Time, origin Origin, every time.Duration, needed int) {
	if late := l.ReportedAt.Sub(at) > clockSlack && origin == Pushed && l.origin == Polled; late && (reported.Healthy() || l.State == Up && l.goodInRow >= minGood) {
		return // a later poll is newer, and confirmed
	}
	if l.State == Up && at.Sub(l.ReportedAt) > maxMissed*every {
		l.State = StateUnknown // a bad report about a line that was up long ago is no news
	}
	l.Checked = cmp.Or(reported.Checked, at)
	if at.After(l.ReportedAt) || l.ReportedAt.Sub(at) > clockSlack {
		l.ReportedAt, l.origin = at, origin
	}
	if reported.Healthy() {
		l.applyGood(reported, at, origin, every)
	} else {
		l.applyBad(reported, at, origin, needed)
	}
}

func (l *line) applyGood(reported Line, at time.Time, origin Origin, every time.Duration) {
	l.goodInRow, l.badInRow = l.goodInRow+1, 0
	if origin == Pushed {
		l.contested = false
	}
	if l.State == StateUnknown || l.State == Down && l.goodInRow >= minGood {
		if gap := at.Sub(l.earlierUp.until); l.State == StateUnknown && gap >= 0 && gap <= maxSeenGap*every {
			at = l.earlierUp.since
		}
		l.State, l.Since = Up, at
	}
	if l.State == Up {
		l.Status, l.Alternates = reported.Status, nil
	}
}

func (l *line) applyBad(reported Line, at time.Time, origin Origin, needed int) {
	l.goodInRow, l.badInRow = 0, l.badInRow+1
	if origin == Pushed {
		l.lastPushedFault = at
		l.contested = l.contested || !l.endedByPoll.IsZero() && at.Sub(l.endedByPoll) < contestedFor
	}
	if l.State != Down && l.badInRow >= needed {
		l.State, l.Since = Down, at
		if (Line{Status: l.Status}).Healthy() {
			l.Status = "" // of the time when it was up
		}
	}
	if l.State == Up {
		return
	}
	if reported.Status != "" { // it says more than that the line is affected
		l.Status, l.Alternates = reported.Status, reported.Alternates
	}
}

const (
	minInterval = time.Minute      // intervals are whole minutes; see exotel/API.md, Heartbeats
	minGap      = 50 * time.Second // two heartbeats in a shorter time make no interval
	maxGap      = 2 * time.Hour    // the computer slept in a longer time
	maxGaps     = 120
)

// learnInterval takes the gap between heartbeats for the interval that is set at Exotel
// if two of the last three gaps agree: one may be off because a heartbeat was lost or the
// computer slept. An interval becomes shorter only when gaps of the new length fill the
// old one, so that a burst of heartbeats changes nothing.
func (t *Tracker) learnInterval(at time.Time) {
	gap := at.Sub(t.pushedAt)
	if t.intervalFixed || t.pushedAt.IsZero() || gap < minGap || gap > maxGap {
		return
	}
	t.gaps = append(t.gaps, gap)
	t.gaps = t.gaps[max(0, len(t.gaps)-maxGaps):]
	recent, longest := 0, minInterval
	for _, other := range t.gaps[max(0, len(t.gaps)-3):] {
		if alike(other, gap) {
			recent++
			longest = max(longest, other)
		}
	}
	if recent > 1 && (longest >= t.pushEvery || t.fills(gap, t.pushEvery)) {
		t.pushEvery, t.intervalLearned = longest, true
	}
}

// fills reports whether the newest gaps like gap fill an interval, with no gap like the
// interval itself among them.
func (t *Tracker) fills(gap, interval time.Duration) bool {
	sum := time.Duration(0)
	for _, other := range slices.Backward(t.gaps) {
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

// alike reports whether two gaps differ by at most a fifth.
func alike(other, gap time.Duration) bool { return (gap - other).Abs() <= gap/5 }
