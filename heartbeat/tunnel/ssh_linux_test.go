package tunnel

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh/agent"
)

func TestARequestToTheServerArrivesAtTheListener(t *testing.T) {
	tunnel := run(t, startSSHD(t).tunnel(listener(t)))
	fatal(t, post(tunnel.until(Up).Remote, strings.Repeat("heartbeat ", 100_000)))
}

func TestTheServerListensWhereItIsAskedTo(t *testing.T) {
	for _, bind := range []string{closedPort(t), ":0", "0.0.0.0:0", "localhost:0"} {
		s := startSSHD(t).tunnel(listener(t))
		s.RemoteBind = bind
		remote := run(t, s).until(Up).Remote
		host, port, err := net.SplitHostPort(remote)
		if asked, _, _ := net.SplitHostPort(bind); err != nil || host != asked || port == "0" {
			t.Errorf("asked for %s, got %s", bind, remote)
		}
		fatal(t, post("127.0.0.1:"+port, "{}"))
	}
}

func TestTheTunnelComesBackByItself(t *testing.T) {
	server := startSSHD(t)
	s := server.tunnel(listener(t))
	s.RemoteBind = closedPort(t)
	tunnel := run(t, s)
	fatal(t, post(tunnel.until(Up).Remote, "before"))
	server.stop()
	waiting := tunnel.until(Waiting)
	if waiting.Err == nil || !strings.Contains(waiting.Err.Error(), "the SSH server ended the connection") {
		t.Errorf("waiting because of %v", waiting.Err)
	}
	if err := post(s.RemoteBind, "meanwhile"); err == nil {
		t.Error("somebody answered while the server was down")
	}
	server.start()
	fatal(t, post(tunnel.until(Up).Remote, "after"))
}

// silent is a line that may stop carrying anything, without a word, as when a
// laptop changes its network.
type silent struct {
	net.Conn
	cut    *atomic.Bool
	closed context.Context
	close  context.CancelFunc
}

func (s silent) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if s.cut.Load() {
		<-s.closed.Done()
	}
	return n, err
}

func (s silent) Write(p []byte) (int, error) {
	if s.cut.Load() {
		return len(p), nil
	}
	return s.Conn.Write(p)
}

func (s silent) Close() error {
	s.close()
	return s.Conn.Close()
}

func TestALineThatFallsSilentIsReplaced(t *testing.T) {
	t.Parallel() // it waits most of the time
	s := startSSHD(t).tunnel(listener(t))
	s.probe = 4 * time.Second // twice that is enough for an answer, whatever else the machine does
	var cut atomic.Bool
	s.dial = func(ctx context.Context, address string) (net.Conn, error) {
		cut.Store(false)
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		closed, close := context.WithCancel(context.Background())
		return silent{conn, &cut, closed, close}, err
	}
	tunnel := run(t, s)
	fatal(t, post(tunnel.until(Up).Remote, "before"))
	cut.Store(true)
	if err := tunnel.until(Waiting).Err; err == nil || !strings.Contains(err.Error(), "dead: no answer for 8s") {
		t.Errorf("waiting because of %v", err)
	}
	fatal(t, post(tunnel.until(Up).Remote, "after"))
}

func TestAnIdleLineIsKept(t *testing.T) {
	t.Parallel() // it waits most of the time
	s := startSSHD(t).tunnel(listener(t))
	s.probe = 4 * time.Second
	var probes atomic.Int64
	s.dial = func(ctx context.Context, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		return counted{conn, &probes}, err
	}
	tunnel := run(t, s)
	remote := tunnel.until(Up).Remote
	before := probes.Load()
	await(t, "three probes", func() bool { return probes.Load() >= before+3 })
	fatal(t, post(remote, "{}"))
	if len(tunnel.states) > 0 {
		t.Errorf("it became %v", <-tunnel.states)
	}
}

// counted counts what is sent.
type counted struct {
	net.Conn
	writes *atomic.Int64
}

func (c counted) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}

func TestAListenerThatIsOffClosesTheRequestOnly(t *testing.T) {
	local := closedPort(t)
	tunnel := run(t, startSSHD(t).tunnel(local))
	remote := tunnel.until(Up).Remote
	if err := post(remote, "{}"); err == nil {
		t.Error("somebody answered")
	}
	l, err := net.Listen("tcp", local)
	fatal(t, err)
	defer l.Close()
	conn, err := net.Dial("tcp", remote)
	fatal(t, err)
	defer conn.Close()
	_, err = l.Accept()
	fatal(t, err)
}

func TestACallersHangingUpReachesTheListener(t *testing.T) {
	local, err := net.Listen("tcp", "127.0.0.1:0")
	fatal(t, err)
	defer local.Close()
	outside, err := net.Dial("tcp", run(t, startSSHD(t).tunnel(local.Addr().String())).until(Up).Remote)
	fatal(t, err)
	inside, err := local.Accept()
	fatal(t, err)
	defer inside.Close()
	outside.Close()
	fatal(t, inside.SetReadDeadline(time.Now().Add(patience)))
	if _, err := inside.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("got %v", err)
	}
}

func TestNoMoreConnectionsPassAtOnceThanAllowed(t *testing.T) {
	local, err := net.Listen("tcp", "127.0.0.1:0")
	fatal(t, err)
	defer local.Close()
	remote := run(t, startSSHD(t).tunnel(local.Addr().String())).until(Up).Remote
	connect := func() net.Conn {
		conn, err := net.Dial("tcp", remote)
		fatal(t, err)
		t.Cleanup(func() { conn.Close() })
		return conn
	}
	var arrived []net.Conn
	for range maxForwarded {
		connect()
		conn, err := local.Accept()
		fatal(t, err)
		arrived = append(arrived, conn)
	}
	one := connect()
	fatal(t, one.SetReadDeadline(time.Now().Add(patience)))
	if _, err := one.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("one too many: %v", err)
	}
	arrived[0].Close()
	fatal(t, local.(*net.TCPListener).SetDeadline(time.Now().Add(patience)))
	through := make(chan error, 1)
	go func() {
		conn, err := local.Accept()
		through <- err
		if err == nil {
			conn.Close()
		}
	}()
	for free := false; !free; { // both who is refused and who got through is hung up on
		conn := connect()
		fatal(t, conn.SetReadDeadline(time.Now().Add(patience)))
		if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
			t.Fatalf("after one has gone: %v", err)
		}
		select {
		case err := <-through:
			fatal(t, err)
			free = true
		default:
		}
	}
}

func TestTheEndLeavesNothing(t *testing.T) {
	local, err := net.Listen("tcp", "127.0.0.1:0")
	fatal(t, err)
	defer local.Close()
	tunnel := run(t, startSSHD(t).tunnel(local.Addr().String()))
	remote := tunnel.until(Up).Remote
	outside, err := net.Dial("tcp", remote)
	fatal(t, err)
	defer outside.Close()
	inside, err := local.Accept() // a request is under way
	fatal(t, err)
	defer inside.Close()
	tunnel.stop()
	if err := tunnel.wait(); err != nil {
		t.Errorf("Run returned %v", err)
	}
	if left := goroutinesOf("(*line)"); left != "" {
		t.Errorf("still running:\n%s", left)
	}
	await(t, "the SSH library to end", func() bool { return goroutinesOf("x/crypto/ssh") == "" })
	await(t, "the server's port to be closed", func() bool {
		conn, err := net.Dial("tcp", remote)
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	fatal(t, inside.SetReadDeadline(time.Now().Add(patience)))
	if _, err := inside.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the request under way: %v", err)
	}
}

// goroutinesOf are the stacks in which the text occurs.
func goroutinesOf(text string) (found string) {
	stacks := make([]byte, 1<<20)
	for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		if strings.Contains(stack, text) {
			found += stack + "\n\n"
		}
	}
	return found
}

func TestAPortThatTheServerDoesNotGiveIsTriedAgain(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	fatal(t, err)
	s := startSSHD(t).tunnel(listener(t))
	s.RemoteBind = taken.Addr().String()
	tunnel := run(t, s)
	if err := tunnel.until(Waiting).Err; err == nil || !strings.Contains(err.Error(), "the port may be taken") {
		t.Errorf("waiting because of %v", err)
	}
	taken.Close()
	fatal(t, post(tunnel.until(Up).Remote, "{}"))
}

func TestTheAgentsKeysAreUsed(t *testing.T) {
	server := startSSHD(t)
	keys := agent.NewKeyring()
	_, _, other := newKey(t, "")
	fatal(t, keys.Add(agent.AddedKey{PrivateKey: other}))
	fatal(t, keys.Add(agent.AddedKey{PrivateKey: server.private}))
	fatal(t, keys.Lock(nil)) // which empties it, and gives back both at once
	useAgent(t, keys)
	s := server.tunnel(listener(t))
	s.KeyFile = ""
	tunnel := run(t, s)
	if err := tunnel.until(Waiting).Err; err == nil || !strings.Contains(err.Error(), "add one with ssh-add") {
		t.Errorf("an empty agent: %v", err)
	}
	fatal(t, keys.Unlock(nil))
	fatal(t, post(tunnel.until(Up).Remote, "{}"))
}

// useAgent serves keys to this process as ssh-agent does.
func useAgent(t *testing.T, keys agent.Agent) {
	t.Helper()
	dir, err := os.MkdirTemp("", "agent") // t.TempDir may be too long for a socket
	fatal(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, "socket"))
	fatal(t, err)
	t.Setenv("SSH_AUTH_SOCK", l.Addr().String())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = agent.ServeAgent(keys, conn) // until the client hangs up
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-ended })
}

func TestAKeyThatIsNotLetInEndsTheTunnel(t *testing.T) {
	server := startSSHD(t)
	wrongFile, wrong, private := newKey(t, "")
	s := server.tunnel(listener(t))
	s.KeyFile = wrongFile
	err := run(t, s).wait()
	if err == nil || !strings.Contains(err.Error(), "authorized_keys") || !strings.Contains(err.Error(), wrongFile) {
		t.Errorf("by file: %v (%v)", err, wrong.PublicKey().Type())
	}
	keys := agent.NewKeyring()
	fatal(t, keys.Add(agent.AddedKey{PrivateKey: private}))
	useAgent(t, keys)
	s = server.tunnel(listener(t))
	s.KeyFile = ""
	err = run(t, s).wait()
	if err == nil || !strings.Contains(err.Error(), "none of the agent's keys") {
		t.Errorf("by the agent: %v", err)
	}
}

func TestMoreKeysThanTheServerTriesEndTheTunnel(t *testing.T) {
	server := startSSHD(t, "MaxAuthTries 2")
	keys := agent.NewKeyring()
	for range 5 {
		_, _, private := newKey(t, "")
		fatal(t, keys.Add(agent.AddedKey{PrivateKey: private}))
	}
	useAgent(t, keys)
	s := server.tunnel(listener(t))
	s.KeyFile = ""
	if err := run(t, s).wait(); err == nil || !strings.Contains(err.Error(), "choose its file") {
		t.Errorf("got %v", err)
	}
}
