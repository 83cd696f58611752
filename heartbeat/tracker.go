package heartbeat

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"exotel-monitor/exotel"
)

const (
	// minGood is the number of good reports in a row that end a fault, and minBadPolls
	// the number of bad polls in a row that make one, so that a flapping line raises no
	// false alarm. Exotel has checked itself what it pushes: a pushed report counts at
	// once.
	minGood     = 2
	minBadPolls = 2
	// maxMissed is the number of intervals without a report after which the health is
	// unknown.
	maxMissed = 3
	// maxSeenGap is the number of intervals that may lie between two reports for the time
	// between them to count as observed.
	maxSeenGap = 2
	// maxUnlistedAge is how long an ExoPhone that is not on the account's list stays down
	// by its last report.
	maxUnlistedAge = 24 * time.Hour
	// maxUnlisted is the largest number of ExoPhones that are not on the account's list.
	maxUnlisted = 2000
)

// defaultInterval is the interval between reports until it is learned.
const defaultInterval = 5 * time.Minute

// TrackerOptions are the intervals between reports. An interval of 0 counts as five
// minutes until it is learned.
type TrackerOptions struct {
	// Push is the interval that is set at Exotel; 0 means that it is learned from the
	// heartbeats.
	Push time.Duration
	// Poll is the interval at which every ExoPhone is polled; 0 means that nothing polls
	// regularly.
	Poll time.Duration
}

// Tracker collects reports about the ExoPhones and derives their health. It never looks
// at a clock: its methods take the time. It is safe for concurrent use.
type Tracker struct {
	mu      sync.Mutex
	phones  map[string]*phone               // by number key
	sids    map[string]string               // number keys, by SID
	listed  bool                            // the account's ExoPhones are known
	upTimes map[string]map[Direction]upTime // of an earlier run, by number key

	pushEvery, pollEvery time.Duration
	polls                bool            // every ExoPhone is polled regularly
	intervalFixed        bool            // pushEvery was set, not learned
	intervalLearned      bool            // pushEvery was learned
	gaps                 []time.Duration // between the last heartbeats

	pushedAt     time.Time // when Exotel made the newest heartbeat of this run
	newestPushed time.Time // the same over all runs
	stamp        string    // the newest heartbeat's Report.Stamp
	lastReport   Report
	accountLine  line // Exotel's report about the whole account, where no line has it
	// accountDetailed means that the heartbeat behind accountLine named some of the
	// lines.
	accountDetailed bool
	needsPoll       bool      // a heartbeat had no room for its details
	needsPollSince  time.Time // when that heartbeat came

	pollStarted     time.Time // when the last round began
	lastOrigin      Origin    // of the last report
	polledAt        time.Time // when the last answer to a poll came
	pollErr         error
	answeredInRound bool      // a poll was answered since the last round began
	failingSince    time.Time // when polling began to fail, zero while it does not
	awakeSince      time.Time // see NoteSleep
	lastContact     time.Time // when Exotel was last heard
	isBlind         bool      // nothing could be learned, and nothing was since

	level      Level
	levelSince time.Time

	accountRestoredAt time.Time // when RestoreAccount was called
}

type phone struct {
	key, sid, number, name string
	listed                 bool
	lines                  map[Direction]*line
}

// line is one direction of an ExoPhone and what was reported about it.
type line struct {
	LineHealth
	goodInRow, badInRow int // reports in a row
	origin              Origin
	earlierUp           upTime // in an earlier run of the program

	lastPushedFault time.Time // when the last heartbeat that reports a fault was made
	endedByPoll     time.Time // when polls last ended a fault
	contested       bool      // a heartbeat contradicted endedByPoll
}

// upTime is a time in which a line was seen up.
type upTime struct{ since, until time.Time }

// NewTracker returns a tracker that knows nothing.
func NewTracker(o TrackerOptions) *Tracker {
	return &Tracker{
		phones: map[string]*phone{}, sids: map[string]string{}, upTimes: map[string]map[Direction]upTime{},
		pushEvery: cmp.Or(o.Push, defaultInterval), intervalFixed: o.Push > 0,
		pollEvery: cmp.Or(o.Poll, defaultInterval), polls: o.Poll > 0,
	}
}

// SetExoPhones sets the account's ExoPhones, which map the SIDs in heartbeats to numbers
// and names.
func (t *Tracker) SetExoPhones(phones []exotel.ExoPhone, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.listed = true
	// Very many numbers cannot be polled within the interval.
	t.pollEvery = max(t.pollEvery, time.Duration(len(phones))*time.Minute/pollsPerMinute)
	for _, p := range t.phones {
		p.listed = false
	}
	for _, entry := range phones {
		number := cmp.Or(entry.Number, entry.SID)
		key := exotel.NumberKey(number)
		t.sids[entry.SID] = key
		// A heartbeat may have named it by its SID alone, before the list came.
		if stranger := t.phones[exotel.NumberKey(entry.SID)]; stranger != nil && stranger.key != key {
			delete(t.phones, stranger.key)
			t.mergePhone(stranger, key)
		}
		known := t.phones[key] != nil
		p := t.phone(key, number)
		p.number, p.sid, p.listed = number, entry.SID, true
		if p.name = entry.Name; exotel.NumberKey(p.name) == key {
			p.name = ""
		}
		if !known && t.lastReport.Level == OK { // it said so of every ExoPhone
			for _, l := range p.lines {
				l.apply(Line{Status: activeWord}, t.lastReport.At, Pushed, t.pushEvery, 1)
			}
		}
	}
	t.dropUnlisted(now)
	t.updateLevel(now)
}

// mergePhone gives an ExoPhone its own key, and merges it with what is known by that key.
func (t *Tracker) mergePhone(stranger *phone, key string) {
	p := t.phones[key]
	if p == nil {
		stranger.key = key
		t.phones[key] = stranger
		return
	}
	for direction, l := range stranger.lines {
		if l.State == Down && p.lines[direction].State != Down {
			p.lines[direction] = l
		}
	}
}

func (t *Tracker) phone(key, number string) *phone {
	p := t.phones[key]
	if p == nil {
		p = &phone{key: key, number: number, lines: map[Direction]*line{
			Incoming: {earlierUp: t.upTimes[key][Incoming]}, Outgoing: {earlierUp: t.upTimes[key][Outgoing]},
		}}
		t.phones[key] = p
	}
	return p
}

// findPhone returns the ExoPhone that a report names by SID, by number or by both.
func (t *Tracker) findPhone(sid, number string) *phone { return t.phone(t.keyOf(sid, number)) }

// keyOf returns the key of a named ExoPhone, and its number.
func (t *Tracker) keyOf(sid, number string) (key, shown string) {
	if key, ok := t.sids[sid]; ok {
		return key, number
	}
	number = cmp.Or(number, sid)
	return exotel.NumberKey(number), number
}

// dropUnlisted drops ExoPhones that are not on the list, unless a recent report says that
// they are down. It also bounds their number: whoever can post could name millions.
func (t *Tracker) dropUnlisted(now time.Time) {
	if !t.listed && len(t.phones) <= maxUnlisted {
		return
	}
	strangers := 0
	for _, key := range slices.Sorted(maps.Keys(t.phones)) {
		p := t.phones[key]
		if p.listed {
			continue
		}
		down := p.lines[Incoming].downSince(now.Add(-maxUnlistedAge)) || p.lines[Outgoing].downSince(now.Add(-maxUnlistedAge))
		if strangers++; strangers > maxUnlisted || t.listed && !down {
			delete(t.phones, key)
		}
	}
}

// downSince reports whether the line is down by a report of then or later.
func (l *line) downSince(then time.Time) bool {
	return l.State == Down && (l.ReportedAt.After(then) || l.Since.After(then))
}

// Restore restores a line that was down in an earlier run.
func (t *Tracker) Restore(p PhoneHealth) {
	t.mu.Lock()
	defer t.mu.Unlock()
	known := t.phone(p.Key, p.Number)
	known.name = p.Name
	for _, direction := range Directions {
		if was := p.Line(direction); was.State == Down {
			known.lines[direction].LineHealth = was
		}
	}
}

// RestoreAccount restores Exotel's last report about the whole account, if that was
// trouble without details.
func (t *Tracker) RestoreAccount(level Level, since, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.accountLine.LineHealth = LineHealth{State: Down, Status: string(level), Since: since}
	t.accountRestoredAt = now
}

// Newest returns when Exotel made the newest heartbeat. RestoreNewest takes it after a
// restart, so that an older heartbeat that is sent again is no news.
func (t *Tracker) Newest() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.newestPushed
}

// RestoreNewest restores the result of Newest from an earlier run.
func (t *Tracker) RestoreNewest(at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.newestPushed = at
}

// RestoreUpTime restores that a line was seen up in an earlier run. If its first report
// is good and follows closely, the line is up since then.
func (t *Tracker) RestoreUpTime(key string, direction Direction, since, until time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.upTimes[key] == nil {
		t.upTimes[key] = map[Direction]upTime{}
	}
	t.upTimes[key][direction] = upTime{since, until}
}

// UnconfirmedSIDs returns the SIDs of the listed ExoPhones whose last report waits for
// confirmation.
func (t *Tracker) UnconfirmedSIDs() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var doubtful []string
	for _, sid := range slices.Sorted(maps.Keys(t.sids)) {
		p := t.phones[t.sids[sid]]
		if p == nil || !p.listed {
			continue
		}
		for _, l := range p.lines {
			if l.State == Down && l.goodInRow > 0 || l.State != Down && l.badInRow > 0 {
				doubtful = append(doubtful, sid)
				break
			}
		}
	}
	return doubtful
}

// Health returns what is known at now.
func (t *Tracker) Health(now time.Time) Health {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.updateLevel(now)
	h := Health{Level: t.level, At: now, Since: t.levelSince, ReportedAt: t.pushedAt, Origin: Pushed, LastOrigin: t.lastOrigin, Interval: t.pushEvery, PollErr: t.pollErr, Listed: t.listed}
	h.BlindSince, h.BlindErr = t.blindSince(now)
	if !t.isBlind {
		h.LastContact = t.lastContact
	}
	if t.pushedAt.IsZero() || t.polledAt.After(t.pushedAt) && !t.isFresh(t.pushedAt, Pushed, now) {
		h.Origin, h.Interval = Polled, t.pollEvery
	}
	if t.polledAt.After(h.ReportedAt) {
		h.ReportedAt = t.polledAt
	}
	if h.ReportedAt.IsZero() {
		h.Origin = ""
	}
	if t.lastReport.Level == Unknown {
		h.LevelText = t.lastReport.LevelText
	}
	for _, p := range t.phones {
		shown := PhoneHealth{Key: p.key, SID: p.sid, Number: p.number, Name: p.name, Incoming: t.current(p.lines[Incoming], now), Outgoing: t.current(p.lines[Outgoing], now)}
		h.Phones = append(h.Phones, shown)
		for _, direction := range Directions {
			if l := shown.Line(direction); l.State == Down && (h.Level == Warning || h.Level == Critical) && l.Since.Before(h.Since) {
				h.Since = l.Since
			}
		}
	}
	t.dropAlternates(&h)
	slices.SortFunc(h.Phones, func(x, y PhoneHealth) int {
		rank := func(p PhoneHealth) int {
			if p.IsUp() {
				return 1
			}
			return -p.DownCount()
		}
		return cmp.Or(rank(x)-rank(y), CompareNames(cmp.Or(x.Name, x.Number), cmp.Or(y.Name, y.Number)), cmp.Compare(x.Key, y.Key))
	})
	return h
}

// dropAlternates drops the alternates that nobody should be sent to: ExoPhones that are
// down or not the account's.
func (t *Tracker) dropAlternates(h *Health) {
	down := map[string]bool{}
	for _, p := range h.Phones {
		down[p.Key] = p.IsAffected()
	}
	for i := range h.Phones {
		p := &h.Phones[i]
		for _, line := range []*LineHealth{&p.Incoming, &p.Outgoing} {
			line.Alternates = slices.DeleteFunc(line.Alternates, func(alternate string) bool {
				key, _ := t.keyOf(alternate, alternate)
				other := t.phones[key]
				return key == p.Key || down[key] || t.listed && (other == nil || !other.listed)
			})
		}
	}
}
