package webhook

import (
	"bytes"
	"container/list"
	"context"
	"fmt"
	"io"
	"net"
	"sync"
)

// limitListener is a listener with at most max open connections. For each further one it
// closes the connection that has gone longest without a proper request, so that slow
// connections make room for Exotel's.
type limitListener struct {
	net.Listener
	max int

	mu   sync.Mutex
	open list.List // of *conn, the next to be closed first
}

// Accept waits for the next connection.
func (c *limitListener) Accept() (net.Conn, error) {
	accepted, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	added := &conn{Conn: accepted, listener: c}
	var last *conn
	c.mu.Lock()
	added.element = c.open.PushBack(added)
	if c.open.Len() > c.max {
		last = c.open.Front().Value.(*conn)
	}
	c.mu.Unlock()
	if last != nil {
		_ = last.Close() // the new connection does not care
	}
	return added, nil
}

// conn is a connection of a limitListener.
type conn struct {
	net.Conn
	listener *limitListener
	element  *list.Element
}

// Close removes the connection from its listener and closes it.
func (c *conn) Close() error {
	c.listener.mu.Lock()
	c.listener.open.Remove(c.element)
	c.listener.mu.Unlock()
	return c.Conn.Close()
}

type connKey struct{}

// withConn stores a request's connection for touch.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// touch makes a request's connection the last that its listener closes.
func touch(ctx context.Context) {
	if c, ok := ctx.Value(connKey{}).(*conn); ok {
		c.listener.mu.Lock()
		c.listener.open.MoveToBack(c.element)
		c.listener.mu.Unlock()
	}
}

const notHTTP = `{"error": "this is no HTTP request that can be answered here"}`

var badRequest = fmt.Sprintf("HTTP/1.1 400 Bad Request\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
	contentType, len(notHTTP), notHTTP)

// Write writes an answer, which net/http passes as one piece. It replaces net/http's own
// text answers to what never becomes a request, such as garbage or a header without end,
// by a 400 in JSON.
func (c *conn) Write(p []byte) (int, error) {
	if !bytes.HasPrefix(p, []byte("HTTP/1.")) || bytes.HasPrefix(p, []byte("HTTP/1.1 100 ")) ||
		bytes.Contains(p, []byte(contentType)) {
		return c.Conn.Write(p)
	}
	if _, err := io.WriteString(c.Conn, badRequest); err != nil {
		return 0, err
	}
	return len(p), nil
}
