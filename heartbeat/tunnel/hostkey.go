package tunnel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"exotel-monitor/heartbeat/smallfile"
)

// errHostKeyChanged means that an SSH server showed another key than its known one, so
// that it may be an impostor. Nothing was sent to it.
var errHostKeyChanged = errors.New("the SSH server's key is not the known one")

// unknownHostError is the error of a server whose key is on no list.
type unknownHostError struct {
	address string
	key     ssh.PublicKey
}

func (e *unknownHostError) Error() string { return "the SSH server's key is not known yet" }

// knownHosts are the paths of two lists of server keys in OpenSSH's form.
type knownHosts struct {
	own   string // the program's, to which confirmed keys are added
	users string // the user's, only read; may be empty
}

// maxKeyFile is the largest size of a list of keys, or of the file of one key.
const maxKeyFile = 16 << 20

// checker reads the lists. algorithms are the host key algorithms for the server at
// address, those of its known keys first: servers have keys of several kinds, and a key
// of another kind would look like a changed one.
func (k *knownHosts) checker(address string) (check ssh.HostKeyCallback, algorithms []string, err error) {
	var lists []string
	for _, list := range []string{k.own, k.users} {
		switch _, err := smallfile.Read(list, maxKeyFile); {
		case err == nil:
			lists = append(lists, list)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, nil, fmt.Errorf("a file of known SSH servers cannot be read; mend or remove it: %w", err)
		}
	}
	known, err := knownhosts.New(lists...)
	if err != nil {
		return nil, nil, fmt.Errorf("a file of known SSH servers cannot be read; mend or remove what it complains of: %w", err)
	}
	// A key that no server has makes the library return the known ones.
	if mismatch, ok := errors.AsType[*knownhosts.KeyError](known(address, &net.TCPAddr{}, noKey{})); ok {
		for _, want := range withoutCertificates(mismatch.Want) {
			algorithms = append(algorithms, algorithmsOf(want.Key.Type())...)
		}
	}
	for _, algorithm := range ssh.SupportedAlgorithms().HostKeys {
		// Certificates would need known authorities; the key itself is enough.
		if !strings.Contains(algorithm, "-cert-") && !slices.Contains(algorithms, algorithm) {
			algorithms = append(algorithms, algorithm)
		}
	}
	return func(host string, remote net.Addr, key ssh.PublicKey) error {
		return explainHostKey(known(host, remote, key), host, key)
	}, algorithms, nil
}

// explainHostKey translates the library's verdict on a server's key.
func explainHostKey(verdict error, host string, key ssh.PublicKey) error {
	if verdict == nil {
		return nil
	}
	mismatch, ok := errors.AsType[*knownhosts.KeyError](verdict)
	if !ok {
		return backoff.Permanent(fmt.Errorf("the SSH server's key must not be trusted; ask the server's administrator: %w", verdict))
	}
	wanted := withoutCertificates(mismatch.Want)
	if len(wanted) == 0 {
		return &unknownHostError{host, key}
	}
	var lines []string
	for _, want := range wanted {
		lines = append(lines, fmt.Sprintf("line %d of %s", want.Line, want.Filename))
	}
	return backoff.Permanent(fmt.Errorf("%w, so that somebody may be listening in; its fingerprint is now %s: only if the server's administrator confirms that one, remove %s and connect again",
		errHostKeyChanged, ssh.FingerprintSHA256(key), strings.Join(lines, " and ")))
}

// withoutCertificates drops the keys of certificate authorities, which the library counts
// among a server's own.
func withoutCertificates(keys []knownhosts.KnownKey) []knownhosts.KnownKey {
	return slices.DeleteFunc(slices.Clone(keys), func(k knownhosts.KnownKey) bool {
		content, err := smallfile.Read(k.Filename, maxKeyFile)
		lines := bytes.Split(content, []byte("\n"))
		return err == nil && k.Line <= len(lines) && bytes.HasPrefix(bytes.TrimSpace(lines[k.Line-1]), []byte("@cert-authority"))
	})
}

// algorithmsOf returns the algorithms by which a key of a type signs.
func algorithmsOf(keyType string) []string {
	if keyType == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return []string{keyType}
}

// confirm asks the user about an unknown key and adds it to the list. Its error says why
// the key is still unknown.
func (k *knownHosts) confirm(ctx context.Context, ask func(ctx context.Context, host, fingerprint string) bool, unknown *unknownHostError) error {
	fingerprint := ssh.FingerprintSHA256(unknown.key)
	if ask == nil || !ask(ctx, unknown.address, fingerprint) {
		return fmt.Errorf("the key of the SSH server %s (%s) was not confirmed, so that nothing was sent; compare it with what the server's administrator gives, and connect again", unknown.address, fingerprint)
	}
	if err := k.remember(unknown); err != nil {
		return fmt.Errorf("the SSH server's key cannot be remembered; make the file writable: %w", err)
	}
	return nil
}

func (k *knownHosts) remember(host *unknownHostError) (err error) {
	if err := os.MkdirAll(filepath.Dir(k.own), 0o700); err != nil {
		return err
	}
	content, err := smallfile.Read(k.own, maxKeyFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := smallfile.Open(k.own, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	entry := knownhosts.Line([]string{knownhosts.Normalize(host.address)}, host.key) + "\n"
	if len(content) > 0 && !bytes.HasSuffix(content, []byte("\n")) {
		entry = "\n" + entry
	}
	_, err = file.WriteString(entry)
	return err
}

// noKey is a key that no server has.
type noKey struct{}

func (noKey) Type() string                        { return "none" }
func (noKey) Marshal() []byte                     { return nil }
func (noKey) Verify([]byte, *ssh.Signature) error { return errors.New("not a key") }
