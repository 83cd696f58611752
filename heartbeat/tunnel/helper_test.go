package tunnel

import (
	"crypto/ed25519"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/crypto/ssh"
)

// newKey makes a key and its file in OpenSSH's form.
func newKey(t *testing.T, passphrase string) (file string, signer ssh.Signer, private ed25519.PrivateKey) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	fatal(t, err)
	signer, err = ssh.NewSignerFromKey(private)
	fatal(t, err)
	block, err := ssh.MarshalPrivateKey(private, "")
	if passphrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte(passphrase))
	}
	fatal(t, err)
	file = filepath.Join(t.TempDir(), "key")
	fatal(t, os.WriteFile(file, pem.EncodeToMemory(block), 0o600))
	return file, signer, private
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
