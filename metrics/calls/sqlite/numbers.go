package sqlite

import (
	"fmt"
	"math"
	"strings"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/dbfile"
)

// numbers caches the numbers of texts in the file for a batch.
type numbers struct {
	conn              *sqlite.Conn
	lines, recordings map[string]uint32
	parties           map[string]party
}

// party is the number of an address, and the first number of its spellings.
type party struct{ id, same uint32 }

// maxParty is more than the parties of any account.
const maxParty = 1 << 26

var errNumber = fmt.Errorf("%w: a number in it is out of range", dbfile.ErrDamaged)

// numberUpTo returns a text's number from a row, or an error if it is out of range.
func numberUpTo(most int64, row *sqlite.Stmt, column int) (uint32, error) {
	n := row.ColumnInt64(column)
	if n < 0 || n > most {
		return 0, errNumber
	}
	return uint32(n), nil
}

func newNumbers(conn *sqlite.Conn) *numbers {
	return &numbers{conn, map[string]uint32{}, map[string]uint32{}, map[string]party{}}
}

var insertLine = "INSERT INTO line (address, key, exophone) VALUES (?1, ?2, " + exophoneOf("?1", "?2") + ")"

// addresses sets the numbers of the addresses of a call, and of the link of its
// recording.
func (n *numbers) addresses(row *stored) error {
	call := &row.call
	line, err := n.find(n.lines, call.ExoPhone, "SELECT id FROM line WHERE address = ?1", insertLine, lineKey(call.ExoPhone))
	if err != nil {
		return err
	}
	if line > math.MaxUint16 {
		return fmt.Errorf("the calls have more than %d ExoPhones", math.MaxUint16)
	}
	row.line = uint16(line)
	link := strings.ReplaceAll(call.RecordingURL, call.Sid, sidMark)
	if row.recording, err = n.find(n.recordings, link, "SELECT id FROM recording WHERE link = ?1", "INSERT INTO recording (link) VALUES (?1)"); err != nil {
		return err
	}
	customer, agent := calls.Parties(call)
	var of [4]party
	for i, address := range [...]string{call.From, call.To, customer, agent} {
		if of[i], err = n.party(address); err != nil {
			return err
		}
	}
	row.sender, row.receiver, row.customer, row.agent = of[0].id, of[1].id, of[2].same, of[3].same
	return nil
}

// find returns the number of a text, 0 for "". It runs insert if the text has no number.
func (n *numbers) find(known map[string]uint32, text, query, insert string, args ...any) (uint32, error) {
	if id, ok := known[text]; ok || text == "" {
		return id, nil
	}
	id, err := number(n.conn, query, text)
	if err == nil && id == 0 {
		err = run(n.conn, insert, append([]any{text}, args...)...)
		id = n.conn.LastInsertRowID()
	}
	if err == nil && (id < 0 || id > math.MaxUint32) {
		err = errNumber
	}
	if err != nil {
		return 0, err
	}
	known[text] = uint32(id)
	return uint32(id), nil
}

// party returns the numbers of an address, none for "".
func (n *numbers) party(address string) (p party, err error) {
	if p, ok := n.parties[address]; ok || address == "" {
		return p, nil
	}
	key := partyKey(address)
	err = each(n.conn, `SELECT (SELECT id FROM party WHERE address = ?1), (SELECT min(id) FROM party WHERE key = ?2)`, func(row *sqlite.Stmt) error {
		if p.id, err = numberUpTo(maxParty, row, 0); err == nil {
			p.same, err = numberUpTo(maxParty, row, 1)
		}
		return err
	}, address, key)
	if err == nil && p.id == 0 {
		err = run(n.conn, "INSERT INTO party (address, key, same) VALUES (?, ?, 0)", address, key)
		if p.id = uint32(n.conn.LastInsertRowID()); err == nil && n.conn.LastInsertRowID() > maxParty {
			err = errNumber
		}
	}
	if p.same == 0 {
		p.same = p.id
	}
	if err == nil { // the row may be damaged
		err = run(n.conn, "UPDATE party SET key = ?2, same = ?3 WHERE id = ?1 AND (key <> ?2 OR same <> ?3)", int64(p.id), key, int64(p.same))
	}
	if err != nil {
		return party{}, err
	}
	n.parties[address] = p
	return p, nil
}

// partyKey returns the text by which an address is searched: an Indian number with a
// leading 0, so that its first digits find it with and without the 0, and other addresses
// in lower case.
func partyKey(address string) string {
	key := exotel.NumberKey(address)
	if key != "" && strings.Trim(key, "0123456789") == "" {
		return "0" + key
	}
	return strings.ToLower(address)
}

// lineKey returns the text that all spellings of an ExoPhone have in common.
func lineKey(address string) string { return strings.ToLower(exotel.NumberKey(address)) }
