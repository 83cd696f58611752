package sqlite

import "zombiezen.com/go/sqlite/sqlitemigration"

// SetConnPragma adds a pragma to those of all connections that are opened until the
// returned function is called.
func SetConnPragma(pragma string) (reset func()) {
	before := connPragmas
	connPragmas = append(connPragmas[:len(before):len(before)], pragma)
	return func() { connPragmas = before }
}

// Schema returns that of the file.
func Schema() sqlitemigration.Schema { return schema }

// LoadedDays counts the days whose columns a store has in memory.
func LoadedDays(s *Store) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.days {
		if d.loaded.Load() != nil {
			n++
		}
	}
	return n
}
