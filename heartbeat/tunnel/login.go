package tunnel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"exotel-monitor/heartbeat/smallfile"
)

// login authenticates with the key of a file, or with the keys of the agent.
type login struct {
	file   string
	signer ssh.Signer // nil for the agent
	socket string
}

// newLogin reads the key's file. Its errors name the file and nothing in it.
func newLogin(keyFile string) (login, error) {
	if keyFile == "" {
		socket := os.Getenv("SSH_AUTH_SOCK")
		if socket == "" {
			return login{}, errors.New("no SSH agent runs here (SSH_AUTH_SOCK is not set); choose the file of a private key")
		}
		return login{socket: socket}, nil
	}
	content, err := smallfile.Read(keyFile, maxKeyFile)
	if err != nil {
		return login{}, fmt.Errorf("the SSH key cannot be read; choose another file: %w", err)
	}
	signer, err := ssh.ParsePrivateKey(content)
	var encrypted *ssh.PassphraseMissingError
	switch {
	case errors.As(err, &encrypted):
		return login{}, fmt.Errorf("the SSH key in %s needs its passphrase; add it to the SSH agent with ssh-add, and leave the key's file empty here", keyFile)
	case err != nil && strings.HasPrefix(string(content), "ssh-"):
		return login{}, fmt.Errorf("%s holds a public key; choose the private one, mostly the file without .pub", keyFile)
	case err != nil: // err may quote the content
		return login{}, fmt.Errorf("%s holds no private key in OpenSSH's or PEM form; PuTTYgen can export its own keys to OpenSSH's", keyFile)
	}
	return login{file: keyFile, signer: signer}, nil
}

// method returns the authentication for one handshake, after which done must be called.
// The end of ctx also ends the agent's waiting for its user.
func (l login) method(ctx context.Context) (auth ssh.AuthMethod, done func(), err error) {
	if l.signer != nil {
		return ssh.PublicKeys(l.signer), func() {}, nil
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", l.socket)
	if err != nil {
		return nil, nil, fmt.Errorf("the SSH agent does not answer; start it, or choose the file of a private key: %w", err)
	}
	stop := onEnd(ctx, func() { conn.Close() })
	done = func() { stop(); conn.Close() }
	signers, err := agent.NewClient(conn).Signers()
	if err == nil && len(signers) == 0 {
		err = errors.New("it holds no key")
	}
	if err != nil {
		done()
		return nil, nil, fmt.Errorf("the SSH agent has no key to use; add one with ssh-add: %w", err)
	}
	return ssh.PublicKeys(signers...), done, nil
}

// explain tells a refused login, which ends the tunnel, from other failures of a
// handshake. The library has no type for the refusal.
func (l login) explain(err error, user string) error {
	text := err.Error()
	if !strings.Contains(text, "unable to authenticate") && !strings.Contains(text, "Too many authentication failures") {
		return fmt.Errorf("the SSH server did not complete the connection: %w", err)
	}
	if l.signer == nil {
		return backoff.Permanent(fmt.Errorf("the SSH server lets %s in with none of the agent's keys; add the right one with ssh-add or choose its file, or put its public key into %s's authorized_keys on the server", user, user))
	}
	return backoff.Permanent(fmt.Errorf("the SSH server does not let %s in with the key in %s (%s); put its public key into %s's authorized_keys on the server, or choose another key",
		user, l.file, ssh.FingerprintSHA256(l.signer.PublicKey()), user))
}
