package exoteltest

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// Server serves a handler on the loopback interface.
type Server struct {
	// URL is the server's base address, without a slash at the end.
	URL string

	server *http.Server
	cancel context.CancelFunc
	done   chan struct{} // closed when Serve has returned

	mu     sync.Mutex
	closed bool
	active sync.WaitGroup
}

// Start serves h on a free port of 127.0.0.1 until Close.
func Start(h http.Handler) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{URL: "http://" + listener.Addr().String(), cancel: cancel, done: make(chan struct{})}
	s.server = &http.Server{
		Handler:     s.counted(h),
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	go func() {
		defer close(s.done)
		s.server.Serve(listener) // ends with ErrServerClosed, by Close alone
	}()
	return s, nil
}

// counted lets Close wait for the requests in flight.
func (s *Server) counted(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			panic(http.ErrAbortHandler)
		}
		s.active.Add(1)
		s.mu.Unlock()
		defer s.active.Done()
		h.ServeHTTP(w, r)
	})
}

// Close ends the server and the requests in flight at once, and returns when nothing runs
// any more. It may be called again.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.server.Close() // what is left to close after an error is closed by the wait below
	<-s.done
	s.active.Wait()
}
