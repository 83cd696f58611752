package text

import (
	"os"
	"testing"
)

// TestMain holds dates and plurals to one language.
func TestMain(m *testing.M) {
	for _, name := range []string{"LANG", "LC_ALL", "LC_MESSAGES", "LC_TIME", "LANGUAGE"} {
		os.Setenv(name, "en_IN.UTF-8")
	}
	Load()
	os.Exit(m.Run())
}
