package tunnel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/crypto/ssh"
)

const (
	firstWait    = time.Second
	maxRetryWait = time.Minute // plus up to half of it at random

	dialTimeout = 15 * time.Second
	// handshakeTimeout leaves time to confirm the use of a key to an agent.
	handshakeTimeout = time.Minute
	// keepAlive is the interval at which a silent connection is tested. A connection that
	// leaves a request without an answer for twice that long is dead.
	keepAlive = 15 * time.Second
)

// SSH is a reverse tunnel: an SSH server with a public address listens in place of this
// computer and passes connections on to the webhook's listener. It accepts the server's
// key only if the key is known, or confirmed at first contact. The fields must not change
// during Run.
type SSH struct {
	// Address is the server's host or host:port. The default port is 22.
	Address string
	// User is the account on the server.
	User string
	// KeyFile is the path of an unencrypted private key. If it is empty, the keys of the
	// running agent (SSH_AUTH_SOCK) are used, which is the place for encrypted ones.
	KeyFile string
	// RemoteBind is the host:port at which the server listens: "127.0.0.1:3000" behind
	// the server's own web server, or "0.0.0.0:8080" for everybody if its GatewayPorts
	// allows it. Otherwise OpenSSH listens on its loopback address and does not say so.
	// With port 0 the server chooses a port, another one each time.
	RemoteBind string
	// LocalAddress is the host:port of the webhook's listener. Nothing else on this
	// computer can be reached through the tunnel.
	LocalAddress string
	// KnownHosts is the path of the program's own known_hosts, to which confirmed keys
	// are added. It need not exist.
	KnownHosts string
	// UserKnownHosts is the path of another known_hosts that is only read, such as
	// ~/.ssh/known_hosts. It may be empty or missing.
	UserKnownHosts string
	// Confirm asks the user at the first contact with a server whether its key is the
	// right one. fingerprint is in OpenSSH's form, "SHA256:…". If Confirm is nil, no key
	// is. It may block until ctx ends.
	Confirm func(ctx context.Context, host, fingerprint string) bool
	// Changed, if not nil, is called with each new State, by the goroutine of Run. It
	// must return soon.
	Changed func(State)
	// Log logs each new State; nil means no log.
	Log *slog.Logger

	dial  func(ctx context.Context, address string) (net.Conn, error) // nil means TCP
	probe time.Duration                                               // zero means keepAlive
}

// Phase is what a tunnel is doing.
type Phase string

// The phases of a tunnel.
const (
	Connecting Phase = "connecting"
	Up         Phase = "up"
	Waiting    Phase = "waiting" // before it connects again, after an error
)

// State is the state of a tunnel.
type State struct {
	Phase   Phase
	Remote  string    // while Up: the address at which the server listens, with the port that it chose
	Err     error     // while Waiting: the reason
	RetryAt time.Time // while Waiting: when it connects again
}

// Run keeps the tunnel open until ctx ends, and then returns nil. When the connection
// breaks it connects again, at first after a second and later after up to a minute and a
// half. If waiting cannot help, it returns an error for the user to act on: the server's
// key changed or was not confirmed, the private key cannot be used, the server does not
// let the user in, or an option makes no sense.
func (s *SSH) Run(ctx context.Context) error {
	line, err := s.prepare()
	if err != nil {
		return err
	}
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.Multiplier, wait.MaxInterval = firstWait, 2, maxRetryWait
	for {
		s.publish(State{Phase: Connecting})
		up, err := line.run(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if unknown, ok := errors.AsType[*unknownHostError](err); ok {
			err := line.hosts.confirm(ctx, s.Confirm, unknown)
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				return err
			}
			continue
		}
		if permanent, ok := errors.AsType[*backoff.PermanentError](err); ok {
			return permanent.Err
		}
		if up > maxRetryWait { // a server that drops each connection at once is not hurried
			wait.Reset()
		}
		next := wait.NextBackOff()
		s.publish(State{Phase: Waiting, Err: err, RetryAt: time.Now().Add(next)})
		select {
		case <-time.After(next):
		case <-ctx.Done():
			return nil
		}
	}
}

func (s *SSH) publish(state State) {
	if s.Log != nil {
		attributes := []any{"phase", string(state.Phase), "server", s.Address}
		level := slog.LevelInfo
		switch state.Phase {
		case Up:
			attributes = append(attributes, "remote", state.Remote)
		case Waiting:
			level = slog.LevelWarn
			attributes = append(attributes, "error", state.Err, "retry_at", state.RetryAt)
		}
		s.Log.Log(context.Background(), level, "ssh tunnel", attributes...)
	}
	if s.Changed != nil {
		s.Changed(state)
	}
}

// line is an SSH that was prepared.
type line struct {
	*SSH
	address string // host:port
	login   login
	hosts   *knownHosts
}

// prepare checks the options and reads the key, so that a bad key is reported at once.
func (s *SSH) prepare() (*line, error) {
	address := strings.TrimSpace(s.Address)
	if address == "" || strings.ContainsAny(address, "@/ ") {
		return nil, errors.New("the SSH server's address must be a host or host:port; the user has a field of its own")
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(strings.Trim(address, "[]"), "22")
	}
	if s.User == "" {
		return nil, errors.New("the SSH user is missing; enter the account on the server")
	}
	for _, place := range []struct{ what, address string }{
		{"the SSH server's address", address},
		{"where the server listens", s.RemoteBind},
		{"the webhook's listener", s.LocalAddress},
	} {
		_, port, err := net.SplitHostPort(place.address)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil {
			return nil, fmt.Errorf("%s must be host:port, like 127.0.0.1:3000, but is %q", place.what, place.address)
		}
	}
	if s.KnownHosts == "" {
		return nil, errors.New("the file of known SSH servers is not set, so that their keys cannot be checked")
	}
	login, err := newLogin(s.KeyFile)
	if err != nil {
		return nil, err
	}
	return &line{SSH: s, address: address, login: login, hosts: &knownHosts{own: s.KnownHosts, users: s.UserKnownHosts}}, nil
}

// connect connects to the server and logs in.
func (l *line) connect(ctx context.Context) (*ssh.Client, error) {
	check, algorithms, err := l.hosts.checker(l.address)
	if err != nil {
		return nil, backoff.Permanent(err)
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout+handshakeTimeout)
	defer cancel()
	auth, closeAuth, err := l.login.method(ctx)
	if err != nil {
		return nil, err
	}
	defer closeAuth()
	dial := l.dial
	if dial == nil {
		dial = func(ctx context.Context, address string) (net.Conn, error) {
			return (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", address)
		}
	}
	conn, err := dial(ctx, l.address)
	if err != nil {
		return nil, fmt.Errorf("the SSH server cannot be reached: %w", err)
	}
	stop := onEnd(ctx, func() { conn.Close() })
	sshConn, channels, requests, err := ssh.NewClientConn(conn, l.address, &ssh.ClientConfig{
		User:              l.User,
		Auth:              []ssh.AuthMethod{auth},
		HostKeyAlgorithms: algorithms,
		HostKeyCallback:   check,
	})
	stop()
	switch {
	case ctx.Err() != nil:
		err = fmt.Errorf("the SSH server did not complete the connection: %w", context.Cause(ctx))
	case err != nil:
		err = l.login.explain(err, l.User)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return ssh.NewClient(sshConn, channels, requests), nil
}
