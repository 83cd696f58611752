package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// Listen opens an address like "127.0.0.1:3000" for Serve.
func Listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot receive heartbeats at %s; choose another address or port, or end the program that has it: %w", address, err)
	}
	return listener, nil
}

// Serve receives heartbeats at a listener until ctx ends, and closes it. It
// answers
//
//	POST /webhook/heartbeat/<secret>
//
// with 200 {"received": true}, and everything else with {"error": "…"}: 404 for any
// other path, 405, 413 for more than 10 MB, and 400. Requests under way when ctx ends
// have two seconds to end, and Serve returns within three. The error is nil then, unless
// a call of Deliver or OnTest hangs.
func Serve(ctx context.Context, listener net.Listener, o Options) error {
	return serve(ctx, listener, o, defaultLimits)
}

func serve(ctx context.Context, listener net.Listener, o Options, l limits) error {
	if o.Secret == "" && !isLoopback(listener.Addr()) {
		return errors.Join(
			errors.New("other computers can reach the webhook, so it needs a secret; make one or listen on 127.0.0.1"),
			listener.Close())
	}
	h := newHandler(o, l)
	base, cut := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	defer work.Wait()
	defer cut()
	work.Go(func() { h.freeMemory(base) })
	server := &http.Server{
		Handler:                      h,
		BaseContext:                  func(net.Listener) context.Context { return base },
		ConnContext:                  withConn,
		ReadHeaderTimeout:            l.header,
		ReadTimeout:                  l.request,
		WriteTimeout:                 l.answer,
		IdleTimeout:                  l.idle,
		MaxHeaderBytes:               headerBytes,
		DisableGeneralOptionsHandler: true, // it answers without JSON
		ErrorLog:                     slog.NewLogLogger(h.Log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(&limitListener{Listener: listener, max: l.connections}) }()
	var broken error
	select {
	case err := <-ended:
		broken = fmt.Errorf("heartbeats are no longer received; turn the webhook off and on again: %w", err)
		ended <- err
	case <-ctx.Done():
	}
	finish, cancel := context.WithTimeout(base, l.finish)
	defer cancel()
	if server.Shutdown(finish) != nil {
		_ = server.Close() // its listener is closed already
	}
	<-ended
	// Closing the connections ended all requests but those that hang in a call.
	last, cancel := context.WithTimeout(base, l.cut)
	defer cancel()
	if h.active.Acquire(last, int64(l.connections)) != nil {
		return errors.Join(broken, errors.New("the webhook has ended, but a heartbeat was still being taken in"))
	}
	return broken
}

func isLoopback(address net.Addr) bool {
	at, err := netip.ParseAddrPort(address.String())
	return err == nil && at.Addr().Unmap().IsLoopback()
}
