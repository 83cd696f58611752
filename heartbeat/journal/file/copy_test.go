package file

import (
	"errors"
	"os"
	"testing"

	"zombiezen.com/go/sqlite"
)

func TestWhatAnotherCopyHasIsReadAllTheSame(t *testing.T) {
	path := newPath(t)
	first := opened(t, path)
	check(t, first.Write(t.Context(), run(oneWord)))
	second := must(Copy(t.Context(), path, schema))(t)
	check(t, first.Write(t.Context(), run(oneWord)))
	if got := words(t, second); got != 1 {
		t.Errorf("%d words", got)
	}
	check(t, second.Write(t.Context(), run("DELETE FROM word")))
	if got := words(t, first); got != 2 {
		t.Errorf("the first has %d words", got)
	}
	check(t, second.Close())
}

func TestACopyIsMadeOfNothingThatIsNotOurs(t *testing.T) {
	newer := version(len(schema.Migrations))
	newer.Migrations = append(newer.Migrations[:len(newer.Migrations):len(newer.Migrations)], "CREATE TABLE more (x)")
	for name, test := range map[string]struct {
		make func(path string)
		want func(error) bool
	}{
		"a newer version": {func(path string) { database(t, path, newer) }, func(err error) bool { return errors.Is(err, ErrNewer) }},
		"no file":         {func(string) {}, func(err error) bool { return sqlite.ErrCode(err).ToPrimary() == sqlite.ResultCantOpen }},
		"damaged": {func(path string) {
			database(t, path, schema, manyPages)
			b := must(os.ReadFile(path))(t)
			check(t, os.WriteFile(path, b[:len(b)/2], 0o600))
		}, damaged},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			test.make(path)
			if f, err := Copy(t.Context(), path, schema); !test.want(err) {
				t.Errorf("got %v, %v", f, err)
			}
		})
	}
}
