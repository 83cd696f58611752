//go:build !windows && !darwin

package diagnosis

import (
	"os"
	"runtime"
	"strings"
)

// osName reads the places of os-release(5).
func osName() string {
	for _, path := range []string{"/etc/os-release", "/usr/lib/os-release"} {
		if data, err := os.ReadFile(path); err == nil {
			if name := prettyName(string(data)); name != "" {
				return name
			}
		}
	}
	return runtime.GOOS
}

func prettyName(file string) string {
	for line := range strings.Lines(file) {
		if name, found := strings.CutPrefix(line, "PRETTY_NAME="); found {
			return strings.Trim(strings.TrimSpace(name), `"'`)
		}
	}
	return ""
}
