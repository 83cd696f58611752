package instance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// copyOf names a data folder to a test binary that is to play a copy of the
// program, copyLink the link it is started with.
const copyOf, copyLink = "INSTANCE_TEST_DATA", "INSTANCE_TEST_LINK"

func TestMain(m *testing.M) {
	if dir := os.Getenv(copyOf); dir != "" {
		playCopy(dir, os.Getenv(copyLink))
		return
	}
	os.Exit(run(m))
}

// run has a folder of passing files for the tests alone: what deep data folders
// leave in it is not removed by Close.
func run(m *testing.M) int {
	passing, err := os.MkdirTemp("", "i")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(passing)
	for _, name := range []string{"TMPDIR", "TMP"} { // the second on Windows
		if err := os.Setenv(name, passing); err != nil {
			panic(err)
		}
	}
	return m.Run()
}

// playCopy says in a line how it fared, and then each link that it gets, until
// its input ends.
func playCopy(dir, text string) {
	var link Link
	if text != "" {
		var err error
		if link, err = ParseLink(text); err != nil {
			panic(err)
		}
	}
	said := make(chan struct{})
	i, err := Claim(context.Background(), dir, link, func(l Link) bool {
		<-said
		fmt.Println("link " + l.String())
		return true
	})
	switch {
	case errors.Is(err, ErrRunning):
		fmt.Println("running")
	case err != nil:
		fmt.Println(err)
	default:
		fmt.Println("claimed")
		close(said)
		_, _ = io.Copy(io.Discard, os.Stdin)
		if err := i.Close(); err != nil {
			panic(err)
		}
	}
}

// program is a copy in a process of its own.
type program struct {
	command *exec.Cmd
	end     io.Closer
	lines   *bufio.Scanner
}

func start(t *testing.T, dir, link string) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	command := exec.CommandContext(ctx, self)
	command.Env = append(os.Environ(), copyOf+"="+dir, copyLink+"="+link)
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p := &program{command: command, end: stdin, lines: bufio.NewScanner(stdout)}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = command.Wait()
		cancel()
	})
	return p
}

// line is the next line it prints, "" when it has ended.
func (p *program) line() string {
	p.lines.Scan()
	return p.lines.Text()
}

// claim claims a folder for the test, with a channel of the links that come.
func claim(t *testing.T, dir string) (*Instance, <-chan Link) {
	t.Helper()
	links := make(chan Link, 64)
	i, err := Claim(t.Context(), dir, Link{}, func(l Link) bool {
		links <- l
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close() }) // a second time does no harm
	return i, links
}

// refuse is for copies that are to get no links.
func refuse(Link) bool { return false }

// mustHandOver is a later start with a link, which must come from links.
func mustHandOver(t *testing.T, dir string, link Link, links <-chan Link) {
	t.Helper()
	i, err := Claim(t.Context(), dir, link, refuse)
	if !errors.Is(err, ErrRunning) || i != nil {
		t.Fatalf("a later copy got %v, %v", i, err)
	}
	select {
	case got := <-links:
		if got != link {
			t.Fatalf("the first copy got %+v, want %+v", got, link)
		}
	default:
		t.Fatal("the first copy got nothing")
	}
}

// longFolder is a data folder too deep for a socket in it.
func longFolder(t *testing.T) string {
	return t.TempDir() + strings.Repeat("/a folder of a name with thirty", 4)
}

// session makes a folder of the session, with a path short enough for a socket.
func session(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	t.Setenv("XDG_RUNTIME_DIR", dir)
	return dir
}
