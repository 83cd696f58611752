//go:build unix

package dbfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheFileIsForItsOwnerAlone(t *testing.T) {
	path := newPath(t)
	f := opened(t, path)
	check(t, f.Use(t.Context(), run(oneWord)))
	for _, name := range append(files(path), filepath.Dir(path)) {
		if mode := must(os.Stat(name))(t).Mode().Perm(); mode&0o077 != 0 {
			t.Errorf("%s: %o", name, mode)
		}
	}
}
