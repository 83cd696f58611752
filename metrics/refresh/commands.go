package refresh

import "sync"

// commands are passed to a goroutine that may not be running yet, or may be busy. They wait in
// order for as long as it takes, so that nobody who gives one has to wait.
type commands[T any] struct {
	wake chan struct{} // has room for one

	mu    sync.Mutex
	list  []func(T)
	ended bool
}

func newCommands[T any]() *commands[T] { return &commands[T]{wake: make(chan struct{}, 1)} }

// give adds a command. It is dropped once nobody takes any more.
func (c *commands[T]) give(command func(T)) {
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

// take returns the commands that wait.
func (c *commands[T]) take() []func(T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.list
	c.list = nil
	return list
}

// end drops the commands that wait, and all later ones.
func (c *commands[T]) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list, c.ended = nil, true
}
