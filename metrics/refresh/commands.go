package refresh

import "sync"

// commands are functions for a goroutine that may not be running yet, or may be busy.
// They wait in order, so that their givers need not.
type commands[T any] struct {
	wake chan struct{} // has room for one

	mu    sync.Mutex
	list  []func(T)
	ended bool
}

func newCommands[T any]() *commands[T] { return &commands[T]{wake: make(chan struct{}, 1)} }

// add adds a command. It drops the command after end.
func (c *commands[T]) add(command func(T)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	c.list = append(c.list, command)
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// take returns the waiting commands.
func (c *commands[T]) take() []func(T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.list
	c.list = nil
	return list
}

// end drops the waiting commands and all later ones.
func (c *commands[T]) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list, c.ended = nil, true
}
