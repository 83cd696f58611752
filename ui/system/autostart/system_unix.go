//go:build unix

package autostart

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"exotel-monitor/heartbeat/smallfile"
)

// On lets a program, named by its whole path, start with args at the next login.
// An older entry is replaced.
func On(program string, args ...string) error {
	path, err := file()
	if err == nil && !filepath.IsAbs(program) {
		err = fmt.Errorf("%q is not a whole path", program)
	}
	var text string
	if err == nil {
		text, err = entry(program, args)
	}
	if err == nil {
		err = write(path, text)
	}
	if err != nil {
		return fmt.Errorf("the program will not start by itself: %w", err)
	}
	return nil
}

// Off takes the entry away, if there is one.
func Off() error {
	path, err := file()
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the program still starts by itself: %w", err)
	}
	return nil
}

// Enabled reports whether there is an entry that is in force, for whatever
// program.
func Enabled() (bool, error) {
	path, err := file()
	var text []byte
	if err == nil {
		text, err = smallfile.Read(path, 1<<20)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("it is not known whether the program starts by itself: %w", err)
	}
	return starts(string(text)), nil
}

// write makes the file whole or not at all.
func write(path, text string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	next, err := os.CreateTemp(dir, ".exotel-monitor-*")
	if err != nil {
		return err
	}
	_, err = next.WriteString(text)
	err = errors.Join(err, next.Close())
	if err == nil {
		err = os.Rename(next.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(next.Name()))
	}
	return nil
}
