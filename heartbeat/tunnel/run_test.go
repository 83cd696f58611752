package tunnel

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// sound is a tunnel whose options are right, to a server that is not there.
func sound(t *testing.T) *SSH {
	t.Helper()
	file, _, _ := newKey(t, "")
	return &SSH{
		Address: "ssh.example.com", User: "me", KeyFile: file,
		RemoteBind: "127.0.0.1:3000", LocalAddress: "127.0.0.1:3000",
		KnownHosts: filepath.Join(t.TempDir(), "known_hosts"),
		dial:       func(context.Context, string) (net.Conn, error) { return nil, errors.New("no route") },
	}
}

func TestPausesGrowToAMinuteAndNoFurther(t *testing.T) {
	s := sound(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var tries []time.Time
		s.dial = func(context.Context, string) (net.Conn, error) {
			if tries = append(tries, time.Now()); len(tries) == 20 {
				cancel()
			}
			return nil, errors.New("no route")
		}
		var promised time.Time
		s.Changed = func(state State) {
			switch {
			case state.Phase == Waiting:
				promised = state.RetryAt
			case !promised.IsZero() && !time.Now().Equal(promised):
				t.Errorf("it connects %s after the moment it gave", time.Since(promised))
			}
		}
		if err := s.Run(ctx); err != nil {
			t.Fatal(err)
		}
		middle := time.Second
		for i := 1; i < len(tries); i++ {
			if pause := tries[i].Sub(tries[i-1]); pause < middle/2 || pause > middle*3/2+time.Millisecond {
				t.Errorf("pause %d is %s, more than half away from %s", i, pause, middle)
			}
			middle = min(2*middle, time.Minute)
		}
	})
}

func TestTheEndCutsAPauseShort(t *testing.T) {
	s := sound(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s.Changed = func(state State) {
			if state.Phase == Waiting {
				cancel()
			}
		}
		began := time.Now()
		if err := s.Run(ctx); err != nil || time.Since(began) > 0 {
			t.Errorf("got %v after %s", err, time.Since(began))
		}
	})
}

func TestAServerThatNeverSpeaksIsGivenUp(t *testing.T) {
	s := sound(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s.dial = func(context.Context, string) (net.Conn, error) {
			here, there := net.Pipe()
			go func() { // takes everything and says nothing, until here is closed
				for _, err := there.Read(make([]byte, 1<<10)); err == nil; _, err = there.Read(make([]byte, 1<<10)) {
				}
				there.Close()
			}()
			return here, nil
		}
		began := time.Now()
		var reason error
		s.Changed = func(state State) {
			if state.Phase == Waiting {
				reason = state.Err
				cancel()
			}
		}
		if err := s.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != dialTimeout+handshakeTimeout || !errors.Is(reason, context.DeadlineExceeded) {
			t.Errorf("given up after %s because of %v", took, reason)
		}
	})
}

func TestTheAddressNeedsNoPort(t *testing.T) {
	for address, want := range map[string]string{
		"ssh.example.com":      "ssh.example.com:22",
		" ssh.example.com\n":   "ssh.example.com:22",
		"ssh.example.com:2222": "ssh.example.com:2222",
		"192.0.2.1":            "192.0.2.1:22",
		"2001:db8::1":          "[2001:db8::1]:22",
		"[2001:db8::1]":        "[2001:db8::1]:22",
		"[2001:db8::1]:2222":   "[2001:db8::1]:2222",
	} {
		s := sound(t)
		s.Address = address
		ctx, cancel := context.WithCancel(t.Context())
		var dialled string
		s.dial = func(_ context.Context, address string) (net.Conn, error) {
			dialled = address
			cancel()
			return nil, errors.New("no route")
		}
		if err := s.Run(ctx); err != nil || dialled != want {
			t.Errorf("%q: dialled %q, %v", address, dialled, err)
		}
	}
}

func TestOptionsThatMakeNoSenseEndTheTunnel(t *testing.T) {
	t.Setenv("SSH_AUTH_SOCK", "")
	for name, c := range map[string]struct {
		spoil func(s *SSH)
		says  string
	}{
		"no address":              {func(s *SSH) { s.Address = " " }, "the SSH server's address"},
		"the user in the address": {func(s *SSH) { s.Address = "me@ssh.example.com" }, "a field of its own"},
		"a port that is none":     {func(s *SSH) { s.Address = "ssh.example.com:ssh" }, "must be host:port"},
		"no user":                 {func(s *SSH) { s.User = "" }, "the SSH user is missing"},
		"no port to listen on":    {func(s *SSH) { s.RemoteBind = "0.0.0.0" }, "where the server listens must be host:port"},
		"a port too high":         {func(s *SSH) { s.RemoteBind = ":70000" }, "where the server listens must be host:port"},
		"no listener":             {func(s *SSH) { s.LocalAddress = "" }, "the webhook's listener must be host:port"},
		"no list of servers":      {func(s *SSH) { s.KnownHosts = "" }, "known SSH servers"},
		"neither key nor agent":   {func(s *SSH) { s.KeyFile = "" }, "SSH_AUTH_SOCK is not set"},
		"no such key":             {func(s *SSH) { s.KeyFile += "-missing" }, "choose another file"},
	} {
		s := sound(t)
		c.spoil(s)
		if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAKeyThatCannotBeUsedSaysWhatToDoAndNothingOfItself(t *testing.T) {
	encrypted, signer, _ := newKey(t, "passphrase")
	broken := "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0LWtleS1jb250ZW50\n-----END OPENSSH PRIVATE KEY-----\n"
	public := "ssh-ed25519 " + base64.StdEncoding.EncodeToString(signer.PublicKey().Marshal())
	locked, err := os.ReadFile(encrypted)
	fatal(t, err)
	for name, c := range map[string]struct{ content, says string }{
		"encrypted":  {string(locked), "ssh-add"},
		"public":     {public, "choose the private one"},
		"PuTTY's":    {"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "PuTTYgen"},
		"broken":     {broken, "holds no private key"},
		"empty":      {"", "holds no private key"},
		"a password": {"secret-password", "holds no private key"},
	} {
		s := sound(t)
		fatal(t, os.WriteFile(s.KeyFile, []byte(c.content), 0o600))
		err := s.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), s.KeyFile) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for line := range strings.Lines(c.content) {
			if strings.Contains(err.Error(), strings.TrimSpace(line)) {
				t.Errorf("%s: it quotes the key: %v", name, err)
			}
		}
	}
}
