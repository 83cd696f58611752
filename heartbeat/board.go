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
	// goodWords is how many good words in a row end a fault, and badPulls how
	// many bad answers in a row make one, so that a line that flaps does not cry
	// wolf. What Exotel pushes it has checked itself: that counts at once.
	goodWords = 2
	badPulls  = 2
	// silentAfter is how many intervals without a word make health unknown.
	silentAfter = 3
	// seenGap is how many intervals may lie between two words for the time
	// between them to count as seen.
	seenGap = 2
	// strangerStays is how long an ExoPhone that is not on the account's list
	// is still down by its last word.
	strangerStays = 24 * time.Hour
	// mostStrangers bounds the ExoPhones that are not on the account's list.
	mostStrangers = 2000
)

// defaultInterval is how often a word is expected until arrivals tell.
const defaultInterval = 5 * time.Minute

// BoardOptions say how often words are expected. Where it is not said, five
// minutes are expected.
type BoardOptions struct {
	// Push is the interval that is set at Exotel; 0 means that the heartbeats
	// tell themselves.
	Push time.Duration
	// Pull is how often every ExoPhone is asked for; 0 means that nobody asks
	// regularly.
	Pull time.Duration
}

// Board collects words about the ExoPhones and says what they make. Times are
// given to it, never taken. It is safe for concurrent use.
type Board struct {
	mu     sync.Mutex
	phones map[string]*phone               // by number key
	sids   map[string]string               // number keys, by SID
	listed bool                            // the account's ExoPhones are known
	past   map[string]map[Direction]upTime // what is remembered, by number key

	pushEvery, pullEvery time.Duration
	pulls                bool            // every ExoPhone is asked for regularly
	fixed                bool            // pushEvery was set, not learned
	learned              bool            // pushEvery was learned
	gaps                 []time.Duration // between the last heartbeats

	pushed  time.Time // when Exotel made the newest heartbeat of this run
	newest  time.Time // the same, remembered over runs
	stamp   string    // as it was written there
	last    Report
	account line // Exotel's word for the whole account, where no line carries it
	// detailed says that the heartbeat behind it named some of the lines.
	detailed bool
	toPull   bool      // a heartbeat had no room for what there is to say
	askedAt  time.Time // when it came

	pullBegan time.Time // when the last round began
	spoke     Source    // where the last word came from
	pulled    time.Time // when the last answer came
	trouble   error
	inRound   bool      // something was answered since the last round began
	failing   time.Time // when asking began to fail; zero while it does not
	awake     time.Time // see Woke
	learnedAt time.Time // when something was last learned
	dark      bool      // nothing could be learned, and nothing was since

	level Level
	since time.Time

	restored time.Time // when RestoreAccount was called
}

type phone struct {
	key, sid, number, name string
	listed                 bool
	lines                  map[Direction]*line
}

// line is one direction of an ExoPhone and what was heard of it.
type line struct {
	LineHealth
	good, bad int // words in a row
	source    Source
	wasUp     upTime // in an earlier run of the program

	faultPushed time.Time // when the last heartbeat against it was made
	endedByPull time.Time // when pulls last ended a fault
	contested   bool      // a heartbeat contradicted that
}

// upTime is a time through which a line was seen up.
type upTime struct{ since, until time.Time }

// NewBoard returns a board that knows nothing.
func NewBoard(o BoardOptions) *Board {
	return &Board{
		phones: map[string]*phone{}, sids: map[string]string{}, past: map[string]map[Direction]upTime{},
		pushEvery: cmp.Or(o.Push, defaultInterval), fixed: o.Push > 0,
		pullEvery: cmp.Or(o.Pull, defaultInterval), pulls: o.Pull > 0,
	}
}

// List tells the board the account's ExoPhones, which join the SIDs of
// heartbeats with numbers and names.
func (b *Board) List(phones []exotel.ExoPhone, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listed = true
	// Very many numbers cannot be asked for within the interval.
	b.pullEvery = max(b.pullEvery, time.Duration(len(phones))*time.Minute/pullsPerMinute)
	for _, p := range b.phones {
		p.listed = false
	}
	for _, entry := range phones {
		number := cmp.Or(entry.Number, entry.SID)
		key := exotel.NumberKey(number)
		b.sids[entry.SID] = key
		// A heartbeat may have named it by its SID alone, before the list came.
		if stranger := b.phones[exotel.NumberKey(entry.SID)]; stranger != nil && stranger.key != key {
			delete(b.phones, stranger.key)
			b.adopt(stranger, key)
		}
		known := b.phones[key] != nil
		p := b.phone(key, number)
		p.number, p.sid, p.listed = number, entry.SID, true
		if p.name = entry.Name; exotel.NumberKey(p.name) == key {
			p.name = ""
		}
		if !known && b.last.Level == OK { // it said so of every ExoPhone
			for _, l := range p.lines {
				l.take(Line{Word: activeWord}, b.last.At, Pushed, b.pushEvery, 1)
			}
		}
	}
	b.forgetStrangers(now)
	b.judge(now)
}

// adopt gives an ExoPhone its own key, and joins it with what is known by that.
func (b *Board) adopt(stranger *phone, key string) {
	p := b.phones[key]
	if p == nil {
		stranger.key = key
		b.phones[key] = stranger
		return
	}
	for direction, l := range stranger.lines {
		if l.State == Down && p.lines[direction].State != Down {
			p.lines[direction] = l
		}
	}
}

func (b *Board) phone(key, number string) *phone {
	p := b.phones[key]
	if p == nil {
		p = &phone{key: key, number: number, lines: map[Direction]*line{
			Incoming: {wasUp: b.past[key][Incoming]}, Outgoing: {wasUp: b.past[key][Outgoing]},
		}}
		b.phones[key] = p
	}
	return p
}

// named finds the ExoPhone that a word is about, which may name it by SID, by
// number, or both.
func (b *Board) named(sid, number string) *phone { return b.phone(b.keyOf(sid, number)) }

// keyOf is the key of a named ExoPhone, and its number.
func (b *Board) keyOf(sid, number string) (key, shown string) {
	if key, ok := b.sids[sid]; ok {
		return key, number
	}
	number = cmp.Or(number, sid)
	return exotel.NumberKey(number), number
}

// forgetStrangers drops ExoPhones that are not on the list, unless they are down
// by the last word, which may not be old, and keeps those bounded: whoever can
// post could name millions.
func (b *Board) forgetStrangers(now time.Time) {
	if !b.listed && len(b.phones) <= mostStrangers {
		return
	}
	strangers := 0
	for _, key := range slices.Sorted(maps.Keys(b.phones)) {
		p := b.phones[key]
		if p.listed {
			continue
		}
		down := p.lines[Incoming].downSince(now.Add(-strangerStays)) || p.lines[Outgoing].downSince(now.Add(-strangerStays))
		if strangers++; strangers > mostStrangers || b.listed && !down {
			delete(b.phones, key)
		}
	}
}

// downSince reports whether a line is down by a word of then or later.
func (l *line) downSince(then time.Time) bool {
	return l.State == Down && (l.Heard.After(then) || l.Since.After(then))
}

// Restore tells the board that a line was down when it was last known.
func (b *Board) Restore(p PhoneHealth) {
	b.mu.Lock()
	defer b.mu.Unlock()
	known := b.phone(p.Key, p.Number)
	known.name = p.Name
	for _, direction := range Directions {
		if was := p.Line(direction); was.State == Down {
			known.lines[direction].LineHealth = was
		}
	}
}

// RestoreAccount tells the board that Exotel last reported trouble of the whole
// account, without saying where.
func (b *Board) RestoreAccount(level Level, since, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account.LineHealth = LineHealth{State: Down, Word: string(level), Since: since}
	b.restored = now
}

// Newest is when Exotel made the newest heartbeat, for RestoreNewest after a
// restart: an older one that is sent again then is still no news.
func (b *Board) Newest() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.newest
}

// RestoreNewest tells the board what Newest was.
func (b *Board) RestoreNewest(at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.newest = at
}

// Remember tells the board that a line was seen up from since until then. If its
// first word is good and follows closely, it is up since then.
func (b *Board) Remember(key string, direction Direction, since, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.past[key] == nil {
		b.past[key] = map[Direction]upTime{}
	}
	b.past[key][direction] = upTime{since, until}
}

// InDoubt returns the SIDs of listed ExoPhones with a word that waits for its
// confirmation.
func (b *Board) InDoubt() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var doubtful []string
	for _, sid := range slices.Sorted(maps.Keys(b.sids)) {
		p := b.phones[b.sids[sid]]
		if p == nil || !p.listed {
			continue
		}
		for _, l := range p.lines {
			if l.State == Down && l.good > 0 || l.State != Down && l.bad > 0 {
				doubtful = append(doubtful, sid)
				break
			}
		}
	}
	return doubtful
}

// Health is what is known at now.
func (b *Board) Health(now time.Time) Health {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.judge(now)
	h := Health{Level: b.level, At: now, Since: b.since, Heard: b.pushed, Source: Pushed, Spoke: b.spoke, Every: b.pushEvery, Trouble: b.trouble, Listed: b.listed}
	h.BlindSince, h.Blind = b.blind(now)
	if !b.dark {
		h.Learned = b.learnedAt
	}
	if b.pushed.IsZero() || b.pulled.After(b.pushed) && !b.fresh(b.pushed, Pushed, now) {
		h.Source, h.Every = Pulled, b.pullEvery
	}
	if b.pulled.After(h.Heard) {
		h.Heard = b.pulled
	}
	if h.Heard.IsZero() {
		h.Source = ""
	}
	if b.last.Level == Unknown {
		h.Word = b.last.Word
	}
	for _, p := range b.phones {
		shown := PhoneHealth{Key: p.key, SID: p.sid, Number: p.number, Name: p.name, Incoming: b.shown(p.lines[Incoming], now), Outgoing: b.shown(p.lines[Outgoing], now)}
		h.Phones = append(h.Phones, shown)
		for _, direction := range Directions {
			if l := shown.Line(direction); l.State == Down && (h.Level == Warning || h.Level == Critical) && l.Since.Before(h.Since) {
				h.Since = l.Since
			}
		}
	}
	b.dropAlternates(&h)
	slices.SortFunc(h.Phones, func(x, y PhoneHealth) int {
		rank := func(p PhoneHealth) int {
			if p.Up() {
				return 1
			}
			return -p.Downs()
		}
		return cmp.Or(rank(x)-rank(y), CompareNames(cmp.Or(x.Name, x.Number), cmp.Or(y.Name, y.Number)), cmp.Compare(x.Key, y.Key))
	})
	return h
}

// dropAlternates drops the ExoPhones that nobody should be sent to: those that are
// down, among which is the one itself, and those that are not the account's.
func (b *Board) dropAlternates(h *Health) {
	down := map[string]bool{}
	for _, p := range h.Phones {
		down[p.Key] = p.Affected()
	}
	for i := range h.Phones {
		p := &h.Phones[i]
		for _, line := range []*LineHealth{&p.Incoming, &p.Outgoing} {
			line.Alternates = slices.DeleteFunc(line.Alternates, func(alternate string) bool {
				key, _ := b.keyOf(alternate, alternate)
				other := b.phones[key]
				return key == p.Key || down[key] || b.listed && (other == nil || !other.listed)
			})
		}
	}
}
