package sqlite

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/columns"
	"exotel-monitor/metrics/dbfile"
)

// Group implements calls.Store.
func (s *Store) Group(ctx context.Context, q calls.Query, by ...calls.Dimension) (named []calls.Bucket, err error) {
	err = s.answer(ctx, q, func(conn *sqlite.Conn, selection columns.Selection, lines *lines, days []*day) error {
		buckets := columns.Group(selection, columnsOf(days), by...)
		n := names{conn: conn, known: map[uint32]string{}}
		if len(buckets) > minBulkNames {
			n.readAll()
		}
		named = make([]calls.Bucket, 0, len(buckets))
		for _, b := range buckets {
			b.Key.Line, b.Key.Agent, b.Key.Caller = lines.name[b.Line], n.find(b.Agent), n.find(b.Caller)
			named = append(named, b.Bucket)
		}
		return n.err
	})
	return named, err
}

// answer runs f with a query and its days, as they are in the file at one moment.
func (s *Store) answer(ctx context.Context, q calls.Query, f func(*sqlite.Conn, columns.Selection, *lines, []*day) error) error {
	var built []*day
	err := s.read(ctx, func(conn *sqlite.Conn) error {
		selection, lines, err := s.selection(conn, q)
		if err != nil {
			return err
		}
		var days []*day
		if days, built, err = s.load(conn, q.Period); err != nil {
			return err
		}
		return f(conn, selection, lines, days)
	})
	if err != nil || len(built) == 0 || s.path == "" || s.writeErr != nil {
		return err
	}
	// The answer does not depend on it.
	_ = s.withConn(ctx, "save figures", func(conn *sqlite.Conn) error { return cacheBuilt(conn, built) })
	return nil
}

// names finds the addresses of parties by their numbers.
type names struct {
	conn  *sqlite.Conn
	known map[uint32]string
	err   error
}

// minBulkNames is the number of names from which it is faster to read all.
const minBulkNames = 10_000

func (n *names) readAll() { n.read("SELECT id, address FROM party WHERE id = same") }

func (n *names) find(id uint32) string {
	name, ok := n.known[id]
	if !ok && id != 0 && n.err == nil {
		n.known[id] = "" // of a damaged row
		n.read("SELECT id, address FROM party WHERE id = ?", int64(id))
		name = n.known[id]
	}
	return name
}

func (n *names) read(query string, args ...any) {
	n.err = each(n.conn, query, func(row *sqlite.Stmt) error {
		n.known[uint32(row.ColumnInt64(0))] = row.ColumnText(1)
		return nil
	}, args...)
}

// selection translates a query into the store's numbers.
func (s *Store) selection(conn *sqlite.Conn, q calls.Query) (columns.Selection, *lines, error) {
	selection := columns.Selection{Query: q}
	lines, err := readLines(conn)
	if err != nil {
		return selection, nil, err
	}
	selection.LineOf = lines.same
	if len(q.Lines) > 0 {
		selection.Lines = lines.named(q.Lines)
	}
	find := func(query, key string, set *columns.Set) {
		if err == nil {
			err = each(conn, query, func(row *sqlite.Stmt) error {
				id, err := numberUpTo(maxParty, row, 0)
				if err == nil {
					set.Add(id)
				}
				return err
			}, key)
		}
	}
	parties := func(addresses []string) (set columns.Set) {
		if len(addresses) > 0 {
			set = columns.Set{} // selects nothing if nothing is found
		}
		for _, address := range addresses {
			find("SELECT same FROM party WHERE key = ?", partyKey(address), &set)
		}
		return set
	}
	selection.Callers, selection.Agents = parties(q.Callers), parties(q.Agents)
	if text := metrics.SearchText(q.Text); text != "" {
		selection.Text = columns.Set{}
		find("SELECT same FROM party WHERE instr(key, ?) > 0", text, &selection.Text)
	}
	return selection, &lines, err
}

// A list is read by pages. Those of a long one are longer, because each looks at all
// calls anew unless it is in the order of time.
const (
	pageSize    = 1000
	maxPageSize = 50_000
)

// Calls implements calls.Store. It leaves out the calls of damaged days that are not as
// they were saved. The list then ends with [dbfile.ErrDamaged].
func (s *Store) Calls(ctx context.Context, q calls.Query) iter.Seq2[calls.Call, error] {
	return func(yield func(calls.Call, error) bool) {
		left, damaged := q.Limit, false
		for size := pageSize; ; size = min(2*size, maxPageSize) {
			q.Limit = size
			if left > 0 {
				q.Limit = min(left, size)
			}
			page, end, short, err := s.page(ctx, q)
			if err != nil {
				yield(calls.Call{}, err)
				return
			}
			damaged = damaged || short
			for _, call := range page {
				if !yield(call, nil) {
					return
				}
			}
			if left -= len(page); end.IsZero() || left == 0 {
				break
			}
			q.After, q.Skip = end, 0
		}
		if damaged {
			yield(calls.Call{}, fmt.Errorf("list calls: %w: some of their days must be fetched again", dbfile.ErrDamaged))
		}
	}
}

// page reads the first calls of a query, and the cursor after which more may follow.
// damaged reports whether calls may be missing because their day is damaged.
func (s *Store) page(ctx context.Context, q calls.Query) (page []calls.Call, end calls.Cursor, damaged bool, err error) {
	err = s.answer(ctx, q, func(conn *sqlite.Conn, selection columns.Selection, lines *lines, days []*day) error {
		if selection.Ranks, err = s.ranks(conn, q.Order.By, lines); err != nil {
			return err
		}
		places := columns.List(selection, columnsOf(days))
		if len(places) == q.Limit {
			end = places[len(places)-1]
		}
		for _, place := range places {
			call, figures := calls.Call{Cursor: place}, columns.Row{}
			err := each(conn, selectListed, func(row *sqlite.Stmt) error {
				call.Call, figures = scanCall(row, s.zone), scanFigures(row, callColumns)
				return nil
			}, int64(place.ID()))
			if err != nil {
				return err
			}
			if checkRow(days, place.Created(), &figures) {
				verdict := figures.Class.At(q.Now.Sub(call.Created))
				call.Status, call.Outcome = verdict.Status, verdict.Outcome
				page = append(page, call)
			}
		}
		damaged = slices.ContainsFunc(days, func(d *day) bool { return d.known().Damaged })
		return nil
	})
	return page, end, damaged, err
}

const selectListed = selectCall + ", " + figuresOfCall + fromCall + "WHERE c.id = ?"

// ranks has the positions of addresses in the order of their texts, by their numbers. It
// is valid until an address has a greater number: no number is used twice.
type ranks struct {
	newest int64
	by     []uint32
}

// ranks returns the ranks that an order needs.
func (s *Store) ranks(conn *sqlite.Conn, by calls.Column, lines *lines) ([]uint32, error) {
	switch by {
	case calls.Line:
		return lines.ranks(), nil
	case calls.Caller, calls.Agent:
		s.mu.Lock()
		known := s.parties
		s.mu.Unlock()
		newest, err := number(conn, "SELECT coalesce(max(id), 0) FROM party")
		if err != nil || newest <= known.newest {
			return known.by, err
		}
		known, err = rankParties(conn, newest)
		s.mu.Lock()
		defer s.mu.Unlock()
		if err == nil && known.newest > s.parties.newest {
			s.parties = known
		}
		return known.by, err
	}
	return nil, nil
}

func rankParties(conn *sqlite.Conn, newest int64) (ranks, error) {
	if newest > maxParty {
		return ranks{}, errNumber
	}
	r, rank := ranks{newest, make([]uint32, newest+1)}, uint32(0)
	err := each(conn, "SELECT id FROM party ORDER BY key, id", func(row *sqlite.Stmt) error {
		id, err := numberUpTo(newest, row, 0)
		if err == nil {
			rank++
			r.by[id] = rank
		}
		return err
	})
	return r, err
}
