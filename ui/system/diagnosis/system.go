package diagnosis

import (
	"cmp"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// system is what the computer and the program's file say.
type system struct {
	now     time.Time
	name    string // like Debian GNU/Linux 13 (trixie)
	machine string // like linux/amd64
	getenv  func(string) string
	build   *debug.BuildInfo // nil if the file has none
	home    string
	names   []string // of the user and the computer
}

func here() system {
	s := system{now: time.Now(), name: osName(), machine: runtime.GOOS + "/" + runtime.GOARCH, getenv: os.Getenv}
	s.build, _ = debug.ReadBuildInfo()
	s.home, _ = os.UserHomeDir()
	s.names = names(s.home, os.Getenv)
	return s
}

// names are those that must not be told.
func names(home string, getenv func(string) string) []string {
	var found []string
	if u, err := user.Current(); err == nil {
		_, alone, _ := strings.Cut(u.Username, `\`) // Windows puts the domain before it
		found = append(append(found, u.Username, alone, u.Name), strings.Fields(u.Name)...)
	}
	if home != "" {
		found = append(found, filepath.Base(home))
	}
	for _, name := range []string{"USER", "LOGNAME", "USERNAME", "SUDO_USER", "COMPUTERNAME", "USERDOMAIN"} {
		found = append(found, getenv(name))
	}
	if host, err := os.Hostname(); err == nil {
		short, _, _ := strings.Cut(host, ".")
		found = append(found, host, short)
	}
	return found
}

// desktop is what draws the windows, as far as it says so.
func (s system) desktop() string {
	parts := []string{
		cmp.Or(s.getenv("XDG_CURRENT_DESKTOP"), "no XDG_CURRENT_DESKTOP"),
		cmp.Or(s.getenv("XDG_SESSION_TYPE"), "no XDG_SESSION_TYPE"),
	}
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY"} {
		state := " not set"
		if s.getenv(name) != "" {
			state = " set"
		}
		parts = append(parts, name+state)
	}
	return strings.Join(parts, ", ")
}

// commit is what the program was built of.
func (s system) commit() string {
	if s.build == nil {
		return "unknown"
	}
	set := map[string]string{}
	for _, setting := range s.build.Settings {
		set[setting.Key] = setting.Value
	}
	const short = 12 // digits of a commit
	commit := set["vcs.revision"]
	if commit == "" {
		return "commit unknown"
	}
	text := "commit " + commit[:min(short, len(commit))] + " of " + cmp.Or(set["vcs.time"], "an unknown time")
	if set["vcs.modified"] == "true" {
		text += ", changed"
	}
	return text
}

// libraries are the versions of what matters most when something is odd.
func (s system) libraries() string {
	parts := []string{runtime.Version()}
	if s.build == nil {
		return parts[0]
	}
	for _, module := range s.build.Deps {
		for _, wanted := range []struct{ name, path string }{
			{"Fyne", "fyne.io/fyne/v2"}, {"SQLite", "modernc.org/sqlite"}, {"zombiezen SQLite", "zombiezen.com/go/sqlite"},
		} {
			if module.Path == wanted.path {
				if module.Replace != nil {
					module = module.Replace
				}
				parts = append(parts, wanted.name+" "+module.Version)
			}
		}
	}
	return strings.Join(parts, ", ")
}
