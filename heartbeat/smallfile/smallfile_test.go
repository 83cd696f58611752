package smallfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadsARegularFileUpToTheLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if _, err := Read(path, 1<<20); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := Read(path, 1<<20); string(data) != "text" || err != nil {
		t.Errorf("%q, %v", data, err)
	}
	for size, fits := range map[int64]bool{1 << 20: true, 1<<20 + 1: false, 1 << 40: false} {
		if err := os.Truncate(path, size); err != nil {
			continue // not every disk has files of this size
		}
		data, err := Read(path, 1<<20)
		if (err == nil) != fits || fits && int64(len(data)) != size || !fits && !strings.Contains(err.Error(), "larger than 1 MB") {
			t.Errorf("%d bytes: %d, %v", size, len(data), err)
		}
	}
}

func TestAFolderIsNoFile(t *testing.T) {
	if _, err := Read(t.TempDir(), 1<<20); err == nil {
		t.Error("a folder was read")
	}
}
