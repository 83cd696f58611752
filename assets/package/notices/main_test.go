package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder makes one with files that hold their own paths.
func folder(t *testing.T, files ...string) string {
	t.Helper()
	place := t.TempDir()
	for _, file := range files {
		path := filepath.Join(place, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("text of "+file), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return place
}

func TestLicencesAreFoundByTheirNames(t *testing.T) {
	place := folder(t, "LICENSE", "COPYING.txt", "font/LICENSE_Inter.txt", "SQLITE-LICENSE", "PATENTS",
		"license.go", "README.md", "testdata/LICENSE", ".vscode/copyright.json")
	var out bytes.Buffer
	if err := run(strings.NewReader(place+"\texample.org/work v1.0.0\n"), &out); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"LICENSE", "COPYING.txt", "font/LICENSE_Inter.txt", "SQLITE-LICENSE", "PATENTS"} {
		if !strings.Contains(out.String(), "text of "+file+"\n") {
			t.Errorf("%s is missing", file)
		}
	}
	for _, file := range []string{"license.go", "README.md", "testdata/LICENSE", ".vscode/copyright.json"} {
		if strings.Contains(out.String(), "text of "+file+"\n") {
			t.Errorf("%s is no licence of the program", file)
		}
	}
	if !strings.Contains(out.String(), "example.org/work v1.0.0: PATENTS\n") {
		t.Error("whose licence it is is not said")
	}
}

func TestWhatHasNoLicenceIsAnError(t *testing.T) {
	for name, input := range map[string]string{
		"a work without one": folder(t, "README.md") + "\twork\n",
		"a line of no work":  "folder\n",
		"nothing":            "",
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := run(strings.NewReader(input), &out); err == nil || out.Len() > 0 {
				t.Errorf("it printed %q, with the error %v", out.String(), err)
			}
		})
	}
}
