//go:build unix

package file

import (
	"os"
	"testing"
)

func TestTheLockIsForItsOwnerAlone(t *testing.T) {
	path := newPath(t)
	opened(t, path)
	if mode := must(os.Stat(path + lockMark))(t).Mode().Perm(); mode&0o077 != 0 {
		t.Errorf("%o", mode)
	}
}
