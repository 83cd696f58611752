//go:build unix && !darwin

package autostart

import (
	"os"
	"path/filepath"
	"strings"
)

// entry writes a desktop entry.
var entry = desktopEntry

// file is in $XDG_CONFIG_HOME/autostart, or else in ~/.config/autostart.
func file() (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "autostart", id+".desktop"), err
}

// starts reports whether a desktop entry is in force: the settings of GNOME and
// other desktops turn one off without removing it.
func starts(entry string) bool {
	on := false
	for line := range strings.Lines(entry) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch key, value := strings.TrimSpace(key), strings.TrimSpace(value); {
		case key == "Hidden" && value == "true", key == "X-GNOME-Autostart-enabled" && value == "false":
			return false
		case key == "Exec":
			on = true
		}
	}
	return on
}
