package file

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"zombiezen.com/go/sqlite"

	"exotel-monitor/metrics/dbfile"
)

const oneWord = "INSERT INTO word SELECT count(*), 'word' FROM word"

func TestAWriteIsKeptWholeOrNotAtAll(t *testing.T) {
	for _, path := range []string{newPath(t), InMemory} {
		f := opened(t, path)
		check(t, f.Write(t.Context(), run(oneWord)))
		failure := errors.New("no")
		err := f.Write(t.Context(), func(conn *sqlite.Conn) error { return errors.Join(run(oneWord)(conn), failure) })
		if got := words(t, f); !errors.Is(err, failure) || got != 1 {
			t.Errorf("%s: %d words, %v", path, got, err)
		}
	}
}

func TestAWriteWaitsForTheDisk(t *testing.T) {
	f := opened(t, newPath(t))
	check(t, f.Write(t.Context(), func(conn *sqlite.Conn) error {
		const full = 2
		if level := must(number(conn, "PRAGMA synchronous"))(t); level != full {
			t.Errorf("got %d", level)
		}
		return nil
	}))
}

func TestReadersDoNotWaitForWhoWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := must(Open(context.Background(), newPath(t), schema, quietLog))(t)
		release, done := make(chan bool), make(chan error)
		go func() {
			done <- f.Write(context.Background(), func(conn *sqlite.Conn) error {
				err := run(oneWord)(conn)
				<-release
				return err
			})
		}()
		synctest.Wait()
		if got := words(t, f); got != 0 {
			t.Errorf("%d words are read that are not kept yet", got)
		}
		release <- true
		check(t, <-done)
		if got := words(t, f); got != 1 {
			t.Errorf("%d words", got)
		}
		check(t, f.Close())
	})
}

func TestOneWritesAtATimeAndWhoWaitsCanGiveUp(t *testing.T) {
	for _, path := range []string{newPath(t), InMemory} {
		synctest.Test(t, func(t *testing.T) {
			f := must(Open(context.Background(), path, schema, quietLog))(t)
			release, done := make(chan bool), make(chan error)
			go func() {
				done <- f.Write(context.Background(), func(*sqlite.Conn) error { <-release; return nil })
			}()
			synctest.Wait()
			cause := errors.New("the window was closed")
			ctx, cancel := context.WithCancelCause(context.Background())
			go func() { done <- f.Write(ctx, run(oneWord)) }()
			go func() { done <- f.Write(context.Background(), run(oneWord)) }()
			synctest.Wait()
			cancel(cause)
			if err := <-done; err != cause {
				t.Errorf("got %v", err)
			}
			release <- true
			check(t, errors.Join(<-done, <-done))
			if got := words(t, f); got != 1 {
				t.Errorf("%d words", got)
			}
			check(t, f.Close())
		})
	}
}

func TestTheEndOfAContextInterrupts(t *testing.T) {
	f := opened(t, newPath(t))
	endless := run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
	for name, use := range map[string]func(context.Context, func(*sqlite.Conn) error) error{"Read": f.Read, "Write": f.Write} {
		cause := errors.New("the window was closed")
		ctx, cancel := context.WithCancelCause(t.Context())
		err := use(ctx, func(conn *sqlite.Conn) error {
			cancel(cause)
			return endless(conn)
		})
		if err != cause {
			t.Errorf("%s: got %v", name, err)
		}
		if err := use(t.Context(), run("SELECT 1")); err != nil {
			t.Errorf("%s afterwards: %v", name, err)
		}
	}
}

func TestCloseWaitsForWhoUsesTheFile(t *testing.T) {
	for name, use := range map[string]func(*File, context.Context, func(*sqlite.Conn) error) error{"Read": (*File).Read, "Write": (*File).Write} {
		for _, path := range []string{newPath(t), InMemory} {
			synctest.Test(t, func(t *testing.T) {
				f := must(Open(context.Background(), path, schema, quietLog))(t)
				release, used, closed := make(chan bool), make(chan error, 1), make(chan error, 1)
				go func() {
					used <- use(f, context.Background(), func(conn *sqlite.Conn) error {
						<-release
						return run("SELECT 1")(conn)
					})
				}()
				synctest.Wait()
				go func() { closed <- f.Close() }()
				synctest.Wait()
				if len(closed) > 0 {
					t.Errorf("%s of %s: it did not wait", name, path)
				}
				release <- true
				check(t, errors.Join(<-used, <-closed))
			})
		}
	}
}

func TestAClosedFileSaysSo(t *testing.T) {
	for _, path := range []string{newPath(t), InMemory} {
		f := opened(t, path)
		check(t, f.Close())
		check(t, f.Close())
		for name, err := range map[string]error{
			"Read": f.Read(t.Context(), run("SELECT 1")), "Write": f.Write(t.Context(), run(oneWord)),
		} {
			if !errors.Is(err, fs.ErrClosed) {
				t.Errorf("%s of %s: got %v", name, path, err)
			}
		}
	}
}

func TestNothingIsLeftOfAFileInMemory(t *testing.T) {
	t.Chdir(t.TempDir())
	one, two := opened(t, InMemory), opened(t, InMemory)
	check(t, one.Write(t.Context(), run(oneWord)))
	if a, b := words(t, one), words(t, two); a != 1 || b != 0 {
		t.Errorf("%d words, and %d in another", a, b)
	}
	if left := must(os.ReadDir("."))(t); len(left) != 0 {
		t.Errorf("on the disk: %v", left)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	f := opened(t, newPath(t))
	check(t, f.Write(t.Context(), run("PRAGMA max_page_count = 20")))
	full := f.Write(t.Context(), run("INSERT INTO page VALUES (zeroblob(1000000))"))
	damage := f.Read(t.Context(), func(*sqlite.Conn) error { return sqlite.ResultCorrupt.ToError() })
	readOnly := f.Read(t.Context(), run(oneWord))
	for _, test := range []struct {
		err  error
		code sqlite.ResultCode
		want string
	}{
		{full, sqlite.ResultFull, "free some space"},
		{damage, sqlite.ResultCorrupt, "start the program again"},
		{readOnly, sqlite.ResultReadOnly, "readonly"},
	} {
		if sqlite.ErrCode(test.err).ToPrimary() != test.code || !strings.Contains(test.err.Error(), test.want) {
			t.Errorf("got %v", test.err)
		}
	}
}

func TestAPlaceThatCannotBeUsedGivesASentence(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a file")
	check(t, os.WriteFile(file, nil, 0o600))
	for _, path := range []string{filepath.Join(file, "calls.db"), folder} {
		_, err := Open(t.Context(), path, schema, quietLog)
		if err == nil || !strings.Contains(err.Error(), "nothing can be saved in "+path) {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestASecondCopyIsToldThatThereIsAFirst(t *testing.T) {
	path := newPath(t)
	first := opened(t, path)
	if _, err := Open(t.Context(), path, schema, quietLog); !errors.Is(err, ErrInUse) || !InUse(path) || IsFree(path) {
		t.Errorf("got %v, held %v, free %v", err, InUse(path), IsFree(path))
	}
	check(t, first.Write(t.Context(), run(oneWord)))
	check(t, first.Close())
	if InUse(path) || !IsFree(path) {
		t.Errorf("held %v, free %v once it is closed", InUse(path), IsFree(path))
	}
	if got := words(t, opened(t, path)); got != 1 {
		t.Errorf("%d words", got)
	}
}

func TestASecondCopyReadsWhatTheFirstWrites(t *testing.T) {
	path := newPath(t)
	first := opened(t, path)
	second := must(Follow(t.Context(), path, schema))(t)
	check(t, first.Write(t.Context(), run(oneWord)))
	if got := words(t, second); got != 1 {
		t.Errorf("%d words", got)
	}
	if err := second.Write(t.Context(), run(oneWord)); err != ErrInUse {
		t.Errorf("it writes: %v", err)
	}
	check(t, second.Close())
	check(t, second.Close())
	check(t, first.Write(t.Context(), run(oneWord)))
	if got := words(t, first); got != 2 {
		t.Errorf("%d words", got)
	}
}

func TestAFileThatIsRemovedOrReplacedIsNoticed(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // nobody can remove it there
	}
	for name, meddle := range map[string]func(path string) error{
		"removed":               os.Remove,
		"replaced":              func(path string) error { return errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600)) },
		"its lock is removed":   func(path string) error { return os.Remove(path + lockMark) },
		"its folder is removed": func(path string) error { return os.RemoveAll(filepath.Dir(path)) },
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			f := opened(t, path)
			check(t, f.Write(t.Context(), run(oneWord)))
			check(t, meddle(path))
			for use, err := range map[string]error{"Read": f.Read(t.Context(), run("SELECT 1")), "Write": f.Write(t.Context(), run(oneWord))} {
				if !errors.Is(err, ErrLost) || !errors.Is(err, dbfile.ErrGone) {
					t.Errorf("%s: got %v", use, err)
				}
			}
			check(t, f.Close())
			check(t, opened(t, path).Write(t.Context(), run(oneWord)))
		})
	}
}
