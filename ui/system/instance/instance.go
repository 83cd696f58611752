// Package instance keeps one window running for each data folder. The first
// copy of the program claims the folder; a later one hands it the link it was
// started with, and ends. It knows nothing of windows.
//
// Only the same user reaches the first copy: its socket is in a folder that
// nobody else may enter. What is said is one line, a link or nothing, and one
// word back.
package instance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

var (
	// ErrRunning means that the first copy has got the link and answered.
	ErrRunning = errors.New("another copy of Exotel Monitor is running and was asked to show its window")
	// ErrSilent means that another copy has the folder and does not answer.
	ErrSilent = errors.New("another copy of Exotel Monitor is running but does not answer; wait a little, or end it in the system's list of programs and start again")
	// ErrUnclaimed means that nothing can be claimed here. The program can be
	// used all the same, but a second start will not find it.
	ErrUnclaimed = errors.New("a second start of Exotel Monitor will open a second window")

	errLocked = errors.New("another copy has the lock")
)

var silence = 10 * time.Second // after which a first copy is hung

const (
	answer      = "shown\n"
	longestLine = 128                   // bytes; links have at most 43
	lineWait    = time.Second           // for a line to come, or to be taken
	pause       = 10 * time.Millisecond // between two tries to claim or to hand over
	lockName    = "lock"
	folderName  = "instance"
)

// Instance is the claim on a data folder.
type Instance struct {
	lock     *os.File
	listener net.Listener
	on       func(Link) bool
	serving  sync.WaitGroup
}

// Claim claims the data folder dir, which is made if need be, or hands the link
// to the copy that has it: the error is then ErrRunning. Others are ErrSilent,
// after ten seconds, with which the program cannot start, ErrUnclaimed, with
// which it can, and why ctx ended.
//
// Until Close, on gets the links of later copies, one at a time. A later copy
// waits for on, so it should return soon; if it returns false, as when the window
// is closing, that copy waits for the folder instead.
func Claim(ctx context.Context, dir string, link Link, on func(Link) bool) (*Instance, error) {
	here, err := places(dir)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnclaimed, err)
	}
	asking, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		// Both are tried each time: the first copy may just be starting, or
		// ending.
		lock, err := tryLock(filepath.Join(here.claim, lockName))
		switch {
		case err == nil:
			return listen(lock, here.socket, on)
		case !errors.Is(err, errLocked):
			return nil, fmt.Errorf("%w: %w", ErrUnclaimed, err)
		}
		if handOver(asking, here.socket, link) == nil {
			return nil, ErrRunning
		}
		select {
		case <-asking.Done():
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			return nil, ErrSilent
		case <-tick.C:
		}
	}
}

// listen makes a claim of a lock. A socket that is there was left by a copy that
// crashed, because who ends takes it away before the lock is let go.
func listen(lock *os.File, socket string, on func(Link) bool) (*Instance, error) {
	err := os.RemoveAll(socket)
	var listener net.Listener
	if err == nil {
		listener, err = net.Listen("unix", socket)
	}
	if err == nil {
		err = os.Chmod(socket, 0o600)
	}
	if err != nil {
		if listener != nil {
			err = errors.Join(err, listener.Close())
		}
		return nil, fmt.Errorf("%w: %w", ErrUnclaimed, errors.Join(err, lock.Close()))
	}
	i := &Instance{lock: lock, listener: listener, on: on}
	i.serving.Go(i.serve)
	return i, nil
}

// Close gives the folder back. It waits for a call of on that is under way, and
// at most a second for a link that is just coming.
func (i *Instance) Close() error {
	err := i.listener.Close() // takes the socket away too
	i.serving.Wait()
	return errors.Join(err, i.lock.Close())
}

func (i *Instance) serve() {
	for {
		conn, err := i.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // too many open files, which passes
			time.Sleep(pause)
			continue
		}
		// Whoever hangs up too early has no other copy to be told of.
		_ = i.take(conn)
		_ = conn.Close()
	}
}

// take reads a line and answers it. Nothing happens for what is no link.
func (i *Instance) take(conn net.Conn) error {
	if err := conn.SetDeadline(time.Now().Add(lineWait)); err != nil {
		return err
	}
	line, err := bufio.NewReader(io.LimitReader(conn, longestLine)).ReadString('\n')
	if err != nil {
		return err
	}
	var link Link
	if line = strings.TrimSuffix(line, "\n"); line != "" {
		if link, err = ParseLink(line); err != nil {
			return err
		}
	}
	if !i.on(link) {
		return errors.New("the window is closing")
	}
	if err := conn.SetDeadline(time.Now().Add(lineWait)); err != nil {
		return err
	}
	_, err = io.WriteString(conn, answer)
	return err
}

// handOver gives the link to the copy at a socket. It is nil once that has
// answered.
func handOver(ctx context.Context, socket string, link Link) error {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	allowForeground()
	if _, err := io.WriteString(conn, link.String()+"\n"); err != nil {
		return err
	}
	said, err := bufio.NewReader(io.LimitReader(conn, longestLine)).ReadString('\n')
	if err == nil && said != answer {
		err = errors.New("the answer is not the program's")
	}
	return err
}
