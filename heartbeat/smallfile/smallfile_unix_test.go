//go:build unix

package smallfile

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe without another end, which would be waited for, is refused like a device
// without an end.
func TestWhatIsNoFileIsRefusedAtOnce(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/dev/zero", link); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{pipe: "a pipe", link: "a device", "/dev/zero": "a device"} {
		for _, flag := range []int{os.O_RDONLY, os.O_RDWR} {
			if file, err := Open(path, flag, 0); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v, %v", path, file, err)
			}
		}
		if _, err := Read(path, 1<<20); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if file, err := Open(pipe, os.O_WRONLY, 0); err == nil {
		t.Errorf("nobody reads the pipe, and it was opened: %v", file)
	}
}
