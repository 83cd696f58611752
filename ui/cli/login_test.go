package cli

import (
	"path/filepath"
	"slices"
	"testing"

	"exotel-monitor/ui/config"
)

func TestTheProgramStartsAtLoginWithItsOwnDataFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("AppData", home)
	none := func(string) string { return "" }
	usual, err := config.DataDir(none)
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Abs("here")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(home, "elsewhere")
	for name, test := range map[string]struct {
		dir    string
		getenv func(string) string
		want   []string
	}{
		"the usual one":      {usual, none, []string{"--hidden"}},
		"another":            {elsewhere, none, []string{"--hidden", "--data", elsewhere}},
		"by a relative path": {"here", none, []string{"--hidden", "--data", relative}},
		"by the environment": {elsewhere, func(name string) string {
			if name == config.DataVariable {
				return elsewhere
			}
			return ""
		}, []string{"--hidden", "--data", elsewhere}},
	} {
		got, err := LoginStart{test.dir}.args(test.getenv)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
