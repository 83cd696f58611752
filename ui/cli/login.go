package cli

import (
	"os"
	"path/filepath"

	"exotel-monitor/ui/config"
	"exotel-monitor/ui/system/autostart"
)

// LoginStart lets this program start in the tray when the user logs in, with the
// data folder that it has now.
type LoginStart struct{ DataDir string }

// Enabled reports whether it does.
func (LoginStart) Enabled() (bool, error) { return autostart.Enabled() }

// Set turns it on or off.
func (l LoginStart) Set(on bool) error {
	if !on {
		return autostart.Off()
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	args, err := l.args(os.Getenv)
	if err != nil {
		return err
	}
	return autostart.On(program, args...)
}

// args names the data folder if it is not the one that the program would take by
// itself: what the environment says now it may not say at login.
func (l LoginStart) args(getenv func(string) string) ([]string, error) {
	args := []string{"--hidden"}
	usual, err := config.DataDir(func(name string) string {
		if name == config.DataVariable {
			return ""
		}
		return getenv(name)
	})
	if err == nil && l.DataDir == usual {
		return args, nil
	}
	dir, err := filepath.Abs(l.DataDir)
	return append(args, "--data", dir), err
}
