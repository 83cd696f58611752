package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"exotel-monitor/heartbeat/smallfile"
)

// Bounds are how large the window is, and where on the screens. The zero Bounds
// are not known.
type Bounds struct {
	// Width and Height are of its content, in Fyne's units, which are the same on
	// every screen.
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
	// X and Y are where the content's upper left corner is, in the system's own
	// units; 0, 0 for not known: a title bar above it would be on no screen.
	X int `json:"x,omitempty"`
	Y int `json:"y,omitempty"`
}

// Limits of bounds that are believed: what the window needs at least it takes
// anyway, no screen has more units, and all screens together not more of the
// system's: Windows puts what is minimised at -32000.
const (
	leastSide = 300
	mostSide  = 8000
	farthest  = 30_000
)

// boundsName is a file apart from the settings, because the program writes it and
// nobody chooses what is in it.
const boundsName = "window.json"

// LoadBounds reads how large the window was, and where; the zero Bounds for not known.
func LoadBounds(dir string) Bounds {
	var b Bounds
	data, err := smallfile.Read(filepath.Join(dir, boundsName), maxFile)
	if err != nil || json.Unmarshal(data, &b) != nil || !b.Valid() {
		return Bounds{}
	}
	return b
}

// Valid reports whether a window can have these bounds.
func (b Bounds) Valid() bool {
	side := func(length float32) bool { return length >= leastSide && length <= mostSide }
	near := func(place int) bool { return place >= -farthest && place <= farthest }
	return side(b.Width) && side(b.Height) && near(b.X) && near(b.Y)
}

// Save writes the bounds into the data folder dir.
func (b Bounds) Save(dir string) error {
	data, err := json.Marshal(b)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = replaceFile(dir, boundsName, append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("the window's size and place were not kept: %w", err)
	}
	return nil
}
