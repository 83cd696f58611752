package exotel

import (
	"maps"
	"slices"
	"sync"
)

// refusals remembers for which kinds of request the account last refused the keys.
type refusals struct {
	mu sync.Mutex
	by map[string]*Error // by Error.Op
}

// note adds a refused request. Only a refusal of the keys counts, and not that of one
// ExoPhone, which may no longer be the account's.
func (r *refusals) note(e *Error) {
	if !e.RefusesKeys() || e.Op == opPhone && e.Kind == KindForbidden {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = map[string]*Error{}
	}
	r.by[e.Op] = e
}

// passed notes that a request was answered. The key and token are the same for all kinds
// of request, so none is refused because of them any more.
func (r *refusals) passed(op string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.by, func(refused string, e *Error) bool { return refused == op || e.Kind == KindCredentials })
}

// RefusesKeys reports whether the account refuses the keys, because they are wrong or may
// not be used from this computer.
func (e *Error) RefusesKeys() bool { return e.Kind == KindCredentials || e.Kind == KindForbidden }

// AccessErr returns why the account refuses the keys, by its last answer to each kind of
// request. It returns nil if the account accepts them.
func (c *Client) AccessErr() error {
	c.refused.mu.Lock()
	defer c.refused.mu.Unlock()
	if ops := slices.Sorted(maps.Keys(c.refused.by)); len(ops) > 0 {
		return c.refused.by[ops[0]]
	}
	return nil
}
