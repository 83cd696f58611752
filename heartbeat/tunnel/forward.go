package tunnel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

const (
	// maxForwarded is how many connections pass at once. Exotel makes one every
	// few minutes; more are closed, so that no crowd fills this computer.
	maxForwarded     = 64
	localDialTimeout = 5 * time.Second
)

// hold connects, forwards until the line breaks or ctx ends, and returns how
// long it was up. Nothing of it runs any more then.
func (l *line) hold(ctx context.Context) (up time.Duration, err error) {
	client, err := l.connect(ctx)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var owned sync.WaitGroup
	defer owned.Wait()
	defer client.Close()
	defer cancel(nil)
	// Requests without an answer block until the line is closed.
	defer atEnd(ctx, func() { client.Close() })()
	owned.Go(func() { l.watch(ctx, client, cancel) })

	listener, err := client.Listen("tcp", l.RemoteBind)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return 0, cause
		}
		return 0, fmt.Errorf("the SSH server does not listen on %s for us; the port may be taken, or its AllowTcpForwarding and PermitListen do not allow it: %w", l.RemoteBind, err)
	}
	since := time.Now()
	host, _, _ := net.SplitHostPort(l.RemoteBind) // was checked
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	l.tell(State{Phase: Up, Remote: net.JoinHostPort(host, port)})
	slots := make(chan struct{}, maxForwarded)
	for {
		remote, err := listener.Accept()
		if errors.Is(err, io.EOF) { // the line is closed
			cancel(errors.New("the SSH server ended the connection"))
			return time.Since(since), context.Cause(ctx)
		}
		if err != nil { // of one connection, which is gone
			continue
		}
		select {
		case slots <- struct{}{}:
			owned.Go(func() {
				defer func() { <-slots }()
				l.forward(ctx, remote)
			})
		default:
			remote.Close()
		}
	}
}

// forward passes one connection to the listener and back, until the listener
// has said all: it speaks last in HTTP.
func (l *line) forward(ctx context.Context, remote net.Conn) {
	defer remote.Close()
	local, err := (&net.Dialer{Timeout: localDialTimeout}).DialContext(ctx, "tcp", l.LocalAddress)
	if err != nil {
		if l.Log != nil {
			l.Log.Warn("a request through the ssh tunnel found no webhook listener", "address", l.LocalAddress, "error", err)
		}
		return
	}
	var request sync.WaitGroup
	defer request.Wait()
	defer remote.Close()
	defer local.Close()
	defer atEnd(ctx, func() { local.Close(); remote.Close() })()
	request.Go(func() {
		_, _ = io.Copy(local, remote) // either end may go at any time
		_ = local.(*net.TCPConn).CloseWrite()
	})
	_, _ = io.Copy(remote, local)
}

// watch asks the server for a sign of life now and then, until ctx ends. When
// none comes it calls dead, which is to close the client.
func (l *line) watch(ctx context.Context, client *ssh.Client, dead func(error)) {
	every := cmp.Or(l.probe, keepAlive)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
		answered := make(chan struct{})
		go func() { // ends at the latest with the client, and is waited for below
			defer close(answered)
			// A refusal is a sign of life too, and hold notices a broken line.
			_, _, _ = client.SendRequest("keepalive@openssh.com", true, nil)
		}()
		select {
		case <-answered:
		case <-time.After(2 * every):
			dead(fmt.Errorf("the line to the SSH server is dead: no answer for %s", 2*every))
			<-answered
		}
	}
}

// atEnd calls end once ctx ends, unless stop came first. Nothing of it runs any
// more after stop.
func atEnd(ctx context.Context, end func()) (stop func()) {
	ended := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() { defer close(ended); end() })
	return func() {
		if !cancel() {
			<-ended
		}
	}
}
