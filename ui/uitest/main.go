// Package uitest tests screens: it uses a window as a person does. Package sample,
// beside it, has what the screens show.
package uitest

import (
	"os"
	"testing"

	"exotel-monitor/ui/text"
)

// Main runs the tests of a package with dates and Fyne's own texts held to one
// language.
func Main(m *testing.M) {
	for _, name := range []string{"LANG", "LC_ALL", "LC_MESSAGES", "LC_TIME", "LANGUAGE"} {
		os.Setenv(name, "en_IN.UTF-8")
	}
	text.Load()
	os.Exit(m.Run())
}
