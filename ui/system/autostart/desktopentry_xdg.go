//go:build unix && !darwin

package autostart

import (
	"errors"
	"strings"
	"unicode"
)

// desktopEntry is a file of the XDG autostart folder, by the Desktop Entry
// Specification. TryExec lets desktops pass over it once the program is gone.
func desktopEntry(program string, args []string) (string, error) {
	command := append([]string{program}, args...)
	for _, part := range command {
		if strings.ContainsFunc(part, unicode.IsControl) {
			return "", errors.New("a desktop entry cannot name a program whose path or options have line breaks; install it elsewhere")
		}
	}
	if strings.ContainsAny(program, "=%") { // the first is forbidden, the second not understood by GLib
		return "", errors.New("a desktop entry cannot name a program with = or % in its path; install it elsewhere")
	}
	quotes := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`)
	for i, part := range command {
		command[i] = `"` + quotes.Replace(part) + `"`
	}
	lines := []string{
		"[Desktop Entry]",
		"Type=Application",
		"Name=Exotel Monitor",
		"Comment=Watches an Exotel account's phone lines",
		"Exec=" + escaped(strings.Join(command, " ")),
		"TryExec=" + escaped(program),
		"Icon=exotel-monitor",
		"Terminal=false",
		"X-GNOME-Autostart-enabled=true",
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// escaped writes a value of a desktop entry, in which a backslash is one more
// time special, on top of the quotes of Exec.
func escaped(value string) string { return strings.ReplaceAll(value, `\`, `\\`) }
