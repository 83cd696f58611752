package config

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheWindowsBoundsComeBackAsTheyWereSaved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "yet", "there")
	want := Bounds{Width: 1033.5, Height: 700, X: -1800, Y: 40}
	if err := want.Save(dir); err != nil {
		t.Fatal(err)
	}
	if got := LoadBounds(dir); got != want {
		t.Errorf("got %v", got)
	}
}

func TestOnlyBoundsThatAWindowCanHaveAreBelieved(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want Bounds
	}{
		"no file":               {"", Bounds{}},
		"no object":             {"[1280, 800]", Bounds{}},
		"cut off":               {`{"width": 12`, Bounds{}},
		"a word":                {`{"width": "wide", "height": 800}`, Bounds{}},
		"too small":             {`{"width": 299, "height": 800}`, Bounds{}},
		"too large":             {`{"width": 1280, "height": 8001}`, Bounds{}},
		"negative":              {`{"width": -1280, "height": 800}`, Bounds{}},
		"one side":              {`{"width": 1280}`, Bounds{}},
		"minimised, on Windows": {`{"width": 1280, "height": 800, "x": -32000, "y": -32000}`, Bounds{}},
		"as far as can be read": {`{"width": 1280, "height": 800, "x": 40, "y": 9223372036854775807}`, Bounds{}},
		"without a place":       {`{"width": 1280, "height": 800}`, Bounds{Width: 1280, Height: 800}},
		"on another screen":     {`{"width": 1280, "height": 800, "x": -1900, "y": 40}`, Bounds{1280, 800, -1900, 40}},
	} {
		dir := t.TempDir()
		if tt.text != "" {
			if err := os.WriteFile(filepath.Join(dir, boundsName), []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := LoadBounds(dir); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
