package instance

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestALaterCopyHandsItsLinkToTheFirst(t *testing.T) {
	dir := t.TempDir()
	_, links := claim(t, dir)
	for _, link := range []Link{{}, {Screen: Alerts, ID: 12}, {Screen: Dashboard}, {Screen: Settings}, {Screen: Data}} {
		mustHandOver(t, dir, link, links)
	}
}

func TestTheFolderIsFreeAfterClose(t *testing.T) {
	dir := t.TempDir()
	first, _ := claim(t, dir)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	_, links := claim(t, dir)
	mustHandOver(t, dir, Link{}, links)
}

func TestEachDataFolderHasItsOwn(t *testing.T) {
	_, links := claim(t, t.TempDir())
	claim(t, t.TempDir())
	if len(links) != 0 {
		t.Error("a copy with another folder raised this one")
	}
}

func TestAFolderIsTheSameByAllItsNames(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(t.TempDir(), "name")
	if err := os.Symlink(dir, other); err != nil {
		t.Fatal(err)
	}
	_, links := claim(t, dir)
	mustHandOver(t, other, Link{}, links)
	mustHandOver(t, dir+"/../"+filepath.Base(dir), Link{}, links)
	t.Chdir(dir)
	mustHandOver(t, ".", Link{}, links)

	deep := longFolder(t)
	_, links = claim(t, deep)
	short := filepath.Join(t.TempDir(), "short")
	if err := os.Symlink(deep, short); err != nil {
		t.Fatal(err)
	}
	mustHandOver(t, short, Link{}, links)
}

func TestADeepDataFolderHasItsSocketElsewhere(t *testing.T) {
	dir, runtime := longFolder(t), session(t)
	_, links := claim(t, dir)
	mustHandOver(t, dir, Link{Screen: Data}, links)
	if found, _ := filepath.Glob(filepath.Join(runtime, "exotel-monitor-*", "socket")); len(found) != 1 {
		t.Errorf("sockets in the session's folder: %q", found)
	}
}

func TestADeepDataFolderNeedsNoFolderOfTheSession(t *testing.T) {
	for name, runtime := range map[string]string{"none": "", "relative": "here", "missing": "/nowhere/to/be/found", "deep": longFolder(t)} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_RUNTIME_DIR", runtime)
			dir := longFolder(t)
			_, links := claim(t, dir)
			mustHandOver(t, dir, Link{}, links)
		})
	}
}

func TestWhereNothingCanBeClaimedTheErrorSaysSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	taken := t.TempDir()
	if err := os.WriteFile(filepath.Join(taken, folderName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"a folder below a file": filepath.Join(file, "data"), "a file": file, "a file in the way": taken} {
		i, err := Claim(t.Context(), dir, Link{}, refuse)
		if !errors.Is(err, ErrUnclaimed) || i != nil {
			t.Errorf("%s: %v, %v", name, i, err)
		}
	}
}

// TestAClaimThatFailsHoldsNothing: a copy that could not listen must not keep
// others from starting.
func TestAClaimThatFailsHoldsNothing(t *testing.T) {
	p, err := places(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(p.claim, lockName)
	lock, err := tryLock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := listen(lock, filepath.Join(p.claim, "missing", "socket"), refuse); !errors.Is(err, ErrUnclaimed) {
		t.Fatalf("got %v", err)
	}
	again, err := tryLock(path)
	if err != nil {
		t.Fatalf("the lock is still held: %v", err)
	}
	_ = again.Close()
}

func TestACopyThatHangsIsNoted(t *testing.T) {
	dir := t.TempDir()
	p, err := places(dir)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := tryLock(filepath.Join(p.claim, lockName))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	usual := silence
	defer func() { silence = usual }()
	silence = 50 * time.Millisecond
	for _, hangs := range []bool{false, true} {
		if hangs { // it can be connected to, but nobody reads
			listener, err := net.Listen("unix", p.socket)
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
		}
		if _, err := Claim(t.Context(), dir, Link{}, refuse); !errors.Is(err, ErrSilent) {
			t.Errorf("connectable %v: %v", hangs, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Claim(ctx, dir, Link{}, refuse); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
}

func TestWhatIsNoLinkDoesNothing(t *testing.T) {
	dir := t.TempDir()
	_, links := claim(t, dir)
	p, err := places(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, sent := range map[string]string{
		"another scheme": "file:///etc/passwd\n", "no link": "quit\n", "blanks": "  \n", "an unknown screen": "exotel-monitor://phones\n",
		"a line without end": strings.Repeat("x", 1<<16), "a link too long": Scheme + "://alerts/" + strings.Repeat("1", 1<<16) + "\n",
		"not a whole line": "exotel-monitor://alerts/1", "zeros": "\x00\x00\n",
	} {
		conn, err := net.Dial("unix", p.socket)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, sent) // it may be hung up on before the end
		_ = conn.(*net.UnixConn).CloseWrite()
		if said, _ := io.ReadAll(conn); len(said) > 0 {
			t.Errorf("%s was answered with %q", name, said)
		}
		_ = conn.Close()
	}
	if len(links) > 0 {
		t.Errorf("it led to %+v", <-links)
	}
	mustHandOver(t, dir, Link{Screen: Alerts, ID: 7}, links)
}

func TestALineWithoutEndIsHungUpOn(t *testing.T) {
	dir := t.TempDir()
	claim(t, dir)
	p, err := places(dir)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("unix", p.socket)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sent := 0
	for err == nil && sent < 16<<20 { // more than a system keeps for who does not read
		var n int
		n, err = conn.Write(make([]byte, 1<<14))
		sent += n
	}
	if err == nil {
		t.Errorf("%d bytes were taken", sent)
	}
}

func TestSomebodyWhoSaysNothingDoesNotKeepOthersOut(t *testing.T) {
	dir := t.TempDir()
	_, links := claim(t, dir)
	p, err := places(dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		conn, err := net.Dial("unix", p.socket)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	mustHandOver(t, dir, Link{}, links)
}

func TestCloseWaitsForALinkThatIsUnderWay(t *testing.T) {
	dir := t.TempDir()
	entered, leave := make(chan struct{}), make(chan struct{})
	var left atomic.Bool
	first, err := Claim(t.Context(), dir, Link{}, func(Link) bool {
		close(entered)
		<-leave
		left.Store(true)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	later := make(chan error, 1)
	go func() {
		_, err := Claim(t.Context(), dir, Link{}, refuse)
		later <- err
	}()
	<-entered
	go close(leave)
	if err := first.Close(); err != nil || !left.Load() {
		t.Errorf("Close returned %v, the link was done with: %v", err, left.Load())
	}
	if err := <-later; !errors.Is(err, ErrRunning) {
		t.Errorf("the later copy got %v", err)
	}
}

// TestAClosingCopyIsWaitedFor: who quits and starts again at once gets a window.
func TestAClosingCopyIsWaitedFor(t *testing.T) {
	dir := t.TempDir()
	asked := make(chan struct{}, 1)
	closing, err := Claim(t.Context(), dir, Link{}, func(Link) bool {
		select {
		case asked <- struct{}{}:
		default:
		}
		return false
	})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		<-asked
		_ = closing.Close()
	}()
	later, err := Claim(t.Context(), dir, Link{Screen: Data}, refuse)
	if err != nil {
		t.Fatalf("the later copy got %v", err)
	}
	_ = later.Close()
}

func BenchmarkHandOver(b *testing.B) {
	dir := b.TempDir()
	first, err := Claim(b.Context(), dir, Link{}, func(Link) bool { return true })
	if err != nil {
		b.Fatal(err)
	}
	defer first.Close()
	for b.Loop() {
		if _, err := Claim(b.Context(), dir, Link{Screen: Alerts, ID: 12}, refuse); !errors.Is(err, ErrRunning) {
			b.Fatal(err)
		}
	}
}

func BenchmarkClaim(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		i, err := Claim(b.Context(), dir, Link{}, refuse)
		if err != nil {
			b.Fatal(err)
		}
		_ = i.Close()
	}
}
