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
	// maxForwarded is the largest number of connections at once. Exotel opens one every
	// few minutes. Further ones are closed.
	maxForwarded     = 64
	localDialTimeout = 5 * time.Second
)

// run connects, and forwards until the connection breaks or ctx ends. It returns how long
// the tunnel was up, and leaves nothing running.
func (l *line) run(ctx context.Context) (up time.Duration, err error) {
	client, err := l.connect(ctx)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var owned sync.WaitGroup
	defer owned.Wait()
	defer client.Close()
	defer cancel(nil)
	// Requests without an answer block until the client is closed.
	defer onEnd(ctx, func() { client.Close() })()
	owned.Go(func() { l.checkAlive(ctx, client, cancel) })

	listener, err := client.Listen("tcp", l.RemoteBind)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return 0, cause
		}
		return 0, fmt.Errorf("the SSH server does not listen on %s for us; the port may be taken, or its AllowTcpForwarding and PermitListen do not allow it: %w", l.RemoteBind, err)
	}
	since := time.Now()
	host, _, _ := net.SplitHostPort(l.RemoteBind) // prepare checked it
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	l.publish(State{Phase: Up, Remote: net.JoinHostPort(host, port)})
	slots := make(chan struct{}, maxForwarded)
	for {
		remote, err := listener.Accept()
		if errors.Is(err, io.EOF) { // the client is closed
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

// forward connects one connection with the listener, until the listener has finished its
// answer.
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
	defer onEnd(ctx, func() { local.Close(); remote.Close() })()
	request.Go(func() {
		_, _ = io.Copy(local, remote) // either end may close at any time
		_ = local.(*net.TCPConn).CloseWrite()
	})
	_, _ = io.Copy(remote, local)
}

// checkAlive asks the server for a sign of life now and then, until ctx ends. If none
// comes, it calls dead, which must close the client.
func (l *line) checkAlive(ctx context.Context, client *ssh.Client, dead func(error)) {
	every := cmp.Or(l.probe, keepAlive)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
		answered := make(chan struct{})
		go func() { // ends with the client at the latest, and is waited for below
			defer close(answered)
			// A refusal is a sign of life, too. run notices a broken connection.
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

// onEnd calls end once ctx ends, unless stop is called first. Nothing of it runs after
// stop.
func onEnd(ctx context.Context, end func()) (stop func()) {
	ended := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() { defer close(ended); end() })
	return func() {
		if !cancel() {
			<-ended
		}
	}
}
