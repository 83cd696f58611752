package tunnel

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

const patience = time.Minute

// sshd is a real one on loopback, which lets the user of the test in by a key.
// Its processes are found as Linux lists them.
type sshd struct {
	t        *testing.T
	address  string
	config   string
	hostKeys []string     // files
	host     []ssh.Signer // what they hold
	keyFile  string       // that it lets in
	private  ed25519.PrivateKey
	cmd      *exec.Cmd
	log      string
}

// startSSHD starts one, with more lines for its configuration.
func startSSHD(t *testing.T, options ...string) *sshd {
	t.Helper()
	s := &sshd{t: t, address: closedPort(t)}
	var login ssh.Signer
	s.keyFile, login, s.private = newKey(t, "")
	dir := t.TempDir()
	authorized := filepath.Join(dir, "authorized_keys")
	fatal(t, os.WriteFile(authorized, ssh.MarshalAuthorizedKey(login.PublicKey()), 0o600))
	s.config, s.log = filepath.Join(dir, "sshd_config"), filepath.Join(dir, "log")
	s.addHostKey(newKey(t, ""))
	_, port, _ := net.SplitHostPort(s.address)
	fatal(t, os.WriteFile(s.config, []byte(strings.Join(append(options,
		"Port "+port,
		"ListenAddress 127.0.0.1",
		"AuthorizedKeysFile "+authorized,
		"PidFile none",
		"UsePAM no",
		"StrictModes no",
		"PasswordAuthentication no",
		"PermitRootLogin yes",
		"AllowTcpForwarding yes",
		"GatewayPorts clientspecified",
		"MaxStartups 100",
	), "\n")+"\n"), 0o600))
	s.start()
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			said, _ := os.ReadFile(s.log)
			t.Logf("sshd said:\n%s", said)
		}
	})
	return s
}

func (s *sshd) addHostKey(file string, signer ssh.Signer, _ ed25519.PrivateKey) {
	s.hostKeys, s.host = append(s.hostKeys, file), append(s.host, signer)
}

func (s *sshd) start() {
	s.t.Helper()
	program := "/usr/sbin/sshd" // which wants its whole path
	if _, err := os.Stat(program); err != nil {
		s.t.Fatalf("these tests need OpenSSH's server; install openssh-server: %v", err)
	}
	if os.Getuid() == 0 {
		fatal(s.t, os.MkdirAll("/run/sshd", 0o755)) // sshd insists on it
	}
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	fatal(s.t, err)
	defer log.Close()
	arguments := []string{"-D", "-e", "-f", s.config}
	for _, key := range s.hostKeys {
		arguments = append(arguments, "-h", key)
	}
	s.cmd = exec.Command(program, arguments...)
	s.cmd.Stderr = log
	fatal(s.t, s.cmd.Start())
	await(s.t, "sshd to listen", func() bool {
		conn, err := net.Dial("tcp", s.address)
		if err != nil {
			return false
		}
		defer conn.Close()
		greeting := make([]byte, 4)
		_, err = io.ReadFull(conn, greeting)
		return err == nil && string(greeting) == "SSH-"
	})
}

// stop kills sshd with all its connections, and waits until they are gone.
func (s *sshd) stop() {
	family := append([]int{s.cmd.Process.Pid}, s.sessions()...) // first who would start more
	for _, pid := range family {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill() // a connection may have ended by itself
		}
	}
	_ = s.cmd.Wait() // says that it was killed
	await(s.t, "sshd's processes to end", func() bool {
		return !slices.ContainsFunc(family, func(pid int) bool {
			_, running := process(pid)
			return running
		})
	})
}

// sessions are the processes that serve connections, and theirs.
func (s *sshd) sessions() []int {
	entries, err := os.ReadDir("/proc")
	fatal(s.t, err)
	children := map[int][]int{}
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil {
			parent, _ := process(pid)
			children[parent] = append(children[parent], pid)
		}
	}
	family := []int{s.cmd.Process.Pid}
	for i := 0; i < len(family); i++ {
		family = append(family, children[family[i]]...)
	}
	return family[1:]
}

// process reads Linux's word about one. A zombie runs no more, and its sockets
// are closed.
func process(pid int) (parent int, running bool) {
	var state string
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, ok := strings.Cut(string(stat), ") ")
	if err != nil || !ok {
		return -1, false
	}
	if _, err := fmt.Sscan(rest, &state, &parent); err != nil {
		return -1, false
	}
	return parent, state != "Z" && state != "X"
}

// tunnel has everything right: the key is let in and the server is known.
func (s *sshd) tunnel(local string) *SSH {
	s.t.Helper()
	me, err := user.Current()
	fatal(s.t, err)
	return &SSH{
		Address:      s.address,
		User:         me.Username,
		KeyFile:      s.keyFile,
		RemoteBind:   "127.0.0.1:0",
		LocalAddress: local,
		KnownHosts:   s.knownHosts(s.host[0].PublicKey()),
		Confirm:      func(context.Context, string, string) bool { s.t.Error("it asked about the server's key"); return false },
		Log:          slog.New(slog.NewTextHandler(s.t.Output(), nil)),
	}
}

// knownHosts is a file in which the server has the key.
func (s *sshd) knownHosts(key ssh.PublicKey) string {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), "known_hosts")
	fatal(s.t, os.WriteFile(file, []byte(knownhosts.Line([]string{knownhosts.Normalize(s.address)}, key)+"\n"), 0o600))
	return file
}

// running is a tunnel at work.
type running struct {
	t      *testing.T
	states chan State
	ended  chan error
	stop   func()
}

func run(t *testing.T, s *SSH) *running {
	t.Helper()
	r := &running{t: t, states: make(chan State, 1000), ended: make(chan error, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	s.Changed = func(state State) { r.states <- state }
	go func() { r.ended <- s.Run(ctx); close(r.ended) }()
	r.stop = cancel
	t.Cleanup(func() { cancel(); r.wait() })
	return r
}

// until waits for a phase.
func (r *running) until(phase Phase) State {
	r.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case state := <-r.states:
			if state.Phase == phase {
				return state
			}
		case err := <-r.ended:
			r.t.Fatalf("it ended before it was %s: %v", phase, err)
		case <-deadline:
			r.t.Fatalf("it was not %s within %s", phase, patience)
		}
	}
}

// wait waits for Run to return.
func (r *running) wait() error {
	r.t.Helper()
	select {
	case err := <-r.ended:
		return err
	case <-time.After(patience):
		r.t.Fatalf("Run did not return within %s", patience)
		return nil
	}
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for began := time.Now(); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("waited %s for %s", patience, what)
		}
	}
}

// listener stands for the webhook's: it gives back what it is sent.
func listener(t *testing.T) (address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/webhook/heartbeat/s3cret" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Write(body)
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// post sends a body to the server's side of a tunnel and says what is wrong
// with the answer.
func post(remote, body string) error {
	client := &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Post("http://"+remote+"/webhook/heartbeat/s3cret", "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err == nil && (response.StatusCode != 200 || string(got) != body) {
		err = errors.New(response.Status)
	}
	return err
}
