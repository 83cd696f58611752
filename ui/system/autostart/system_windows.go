package autostart

import (
	"errors"
	"fmt"
	"path/filepath"
	"unicode/utf16"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

const (
	name       = "Exotel Monitor" // of the value in both keys; the Task Manager shows it
	longestRun = 260              // characters that Windows reads of a command
)

// The keys are others in tests.
var (
	runKey = `Software\Microsoft\Windows\CurrentVersion\Run`
	// approvedKey holds what the Task Manager turned off: a first byte that is
	// odd.
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
)

// On lets a program, named by its whole path, start with args at the next login.
// An older entry is replaced, and so is what the Task Manager said about it.
func On(program string, args ...string) error {
	command := windows.ComposeCommandLine(append([]string{program}, args...))
	err := func() error {
		if !filepath.IsAbs(program) {
			return fmt.Errorf("%q is not a whole path", program)
		}
		if len(utf16.Encode([]rune(command))) > longestRun {
			return fmt.Errorf("no more than %d characters of a command are read by Windows; choose shorter paths for the program and its data folder", longestRun)
		}
		key, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
		if err != nil {
			return err
		}
		return errors.Join(key.SetStringValue(name, command), key.Close(), remove(approvedKey))
	}()
	if err != nil {
		return fmt.Errorf("the program will not start by itself: %w", err)
	}
	return nil
}

// Off takes the entry away, if there is one.
func Off() error {
	if err := errors.Join(remove(runKey), remove(approvedKey)); err != nil {
		return fmt.Errorf("the program still starts by itself: %w", err)
	}
	return nil
}

// Enabled reports whether there is an entry that is in force, for whatever
// program.
func Enabled() (bool, error) {
	there := false
	err := read(runKey, func(key registry.Key) error {
		_, _, err := key.GetStringValue(name)
		there = err == nil
		return err
	})
	off := false
	if err == nil {
		err = read(approvedKey, func(key registry.Key) error {
			said, _, err := key.GetBinaryValue(name)
			off = len(said) > 0 && said[0]%2 == 1
			return err
		})
	}
	if err != nil {
		return false, fmt.Errorf("it is not known whether the program starts by itself: %w", err)
	}
	return there && !off, nil
}

// remove takes the program's value out of a key, if both are there.
func remove(path string) error {
	key, err := registry.OpenKey(registry.CURRENT_USER, path, registry.SET_VALUE)
	if err == nil {
		err = errors.Join(key.DeleteValue(name), key.Close())
	}
	return unlessMissing(err)
}

// read hands over a key, if it is there.
func read(path string, look func(registry.Key) error) error {
	key, err := registry.OpenKey(registry.CURRENT_USER, path, registry.QUERY_VALUE)
	if err == nil {
		err = errors.Join(look(key), key.Close())
	}
	return unlessMissing(err)
}

func unlessMissing(err error) error {
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	return err
}
