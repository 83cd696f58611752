package tunnel

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

func TestAnUnknownServerIsAskedAboutOnceAndRemembered(t *testing.T) {
	server := startSSHD(t)
	s := server.tunnel(listener(t))
	s.KnownHosts = filepath.Join(t.TempDir(), "new", "known_hosts")
	var asked []string
	s.Confirm = func(_ context.Context, host, fingerprint string) bool {
		asked = append(asked, host+" "+fingerprint)
		return true
	}
	for range 2 {
		tunnel := run(t, s)
		fatal(t, post(tunnel.until(Up).Remote, "{}"))
		tunnel.stop()
		fatal(t, tunnel.wait())
	}
	// What a person compares with is what ssh-keygen shows on the server.
	shown, err := exec.Command("ssh-keygen", "-lf", server.hostKeys[0]).Output()
	fatal(t, err)
	want := server.address + " " + strings.Fields(string(shown))[1]
	if len(asked) != 1 || asked[0] != want {
		t.Errorf("asked %q, want %q once", asked, want)
	}
	info, err := os.Stat(s.KnownHosts)
	fatal(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v", info.Mode())
	}
}

func TestARememberedServerLeavesTheOthersAsTheyAre(t *testing.T) {
	server := startSSHD(t)
	s := server.tunnel(listener(t))
	_, other, _ := newKey(t, "")
	before := "# mine\nother.example.com " + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(other.PublicKey()))) // no line's end
	fatal(t, os.WriteFile(s.KnownHosts, []byte(before), 0o600))
	s.Confirm = func(context.Context, string, string) bool { return true }
	run(t, s).until(Up)
	after, err := os.ReadFile(s.KnownHosts)
	fatal(t, err)
	if lines := strings.Split(string(after), "\n"); !strings.HasPrefix(string(after), before+"\n") || len(lines) != 4 {
		t.Errorf("the file is now\n%s", after)
	}
}

func TestAServerThatIsNotConfirmedIsRefused(t *testing.T) {
	server := startSSHD(t)
	for name, confirm := range map[string]func(context.Context, string, string) bool{
		"refused": func(context.Context, string, string) bool { return false },
		"nobody":  nil,
	} {
		s := server.tunnel(listener(t))
		s.KnownHosts = filepath.Join(t.TempDir(), "known_hosts")
		s.Confirm = confirm
		err := run(t, s).wait()
		if err == nil || !strings.Contains(err.Error(), "was not confirmed") || !strings.Contains(err.Error(), ssh.FingerprintSHA256(server.host[0].PublicKey())) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(s.KnownHosts); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: something was remembered (%v)", name, err)
		}
	}
}

func TestAChangedKeyIsRefusedAndNotAskedAbout(t *testing.T) {
	server := startSSHD(t)
	_, old, _ := newKey(t, "")
	missing := filepath.Join(t.TempDir(), "known_hosts")
	for name, list := range map[string]func(s *SSH) (file string){
		"in our list": func(s *SSH) string { s.KnownHosts = server.knownHosts(old.PublicKey()); return s.KnownHosts },
		"in the user's list": func(s *SSH) string {
			s.KnownHosts, s.UserKnownHosts = missing, server.knownHosts(old.PublicKey())
			return s.UserKnownHosts
		},
	} {
		s := server.tunnel(listener(t))
		file := list(s)
		before, err := os.ReadFile(file)
		fatal(t, err)
		err = run(t, s).wait()
		if !errors.Is(err, errHostKeyChanged) {
			t.Fatalf("%s: %v", name, err)
		}
		for _, part := range []string{"line 1 of " + file, ssh.FingerprintSHA256(server.host[0].PublicKey()), "administrator"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q is not in %q", name, part, err)
			}
		}
		if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
			t.Errorf("%s: the list is now %q, %v", name, after, err)
		}
	}
}

func TestAKeyThatChangesBetweenTwoConnectionsIsRefused(t *testing.T) {
	server := startSSHD(t)
	tunnel := run(t, server.tunnel(listener(t)))
	tunnel.until(Up)
	server.stop()
	server.hostKeys, server.host = nil, nil
	server.addHostKey(newKey(t, ""))
	server.start()
	if err := tunnel.wait(); !errors.Is(err, errHostKeyChanged) {
		t.Errorf("got %v", err)
	}
}

func TestTheUsersListIsEnough(t *testing.T) {
	s := startSSHD(t).tunnel(listener(t))
	s.KnownHosts, s.UserKnownHosts = filepath.Join(t.TempDir(), "none"), s.KnownHosts
	run(t, s).until(Up)
	if _, err := os.Stat(s.KnownHosts); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("our list was written: %v", err)
	}
}

// A server has keys of several kinds, of which mostly one is known.
func TestAKnownKeyOfAnyKindIsRecognised(t *testing.T) {
	server := startSSHD(t)
	server.stop()
	server.hostKeys = nil
	var lists []string
	for _, kind := range []string{"ecdsa", "rsa", "ed25519"} {
		file := filepath.Join(t.TempDir(), kind)
		fatal(t, exec.Command("ssh-keygen", "-q", "-N", "", "-t", kind, "-f", file).Run())
		public, err := os.ReadFile(file + ".pub")
		fatal(t, err)
		key, _, _, _, err := ssh.ParseAuthorizedKey(public)
		fatal(t, err)
		server.hostKeys, lists = append(server.hostKeys, file), append(lists, server.knownHosts(key))
	}
	server.start()
	for _, list := range lists {
		s := server.tunnel(listener(t))
		s.KnownHosts = list
		run(t, s).until(Up)
	}
}

// RSA keys sign in three ways, of which the oldest, by SHA-1, is not safe.
func TestAKnownRSAKeyIsAskedForSafeSignaturesFirst(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	fatal(t, err)
	public, err := ssh.NewPublicKey(key.Public())
	fatal(t, err)
	list := filepath.Join(t.TempDir(), "known_hosts")
	fatal(t, os.WriteFile(list, fmt.Appendf(nil, "ssh.example.com %s", ssh.MarshalAuthorizedKey(public)), 0o600))
	_, algorithms, err := (&knownHosts{own: list}).checker("ssh.example.com:22")
	fatal(t, err)
	if !slices.Equal(algorithms[:2], []string{"rsa-sha2-512", "rsa-sha2-256"}) || slices.Contains(algorithms, "ssh-rsa") {
		t.Errorf("it asks for %v", algorithms)
	}
}

// The line of an authority names the servers that it vouches for, and is no
// server's key.
func TestAnAuthoritysKeyIsNoChangedKey(t *testing.T) {
	server := startSSHD(t)
	_, authority, _ := newKey(t, "")
	s := server.tunnel(listener(t))
	s.UserKnownHosts = filepath.Join(t.TempDir(), "users")
	fatal(t, os.WriteFile(s.UserKnownHosts, fmt.Appendf(nil, "@cert-authority %s %s", knownhosts.Normalize(server.address), ssh.MarshalAuthorizedKey(authority.PublicKey())), 0o600))
	s.KnownHosts = filepath.Join(t.TempDir(), "none")
	asked := make(chan struct{}, 1)
	s.Confirm = func(context.Context, string, string) bool { asked <- struct{}{}; return true }
	run(t, s).until(Up)
	if len(asked) != 1 {
		t.Error("it did not ask")
	}
}

func TestARevokedKeyIsRefused(t *testing.T) {
	server := startSSHD(t)
	s := server.tunnel(listener(t))
	s.UserKnownHosts = filepath.Join(t.TempDir(), "users")
	fatal(t, os.WriteFile(s.UserKnownHosts, fmt.Appendf(nil, "@revoked * %s", ssh.MarshalAuthorizedKey(server.host[0].PublicKey())), 0o600))
	if err := run(t, s).wait(); err == nil || !strings.Contains(err.Error(), "must not be trusted") {
		t.Errorf("got %v", err)
	}
}

func TestAListThatCannotBeReadIsNotIgnored(t *testing.T) {
	s := startSSHD(t).tunnel(listener(t))
	s.UserKnownHosts = filepath.Join(t.TempDir(), "users")
	fatal(t, os.WriteFile(s.UserKnownHosts, []byte("example.com ssh-ed25519 AAAA\n"), 0o600))
	if err := run(t, s).wait(); err == nil || !strings.Contains(err.Error(), s.UserKnownHosts+":1") {
		t.Errorf("got %v", err)
	}
}

// Whatever file of the tunnel's is a pipe that nobody writes, it is said at once.
func TestAPipeIsNoFileOfKeys(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	fatal(t, syscall.Mkfifo(pipe, 0o600))
	for name, change := range map[string]func(*SSH){
		"the key":         func(s *SSH) { s.KeyFile = pipe },
		"the own list":    func(s *SSH) { s.KnownHosts = pipe },
		"the user's list": func(s *SSH) { s.UserKnownHosts = pipe },
	} {
		s := startSSHD(t).tunnel(listener(t))
		change(s)
		if err := run(t, s).wait(); err == nil || !strings.Contains(err.Error(), "a pipe, not a file") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
