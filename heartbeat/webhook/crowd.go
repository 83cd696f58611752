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

// crowd is a listener that keeps no more than most connections open. For each
// one more it closes the one that has gone longest without a proper request: so
// connections that dawdle, however many, make room for Exotel's.
type crowd struct {
	net.Listener
	most int

	mu   sync.Mutex
	open list.List // of *conn, the next to be closed in front
}

// Accept waits for the next connection.
func (c *crowd) Accept() (net.Conn, error) {
	accepted, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	added := &conn{Conn: accepted, crowd: c}
	var last *conn
	c.mu.Lock()
	added.place = c.open.PushBack(added)
	if c.open.Len() > c.most {
		last = c.open.Front().Value.(*conn)
	}
	c.mu.Unlock()
	if last != nil {
		_ = last.Close() // of no interest to the one that came
	}
	return added, nil
}

// conn is a connection in a crowd.
type conn struct {
	net.Conn
	crowd *crowd
	place *list.Element
}

// Close takes the connection out of the crowd.
func (c *conn) Close() error {
	c.crowd.mu.Lock()
	c.crowd.open.Remove(c.place)
	c.crowd.mu.Unlock()
	return c.Conn.Close()
}

type connKey struct{}

// withConn lets keep find a request's connection.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// keep makes a request's connection the last of its crowd to be closed.
func keep(ctx context.Context) {
	if c, ok := ctx.Value(connKey{}).(*conn); ok {
		c.crowd.mu.Lock()
		c.crowd.open.MoveToBack(c.place)
		c.crowd.mu.Unlock()
	}
}

const notHTTP = `{"error": "this is no HTTP request that can be answered here"}`

var badRequest = fmt.Sprintf("HTTP/1.1 400 Bad Request\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
	contentType, len(notHTTP), notHTTP)

// Write sends p, which net/http hands over as one piece for each answer. Its own
// answers to what never becomes a request (garbage, a header without end, an
// odd transfer coding) are text with various statuses; they go out as 400 in
// JSON like everything else here.
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
