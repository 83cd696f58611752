package dbfile

import (
	"errors"
	"os"
	"testing"

	"zombiezen.com/go/sqlite"
)

func TestWhatAnotherProcessWritesIsReadAtOnceAndByACopyNot(t *testing.T) {
	path := newPath(t)
	writer := opened(t, path)
	check(t, writer.Use(t.Context(), run(oneWord)))
	reader, copied := must(OpenReadOnly(t.Context(), path, quiet))(t), must(Copy(t.Context(), path, quiet))(t)
	check(t, writer.Use(t.Context(), run(oneWord)))
	check(t, copied.Use(t.Context(), run("DELETE FROM word")))
	if a, b, c := words(t, writer), words(t, reader), words(t, copied); a != 2 || b != 2 || c != 0 {
		t.Errorf("%d words were written, %d are read, %d are in the copy", a, b, c)
	}
	if err := reader.Use(t.Context(), run(oneWord)); sqlite.ErrCode(err).ToPrimary() != sqlite.ResultReadOnly {
		t.Errorf("the reader writes: %v", err)
	}
	check(t, errors.Join(reader.Close(), copied.Close()))
}

func TestAnOlderVersionIsNotReadAsItIs(t *testing.T) {
	path := newPath(t)
	database(t, path, version(1))
	if _, err := OpenReadOnly(t.Context(), path, quiet); !errors.Is(err, ErrOlder) {
		t.Errorf("got %v", err)
	}
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
		}, func(err error) bool { return errors.Is(err, ErrDamaged) }},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			test.make(path)
			if f, err := Copy(t.Context(), path, quiet); !test.want(err) {
				t.Errorf("got %v, %v", f, err)
			}
		})
	}
}
