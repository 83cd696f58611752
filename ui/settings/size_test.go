package settings

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheWindowsSizeComesBackAsItWasSaved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "yet", "there")
	want := Size{Width: 1033.5, Height: 700}
	if err := want.Save(dir); err != nil {
		t.Fatal(err)
	}
	if got := LoadSize(dir); got != want {
		t.Errorf("got %v", got)
	}
}

func TestASizeThatNoScreenHasIsNotBelieved(t *testing.T) {
	for name, text := range map[string]string{
		"no file":   "",
		"no object": "[1280, 800]",
		"cut off":   `{"width": 12`,
		"a word":    `{"width": "wide", "height": 800}`,
		"too small": `{"width": 299, "height": 800}`,
		"too large": `{"width": 1280, "height": 8001}`,
		"negative":  `{"width": -1280, "height": 800}`,
		"one side":  `{"width": 1280}`,
	} {
		dir := t.TempDir()
		if text != "" {
			if err := os.WriteFile(filepath.Join(dir, sizeName), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := LoadSize(dir); got != (Size{}) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
