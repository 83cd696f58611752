package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/calls/columns"
)

// SetExoPhones implements calls.Store.
func (s *Store) SetExoPhones(ctx context.Context, phones []exotel.ExoPhone) error {
	return s.write(ctx, func(conn *sqlite.Conn) error {
		changed := false
		for _, phone := range phones {
			err := run(conn, `INSERT INTO exophone VALUES (?1, ?2, ?3, ?4) ON CONFLICT (sid) DO UPDATE
				SET number = ?2, key = ?3, name = ?4 WHERE number <> ?2 OR name <> ?4`,
				phone.SID, phone.Number, lineKey(cmp.Or(phone.Number, phone.SID)), phone.Name)
			if err != nil {
				return err
			}
			changed = changed || conn.Changes() > 0
		}
		if !changed {
			return nil
		}
		if err := run(conn, "UPDATE line SET exophone = "+exophoneOf("line.address", "line.key")); err != nil {
			return err
		}
		_, err := nextRevision(conn)
		return err
	})
}

// exophoneOf returns SQL for the ExoPhone of an address with a key.
func exophoneOf(address, key string) string {
	return fmt.Sprintf("coalesce((SELECT e.sid FROM exophone e WHERE e.sid = %s), (SELECT min(e.sid) FROM exophone e WHERE e.key = %s))", address, key)
}

// lines are the spellings of lines, by their numbers in the file. There are few.
type lines struct {
	keys [][2]string // the keys of a spelling and of its ExoPhone
	same []uint16    // the first number of the same line
	name []string    // the ExoPhone's number, or the spelling
}

func readLines(conn *sqlite.Conn) (lines, error) {
	l := lines{keys: make([][2]string, 1), same: make([]uint16, 1), name: make([]string, 1)}
	first := map[string]uint16{}
	err := each(conn, `SELECT l.id, l.address, l.key, coalesce(e.key, l.key), coalesce(e.number, '')
		FROM line l LEFT JOIN exophone e ON e.sid = l.exophone ORDER BY l.id`, func(row *sqlite.Stmt) error {
		id, err := numberUpTo(math.MaxUint16, row, 0)
		if err != nil {
			return err
		}
		key := row.ColumnText(3)
		for len(l.same) <= int(id) {
			l.keys, l.same, l.name = append(l.keys, [2]string{}), append(l.same, 0), append(l.name, "")
		}
		if first[key] == 0 {
			first[key] = uint16(id)
		}
		l.keys[id], l.same[id], l.name[id] = [2]string{row.ColumnText(2), key}, first[key], cmp.Or(row.ColumnText(4), row.ColumnText(1))
		return nil
	})
	return l, err
}

// ranks returns the places of the lines in the order of their keys.
func (l *lines) ranks() []uint32 {
	byKey := make([]uint16, len(l.same))
	for id := range byKey {
		byKey[id] = uint16(id)
	}
	slices.SortStableFunc(byKey, func(a, b uint16) int { return cmp.Compare(l.keys[a][1], l.keys[b][1]) })
	ranks := make([]uint32, len(byKey))
	for rank, id := range byKey {
		ranks[id] = uint32(rank)
	}
	return ranks
}

// named returns the numbers of all spellings of some lines.
func (l *lines) named(addresses []string) columns.Set {
	wanted := map[uint16]bool{}
	for _, address := range addresses {
		key := lineKey(address)
		for id, keys := range l.keys {
			if key != "" && slices.Contains(keys[:], key) {
				wanted[l.same[id]] = true
			}
		}
	}
	set := columns.Set{}
	for id, same := range l.same {
		if wanted[same] {
			set.Add(uint32(id))
		}
	}
	return set
}
