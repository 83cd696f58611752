// Package logfile keeps what the program logs in a file for the time when
// something must be found out, without the secrets and the phone numbers in it.
package logfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"exotel-monitor/heartbeat/smallfile"
)

// Name is the file's name in the data folder. Older ones end in .1, the
// youngest, to .3.
const Name = "exotel-monitor.log"

const (
	most = 1 << 20 // bytes of a file, unless one line alone is longer
	old  = 3       // files that are kept beside it
	// maxRead is how large a file may be to be read: larger than most, for a
	// long line.
	maxRead = 16 << 20
)

// File is a log file that begins anew when it is full. It is safe for
// concurrent use by one process; a second one would rename it under the first.
type File struct {
	path string
	most int64

	mu   sync.Mutex
	file *os.File // nil when it could not be opened anew
	size int64
	shut bool
}

// Open opens the log file in the data folder dir, which is made if need be, at
// its end. Only the user can read it.
func Open(dir string) (*File, error) { return open(dir, most) }

func open(dir string, most int64) (*File, error) {
	f := &File{path: filepath.Join(dir, Name), most: most}
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = f.begin()
	}
	if err != nil {
		return nil, fmt.Errorf("nothing is logged to a file: %w; free some space or choose another folder with --data", err)
	}
	return f, nil
}

// begin opens the file and makes it the user's own, whoever made it.
func (f *File) begin() error {
	file, err := smallfile.Open(f.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil {
		err = file.Chmod(0o600)
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	f.file, f.size = file, info.Size()
	return nil
}

// Write adds a record, which is never torn between two files.
func (f *File) Write(record []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.shut {
		return 0, os.ErrClosed
	}
	var err error
	switch {
	case f.file == nil:
		err = f.begin()
	case f.size > 0 && f.size+int64(len(record)) > f.most:
		err = f.turn()
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", f.path, err)
	}
	n, err := f.file.Write(record)
	f.size += int64(n)
	return n, err
}

// turn makes the file the first of the old ones and begins a new one. Where
// renaming fails, as on Windows while another program reads the file, it is
// emptied instead: the disk does not fill up.
func (f *File) turn() error {
	err := f.file.Close()
	f.file = nil
	if err != nil {
		return err
	}
	for i := old - 1; i >= 1; i-- {
		_ = os.Rename(f.older(i), f.older(i+1)) // mostly there is none; otherwise one is lost
	}
	if err := os.Rename(f.path, f.older(1)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		if err := os.Truncate(f.path, 0); err != nil {
			return err
		}
	}
	return f.begin()
}

func (f *File) older(i int) string { return f.path + "." + strconv.Itoa(i) }

// Close closes the file. Writing fails from then on.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shut = true
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}

// trouble is how slog.TextHandler begins a warning or an error.
var trouble = regexp.MustCompile(`^time=\S+ level=(WARN|ERROR)`)

// Tail is the last n warnings and errors that slog.TextHandler wrote, oldest
// first, those of earlier runs too. It looks into the file and the youngest of
// the old ones; what cannot be read counts as empty.
func (f *File) Tail(n int) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []string
	for _, path := range []string{f.older(1), f.path} {
		data, err := smallfile.Read(path, maxRead)
		if err != nil {
			continue
		}
		for line := range bytes.Lines(data) {
			if trouble.Match(line) {
				found = append(found, strings.TrimSpace(string(line)))
			}
		}
	}
	return slices.Clone(found[max(0, len(found)-n):])
}
