package autostart

import (
	"os"
	"path/filepath"
)

// entry writes a launch agent.
var entry = launchAgent

// starts is true: launchd keeps what the user turned off in a place of its own.
func starts(string) bool { return true }

func file() (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, "Library", "LaunchAgents", id+".plist"), err
}
