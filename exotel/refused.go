package exotel

import (
	"maps"
	"slices"
	"sync"
)

// refusals remembers which kinds of request the account last refused the keys for.
type refusals struct {
	mu sync.Mutex
	by map[string]*Error // by Error.Op
}

// note takes in that a request was refused. Only a refusal of the keys counts, and
// not that of one ExoPhone, which may be no longer the account's.
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

// passed takes in that a request was answered. The key and token are the same for
// all kinds of request, so none is refused for them any more.
func (r *refusals) passed(op string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.by, func(refused string, e *Error) bool { return refused == op || e.Kind == KindCredentials })
}

// RefusesKeys reports whether the account refuses the keys: they are wrong, or may
// not be used from here.
func (e *Error) RefusesKeys() bool { return e.Kind == KindCredentials || e.Kind == KindForbidden }

// Refused returns why the account refuses the keys, by its last answer to each kind
// of request, and nil if it accepts them.
func (c *Client) Refused() error {
	c.refused.mu.Lock()
	defer c.refused.mu.Unlock()
	if ops := slices.Sorted(maps.Keys(c.refused.by)); len(ops) > 0 {
		return c.refused.by[ops[0]]
	}
	return nil
}
