package archive

import (
	"strings"
	"sync"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/exotel"
)

// kind is what many calls have in common: which fields there are, and the values
// of those that have few.
type kind struct {
	has traits
	words
	// recording is the address of the recording with sidMark for the Sid, or ""
	// where it is no such address.
	recording string
}

// words are the fields with few values.
type words struct{ direction, status, exoPhone, answeredBy, leg1, leg2 string }

func (w *words) each(visit func(*string)) {
	for _, word := range []*string{&w.direction, &w.status, &w.exoPhone, &w.answeredBy, &w.leg1, &w.leg2} {
		visit(word)
	}
}

// traits say which fields a row has.
type traits int64

const (
	timeless   traits = 1 << iota // there is no creation time
	hasStarted                    // there is a start time, and so on
	hasEnded
	hasUpdated
	hasParent
	hasDetails
	hasRecording // the address does not hold the Sid, or is one of too many kinds
	spelledOut   // the words are in the row: too many, or too long
	hasExtra     // since version 2 of the file
)

const (
	sidMark = "\x00"
	// Bounds for what is held in memory, should a field have a value of its own
	// in each call.
	mostKinds      = 1 << 15
	mostAddresses  = 1 << 12
	mostRecordings = 1 << 6
	longestWord    = 64
)

// vocabulary is what the rows refer to. It only grows; what is new gets to the
// disk with the next day that is put.
type vocabulary struct {
	mu sync.Mutex
	known
	kindAt     map[kind]uint64
	addressAt  map[string]uint64
	recordings []recording

	saved struct{ kinds, addresses int } // under Archive.mu
}

// known is a vocabulary at one time, which never changes.
type known struct {
	kinds     []kind
	addresses []string // of parties, that are no phone numbers
}

// recording is the address of recordings with the Sid left out.
type recording struct{ before, after, marked string }

func loadVocabulary(conn *sqlite.Conn) (*vocabulary, error) {
	v := &vocabulary{kindAt: map[kind]uint64{}, addressAt: map[string]uint64{}}
	err := sqlitex.Execute(conn, "SELECT id, text FROM address ORDER BY id", &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		if row.ColumnInt(0) != len(v.addresses) {
			return errDamaged
		}
		v.addAddress(row.ColumnText(1))
		return nil
	}})
	if err != nil {
		return nil, err
	}
	err = sqlitex.Execute(conn, `SELECT id, has, recording, direction, status, exophone, answered_by, leg1, leg2 FROM kind ORDER BY id`,
		&sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
			if row.ColumnInt(0) != len(v.kinds) {
				return errDamaged
			}
			k := kind{has: traits(row.ColumnInt64(1)), recording: row.ColumnText(2)}
			column := 2
			k.each(func(word *string) {
				column++
				*word = row.ColumnText(column)
			})
			v.addKind(k)
			if before, after, ok := strings.Cut(k.recording, sidMark); ok && !v.hasRecording(k.recording) {
				v.recordings = append(v.recordings, recording{before, after, k.recording})
			}
			return nil
		}})
	v.saved.kinds, v.saved.addresses = len(v.kinds), len(v.addresses)
	return v, err
}

func (v *vocabulary) hasRecording(marked string) bool {
	for i := range v.recordings {
		if v.recordings[i].marked == marked {
			return true
		}
	}
	return false
}

// save writes what is new, and returns what to call when it is kept for sure.
func (v *vocabulary) save(conn *sqlite.Conn) (kept func(), err error) {
	now := v.snapshot()
	for id := v.saved.addresses; id < len(now.addresses); id++ {
		if err := sqlitex.Execute(conn, "INSERT INTO address VALUES (?, ?)", &sqlitex.ExecOptions{Args: []any{id, now.addresses[id]}}); err != nil {
			return nil, err
		}
	}
	for id := v.saved.kinds; id < len(now.kinds); id++ {
		k := now.kinds[id]
		args := []any{id, int64(k.has), k.recording}
		k.each(func(word *string) { args = append(args, *word) })
		if err := sqlitex.Execute(conn, "INSERT INTO kind VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", &sqlitex.ExecOptions{Args: args}); err != nil {
			return nil, err
		}
	}
	return func() { v.saved.kinds, v.saved.addresses = len(now.kinds), len(now.addresses) }, nil
}

func (v *vocabulary) snapshot() known {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.known
}

func (v *vocabulary) addAddress(s string) (at uint64) {
	at = uint64(len(v.addresses))
	v.addressAt[s] = at
	v.addresses = append(v.addresses, s)
	return at
}

func (v *vocabulary) addKind(k kind) (at uint64) {
	at = uint64(len(v.kinds))
	v.kindAt[k] = at
	v.kinds = append(v.kinds, k)
	return at
}

// address is the place of a party's address; ok is false if it must be spelled
// out.
func (v *vocabulary) address(s string) (at uint64, ok bool) {
	if len(s) > longestWord {
		return 0, false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if at, ok = v.addressAt[s]; !ok && len(v.addresses) < mostAddresses {
		return v.addAddress(strings.Clone(s)), true
	}
	return at, ok
}

// kind finds the kind of a call and its place.
func (v *vocabulary) kind(call *exotel.Call) (kind, uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	k := kind{has: traitsOf(call), words: wordsOf(call)}
	if call.RecordingURL != "" {
		k.recording = v.recording(call.RecordingURL, call.Sid)
		if k.recording == "" {
			k.has |= hasRecording
		}
	}
	if at, ok := v.kindAt[k]; ok {
		return k, at
	}
	tooLong := false
	k.each(func(word *string) {
		tooLong = tooLong || len(*word) > longestWord
		*word = strings.Clone(*word) // not to keep the page it came from
	})
	if tooLong || len(v.kinds) >= mostKinds {
		k.has, k.words = k.has|spelledOut, words{}
		if at, ok := v.kindAt[k]; ok {
			return k, at
		}
	}
	return k, v.addKind(k)
}

// recording is the address of a recording with a mark for the Sid, "" if it must
// be spelled out.
func (v *vocabulary) recording(url, sid string) string {
	for i := range v.recordings {
		r := &v.recordings[i]
		rest, ok := strings.CutPrefix(url, r.before)
		if rest, ok2 := strings.CutPrefix(rest, sid); ok && ok2 && rest == r.after {
			return r.marked
		}
	}
	before, after, found := strings.Cut(url, sid)
	if !found || sid == "" || len(before)+len(after) > 4*longestWord || len(v.recordings) >= mostRecordings || strings.Contains(url, sidMark) {
		return ""
	}
	marked := before + sidMark + after
	v.recordings = append(v.recordings, recording{marked[:len(before)], marked[len(before)+1:], marked})
	return marked
}

func traitsOf(call *exotel.Call) (has traits) {
	if call.Created.IsZero() {
		has |= timeless
	}
	if !call.Started.IsZero() {
		has |= hasStarted
	}
	if !call.Ended.IsZero() {
		has |= hasEnded
	}
	if !call.Updated.IsZero() {
		has |= hasUpdated
	}
	if call.ParentSid != "" {
		has |= hasParent
	}
	if call.Details != nil {
		has |= hasDetails
	}
	if call.Extra != "" {
		has |= hasExtra
	}
	return has
}

func wordsOf(call *exotel.Call) words {
	w := words{direction: call.Direction, status: call.Status, exoPhone: call.ExoPhone, answeredBy: call.AnsweredBy}
	if d := call.Details; d != nil {
		w.leg1, w.leg2 = d.Leg1Status, d.Leg2Status
	}
	return w
}
